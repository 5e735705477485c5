"""Which feeds a newsroom has, and what each holds; how they are written is elsewhere.

The site's feed holds the year of its newest entry and, beyond that, whatever
changed last; each earlier year is an archive of its own (RFC 5005, section 4).
So nothing falls out, and a new entry leaves every archive as it is: what a later
one may change, a count of replies or a translation, an archive does not say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from itertools import groupby
from typing import TypeVar

from markupsafe import escape

from ..model.addresses import (
    ALL_FEED,
    CORRECTIONS,
    archive_feed,
    author_feed,
    category_feed,
    feed_of,
    language_feed,
    year_url,
)
from ..view import parts
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.newsroom_view import NewsroomView
from .site import Site


@dataclass(frozen=True)
class Person:
    """Who signs an item; URLs are whole, either may be empty."""

    name: str
    url: str = ""
    avatar: str = ""


@dataclass(frozen=True)
class Item:
    """One entry of a feed. URLs are whole; texts are plain.

    ``html`` reads the full body. ``entry`` is what it was made of; a correction
    has none. ``translations`` pairs languages (BCP 47) with URLs.
    """

    id: str
    title: str
    url: str
    lang: str
    published: datetime
    updated: datetime
    html: Callable[[], str] = field(repr=False, compare=False)
    summary: str = ""
    authors: tuple[Person, ...] = ()
    categories: tuple[str, ...] = ()
    translations: tuple[tuple[str, str], ...] = ()
    entry: EntryView | None = None


@dataclass(frozen=True)
class Feed:
    """One feed. ``url`` is relative to the site's root and has no ending.

    ``home`` is the page that it belongs to. A ``complete`` feed holds all there
    is (RFC 5005, section 2); an ``archive`` never changes by a new entry;
    ``previous`` is the url of the next older archive. ``incident`` is set on an
    incident's own feed. ``about`` are the entries that it holds, newest first;
    ``read`` makes its items of them, when somebody asks.
    """

    id: str
    title: str
    url: str
    home: str
    lang: str
    about: Sequence[EntryView]
    read: Callable[[], tuple[Item, ...]] = field(repr=False, compare=False)
    subtitle: str = ""
    subtitle_lang: str = ""
    complete: bool = False
    archive: bool = False
    previous: str = ""
    incident: IncidentView | None = None

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What it holds."""
        return self.read()

    @property
    def header(self) -> tuple[object, ...]:
        """What it says besides its items."""
        said = (self.id, self.title, self.url, self.home, self.lang, self.subtitle)
        return (*said, self.subtitle_lang, self.complete, self.archive, self.previous)

    @property
    def updated(self) -> datetime | None:
        """When one of its items last changed; None without items."""
        if self.about:
            return max(entry.updated.at for entry in self.about)
        return max((item.updated for item in self.items), default=None)

    def pieces(self, path: str, site: Site, pieces: Pieces, write: Callable[[Item], str]) -> Texts:
        """What the file at ``path`` says of each item, as ``write`` puts it."""
        if not self.about:
            return [write(item) for item in self.items]
        return pieces(path, self, lambda entry: write(item_of(site, entry)))


K = TypeVar("K")
Texts = list[str]
# From a feed's file, the feed and a way to put an entry, to what the file says of each.
Pieces = Callable[[str, Feed, Callable[[EntryView], str]], Texts]


def made_anew(_path: str, feed: Feed, make: Callable[[EntryView], str]) -> Texts:
    """Each piece made."""
    return [make(entry) for entry in feed.about]


ATOM_TYPE = "application/atom+xml"
JSON_FEED_TYPE = "application/feed+json"


def feeds(site: Site, newsroom: NewsroomView) -> Iterator[Feed]:
    """Every feed of a newsroom; none of an author or a category that has no entry."""
    entries = _newest_first([*newsroom.entries, *newsroom.translations])
    years = {entry.date.at.year for entry in newsroom.entries}
    changed = _last_changed(entries)
    yield from _site_feeds(site, entries, years, changed[: site.feed_items])
    for incident in newsroom.incidents:
        yield _incident_feed(site, incident)
    yield from _parts(
        site, newsroom, entries, {entry.model.path: n for n, entry in enumerate(changed)}
    )
    yield _corrections_feed(site, newsroom)


def _items(site: Site, entries: Sequence[EntryView]) -> Callable[[], tuple[Item, ...]]:
    return lambda: tuple(item_of(site, entry) for entry in entries)


def item_of(site: Site, entry: EntryView) -> Item:
    """An entry as an item. The body of a withdrawn one is the notice that it is."""
    categories = (entry.category.name,) if entry.category else ()
    return Item(
        id=entry.feed_id,
        title=entry.title,
        url=site.at(entry.url),
        lang=entry.lang,
        published=entry.date.at,
        updated=entry.updated.at,
        html=lambda: entry.content_at(site.url),
        summary=entry.summary,
        authors=tuple(
            Person(
                byline.name,
                site.at(byline.url) if byline.url else "",
                site.at(byline.photo.url) if byline.photo else "",
            )
            for byline in entry.bylines
        ),
        categories=tuple(dict.fromkeys((*categories, *(tag.title for tag in entry.tags)))),
        translations=tuple((other.lang, site.at(other.url)) for other in entry.translations),
        entry=entry,
    )


def _site_feeds(
    site: Site,
    entries: Sequence[EntryView],
    shown: Set[int],
    changed_last: Sequence[EntryView],
) -> Iterator[Feed]:
    """The site's feed and its archives, one for each year before the newest entry's.

    The years in ``shown`` have a page.
    """
    by_year: dict[int, list[EntryView]] = {}
    for entry in entries:
        by_year.setdefault(entry.date.at.year, []).append(entry)
    years = sorted(by_year)
    newest, archived = years[-1:], years[:-1]
    changed = {entry.model.path for entry in changed_last}
    name = site.tag("feeds/all")  # all documents of one feed share its id
    held = [
        entry for entry in entries if entry.model.path in changed or entry.date.at.year in newest
    ]
    yield Feed(
        id=name,
        title=site.name,
        url=ALL_FEED,
        home="",
        lang=site.lang,
        about=held,
        read=_items(site, held),
        previous=archive_feed(archived[-1]) if archived else "",
    )
    for place, year in enumerate(archived):
        yield Feed(
            id=name,
            title=f"{site.name}: {year}",
            url=archive_feed(year),
            home=year_url(year) if year in shown else "",
            lang=site.lang,
            about=by_year[year],
            read=_items(site, by_year[year]),
            archive=True,
            previous=archive_feed(archived[place - 1]) if place else "",
        )


def _incident_feed(site: Site, incident: IncidentView) -> Feed:
    held = _newest_first(incident.written)
    return Feed(
        id=site.tag(f"incidents/{incident.model.id}"),
        title=incident.words.beside(incident.name, site.company, between=" – "),
        url=incident.feed,
        home=incident.url,
        about=held,
        read=_items(site, held),
        subtitle=f"{incident.state.label}. {incident.state.meaning}",
        subtitle_lang=incident.words.lang,
        lang=incident.lang,
        complete=True,
        incident=incident,
    )


def _parts(
    site: Site,
    newsroom: NewsroomView,
    entries: Sequence[EntryView],
    ranks: Mapping[str, int],
) -> Iterator[Feed]:
    """The feeds of categories, authors and languages: what changed last in each.

    ``ranks`` are numbers by path, of all entries: 0 is what changed last.
    """
    beside = partial(site.words.beside, between=" – ")
    # By slug, as Pelican knows categories.
    categories = _grouped(entries, lambda entry: [entry.category], _slug)
    with_page = {entry.category.slug for entry in newsroom.entries if entry.category}
    for category, found in categories:
        if category.slug not in with_page:  # only translations are in it
            continue
        title, name = beside(category.name, site.name), site.tag(f"categories/{category.slug}")
        yield _latest(site, name, title, category_feed(category.slug), category.url, found, ranks)
    by_author = dict(_grouped(entries, lambda entry: entry.model.authors, str))
    for author in newsroom.authors:
        if found := by_author.get(author.name, []):
            title, url = beside(author.name, site.name), author_feed(author.model.slug)
            yield _latest(
                site, site.tag(f"authors/{author.model.slug}"), title, url, author.url, found, ranks
            )
    languages = sorted(_grouped(entries, lambda entry: [entry.lang], str), key=lambda pair: pair[0])
    for lang, found in languages if len(languages) > 1 else ():
        title, name = f"{site.name} ({lang})", site.tag(f"languages/{lang}")
        yield _latest(site, name, title, language_feed(lang), "", found, ranks, lang=lang)


def _grouped(
    entries: Iterable[EntryView],
    keys: Callable[[EntryView], Iterable[K | None]],
    same: Callable[[K], str],
) -> list[tuple[K, list[EntryView]]]:
    """Entries by key, keys of which ``same`` says the same being one, in that order."""
    found: dict[str, tuple[K, list[EntryView]]] = {}
    for entry in entries:
        for key in keys(entry):
            if key is not None:
                found.setdefault(same(key), (key, []))[1].append(entry)
    return [found[name] for name in sorted(found)]


def _slug(category: parts.Category) -> str:
    return category.slug


def _corrections_feed(site: Site, newsroom: NewsroomView) -> Feed:
    title = site.words.say("Corrections")
    return Feed(
        id=site.tag("corrections"),
        title=f"{title} – {site.name}",
        url=feed_of(CORRECTIONS),
        home=CORRECTIONS,
        lang=site.lang,
        about=(),
        read=lambda: tuple(_correction_item(site, change) for change in newsroom.corrections),
    )


def _correction_item(site: Site, change: parts.Change) -> Item:
    words = site.languages.of(change.lang)
    title, place = change.entry.title, ""
    if not change.is_withdrawal:  # of one, the title says so
        title = words.say("{kind}: {title}", kind=words.say("Corrected"), title=title)
        place = "#corrections"
    return Item(
        id=change.id,
        title=title,
        url=site.at(change.entry.url) + place,
        lang=change.lang,
        published=change.at,
        updated=change.at,
        html=lambda: f"<p>{escape(change.text)}</p>",
        summary=change.text,
    )


def _latest(
    site: Site,
    name: str,
    title: str,
    url: str,
    home: str,
    entries: Sequence[EntryView],
    ranks: Mapping[str, int],
    lang: str = "",
) -> Feed:
    kept = set(sorted(ranks[entry.model.path] for entry in entries)[: site.feed_items])
    held = [entry for entry in entries if ranks[entry.model.path] in kept]
    return Feed(name, title, url, home, lang or site.lang, held, _items(site, held))


def _newest_first(entries: Iterable[EntryView]) -> list[EntryView]:
    return _latest_first(entries, lambda entry: entry.date.at)


def _last_changed(entries: Sequence[EntryView]) -> list[EntryView]:
    return _latest_first(entries, lambda entry: entry.updated.at)


def _latest_first(
    entries: Iterable[EntryView], at: Callable[[EntryView], datetime]
) -> list[EntryView]:
    """Entries by a moment; those of the same by their ids, which are made only for that."""
    found: list[EntryView] = []
    for _, same in groupby(sorted(entries, key=at, reverse=True), at):
        together = list(same)
        if len(together) > 1:
            together.sort(key=lambda entry: entry.feed_id, reverse=True)
        found += together
    return found
