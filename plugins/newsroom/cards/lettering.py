"""Text set in lines: the size at which it fits a box, its line breaks, and drawing it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypedDict

from PIL import ImageDraw

from .bidi import first_is_right_to_left, has_right_to_left, in_visual_order
from .linebreaks import Piece, clusters, divided, pieces, syllable_end
from .typefaces import Typefaces

_REFERENCE = 64  # pixels to the em at which widths are measured once, then scaled
_SLACK = 0.99  # of a width may be used: scaled widths are a little off
_CAPITALS = 0.72  # of an em: at least this high is a line's first
_LEADING = 1.16  # of an em between baselines at least, and more where letters are tall
_AIR = 0.1  # of an em, at least, between the ink of two lines
_RIGHT_TO_LEFT = frozenset(
    ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ji", "ks", "ps", "sd", "ug", "ur", "yi"]
)


def is_right_to_left(lang: str) -> bool:
    """Whether a language (BCP 47) is written from right to left; a script subtag decides."""
    primary, *rest = lang.lower().replace("_", "-").split("-")
    scripts = [part for part in rest if len(part) == 4 and part.isalpha()]
    if scripts:
        return scripts[0] in {"arab", "hebr", "syrc", "thaa", "nkoo", "adlm", "aran"}
    return primary in _RIGHT_TO_LEFT


@dataclass(frozen=True)
class Run:
    """Characters of one font and one direction.

    ``size`` in pixels to the em, ``x`` in pixels from the line's left end.
    """

    font: str
    size: int
    text: str
    right_to_left: bool
    x: float = 0


@dataclass(frozen=True)
class Line:
    """A line ready to be drawn; ``ascent`` and ``descent`` of its ink, in pixels."""

    runs: tuple[Run, ...]
    width: float
    ascent: float
    descent: float


@dataclass(frozen=True)
class Block:
    """Lines of one size, in pixels to the em; ``leading`` lies between their baselines."""

    lines: tuple[Line, ...]
    size: int
    leading: float

    @property
    def ascent(self) -> float:
        """From the block's top to its first baseline, in pixels."""
        return max(self.lines[0].ascent, _CAPITALS * self.size) if self.lines else 0

    @property
    def height(self) -> float:
        """From the top to the lowest ink, in pixels."""
        if not self.lines:
            return 0
        return self.ascent + (len(self.lines) - 1) * self.leading + self.lines[-1].descent

    @property
    def width(self) -> float:
        """Of the widest line, in pixels."""
        return max((line.width for line in self.lines), default=0)


@dataclass(frozen=True)
class Room:
    """What a text has to fit: a box in pixels, the sizes to try, largest first, and lines."""

    width: float
    height: float
    sizes: tuple[int, ...]
    lines: int = 1
    balanced: bool = False


class _Shaping(TypedDict, total=False):
    """What Raqm is told of a run, as Pillow's keywords."""

    direction: str
    language: str


@dataclass(frozen=True)
class Lettering:
    """Sets texts of one language with the shipped faces."""

    faces: Typefaces
    lang: str
    _widths: dict[tuple[str, bool], float] = field(default_factory=dict, repr=False)

    def fit(self, text: str, room: Room, bold: bool = False) -> Block:
        """Set a text as large as it fits; what does not fit at all ends in an ellipsis.

        Words are divided only if no size spares it.
        """
        parts = pieces(self.faces.cleaned(text, self.lang))
        if not parts:
            return Block((), room.sizes[-1], 0)
        for divide in (False, True):
            for size in room.sizes:
                lines = self._broken(parts, room, size, bold, divide)
                if lines is not None and len(lines) <= room.lines:
                    block = self._block(lines, size, bold)
                    if block.height <= room.height and block.width <= room.width:
                        return block
        return self._cut(parts, room, bold)

    def draw(
        self, onto: ImageDraw.ImageDraw, block: Block, edge: float, top: float, colour: str
    ) -> None:
        """Draw a block from its top, flush with ``edge``: its left, or right where that leads."""
        for index, line in enumerate(block.lines):
            left = edge - line.width if is_right_to_left(self.lang) else edge
            baseline = round(top + block.ascent + index * block.leading)
            for run in line.runs:
                font = self.faces.font(run.font, run.size)
                at = (left + run.x, baseline)
                onto.text(at, run.text, colour, font, "ls", **self._shaped(run))

    def _shaped(self, run: Run) -> _Shaping:
        if not self.faces.shaping:
            return {}
        shaped: _Shaping = {"direction": "rtl" if run.right_to_left else "ltr"}
        if re.fullmatch("[A-Za-z0-9-]+", self.lang):
            shaped["language"] = self.lang
        return shaped

    def _broken(
        self, parts: Sequence[Piece], room: Room, size: int, bold: bool, divide: bool
    ) -> list[str] | None:
        """A text's lines; None if a piece is too wide and must not be divided."""
        width = room.width * _SLACK * _REFERENCE / size
        lines = self._greedy(parts, width, bold, divide)
        if lines is None or not room.balanced or not 1 < len(lines) <= room.lines:
            return lines
        low, high = width / 2, width
        while high - low > width / 60:  # the narrowest that needs no more lines
            middle = (low + high) / 2
            narrower = self._greedy(parts, middle, bold, divide)
            if narrower is not None and len(narrower) <= len(lines) and not _worse(narrower, lines):
                high, lines = middle, narrower
            else:
                low = middle
        return lines

    def _greedy(
        self, parts: Sequence[Piece], width: float, bold: bool, divide: bool
    ) -> list[str] | None:
        """Lines as full as they get. All widths are at the reference size."""
        lines: list[str] = []
        text, used, glue, mend = "", 0.0, "", ""
        for part in parts:
            wide, ending = self._width(part.text, bold), self._width(part.mend, bold)
            left = width - used - self._width(glue, bold)
            if wide + ending <= left:
                text, used = text + glue + part.text, width - left + wide
            elif wide + ending <= width:
                lines.append(text + mend)
                text, used = part.text, wide
            elif not divide:
                return None
            else:
                if text and left < width / 3:
                    lines.append(text + mend)
                    text, glue, left = "", "", width
                first, *rest = self._divided(part, left, width, bold)
                *full, text = text + glue + first, *rest
                lines += full
                used = self._width(text, bold)
            glue, mend = part.glue, part.mend
        return [*lines, text] if text else lines

    def _divided(self, part: Piece, first: float, width: float, bold: bool) -> list[str]:
        """A piece that is too wide, for a line with ``first`` left and further ones."""
        rest, lines, left = list(clusters(part.text)), [], first
        while len(rest) > 1 and self._width("".join(rest), bold) > left:
            used, most = self._width("-", bold), 0
            while most < len(rest) - 1 and used + self._width(rest[most], bold) <= left:
                used += self._width(rest[most], bold)
                most += 1
            end, hyphen = syllable_end(rest, max(1, most))
            lines.append("".join(rest[:end]) + hyphen)
            rest, left = rest[end:], width
        return [*lines, "".join(rest)]

    def _cut(self, parts: Sequence[Piece], room: Room, bold: bool) -> Block:
        """At the smallest size, as many lines as fit, with an ellipsis after the last word."""
        size = room.sizes[-1]
        for cut in (parts, [small for part in parts for small in divided(part)]):
            low, high = 0, len(cut)
            best: Block | None = None
            while low < high:
                middle = (low + high + 1) // 2
                text = "".join(part.text + part.glue for part in cut[:middle])
                text = text.rstrip(" \u00a0,;:–—-·(«“‘") + "…"
                lines = self._broken(pieces(text), room, size, bold, divide=cut is not parts)
                block = self._block(lines, size, bold) if lines is not None else None
                if block and len(block.lines) <= room.lines and block.height <= room.height:
                    low, best = middle, block
                else:
                    high = middle - 1
            if best:
                return best
        return Block((), size, 0)

    def _width(self, text: str, bold: bool) -> float:
        """In pixels at the reference size."""
        if (text, bold) not in self._widths:
            runs = self._runs(text, _REFERENCE, bold)
            self._widths[text, bold] = sum((self._advance(run) for run in runs), 0.0)
        return self._widths[text, bold]

    def _block(self, texts: Sequence[str], size: int, bold: bool) -> Block:
        lines = tuple(self._line(text, size, bold) for text in texts)
        leading = _LEADING * size
        for upper, lower in pairwise(lines):
            leading = max(leading, upper.descent + lower.ascent + _AIR * size)
        return Block(lines, size, leading)

    def _line(self, text: str, size: int, bold: bool) -> Line:
        runs: list[Run] = []
        x = ascent = descent = 0.0
        for run in self._runs(text, size, bold):
            font = self.faces.font(run.font, run.size)
            _, above, _, below = font.getbbox(run.text, anchor="ls", **self._shaped(run))
            ascent, descent = max(ascent, -above), max(descent, below)
            runs.append(replace(run, x=x))
            x += self._advance(run)
        return Line(tuple(runs), x, ascent, descent)

    def _advance(self, run: Run) -> float:
        return self.faces.font(run.font, run.size).getlength(run.text, **self._shaped(run))

    def _runs(self, text: str, size: int, bold: bool) -> Iterator[Run]:
        """A line's runs from left to right, not placed yet."""
        if is_right_to_left(self.lang):
            base = has_right_to_left(text)
        else:
            base = first_is_right_to_left(text)
        for piece, leftwards in in_visual_order(text, base):
            runs = list(self.faces.runs(piece, self.lang))
            for face, part in reversed(runs) if leftwards else runs:
                if leftwards and not self.faces.shaping:
                    part = "".join(reversed(list(clusters(part))))
                name = face.bold if bold else face.regular
                yield Run(name, round(size * face.scale), part, leftwards)


def _worse(narrower: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether narrower lines are divided more often."""
    return sum(line.endswith("-") for line in narrower) > sum(line.endswith("-") for line in lines)
