"""The newsroom as machines read it: every head, and every file that is no page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import cached_property, partial

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
from ..view.entry_view import EntryView
from ..view.heads import Card, Head
from ..view.incident_view import IncidentView
from ..view.made import Made
from ..view.newsroom_view import NewsroomView
from ..view.overview import IncidentList
from . import heads
from .atom import write_atom
from .feeds import Pieces, feeds, made_anew
from .json_feed import write_json_feed
from .oembed import entry_oembed, incident_oembed
from .share_images import ShareImage
from .site import Site
from .sitemaps import entries, lists, news, write_news, write_robots, write_sitemaps
from .texts import entry_text, incident_text


@dataclass(frozen=True)
class Document:
    """A file of the site: its path, relative to the root, and how its bytes are made.

    ``about`` is what it is made of: views; ``said`` is what else, as bytes, or all of its
    own bytes; what neither says is the same for all files, or known only to ``make``.
    """

    path: str
    make: Callable[[], bytes]
    about: Sequence[EntryView | IncidentView] = ()
    said: bytes = b""


# Whether the files at some paths, about an entry, are there as they would be made.
Kept = Callable[..., bool]


@dataclass(frozen=True)
class Drawing:
    """A share image: the URL of its page, and how its path and bytes are made."""

    url: str
    make: Callable[[], tuple[str, bytes]]
    about: EntryView | IncidentView


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
    newsroom: NewsroomView
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
        """What every page says in its head, by the page's file; made when it is asked for."""
        site, newsroom = self.site, self.newsroom
        say = site.words.say
        found: dict[str, Callable[[], Head]] = {
            page.url: partial(heads.listing, site, *astuple(page)) for page in self.others
        }
        found |= {"": partial(heads.home, site), CORRECTIONS: partial(heads.corrections, site)}
        listed = [(shown.title, shown.url) for shown in self.lists]
        listed += [(say("Authors"), AUTHORS), (say("Goals"), GOALS)]
        listed += [(year.title, year.url) for year in newsroom.years]
        if newsroom.has_search:
            listed.append((say("Search"), SEARCH))
        found |= {url: partial(heads.listing, site, title, url) for title, url in listed}
        found |= {entry.url: partial(self._entry_head, entry) for entry in newsroom.everything}
        for incident in newsroom.incident_pages:
            found[incident.url] = partial(self._incident_head, incident)
        found |= {author.url: partial(heads.author, site, author) for author in newsroom.authors}
        found |= {goal.url: partial(heads.goal, site, goal) for goal in newsroom.goals}
        return Made({file_of(url): make for url, make in found.items()}, most=256)

    def _entry_head(self, entry: EntryView) -> Head:
        return heads.entry(self.site, entry, self.card(entry.url))

    def _incident_head(self, incident: IncidentView) -> Head:
        return heads.incident(self.site, incident, self.card(incident.url))

    def documents(
        self, kept: Kept = lambda _, *paths: False, pieces: Pieces = made_anew
    ) -> Iterator[Document]:
        """Every file for machines, no two at one path; of entries, those that are not ``kept``.

        Feeds are made of ``pieces``.
        """
        yield from self._feeds(pieces)
        yield from self._texts(kept)
        yield from self._for_search()

    def _feeds(self, pieces: Pieces) -> Iterator[Document]:
        for feed in feeds(self.site, self.newsroom):
            items = () if feed.about else feed.items
            said = repr((feed.header, items)).encode("utf-8")
            atom = partial(write_atom, feed, self.site, pieces)
            yield Document(feed.url + ATOM, atom, feed.about, said)
            json_feed = partial(write_json_feed, feed, self.site, self.card, pieces)
            yield Document(feed.url + JSON, json_feed, feed.about, said)

    def _texts(self, kept: Kept) -> Iterator[Document]:
        site = self.site
        for entry in self.newsroom.everything:
            text, oembed = text_of(entry.url), oembed_of(entry.url)
            if not kept(entry, text, oembed):
                yield Document(text, partial(entry_text, site, entry), (entry,))
                yield Document(oembed, partial(self._entry_oembed, entry), (entry,))
        for page in self.newsroom.incident_pages:
            yield Document(text_of(page.url), partial(incident_text, site, page), (page,))
            yield Document(oembed_of(page.url), partial(self._incident_oembed, page), (page,))

    def pictures(self) -> Iterator[Drawing]:
        """The share images, each named when it is made: its name holds what it says."""
        about: dict[str, EntryView | IncidentView] = {}
        about |= {entry.url: entry for entry in self.newsroom.everything}
        about |= {page.url: page for page in self.newsroom.incident_pages}
        for url in self.images:
            yield Drawing(url, partial(self._drawn, url), about[url])

    def _drawn(self, url: str) -> tuple[str, bytes]:
        image = self.images[url]
        return image.path, image.draw()

    def _entry_oembed(self, entry: EntryView) -> bytes:
        return entry_oembed(self.site, entry, self.card(entry.url))

    def _incident_oembed(self, incident: IncidentView) -> bytes:
        return incident_oembed(self.site, incident, self.card(incident.url))

    def _for_search(self) -> Iterator[Document]:
        """What says where all the others are; of what it is made, it is quicker made than said."""
        site, newsroom = self.site, self.newsroom
        fresh = news(newsroom, self.now)
        robots = write_robots(site, bool(fresh), newsroom.is_preview)
        yield Document(ROBOTS, partial(bytes, robots), said=robots)
        if newsroom.is_preview:  # nobody is to find it
            return
        listing = lists(site, newsroom, self.lists, (page.url for page in self.others))
        for path, data in write_sitemaps(site, listing, entries(site, newsroom)):
            yield Document(path, partial(bytes, data), said=data)
        if fresh:
            data = write_news(site, fresh)
            yield Document(NEWS_SITEMAP, partial(bytes, data), said=data)
