"""Where each page lives: URLs relative to the site's root, ending in a slash."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from .citation import ORIGINAL
from .entry import Entry

# What ends an address, or what some file systems and stores do not take in a name; and twins.
_NO_PATH = re.compile(r"[\x00-\x1f\x7f-\x9f:?#<>\"\\|*\ufffd]|\.(?:br|gz)/?$", re.IGNORECASE)
LONGEST_PART = 200  # file systems take 255 bytes, of which a build adds some for files of its own
LONGEST_PATH = 1000

INCIDENTS = "incidents/"
POSTS = "posts/"
STATES_FOLDER = "states/"
AUTHORS = "authors/"
GOALS = "goals/"
CORRECTIONS = "corrections/"
FEEDS = "feeds/"
ALL_FEED = f"{FEEDS}all"
SCRIPT = "newsroom.js"
SEARCH = "search/"
SEARCH_FILES = ("search.js", "search.css")
PAGEFIND = "pagefind/"
ROBOTS = "robots.txt"
SITEMAP = "sitemap.xml"
NEWS_SITEMAP = "news-sitemap.xml"
ATOM = ".atom"
SECURITY_TXT = ".well-known/security.txt"
JSON = ".json"


# Where a page or a feed lives, by the parts of its address; a feed's is without its ending.
incident_url = "incidents/{}/".format
author_url = "authors/{}/".format
goal_url = "goals/{}/".format
year_url = "{:04d}/".format
incidents_of_year = "{:04d}/incidents/".format
state_url = "states/{}/".format
entry_id = "entry-{}".format  # the element on its incident's page
archive_feed = "feeds/{:04d}".format
category_feed = "feeds/categories/{}".format
author_feed = "feeds/authors/{}".format
language_feed = "feeds/languages/{}".format
feed_of = "{}feed".format
text_of = "{}index.txt".format
oembed_of = "{}oembed.json".format


def entry_url(entry: Entry, original: Entry) -> str:
    """Return the URL of an entry's page; a translation's is its original's below its language."""
    folder = incident_url(original.incident) if original.in_incident else POSTS
    url = f"{folder}{original.slug}/"
    return in_language(url, entry.lang) if entry.translates else url


def in_language(url: str, lang: str) -> str:
    """Return the URL of the same page in another language than its own: ``<lang>/…``"""
    return f"{lang}/{url}"


def citation_id(stem: str) -> str:
    """Return the element id of a citation on its incident's page."""
    return stem if stem == ORIGINAL else f"cite-{stem}"


def alias_path(written: str) -> str:
    """Return an old address as servers look for it: decoded, composed, without ``//`` or ``.``.

    It ends in a slash unless its last part has a dot, and so names a file itself. Raises
    ValueError, with the reason, for what no file can be made for.
    """
    path = unicodedata.normalize("NFC", unquote(written, errors="strict"))
    if not path.strip("/.") or _NO_PATH.search(path) or ".." in path.split("/"):
        raise ValueError("is no path on this site")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    for part in parts:
        if part.endswith((".", " ")) or part.startswith(" "):
            raise ValueError(f"has a part, {part!r}, that ends in a dot or a space")
        if part.startswith(".") and part != ".well-known":
            raise ValueError(f"has a part, {part!r}, that servers hide")
        if len(part.encode()) > LONGEST_PART:
            raise ValueError(f"has a part of more than {LONGEST_PART} bytes")
    if len(path.encode()) > LONGEST_PATH:
        raise ValueError(f"has more than {LONGEST_PATH} bytes")
    is_file = "." in parts[-1] and not path.endswith(("/", "/."))
    return f"/{'/'.join(parts)}{'' if is_file else '/'}"


def alias_file(alias: str) -> str:
    """Return the file that serves an old address, one of ``alias_path``."""
    return file_of(alias[1:])


def hashed_name(path: str, digest: str) -> str:
    """Return a file's name with the beginning of its hash in it: ``name-h4a765ccce5cb.css``

    The ``h`` tells it from the name of a picture that ends in a date and a time.
    """
    stem, dot, ending = path.rpartition(".")
    return f"{stem}-h{digest[:12]}{dot}{ending}"


def file_of(url: str) -> str:
    """Return the file that serves a URL: ``index.html`` below one that ends in a slash."""
    return f"{url}index.html" if url.endswith("/") or not url else url


@dataclass(frozen=True)
class LabelSlugs:
    """How Pelican makes the addresses of categories, or of tags: settings of its own."""

    substitutions: tuple[tuple[str, str], ...] = (
        (r"[^\w\s-]", ""),
        (r"(?u)\A\s*", ""),
        (r"(?u)\s*\Z", ""),
        (r"[-\s]+", "-"),
    )
    preserve_case: bool = False
    use_unicode: bool = False

    @classmethod
    def read(cls, kind: str, pelican: Mapping[str, Any]) -> LabelSlugs:
        """Take those for ``CATEGORY`` or ``TAG``."""
        usual = pelican.get("SLUG_REGEX_SUBSTITUTIONS", cls.substitutions)
        given = pelican.get(f"{kind}_REGEX_SUBSTITUTIONS", usual)
        return cls(
            tuple((str(pattern), str(text)) for pattern, text in given),
            bool(pelican.get("SLUGIFY_PRESERVE_CASE")),
            bool(pelican.get("SLUGIFY_USE_UNICODE")),
        )


# Where the rules know what is written, since the plugin proposes these.
_KNOWN_FILES = {
    *("{slug}/index.html", "{lang}/{slug}/index.html", "{date:%Y}/index.html"),
    *("categories/{slug}/index.html", "tags/{slug}/index.html"),
}


def other_files(pelican: Mapping[str, Any]) -> Iterator[re.Pattern[str]]:
    """Yield patterns of the files that Pelican's own settings place."""
    kinds = ("YEAR_ARCHIVE", "MONTH_ARCHIVE", "DAY_ARCHIVE", "CATEGORY", "TAG", "PAGE", "PAGE_LANG")
    places = [pelican.get(f"{kind}_SAVE_AS") for kind in kinds]
    names = pelican.get("DIRECT_TEMPLATES", ())
    places += [pelican.get(f"{name.upper()}_SAVE_AS", f"{name}.html") for name in names]
    places += (pelican.get("TEMPLATE_PAGES") or {}).values()
    by_path = dict(pelican.get("EXTRA_PATH_METADATA") or {})
    places += [metadata.get("path") for metadata in by_path.values()]
    for place in {str(place) for place in places if place} - _KNOWN_FILES:
        yield re.compile("[^/]+".join(map(re.escape, re.split(r"\{[^{}]*\}", place))))
