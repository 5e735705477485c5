"""What share images say, and where they live: one for each entry and incident."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..cards.cards import CardPerson, Cards, CardText
from ..files import kept
from ..view import parts
from ..view.entry_view import EntryView
from ..view.heads import Card
from ..view.incident_view import IncidentView
from ..view.made import Made
from ..view.newsroom_view import NewsroomView
from .site import Site

MOST_TITLE = 400


@dataclass(frozen=True)
class ShareImage:
    """A card and its place: ``path`` on the site, ``kept`` where the file lies now.

    Its name holds its hash, because networks keep an image by its URL.
    """

    path: str
    kept: Path
    text: CardText
    view: Card


@dataclass(frozen=True)
class ShareImages:
    """The share images of a newsroom; photos are read from ``content``."""

    site: Site
    cards: Cards
    content: Path

    def plan(self, newsroom: NewsroomView) -> Mapping[str, ShareImage]:
        """Every share image, by the URL of the page that it stands for; planned when asked for."""
        found: dict[str, Callable[[], ShareImage]] = {
            entry.url: partial(self._of_entry, entry) for entry in newsroom.everything
        }
        for incident in newsroom.incident_pages:
            found[incident.url] = partial(self._of_incident, incident)
        return Made(found)

    def draw(self, image: ShareImage) -> bytes:
        """A share image's bytes; drawn now, unless it is kept already."""
        self.cards.make([image.text])
        return kept(image.kept)

    def _of_entry(self, entry: EntryView) -> ShareImage:
        about = entry.incident.name if entry.incident else ""
        kicker = f"{entry.kind_label} · {about}" if about else entry.kind_label
        return self._image(entry.url, entry.title, kicker, entry.bylines, entry.lang)

    def _of_incident(self, incident: IncidentView) -> ShareImage:
        what = incident.words.say("Incident")
        kicker = f"{what} · {incident.state.label}"
        bylines = incident.latest.bylines
        return self._image(incident.url, incident.name, kicker, bylines, incident.name_lang)

    def _image(
        self, url: str, title: str, kicker: str, bylines: tuple[parts.Byline, ...], lang: str
    ) -> ShareImage:
        shown = title[:MOST_TITLE]  # no card has room for more, and to find that out takes time
        text = CardText(shown, kicker, self.site.company, tuple(self._people(bylines)), lang)
        card = self.cards.plan(text)
        path = f"{url}card-h{card.digest}{card.kept.suffix}"
        beside = self.site.words.beside
        signed = beside(*(byline.name for byline in bylines), self.site.company)
        alt = beside(title, signed, between=". ")
        view = Card(self.site.at(path), card.width, card.height, card.type, alt)
        return ShareImage(path, card.kept, text, view)

    def _people(self, bylines: Iterable[parts.Byline]) -> Iterator[CardPerson]:
        for byline in bylines:
            photo = self.content / byline.photo.path if byline.photo else None
            yield CardPerson(byline.name, byline.role, photo)
