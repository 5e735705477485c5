"""Rules: no two pages have one URL, and what headers and bodies name exists."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache, partial
from itertools import accumulate
from urllib.parse import unquote

from ..model import addresses as to
from ..model.addresses import entry_key
from ..model.citation import SUFFIX
from ..model.entry import POST, STATES, Entry
from ..model.keys import ContentFile
from ..model.moment import Moment
from ..model.newsroom import Newsroom, Page
from ..model.problems import nearest, one_of
from ..model.settings import Settings
from .rulebook import Checked, Finding, rule
from .scan import is_pelicans
from .slugs import MOST_LETTERS, label_slug, slug_of

# What every site has, or a host or a folder of its own takes.
_ALWAYS = (
    *(*to.SINGLE, to.INCIDENTS, to.POSTS, *map(to.state_url, STATES)),
    *("favicon.ico", to.SCRIPT, to.STYLESHEET, to.HISTORY_STYLE, *to.SEARCH_FILES, to.SEARCH),
    *(*to.VERIFY_FILES, to.CHECKER),
    *(".nojekyll", "CNAME", "_headers", "_redirects", to.ROBOTS, to.SITEMAP, to.NEWS_SITEMAP),
    *(to.feed_of(to.CORRECTIONS) + ending for ending in to.FORMATS),
)
# What a guest makes. All else is Pelican's.
_GUEST = (
    *(to.INCIDENTS, to.GOALS, to.CORRECTIONS, *map(to.state_url, STATES)),
    *(to.SCRIPT, to.STYLESHEET, to.HISTORY_STYLE),
    *(to.feed_of(url) + ending for url in (to.INCIDENTS, to.CORRECTIONS) for ending in to.FORMATS),
)
_CHECKING = (to.VERIFY, to.CHECKER, *to.VERIFY_FILES)
_FOLDERS = ("categories", "tags", "feeds", "pagefind", "theme", to.WELL_KNOWN)
_SITE = "the site itself"


@rule("url", "two pages or aliases with one address; capitals do not matter")
def _one_address_each(checked: Checked) -> Iterator[Finding]:
    return clashes(checked.newsroom, checked.settings)


def clashes(newsroom: Newsroom, settings: Settings) -> Iterator[Finding]:
    """Yield each page or alias whose file another page already has.

    Files are compared without regard to case, as some file systems do. One
    also clashes with a folder that another needs.
    """
    fixed = [(to.file_of(url), page) for url, page in fixed_addresses(newsroom, settings)]
    fixed += [(folder, _SITE) for folder in _FOLDERS]
    return clashes_with(newsroom, Taken(fixed))


def clashes_with(newsroom: Newsroom, taken: Taken) -> Iterator[Finding]:
    """Yield each page or alias whose file is taken, by what was there before or by another."""
    for files, source, where, remedy in _written(newsroom):
        clash = next(((file, first) for file in files if (first := taken.by(file))), None)
        if clash:
            address = clash[0].removesuffix("index.html")
            yield source, where, f"/{address} is already taken by {clash[1]}: {remedy}"
        else:
            taken.add(files, f"{{content}}/{source.path}")


@rule("url", "an alias in the place of any other file")
def _aliases(checked: Checked) -> Iterator[Finding]:
    used = [(path, f"{{content}}/{path}") for path in sorted(used_files(checked.newsroom))]
    return alias_clashes(checked.newsroom, used)


def alias_clashes(newsroom: Newsroom, others: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Yield each alias that stands where another file belongs, or is in its way.

    ``others`` are files that are no pages of content files, and what each is.
    """
    taken = Taken(others)
    for entry in _settled(newsroom):
        for alias in entry.aliases:
            if first := taken.by(to.alias_file(alias)):
                message = f"{alias} is already taken by {first}: remove the alias {alias}"
                yield entry, "Aliases", message


class Taken:
    """Which files, and the folders that they lie in, are taken by what."""

    def __init__(self, files: Iterable[tuple[str, str]]) -> None:
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        for file, what in files:
            self.add((file,), what)

    def add(self, files: Iterable[str], what: str) -> None:
        """Note that files are taken."""
        for file in files:
            *folders, key = _with_folders(file)
            self._files[key] = what
            self._folders |= dict.fromkeys(folders, what)

    def by(self, file: str) -> str:
        """Return what has a file, a folder of its name, or a file where its folder is to be."""
        *folders, key = _with_folders(file)
        first = self._files.get(key) or self._folders.get(key)
        return first or next((self._files[above] for above in folders if above in self._files), "")


def _with_folders(file: str) -> Iterator[str]:
    """Yield the folders that a file lies in, and the file, as file systems compare names.

    Some mind neither capitals nor the form of accents.
    """
    key = file.casefold() if file.isascii() else unicodedata.normalize("NFC", file).casefold()
    return accumulate(key.split("/"), "{}/{}".format)


@rule("feed-id", "two entries with one feed id: mostly two posts in two subfolders")
def _feed_ids(checked: Checked) -> Iterator[Finding]:
    newsroom, tag = checked.newsroom, checked.settings.feed_tag
    taken: dict[str, Entry] = {}
    for entry in _settled(newsroom):
        key = tag(entry_key(entry)) if tag else entry_key(entry)
        first = taken.setdefault(entry.feed_id or key, entry)
        if first is not entry and _url_of(newsroom, first) != _url_of(newsroom, entry):
            remedy = "" if entry.feed_id else "give this file another name, or "
            message = (
                f"feeds would know this entry and {{content}}/{first.path} by one id:"
                f" {remedy}give it an Id of its own, such as tag:example.com,2026:{entry.slug}"
            )
            yield entry, "Id", message


@rule("url", "two categories, or two tags, with one address")
def _labels(checked: Checked) -> Iterator[Finding]:
    named: dict[tuple[str, str], str] = {}
    slug_of = cache(partial(label_slug, settings=checked.settings))  # many entries have the same
    for entry in _settled(checked.newsroom):
        found = [("Category", entry.category)] if entry.category else []
        found += [("Tags", tag) for tag in entry.tags]
        for key, label in found:
            slug = slug_of(label)
            first = named.setdefault((key, slug.casefold()), label)
            if not re.search(r"\w", slug) or len(label) > MOST_LETTERS:
                remedy = f"use letters or digits, at most {MOST_LETTERS}"
                yield entry, key, f"{key}: no address can be made of {label[:40]!r}: {remedy}"
            elif first != label:
                message = f"{key}: {label!r} has the address {slug!r}, as {first!r} has"
                yield entry, key, f"{message}: write both alike, or give one another name"


def used_files(newsroom: Newsroom) -> frozenset[str]:
    """Return the content files that are published at their own path."""
    paths = {path for file, body in newsroom.bodies for path in newsroom.files_of(file, body)}
    paths |= {author.photo.path for author in newsroom.authors if author.photo}
    paths |= {item.screenshot.path for item in newsroom.citations if item.screenshot}
    return newsroom.statics & paths


def unlisted_files(newsroom: Newsroom) -> frozenset[str]:
    """Return the files of what is in no list: hidden entries and pages, and translations."""
    hidden = {page.path for page in newsroom.pages if page.status == "hidden"}
    hidden |= {page.path for page in newsroom.pages if page.translates in hidden}
    hidden |= {entry.path for entry in newsroom.entries if not newsroom.is_listed(entry)}
    written = ((files, source) for files, source, *_ in _written(newsroom))
    return frozenset(file for files, source in written if source.path in hidden for file in files)


def has_page(newsroom: Newsroom, settings: Settings, url: str) -> bool:
    """Whether a page of the newsroom is at ``url``, or may be: a guest does not know Pelican's."""
    file = to.file_of(url.partition("#")[0])
    return settings.is_guest or file in files_of_pages(newsroom, settings)


def files_of_pages(newsroom: Newsroom, settings: Settings) -> set[str]:
    """Return the files that a newsroom's pages are written to."""
    found = {to.file_of(place) for place, _ in fixed_addresses(newsroom, settings)}
    return found | {file for files, *_ in _written(newsroom) for file in files}


def page_url(page: Page) -> str:
    """Return where Pelican puts a page: a translation below its language."""
    return to.in_language(f"{page.slug}/", page.lang) if page.translates else f"{page.slug}/"


def fixed_addresses(newsroom: Newsroom, settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the URLs that no file chooses, and what is there."""
    zone = settings.zone
    urls = {*(_GUEST if settings.is_guest else _ALWAYS)}
    urls |= {*_CHECKING} if any(author.keys for author in newsroom.authors) else set()
    urls |= {f"{settings.indexnow_key}.txt"} if settings.indexnow_key else set()
    years = {(entry.kind, entry.date.astimezone(zone).year) for entry in newsroom.entries}
    urls |= {to.year_url(year) for _, year in years if not settings.is_guest}
    urls |= {to.posts_of_year(year) for kind, year in years if kind == POST}
    starts = (incident.starts_at.at.astimezone(zone) for incident in newsroom.incidents)
    urls |= {to.incidents_of_year(start.year) for start in starts}
    yield from ((url, _SITE) for url in urls)
    for incident in newsroom.incidents:
        url, name = to.incident_url(incident.id), f"the incident {incident.id!r}"
        yield from ((to.feed_of(url) + ending, name) for ending in to.FORMATS)
        others = (to.in_language(url, lang) for lang in newsroom.languages_of(incident)[1:])
        for page in (url, *others):
            yield from ((file, name) for file in (page, to.text_of(page)))


def _written(newsroom: Newsroom) -> Iterator[tuple[tuple[str, ...], ContentFile, str | int, str]]:
    """Yield what content files are written to: files, source, what makes it so, remedy."""
    for author in newsroom.authors:
        yield (to.file_of(to.author_url(author.slug)),), author, 1, "rename this file"
    for goal in newsroom.goals:
        yield (to.file_of(to.goal_url(goal.slug)),), goal, 1, "rename this file"
    for page in newsroom.pages:
        yield (to.file_of(page_url(page)),), page, 1, "give this page another Slug"
    settled = _settled(newsroom)
    for entry in settled:
        url = _url_of(newsroom, entry)
        signed = (entry.path, *(each.path for each in entry.signatures)) if entry.signatures else ()
        beside = (to.beside_page(url, path) for path in signed)
        files = (to.file_of(url), to.text_of(url), to.file_of(to.history_of(url)), *beside)
        yield files, entry, "Slug", "give this page another Slug"
    for entry in settled:
        for alias in entry.aliases:
            yield (to.alias_file(alias),), entry, "Aliases", f"remove the alias {alias}"


def _url_of(newsroom: Newsroom, entry: Entry) -> str:
    return to.entry_url(entry, newsroom.original_of(entry))


def _settled(newsroom: Newsroom) -> list[Entry]:
    """Return the entries, drafts last: one person's draft takes no one's URL."""
    return sorted(newsroom.entries, key=lambda entry: newsroom.original_of(entry).is_draft)


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


@rule("related", "`Related` names no incident, or the entry's own")
def _related(checked: Checked) -> Iterator[Finding]:
    paths = {*checked.newsroom.by_path, *checked.newsroom.unreadable}
    ids = {path.split("/")[1] for path in paths if path.endswith("/statement.md")}
    for entry in checked.newsroom.entries:
        for id in entry.related:
            if id == entry.incident:
                yield entry, "Related", f"{id!r} is this incident: name another, or remove it"
            elif id not in ids:
                message = f"{id!r} is no incident: write the name of its folder in incidents/"
                yield entry, "Related", f"{message}{nearest(id, ids - {entry.incident})}"


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
    if checked.settings.is_guest:  # lists are Pelican's
        return
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
    now_public, sources = {*_sources(checked.public)}, _sources(newsroom)
    always = {file.path for file in (*newsroom.authors, *newsroom.goals)}
    for incident in checked.public.incidents:
        always |= {f"incidents/{incident.id}", f"incidents/{incident.id}/"}
    pictures = linkable(newsroom, checked.public)
    files = pictures | newsroom.unreadable
    pages = always | now_public | newsroom.unreadable
    # What Pelican makes of these, a build tells.
    pages |= {path for path in newsroom.statics if is_pelicans(path, checked.settings)}
    good = {"filename": pages, "static": files, "attach": files}
    for file, link in checked.links:
        target = link.target_from(file.path)
        if target in good.get(link.what, (target,)):
            continue
        # A planned entry may link to what is public by its own date.
        at = file.date if isinstance(file, Entry) and file.date > checked.now else None
        named = sources.get(target)
        if at and link.what == "filename" and named and is_public(checked, named, at):
            continue
        if link.what == "filename" and target in pictures:
            hint = "is a file and no page: write {static} instead"
        elif named or target in newsroom.statics:
            if not is_public(checked, file, seen_at(checked, file)):
                continue  # nobody sees the link before what it stands in is public itself
            hint = "is not public yet: publish it first, or link later"
        else:
            likely = nearest(f"/{target}", (f"/{path}" for path in (*pages, *pictures)))
            hint = f"leads to nothing{likely}"
        yield file, link.line, f"{{{link.what}}}{link.target} {hint}"


def _sources(newsroom: Newsroom) -> dict[str, ContentFile]:
    return {file.path: file for file in (*newsroom.entries, *newsroom.pages)}


def seen_at(checked: Checked, file: ContentFile) -> datetime:
    """Return when a file says what it says to readers, if ever: now, or by its date."""
    date = file.date if isinstance(file, Entry | Page) else None
    return max(checked.now, (date.at if isinstance(date, Moment) else date) or checked.now)


def is_public(checked: Checked, file: ContentFile, at: datetime) -> bool:
    """Whether readers may see what is in a file."""
    if isinstance(file, Entry):
        return checked.newsroom.is_public(file, at)
    return not isinstance(file, Page) or file in checked.newsroom.public_pages(at)


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
