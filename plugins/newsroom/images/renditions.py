"""Pictures out: each in modern formats, at the widths that pages use.

A rendition is made once and kept by the hash of the picture's bytes, so a
second build makes none, unless a kept one was damaged. Only pixels go into it,
so it has no metadata.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Protocol

from PIL import Image

from ..files import is_kept, keep
from ..model.problems import ContentError, Problem
from .colours import as_shown, blanked
from .opening import ImageError, open_picture

PORTRAIT_WIDTHS = (96, 192, 384)  # up to 8 rem, on screens of up to three pixels to one
# Pillow's options. Speed 8 of 10 makes AVIF in a third of the default's time, 3 % larger.
ENCODERS: dict[str, dict[str, int]] = {
    "avif": {"quality": 60, "speed": 8},
    "webp": {"quality": 82, "method": 4},
}
_RECIPE = "3"
_LONGEST = 200  # bytes of a picture's name that go into its renditions': file systems take 255


class PictureFile(Protocol):
    """A picture that renditions are made of."""

    @property
    def path(self) -> str:
        """Where it lies, relative to the content folder."""

    @property
    def width(self) -> int:
        """In pixels, as it is shown."""

    @property
    def sha256(self) -> str:
        """The hex digest of the file."""


@dataclass(frozen=True)
class Rendition:
    """One file to publish beside a picture.

    ``path`` is relative to the site's root, ``kept`` where it lies now, behind its
    digest, ``width`` in pixels, ``type`` a media type (RFC 6838).
    """

    path: str
    kept: Path
    type: str
    width: int


@dataclass(frozen=True)
class Renditions:
    """The renditions of pictures, cached in ``folder``, at ``widths`` in pixels.

    Portraits are small: they have widths of their own, and one format. Without
    ``widths`` nothing has renditions.
    """

    content: Path
    folder: Path
    widths: tuple[int, ...]

    def plan(self, picture: PictureFile) -> tuple[Rendition, ...]:
        """What a picture's renditions are, smallest first, AVIF before WebP.

        Never wider than the picture itself.
        """
        return self._plan(picture, self.widths, tuple(ENCODERS))

    def plan_portrait(self, photo: PictureFile) -> tuple[Rendition, ...]:
        """What a portrait's renditions are, smallest first."""
        return self._plan(photo, PORTRAIT_WIDTHS, ("webp",))

    def _plan(
        self, picture: PictureFile, offered: tuple[int, ...], kinds: tuple[str, ...]
    ) -> tuple[Rendition, ...]:
        if not self.widths:
            return ()
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
        plans: Iterable[tuple[PictureFile, Iterable[Rendition]]],
        told: Callable[[str, int, int], None] = lambda _step, _done, _whole: None,
    ) -> int:
        """Make the renditions that are not kept, or not whole; returns how many were made.

        ``told`` hears of how many pictures that is done, as long as it takes.
        Raises ContentError for pictures that cannot be read to their end.
        """
        jobs = [(picture.path, list(items)) for picture, items in plans]
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # the encoders release Python's lock
            done: list[int | Problem] = []
            for made in pool.map(self._make, jobs):
                done.append(made)
                if made:
                    told("pictures", len(done), len(jobs))
        if problems := [made for made in done if isinstance(made, Problem)]:
            raise ContentError(problems)
        return sum(made for made in done if not isinstance(made, Problem))

    def _make(self, job: tuple[str, list[Rendition]]) -> int | Problem:
        """One picture at a time is in memory for each thread, however many there are."""
        path, items = job
        missing = [item for item in items if not is_kept(item.kept)]
        try:
            if missing:
                picture = as_shown(open_picture((self.content / path).read_bytes()))
                for rendition in missing:
                    _encode(picture, rendition)
        except (OSError, ImageError) as error:
            return Problem(path, 1, "picture", f"this picture {error}").below(self.content.name)
        return len(missing)


def _encode(picture: Image.Image, rendition: Rendition) -> None:
    if rendition.width != picture.width:
        height = max(1, round(picture.height * rendition.width / picture.width))
        picture = blanked(picture.resize((rendition.width, height), Image.Resampling.LANCZOS))
    buffer = BytesIO()
    kind = rendition.type.removeprefix("image/")
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    bare.save(buffer, kind.upper(), **ENCODERS[kind])
    keep(rendition.kept, buffer.getvalue())
