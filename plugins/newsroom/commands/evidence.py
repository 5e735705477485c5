"""Take in screenshots and portraits.

Whatever format a picture comes in, a plain sRGB PNG without metadata goes on. What was
received is kept beside the content folder, in ``evidence/``, which git ignores.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageOps

from ..files import sha256_of, write_whole
from ..images.colours import as_shown, encoded, narrowed
from ..images.opening import ImageError, is_animated, open_picture
from ..model.problems import CommandError

SHOWN_WIDTH = 2400
PORTRAIT_SIDE = 640


def take_in(data: bytes, name: str, notes: list[str] | None = None) -> bytes:
    """Make a picture as received fit to be published: a PNG; ``notes`` tell what was changed.

    Raises CommandError for what is no picture, is damaged, or is absurdly large.
    """
    notes = [] if notes is None else notes
    picture = _shown(data, name, notes)
    if picture.width > SHOWN_WIDTH:
        notes.append(f"made smaller, from {picture.width} to {SHOWN_WIDTH} pixels wide")
        picture = narrowed(picture, SHOWN_WIDTH)
    return encoded(picture, "PNG", optimize=True)


def portrait(data: bytes, name: str) -> bytes:
    """Return a photo of a person, as a square PNG. Raises CommandError like ``take_in``."""
    with Image.open(io.BytesIO(take_in(data, name))) as picture:
        side = min(*picture.size, PORTRAIT_SIDE)
        square = ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS)
        return encoded(square, "PNG", optimize=True)


def cover(data: bytes, name: str, boxes: Sequence[str]) -> bytes:
    """Cover parts of a published picture, as it is shown, with solid black; return a PNG.

    A box is ``left,top,width,height`` in pixels. Raises CommandError for any other, and for one
    of which any part lies outside the picture.
    """
    picture = _shown(data, name, [])
    for box in boxes:
        try:
            left, top, width, height = map(int, box.split(","))
        except ValueError:
            raise CommandError(
                f"the box {box!r} is not four whole numbers: left,top,width,height in pixels"
            ) from None
        right, bottom = left + width, top + height
        if not (0 <= left < right <= picture.width and 0 <= top < bottom <= picture.height):
            raise CommandError(
                f"the box {box} must lie in {name}, which is {picture.width} by"
                f" {picture.height} pixels: left,top,width,height"
            )
        black = (0, 0, 0, 255)[: len(picture.getbands())]
        picture.paste(black, (left, top, right, bottom))
    return encoded(picture, "PNG", optimize=True)


def keep_received(folder: Path, data: bytes, name: str, at: datetime) -> Path:
    """Keep a file as received, once, under a name that says when; return where."""
    digest = sha256_of(data)[:12]
    for kept in folder.glob(f"*-{digest}-*"):
        return kept
    safe = "".join(c if c.isalnum() or c in "._-" else "-" for c in Path(name).name)
    path = folder / f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest}-{safe}"
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
        raise CommandError(f"{name} {error}") from None
