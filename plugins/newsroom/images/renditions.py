"""Pictures in modern formats, at the widths that pages use; made once, of nothing but pixels."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ..files import is_kept, keep
from ..model.keys import Picture
from ..model.problems import ContentError, Problem
from .colours import as_shown, encoded, narrowed
from .opening import ImageError, open_picture

PORTRAIT_WIDTHS = (96, 192, 384)  # up to 8 rem, on screens of up to three pixels to one
WIDEST, ON_PHONES = 720, 288  # pixels that a picture has where no CSS gives it others
# Pillow's options. Speed 8 of 10 makes AVIF in a third of the default's time, 3 % larger.
ENCODERS: dict[str, dict[str, int]] = {
    "avif": {"quality": 60, "speed": 8},
    "webp": {"quality": 82, "method": 4},
}
_RECIPE = "3"
_LONGEST = 200  # bytes of a picture's name that go into its renditions': file systems take 255


def fit(width: int, height: int, most: int = WIDEST) -> tuple[int, int]:
    """Return the size of a picture that is to be no wider than ``most``."""
    return (most, max(1, round(height * most / width))) if width > most else (width, height)


@dataclass(frozen=True)
class Rendition:
    """A file to publish at ``path``, relative to the site's root; ``kept`` is where it lies now."""

    path: str
    kept: Path
    type: str
    width: int

    @property
    def url(self) -> str:
        """The path as it stands in URLs."""
        return quote(self.path)


@dataclass(frozen=True)
class Renditions:
    """The renditions of pictures, cached in ``folder``, at ``widths`` in pixels, if any."""

    content: Path
    folder: Path
    widths: tuple[int, ...]

    def plan(self, picture: Picture, is_portrait: bool = False) -> tuple[Rendition, ...]:
        """List a picture's renditions: AVIF before WebP, smallest first, none wider than it.

        Portraits are small: they have widths of their own, and one format.
        """
        if not self.widths:
            return ()
        offered = PORTRAIT_WIDTHS if is_portrait else self.widths
        kinds = ("webp",) if is_portrait else tuple(ENCODERS)
        widths = [width for width in sorted(offered) if width < picture.width]
        if picture.width <= max(offered):
            widths.append(picture.width)
        folder, _, name = picture.path.rpartition("/")
        stem = name.rpartition(".")[0].encode()[:_LONGEST].decode("utf-8", "ignore")
        short = picture.sha256[:12]
        return tuple(
            Rendition(
                f"{folder}/{stem}-h{short}-{width}.{kind}".removeprefix("/"),
                self.folder / f"{picture.sha256}-{width}-{_RECIPE}.{kind}",
                f"image/{kind}",
                width,
            )
            for kind in kinds
            for width in widths
        )

    def make(
        self,
        plans: Iterable[tuple[Picture, Iterable[Rendition]]],
        told: Callable[[str, int, int], None] = lambda _step, _done, _whole: None,
    ) -> int:
        """Make the renditions that are not kept, or not whole; return how many were made.

        ``told`` hears how many pictures are done. Raises ContentError for one that cannot be
        read to its end.
        """
        jobs, whole = [(picture.path, list(items)) for picture, items in plans], 0
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # the encoders release Python's lock
            for done, made in enumerate(pool.map(self._make, jobs), 1):
                whole += made
                if made:
                    told("pictures", done, len(jobs))
        return whole

    def _make(self, job: tuple[str, list[Rendition]]) -> int:
        """Make those of one picture; a thread has one picture at a time in memory."""
        path, items = job
        missing = [item for item in items if not is_kept(item.kept)]
        try:
            if missing:
                picture = as_shown(open_picture((self.content / path).read_bytes()))
                for rendition in missing:
                    kind = rendition.type.removeprefix("image/")
                    narrow = narrowed(picture, rendition.width)
                    keep(rendition.kept, encoded(narrow, kind.upper(), **ENCODERS[kind]))
        except (OSError, ImageError) as error:
            problem = Problem(path, 1, "picture", f"this picture {error}")
            raise ContentError([problem.below(self.content.name)]) from None
        return len(missing)
