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
    feed_of,
    file_of,
    oembed_of,
    text_of,
)
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.newsroom_view import NewsroomView
from ..view.overview import IncidentList
from . import page_heads
from .atom import write_atom
from .feeds import Pieces, feeds, made_anew
from .json_feed import write_json_feed
from .oembed import write_oembed
from .page_heads import Head
from .share_images import ShareImage
from .site import Card, Made, Site
from .sitemaps import entries, lists, news, write_news, write_robots, write_sitemaps
from .texts import page_text


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


# Whether the files at some paths, about a page, are there as they would be made.
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
        """Return the share image of the page at ``url``, if there is one."""
        image = self.images.get(url)
        return image.view if image else None

    @cached_property
    def heads(self) -> Mapping[str, Head]:
        """What every page says in its head, by the page's file; made when it is asked for."""
        site, newsroom, say = self.site, self.newsroom, self.site.words.say
        listed = [astuple(page) for page in self.others]
        listed += [(shown.title, shown.url) for shown in self.lists]
        listed += [(say("Authors"), AUTHORS), (say("Goals"), GOALS)]
        listed += [(say("Corrections"), CORRECTIONS, feed_of(CORRECTIONS))]
        listed += [(year.title, year.url) for year in newsroom.years]
        listed += [(say("Search"), SEARCH)] if newsroom.has_search else []
        found: dict[str, Callable[[], Head]] = {
            title_and_url[1]: partial(page_heads.listing, site, *title_and_url)
            for title_and_url in listed
        }
        found[""] = partial(page_heads.home, site)
        found |= {page.url: partial(self._page_head, page) for page in self._pages}
        found |= {each.url: partial(page_heads.author, site, each) for each in newsroom.authors}
        found |= {goal.url: partial(page_heads.goal, site, goal) for goal in newsroom.goals}
        return Made({file_of(url): make for url, make in found.items()})

    @property
    def _pages(self) -> tuple[EntryView | IncidentView, ...]:
        return (*self.newsroom.everything, *self.newsroom.incident_pages)

    def _page_head(self, page: EntryView | IncidentView) -> Head:
        return page_heads.page(self.site, page, self.card(page.url))

    def _oembed(self, page: EntryView | IncidentView) -> bytes:
        return write_oembed(self.site, page, self.card(page.url))

    def documents(
        self, kept: Kept = lambda _, *paths: False, pieces: Pieces = made_anew
    ) -> Iterator[Document]:
        """Yield every file for machines, no two at one path; of pages, those not ``kept``.

        Feeds are made of ``pieces``.
        """
        for feed in feeds(self.site, self.newsroom):
            said = repr(feed).encode("utf-8")
            atom = partial(write_atom, feed, self.site, pieces)
            yield Document(feed.url + ATOM, atom, feed.about, said)
            json_feed = partial(write_json_feed, feed, self.site, self.card, pieces)
            yield Document(feed.url + JSON, json_feed, feed.about, said)
        for page in self._pages:
            text, oembed = text_of(page.url), oembed_of(page.url)
            if not kept(page, text, oembed):
                yield Document(text, partial(page_text, self.site, page), (page,))
                yield Document(oembed, partial(self._oembed, page), (page,))
        for path, data in self._for_search():  # it is quicker made than said what it is made of
            yield Document(path, partial(bytes, data), said=data)

    def _for_search(self) -> Iterator[tuple[str, bytes]]:
        """Write what says where all the others are."""
        site, newsroom = self.site, self.newsroom
        fresh = news(newsroom, self.now)
        yield ROBOTS, write_robots(site, bool(fresh), newsroom.is_preview)
        if newsroom.is_preview:  # nobody is to find it
            return
        listing = lists(site, newsroom, self.lists, (page.url for page in self.others))
        yield from write_sitemaps(site, listing, entries(site, newsroom))
        if fresh:
            yield NEWS_SITEMAP, write_news(site, fresh)

    def pictures(self) -> Iterator[Drawing]:
        """Yield the share images, each named when it is made: its name holds what it says."""
        pages = {page.url: page for page in self._pages}
        for url in self.images:
            yield Drawing(url, partial(self._drawn, url), pages[url])

    def _drawn(self, url: str) -> tuple[str, bytes]:
        image = self.images[url]
        return image.path, image.draw()
