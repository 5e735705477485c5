"""Pictures beside content files: what they are, and whether they may be published."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image as Pillow

from .colours import is_sideways
from .exif import UNREADABLE, told
from .opening import ImageError, exif_of, is_animated, open_picture
from .unseen import hides_colours

_XMP_LOCATION = (b"exif:GPS", b"GPSLatitude", b"GPSLongitude")
_XMP = ("xmp", "XML:com.adobe.xmp", "Raw profile type xmp")


class MissingError(ImageError):
    """There is no such picture in the content folder."""


@dataclass(frozen=True)
class Image:
    """A picture file. ``path`` is relative to the content folder; sizes in pixels, as shown.

    An animation is not ``still``. What ``hides`` has colours where nothing is seen.
    """

    path: str
    width: int
    height: int
    sha256: str
    has_location: bool
    still: bool = True
    hides: bool = False


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
                raise MissingError("is missing: put the file into the content folder")
            return self.read(file.read_bytes(), path, False)
        except ImageError:
            raise
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


HIDES = "hides colours where it is fully transparent: run invoke strip on it"


def read_picture(data: bytes, path: str, pixels: bool) -> Image:
    """What a picture file is; its ``pixels`` are only looked at if asked for.

    Raises ImageError if it is no picture that a browser shows.
    """
    picture = open_picture(data, pixels)
    width, height = reversed(picture.size) if is_sideways(picture) else picture.size
    return Image(
        path,
        width,
        height,
        hashlib.sha256(data).hexdigest(),
        _has_location(picture),
        not is_animated(picture),
        hides_colours(picture),
    )


def _has_location(picture: Pillow.Image) -> bool:
    """Whether metadata say where it was taken. Raises ImageError if they cannot be read."""
    told_by_exif = [*told(exif_of(picture)), *told(_exif_as_text(picture))]
    if UNREADABLE in told_by_exif:
        raise ImageError("has Exif data that cannot be read: run invoke strip on it")
    texts = [picture.info.get(key) for key in _XMP]
    packets = [text.encode() if isinstance(text, str) else text for text in texts if text]
    return any(what.startswith("GPS") for what in told_by_exif) or any(
        mark in packet for packet in packets for mark in _XMP_LOCATION
    )


def _exif_as_text(picture: Pillow.Image) -> bytes:
    """Exif data in hexadecimal digits, as ImageMagick puts it into a PNG."""
    lines = str(picture.info.get("Raw profile type exif", "")).split("\n")[3:]
    try:
        return bytes.fromhex("".join(lines)).removeprefix(b"Exif\0\0")
    except ValueError:
        return b"?"
