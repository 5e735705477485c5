"""A WordPress export (WXR): RSS with the posts, people and attachments of a whole site."""

from __future__ import annotations

import codecs
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.sax import parse

from ..model.attachment import PICTURES
from ..model.problems import CommandError
from .odd_dates import read_odd_date
from .shortcodes import Attachment, Shown, with_footnotes
from .source import ImportedPost, Notes, Source
from .tidy_html import text_of

_NO_XML = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f]"
    rb"|&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));",
    re.I,
)
_DECLARED = re.compile(rb"<\?xml[^>]*\?>")
_LEFT_OUT = ("trash", "auto-draft", "inherit")
_HELD = {
    "draft": "it was a draft", "pending": "it was waiting for review",
    "future": "it was planned", "private": "it was private",
}  # fmt: skip
_NO_CATEGORIES = ("uncategorized", "uncategorised")


@dataclass
class Element:
    """An element of the export, and the line that its text begins on."""

    name: str
    line: int
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def each(self, name: str) -> Iterator[Element]:
        """Yield the elements of a name in this one."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> Element:
        """Return the first element of a name, an empty one if there is none."""
        return next(self.each(name), Element(name, self.line))

    def __getitem__(self, name: str) -> str:
        """Return the text of the first element of a name."""
        return self.first(name).text.strip()


class _Reader(ContentHandler):
    """Makes elements, with their lines, of what is read."""

    def __init__(self) -> None:
        super().__init__()
        self.top = Element("", 1)
        self._open = [self.top]
        self._text: list[str] = []
        self._locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802
        self._locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        element = Element(name, self._locator.getLineNumber(), dict(attrs.items()))
        self._open[-1].children.append(element)
        self._open.append(element)
        self._text = []

    def characters(self, content: str) -> None:
        self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        self._open.pop().text = "".join(self._text)
        self._text = []


def read_wordpress(path: str, data: bytes, kind: str, zone: tzinfo) -> Source:
    """Read an export; ``path`` is how messages name it. Raises CommandError if it is broken.

    ``kind`` is that of the posts, ``post`` if it is empty.
    """
    found = _Reader()
    try:
        parse(io.BytesIO(_mended(data)), found, forbid_dtd=True)
    except DefusedXmlException:
        message = "declares entities of its own, which no export does: nothing is read"
        raise CommandError(f"{path} {message}") from None
    except SAXParseException as error:
        where = f"{path}:{error.getLineNumber()}"
        raise CommandError(
            f"{where} is broken XML ({error.getMessage()}): export it again"
        ) from None
    channel = found.top.first("rss").first("channel")
    export = _Export(path, channel, kind or "post", zone)
    home = channel["wp:base_blog_url"] or channel["link"]
    return Source(tuple(export.posts()), home, notes=tuple(export.others().found))


def _mended(data: bytes) -> bytes:
    """Return the bytes without what stands before the XML, and what XML cannot hold."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    lines = data[: len(data) - len(data.lstrip())].count(b"\n")
    data = _NO_XML.sub(b"", data.lstrip())
    head = found[0] if (found := _DECLARED.match(data)) else b""
    if b"utf-8" in (head or b"utf-8").lower():
        data = data.decode("utf-8", "newsroom-import").encode("utf-8")
    return head + b"\n" * lines + data[len(head) :]


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are not UTF-8 as Windows does: some came into the database like that."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("newsroom-import", _as_windows)


class _Export:
    def __init__(self, path: str, channel: Element, kind: str, zone: tzinfo) -> None:
        self.path, self.kind, self.zone = path, kind, zone
        self.items = list(channel.each("item"))
        self.names = {
            person["wp:author_login"]: text_of(person["wp:author_display_name"])
            for person in channel.each("wp:author")
        }
        self.attachments = {
            item["wp:post_id"]: Attachment(
                item["wp:attachment_url"] or item["guid"],
                text_of(_meta(item).get("_wp_attachment_image_alt", "")),
                text_of(item["excerpt:encoded"]),
                item["wp:post_parent"],
            )
            for item in self._of("attachment")
        }
        self.reusable = {
            item["wp:post_id"]: item["content:encoded"] for item in self._of("wp_block")
        }

    def _of(self, kind: str) -> Iterator[Element]:
        return (item for item in self.items if item["wp:post_type"] == kind)

    def posts(self) -> Iterator[ImportedPost]:
        for item in self._of(self.kind):
            if item["wp:status"] not in _LEFT_OUT:
                yield self._post(item)

    def others(self) -> Notes:
        """Note what is no post."""
        notes = Notes(self.path)
        rest: Counter[str] = Counter()
        for item in self.items:
            kind, status = item["wp:post_type"], item["wp:status"]
            if kind == "page" and status == "publish":
                name = text_of(item["title"]) or item["wp:post_name"]
                message = f"the page {name!r} ({item['link']}) is no post and is left out"
                notes.of(self.path, item.line)("import-page", f"{message}: write it in pages/")
            elif kind == self.kind and status in _LEFT_OUT:
                rest[f"of the status {status}: {{}}, left out"] += 1
            elif kind not in (self.kind, "page", "attachment", "wp_block"):
                rest[f"of the kind {kind}: {{}}, left out; name the kind with --posts"] += 1
        for what, number in sorted(rest.items()):
            notes("import-page", f"items {what.format(number)}")
        return notes

    def _post(self, item: Element) -> ImportedPost:
        content, meta = item.first("content:encoded"), _meta(item)
        notes = Notes(self.path, content.line, content.text)
        own = tuple(
            one
            for one in self.attachments.values()
            if one.parent == item["wp:post_id"] and one.url.lower().endswith(PICTURES)
        )
        shown = Shown(notes, self.attachments, own, self.reusable)
        html = with_footnotes(shown.html(content.text), meta.get("footnotes", ""))
        status = item["wp:status"]
        held = "" if status == "publish" else _HELD.get(status, f"its status was {status}")
        if item["wp:post_password"]:
            held = "it had a password"
        if comments := len([*item.each("wp:comment")]):
            notes("import-post", f"its comments ({comments}) are left out: there are none here")
        image = self.attachments.get(meta.get("_thumbnail_id", ""))
        categories = [
            name for name in _labels(item, "category") if name.lower() not in _NO_CATEGORIES
        ]
        login, link = item["dc:creator"], item["link"]
        # With the plugin Co-Authors Plus there are several.
        authors = _labels(item, "author") or [self.names.get(login) or login]
        return ImportedPost(
            key=item["guid"] or f"{self.path}#{item['wp:post_id']}",
            notes=notes,
            title=text_of(item["title"]),
            html=html,
            date=self._date(item, "wp:post_date", notes),
            modified=self._date(item, "wp:post_modified", notes),
            authors=tuple(filter(None, authors)),
            summary=text_of(item["excerpt:encoded"]),
            slug=unquote(item["wp:post_name"], errors="replace"),
            address="" if urlsplit(link).query else link,
            feed_id=item["guid"],
            category=next(iter(categories), ""),
            tags=(*categories[1:], *_labels(item, "post_tag")),
            image=image.url if image else "",
            image_alt=image.alt or image.caption if image else "",
            held=held,
        )

    def _date(self, item: Element, name: str, notes: Notes) -> datetime | None:
        """Return the time in UTC if the export has it, else that of the site's clock."""
        exact, _ = read_odd_date(item[f"{name}_gmt"], UTC)
        if exact:
            return exact
        found, remark = read_odd_date(item[name], self.zone)
        if remark:
            notes("import-date", f"{remark}: see that its {name[8:]} is right")
        return found


def _meta(item: Element) -> dict[str, str]:
    return {each["wp:meta_key"]: each["wp:meta_value"] for each in item.each("wp:postmeta")}


def _labels(item: Element, domain: str) -> list[str]:
    """Return what an item is filed under in one order of things."""
    labels = (each for each in item.each("category") if each.attributes.get("domain") == domain)
    return [text_of(each.text) for each in labels]
