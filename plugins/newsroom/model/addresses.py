"""Where each page lives: URLs relative to the site's root, ending in a slash."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, unquote

from .citation import ORIGINAL
from .entry import Entry

# A part of an address: not hidden, no compressed twin, and nothing that ends an address, or that
# some file systems and stores do not take in a name.
_PART = re.compile(
    r"(?!\.(?!well-known$)| |.*\.(?:br|gz)$)[^\x00-\x1f\x7f-\x9f:?#<>\"\\|*\ufffd]*(?<![. ])", re.I
)
# What belongs to incidents: their pages, in whatever language, lists of them, and pictures.
OF_INCIDENTS = re.compile(r"(?:[^/]+/)?incidents/")
_TAG = re.compile(r"[a-z0-9][a-z0-9@._+-]*[a-z0-9],(\d{4}(?:-\d{2}){0,2})", re.ASCII)
LONGEST_PART = 200  # file systems take 255 bytes, of which a build adds some for files of its own

INCIDENTS = "incidents/"
POSTS = "posts/"
STATES_FOLDER = "states/"
AUTHORS = "authors/"
GOALS = "goals/"
CORRECTIONS = "corrections/"
MEDIA = "media/"
FEEDS = "feeds/"
ALL_FEED = f"{FEEDS}all"
SCRIPT = "newsroom.js"
STYLESHEET = "newsroom.css"
HISTORY_STYLE = "history.css"
SEARCH = "search/"
SEARCH_FILES = ("search.js", "search.css")
PAGEFIND = "pagefind/"
VERIFY = "verify/"
CHECKER = f"{VERIFY}checker.html"
VERIFY_FILES = ("verify.js", "verify.css")
WELL_KNOWN = ".well-known/newsroom"
ALLOWED_SIGNERS = f"{WELL_KNOWN}/allowed_signers"
STATEMENTS = f"{WELL_KNOWN}/statements.json"
ROBOTS = "robots.txt"
SITEMAP = "sitemap.xml"
NEWS_SITEMAP = "news-sitemap.xml"
ATOM = ".atom"
JSON = ".json"
FORMATS = (ATOM, JSON)

# Pages of which there is one each: the URL (only ``404.html`` is a file), and its template.
SINGLE = {
    "": "home",
    AUTHORS: "authors",
    GOALS: "goals",
    CORRECTIONS: "corrections",
    MEDIA: "media",
    VERIFY: "verify",
    "404.html": "404",
}

# Where a page or a feed lives, by the parts of its address; a feed's is without its ending.
incident_url = "incidents/{}/".format
author_url = "authors/{}/".format
goal_url = "goals/{}/".format
year_url = "{:04d}/".format
incidents_of_year = "{:04d}/incidents/".format
posts_of_year = "{:04d}/posts/".format
state_url = "states/{}/".format
entry_id = "entry-{}".format  # the element on its incident's page
author_feed = "feeds/authors/{}".format
language_feed = "feeds/languages/{}".format
feed_of = "{}feed".format
text_of = "{}index.txt".format
history_of = "{}history/".format
statements_of = (WELL_KNOWN + "/statements-{:04d}.json").format


def entry_url(entry: Entry, original: Entry) -> str:
    """Return the URL of an entry's page; a translation's is its original's below its language."""
    folder = incident_url(original.incident) if original.in_incident else POSTS
    url = f"{folder}{original.slug}/"
    return in_language(url, entry.lang) if entry.translates else url


def beside_page(url: str, path: str) -> str:
    """Return where a content file is published beside its page: its source, or a signature."""
    return url + path.rpartition("/")[2]


def in_language(url: str, lang: str) -> str:
    """Return the URL of the same page in another language than its own: ``<lang>/…``"""
    return f"{lang}/{url}"


def citation_id(stem: str) -> str:
    """Return the element id of a citation on its incident's page."""
    return stem if stem == ORIGINAL else f"cite-{stem}"


def alias_path(written: str) -> str:
    """Return an old address as servers look for it: decoded, composed, without ``//`` or ``.``.

    It ends in a slash unless its last part has a dot, and so names a file itself. Raises
    ValueError for what some server would not find.
    """
    path = unicodedata.normalize("NFC", unquote(written, errors="strict"))
    parts = [part for part in path.split("/") if part not in ("", ".")]
    is_short = max(map(len, (part.encode() for part in parts)), default=0) <= LONGEST_PART
    if not parts or not all(map(_PART.fullmatch, parts)) or not is_short:
        raise ValueError("is no path on this site that every server finds")
    is_file = "." in parts[-1] and not path.endswith(("/", "/."))
    return f"/{'/'.join(parts)}{'' if is_file else '/'}"


def alias_file(alias: str) -> str:
    """Return the file that serves an old address, one of ``alias_path``."""
    return file_of(alias[1:])


def hashed_name(path: str, digest: str) -> str:
    """Return a file's name with the beginning of its hash in it: ``name-h4a765ccce5cb.css``."""
    stem, dot, ending = path.rpartition(".")
    return f"{stem}-h{digest[:12]}{dot}{ending}"


def telephone_url(number: str) -> str:
    """Return the URL of a number (RFC 3966): of ``+44 (0)800`` the nought is not dialled."""
    dialled = re.sub(r"\(0+\)", "", number) if number.startswith("+") else number
    return f"tel:{re.sub('[ ()./-]', '', dialled)}"


def file_of(url: str) -> str:
    """Return the file that serves a URL: ``index.html`` below one that ends in a slash."""
    return f"{url}index.html" if url.endswith("/") or not url else url


@dataclass(frozen=True)
class TagAuthority:
    """Who gives ids that never change, and since when that name was theirs: ``example.com,2026``.

    ``since`` is the first moment of that day: when a feed without entries was updated.
    """

    text: str
    since: datetime

    @classmethod
    def parse(cls, text: str) -> TagAuthority:
        """Read the setting. Raises ValueError for any other form, or no such day."""
        found = _TAG.fullmatch(text)
        if not found:
            raise ValueError(
                f"{text!r} is no authority and date, as in example.com,2026: a domain of yours"
                " in small letters, a comma, and a year or day on which it was yours"
            )
        first = f"{found[1]}-01-01"[:10]  # of a year or a month, its first day
        since = datetime.fromisoformat(first)
        return cls(text, since.replace(tzinfo=UTC))

    @property
    def domain(self) -> str:
        """The domain of it."""
        return self.text.partition(",")[0].rpartition("@")[2]

    def __call__(self, specific: str) -> str:
        """Return a tag URI (RFC 4151): ``tag:example.com,2026:incidents/flood-post``."""
        return f"tag:{self.text}:{specific}"


def entry_key(entry: Entry) -> str:
    """Return what an entry's id is made of: ``incidents/<id>/<stem>``, ``posts/<stem>.fr``."""
    folder = f"incidents/{entry.incident}" if entry.in_incident else "posts"
    language = f".{entry.lang}" if entry.translates else ""
    return f"{folder}/{quote(entry.stem, safe='~')}{language}"


# Where Pelican writes its own pages.
_SAVED = ("YEAR_ARCHIVE", "MONTH_ARCHIVE", "DAY_ARCHIVE", "CATEGORY", "TAG", "PAGE", "PAGE_LANG")
# Where the rules know what is written, since the plugin proposes these.
_KNOWN_FILES = {
    *("{slug}/index.html", "{lang}/{slug}/index.html", "{date:%Y}/index.html"),
    *("categories/{slug}/index.html", "tags/{slug}/index.html"),
}


def other_files(pelican: Mapping[str, Any]) -> Iterator[re.Pattern[str]]:
    """Yield patterns of the files that Pelican's own settings place."""
    usual = dict.fromkeys(_SAVED, "")
    usual |= {name.upper(): f"{name}.html" for name in pelican.get("DIRECT_TEMPLATES", ())}
    places = {pelican.get(f"{name}_SAVE_AS", place) for name, place in usual.items()}
    places.update((pelican.get("TEMPLATE_PAGES") or {}).values())
    by_path = dict(pelican.get("EXTRA_PATH_METADATA") or {})
    places.update(dict(metadata).get("path") for metadata in by_path.values())
    for place in {str(place) for place in places if place} - _KNOWN_FILES:
        yield re.compile("[^/]+".join(map(re.escape, re.split(r"\{[^{}]*\}", place))))
