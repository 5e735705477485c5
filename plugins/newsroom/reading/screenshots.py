"""Pictures beside content files: what they are, and whether they may be published."""

from __future__ import annotations

import hashlib
import io
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from .colours import is_sideways

MAX_PIXELS = 64_000_000
MAX_SIDE = 24_000
FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF")

_GPS = 0x8825  # Exif 2.3, table 3: pointer to the GPS information directory
_XMP_LOCATION = (b"exif:GPS", b"GPSLatitude", b"GPSLongitude")


class ImageError(ValueError):
    """A picture that cannot be published; the message completes ``Screenshot 'x' …``."""


@dataclass(frozen=True)
class Image:
    """A picture file. ``path`` is relative to the content folder; sizes in pixels, as shown.

    An animation is not ``still``.
    """

    path: str
    width: int
    height: int
    sha256: str
    has_location: bool
    still: bool = True


Read = Callable[[bytes, str, bool], Image]
"""A picture's bytes, its path relative to the content folder, and whether its pixels count."""


@dataclass(frozen=True)
class PictureFolder:
    """The content folder, as the only place that pictures may come from.

    ``read`` looks into one, as ``read_picture`` does.
    """

    content: Path
    read: Read = field(default_factory=lambda: read_picture)

    def open(self, beside: str, name: str) -> Image:
        """Read the picture ``name`` beside the content file ``beside``.

        Raises ImageError if it is missing, lies elsewhere (also through a
        symbolic link), or is no picture that a browser shows.
        """
        try:
            return self._open(beside, name)
        except ImageError:
            raise
        except (OSError, ValueError, RuntimeError) as error:  # too long a name, a loop of links
            raise ImageError(f"cannot be read ({error}): put the file beside this one") from None

    def glance(self, path: str) -> Image:
        """Read what there is to know of the picture at ``path``, but not its pixels.

        Raises ImageError as ``open`` does, except for faults in the pixels.
        """
        file = self.content / path
        try:
            if not file.resolve().is_relative_to(self.content.resolve()) or not file.is_file():
                raise ImageError("is missing: put the file into the content folder")
            return self.read(file.read_bytes(), path, False)
        except (OSError, ValueError, RuntimeError) as error:
            raise ImageError(f"cannot be read ({error})") from None

    def _open(self, beside: str, name: str) -> Image:
        folder = self.content / Path(beside).parent
        path = Path(os.path.normpath(folder / name))
        root = self.content.resolve()
        if not path.is_relative_to(self.content) or not path.resolve().is_relative_to(root):
            raise ImageError("lies outside the content folder: put the file beside this one")
        if not path.is_relative_to(folder) or not path.resolve().is_relative_to(folder.resolve()):
            raise ImageError("lies in another folder: put the file beside this one")
        if not path.is_file():
            raise ImageError("is missing: put the file beside this one")
        return self.read(path.read_bytes(), path.relative_to(self.content).as_posix(), True)


def no_location(name: str) -> str:
    """Completes ``Screenshot 'x' …`` for a picture that tells where it was taken."""
    return f"carries location metadata: save {name} without metadata, then renew its Sha256"


def read_picture(data: bytes, path: str, pixels: bool) -> Image:
    """What a picture file is; its ``pixels`` are only looked at if asked for.

    Raises ImageError if it is no picture that a browser shows.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            with Pillow.open(io.BytesIO(data), formats=FORMATS) as picture:
                width, height = picture.size
                if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
                    raise ImageError(f"is absurdly large ({width} by {height}): crop it")
                if pixels:
                    picture.load()
                location = _has_location(picture)
                still = not getattr(picture, "is_animated", False)
                if is_sideways(picture):
                    width, height = height, width
    except ImageError:
        raise
    except UnidentifiedImageError:
        raise ImageError(f"is not an image: use one of {', '.join(FORMATS)}") from None
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning):
        raise ImageError("is not an image of a size that can be shown: make it smaller") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise ImageError(f"is not an image that can be read ({error}): save it again") from None
    return Image(path, width, height, hashlib.sha256(data).hexdigest(), location, still)


def _has_location(picture: Pillow.Image) -> bool:
    if picture.getexif().get_ifd(_GPS):
        return True
    texts = [picture.info.get(key) for key in ("xmp", "XML:com.adobe.xmp", "Raw profile type xmp")]
    packets = [text.encode() if isinstance(text, str) else text for text in texts if text]
    return any(mark in packet for packet in packets for mark in _XMP_LOCATION)
