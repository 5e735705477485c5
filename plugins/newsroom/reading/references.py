"""What headers and bodies name: citations, goals, files, lists, and addresses of the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import unquote

from ..model.citation import SUFFIX
from ..model.entry import Entry
from ..model.keys import ContentFile
from ..model.newsroom import Newsroom, Page
from ..model.problems import nearest, one_of
from .rulebook import Checked, Finding, paths_of, rule
from .slugs import slug_of

# Their files are named by the build, or by the theme.
_LEFT_TO_PUBLISHING = ("feeds/", "pagefind/", "theme/")
_ANYWHERE = "https://site.invalid/"


@rule("answers", "`Answers` names no citation of this folder")
def _answers(checked: Checked) -> Iterator[Finding]:
    known = _stems(checked.newsroom)
    for entry in checked.newsroom.entries:
        for stem in entry.answers:
            if stem not in (stems := known.get(f"incidents/{entry.incident}", [])):
                yield entry, "Answers", _nothing(stem, stems, SUFFIX)


@rule("goals", "`Goals` names no goal")
def _goals(checked: Checked) -> Iterator[Finding]:
    slugs = _stems(checked.newsroom).get("goals", [])
    for entry in checked.newsroom.entries:
        for slug in entry.goals:
            if slug not in slugs:
                yield entry, "Goals", _nothing(slug, slugs, ".md in goals/")


@rule("cite", "`{cite}` names no citation of this incident")
def _cites(checked: Checked) -> Iterator[Finding]:
    known = _stems(checked.newsroom)
    for file, link in checked.links:
        if link.what != "cite":
            continue
        if not (isinstance(file, Entry) and file.in_incident):
            message = f"{{cite}}{link.target} works only in an incident's entry: link to its page"
            yield file, link.line, message
        elif link.target not in (stems := known.get(f"incidents/{file.incident}", [])):
            yield file, link.line, _nothing(link.target, stems, SUFFIX)


def _stems(newsroom: Newsroom) -> dict[str, list[str]]:
    """Return the names of citations and goals by folder, those that could not be read included."""
    found: dict[str, list[str]] = {}
    files = (*newsroom.citations, *newsroom.goals)
    for path in sorted({file.path for file in files} | newsroom.unreadable):
        folder, _, name = path.rpartition("/")
        if folder == "goals" or name.endswith(SUFFIX):
            found.setdefault(folder, []).append(name.removesuffix(SUFFIX).removesuffix(".md"))
    return found


def _nothing(name: str, known: list[str], suffix: str) -> str:
    there = f" (there are: {one_of(known)})" if known else ""
    remedy = f"write {name}{suffix}, or mend the name{there}"
    return f"{name!r} names nothing: {remedy}{nearest(name, known)}"


@rule("link", "`{category}` or `{tag}` names none that a public entry has")
def _lists(checked: Checked) -> Iterator[Finding]:
    public = checked.public
    shown = [item for item in public.entries if not item.translates and public.is_listed(item)]
    known = {"category": {item.category for item in shown if item.category}}
    known["tag"] = {tag for item in shown for tag in item.tags}
    slugs = {what: set(map(slug_of, labels)) for what, labels in known.items()}
    for file, link in checked.links:
        name = unquote(link.target)
        if link.what in known and slug_of(name) not in slugs[link.what]:
            message = f"{{{link.what}}}{link.target} leads to nothing: no public entry has this"
            yield file, link.line, f"{message} {link.what}{nearest(name, known[link.what])}"


@rule("link", "a `{filename}`, `{static}` or `{attach}` leads to nothing")
def _internal_links(checked: Checked) -> Iterator[Finding]:
    newsroom = checked.newsroom
    now_public, sources = paths_of(checked.public), paths_of(newsroom)
    always = {file.path for file in (*newsroom.authors, *newsroom.goals)}
    for incident in checked.public.incidents:
        always |= {f"incidents/{incident.id}", f"incidents/{incident.id}/"}
    pictures = linkable(newsroom, checked.public)
    files = pictures | newsroom.unreadable
    pages = always | now_public | newsroom.unreadable
    good = {"filename": pages, "static": files, "attach": files}
    for file, link in checked.links:
        target = link.target_from(file.path)
        if target in good.get(link.what, (target,)):
            continue
        # A planned entry may link to what is public by its own date.
        at = file.date if isinstance(file, Entry) and file.date > checked.now else None
        if at and link.what == "filename" and _is_public(checked, target, at):
            continue
        if link.what == "filename" and target in pictures:
            hint = "is a file and no page: write {static} instead"
        elif target in sources or target in newsroom.statics:
            if seen_from(checked, file) is None:
                continue  # nobody sees the link before what it stands in is public itself
            hint = "is not public yet: publish it first, or link later"
        else:
            hint = f"leads to nothing{nearest(target, (*pages, *pictures))}"
        yield file, link.line, f"{{{link.what}}}{link.target} {hint}"


def seen_from(checked: Checked, file: ContentFile) -> datetime | None:
    """Return when readers see what a file says: now, or by its date; None if they never do."""
    if isinstance(file, Entry):
        day = max(checked.now, file.date)
    elif isinstance(file, Page):
        day = max(checked.now, file.date.at) if file.date else checked.now
    else:
        return checked.now
    return day if _is_public(checked, file.path, day) else None


def _is_public(checked: Checked, path: str, at: datetime) -> bool:
    """Whether readers may see what is at a path, an entry or a page."""
    newsroom = checked.newsroom
    if entry := newsroom.by_path.get(path):
        return newsroom.is_public(entry, at)
    return any(page.path == path for page in newsroom.public_pages(at))


def linkable(newsroom: Newsroom, public: Newsroom) -> frozenset[str]:
    """Return the files that public pages may use: not those that only the others may."""
    ids = {incident.id for incident in public.incidents}
    real = {path: newsroom.linked.get(path, path) for path in newsroom.statics}
    shots = _screenshots(newsroom) - _screenshots(public)
    free = {
        path
        for path in newsroom.statics - shots
        if not path.startswith("incidents/") or path.split("/")[1] in ids
    }
    return frozenset(path for path in free if real[path] in free)


def _screenshots(newsroom: Newsroom) -> set[str]:
    """Return the screenshots of all citations, by their names and by where they really are."""
    paths = {item.screenshot.path for item in newsroom.citations if item.screenshot}
    return paths | {newsroom.linked.get(path, path) for path in paths}
