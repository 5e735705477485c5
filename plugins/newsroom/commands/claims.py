"""Read what a page says about a post on it: JSON-LD, Open Graph, microdata, microformats.

All of it is other people's text: it comes out as short, plain, single lines, or not at all. A
page speaks of its main post. For another post on it (a reply) only what is said in that post
itself counts, so that nobody is named for it wrongly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urldefrag, urljoin, urlsplit
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup

from ..model.letters import unseen, visible
from ..model.moment import Moment
from ..model.problems import CommandError
from ..reading.moments import read_moment

LONGEST = 200  # characters of a claim
MOST_READ = 2_000  # characters of one value
MOST_NODES = 5_000  # objects of JSON-LD

# Types of schema.org, by our kinds.
_KINDS = (
    ("comment", re.compile(r"Comments?$|^Answer$")),
    ("article", re.compile(r"Article$|BlogPosting$|^Report$")),
    ("social-post", re.compile(r"(SocialMedia|DiscussionForum)Posting$")),
)
_QUOTED = "blockquote, .h-cite, .h-entry, article, [itemtype*=Posting], [itemtype*=Comment]"
_PERMALINK = "[itemprop~=url], .u-url, [rel~=bookmark]"
_DATES = ("article:published_time", "published_time", "og:published_time", "date", "dc.date")
_LANG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
_NOT_IN_LINKS = re.compile(
    r'[\s\x00-\x1f\x7f-\x9f\ud800-\udfff<>"\\^`{|}]'
)  # what a citation's header refuses in a URL
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")  # an address where a name could be

Node = Mapping[str, object]
Said = Mapping[str, str]
"""What one part of a page says, in its own words, by the names of the fields of Claims."""


@dataclass(frozen=True)
class PageSource:
    """A page as it speaks of itself.

    ``linked_data`` are texts of JSON-LD; ``meta`` pairs of a property, or name, and its content.
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


def read_claims(page: PageSource, post: PostSource, zone: ZoneInfo) -> Claims:
    """Read what is said about a post, the most trusted first; what is malformed is not said.

    ``zone`` is that of dates without one.
    """
    soup = _own_markup(post.html)
    marked, formatted = _marks(str(soup), page.url)
    nodes = _nodes(page.linked_data)
    linked = _about(nodes, page.url, _addresses_of(page, post, soup), post.is_main)
    head = _open_graph(page.meta)
    when = soup.select_one("time[datetime]")
    site = head.get("publication", "")
    host = (urlsplit(page.url).hostname or "").removeprefix("www.")
    said: list[Said] = [
        _schema(linked, nodes),
        _schema(marked, []),
        head if post.is_main else {},
        _schema(formatted, []),
        {"published": str(when["datetime"])} if when else {},
        {"publication": site, "title": head.get("title") or page.title, "lang": post.lang},
        {"publication": host},
    ]

    def first(field: str) -> str:
        return _first(line_of(part.get(field, "")) for part in said)

    moments = (_moment(part.get("published", ""), zone) for part in said)
    return Claims(
        author=first("author"),
        author_url=_first(_link(part.get("author_url", ""), page.url) for part in said),
        publication=first("publication"),
        published=next(filter(None, moments), None),
        kind=first("kind"),
        title=first("title"),
        lang=_first(lang for part in said if _LANG.fullmatch(lang := part.get("lang", ""))),
    )


def line_of(value: str) -> str:
    """Return a value as plain text: one line, no tags, no control characters, 200 characters."""
    value = value[:MOST_READ]
    if "<" in value or "&" in value:
        value = BeautifulSoup(f"<p>{value}</p>", "html.parser").get_text(" ")
    return visible(visible(value)[:LONGEST])


def safe_link(url: str) -> str:
    """Return the same URL, so that a citation's header takes it."""
    unseen_too = str.maketrans({sign: quote(sign, errors="replace") for sign in set(unseen(url))})
    return _NOT_IN_LINKS.sub(lambda found: quote(found[0], errors="replace"), url).translate(
        unseen_too
    )


def _first(values: Iterable[str]) -> str:
    return next(filter(None, values), "")


def _link(value: str, base: str) -> str:
    url = safe_link(_address(value.strip(), base)) if len(value) <= LONGEST else ""
    try:
        right = urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        return ""
    return url if value.strip() and right and len(url) <= LONGEST else ""


def _address(url: str, base: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return ""


def _moment(value: str, zone: ZoneInfo) -> Moment | None:
    try:
        moment = read_moment(value.strip(), zone) if 0 < len(value) <= LONGEST else None
    except (ValueError, OverflowError):
        return None
    if moment is None or not 1900 < moment.at.year < 2200:  # year 1 is a program's "no date"
        return None
    return replace(moment, at=moment.at.replace(microsecond=0))


def _own_markup(html: str) -> BeautifulSoup:
    """Parse a post without the posts that it quotes or that answer it."""
    soup = BeautifulSoup(html.encode("utf-8", "replace").decode("utf-8"), "html.parser")
    for element in soup.find_all(True, recursive=False):
        for quoted in element.select(_QUOTED):
            quoted.extract()
    return soup


def _marks(html: str, base: str) -> tuple[Node, Node]:
    """Return the first object that microdata and microformats mark, in the shape of JSON-LD.

    Raises CommandError if the library for it is not installed.
    """
    try:
        import extruct
    except ImportError:
        raise CommandError("extruct is missing: pip install 'pelican-newsroom[capture]'") from None
    found = extruct.extract(
        html, base, syntaxes=["microdata", "microformat"], uniform=True, errors="ignore"
    )
    marked: Node = next(iter(found.get("microdata", ())), {})
    formatted: Node = next(iter(found.get("microformat", ())), {})
    return marked, {key: value for key, value in formatted.items() if key != "name"}


def _nodes(texts: Iterable[str]) -> list[Node]:
    """Return all objects of JSON-LD, outer before inner, in the order of the page."""
    found: list[Node] = []
    for text in texts:
        try:
            pending = [json.loads(text)]
        except (ValueError, RecursionError):
            continue
        while pending and len(found) < MOST_NODES:
            value = pending.pop()
            if isinstance(value, dict):
                found.append(value)
                pending += reversed(value.values())
            elif isinstance(value, list):
                pending += reversed(value)
    return found


def _listed(value: object) -> list[object]:
    return value[:20] if isinstance(value, list) else [value]


def _strings(node: Node, *keys: str) -> list[str]:
    """Return the texts at these keys: alone, in lists, as an object's name or its ``@value``."""
    found = (each for key in keys for each in _listed(node.get(key)))
    texts = (e.get("name") or e.get("@value") if isinstance(e, dict) else e for e in found)
    return [text for text in texts if isinstance(text, str) and text.strip()]


def _kind(node: Node) -> str:
    names = [name.rpartition("/")[2] for name in _strings(node, "@type")]
    kinds = (kind for kind, pattern in _KINDS if any(map(pattern.search, names)))
    return _first(kinds) or ("comment" if node.get("in-reply-to") else "")


def _schema(node: Node, nodes: list[Node]) -> Said:
    """Read an object of schema.org, or a microformat."""
    authors = [_resolved(each, nodes) for each in _listed(node.get("author"))]
    publishers = [_resolved(each, nodes) for each in _listed(node.get("publisher"))]
    dates = _strings(node, "datePublished", "dateCreated", "uploadDate", "published")
    return {
        "author": ", ".join(name for one in authors for name in _strings(one, "name")[:1]),
        "author_url": _first(link for one in authors for link in _strings(one, "url", "sameAs")),
        "publication": _first(name for one in publishers for name in _strings(one, "name")),
        "published": _first(dates),
        "kind": _kind(node),
        "title": _first(_strings(node, "headline", "name")),
        "lang": _first(_strings(node, "inLanguage")),
    }


def _resolved(value: object, nodes: list[Node]) -> Node:
    """Return a person or publisher: named here, or elsewhere under the same ``@id``."""
    if isinstance(value, str):
        return {"url" if _SCHEME.match(value) else "name": value}
    if not isinstance(value, dict):
        return {}
    same = (node for node in nodes if node.get("@id") == value.get("@id") and "name" in node)
    return value if "name" in value or "@id" not in value else next(same, value)


def _about(nodes: list[Node], base: str, addresses: set[str], is_main: bool) -> Node:
    """Return the object that describes the post; an empty one if there is none."""
    known = [node for node in nodes if _kind(node)]
    for node in known:
        page = node.get("mainEntityOfPage")
        at = _strings(page if isinstance(page, dict) else {"url": page}, "@id", "url")
        at += _strings(node, "@id", "url")
        if not addresses.isdisjoint(_address(url, base).rstrip("/") for url in at):
            return node
    return next((node for node in known if is_main and _kind(node) != "comment"), {})


def _addresses_of(page: PageSource, post: PostSource, soup: BeautifulSoup) -> set[str]:
    """Return where the post is, as far as it says so; the main post is where its page is."""
    links = [link for link in soup.select(_PERMALINK) if not link.find_parent(class_="h-card")]
    found = {str(link.get("href") or "") for link in links} | {f"#{post.id}" if post.id else ""}
    if post.is_main:
        bare = urldefrag(page.url).url
        found |= {bare, bare.partition("?")[0]}
    return {_address(url, page.url).rstrip("/") for url in found if url}


def _open_graph(meta: Iterable[tuple[str, str]]) -> Said:
    """Read Open Graph, ``article:*`` and their older relatives; the first of each counts."""
    content: dict[str, str] = {}
    for name, value in meta:
        content.setdefault(name.lower().removeprefix("og:article:"), value)
    author = content.get("article:author", "")
    linked = bool(_SCHEME.match(author))
    article = content.get("og:type") == "article" and "article:published_time" in content
    social = "profile:username" in content
    return {
        "author": ("" if linked else author) or content.get("author", ""),
        "author_url": author if linked else "",
        "publication": content.get("og:site_name") or content.get("application-name", ""),
        "published": _first(content.get(name, "") for name in _DATES),
        "kind": "social-post" if social else "article" if article else "",
        "title": content.get("og:title", ""),
    }
