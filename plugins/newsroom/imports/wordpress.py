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
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.sax import parse

from ..model.attachment import PICTURES
from ..model.problems import CommandError, Problem
from .odd_dates import read_odd_date
from .shortcodes import Attachment, posted_html
from .source import ImportedPost, Notes, Place, Source
from .tidy_html import text_of

RULE = "import-post"
_BYTES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_REFERENCES = re.compile(rb"&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2\d|3[01]));", re.I)
_DECLARED = re.compile(rb"^<\?xml[^>]*encoding=[\"']([\w.-]+)[\"'][^>]*\?>")
_LEFT_OUT = ("trash", "auto-draft", "inherit")
_HELD = {
    "draft": "it was a draft", "pending": "it was waiting for review",
    "future": "it was planned", "private": "it was private",
}  # fmt: skip
_NO_CATEGORIES = ("uncategorized", "uncategorised")


@dataclass
class Item:
    """An element of the export with its simple children, each with its line."""

    line: int
    texts: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    meta: dict[str, str] = field(default_factory=dict)
    labels: list[tuple[str, str, str]] = field(default_factory=list)
    comments: int = 0

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "").strip()


class _Reader(ContentHandler):
    """Collects items, people and the address of the site."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Item] = []
        self.people: list[Item] = []
        self.channel = Item(1)
        self._open: list[tuple[str, Mapping[str, str]]] = []
        self._text: list[str] = []
        self._began = 1
        self._locator: Any = None
        self._meta = ""

    @property
    def line(self) -> int:
        """The line that was read last."""
        return int(self._locator.getLineNumber()) if self._locator else 1

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802
        self._locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        line = self.line
        self._open.append((name, dict(attrs.items())))
        self._text, self._began = [], line
        if name == "item":
            self.items.append(Item(line))
        elif name == "wp:author":
            self.people.append(Item(line))

    def characters(self, content: str) -> None:
        self._text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        _, attributes = self._open.pop()
        text, self._text = "".join(self._text), []
        within = [outer for outer, _ in self._open]
        if "wp:comment" in within or name in ("item", "wp:author", "wp:postmeta"):
            return
        if "item" in within:
            item = self.items[-1]
        elif "wp:author" in within:
            item = self.people[-1]
        else:
            item = self.channel
        if name == "wp:comment":
            item.comments += 1
        elif name == "wp:meta_key":
            self._meta = text
        elif name == "wp:meta_value":
            item.meta[self._meta] = text
        elif name == "category":
            item.labels.append((attributes.get("domain", ""), text, attributes.get("nicename", "")))
        elif within[-1:] != ["image"]:
            item.texts[name], item.lines[name] = text, self._began


def read_wordpress(path: str, data: bytes, zone: tzinfo) -> Source:
    """Read an export; ``path`` is how messages name it. Raises CommandError if it is broken."""
    found = _Reader()
    try:
        parse(io.BytesIO(_mended(data)), found, forbid_dtd=True)
    except DefusedXmlException:
        raise CommandError(
            f"{path} declares entities of its own, which no export does: nothing is read"
        ) from None
    except SAXException as error:
        raise CommandError(
            f"{path}:{found.line} is broken XML ({error.getMessage()}): export it again"
        ) from None
    home = found.channel["wp:base_blog_url"] or found.channel["link"]
    export = _Export(path, zone, found.items, found.people)
    return Source(tuple(export.posts()), home, notes=tuple(export.others()))


def _mended(data: bytes) -> bytes:
    """Return the bytes without what stands before the XML, and what XML cannot hold."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    blank = data[: len(data) - len(data.lstrip())]
    data = _REFERENCES.sub(b"", _BYTES.sub(b"", data.lstrip()))
    declared = _DECLARED.match(data)
    if not declared or declared[1].lower() in (b"utf-8", b"utf8"):
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:  # some text came into the database in another encoding
            data = data.decode("utf-8", "newsroom-import").encode("utf-8")
    lines = blank.count(b"\n")
    head = declared[0] if declared else b""
    return head + b"\n" * lines + data[len(head) :]


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are not UTF-8 as Windows does, which is what they mostly are."""
    assert isinstance(error, UnicodeDecodeError)
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error("newsroom-import", _as_windows)


@dataclass
class _Export:
    path: str
    zone: tzinfo
    items: list[Item]
    people: list[Item]

    def __post_init__(self) -> None:
        self.names = {
            person["wp:author_login"]: text_of(
                person["wp:author_display_name"]
                or f"{person['wp:author_first_name']} {person['wp:author_last_name']}"
            )
            for person in self.people
        }
        self.attachments = {
            item["wp:post_id"]: Attachment(
                item["wp:attachment_url"] or item["guid"],
                text_of(item.meta.get("_wp_attachment_image_alt", "")),
                text_of(item["excerpt:encoded"]),
                item["wp:post_parent"],
            )
            for item in self.items
            if item["wp:post_type"] == "attachment"
        }
        self.reusable = {
            item["wp:post_id"]: item["content:encoded"]
            for item in self.items
            if item["wp:post_type"] == "wp_block"
        }

    def posts(self) -> Iterator[ImportedPost]:
        for item in self.items:
            if item["wp:post_type"] == "post" and item["wp:status"] not in _LEFT_OUT:
                yield self._post(item)

    def others(self) -> Iterator[Problem]:
        """Report what is no post."""
        rest: Counter[str] = Counter()
        for item in self.items:
            kind, place = item["wp:post_type"], Place(self.path, item.line)
            if kind == "page" and item["wp:status"] == "publish":
                name = text_of(item["title"]) or item["wp:post_name"]
                message = f"the page {name!r} ({item['link']}) is no post and is left out"
                yield place.note("import-page", f"{message}: write it in pages/")
            elif kind == "post" and item["wp:status"] in _LEFT_OUT:
                rest[f"of the status {item['wp:status']}"] += 1
            elif kind not in ("post", "page", "attachment", "wp_block"):
                rest[f"of the kind {kind}"] += 1
        for what, number in sorted(rest.items()):
            message = f"items {what}: {number}, left out, as nothing here is like them"
            yield Place(self.path).note("import-page", message)

    def _post(self, item: Item) -> ImportedPost:
        raw = item.texts.get("content:encoded", "")
        line = item.lines.get("content:encoded", item.line)
        notes = Notes(Place(self.path, line, raw))
        own = tuple(self._attached(item["wp:post_id"]))
        html = posted_html(raw, notes, self.attachments, own, self.reusable)
        status = item["wp:status"]
        held = "" if status == "publish" else _HELD.get(status, f"its status was {status}")
        if item["wp:post_password"]:
            held = "it had a password"
        if item.comments:
            notes(RULE, f"its comments ({item.comments}) are left out: there are none here")
        image = self.attachments.get(item.meta.get("_thumbnail_id", ""))
        labels = [text_of(name) for domain, name, _ in item.labels if domain == "category"]
        labels = [name for name in labels if name.lower() not in _NO_CATEGORIES]
        link = item["link"]
        return ImportedPost(
            key=item["guid"] or f"{self.path}#{item['wp:post_id']}",
            place=notes.place,
            title=text_of(item["title"]),
            html=html,
            date=self._date(item, "wp:post_date", notes),
            modified=self._date(item, "wp:post_modified", notes),
            authors=tuple(self._authors(item)),
            summary=text_of(item["excerpt:encoded"]),
            slug=unquote(item["wp:post_name"], errors="replace"),
            address="" if urlsplit(link).query else link,
            feed_id=item["guid"],
            category=next(iter(labels), ""),
            tags=(
                *labels[1:],
                *(text_of(name) for domain, name, _ in item.labels if domain == "post_tag"),
            ),
            image=image.url if image else "",
            image_alt=image.alt or image.caption if image else "",
            held=held,
            beside=None,
            notes=tuple(notes),
        )

    def _attached(self, post: str) -> Iterator[Attachment]:
        """Yield the pictures that were uploaded with a post."""
        for attachment in self.attachments.values():
            if attachment.parent == post and attachment.url.lower().endswith(PICTURES):
                yield attachment

    def _date(self, item: Item, name: str, notes: Notes) -> datetime | None:
        """Return the time in UTC if the export has it, else that of the site's clock."""
        exact, _ = read_odd_date(item[f"{name}_gmt"], UTC)
        if exact:
            return exact
        found, remark = read_odd_date(item[name], self.zone)
        if remark:
            notes("import-date", f"{remark}: see that its {name[8:]} is right")
        return found

    def _authors(self, item: Item) -> Iterator[str]:
        """Yield who signs: with the plugin Co-Authors Plus there are several."""
        several = [text_of(name) for domain, name, _ in item.labels if domain == "author"]
        login = item["dc:creator"]
        yield from several or filter(None, [self.names.get(login) or login])
