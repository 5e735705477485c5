"""Colours of a PNG where it is fully transparent: nobody sees them, and anybody can get at them.

An eraser often takes away the opacity and leaves what was erased.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from PIL import Image

from .colours import blanked
from .opening import ImageError, decoding, is_animated, open_picture

_SIGNATURE = 8
_DEPTH = 24  # of the samples: where the header says it


@decoding()
def hides_colours(picture: Image.Image) -> bool:
    """Whether a loaded picture holds colours where it is fully transparent; one alone is none.

    Only a PNG is looked at. Others are lossy, or have one such colour, or blank it anyway.
    """
    if picture.format != "PNG" or not picture.has_transparency_data:
        return False
    clear = picture.convert("RGBA").getchannel("A").point(lambda alpha: 255 * (not alpha))
    if not clear.getbbox():
        return False
    if picture.mode == "P":  # entries of one colour are still told apart by their numbers
        return sum(map(bool, Image.Image.histogram(picture, clear))) > 1
    hidden = picture.convert("RGBA").convert("RGB").histogram(clear)
    return sum(map(bool, hidden)) > 3


@decoding()
def without_hidden(data: bytes) -> bytes:
    """A PNG whose hidden colours are blanked; all that is seen, and all else in it, as it was.

    Raises ImageError if that cannot be done without changing what is seen.
    """
    picture = open_picture(data)
    if is_animated(picture) or data[_DEPTH] > 8:
        raise ImageError(
            "hides colours where it is fully transparent: save it again as a plain PNG of 8 bits"
        )
    buffer = io.BytesIO()
    _blanked(picture).save(buffer, "PNG", optimize=True)
    made = list(_chunks(buffer.getvalue()))
    [header] = [chunk for kind, chunk in made if kind == b"IHDR"]
    pixels = b"".join(chunk for kind, chunk in made if kind == b"IDAT")
    parts = [data[:_SIGNATURE], header]
    for kind, chunk in _chunks(data):
        if kind == b"IDAT":
            parts.append(pixels)
            pixels = b""
        elif kind != b"IHDR":
            parts.append(chunk)
    return b"".join(parts)


def _blanked(picture: Image.Image) -> Image.Image:
    """In the mode that it has, and without whatever else a file says of it."""
    if picture.mode == "P":
        opacity = picture.info["transparency"]
        first = opacity.index(0)
        table = [
            first if at in range(len(opacity)) and not opacity[at] else at for at in range(256)
        ]
        blank = picture.point(table)
        blank.info = {}
        return blank
    return blanked(picture.convert("RGBA")).convert(picture.mode)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = _SIGNATURE
    while at + 12 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at : at + 12 + size]
        at += 12 + size
