"""Take in screenshots and portraits.

Whatever format a picture comes in, a plain sRGB PNG without metadata goes on. What was
received is kept beside the content folder, in ``evidence/``, which git ignores.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageOps

from ..files import write_whole
from ..images.colours import as_shown, encoded, narrowed
from ..images.opening import ImageError, is_animated, open_picture
from ..model.problems import CommandError

SHOWN_WIDTH = 2400
PORTRAIT_SIDE = 640


class EvidenceError(CommandError):
    """A picture that cannot be taken in; the message names the file and the remedy."""


@dataclass(frozen=True)
class Evidence:
    """A picture taken in: ``png`` are the bytes to publish, sizes in pixels.

    The digests, in hex, are those of these bytes and of the file as received. ``notes`` say
    what was changed.
    """

    png: bytes
    width: int
    height: int
    sha256: str
    source_sha256: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Box:
    """A part of a picture, in its pixels, from the upper left corner."""

    left: int
    top: int
    width: int
    height: int

    @classmethod
    def read(cls, text: str) -> Box:
        """Read ``left,top,width,height``. Raises EvidenceError for anything else."""
        try:
            left, top, width, height = (int(part) for part in text.split(","))
        except ValueError:
            raise EvidenceError(
                f"the box {text!r} is not four whole numbers: left,top,width,height in pixels"
            ) from None
        return cls(left, top, width, height)


def take_in(data: bytes, name: str, longest: int = SHOWN_WIDTH) -> Evidence:
    """Make a picture as received fit to be published, at most ``longest`` pixels wide.

    The format is told by the bytes, not by ``name``. Raises EvidenceError for what is no
    picture, is damaged, or is absurdly large.
    """
    notes: list[str] = []
    picture = _shown(data, name, notes)
    if picture.width > longest:
        notes.append(f"made smaller, from {picture.width} to {longest} pixels wide")
        picture = narrowed(picture, longest)
    return _evidence(picture, hashlib.sha256(data).hexdigest(), notes)


def portrait(data: bytes, name: str) -> Evidence:
    """Crop a photo of a person to a square. Raises EvidenceError like ``take_in``."""
    taken = take_in(data, name)
    with Image.open(io.BytesIO(taken.png)) as picture:
        side = min(*picture.size, PORTRAIT_SIDE)
        square = ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)
        return _evidence(square, taken.source_sha256, list(taken.notes))


def redact(data: bytes, name: str, boxes: Sequence[Box]) -> Evidence:
    """Cover parts of a published picture, as it is shown, with solid black.

    Raises EvidenceError for a box of which any part lies outside the picture.
    """
    picture = _shown(data, name, [])
    for box in boxes:
        right, bottom = box.left + box.width, box.top + box.height
        if not (0 <= box.left < right <= picture.width and 0 <= box.top < bottom <= picture.height):
            raise EvidenceError(
                f"the box {box.left},{box.top},{box.width},{box.height} must lie in {name},"
                f" which is {picture.width} by {picture.height} pixels: left,top,width,height"
            )
        black = (0, 0, 0, 255)[: len(picture.getbands())]
        picture.paste(black, (box.left, box.top, right, bottom))
    return _evidence(picture, hashlib.sha256(data).hexdigest(), [])


def keep_received(folder: Path, data: bytes, name: str, at: datetime) -> Path:
    """Keep a file as received, once, under a name that says when; return where."""
    digest = hashlib.sha256(data).hexdigest()
    for kept in folder.glob(f"*-{digest[:12]}-*"):
        return kept
    safe = "".join(c if c.isalnum() or c in "._-" else "-" for c in Path(name).name)
    path = folder / f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest[:12]}-{safe}"
    write_whole(path, data)
    return path


def _shown(data: bytes, name: str, notes: list[str]) -> Image.Image:
    """Open a picture as it is shown, in RGB or RGBA; of several frames the first."""
    try:
        picture = open_picture(data)
        if is_animated(picture):
            notes.append("there are several pictures in it: its first frame was taken")
        return as_shown(picture, notes)
    except ImageError as error:
        raise EvidenceError(f"{name} {error}") from None


def _evidence(picture: Image.Image, source: str, notes: list[str]) -> Evidence:
    png = encoded(picture, "PNG", optimize=True)
    digest = hashlib.sha256(png).hexdigest()
    return Evidence(png, picture.width, picture.height, digest, source, tuple(notes))
