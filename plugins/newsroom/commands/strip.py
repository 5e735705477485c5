"""A picture file rid of what it says besides the picture: where, when, by whom, with what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..files import write_whole
from ..images.metadata import without_extras
from ..images.opening import ImageError
from ..images.screenshots import read_picture
from ..model.header import parse
from ..model.problems import CommandError
from .options import Options, argument, command
from .project import Project
from .results import Result


def strip(path: Path) -> list[str]:
    """Take out of a PNG, JPEG, WebP, AVIF or GIF all but the picture, and write it back whole.

    Returns what was taken out, and what is to be done now; a file with nothing to take out
    is not written. Raises CommandError if it cannot be read, is damaged or is no such image.
    """
    try:
        data = path.read_bytes()
        found = read_picture(data, path.name, True).extras
        if not found:
            return [f"kept     {path}: it carries nothing besides the picture"]
        bare = without_extras(data)
        left = read_picture(bare, path.name, True).extras
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None
    except ImageError as error:
        raise CommandError(f"{path} {error}") from None
    if left:
        raise CommandError(
            f"{path} cannot be rid of {left[0]}: save it again from an image editor,"
            " without metadata"
        )
    write_whole(path, bare)
    return [
        f"changed  {path}",
        *(f"         without {what}" for what in found),
        *_hashes_to_renew(path),
        "If it was committed before, the history still holds it as it was.",
    ]


def _hashes_to_renew(path: Path) -> list[str]:
    """Say what to do about each citation whose screenshot this is: it keeps the file's hash."""
    cited = [
        file
        for file in sorted(path.parent.glob("*.cite.md"))
        if any(
            field.value.strip() == path.name
            for field in parse(file.read_text("utf-8", "replace")).named("Screenshot")
        )
    ]
    return [
        f"Its hash has changed: run invoke check, and put the line Sha256 that it gives into {file}"
        for file in cited
    ]


@dataclass(frozen=True)
class StripOptions(Options):
    """Of a picture to be cleaned."""

    path: str = argument("Which picture? (a file)", help="A PNG, JPEG, WebP, AVIF or GIF")


@command(StripOptions, name="strip")
def strip_file(project: Project, given: StripOptions) -> Result:
    """Take out of a picture file what it says besides the picture: where, when, by whom."""
    return Result(notes=tuple(strip(Path(project.asker.ask(given.question("path"))))))
