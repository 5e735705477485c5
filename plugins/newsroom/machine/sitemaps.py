"""What search engines are told: sitemaps, the news sitemap, and ``robots.txt``.

The forms are those of sitemaps.org 0.9, Google's news extension and RFC 9309.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from xml.sax.saxutils import escape, quoteattr

from feedgenerator.django.utils.xmlutils import SimplerXMLGenerator

from ..model.addresses import (
    AUTHORS,
    CORRECTIONS,
    GOALS,
    INCIDENTS,
    NEWS_SITEMAP,
    SITEMAP,
    year_url,
)
from ..view import parts
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.newsroom_view import NewsroomView
from ..view.overview import IncidentList
from .site import Site

# sitemaps.org: at most so many URLs, and so many bytes unpacked, in one file.
MOST_URLS = 50_000
MOST_BYTES = 50 * 1024 * 1024
# Google: news is what was published in the last two days, at most so many URLs.
NEWS_AGE = timedelta(days=2)
MOST_NEWS = 1_000

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS_NAMESPACE = "http://www.google.com/schemas/sitemap-news/0.9"
XHTML_NAMESPACE = "http://www.w3.org/1999/xhtml"


@dataclass(frozen=True)
class Place:
    """A page to find: its whole URL, when it last changed, and its other languages."""

    url: str
    changed: str = ""
    versions: tuple[tuple[str, str], ...] = ()


def lists(
    site: Site,
    newsroom: NewsroomView,
    incidents: Iterable[IncidentList],
    others: Iterable[str],
) -> list[Place]:
    """The pages that are no entry's.

    ``incidents`` are the lists of those, ``others`` URLs of the pages that Pelican writes.
    """
    threads = [entry for incident in newsroom.incidents for entry in incident.thread]
    changes = [change.at.isoformat() for change in newsroom.corrections]  # newest first
    found = [
        Place(site.at(""), _last_change(newsroom.entries)),
        Place(site.at(INCIDENTS), _last_change(threads)),
        Place(site.at(CORRECTIONS), changes[0] if changes else ""),
        *(Place(site.at(url)) for url in (AUTHORS, GOALS, *sorted(others))),
        *(_incident_list(site, shown) for shown in incidents if shown.kind != "all"),
    ]
    found += [
        _place(site, page, page.updated.iso, page.translations) for page in newsroom.incident_pages
    ]
    for person in newsroom.authors:
        found.append(Place(site.at(person.url), _last_change(person.entries)))
    for goal in newsroom.goals:
        found.append(Place(site.at(goal.url), _last_change(goal.entries)))
    years: dict[int, list[EntryView]] = {}
    for entry in newsroom.entries:
        years.setdefault(entry.date.at.year, []).append(entry)
    return found + [
        Place(site.at(year_url(year)), _last_change(years[year])) for year in sorted(years)
    ]


def entries(site: Site, newsroom: NewsroomView) -> list[Place]:
    """The entries' pages, oldest first: a new one comes at the end."""
    listed = [*newsroom.entries, *newsroom.translations]
    listed.sort(key=lambda entry: (entry.date.at, entry.url))
    return [_entry_place(site, entry) for entry in listed]


def write_sitemaps(
    site: Site, lists: Iterable[Place], entries: Iterable[Place]
) -> Iterator[tuple[str, bytes]]:
    """``sitemap.xml``, or an index of several where one would grow too large.

    Then the lists come first, in files of their own, so that a new entry moves
    those and the last one.
    """
    listed = [_url_element(place) for place in lists]
    written = [_url_element(place) for place in entries]
    chunks = list(_chunks([*listed, *written]))
    if len(chunks) == 1:
        yield SITEMAP, _document("urlset", chunks[0], {"xmlns:xhtml": XHTML_NAMESPACE})
        return
    chunks = [chunk for part in (listed, written) for chunk in _chunks(part) if chunk]
    stem, dot, ending = SITEMAP.rpartition(".")
    names = [f"{stem}-{number}{dot}{ending}" for number in range(1, len(chunks) + 1)]
    index = [_index_element(site.at(name)) for name in names]
    yield SITEMAP, _document("sitemapindex", index, {})
    for name, chunk in zip(names, chunks, strict=True):
        yield name, _document("urlset", chunk, {"xmlns:xhtml": XHTML_NAMESPACE})


def news(newsroom: NewsroomView, now: datetime) -> list[EntryView]:
    """What Google counts as news at ``now``, newest first; nothing that was withdrawn."""
    entries = [*newsroom.entries, *newsroom.translations]
    fresh = [
        entry
        for entry in entries
        if timedelta(0) <= now - entry.date.at <= NEWS_AGE and not entry.withdrawn
    ]
    return sorted(fresh, key=lambda entry: entry.date.at, reverse=True)[:MOST_NEWS]


def write_news(site: Site, fresh: Sequence[EntryView]) -> bytes:
    """The news sitemap of some entries."""
    listed = [_news_element(site, entry) for entry in fresh]
    return _document("urlset", listed, {"xmlns:news": NEWS_NAMESPACE})


def write_robots(site: Site, has_news: bool, is_preview: bool) -> bytes:
    """``robots.txt``: everything may be read, and where the sitemaps are; nothing of a preview."""
    lines = ["User-agent: *", "Disallow: /" if is_preview else "Disallow:"]
    if not is_preview:
        lines += ["", f"Sitemap: {site.at(SITEMAP)}"]
    if has_news and not is_preview:
        lines.append(f"Sitemap: {site.at(NEWS_SITEMAP)}")
    return ("\n".join(lines) + "\n").encode("utf-8")


def _incident_list(site: Site, shown: IncidentList) -> Place:
    threads = [entry for incident in shown.incidents for entry in incident.thread]
    return Place(site.at(shown.url), _last_change(threads))


def _entry_place(site: Site, entry: EntryView) -> Place:
    return _place(site, entry, entry.updated.iso, entry.translations)


def _place(
    site: Site,
    page: EntryView | IncidentView,
    changed: str,
    others: tuple[parts.Translation, ...],
) -> Place:
    """A page and, where it has others, all its languages."""
    if not others:
        return Place(site.at(page.url), changed)
    versions = sorted([(page.lang, page.url), *((other.lang, other.url) for other in others)])
    whole = tuple((lang, site.at(url)) for lang, url in versions)
    return Place(site.at(page.url), changed, whole)


def _last_change(entries: Iterable[EntryView]) -> str:
    last = max((entry.updated for entry in entries), default=None, key=lambda view: view.at)
    return last.iso if last else ""


def _chunks(elements: Iterable[str]) -> Iterator[list[str]]:
    """Elements in files of a legal size; at least one file."""
    chunk: list[str] = []
    size = 0
    for element in elements:
        length = len(element.encode("utf-8"))
        if chunk and (len(chunk) == MOST_URLS or size + length > MOST_BYTES - 1024):
            yield chunk
            chunk, size = [], 0
        chunk.append(element)
        size += length
    yield chunk


def _url_element(place: Place) -> str:
    """Written as text, because there may be ten thousand: the library's way takes a second."""
    said = f"<loc>{escape(place.url)}</loc>"
    if place.changed:
        said += f"<lastmod>{escape(place.changed)}</lastmod>"
    for lang, url in place.versions:
        hreflang, href = quoteattr(lang), quoteattr(url)
        said += f'<xhtml:link rel="alternate" hreflang={hreflang} href={href}/>'
    return f"<url>{said}</url>"


def _index_element(url: str) -> str:
    out = _Fragment()
    out.start("sitemap")
    out.tag("loc", url)
    return out.end("sitemap")


def _news_element(site: Site, entry: EntryView) -> str:
    out = _Fragment()
    out.start("url")
    out.tag("loc", site.at(entry.url))
    out.start("news:news")
    out.start("news:publication")
    out.tag("news:name", site.name)
    out.tag("news:language", news_language(entry.lang))
    out.end("news:publication")
    out.tag("news:publication_date", entry.date.iso)
    out.tag("news:title", entry.title)
    out.end("news:news")
    return out.end("url")


def news_language(lang: str) -> str:
    """Google's form: ISO 639 without a region, but for ``zh-cn`` and ``zh-tw``."""
    return lang if lang in ("zh-cn", "zh-tw") else lang.partition("-")[0]


class _Fragment:
    """XML elements written one after another."""

    def __init__(self) -> None:
        self._out = StringIO()
        self._xml = SimplerXMLGenerator(self._out, "utf-8", short_empty_elements=True)

    def start(self, name: str) -> None:
        self._xml.startElement(name, {})

    def tag(self, name: str, text: str | None, attributes: dict[str, str] | None = None) -> None:
        self._xml.addQuickElement(name, text, attributes)

    def end(self, name: str) -> str:
        """End an element; returns all that has been written."""
        self._xml.endElement(name)
        return self._out.getvalue()


def _document(root: str, elements: Sequence[str], namespaces: dict[str, str]) -> bytes:
    said = "".join(f' {name}="{value}"' for name, value in namespaces.items())
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<{root} xmlns="{NAMESPACE}"{said}>\n'
    return (head + "".join(f"{item}\n" for item in elements) + f"</{root}>\n").encode("utf-8")
