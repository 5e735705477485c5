"""What a page says about a post on it: JSON-LD, Open Graph, microdata, microformats.

All of it is other people's text: it comes out as short, plain, single lines, or
not at all. A page speaks of its main post; for another post on it (a reply) only
what is said in that post itself counts, so that nobody is named for it wrongly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urldefrag, urljoin, urlsplit
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup
from bs4.element import Tag

from ..model.letters import unseen, visible
from ..model.moment import Moment
from ..reading.moments import read_moment

LONGEST = 200  # characters of a claim

_MOST_READ = 2_000  # characters of one value
_MOST_NODES = 5_000  # objects of JSON-LD

# Types of schema.org, and those of a page's og:type, by our kinds.
_KINDS = (
    ("comment", re.compile(r"Comments?$|^Answer$")),
    ("article", re.compile(r"Article$|BlogPosting$|^Report$")),
    ("social-post", re.compile(r"(SocialMedia|DiscussionForum)Posting$")),
)
_QUOTED = "blockquote, .h-cite, .h-entry, article, [itemtype*=Posting], [itemtype*=Comment]"
_PERMALINK = "[itemprop~=url], .u-url, [rel~=bookmark]"
_LANG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
_NOT_IN_LINKS = re.compile(
    r'[\s\x00-\x1f\x7f-\x9f\ud800-\udfff<>"\\^`{|}]'
)  # what a citation's header refuses in a URL
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")  # an address where a name could be

Node = Mapping[str, Any]


@dataclass(frozen=True)
class PageSource:
    """A page as it speaks of itself.

    ``linked_data`` are texts of JSON-LD; ``meta`` pairs of a property, or name,
    and its content.
    """

    url: str
    title: str
    linked_data: tuple[str, ...] = ()
    meta: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PostSource:
    """A post's HTML; ``is_main`` if it is the one that its page speaks of."""

    html: str
    id: str = ""
    lang: str = ""
    is_main: bool = True


@dataclass(frozen=True)
class Claims:
    """What a page says about a post: single lines of at most 200 characters.

    ``kind`` is a citation's kind; all are empty if the page does not say.
    """

    author: str = ""
    author_url: str = ""
    publication: str = ""
    published: Moment | None = None
    kind: str = ""
    title: str = ""
    lang: str = ""


@dataclass(frozen=True)
class _Said:
    """The same in one part of the page, in its own words."""

    author: str = ""
    author_url: str = ""
    publication: str = ""
    published: str = ""
    kind: str = ""
    title: str = ""
    lang: str = ""


def read_claims(page: PageSource, post: PostSource, zone: ZoneInfo) -> Claims:
    """What is said about a post, the most trusted first; what is malformed is not said.

    ``zone`` is that of dates without one.
    """
    element = _own_markup(post.html)
    nodes = _nodes(page.linked_data)
    meta = _open_graph(page.meta)
    addresses = _addresses_of(page, post, element)
    said = [
        _linked(_about(nodes, page.url, addresses, post.is_main), nodes),
        _microdata(element),
        meta if post.is_main else _Said(),
        _microformats(element),
        _Said(publication=meta.publication, title=meta.title or page.title, lang=post.lang),
        _Said(publication=(urlsplit(page.url).hostname or "").removeprefix("www.")),
    ]
    return Claims(
        author=_first(line_of(part.author) for part in said),
        author_url=_first(_link(part.author_url, page.url) for part in said),
        publication=_first(line_of(part.publication) for part in said),
        published=next(filter(None, (_moment(part.published, zone) for part in said)), None),
        kind=_first(part.kind for part in said),
        title=_first(line_of(part.title) for part in said),
        lang=_first(part.lang for part in said if _LANG.fullmatch(part.lang)),
    )


def main_ids(linked_data: Iterable[str]) -> list[str]:
    """Ids of elements that the JSON-LD calls the page's main entity."""
    found = []
    for node in _nodes(linked_data):
        entity = node if "mainEntityOfPage" in node else node.get("mainEntity")
        if isinstance(entity, dict):
            found += [urldefrag(address).fragment for address in _addresses_in(entity)]
    return [id for id in found if id]


def line_of(value: str) -> str:
    """A value as plain text: one line, no tags, no control characters, 200 characters."""
    value = value[:_MOST_READ]
    if "<" in value or "&" in value:
        value = BeautifulSoup(f"<p>{value}</p>", "html.parser").get_text(" ")
    return visible(visible(value)[:LONGEST])


def safe_link(url: str) -> str:
    """The same URL, so that a citation's header takes it."""
    unseen_too = str.maketrans({sign: quote(sign, errors="replace") for sign in set(unseen(url))})
    return _NOT_IN_LINKS.sub(lambda found: quote(found[0], errors="replace"), url).translate(
        unseen_too
    )


def _first(values: Iterable[str]) -> str:
    return next(filter(None, values), "")


def _link(value: str, base: str) -> str:
    try:
        url = safe_link(urljoin(base, value.strip())) if 0 < len(value) <= LONGEST else ""
        right = urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        return ""
    return url if right and len(url) <= LONGEST else ""


def _moment(value: str, zone: ZoneInfo) -> Moment | None:
    try:
        moment = read_moment(value.strip(), zone) if 0 < len(value) <= LONGEST else None
    except (ValueError, OverflowError):
        return None
    if moment is None or not 1900 < moment.at.year < 2200:  # year 1 is a program's "no date"
        return None
    return replace(moment, at=moment.at.replace(microsecond=0))


def _kind(types: Iterable[str]) -> str:
    names = [name.rpartition("/")[2] for name in types]
    return _first(kind for kind, pattern in _KINDS if any(map(pattern.search, names)))


# JSON-LD


def _nodes(texts: Iterable[str]) -> list[Node]:
    """All objects, outer before inner, in the order of the page."""
    found: list[Node] = []
    for text in texts:
        try:
            pending = [json.loads(text)]
        except (ValueError, RecursionError):
            continue
        while pending and len(found) < _MOST_NODES:
            value = pending.pop()
            if isinstance(value, dict):
                found.append(value)
                pending += reversed(value.values())
            elif isinstance(value, list):
                pending += reversed(value)
    return found


def _strings(node: Node, *keys: str) -> list[str]:
    """The texts at these keys: alone, in lists, as an object's name or its ``@value``."""
    found = (each for key in keys for each in _listed(node.get(key)))
    texts = (e.get("name") or e.get("@value") if isinstance(e, dict) else e for e in found)
    return [text for text in texts if isinstance(text, str) and text.strip()]


def _addresses_in(node: Node) -> list[str]:
    """Where the thing is that an object describes."""
    page = node.get("mainEntityOfPage")
    addressed = page if isinstance(page, dict) else {"url": page}
    return [*_strings(node, "@id", "url"), *_strings(addressed, "@id", "url")]


def _about(nodes: list[Node], base: str, addresses: set[str], is_main: bool) -> Node:
    """The object that describes the post; an empty one if there is none."""
    known = [node for node in nodes if _kind(_strings(node, "@type"))]
    for node in known:
        if not addresses.isdisjoint(_address(url, base) for url in _addresses_in(node)):
            return node
    others = (node for node in known if _kind(_strings(node, "@type")) != "comment")
    return next(others, {}) if is_main else {}


def _linked(node: Node, nodes: list[Node]) -> _Said:
    authors = [_resolved(each, nodes) for each in _listed(node.get("author"))]
    publishers = [_resolved(each, nodes) for each in _listed(node.get("publisher"))]
    links = [_strings(author, "url", "sameAs") for author in authors]
    return _Said(
        author=", ".join(name for author in authors for name in _strings(author, "name")[:1]),
        author_url=_first(link for group in links for link in group),
        publication=_first(
            name for publisher in publishers for name in _strings(publisher, "name")
        ),
        published=_first(_strings(node, "datePublished", "dateCreated", "uploadDate")),
        kind=_kind(_strings(node, "@type")),
        title=_first(_strings(node, "headline", "name")),
        lang=_first(_strings(node, "inLanguage")),
    )


def _listed(value: Any) -> list[Any]:
    return value[:20] if isinstance(value, list) else [value]


def _resolved(value: Any, nodes: list[Node]) -> Node:
    """A person or publisher: named here, or elsewhere in the page under the same ``@id``."""
    if isinstance(value, str):
        return {"url" if _SCHEME.match(value) else "name": value}
    if not isinstance(value, dict):
        return {}
    same = (node for node in nodes if node.get("@id") == value.get("@id") and "name" in node)
    return value if "name" in value or "@id" not in value else next(same, value)


def _address(url: str, base: str) -> str:
    try:
        return urljoin(base, url).rstrip("/")
    except ValueError:
        return ""


def _addresses_of(page: PageSource, post: PostSource, element: Tag) -> set[str]:
    """Where the post is, as far as it says so itself; the main post is where its page is."""
    links = [link for link in element.select(_PERMALINK) if not link.find_parent(class_="h-card")]
    found = {str(link.get("href") or "") for link in links} | (
        {f"#{post.id}"} if post.id else set()
    )
    if post.is_main:
        bare = urldefrag(page.url).url
        found |= {bare, bare.partition("?")[0]}
    return {_address(url, page.url) for url in found if url}


# Marks in the post, and of the page


def _own_markup(html: str) -> Tag:
    """The post's element, without the posts that it quotes or that answer it."""
    soup = BeautifulSoup(html, "html.parser")
    element = soup.find(True)
    if not isinstance(element, Tag):
        return soup
    for quoted in element.select(_QUOTED):
        quoted.extract()
    return element


def _microdata(post: Tag) -> _Said:
    author = post.select_one("[itemprop~=author], [itemprop~=creator]")
    return _Said(
        author=_value(author, "[itemprop~=name]"),
        author_url=_href(author, "[itemprop~=url]"),
        published=_value(post.select_one("[itemprop~=datePublished], [itemprop~=dateCreated]")),
        kind=_kind(str(post.get("itemtype") or "").split()),
        title=_value(post.select_one("[itemprop~=headline]")),
    )


def _microformats(post: Tag) -> _Said:
    author = post.select_one(".p-author, [rel~=author]")
    return _Said(
        author=_value(author, ".p-name"),
        author_url=_href(author, ".u-url"),
        published=_value(post.select_one(".dt-published") or post.select_one("time[datetime]")),
        kind="comment" if post.select_one(".u-in-reply-to") else "",
    )


def _open_graph(meta: Iterable[tuple[str, str]]) -> _Said:
    """Open Graph, ``article:*`` and their older relatives; the first of each name counts."""
    content: dict[str, str] = {}
    for name, value in meta:
        content.setdefault(name.lower().removeprefix("og:article:"), value)
    author = content.get("article:author", "")
    linked = bool(_SCHEME.match(author))
    social = "profile:username" in content
    article = content.get("og:type") == "article" and "article:published_time" in content
    dates = ("article:published_time", "published_time", "og:published_time", "date", "dc.date")
    return _Said(
        author=("" if linked else author) or content.get("author", ""),
        author_url=author if linked else "",
        publication=content.get("og:site_name") or content.get("application-name", ""),
        published=_first(content.get(name, "") for name in dates),
        kind="social-post" if social else "article" if article else "",
        title=content.get("og:title", ""),
    )


def _value(tag: Tag | None, within: str = "") -> str:
    """What a marked element says: in an attribute for machines, else in its text."""
    if tag is None:
        return ""
    inner = (tag.select_one(within) if within else None) or tag
    machine = inner.get("content") or inner.get("datetime")
    return str(machine or inner.get_text(" ", strip=True))


def _href(tag: Tag | None, within: str) -> str:
    if tag is None:
        return ""
    inner = tag if tag.get("href") else tag.select_one(within) or tag.select_one("a[href]")
    return str(inner.get("href") or inner.get("content") or "") if inner else ""
