"""Which feeds a newsroom has, and what each holds; how they are written is elsewhere.

The site's feed holds the year of its newest entry and, beyond that, whatever
changed last; each earlier year is an archive of its own (RFC 5005, section 4).
So nothing falls out, and a new entry leaves every archive as it is: what a later
one may change, a count of replies or a translation, an archive does not say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

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
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.newsroom_view import NewsroomView
from ..view.parts import Byline, Category, Change
from .site import Site

ATOM_TYPE = "application/atom+xml"
JSON_FEED_TYPE = "application/feed+json"


@dataclass(frozen=True)
class Item:
    """An entry or a correction, which has no ``entry``, in a feed. ``url`` is whole."""

    id: str
    title: str
    url: str
    lang: str
    published: datetime
    updated: datetime
    html: str
    summary: str = ""
    authors: tuple[Byline, ...] = ()
    categories: tuple[str, ...] = ()
    entry: EntryView | None = None


@dataclass(frozen=True)
class Feed:
    """One feed. ``url`` is relative to the site's root and has no ending.

    ``home`` is the page that it belongs to. A ``complete`` feed holds all there
    is (RFC 5005, section 2); an ``archive`` never changes by a new entry;
    ``previous`` is the url of the next older archive. ``incident`` is set on an
    incident's own feed. ``about`` are the entries that it holds, newest first; ``others``
    what it holds that is no entry.
    """

    id: str
    title: str
    url: str
    home: str
    lang: str
    about: Sequence[EntryView] = field(default=(), repr=False)
    others: tuple[Item, ...] = ()
    subtitle: str = ""
    subtitle_lang: str = ""
    complete: bool = False
    archive: bool = False
    previous: str = ""
    incident: IncidentView | None = field(default=None, repr=False)

    @property
    def updated(self) -> datetime | None:
        """When something in it last changed; None if it is empty."""
        changes = [*(entry.updated.at for entry in self.about), *(it.updated for it in self.others)]
        return max(changes, default=None)

    def written(self, path: str, site: Site, pieces: Pieces, write: Write) -> list[str]:
        """Write all that the feed's file at ``path`` holds, one piece for each thing."""
        of_entries = pieces(path, self, lambda entry: write(item_of(site, entry)))
        return [*of_entries, *map(write, self.others)]


Write = Callable[[Item], str]
# From a feed's file, the feed and a way to write an entry, to what the file says of each entry.
Pieces = Callable[[str, Feed, Callable[[EntryView], str]], list[str]]


def made_anew(_path: str, feed: Feed, make: Callable[[EntryView], str]) -> list[str]:
    """Write each entry."""
    return [make(entry) for entry in feed.about]


def item_of(site: Site, entry: EntryView) -> Item:
    """Make an item of an entry. The body of a withdrawn one is the notice that it is."""
    category = (entry.category.name,) if entry.category else ()
    return Item(
        id=entry.feed_id,
        title=entry.title,
        url=site.at(entry.url),
        lang=entry.lang,
        published=entry.date.at,
        updated=entry.updated.at,
        html=entry.content_at(site.url),
        summary=entry.summary,
        authors=entry.bylines,
        categories=tuple(dict.fromkeys((*category, *(tag.title for tag in entry.tags)))),
        entry=entry,
    )


def feeds(site: Site, newsroom: NewsroomView) -> Iterator[Feed]:
    """Yield every feed of a newsroom; none of an author or a category that has no entry."""
    entries = [*newsroom.entries, *newsroom.translations]
    entries.sort(key=lambda entry: (entry.date.at, entry.feed_id), reverse=True)
    changed = sorted(entries, key=lambda entry: (entry.updated.at, entry.feed_id), reverse=True)
    shown = {entry.date.at.year for entry in newsroom.entries}
    yield from _site_feeds(site, entries, changed, shown)
    for incident in newsroom.incidents:
        yield _incident_feed(site, incident)
    yield from _parts(site, newsroom, entries, changed)
    title = site.words.say("Corrections")
    yield Feed(
        id=site.tag("corrections"),
        title=f"{title} – {site.name}",
        url=feed_of(CORRECTIONS),
        home=CORRECTIONS,
        lang=site.lang,
        others=tuple(_correction_item(site, change) for change in newsroom.corrections),
    )


def _site_feeds(
    site: Site, entries: list[EntryView], changed: list[EntryView], shown: set[int]
) -> Iterator[Feed]:
    """Yield the site's feed and its archives: the years in ``shown`` have a page."""
    by_year: dict[int, list[EntryView]] = {}
    for entry in entries:
        by_year.setdefault(entry.date.at.year, []).append(entry)
    *archived, newest = sorted(by_year) or [0]
    previous = ["", *map(archive_feed, archived)]
    name = site.tag("feeds/all")  # all documents of one feed share its id
    kept = {*changed[: site.feed_items], *by_year.get(newest, ())}
    held = [entry for entry in entries if entry in kept]
    yield Feed(name, site.name, ALL_FEED, "", site.lang, held, previous=previous[-1])
    for year, before in zip(archived, previous, strict=False):
        yield Feed(
            id=name,
            title=f"{site.name}: {year}",
            url=archive_feed(year),
            home=year_url(year) if year in shown else "",
            lang=site.lang,
            about=by_year[year],
            archive=True,
            previous=before,
        )


def _incident_feed(site: Site, incident: IncidentView) -> Feed:
    return Feed(
        id=site.tag(f"incidents/{incident.model.id}"),
        title=incident.words.beside(incident.name, site.company, between=" – "),
        url=incident.feed,
        home=incident.url,
        lang=incident.lang,
        about=sorted(
            incident.written, key=lambda entry: (entry.date.at, entry.feed_id), reverse=True
        ),
        subtitle=f"{incident.state.label}. {incident.state.meaning}",
        subtitle_lang=incident.words.lang,
        complete=True,
        incident=incident,
    )


def _parts(
    site: Site, newsroom: NewsroomView, entries: list[EntryView], changed: list[EntryView]
) -> Iterator[Feed]:
    """Yield the feeds of categories, authors and languages: what changed last in each."""
    ranks = {entry: rank for rank, entry in enumerate(changed)}

    def feed(
        name: str, title: str, url: str, home: str, found: list[EntryView], lang: str = site.lang
    ) -> Feed:
        kept = set(sorted(found, key=ranks.__getitem__)[: site.feed_items])
        held = [entry for entry in found if entry in kept]
        return Feed(site.tag(name), title, url, home, lang, held)

    def beside(name: str) -> str:
        return site.words.beside(name, site.name, between=" – ")

    filed: dict[str, tuple[Category, list[EntryView]]] = {}
    signed: dict[str, list[EntryView]] = {}
    written: dict[str, list[EntryView]] = {}
    for entry in entries:
        if category := entry.category:
            filed.setdefault(category.slug, (category, []))[1].append(entry)
        for name in entry.model.authors:
            signed.setdefault(name, []).append(entry)
        written.setdefault(entry.lang, []).append(entry)
    with_page = {entry.category.slug for entry in newsroom.entries if entry.category}
    for slug in sorted(with_page):  # in others there are only translations
        category, found = filed[slug]
        title, url = beside(category.name), category_feed(slug)
        yield feed(f"categories/{slug}", title, url, category.url, found)
    for author in newsroom.authors:
        if author.name in signed:
            slug, title = author.model.slug, beside(author.name)
            yield feed(f"authors/{slug}", title, author_feed(slug), author.url, signed[author.name])
    for lang in sorted(written) if len(written) > 1 else ():
        title, url = f"{site.name} ({lang})", language_feed(lang)
        yield feed(f"languages/{lang}", title, url, "", written[lang], lang)


def _correction_item(site: Site, change: Change) -> Item:
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
        html=f"<p>{escape(change.text)}</p>",
        summary=change.text,
    )
