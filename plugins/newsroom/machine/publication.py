"""The newsroom as machines read it: every head, and every file that is no page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import cached_property

from ..model.addresses import (
    ATOM,
    AUTHORS,
    CORRECTIONS,
    GOALS,
    JSON,
    NEWS_SITEMAP,
    ROBOTS,
    SEARCH,
    file_of,
    oembed_of,
    text_of,
)
from ..view import views
from ..view.heads import Card, Head
from ..view.overview import IncidentList
from . import heads
from .atom import write_atom
from .feeds import feeds
from .json_feed import write_json_feed
from .oembed import entry_oembed, incident_oembed
from .share_images import ShareImage
from .site import Site
from .sitemaps import entries, lists, news, write_news, write_robots, write_sitemaps
from .texts import entry_text, incident_text


@dataclass(frozen=True)
class Document:
    """A file of the site: its path, relative to the root, and its bytes."""

    path: str
    data: bytes


@dataclass(frozen=True)
class OtherPage:
    """A page that Pelican writes; ``feed`` is the url of its own feed, without ending."""

    title: str
    url: str
    feed: str = ""


@dataclass(frozen=True)
class Publication:
    """A newsroom and who publishes it.

    ``lists`` are the incidents in several ways; ``images`` are by the URL of their page.
    """

    site: Site
    newsroom: views.Newsroom
    lists: tuple[IncidentList, ...]
    images: Mapping[str, ShareImage]
    others: tuple[OtherPage, ...]
    now: datetime

    def card(self, url: str) -> Card | None:
        """The share image of the page at ``url``, if there is one."""
        image = self.images.get(url)
        return image.view if image else None

    @cached_property
    def heads(self) -> Mapping[str, Head]:
        """What every page says in its head, by the page's file."""
        site, newsroom = self.site, self.newsroom
        found = {page.url: heads.listing(site, *astuple(page)) for page in self.others}
        found |= {"": heads.home(site), CORRECTIONS: heads.corrections(site)}
        say = site.words.say
        found |= {shown.url: heads.listing(site, shown.title, shown.url) for shown in self.lists}
        titles = {AUTHORS: say("Authors"), GOALS: say("Goals")}
        found |= {url: heads.listing(site, title, url) for url, title in titles.items()}
        found |= {year.url: heads.listing(site, year.title, year.url) for year in newsroom.years}
        for entry in newsroom.everything:
            found[entry.url] = heads.entry(site, entry, self.card(entry.url))
        for incident in newsroom.incident_pages:
            found[incident.url] = heads.incident(site, incident, self.card(incident.url))
        if newsroom.has_search:
            found[SEARCH] = heads.listing(site, say("Search"), SEARCH)
        found |= {author.url: heads.author(site, author) for author in newsroom.authors}
        found |= {goal.url: heads.goal(site, goal) for goal in newsroom.goals}
        return {file_of(url): head for url, head in found.items()}

    def documents(self) -> Iterator[Document]:
        """Every file for machines, no two at one path."""
        yield from self._feeds()
        yield from self._texts()
        yield from self._for_search()

    def _feeds(self) -> Iterator[Document]:
        cards = {url: image.view for url, image in self.images.items()}
        for feed in feeds(self.site, self.newsroom):
            yield Document(feed.url + ATOM, write_atom(feed, self.site))
            yield Document(feed.url + JSON, write_json_feed(feed, self.site, cards))

    def _texts(self) -> Iterator[Document]:
        newsroom, site = self.newsroom, self.site
        for entry in newsroom.everything:
            yield Document(text_of(entry.url), entry_text(site, entry))
            oembed = entry_oembed(site, entry, self.card(entry.url))
            yield Document(oembed_of(entry.url), oembed)
        for incident in newsroom.incident_pages:
            yield Document(text_of(incident.url), incident_text(site, incident))
            oembed = incident_oembed(site, incident, self.card(incident.url))
            yield Document(oembed_of(incident.url), oembed)

    def _for_search(self) -> Iterator[Document]:
        site, newsroom = self.site, self.newsroom
        fresh = news(newsroom, self.now)
        yield Document(ROBOTS, write_robots(site, bool(fresh), newsroom.is_preview))
        if newsroom.is_preview:  # nobody is to find it
            return
        listing = lists(site, newsroom, self.lists, (page.url for page in self.others))
        for path, data in write_sitemaps(site, listing, entries(site, newsroom)):
            yield Document(path, data)
        if fresh:
            yield Document(NEWS_SITEMAP, write_news(site, fresh))
