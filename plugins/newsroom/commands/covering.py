"""Take out of files what is not to be seen: names and faces, and what a file says besides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..attachments import documents
from ..attachments.documents import LOOKED_INTO, NOT_CLEANED
from ..attachments.faults import DocumentError
from ..files import sha256_of, write_whole
from ..images.opening import ImageError
from ..images.screenshots import cleaned
from ..model.citation import Citation
from ..model.problems import CommandError
from ..publish.manifest import hash_of
from ..reading.headers import minute
from .answers import find_screenshot
from .edit import remove_key, set_key, set_keys
from .evidence import cover, keep_received
from .options import Given, Option, command, one_line
from .project import FileDone, Project, Result

CHECKED = "Text_checked"
CLEAN = "What is covered stands in none of the citation's words"


@command(
    Option("path", "The citation, or its picture", "Whose screenshot?", positional=True),
    Option(
        "box",
        "left,top,width,height in pixels; may be repeated",
        "What to cover, in pixels: left,top,width,height (several with spaces between)",
        action="append",
    ),
    Option("why", "What is covered, and why? (readers see it)", check=one_line),
    Option("text-is-clean", CLEAN, action="store_true"),
)
def redact(project: Project, given: Given) -> Result:
    """Cover names or faces in a screenshot with black; the uncovered one goes to evidence/."""
    citation = find_screenshot(project, given)
    assert citation.screenshot
    file = project.content / citation.path
    picture = project.content / citation.screenshot.path
    if picture.is_symlink():
        raise CommandError(
            f"{project.shown(picture)} is a link, and the file that it leads to would stay"
            " uncovered: put the picture itself in its place"
        )
    boxes = given.ask("box").split()
    data = picture.read_bytes()
    covered = cover(data, picture.name, boxes)
    named = picture.with_suffix(".png")
    if named != picture and named.exists():
        raise CommandError(
            f"what is covered becomes a PNG, and {named.name} is there already: move it away"
        )
    why = given.ask("why")
    keys = {
        "Screenshot": named.relative_to(file.parent).as_posix(),
        "Sha256": sha256_of(covered),
        "Source_sha256": citation.source_sha256 or sha256_of(data),
        "Redacted": f"{citation.redacted}; {why}" if citation.redacted else why,
    }
    text = project.edited(
        file,
        lambda text: remove_key(text, CHECKED),
        lambda text: set_keys(text, keys.items()),
    )
    copies = sorted(_copies(project, picture, {sha256_of(data), citation.source_sha256}))
    evidence = project.evidence / citation.incident
    kept = keep_received(evidence, data, f"unredacted-{picture.name}", project.now)
    write_whole(named, covered)
    write_whole(file, text)
    remark = f": {len(boxes)} covered"
    if named != picture:
        picture.unlink()
        remark += f"; it was {picture.name}: run invoke check, in case something else names that"
    notes = copies
    readable = "\n".join(_readable(citation, why))
    question = f"{readable}\nDoes what you covered still stand in one of these lines?"
    if given["text-is-clean"] or (given.interactive and not given.confirm(question)):
        write_whole(file, set_key(text, CHECKED, minute(project.now)))
    else:
        notes += [
            readable,
            f"warning: {project.shown(file)}: see that what is covered stands in none of these"
            f" lines, then add the line {CHECKED}: {minute(project.now)}",
        ]
    notes.append(
        "warning: if the uncovered picture was committed before, whoever can read the repository"
        " can read it: rewrite the history (git filter-repo), or treat it as public"
    )
    done = (FileDone("kept", kept, ", uncovered"), FileDone("changed", named, remark))
    return Result((*done, FileDone("changed", file)), tuple(notes))


def _copies(project: Project, picture: Path, digests: set[str]) -> Iterator[str]:
    """Warn of other files of the content folder with these bytes, hard links too."""
    for path in project.newsroom.statics:
        file = project.content / path
        if file.resolve() != picture.resolve() and hash_of(file) in digests:
            shown = project.shown(path)
            yield f"warning: {shown} is the same picture, uncovered: cover it, or delete it"


def _readable(citation: Citation, why: str) -> Iterator[str]:
    """Yield what readers of a citation, or of its source, can read besides the picture."""
    for key in ("author", "author_url", "url", "archive_url", "credit", "text"):
        if value := getattr(citation, key):
            yield f"{key.capitalize()}: {value}"
    if citation.screenshot and citation.screenshot.alt:
        yield f"Alt: {citation.screenshot.alt}"
    yield f"Redacted: {why}"


@command(
    Option(
        "path",
        "A PNG, JPEG, WebP, AVIF or GIF, a PDF or an office file",
        "Which picture or document? (a file)",
        positional=True,
    )
)
def strip(_project: Project, given: Given) -> Result:
    """Take out of a picture or document what it says besides: where, when, by whom."""
    return Result(notes=tuple(stripped(Path(given.ask("path")))))


def stripped(path: Path) -> list[str]:
    """Take out of a picture or document all but what is shown, and say what that was."""
    is_document = path.name.lower().endswith(LOOKED_INTO + NOT_CLEANED)
    try:
        data = path.read_bytes()
        found, bare = (documents.cleaned if is_document else cleaned)(data, path.name)
    except (ImageError, DocumentError) as error:
        raise CommandError(f"{path} {error}") from None
    if not found:
        what = "its content" if is_document else "the picture"
        return [f"kept     {path}: it carries nothing besides {what}"]
    write_whole(path, bare)
    told = [f"changed  {path}", *(f"         without {what}" for what in found)]
    if not is_document:
        told.append("If a citation shows it, run invoke check: it gives the new line Sha256.")
    return [*told, "If it was committed before, the history still holds it as it was."]
