"""Evidence out: each screenshot in modern formats, at the widths that pages use.

A rendition is made once and kept by the hash of the screenshot's bytes, so a
second build makes none. Only pixels go into it, so it has no metadata.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PIL import Image

from ..files import write_whole
from ..model.citation import Screenshot

# Pillow's options. Speed 8 of 10 makes AVIF in a third of the default's time, 3 % larger.
ENCODERS: dict[str, dict[str, int]] = {
    "avif": {"quality": 60, "speed": 8},
    "webp": {"quality": 82, "method": 4},
}
_RECIPE = "1"


@dataclass(frozen=True)
class Rendition:
    """One file to publish beside a screenshot.

    ``path`` is relative to the site's root, ``kept`` where the file lies now,
    ``width`` in pixels, ``type`` a media type (RFC 6838).
    """

    path: str
    kept: Path
    type: str
    width: int


@dataclass(frozen=True)
class Renditions:
    """The renditions of screenshots, cached in ``folder``, at ``widths`` in pixels."""

    content: Path
    folder: Path
    widths: tuple[int, ...]

    def plan(self, screenshot: Screenshot) -> tuple[Rendition, ...]:
        """What a screenshot's renditions are, smallest first, AVIF before WebP.

        Never wider than the screenshot itself.
        """
        if not self.widths:
            return ()
        widths = [width for width in sorted(self.widths) if width < screenshot.width]
        if screenshot.width <= max(self.widths):
            widths.append(screenshot.width)
        stem = screenshot.path.rpartition(".")[0]
        short = screenshot.sha256[:12]
        return tuple(
            Rendition(
                f"{stem}-{short}-{width}.{kind}",
                self.folder / f"{screenshot.sha256}-{width}-{_RECIPE}.{kind}",
                f"image/{kind}",
                width,
            )
            for kind in ENCODERS
            for width in widths
        )

    def make(self, screenshots: Iterable[Screenshot]) -> int:
        """Make the renditions that are not kept yet; returns how many were made."""
        missing = [
            (screenshot, [item for item in self.plan(screenshot) if not item.kept.is_file()])
            for screenshot in screenshots
        ]
        jobs = [
            (_Source(self.content / screenshot.path), item)
            for screenshot, items in missing
            for item in items
        ]
        with ThreadPoolExecutor(os.cpu_count()) as pool:  # the encoders release Python's lock
            list(pool.map(lambda job: _encode(*job), jobs))
        return len(jobs)


@dataclass(frozen=True)
class _Source:
    path: Path

    @cached_property
    def picture(self) -> Image.Image:
        with Image.open(self.path) as picture:
            clear = "A" in picture.getbands() or "transparency" in picture.info
            return picture.convert("RGBA" if clear else "RGB")


def _encode(source: _Source, rendition: Rendition) -> None:
    import io

    picture = source.picture
    if rendition.width != picture.width:
        height = max(1, round(picture.height * rendition.width / picture.width))
        picture = picture.resize((rendition.width, height), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    kind = rendition.type.removeprefix("image/")
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    bare.save(buffer, kind.upper(), **ENCODERS[kind])
    write_whole(rendition.kept, buffer.getvalue())
