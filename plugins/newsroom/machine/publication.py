"""What machines read of a newsroom: the head of each page, and every file that is no page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial

from jinja2 import Environment

from ..model import addresses as to
from ..model.newsroom import news as news_at
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.newsroom_view import NewsroomView
from ..view.parts import Link, Picture
from . import page_heads, statements
from .cards import Card, ShareImages, picture_card
from .feeds import feeds, write_json_feed
from .page_heads import Head
from .site import Site
from .texts import page_text, write_atom, write_checker, xml


@dataclass(frozen=True)
class SiteFile:
    """A file of the site: its path, relative to the root, and how its bytes are made.

    Its inputs are the views that it is ``about``, and ``said``, a text or digest.
    """

    path: str
    make: Callable[[], bytes]
    about: Sequence[EntryView | IncidentView] = ()
    said: str = ""


@dataclass(frozen=True)
class Publication:
    """A newsroom and who publishes it; ``others`` are the pages that Pelican writes.

    ``templates`` are those of plain text, Atom and sitemaps.
    """

    site: Site
    templates: Environment
    newsroom: NewsroomView
    images: ShareImages | None
    others: tuple[Link, ...]
    now: datetime
    source_of: statements.SourceOf

    @property
    def pages(self) -> tuple[EntryView | IncidentView, ...]:
        """The pages of all entries and incidents."""
        return (*self.newsroom.everything, *self.newsroom.incident_pages)

    def card(self, page: EntryView | IncidentView) -> Card | None:
        """Return the share image of a page, if there are any: of a post, its leading picture."""
        if image := _own(page):
            return picture_card(self.site, image)
        return self.images.of(page) if self.images else None

    @property
    def drawn(self) -> Iterator[EntryView | IncidentView]:
        """The pages whose share images are drawn."""
        return (page for page in self.pages if not _own(page))

    @cached_property
    def _listings(self) -> list[Link]:
        say = self.site.words.say
        if self.site.settings.is_guest:
            lists = [Link(shown.title, shown.url) for shown in self.newsroom.lists]
            goals = [Link(say("Goals"), to.GOALS)] if self.newsroom.goals else []
            check = [Link(say("Check a signature"), to.VERIFY)] if self.newsroom.has_keys else []
            return [*lists, *goals, Link(say("Corrections"), to.CORRECTIONS), *check]
        return [
            *self.others,
            *(Link(shown.title, shown.url) for shown in self.newsroom.lists),
            *(Link(posts.title, posts.url) for posts in self.newsroom.post_lists),
            Link(say("Authors"), to.AUTHORS),
            Link(say("Goals"), to.GOALS),
            Link(say("Corrections"), to.CORRECTIONS),
            Link(say("Media"), to.MEDIA),
            Link(say("Check a signature"), to.VERIFY),
            *self.newsroom.years,
        ]

    @cached_property
    def heads(self) -> Mapping[str, Callable[[], Head]]:
        """Functions that make the head of each page, by its file; a build calls few of them."""
        site, newsroom = self.site, self.newsroom
        say = site.words.say
        search = [Link(say("Search"), to.SEARCH)] if newsroom.has_search else []
        leads = {  # as their templates begin
            to.INCIDENTS: say(
                "What went wrong in public, what we said about it, and where it stands."
                " Nothing is taken off this page."
            ),
            to.AUTHORS: say("Everything here is signed by one of these people."),
            to.CORRECTIONS: say(
                "What we got wrong and put right, and what we took back, newest first."
            ),
            to.MEDIA: say("For journalists: whom to ask, who speaks, and what you may take along."),
            to.VERIFY: say(
                "Our people sign what they say here with keys that nobody else has. Your browser"
                " checks that on this page, and tells nobody what you enter."
            ),
        }
        found: dict[str, Callable[[], Head]] = {
            link.url: partial(page_heads.listing, site, link, leads.get(link.url, ""))
            for link in (*self._listings, *search)
        }
        if not site.settings.is_guest:
            found[""] = partial(page_heads.home, site)
        found |= {page.url: partial(self._page_head, page) for page in self.pages}
        found |= {each.url: partial(page_heads.author, site, each) for each in newsroom.authors}
        found |= {each.url: partial(page_heads.history, site, each) for each in newsroom.histories}
        found |= {goal.url: partial(page_heads.goal, site, goal) for goal in newsroom.goals}
        return {to.file_of(url): make for url, make in found.items()}

    def _page_head(self, page: EntryView | IncidentView) -> Head:
        return page_heads.page(self.site, page, self.card(page))

    def files(self) -> Iterator[SiteFile]:
        """Yield every file for machines but the share images, no two at one path."""
        site = self.site
        for feed in feeds(site, self.newsroom):
            atom, said = partial(write_atom, self.templates, site, feed), repr(feed)
            yield SiteFile(feed.url + to.ATOM, atom, feed.entries, said)
            json_feed = partial(write_json_feed, site, feed, self.card)
            yield SiteFile(feed.url + to.JSON, json_feed, feed.entries, said)
        for page in self.pages:
            text = partial(page_text, self.templates, site, page)
            yield SiteFile(to.text_of(page.url), text, (page,))
        yield from self._for_checking()
        for path, data in self._for_search():  # cheaper to make than a digest of its inputs
            yield SiteFile(path, partial(bytes, data), said=data.decode())

    def _for_checking(self) -> Iterator[SiteFile]:
        """Yield signed texts with their signatures, the lists of statements, and who may sign."""
        site, newsroom = self.site, self.newsroom
        if site.settings.is_guest and not newsroom.has_keys:
            return
        listed = (*newsroom.entries, *newsroom.translations)
        for entry in (each for each in listed if each.signatures):
            yield SiteFile(entry.source, partial(bytes, entry.model.signed), (entry,))
            files = {to.beside_page(entry.url, each.path): each for each in entry.model.signatures}
            for published in entry.signatures:
                armoured = files[published.url].armoured
                yield SiteFile(published.url, partial(bytes, armoured), (entry,))
        years = statements.by_year(listed, site.settings.zone)
        for year, entries in years.items():
            write = partial(statements.write_year, site, year, entries, self.source_of)
            said = repr((site.settings.site_url, *map(statements.previous, entries)))
            yield SiteFile(to.statements_of(year), write, entries, said)
        authors, domain = newsroom.context.newsroom.authors, site.tag.domain
        for path, data in (
            (to.STATEMENTS, statements.write_index(site, years)),
            (to.ALLOWED_SIGNERS, statements.write_signers(authors, domain, site.settings.zone)),
        ):
            yield SiteFile(path, partial(bytes, data), said=data.decode())
        checker = partial(write_checker, self.templates, site.words)
        yield SiteFile(to.CHECKER, checker, said=site.words.lang)

    def _for_search(self) -> Iterator[tuple[str, bytes]]:
        """Yield ``robots.txt`` and the sitemaps (RFC 9309, sitemaps.org, Google News)."""
        site, newsroom = self.site, self.newsroom
        if site.settings.is_guest:  # the site's own sitemap lists the incidents, if it has one
            return
        if newsroom.is_preview:  # search engines must not index it
            yield to.ROBOTS, b"User-agent: *\nDisallow: /\n"
            return
        entries = {view.model.path: view for view in (*newsroom.entries, *newsroom.translations)}
        news = [entries[one.path] for one in news_at(newsroom.context.newsroom, self.now)]
        names = [to.SITEMAP, to.NEWS_SITEMAP] if news else [to.SITEMAP]
        sitemaps = "".join(f"Sitemap: {site.at(name)}\n" for name in names)
        yield to.ROBOTS, f"User-agent: *\nDisallow:\n\n{sitemaps}".encode()
        lists = ["", *sorted(link.url for link in self._listings)]
        lists += (each.url for each in newsroom.authors)
        lists += (each.url for each in newsroom.goals)
        oldest_first = sorted(entries.values(), key=lambda entry: (entry.date.at, entry.url))
        pages = (*newsroom.incident_pages, *oldest_first)
        versions = page_heads.versions
        write = partial(xml, self.templates, site=site)
        yield to.SITEMAP, write("sitemap.xml", lists=lists, pages=pages, versions=versions)
        if news:
            yield to.NEWS_SITEMAP, write("news-sitemap.xml", entries=news)


def _own(page: EntryView | IncidentView) -> Picture | None:
    """Return the picture that a post is shared with. What belongs to an incident has none."""
    return page.image if isinstance(page, EntryView) and page.kind == "post" else None
