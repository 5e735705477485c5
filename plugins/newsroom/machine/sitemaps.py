"""What search engines are told: sitemaps, the news sitemap, and ``robots.txt``.

The forms are those of sitemaps.org 0.9, Google's news extension and RFC 9309.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from ..model import instants
from ..model.addresses import (
    AUTHORS,
    CORRECTIONS,
    GOALS,
    INCIDENTS,
    NEWS_SITEMAP,
    SITEMAP,
    year_url,
)
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.newsroom_view import NewsroomView
from ..view.overview import IncidentList
from .site import Site
from .xml_text import element, text

# sitemaps.org: at most so many URLs, and so many bytes unpacked, in one file.
MOST_URLS = 50_000
MOST_BYTES = 50 * 1024 * 1024

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS_NAMESPACE = {"xmlns:news": "http://www.google.com/schemas/sitemap-news/0.9"}
XHTML_NAMESPACE = {"xmlns:xhtml": "http://www.w3.org/1999/xhtml"}


def lists(
    site: Site, newsroom: NewsroomView, incidents: Iterable[IncidentList], others: Iterable[str]
) -> list[str]:
    """Write an element for each page that is no entry's.

    ``incidents`` are the lists of those, ``others`` URLs of the pages that Pelican writes.
    """

    def listing(url: str, entries: Iterable[EntryView] = ()) -> str:
        last = max((entry.updated for entry in entries), default=None, key=lambda when: when.at)
        return url_element(site.at(url), last.iso if last else "")

    def of_incidents(url: str, shown: Iterable[IncidentView]) -> str:
        return listing(url, (entry for incident in shown for entry in incident.thread))

    changes = [change.at.isoformat() for change in newsroom.corrections]  # newest first
    years: dict[int, list[EntryView]] = {}
    for entry in newsroom.entries:
        years.setdefault(entry.date.at.year, []).append(entry)
    return [
        listing("", newsroom.entries),
        of_incidents(INCIDENTS, newsroom.incidents),
        url_element(site.at(CORRECTIONS), changes[0] if changes else ""),
        *map(listing, (AUTHORS, GOALS, *sorted(others))),
        *(of_incidents(shown.url, shown.incidents) for shown in incidents if shown.kind != "all"),
        *(_page(site, page) for page in newsroom.incident_pages),
        *(listing(person.url, person.entries) for person in newsroom.authors),
        *(listing(goal.url, goal.entries) for goal in newsroom.goals),
        *(listing(year_url(year), years[year]) for year in sorted(years)),
    ]


def entries(site: Site, newsroom: NewsroomView) -> list[str]:
    """Write an element for each entry's page, oldest first: a new one comes at the end."""
    listed = [*newsroom.entries, *newsroom.translations]
    listed.sort(key=lambda entry: (entry.date.at, entry.url))
    return [_page(site, entry) for entry in listed]


def _page(site: Site, page: EntryView | IncidentView) -> str:
    """Say when a page changed and, where it has others, all its languages."""
    versions = [(other.lang, site.at(other.url)) for other in page.translations]
    if versions:
        versions.append((page.lang, site.at(page.url)))
    return url_element(site.at(page.url), page.updated.iso, sorted(versions))


def url_element(url: str, changed: str = "", versions: Iterable[tuple[str, str]] = ()) -> str:
    """Write the element of a page: its whole URL, when it changed, and it in all languages."""
    said = text("loc", url) + (text("lastmod", changed) if changed else "")
    for lang, other in versions:
        link = {"rel": "alternate", "hreflang": lang, "href": other}
        said += element("xhtml:link", attributes=link)
    return element("url", said)


def write_sitemaps(site: Site, lists: list[str], entries: list[str]) -> Iterator[tuple[str, bytes]]:
    """Write ``sitemap.xml``, or an index of several where one would grow too large.

    Then the lists come first, in files of their own, so that a new entry moves
    those and the last one.
    """
    chunks = list(_chunks([*lists, *entries]))
    if len(chunks) == 1:
        yield SITEMAP, _document("urlset", chunks[0], XHTML_NAMESPACE)
        return
    chunks = [chunk for part in (lists, entries) for chunk in _chunks(part) if chunk]
    stem, dot, ending = SITEMAP.rpartition(".")
    names = [f"{stem}-{number}{dot}{ending}" for number in range(1, len(chunks) + 1)]
    index = [element("sitemap", text("loc", site.at(name))) for name in names]
    yield SITEMAP, _document("sitemapindex", index, {})
    for name, chunk in zip(names, chunks, strict=True):
        yield name, _document("urlset", chunk, XHTML_NAMESPACE)


def news(newsroom: NewsroomView, now: datetime) -> list[EntryView]:
    """Find what Google counts as news at ``now``, newest first; nothing that was withdrawn."""
    views = {view.model.path: view for view in (*newsroom.entries, *newsroom.translations)}
    return [views[entry.path] for entry in instants.news(newsroom.context.newsroom, now)]


def write_news(site: Site, fresh: Iterable[EntryView]) -> bytes:
    """Write the news sitemap of some entries."""
    return _document("urlset", [_news_element(site, entry) for entry in fresh], NEWS_NAMESPACE)


def write_robots(site: Site, has_news: bool, is_preview: bool) -> bytes:
    """Write ``robots.txt``: everything may be read, and where the sitemaps are; or nothing may."""
    if is_preview:
        return b"User-agent: *\nDisallow: /\n"
    sitemaps = [SITEMAP, NEWS_SITEMAP] if has_news else [SITEMAP]
    lines = ["User-agent: *", "Disallow:", "", *(f"Sitemap: {site.at(url)}" for url in sitemaps)]
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _chunks(elements: Iterable[str]) -> Iterator[list[str]]:
    """Divide elements into files of a legal size; at least one file."""
    chunk: list[str] = []
    size = 0
    for found in elements:
        length = len(found.encode("utf-8"))
        if chunk and (len(chunk) == MOST_URLS or size + length > MOST_BYTES - 1024):
            yield chunk
            chunk, size = [], 0
        chunk.append(found)
        size += length
    yield chunk


def _news_element(site: Site, entry: EntryView) -> str:
    # Google's form of a language: ISO 639 without a region, but for these two.
    lang = entry.lang if entry.lang in ("zh-cn", "zh-tw") else entry.lang.partition("-")[0]
    publication = text("news:name", site.name) + text("news:language", lang)
    said = element("news:publication", publication)
    said += text("news:publication_date", entry.date.iso) + text("news:title", entry.title)
    return element("url", text("loc", site.at(entry.url)) + element("news:news", said))


def _document(root: str, elements: Sequence[str], namespaces: dict[str, str]) -> bytes:
    inside = "".join(f"\n{found}" for found in elements) + "\n"
    document = element(root, inside, {"xmlns": NAMESPACE, **namespaces})
    return f'<?xml version="1.0" encoding="utf-8"?>\n{document}\n'.encode()
