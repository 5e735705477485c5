"""Faces for cards: a photo of any kind cut to a circle, or initials where there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from PIL import Image, ImageDraw, ImageOps, JpegImagePlugin

from .colours import as_shown
from .opening import ImageError, open_picture

_KEPT = 256  # pixels a side: what a photo is kept at for the time of a batch
_SMOOTH = 4  # times as large a circle is drawn, before it is made smaller


@dataclass(frozen=True)
class Portraits:
    """Photos for one batch of cards: each is decoded once. May be shared by threads."""

    paper: str
    _squares: dict[Path, Image.Image | None] = field(default_factory=dict, repr=False)
    _sized: dict[tuple[Path, int], Image.Image] = field(default_factory=dict, repr=False)
    _circles: dict[int, Image.Image] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def square(self, photo: Path, side: int) -> Image.Image | None:
        """The middle of a photo, upright, in RGB; None if it cannot be read."""
        with self._lock:
            if photo not in self._squares:
                self._squares[photo] = read_square(photo, self.paper)
            square = self._squares[photo]
            if square is None:
                return None
            if (photo, side) not in self._sized:
                self._sized[photo, side] = square.resize((side, side), Image.Resampling.LANCZOS)
            return self._sized[photo, side]

    def circle(self, side: int) -> Image.Image:
        """A mask: a white disc with a smooth edge."""
        with self._lock:
            if side not in self._circles:
                large = Image.new("L", (side * _SMOOTH, side * _SMOOTH))
                ImageDraw.Draw(large).ellipse((0, 0, *(edge - 1 for edge in large.size)), 255)
                self._circles[side] = large.resize((side, side), Image.Resampling.BOX)
            return self._circles[side]


def read_square(photo: Path, paper: str) -> Image.Image | None:
    """A photo's middle square in sRGB, upright, on paper where it is clear; None if corrupt."""
    try:
        picture = open_picture(photo.read_bytes(), pixels=False)
        if isinstance(picture, JpegImagePlugin.JpegImageFile):
            picture.draft(None, (_KEPT, _KEPT))  # decodes no more pixels than needed
        picture.load()
        shown = as_shown(picture).convert("RGBA")
        flat = Image.alpha_composite(Image.new("RGBA", shown.size, paper), shown).convert("RGB")
        return ImageOps.fit(flat, (_KEPT, _KEPT), Image.Resampling.LANCZOS)
    except Exception:  # ImageError, or whatever a decoder makes of broken pixels
        return None


def read_logo(file: Path, width: int, height: int) -> Image.Image | None:
    """A logo in RGBA, made small enough for a box in pixels; None if it cannot be read."""
    try:
        logo = as_shown(open_picture(file.read_bytes())).convert("RGBA")
    except (OSError, ImageError):
        return None
    logo.thumbnail((width, height), Image.Resampling.LANCZOS)
    return logo
