"""Feeds as Atom (RFC 4287), with threads (RFC 4685) and archives (RFC 5005)."""

from __future__ import annotations

from io import StringIO
from typing import Any

from feedgenerator import Atom1Feed
from feedgenerator.django.utils.xmlutils import SimplerXMLGenerator

from ..model.addresses import ALL_FEED, ATOM, JSON, feed_of, incident_url, text_of
from ..view.entry_view import EntryView
from .feeds import ATOM_TYPE, JSON_FEED_TYPE, Feed, Item, Person, Pieces, made_anew
from .site import Site

THREAD = "http://purl.org/syndication/thread/1.0"
HISTORY = "http://purl.org/syndication/history/1.0"


def write_atom(feed: Feed, site: Site, pieces: Pieces = made_anew) -> bytes:
    """A feed as an Atom document, UTF-8."""
    document = ThreadedFeed(feed, site)
    document.pieces = feed.pieces(feed.url + ATOM, site, pieces, document.piece)
    out = StringIO()
    document.write(out, "utf-8")
    return out.getvalue().encode("utf-8")


class ThreadedFeed(Atom1Feed):  # type: ignore[misc]  # the library has no types
    """The library's Atom, with what it cannot say: several authors, threads, archives."""

    def __init__(self, feed: Feed, site: Site) -> None:
        super().__init__(
            title=feed.title,
            link=site.at(feed.home),
            description=None,  # written below, with its language
            language=feed.lang,
            feed_url=site.at(feed.url + ATOM),
            feed_guid=feed.id,
            author_name=site.company,
            author_link=site.at(""),
        )
        self._feed, self._site = feed, site
        self.pieces: list[str] = []

    def piece(self, item: Item) -> str:
        """An item as an element."""
        self.items.clear()
        self.add_item(
            title=item.title,
            link=item.url,
            description=None,  # the library would call our plain text HTML
            content=item.html(),
            pubdate=item.published,
            updateddate=item.updated,
            unique_id=item.id,
            categories=item.categories,
            ours=item,
        )
        out = StringIO()
        super().write_items(SimplerXMLGenerator(out, "utf-8", short_empty_elements=True))
        return out.getvalue()

    def write_items(self, handler: Any) -> None:
        """The pieces."""
        for piece in self.pieces:
            handler.ignorableWhitespace(piece)  # the library's way to write something as it is

    def latest_post_date(self) -> Any:
        """``atom:updated`` of the feed; never the clock, which the library would read."""
        return self._feed.updated or self._site.tag.since

    def root_attributes(self) -> dict[str, str]:
        """The extensions' namespaces."""
        return {**super().root_attributes(), "xmlns:thr": THREAD, "xmlns:fh": HISTORY}

    def add_root_elements(self, handler: Any) -> None:
        """What the library says, then the hub, the JSON twin and the archives."""
        super().add_root_elements(handler)
        feed, site = self._feed, self._site
        if feed.subtitle:
            lang = feed.subtitle_lang or feed.lang
            handler.addQuickElement("subtitle", feed.subtitle, {"xml:lang": lang})
        links = [("alternate", feed.url + JSON, JSON_FEED_TYPE)]
        if feed.previous:
            links.append(("prev-archive", feed.previous + ATOM, ATOM_TYPE))
        if feed.archive:
            links.append(("current", ALL_FEED + ATOM, ATOM_TYPE))
        for rel, url, type in links:
            handler.addQuickElement("link", "", {"rel": rel, "href": site.at(url), "type": type})
        if site.hub:
            handler.addQuickElement("link", "", {"rel": "hub", "href": site.hub})
        if site.logo:
            handler.addQuickElement("logo", site.at(site.logo.url))
        if feed.archive:
            handler.addQuickElement("fh:archive", None)
        if feed.complete:
            handler.addQuickElement("fh:complete", None)

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        """An entry's own language."""
        return {"xml:lang": item["ours"].lang}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        """What the library says, then every author, the summary and the thread."""
        super().add_item_elements(handler, item)
        ours: Item = item["ours"]
        for author in ours.authors:
            _add_person(handler, author)
        if ours.summary:
            handler.addQuickElement("summary", ours.summary, {"type": "text"})
        for lang, url in () if self._feed.archive else ours.translations:
            handler.addQuickElement(
                "link", "", {"rel": "alternate", "href": url, "hreflang": lang, "type": "text/html"}
            )
        if ours.entry:
            self._add_thread(handler, ours.entry)

    def _add_thread(self, handler: Any, entry: EntryView) -> None:
        """Plain text, what the entry replies to, and a statement's replies (RFC 4685)."""
        site = self._site
        text = {"rel": "alternate", "href": site.at(text_of(entry.url)), "type": "text/plain"}
        handler.addQuickElement("link", "", text)
        thread = site.at(feed_of(incident_url(entry.incident.id)) + ATOM) if entry.incident else ""
        for reply in entry.replies_to:
            said = {"ref": reply.id, "href": reply.url, "type": "text/html"}
            if reply.inside:
                said["href"] = site.at(reply.url)
            if reply.in_thread:
                said["source"] = thread
            handler.addQuickElement("thr:in-reply-to", None, said)
        if entry.replies is None:
            return
        link = {"rel": "replies", "href": thread, "type": ATOM_TYPE}
        if not self._feed.archive:
            link["thr:count"] = str(len(entry.replies))
            if entry.replies:
                link["thr:updated"] = max(entry.replies, key=lambda view: view.at).iso
        handler.addQuickElement("link", "", link)
        if not self._feed.archive:
            handler.addQuickElement("thr:total", str(len(entry.replies)))


def _add_person(handler: Any, person: Person) -> None:
    handler.startElement("author", {})
    handler.addQuickElement("name", person.name)
    if person.url:
        handler.addQuickElement("uri", person.url)
    handler.endElement("author")
