"""Cover names or faces in a screenshot, and say where else they can still be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..files import write_together, write_whole
from ..model.citation import Citation
from ..model.problems import CommandError
from ..publish.manifest import hash_of
from .answers import find_screenshot
from .asking import one_line
from .edit import remove_key, set_key, set_keys
from .evidence import keep_received
from .evidence import redact as covered_picture
from .options import ContentOptions, argument, command, flag, option, several
from .project import Project
from .results import FileDone, Result
from .scaffold import minute

CHECKED = "Text_checked"


@dataclass(frozen=True)
class RedactOptions(ContentOptions):
    """Of what is covered."""

    path: str = argument("Whose screenshot?")
    box: tuple[str, ...] = several(
        "left,top,width,height in pixels; may be repeated",
        "What to cover, in pixels: left,top,width,height (several with spaces between)",
    )
    why: str = option(
        "What is covered, and why", "What is covered, and why? (readers see it)", check=one_line
    )
    text_is_clean: bool = flag("What is covered stands in none of the citation's words")


@command(RedactOptions)
def redact(project: Project, given: RedactOptions) -> Result:
    """Cover names or faces in a screenshot with black.

    The uncovered picture goes to the evidence. What can still be read of the citation is
    shown, and whether the same stands there is asked.
    """
    citation = find_screenshot(project, given.question("path"))
    file, picture = project.content / citation.path, _picture(project, citation)
    boxes = project.asker.ask(given.question("box", check=one_line)).split()
    data = picture.read_bytes()
    covered = covered_picture(data, picture.name, boxes)
    named = picture.with_suffix(".png")
    if named != picture and named.exists():
        raise CommandError(
            f"what is covered becomes a PNG, and {named.name} is there already: move it away"
        )
    why = project.asker.ask(given.question("why"))
    keys = {
        "Screenshot": named.relative_to(file.parent).as_posix(),
        "Sha256": covered.sha256,
        "Source_sha256": citation.source_sha256 or covered.source_sha256,
        "Redacted": f"{citation.redacted}; {why}" if citation.redacted else why,
    }
    text = project.edited(
        file,
        lambda text: remove_key(text, CHECKED),
        lambda text: set_keys(text, keys.items()),
    )
    copies = sorted(_copies(project, picture, {covered.source_sha256, citation.source_sha256}))
    evidence = project.evidence / citation.incident
    kept = keep_received(evidence, data, f"unredacted-{picture.name}", project.now)
    write_together({named: covered.png, file: text.encode("utf-8")})
    remark = f": {len(boxes)} covered"
    if named != picture:
        picture.unlink()
        remark += f"; it was {picture.name}: run invoke check, in case something else names that"
    readable, notes = _readable(citation, why), []
    question = "Does what you covered still stand in one of these lines?"
    if given.text_is_clean or (
        project.asker.interactive and not project.asker.confirm("\n".join((*readable, question)))
    ):
        write_whole(file, set_key(text, CHECKED, minute(project.now)))
    else:
        notes += [
            *readable,
            f"warning: {project.shown(file)}: see that what is covered stands in none of these"
            f" lines, then add the line {CHECKED}: {minute(project.now)}",
        ]
    notes += [
        *copies,
        "warning: if the uncovered picture was committed before, whoever can read the repository"
        " can read it: rewrite the history (git filter-repo), or treat it as public",
    ]
    return Result(
        (
            FileDone("kept", kept, ", uncovered"),
            FileDone("changed", named, remark),
            FileDone("changed", file),
        ),
        tuple(notes),
    )


def _picture(project: Project, citation: Citation) -> Path:
    """Return a citation's picture. Raises CommandError for a symbolic link."""
    assert citation.screenshot
    picture = project.content / citation.screenshot.path
    if picture.is_symlink():
        raise CommandError(
            f"{project.shown(picture)} is a link, and the file that it leads to would stay"
            " uncovered: put the picture itself in its place"
        )
    return picture


def _copies(project: Project, picture: Path, digests: set[str]) -> Iterator[str]:
    """Warn of other files of the content folder with these bytes, hard links too."""
    real = picture.resolve()
    for path in project.newsroom.statics:
        file = project.content / path
        if file.resolve() != real and hash_of(file) in digests:
            shown = project.shown(path)
            yield f"warning: {shown} is the same picture, uncovered: cover it, or delete it"


def _readable(citation: Citation, why: str) -> list[str]:
    """Return what readers of a citation, or of its source, can read besides the picture."""
    values = {
        "Author": citation.author,
        "Author_url": citation.author_url,
        "Url": citation.url,
        "Archive_url": citation.archive_url,
        "Alt": citation.screenshot.alt if citation.screenshot else "",
        "Credit": citation.credit,
        "Redacted": why,
        "Text": citation.text,
    }
    return [f"{key}: {value}" for key, value in values.items() if value]
