"""Open a picture file, whatever is in it: its size is checked before anything is unpacked."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from PIL import ExifTags, Image, ImageFile, UnidentifiedImageError

MAX_PIXELS = 64_000_000
MAX_SIDE = 24_000
FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF")
_TOO_LARGE = "crop it to at most 24,000 pixels a side and 64 million in all"
# Chunks of a PNG that may stand behind the pixels, where Pillow reads them only with these.
_LATE_CHUNKS = (b"eXIf", b"tEXt", b"zTXt", b"iTXt")


class ImageError(ValueError):
    """A picture that cannot be published; the message completes ``Screenshot 'x' …``."""


@contextmanager
def decoding() -> Iterator[None]:
    """Raise ImageError, with one line, for whatever Pillow makes of an odd file."""
    try:
        with warnings.catch_warnings():  # what it warns of is for programmers
            warnings.simplefilter("ignore")
            yield
    except ImageError:
        raise
    except UnidentifiedImageError:
        raise ImageError("is not an image that can be published: save it as PNG or JPEG") from None
    except Image.DecompressionBombError:
        raise ImageError(f"is absurdly large: {_TOO_LARGE}") from None
    except Exception as error:  # a decoder raises almost anything for a file made to break it
        said = " ".join(str(error).split()) or type(error).__name__
        raise ImageError(f"is damaged ({said}): save it again") from None


@decoding()
def open_picture(data: bytes, pixels: bool = True) -> ImageFile.ImageFile:
    """Open a picture of a kind that browsers show. Raises ImageError if it is none, or damaged."""
    picture = Image.open(io.BytesIO(data), formats=FORMATS)
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise ImageError(f"is absurdly large ({width} by {height}): {_TOO_LARGE}")
    if picture.mode.startswith("I"):
        raise ImageError("has 16 bits of grey: save it with 8 bits")
    late = picture.format == "PNG" and any(chunk in data for chunk in _LATE_CHUNKS)
    is_animated(picture)  # which reads on to the end of a GIF
    if pixels or late:
        picture.load()
    return picture


def is_animated(picture: Image.Image) -> bool:
    """Tell whether a picture has further frames."""
    return bool(getattr(picture, "is_animated", False))


def exif_of(picture: Image.Image) -> Image.Exif:
    """Read a picture's Exif as browsers do: without what is broken in it."""
    exif = Image.Exif()
    with warnings.catch_warnings(), suppress(Exception):  # it may be made to break a reader
        warnings.simplefilter("ignore")
        exif.load(picture.info.get("exif", b""))
    return exif


def orientation_of(picture: Image.Image) -> int:
    """Return how a picture is to be turned, 1 to 8 as in Exif; 1, upright, if that is not said."""
    with suppress(Exception):
        value = exif_of(picture).get(ExifTags.Base.Orientation)
        if isinstance(value, int) and 1 <= value <= 8:
            return value
    return 1
