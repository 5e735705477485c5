"""Share images, one for each entry and incident, drawn by Typst from a template and JSON.

Only pixels go into a card, so it has no metadata, and the same inputs give the same bytes.
A card is drawn once and kept by the digest of all it is made of.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import normalize

from PIL import Image

from ..files import files_in, keep, kept
from ..images.colours import as_shown
from ..images.opening import ImageError, open_picture
from ..language.words import direction_of, locale_of
from ..model.letters import initials
from ..model.settings import SettingsError
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.parts import Byline, Picture
from .site import Site

if TYPE_CHECKING:
    from typst import Fonts

FONTS = Path(__file__).parents[1] / "fonts"
PLACE = "newsroom/card/card.typ"  # below a folder of templates
TEMPLATE = Path(__file__).parents[1] / "templates" / PLACE
WIDTH, HEIGHT = 1200, 630  # what Open Graph's readers crop least: 1.91 to 1
ACCENT = "#7a1f3d"
_RECIPE = "3"  # change it when this module draws the same inputs otherwise
_LARGEST = 512  # pixels a side of a photo or logo
_REGIONS = {"Hans": "CN", "Hant": "TW"}  # fonts know the forms of letters by region
_SHAPING = "\u00a0\u00ad\u200b\u200c\u200d\u202f"  # unseen, but they shape what is beside
_TOWER = re.compile("([\u0300-\u036f]{3})[\u0300-\u036f]+")  # more than three accents
_EMOJI = re.compile(
    "\\s*[\u231a-\u23ff\u2600-\u2604\u2607-\u27bf\u2b05-\u2b55\U0001f1e6-\U0001faff]"
    "[\u200d\u20e3\u2600-\u27bf\ufe0f\U0001f1e6-\U0001faff\U000e0020-\U000e007f]*"
)


@dataclass(frozen=True)
class CardPerson:
    """Somebody who signs. ``photo`` is an image file; without one, initials are drawn."""

    name: str
    role: str
    photo: Path | None


@dataclass(frozen=True)
class CardText:
    """What a card says, in the language ``lang`` (BCP 47), which also gives its direction.

    A ``note`` stands below the title.
    """

    title: str
    kicker: str
    company: str
    people: tuple[CardPerson, ...]
    lang: str
    note: str = ""


@dataclass(frozen=True)
class Cards:
    """The cards of a newsroom, cached in ``folder``. Make one for each build.

    ``accent`` is a colour as ``#rrggbb``, ``logo`` an image file. Fonts and pictures that lie
    beside the ``template`` belong to it.
    """

    folder: Path
    template: Path = TEMPLATE
    accent: str = ACCENT
    logo: Path | None = None
    _digests: dict[Path, str] = field(default_factory=dict, repr=False, compare=False)

    def digest(self, text: CardText) -> str:
        """Return the digest of all that a text's card is made of, in hex, without drawing it."""
        said = f"{self._made_with} {self._data(text, self._digest_of)}"
        return sha256(said.encode("utf-8")).hexdigest()

    def draw(self, text: CardText) -> bytes:
        """Return a card as PNG, kept or drawn now. Raises SettingsError for a wrong template."""
        file = self.folder / f"{self.digest(text)}.png"
        with suppress(OSError):
            return kept(file)
        import typst  # builds without share images do without it

        try:
            drawn = typst.compile(
                self.template,
                root=self.template.parent,
                font_paths=self._fonts,
                ignore_system_fonts=True,
                format="png",
                ppi=72,
                sys_inputs={"card": self._data(text, _picture)},
            )
        except typst.TypstError as error:
            found = re.search(r"┌─ (.*:\d+):", error.diagnostic)
            place = found[1] if found else self.template
            raise SettingsError(f"{place}: {' '.join([error.message, *error.hints])}") from None
        card = _in_few_colours(drawn)
        keep(file, card)
        return card

    def _data(self, text: CardText, shown: Callable[[Path], object]) -> str:
        """Return the template's input as JSON, each picture replaced by ``shown`` of it."""
        people = [
            {
                "name": drawable(person.name),
                "role": drawable(person.role),
                "initials": initials(drawable(person.name)),
                "photo": shown(person.photo) if person.photo else None,
            }
            for person in text.people
        ]
        locale = locale_of(text.lang)
        data = {
            "title": drawable(text.title),
            "kicker": drawable(text.kicker),
            "note": drawable(text.note),
            "company": drawable(text.company),
            "people": people,
            "lang": locale.language if locale else "en",
            "region": locale and (locale.territory or _REGIONS.get(locale.script or "")),
            "rtl": direction_of(text.lang) == "rtl",
            "accent": self.accent,
            "logo": shown(self.logo) if self.logo else None,
        }
        return json.dumps(data)

    @cached_property
    def _fonts(self) -> Fonts:
        from typst import Fonts

        return Fonts(False, False, [FONTS, self.template.parent])  # not the system's, nor typst's

    @cached_property
    def _made_with(self) -> str:
        """Return what all cards have in common: template, fonts, and what draws them."""
        folders = (FONTS, self.template.parent)
        files = [folder / name for folder in folders for name in files_in(folder, follow=True)]
        digests = [f"{file.name} {self._digest_of(file)}" for file in files]
        return " ".join([_RECIPE, version("typst"), *digests])

    def _digest_of(self, file: Path) -> str:
        """Return the digest of a file, read once; empty if it cannot be read."""
        if file not in self._digests:
            self._digests[file] = ""
            with suppress(OSError):
                self._digests[file] = sha256(file.read_bytes()).hexdigest()
        return self._digests[file]


@dataclass(frozen=True)
class Card:
    """A share image: its path, whole URL and size in pixels, words for it, and what it says.

    One without ``text`` is not drawn: it is a picture that is there.
    """

    path: str  # with the digest, because networks keep an image by its URL
    url: str
    alt: str
    text: CardText | None
    width: int = WIDTH
    height: int = HEIGHT
    type: str = "image/png"


@dataclass(frozen=True)
class ShareImages:
    """The share images of a newsroom, planned when asked for; photos are read from ``content``."""

    site: Site
    cards: Cards
    content: Path
    _known: dict[str, Card] = field(default_factory=dict, repr=False)

    def of(self, page: EntryView | IncidentView) -> Card:
        """Return the share image of a page."""
        if page.url not in self._known:
            self._known[page.url] = self._planned(page)
        return self._known[page.url]

    def _planned(self, page: EntryView | IncidentView) -> Card:
        company, beside = self.site.settings.company, self.site.words.beside
        if isinstance(page, IncidentView):
            kicker = (page.words.say("Incident"), page.state.label)
            title, lang, bylines = page.name, page.name_lang, page.latest.bylines
            note = page.advice.title if page.advice else ""
        else:
            kicker = (page.kind_label, page.incident.name if page.incident else "")
            title, lang, bylines = page.title, page.lang, page.bylines
            note = "" if page.withdrawn or page.advice_elsewhere else page.model.body.advice
        above, people = " · ".join(filter(None, kicker)), tuple(self._people(bylines))
        text = CardText(title, above, company, people, lang, note)
        path = f"{page.url}card-h{self.cards.digest(text)[:12]}.png"
        signed = beside(*(byline.name for byline in bylines), company)
        return Card(path, self.site.at(path), beside(title, note, signed, between=". "), text)

    def _people(self, bylines: Iterable[Byline]) -> Iterator[CardPerson]:
        for byline in bylines:
            photo = self.content / byline.photo.path if byline.photo else None
            yield CardPerson(byline.name, byline.role, photo)


def picture_card(site: Site, picture: Picture) -> Card:
    """Return a picture of ours as the share image of its page."""
    ending = Path(picture.path).suffix[1:].lower()
    kind = f"image/{'jpeg' if ending == 'jpg' else ending}"
    size = picture.width, picture.height
    return Card(picture.path, site.at(picture.url), picture.alt, None, *size, kind)


def drawable(text: str) -> str:
    """Return a text without what fonts cannot show: controls, emoji, piles of accents."""
    spaced = re.sub(r"[^\S\u00a0\u202f]+", " ", text)
    plain = (normalize("NFKC", sign) if sign > "\uffff" else sign for sign in spaced)
    shown = "".join(sign for sign in plain if sign.isprintable() or sign in _SHAPING)
    for what, instead in ((_EMOJI, ""), ("[\ufe0e\ufe0f]", ""), (_TOWER, r"\1")):
        shown = re.sub(what, instead, shown)
    return shown.strip()


def _picture(file: Path) -> list[int] | None:
    """Return a photo or logo as bytes that Typst reads, upright and in sRGB; None if corrupt."""
    try:
        opened = open_picture(file.read_bytes(), pixels=False)
        opened.draft(None, (_LARGEST, _LARGEST))  # a JPEG is decoded no larger than needed
        shown = as_shown(opened)
    except (OSError, ImageError):
        return None
    shown.thumbnail((_LARGEST, _LARGEST), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    shown.save(buffer, "PNG" if shown.mode == "RGBA" else "JPEG", quality=95, subsampling=0)
    return list(buffer.getvalue())


def _in_few_colours(drawn: bytes) -> bytes:
    """Return a PNG with 256 colours: letters stay crisp at a third of the size."""
    with Image.open(io.BytesIO(drawn)) as picture:
        few = picture.convert("RGB").quantize(
            256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )
    buffer = io.BytesIO()
    few.save(buffer, "PNG")
    return buffer.getvalue()
