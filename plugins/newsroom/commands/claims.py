"""Read what a page says about a post on it: microdata, microformats, JSON-LD, Open Graph.

All of it is other people's text: it comes out as short, plain, single lines, or not at all.
What the post's own HTML says comes first. The rest is about the page's main post; so for
another post on it (a reply) it does not count, and nobody is named for it wrongly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urljoin, urlsplit
from zoneinfo import ZoneInfo

from bs4 import BeautifulSoup

from ..model.letters import unseen, visible
from ..model.moment import Moment
from ..model.problems import CommandError
from ..reading.moments import read_moment

LONGEST, MOST_READ = 200, 2_000  # characters of a claim, and of one value

# Types of schema.org, by our kinds.
_KINDS = (
    ("comment", re.compile(r"Comments?$|^Answer$")),
    ("article", re.compile(r"Article$|BlogPosting$|^Report$")),
    ("social-post", re.compile(r"(SocialMedia|DiscussionForum)Posting$")),
)
_QUOTED = "blockquote, .h-cite, .h-entry, article, [itemtype*=Posting], [itemtype*=Comment]"
_LANG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
# What a citation's header refuses in a URL.
_NOT_IN_LINKS = re.compile(r'[\s\x00-\x1f\x7f-\x9f\ud800-\udfff<>"\\^`{|}]')
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")  # an address where a name could be

Said = Mapping[str, str]  # what one part of a page says, by the names of the fields of Claims


@dataclass(frozen=True)
class Source:
    """A post, and its page at ``url``; ``is_main`` if it is the one that the page is about.

    ``linked_data`` are texts of JSON-LD; ``meta`` the contents of meta elements by their
    property or name, in lower case.
    """

    url: str
    html: str
    is_main: bool = True
    lang: str = ""
    linked_data: tuple[str, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Claims:
    """What a page says about a post: single lines of at most 200 characters.

    ``kind`` is a citation's kind; all but ``publication`` are empty if the page does not say.
    """

    author: str = ""
    author_url: str = ""
    publication: str = ""
    published: Moment | None = None
    kind: str = ""
    lang: str = ""


def read_claims(source: Source, zone: ZoneInfo) -> Claims:
    """Read what is said about a post, the most trusted first; what is malformed is not said.

    ``zone`` is that of dates without one. Raises CommandError if extruct is not installed.
    """
    soup = _own_markup(source.html)
    said = [_schema(node) for node in _marked(str(soup), source.url)]
    if source.is_main:
        said += [_schema(_linked(source.linked_data)), _open_graph(source.meta)]
    when = soup.select_one("time[datetime]")
    said += [{"published": str(when["datetime"])}] if when else []
    host = (urlsplit(source.url).hostname or "").removeprefix("www.")
    said += [{"publication": source.meta.get("og:site_name", "")}, {"publication": host}]

    def first(key: str, read: Callable[[str], str] = line_of) -> str:
        return next(filter(None, (read(part.get(key, "")) for part in said)), "")

    moments = (_moment(part.get("published", ""), zone) for part in said)
    return Claims(
        author=first("author"),
        author_url=first("author_url", lambda link: _link(link, source.url)),
        publication=first("publication"),
        published=next(filter(None, moments), None),
        kind=first("kind"),
        lang=source.lang if _LANG.fullmatch(source.lang) else "",
    )


def line_of(value: str) -> str:
    """Return a value as plain text: one line, no tags, no control characters, 200 characters."""
    value = value[:MOST_READ]
    if "<" in value or "&" in value:
        value = BeautifulSoup(f"<p>{value}</p>", "html.parser").get_text(" ")
    return visible(visible(value)[:LONGEST])


def safe_link(url: str) -> str:
    """Return the same URL, so that a citation's header takes it."""
    url = _NOT_IN_LINKS.sub(lambda sign: quote(sign[0], errors="replace"), url)
    # What is seen depends on the letters beside it, and these are as they will be only now.
    return url.translate({ord(sign): quote(sign, errors="replace") for sign in unseen(url)})


def _link(value: str, base: str) -> str:
    """Return a whole URL of the web; empty for anything else."""
    try:
        url = safe_link(urljoin(base, value.strip()))
        right = urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        return ""
    return url if value.strip() and right and len(url) <= LONGEST else ""


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


def _marked(html: str, base: str) -> list[object]:
    """Return the first object that microdata and microformats mark, in the shape of JSON-LD."""
    try:
        import extruct
    except ImportError:
        raise CommandError("extruct is missing: pip install 'pelican-newsroom[capture]'") from None
    syntaxes = ["microdata", "microformat"]
    found = extruct.extract(html, base, syntaxes=syntaxes, uniform=True, errors="ignore")
    return [next(iter(found.get(syntax, ())), {}) for syntax in syntaxes]


def _linked(texts: Iterable[str]) -> object:
    """Return the first object of JSON-LD that is a post, alone or in a ``@graph``."""
    for text in texts:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for outer in found if isinstance(found, list) else [found]:
            for node in (outer, *_listed(outer, "@graph")):
                if _kind(node) not in ("", "comment"):
                    return node
    return {}


def _open_graph(meta: Mapping[str, str]) -> Said:
    author, published = meta.get("article:author", ""), meta.get("article:published_time", "")
    is_link = bool(_SCHEME.match(author))
    return {
        "author": ("" if is_link else author) or meta.get("author", ""),
        "author_url": author if is_link else "",
        "published": published,
        "kind": "article" if published and meta.get("og:type") == "article" else "",
    }


def _schema(node: object) -> Said:
    """Read an object of schema.org, or a microformat."""
    authors = [{"name": one} if isinstance(one, str) else one for one in _listed(node, "author")]
    names = [name for author in authors for name in _strings(author, "name")[:1]]
    links = [link for author in authors for link in _strings(author, "url", "sameAs")]
    dates = _strings(node, "datePublished", "dateCreated", "uploadDate", "published")
    return {
        "author": ", ".join(name for name in names if not _SCHEME.match(name)),
        "author_url": "".join(links[:1]),
        "publication": "".join(_strings(node, "publisher")[:1]),
        "published": "".join(dates[:1]),
        "kind": _kind(node),
    }


def _kind(node: object) -> str:
    names = [name.rpartition("/")[2] for name in _strings(node, "@type")]
    kinds = (kind for kind, pattern in _KINDS if any(map(pattern.search, names)))
    return next(kinds, "comment" if any(_listed(node, "in-reply-to")) else "")


def _listed(node: object, key: str) -> list[object]:
    value = node.get(key) if isinstance(node, dict) else None
    return value[:20] if isinstance(value, list) else [value]


def _strings(node: object, *keys: str) -> list[str]:
    """Return the texts at these keys: alone, in lists, as an object's name or its ``@value``."""
    found = (each for key in keys for each in _listed(node, key))
    texts = (e.get("name") or e.get("@value") if isinstance(e, dict) else e for e in found)
    return [text for text in texts if isinstance(text, str) and text.strip()]
