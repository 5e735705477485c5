"""Rid a picture file of what it says besides the picture: where, when, by whom, with what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..files import write_whole
from ..images.metadata import without_extras
from ..images.opening import ImageError
from ..images.screenshots import read_picture
from ..model.problems import CommandError
from .options import Options, argument, command
from .project import Project
from .results import Result


@dataclass(frozen=True)
class StripOptions(Options):
    """Of a picture to be cleaned."""

    path: str = argument("Which picture? (a file)", help="A PNG, JPEG, WebP, AVIF or GIF")


@command(StripOptions)
def strip(project: Project, given: StripOptions) -> Result:
    """Take out of a picture file what it says besides the picture: where, when, by whom."""
    return Result(notes=tuple(stripped(Path(project.asker.ask(given.question("path"))))))


def stripped(path: Path) -> list[str]:
    """Take out of a picture file all but the picture, and say what that was.

    Raises CommandError if it is damaged or no picture that can be cleaned.
    """
    try:
        data = path.read_bytes()
        found = read_picture(data, path.name, True).extras
        if not found:
            return [f"kept     {path}: it carries nothing besides the picture"]
        bare = without_extras(data)
        left = read_picture(bare, path.name, True).extras
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
        "If a citation shows it, run invoke check: it gives the new line Sha256.",
        "If it was committed before, the history still holds it as it was.",
    ]
