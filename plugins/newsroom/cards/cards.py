"""Cards: the picture that a social network shows beside a link.

Company, kicker, title, and the people who sign, with their faces. Only pixels
go into a card, so it has no metadata, and the same inputs give the same bytes.
A card is drawn once and kept by a hash of all it depends on.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw

from ..files import is_kept, keep
from ..images.portraits import Portraits, read_logo
from ..model.letters import initials
from .lettering import Block, Lettering, Room, is_right_to_left
from .typefaces import Typefaces, fingerprint

WIDTH, HEIGHT = 1200, 630  # what Open Graph's readers crop least: 1.91 to 1
MARGIN = 72
BAR = 14  # the accent across the top, in pixels
_RECIPE = "1"
_TITLES = (76, 70, 64, 58, 53, 48, 44, 40, 36)  # sizes in pixels to the em
_NAMES: dict[bool, tuple[int, ...]] = {True: (34, 31, 28, 26), False: (28, 26, 24, 22)}
_ROLES: dict[bool, tuple[int, ...]] = {True: (27, 25, 23, 21), False: (23, 21, 20)}
_COMMAS = dict.fromkeys(["ar", "ckb", "fa", "ps", "sd", "ug", "ur"], "، ")
_COMMAS |= {"ja": "、", "zh": "、"}
_BAND = 120  # the byline's height in pixels
_SIDES = {1: 120, 2: 112, 3: 92, 4: 104}  # a photo's side by the number of people


@dataclass(frozen=True)
class CardPerson:
    """Somebody who signs. ``photo`` is an image file; without one, initials are drawn."""

    name: str
    role: str
    photo: Path | None


@dataclass(frozen=True)
class CardText:
    """What a card says, in the language ``lang`` (BCP 47), which also gives its direction."""

    title: str
    kicker: str
    company: str
    people: tuple[CardPerson, ...]
    lang: str


@dataclass(frozen=True)
class CardStyle:
    """Colours as "#rrggbb", and a picture file for the corner; the house's own by default.

    Ink, accent and muted on paper should contrast at 4.5 to 1 or more (WCAG 2.2, 1.4.3);
    a fainter accent still colours the bar, but no words.
    """

    ink: str = "#1c1a18"
    paper: str = "#fffdfa"
    accent: str = "#7a1f3d"
    muted: str = "#56504a"
    logo: Path | None = None


@dataclass(frozen=True)
class CardFile:
    """One card to publish.

    ``kept`` is where it lies now, behind a digest of its own; ``digest``, of what it is made
    of, goes into its public name.
    """

    kept: Path
    digest: str
    width: int = WIDTH
    height: int = HEIGHT
    type: str = "image/png"


@dataclass(frozen=True)
class Cards:
    """The cards of a newsroom, cached in ``folder``. Make one for each build."""

    folder: Path
    style: CardStyle = field(default_factory=CardStyle)

    def plan(self, text: CardText) -> CardFile:
        """What a text's card is, without drawing it."""
        inputs = {
            "recipe": _RECIPE,
            "fonts": self._fonts,
            "style": asdict(self.style) | {"logo": self._hash(self.style.logo)},
            "text": asdict(text)
            | {"people": [(who.name, who.role, self._hash(who.photo)) for who in text.people]},
        }
        digest = sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()
        return CardFile(self.folder / f"{digest}.png", digest[:12])

    def make(self, texts: Iterable[CardText]) -> int:
        """Draw the cards that are not kept, or not whole; returns how many were drawn."""
        wanted = {self.plan(text).kept: text for text in texts}
        jobs = [(path, text) for path, text in wanted.items() if not is_kept(path)]
        press = _Press(self.style, Typefaces(), Portraits(self.style.paper))

        def draw(job: tuple[Path, CardText]) -> None:
            keep(job[0], press.print(job[1]))

        with ThreadPoolExecutor(os.cpu_count()) as pool:  # the encoder releases Python's lock
            list(pool.map(draw, jobs))
        return len(jobs)

    @cached_property
    def _fonts(self) -> str:
        return fingerprint()

    @cached_property
    def _hashes(self) -> dict[tuple[Path, int, int], str]:
        return {}

    def _hash(self, path: Path | None) -> str:
        """Of a file's bytes, read once while its size and time stay; empty without a file."""
        try:
            if path is None:
                return ""
            found = path.stat()
            key = (path, found.st_size, found.st_mtime_ns)
            if key not in self._hashes:
                self._hashes[key] = sha256(path.read_bytes()).hexdigest()
            return self._hashes[key]
        except OSError:
            return ""


@dataclass(frozen=True)
class _Press:
    """What the cards of one batch share: fonts, widths of words, faces already cut out."""

    style: CardStyle
    typefaces: Typefaces
    portraits: Portraits
    _letterings: dict[str, Lettering] = field(default_factory=dict)

    def print(self, text: CardText) -> bytes:
        """A card as a PNG file of 256 colours: a third of a JPEG, with crisp letters."""
        picture = Image.new("RGB", (WIDTH, HEIGHT), self.style.paper)
        lettering = self._letterings.setdefault(text.lang, Lettering(self.typefaces, text.lang))
        _Sheet(self.style, self.portraits, lettering, picture).fill(text)
        few = picture.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        palette = few.getpalette() or []
        for corner in ((0, 0), (0, HEIGHT - 1)):  # bar and paper, which the tree has averaged
            index, colour = few.getpixel(corner), picture.getpixel(corner)
            assert isinstance(index, int)
            assert isinstance(colour, tuple)
            palette[3 * index : 3 * index + 3] = [int(channel) for channel in colour]
        few.putpalette(palette)
        buffer = io.BytesIO()
        few.save(buffer, "PNG")
        return buffer.getvalue()


@dataclass(frozen=True)
class _Sheet:
    """One card while it is drawn. Offsets run from the side where its language starts."""

    style: CardStyle
    portraits: Portraits
    lettering: Lettering
    picture: Image.Image

    @cached_property
    def _pen(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.picture)

    @cached_property
    def _words(self) -> str:
        """The accent for words, or ink if it is too faint to read."""
        style = self.style
        return style.accent if contrast(style.accent, style.paper) >= 4.5 else style.ink

    def fill(self, text: CardText) -> None:
        """Draw the whole card: company above, byline below, the rest between them."""
        style, inner = self.style, WIDTH - 2 * MARGIN
        self._pen.rectangle((0, 0, WIDTH, BAR - 1), style.accent)
        room = Room(inner - self._logo(), 60, (34, 30, 26))
        self._draw(self.lettering.fit(text.company, room, bold=True), 0, 56, style.ink)
        top, bottom = 116, HEIGHT - 56
        if text.people:
            bottom -= _BAND + 28
            self._pen.rectangle((MARGIN, bottom, WIDTH - MARGIN - 1, bottom + 1), self._rule)
            self._byline(text.people, bottom + 28)
            bottom -= 30
        kicker = self.lettering.fit(text.kicker, Room(inner, 60, (30, 28, 26)))
        gap = 24 if kicker.lines else 0
        room = Room(inner, bottom - top - kicker.height - gap, _TITLES, lines=6, balanced=True)
        title = self.lettering.fit(text.title, room, bold=True)
        free = bottom - top - kicker.height - gap - title.height
        top += round(min(free * 0.42, 84))  # a little above the middle, where it looks centred
        self._draw(kicker, 0, top, self._words)
        self._draw(title, 0, top + kicker.height + gap, style.ink)

    def _draw(self, block: Block, start: float, top: float, colour: str) -> None:
        edge = MARGIN + start
        self.lettering.draw(
            self._pen, block, WIDTH - edge if self._leftwards else edge, top, colour
        )

    @cached_property
    def _leftwards(self) -> bool:
        return is_right_to_left(self.lettering.lang)

    @cached_property
    def _rule(self) -> str:
        return mixed(self.style.muted, self.style.paper, 0.25)

    def _left(self, start: float, width: float) -> int:
        """The left end in pixels of something so wide that starts so far in."""
        return round(WIDTH - MARGIN - start - width if self._leftwards else MARGIN + start)

    def _logo(self) -> int:
        """Put the logo into the far corner; returns the width that it takes."""
        logo = read_logo(self.style.logo, 280, 52) if self.style.logo else None
        if logo is None:
            return 0
        start = WIDTH - 2 * MARGIN - logo.width
        self.picture.paste(logo, (self._left(start, logo.width), 46), logo)
        return logo.width + 36

    def _byline(self, people: tuple[CardPerson, ...], top: int) -> None:
        """Up to three people in columns; of more, three faces, a number and the names."""
        if len(people) > 3:
            self._crowd(people, top)
            return
        inner, gap, side = WIDTH - 2 * MARGIN, 36, _SIDES[len(people)]
        column = (inner + gap) / len(people) - gap
        for index, person in enumerate(people):
            start = index * (column + gap)
            self._face(person, start, top + (_BAND - side) // 2, side)
            indent = round(side * 1.2)
            self._caption(person, start + indent, column - indent, top, len(people) < 3)

    def _caption(
        self, person: CardPerson, start: float, width: float, top: int, large: bool
    ) -> None:
        """A name and a role, centred beside a face."""
        room = Room(width, _BAND * 0.6, _NAMES[large], lines=2, balanced=True)
        name = self.lettering.fit(person.name, room, bold=True)
        gap = 12 if name.lines else 0
        left = _BAND - name.height - gap
        room = Room(width, left, _ROLES[large], lines=2, balanced=True)
        role = self.lettering.fit(person.role, room)
        top += round((_BAND - name.height - (gap + role.height if role.lines else 0)) / 2)
        self._draw(name, start, top, self.style.ink)
        self._draw(role, start, top + name.height + gap, self.style.muted)

    def _crowd(self, people: tuple[CardPerson, ...], top: int) -> None:
        side, step = _SIDES[4], round(_SIDES[4] * 0.84)
        for index in (2, 1, 0):  # the first person lies on top
            self._face(people[index], index * step, top + (_BAND - side) // 2, side, ring=True)
        room = Room(90, _BAND, (34,))
        count = self.lettering.fit(f"+{len(people) - 3}", room)
        start = 2 * step + side + 20
        self._draw(count, start, top + (_BAND - count.height) / 2, self.style.muted)
        start += round(count.width) + 36
        lang = self.lettering.lang.lower().split("-")[0]
        names = _COMMAS.get(lang, ", ").join(
            person.name.replace(" ", "\u00a0") for person in people[:3]
        )
        room = Room(WIDTH - 2 * MARGIN - start, _BAND, (32, 29, 26, 24), lines=3, balanced=True)
        block = self.lettering.fit(names, room, bold=True)
        self._draw(block, start, top + (_BAND - block.height) / 2, self.style.ink)

    def _face(
        self, person: CardPerson, start: float, top: int, side: int, ring: bool = False
    ) -> None:
        left = self._left(start, side)
        if ring:
            wide = side + 8
            self.picture.paste(self.style.paper, (left - 4, top - 4), self.portraits.circle(wide))
        square = self.portraits.square(person.photo, side) if person.photo else None
        if square:
            self.picture.paste(square, (left, top), self.portraits.circle(side))
            return
        tint = mixed(self._words, self.style.paper, 0.12)
        self.picture.paste(tint, (left, top, left + side, top + side), self.portraits.circle(side))
        sizes = tuple(round(side * share) for share in (0.38, 0.3, 0.24))
        letters = self.lettering.fit(
            initials(person.name), Room(side * 0.76, side, sizes), bold=True
        )
        start += (side - letters.width) / 2
        self._draw(letters, start, top + (side - letters.height) / 2, self._words)


def mixed(colour: str, into: str, share: float) -> str:
    """Two colours mixed, the first making up so large a share."""
    pairs = zip(ImageColor.getrgb(colour)[:3], ImageColor.getrgb(into)[:3], strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [value / 255 for value in ImageColor.getrgb(colour)[:3]]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
