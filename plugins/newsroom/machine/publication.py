"""The newsroom as machines read it: every head, and every file that is no page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..model.addresses import (
    ATOM,
    AUTHORS,
    CORRECTIONS,
    GOALS,
    INCIDENTS,
    JSON,
    NEWS_SITEMAP,
    ROBOTS,
    oembed_of,
    text_of,
)
from ..view import views
from ..view.heads import Card, Head
from . import heads
from .atom import write_atom
from .feeds import feeds
from .json_feed import write_json_feed
from .oembed import entry_oembed, incident_oembed
from .share_images import ShareImage
from .site import Site
from .sitemaps import news, places, write_news, write_robots, write_sitemaps
from .texts import entry_text, incident_text


@dataclass(frozen=True)
class Document:
    """A file of the site: its path, relative to the root, and its bytes."""

    path: str
    data: bytes


@dataclass(frozen=True)
class Publication:
    """A newsroom and who publishes it. ``images`` are by the URL of their page."""

    site: Site
    newsroom: views.Newsroom
    images: Mapping[str, ShareImage]
    now: datetime

    def card(self, url: str) -> Card | None:
        """The share image of the page at ``url``, if there is one."""
        image = self.images.get(url)
        return image.view if image else None

    def entry_head(self, entry: views.Entry) -> Head:
        """The head of an entry's page."""
        return heads.entry(self.site, entry, self.card(entry.url))

    def heads(self, subtitle: str) -> dict[str, Head]:
        """The heads of all other pages of the plugin's, by URL."""
        site, newsroom = self.site, self.newsroom
        titles = {INCIDENTS: "Incidents", AUTHORS: "Authors", GOALS: "Goals"}
        found = {"": heads.home(site, subtitle), CORRECTIONS: heads.corrections(site)}
        found |= {url: heads.listing(site, title, url) for url, title in titles.items()}
        for incident in newsroom.incidents:
            found[incident.url] = heads.incident(site, incident, self.card(incident.url))
        found |= {author.url: heads.author(site, author) for author in newsroom.authors}
        found |= {goal.url: heads.goal(site, goal) for goal in newsroom.goals}
        return found

    def documents(self, others: Iterable[str]) -> Iterator[Document]:
        """Every file for machines; ``others`` are the URLs of pages that Pelican writes."""
        yield from self._feeds()
        yield from self._texts()
        yield from self._for_search(others)

    def _feeds(self) -> Iterator[Document]:
        cards = {url: image.view for url, image in self.images.items()}
        for feed in feeds(self.site, self.newsroom):
            yield Document(feed.url + ATOM, write_atom(feed, self.site))
            yield Document(feed.url + JSON, write_json_feed(feed, self.site, cards))

    def _texts(self) -> Iterator[Document]:
        newsroom, site = self.newsroom, self.site
        for entry in (*newsroom.entries, *newsroom.translations, *newsroom.unlisted):
            yield Document(text_of(entry.url), entry_text(site, entry))
            oembed = entry_oembed(site, entry, self.card(entry.url))
            yield Document(oembed_of(entry.url), oembed)
        for incident in newsroom.incidents:
            yield Document(text_of(incident.url), incident_text(site, incident))
            oembed = incident_oembed(site, incident, self.card(incident.url))
            yield Document(oembed_of(incident.url), oembed)

    def _for_search(self, others: Iterable[str]) -> Iterator[Document]:
        if self.newsroom.is_preview:  # nobody is to find it
            yield Document(ROBOTS, b"User-agent: *\nDisallow: /\n")
            return
        for path, data in write_sitemaps(self.site, places(self.site, self.newsroom, others)):
            yield Document(path, data)
        fresh = news(self.newsroom, self.now)
        if fresh:
            yield Document(NEWS_SITEMAP, write_news(self.site, fresh))
        yield Document(ROBOTS, write_robots(self.site, bool(fresh)))
