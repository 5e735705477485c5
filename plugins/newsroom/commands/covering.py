"""Cover names or faces in a screenshot, and find where else they can still be read."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..files import write_together, write_whole
from ..model.citation import Citation, Screenshot
from ..model.problems import CommandError
from ..publish.manifest import hash_of
from .answers import find_screenshot
from .asking import one_line
from .edit import remove_key, set_key, set_keys
from .evidence import Box, Evidence, keep_received
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
    shot = citation.screenshot
    if shot is None:
        raise CommandError(f"{project.shown(citation.path)} has no screenshot to cover")
    boxes = project.asker.ask(given.question("box", check=one_line)).split()
    picture, data = _uncovered(project, shot)
    covered = covered_picture(data, picture.name, [Box.read(box) for box in boxes])
    why = project.asker.ask(given.question("why"))
    named = picture if picture.suffix.lower() == ".png" else picture.with_suffix(".png")
    if named != picture and named.exists():
        raise CommandError(
            f"what is covered becomes a PNG, and {named.name} is there already: move it away"
        )
    file = project.content / citation.path
    text, looked_at = _texts(project, citation, named, covered, why)
    copies = sorted(_copies(project, picture, {covered.source_sha256, citation.source_sha256}))
    kept = keep_received(
        project.evidence / citation.incident, data, f"unredacted-{picture.name}", project.now
    )
    write_together({named: covered.png, file: text.encode("utf-8")})
    renamed = ""
    if named != picture:
        picture.unlink()
        renamed = f"; it was {picture.name}: run invoke check, in case something else names that"
    notes = []
    if given.text_is_clean or _is_clean(project, citation, why):
        write_whole(file, looked_at.encode("utf-8"))
    else:
        notes += [
            *_readable(citation, why),
            f"warning: {project.shown(citation.path)}: see that what is covered stands in none of"
            f" these lines, then add the line {CHECKED}: {minute(project.now)}",
        ]
    return Result(
        (
            FileDone("kept", kept, ", uncovered"),
            FileDone("changed", named, f": {len(boxes)} covered{renamed}"),
            FileDone("changed", file),
        ),
        (*notes, *copies, *_in_history(project, data)),
        goes_along=(picture,),  # in git, too, one that was renamed is gone
    )


def _uncovered(project: Project, shot: Screenshot) -> tuple[Path, bytes]:
    picture = project.content / shot.path
    if picture.is_symlink():
        raise CommandError(
            f"{project.shown(shot.path)} is a link, and the file that it leads to would stay"
            " uncovered: put the picture itself in its place"
        )
    return picture, picture.read_bytes()


def _copies(project: Project, picture: Path, digests: set[str]) -> Iterator[str]:
    """Warn of other files of the content folder with these bytes, hard links too."""
    real = picture.resolve()
    for path in project.newsroom.statics:
        file = project.content / path
        if file.resolve() != real and hash_of(file) in digests:
            shown = project.shown(path)
            yield f"warning: {shown} is the same picture, uncovered: cover it, or delete it"


def _texts(
    project: Project, citation: Citation, picture: Path, covered: Evidence, why: str
) -> tuple[str, str]:
    """Return a citation's text as it will be: words not looked at yet, and looked at now."""
    file = project.content / citation.path
    keys = {
        "Screenshot": picture.relative_to(file.parent).as_posix(),
        "Sha256": covered.sha256,
        "Source_sha256": citation.source_sha256 or covered.source_sha256,
        "Redacted": f"{citation.redacted}; {why}" if citation.redacted else why,
    }
    text = project.edited(
        file,
        lambda text: remove_key(text, CHECKED),
        lambda text: set_keys(text, keys.items()),
    )
    return text, set_key(text, CHECKED, minute(project.now))


def _is_clean(project: Project, citation: Citation, why: str) -> bool:
    """Ask whether what is covered cannot be read elsewhere in the citation."""
    question = "Does what you covered still stand in one of these lines?"
    shown = "\n".join((*_readable(citation, why), question))
    return project.asker.interactive and not project.asker.confirm(shown)


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


def _in_history(project: Project, data: bytes) -> Iterator[str]:
    """Warn of commits, on any branch, that added or removed these bytes."""
    git = ["git", "-C", str(project.content)]
    try:
        blob = subprocess.run(
            [*git, "hash-object", "--stdin"], input=data, capture_output=True, check=True
        ).stdout.decode()
        log = [*git, "log", "--all", "--format=%h", f"--find-object={blob.strip()}"]
        commits = subprocess.run(log, capture_output=True, text=True, check=True).stdout.split()
    except (FileNotFoundError, subprocess.CalledProcessError):  # no git, no history
        return
    if commits:
        yield (
            f"warning: the history holds the uncovered picture ({', '.join(commits)}): whoever"
            " can read the repository can read it. Rewrite the history (git filter-repo)"
            " before you push, or treat it as public."
        )
