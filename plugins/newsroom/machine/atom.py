"""Feeds as Atom (RFC 4287), with threads (RFC 4685) and archives (RFC 5005)."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.addresses import ALL_FEED, ATOM, JSON, feed_of, incident_url, text_of
from ..view.entry_view import EntryView
from .feeds import ATOM_TYPE, JSON_FEED_TYPE, Feed, Item, Pieces, made_anew
from .site import Site
from .xml_text import element, text

NAMESPACES = {
    "xmlns": "http://www.w3.org/2005/Atom",
    "xmlns:fh": "http://purl.org/syndication/history/1.0",
    "xmlns:thr": "http://purl.org/syndication/thread/1.0",
}


def write_atom(feed: Feed, site: Site, pieces: Pieces = made_anew) -> bytes:
    """Write a feed as an Atom document, UTF-8."""

    def entry(item: Item) -> str:
        return element("entry", "".join(_entry(site, feed, item)), {"xml:lang": item.lang})

    items = feed.written(feed.url + ATOM, site, pieces, entry)
    inside = "".join((*_head(site, feed), *items))
    document = element("feed", inside, {"xml:lang": feed.lang, **NAMESPACES})
    return f'<?xml version="1.0" encoding="utf-8"?>\n{document}'.encode()


def _link(url: str, rel: str, type: str = "", **others: str) -> str:
    said = {"href": url, **others, "rel": rel} | ({"type": type} if type else {})
    return element("link", attributes=said)


def _author(name: str, url: str) -> str:
    return element("author", text("name", name) + (text("uri", url) if url else ""))


def _head(site: Site, feed: Feed) -> Iterator[str]:
    yield text("title", feed.title)
    yield _link(site.at(feed.home), "alternate")
    yield _link(site.at(feed.url + ATOM), "self")
    yield text("id", feed.id)
    yield text("updated", (feed.updated or site.tag.since).isoformat())  # never the clock
    yield _author(site.company, site.at(""))
    if feed.subtitle:
        yield text("subtitle", feed.subtitle, {"xml:lang": feed.subtitle_lang or feed.lang})
    yield _link(site.at(feed.url + JSON), "alternate", JSON_FEED_TYPE)
    if feed.previous:
        yield _link(site.at(feed.previous + ATOM), "prev-archive", ATOM_TYPE)
    if feed.archive:
        yield _link(site.at(ALL_FEED + ATOM), "current", ATOM_TYPE)
    if site.hub:
        yield _link(site.hub, "hub")
    if site.logo:
        yield text("logo", site.at(site.logo.url))
    if feed.archive:
        yield element("fh:archive")
    if feed.complete:
        yield element("fh:complete")


def _entry(site: Site, feed: Feed, item: Item) -> Iterator[str]:
    yield text("title", item.title)
    yield _link(item.url, "alternate")
    yield text("published", item.published.isoformat())
    yield text("updated", item.updated.isoformat())
    yield text("id", item.id)
    yield text("content", item.html, {"type": "html"})
    yield from (element("category", attributes={"term": name}) for name in item.categories)
    yield from (_author(by.name, site.at(by.url) if by.url else "") for by in item.authors)
    if item.summary:
        yield text("summary", item.summary, {"type": "text"})
    if item.entry is None:
        return
    for other in () if feed.archive else item.entry.translations:
        yield _link(site.at(other.url), "alternate", "text/html", hreflang=other.lang)
    yield _link(site.at(text_of(item.entry.url)), "alternate", "text/plain")
    yield from _thread(site, item.entry, counted=not feed.archive)


def _thread(site: Site, entry: EntryView, counted: bool) -> Iterator[str]:
    """Say what an entry replies to, and the replies to a statement."""
    thread = site.at(feed_of(incident_url(entry.incident.id)) + ATOM) if entry.incident else ""
    for reply in entry.replies_to:
        said = {"href": site.at(reply.url) if reply.inside else reply.url, "ref": reply.id}
        said |= {"source": thread} if reply.in_thread else {}
        yield element("thr:in-reply-to", attributes=said | {"type": "text/html"})
    if entry.replies is None:
        return
    count = {"thr:count": str(len(entry.replies))} if counted else {}
    if counted and entry.replies:
        count["thr:updated"] = max(entry.replies, key=lambda view: view.at).iso
    said = {"href": thread, "rel": "replies"} | count | {"type": ATOM_TYPE}
    yield element("link", attributes=said)
    if counted:
        yield text("thr:total", count["thr:count"])
