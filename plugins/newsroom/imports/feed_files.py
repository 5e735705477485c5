"""A feed in a file: Atom and RSS of any age, and JSON Feed."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, tzinfo
from html import escape
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

import feedparser
from defusedxml import DefusedXmlException
from defusedxml.sax import parse

from ..model.problems import CommandError
from .odd_dates import read_odd_date
from .source import ImportedPost, Notes, Source
from .tidy_html import text_of

_CUT = re.compile(
    r"(?:\[?(?:…|\.\.\.|&hellip;|&#8230;)\]?|(?:read|continue) (?:more|reading)\W*)$", re.I
)
_ZONE = re.compile(r"(?:[A-Z]{1,4}|[+-]\d\d:?\d\d)$")
_ENDING = re.compile(r"\.\w{2,5}$")


def read_xml_feed(path: str, data: bytes, zone: tzinfo) -> Source:
    """Read Atom or RSS; ``path`` is how messages name it. Raises CommandError for a trap."""
    try:
        parse(io.BytesIO(data.lstrip()), ContentHandler())
    except DefusedXmlException:
        message = "declares entities of its own, which no feed needs: nothing is read"
        raise CommandError(f"{path} {message}") from None
    except SAXException:
        pass  # many feeds are broken, and are read as well as can be
    read = feedparser.parse(io.BytesIO(data.lstrip()), sanitize_html=False)
    if not read.entries and read.bozo:
        raise CommandError(f"{path} is no feed that can be read: {read.bozo_exception}")
    text = data.decode("utf-8", "replace")
    author = str(read.feed.get("author", ""))
    posts = (_post(path, text, entry, author, zone) for entry in read.entries)
    return Source(tuple(posts), str(read.feed.get("link", "")))


def read_json_feed(path: str, data: bytes, zone: tzinfo) -> Source:
    """Read a JSON Feed. Raises CommandError if it is none."""
    text = data.decode("utf-8-sig", "replace")
    try:
        feed = json.loads(text)
        author = next(iter(_names(feed)), "")
        posts = [_post(path, text, _entry(item), author, zone) for item in feed["items"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandError(f"{path} is no JSON Feed that can be read: {error}") from None
    return Source(tuple(posts), str(feed.get("home_page_url") or ""))


def _names(said: Mapping[str, Any]) -> list[str]:
    people = said.get("authors") or [said.get("author") or {}]  # one, in the first version
    return [person["name"] for person in people if person.get("name")]


def _entry(item: Mapping[str, Any]) -> dict[str, Any]:
    """Name what an item of a JSON Feed says as feedparser names it."""
    contents = (("text/html", "content_html"), ("text/plain", "content_text"))
    return {
        "id": item.get("id"),
        "link": item.get("url"),
        "title": item.get("title"),
        "content": [{"type": kind, "value": item.get(name)} for kind, name in contents],
        "summary": item.get("summary"),
        "published": item.get("date_published"),
        "updated": item.get("date_modified"),
        "authors": [{"name": name} for name in _names(item)],
        "tags": [{"term": tag} for tag in item.get("tags") or ()],
        "enclosures": [{"href": item["image"], "type": "image/"}] if item.get("image") else [],
        "language": item.get("language"),
    }


def _post(path: str, text: str, entry: dict[str, Any], author: str, zone: tzinfo) -> ImportedPost:
    """Return the post of an entry; ``author`` signs what names nobody."""
    link = str(entry.get("link") or "")
    key = str(entry.get("id") or link or entry.get("title") or "")
    place = max(text.find(escape(key)), text.find(key), 0)
    notes = Notes(path, text.count("\n", 0, place) + 1)
    html, summary = _texts(entry)
    changed = dict.get(entry, "updated")  # get() of its own takes another date for it
    date = entry.get("published") or changed or entry.get("created")
    at, remark = read_odd_date(date, zone)
    if at and not remark and not _ZONE.search(str(date).strip()):
        remark = f"its date, {date}, says no zone, so it is read in that of the site"
    if remark:
        notes("import-date", f"{remark}: see that its Date is right", str(date))
    words, held = text_of(html), ""
    if _CUT.search(words) and len(words) < 1000:
        held = "the feed has only its beginning"
        notes("import-post", f"{held}: write the rest, which is at {link or key}")
    names = [each.get("name") for each in entry.get("authors", ())]
    images = (each["href"] for each in entry.get("enclosures", ()) if _is_image(each))
    last = unquote(urlsplit(link).path, errors="replace").rstrip("/").rpartition("/")[2]
    return ImportedPost(
        key=key,
        notes=notes,
        title=text_of(str(entry.get("title") or "")),
        html=html,
        date=at.astimezone(UTC) if at else None,
        modified=read_odd_date(changed, zone)[0],
        authors=tuple(text_of(name) for name in [*filter(None, names)] or [author] if name),
        summary="" if words.startswith(summary.rstrip("….")[:80]) else summary,
        slug=_ENDING.sub("", last),
        address="" if urlsplit(link).query else link,
        feed_id=key,
        tags=tuple(
            text_of(str(tag.get("label") or tag.get("term") or "")) for tag in entry.get("tags", ())
        ),
        lang=str(entry.get("language") or ""),
        image=next(images, ""),
        held=held,
    )


def _texts(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Return the HTML of an entry, and its summary; many have only that."""
    contents = [each for each in entry.get("content", ()) if each.get("value")]
    if contents:
        summary = text_of(str(entry.get("summary") or ""))
    else:
        contents, summary = [entry.get("summary_detail") or {}], ""
    html = str(contents[0].get("value") or "")
    if contents[0].get("type") == "text/plain":
        parts = filter(str.strip, re.split(r"\n\s*\n", html))
        html = "".join(f"<p>{escape(part)}</p>" for part in parts)
    return html, summary


def _is_image(enclosure: Mapping[str, Any]) -> bool:
    return bool(enclosure.get("href")) and str(enclosure.get("type")).startswith("image/")
