"""Pictures beside content files: what they are, and whether they may be published."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ..model.keys import Picture
from .colours import hides_colours
from .metadata import HIDDEN, extras, without_extras
from .opening import ImageError, is_animated, open_picture, orientation_of


class MissingError(ImageError):
    """There is no such picture in the content folder."""


Read = Callable[[bytes, str, bool], Picture]
"""A picture's bytes, its path relative to the content folder, and whether its pixels count."""


@dataclass(frozen=True)
class PictureFolder:
    """The content folder, as the only place that pictures may come from, each by ``read``."""

    content: Path
    read: Read = field(default_factory=lambda: read_picture)

    def open(self, beside: str, name: str) -> Picture:
        """Read the picture ``name`` beside the content file ``beside``.

        Raises ImageError if it is not there, or is no picture that a browser shows.
        """
        folder = Path(beside).parent
        return self._read(os.path.normpath(folder / name), self.content / folder, pixels=True)

    def glance(self, path: str) -> Picture:
        """Read the picture at ``path`` as ``open`` does, but not its pixels."""
        return self._read(path, self.content, pixels=False)

    def _read(self, path: str, folder: Path, pixels: bool) -> Picture:
        file = self.content / path
        try:
            if not file.resolve().is_relative_to(folder.resolve()) or not file.is_file():
                raise MissingError("is missing: put the file beside this one")
            return self.read(file.read_bytes(), path, pixels)
        except ImageError:
            raise
        except (OSError, ValueError, RuntimeError) as error:  # too long a name, a loop of links
            raise ImageError(f"cannot be read ({error}): put the file beside this one") from None


def cleaned(data: bytes, name: str) -> tuple[tuple[str, ...], bytes]:
    """Return what a picture says besides what is seen, and its bytes without that.

    Raises ImageError for what cannot be taken out of it.
    """
    found = read_picture(data, name, True).extras
    bare = without_extras(data) if found else data
    if left := read_picture(bare, name, True).extras:
        remedy = "save it again from an image editor, without metadata"
        raise ImageError(f"cannot be rid of {left[0]}: {remedy}")
    return found, bare


def read_picture(data: bytes, path: str, pixels: bool) -> Picture:
    """Read what a picture file is; its ``pixels`` are only looked at if asked for.

    Raises ImageError if it is no picture that a browser shows.
    """
    picture = open_picture(data, pixels)
    is_sideways = orientation_of(picture) >= 5
    width, height = reversed(picture.size) if is_sideways else picture.size
    told = (*extras(data), *([HIDDEN] if hides_colours(picture) else []))
    digest = hashlib.sha256(data).hexdigest()
    still = not is_animated(picture)
    return Picture(path, width, height, digest, still=still, extras=told)
