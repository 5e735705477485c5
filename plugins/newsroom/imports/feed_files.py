"""A feed in a file: Atom and RSS of any age, and JSON Feed."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
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
from .source import ImportedPost, Notes, Place, Source
from .tidy_html import text_of

RULE = "import-post"
_CUT = re.compile(
    r"(?:\[?(?:…|\.\.\.|&hellip;|&#8230;)\]?|(?:read|continue) (?:more|reading)\W*)$", re.I
)
_ENDING = re.compile(r"\.\w{2,5}$")


def is_json_feed(data: bytes) -> bool:
    """Whether a file is a JSON Feed."""
    begins = data[:2000].removeprefix(b"\xef\xbb\xbf").lstrip()
    return begins.startswith(b"{") and b"jsonfeed.org/version" in begins.replace(b"\\/", b"/")


def is_xml_feed(data: bytes) -> bool:
    """Whether a file begins like Atom or RSS."""
    return bool(re.search(rb"<(?:rss|feed|rdf:RDF)[\s>]", data[:5000]))


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
    home = str(read.feed.get("link", ""))
    posts = tuple(_entry(path, text, entry, read.feed, zone) for entry in read.entries)
    return Source(posts, home)


def _entry(path: str, text: str, entry: Any, feed: Any, zone: tzinfo) -> ImportedPost:
    key = str(entry.get("id") or entry.get("link") or entry.get("title") or "")
    place = _place(path, text, key, str(entry.get("link", "")))
    notes = Notes(place)
    contents = [each for each in entry.get("content", []) if each.get("value")]
    html = str(contents[0]["value"] if contents else "")
    plain = contents and contents[0].get("type") == "text/plain"
    summary = str(entry.get("summary", ""))
    if not html:
        html, summary = summary, ""
        plain = entry.get("summary_detail", {}).get("type") == "text/plain" and "<" not in html
    names = [each.get("name") or "" for each in entry.get("authors", [])]
    names = [name for name in names if name] or [str(entry.get("author", ""))]
    names = [name for name in names if name] or [str(feed.get("author", ""))]
    labels = [str(tag.get("label") or tag.get("term") or "") for tag in entry.get("tags", [])]
    image = next(
        (
            str(link.get("href", ""))
            for link in entry.get("enclosures", [])
            if str(link.get("type", "")).startswith("image/")
        ),
        "",
    )
    changed = dict.get(entry, "updated")  # get() of its own takes another date for it
    date = entry.get("published") or changed or entry.get("created")
    return _post(
        notes,
        zone,
        key=key,
        title=str(entry.get("title", "")),
        html=_paragraphs(html) if plain else html,
        date=date,
        modified=changed,
        authors=[text_of(name) for name in names],
        summary=summary,
        link=str(entry.get("link", "")),
        labels=labels,
        image=image,
        lang="",
    )


def read_json_feed(path: str, data: bytes, zone: tzinfo) -> Source:
    """Read a JSON Feed. Raises CommandError if it is none."""
    text = data.decode("utf-8-sig", "replace")
    try:
        feed = json.loads(text)
        items = [item for item in feed.get("items", []) if isinstance(item, dict)]
    except (ValueError, RecursionError, AttributeError) as error:
        raise CommandError(f"{path} is no JSON Feed that can be read: {error}") from None
    home = str(feed.get("home_page_url") or "")
    return Source(tuple(_item(path, text, item, feed, zone) for item in items), home)


def _item(path: str, text: str, item: Mapping[str, Any], feed: Any, zone: tzinfo) -> ImportedPost:
    link = str(item.get("url") or "")
    key = str(item.get("id") or link)
    notes = Notes(_place(path, text, key, link))
    people = [*_dicts(item.get("authors")), *_dicts([item.get("author")])]
    people = people or [*_dicts(feed.get("authors")), *_dicts([feed.get("author")])]
    html = str(item.get("content_html") or "") or _paragraphs(str(item.get("content_text") or ""))
    tags = item.get("tags")
    return _post(
        notes,
        zone,
        key=key,
        title=str(item.get("title") or ""),
        html=html,
        date=item.get("date_published"),
        modified=item.get("date_modified"),
        authors=[text_of(str(person.get("name") or "")) for person in people],
        summary=str(item.get("summary") or ""),
        link=link,
        labels=[str(tag) for tag in tags] if isinstance(tags, list) else [],
        image=str(item.get("image") or ""),
        lang=str(item.get("language") or ""),
    )


def _dicts(found: Any) -> Iterator[Mapping[str, Any]]:
    yield from (each for each in found if isinstance(each, dict)) if isinstance(found, list) else ()


def _post(
    notes: Notes,
    zone: tzinfo,
    *,
    key: str,
    title: str,
    html: str,
    date: object,
    modified: object,
    authors: list[str],
    summary: str,
    link: str,
    labels: list[str],
    image: str,
    lang: str,
) -> ImportedPost:
    """Return a post of what any kind of feed says of it."""
    at, remark = read_odd_date(date, zone)
    if remark:
        notes("import-date", f"{remark}: see that its Date is right", str(date))
    elif at and not re.search(r"(?:[A-Z]{1,4}|[+-]\d\d:?\d\d)$", str(date).strip()):
        said = f"its date, {date}, says no zone, so it is read in that of the site"
        notes("import-date", f"{said}: see that it is right", str(date))
    changed, _ = read_odd_date(modified, zone)
    words = text_of(html)
    held = ""
    if _CUT.search(words) and len(words) < 1000:
        held = "the feed has only its beginning"
        notes(RULE, f"{held}: write the rest, which is at {link or key}")
    path = unquote(urlsplit(link).path, errors="replace").rstrip("/")
    labels = [text_of(label) for label in labels]
    brief = text_of(summary)
    return ImportedPost(
        key=key,
        place=notes.place,
        title=text_of(title),
        html=html,
        date=at.astimezone(UTC) if at else None,
        modified=changed,
        authors=tuple(dict.fromkeys(filter(None, authors))),
        summary=brief if brief and not words.startswith(brief.rstrip("….")[:80]) else "",
        slug=_ENDING.sub("", path.rpartition("/")[2]),
        address="" if urlsplit(link).query else link,
        feed_id=key,
        tags=tuple(labels),
        lang=lang,
        image=image,
        held=held,
        notes=tuple(notes),
    )


def _place(path: str, text: str, *said: str) -> Place:
    """Return where an entry stands in the file: where its id or its address does."""
    found = (text.find(form) for each in said if each for form in (escape(each), each))
    at = next((place for place in found if place >= 0), 0)
    return Place(path, text.count("\n", 0, at) + 1)


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in re.split(r"\n\s*\n", text) if part.strip())
