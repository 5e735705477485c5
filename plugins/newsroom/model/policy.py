"""The HTTP headers of every file: its type, how long it keeps, what a browser may do with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import SplitResult, urljoin, urlsplit

from .addresses import FEEDS, PAGEFIND, SEARCH, file_of

# A name made of the file's content. No timestamp in the name of a writer's picture looks like it.
HASHED = re.compile(
    r"-h[0-9a-f]{12}(?:-\d+)?\.(?:css|js|svg|ico|png|jpe?g|gif|webp|avif|woff2)$"
    rf"|^{PAGEFIND}(?:fragment|index|filter)/[^/]+\.pf_\w+$"
)

FOR_EVER = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=60"

_OFFICE = "application/vnd.openxmlformats-officedocument"
# The registry of media types at IANA; jsonfeed.org for the feeds in JSON. A type that is missing
# matters: with `nosniff`, no browser guesses it. A guest's site has more kinds than ours.
TYPES = {
    ".atom": "application/atom+xml; charset=utf-8",
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".gif": "image/gif",
    ".htm": "text/html; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".ics": "text/calendar; charset=utf-8",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".m4a": "audio/mp4",
    ".map": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".ogg": "audio/ogg",
    ".otf": "font/otf",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".rss": "application/rss+xml; charset=utf-8",
    ".sig": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".text": "text/plain; charset=utf-8",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".xml": "application/xml; charset=utf-8",
    ".zip": "application/zip",
}
OTHER_TYPE = "application/octet-stream"
FEED_TYPE = "application/feed+json"
FEED_IN_JSON = re.compile(rf"^{FEEDS}.+\.json$|(?:^|/)feed\.json$")
# Beside each of these stands a compressed twin, for hosts that send one as it is.
TEXTS = frozenset((".atom", ".css", ".html", ".js", ".json", ".md", ".svg", ".txt", ".xml"))
TWINS = (".br", ".gz")

CONTENT_SECURITY = (
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'self'; script-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The search runs as WebAssembly.
SEARCH_SECURITY = CONTENT_SECURITY.replace(
    "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
)
SECURITY = "Content-Security-Policy"
HEADERS: dict[str, str | None] = {
    SECURITY: CONTENT_SECURITY,
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
}
# For a site whose pages are not all ours: what restricts browsers could break the others.
UNRESTRICTED: Mapping[str, None] = {
    name: None for name in HEADERS if name not in ("X-Content-Type-Options", "Referrer-Policy")
}


def media_type(path: str) -> str:
    """Return the ``Content-Type`` of an output file, by its path relative to the site's root."""
    if FEED_IN_JSON.search(path):
        return FEED_TYPE
    return TYPES.get(PurePosixPath(path).suffix.lower(), OTHER_TYPE)


def is_text(path: str) -> bool:
    """Tell whether a file gains by compression."""
    return PurePosixPath(path).suffix.lower() in TEXTS


def is_hashed(path: str) -> bool:
    """Tell whether a file's name changes with its content, so that it may be kept for ever."""
    return HASHED.search(path) is not None


def cache_control(path: str) -> str:
    """Say how long a browser and a network in between may keep a file (RFC 9111, RFC 8246)."""
    return FOR_EVER if is_hashed(path) else SHORTLY


@dataclass(frozen=True)
class Policy:
    """The headers of each answer of one site, and what its search page has instead."""

    everywhere: Mapping[str, str]
    search: Mapping[str, str]

    @classmethod
    def of(cls, own: Mapping[str, str | None], has_search: bool) -> Policy:
        """Join the usual policy with a site's own headers; None leaves one out."""
        usual = {name.lower(): name for name in HEADERS}
        ours = {usual.get(name.lower(), name): value for name, value in own.items()}
        every = HEADERS | ours
        everywhere = {name: value for name, value in every.items() if value is not None}
        is_usual = has_search and SECURITY not in ours
        return cls(everywhere, {SECURITY: SEARCH_SECURITY} if is_usual else {})

    def headers(self, path: str) -> dict[str, str]:
        """Return all headers of one output file, with its type and how long it keeps."""
        own = self.search if path == file_of(SEARCH) else {}
        named = {"Content-Type": media_type(path), "Cache-Control": cache_control(path)}
        return {**named, **self.everywhere, **own}

    def in_page(self, path: str) -> str:
        """Return the ``Content-Security-Policy`` for a ``meta``, where a host sends no headers."""
        rules = self.headers(path).get(SECURITY, "").split("; ")
        # A browser does not take this one from a page itself (CSP 3, section 3.3).
        return "; ".join(rule for rule in rules if not rule.startswith("frame-ancestors"))

    def allows(self, directive: str, address: str, home: str) -> bool:
        """Tell whether a page of the site at ``home`` may load an address; "" is in the page."""
        rules = self.headers("index.html").get(SECURITY, "").lower().split(";")
        said = {name: sources for name, *sources in filter(None, map(str.split, rules))}
        usual = None if directive == "form-action" else said.get("default-src")
        sources = said.get(directive, usual)
        if sources is None or not address:
            return sources is None or "'unsafe-inline'" in sources
        here = urlsplit(home.lower() or "https://here.invalid")
        try:
            there = urlsplit(urljoin(f"{here.geturl()}/", address.lower()))
        except ValueError:
            return False
        return any(_matches(source, there, here) for source in sources)

    @property
    def digest(self) -> str:
        """A short text that changes when any header of any file does."""
        kinds = (sorted(TYPES.items()), OTHER_TYPE, FEED_TYPE, FEED_IN_JSON.pattern)
        fresh = (FOR_EVER, SHORTLY, HASHED.pattern)
        own = (sorted(self.everywhere.items()), sorted(self.search.items()))
        return sha256(repr((kinds, fresh, own)).encode()).hexdigest()[:12]


def _matches(source: str, there: SplitResult, here: SplitResult) -> bool:
    """Tell whether one source of a directive covers an address; its path is not looked at."""
    if source == "'self'":
        return there[:2] == here[:2]
    if source.endswith(":"):
        return there.scheme == source[:-1]
    scheme, _, rest = source.rpartition("://")
    schemes = (scheme,) if scheme else ("http", "https")
    return there.scheme in schemes and fnmatchcase(there.netloc, rest.partition("/")[0])
