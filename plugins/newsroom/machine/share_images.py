"""What share images say, and where they live: one for each entry and incident."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from ..view import parts
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.newsroom_view import NewsroomView
from .cards import HEIGHT, WIDTH, CardPerson, Cards, CardText
from .site import Card, Made, Site

MOST_TITLE = 400


@dataclass(frozen=True)
class ShareImage:
    """A share image: its ``path`` on the site, how heads name it, and how its bytes are made.

    Its name holds its digest, because networks keep an image by its URL.
    """

    path: str
    view: Card
    draw: Callable[[], bytes]


@dataclass(frozen=True)
class ShareImages:
    """The share images of a newsroom; photos are read from ``content``."""

    site: Site
    cards: Cards
    content: Path

    def plan(self, newsroom: NewsroomView) -> Mapping[str, ShareImage]:
        """Return every share image by the URL of its page; each is planned when asked for."""
        found: dict[str, Callable[[], ShareImage]] = {
            entry.url: partial(self._of_entry, entry) for entry in newsroom.everything
        }
        for incident in newsroom.incident_pages:
            found[incident.url] = partial(self._of_incident, incident)
        return Made({url: cache(make) for url, make in found.items()})

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
        path = f"{url}card-h{self.cards.digest(text)[:12]}.png"
        beside = self.site.words.beside
        signed = beside(*(byline.name for byline in bylines), self.site.company)
        alt = beside(title, signed, between=". ")
        view = Card(self.site.at(path), WIDTH, HEIGHT, "image/png", alt)
        return ShareImage(path, view, partial(self.cards.draw, text))

    def _people(self, bylines: Iterable[parts.Byline]) -> Iterator[CardPerson]:
        for byline in bylines:
            photo = self.content / byline.photo.path if byline.photo else None
            yield CardPerson(byline.name, byline.role, photo)
