"""The plugin's settings: declared, documented and validated in this one place.

Pure: it reads a mapping of Pelican settings and never imports Pelican, so that
``invoke check`` can use it without.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from html import unescape
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .addresses import LabelSlugs, other_files
from .author import NO_PERSONS
from .feed_ids import TagAuthority
from .problems import nearest
from .security import Security

PREFIX = "NEWSROOM_"

# The tags of RFC 5646 (BCP 47) that pages, feeds and file names are made of.
# Language, script, region, variants, in this order: browsers refuse any other.
LANGUAGE_TAG = re.compile(
    r"[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*", re.I
)
_URL = re.compile(r"https?://[\w.-]+(?::\d+)?(?:/[\w.~!$&'()*+,;=:@%/-]*)?", re.ASCII)
# What neither XML nor HTML may hold.
_NO_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# As Pelican has it, which a check does without.
MARKDOWN: Mapping[str, Any] = {
    "extension_configs": {"markdown.extensions.extra": {}},
    "output_format": "html5",
}


class SettingsError(ValueError):
    """A setting is wrong; the message names it and says what it should be."""

    exitcode = 1


@dataclass(frozen=True)
class Contact:
    """Whom the public and the press can reach, on every page."""

    name: str
    role: str = ""
    mail: str = ""
    telephone: str = ""
    hours: str = ""


@dataclass(frozen=True)
class Settings:
    """What the plugin takes from ``pelicanconf.py``; see ``docs/settings.md``.

    ``zone`` is Pelican's ``TIMEZONE``, ``lang`` its ``DEFAULT_LANG``, ``name``
    and ``subtitle`` its ``SITENAME`` and ``SITESUBTITLE``, ``feed_items`` its
    ``FEED_MAX_ITEMS`` (None is all of them), ``markdown`` its ``MARKDOWN``,
    ``category`` its ``DEFAULT_CATEGORY``, ``other_files`` what its settings have written
    besides, ``site_url`` its ``SITEURL`` if that is a whole URL (what machines read needs
    one) and else empty; the rest are the settings of the same name in upper case,
    with ``NEWSROOM_`` before.
    """

    company: str = "A Pelican Blog"
    contact: Contact | None = None
    require_approval: bool = False
    no_persons: tuple[str, ...] = ()
    drafts: bool = False
    latest: int = 10
    poll_seconds: int = 60
    rendition_widths: tuple[int, ...] = (480, 720, 1200)
    feed_tag: TagAuthority | None = None
    websub_hub: str = ""
    principles: str = ""
    logo: str = ""
    search: bool = False
    cards: bool = True
    card_accent: str = ""
    hashed_names: bool = False
    meta_policy: bool = False
    publish: bool = False
    headers: Mapping[str, str | None] = field(default_factory=dict)
    security: Security | None = None
    targets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    indexnow_key: str = ""
    indexnow_endpoint: str = ""
    webhook: str = ""
    name: str = "A Pelican Blog"
    subtitle: str = ""
    site_url: str = ""
    feed_items: int | None = 100
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    lang: str = "en"
    markdown: Mapping[str, Any] = field(default_factory=lambda: MARKDOWN)
    page_paths: tuple[str, ...] = ("pages",)
    static_paths: tuple[str, ...] = ()
    other_files: tuple[re.Pattern[str], ...] = ()
    category: str = "News"
    category_slugs: LabelSlugs = field(default_factory=LabelSlugs)
    tag_slugs: LabelSlugs = field(default_factory=LabelSlugs)

    @classmethod
    def read(cls, pelican: Mapping[str, Any]) -> Settings:
        """Take ours from Pelican's settings.

        Raises SettingsError for a value of the wrong type or an unknown
        ``NEWSROOM_`` name.
        """
        known = [PREFIX + name.upper() for name in _READERS]
        for name in sorted(pelican):
            if name.startswith(PREFIX) and name not in known:
                raise SettingsError(f"{name}: unknown setting{nearest(name, known)}")
        values = {
            name: read(PREFIX + name.upper(), pelican[PREFIX + name.upper()])
            for name, read in _READERS.items()
            if PREFIX + name.upper() in pelican
        }
        if values.get("publish") and values.get("drafts"):
            raise SettingsError(
                "NEWSROOM_DRAFTS: True would publish every draft: take it out of the settings"
                " (invoke serve shows drafts without it)"
            )
        values.setdefault("company", _plain(pelican.get("SITENAME")) or cls.company)
        site_url = _site_url(pelican.get("SITEURL"))
        if site_url and "feed_tag" not in values:
            raise SettingsError(_no_feed_tag(site_url))
        by_path = dict(pelican.get("EXTRA_PATH_METADATA") or {})
        _check_metadata("DEFAULT_METADATA", pelican.get("DEFAULT_METADATA"))
        for metadata in by_path.values():
            _check_metadata("EXTRA_PATH_METADATA", metadata)
        return cls(
            zone=_zone(pelican.get("TIMEZONE", "UTC")),
            lang=_language(pelican.get("DEFAULT_LANG", "en")),
            name=_plain(pelican.get("SITENAME")) or cls.name,
            subtitle=_plain(pelican.get("SITESUBTITLE")),
            site_url=site_url,
            feed_items=_feed_items(pelican.get("FEED_MAX_ITEMS", cls.feed_items)),
            markdown=pelican.get("MARKDOWN", MARKDOWN),
            page_paths=_page_paths(pelican.get("PAGE_PATHS", ("pages",))),
            static_paths=_static_paths(pelican.get("STATIC_PATHS", ())),
            other_files=tuple(other_files(pelican)),
            category=_category(pelican.get("DEFAULT_CATEGORY", "")),
            category_slugs=LabelSlugs.read("CATEGORY", pelican),
            tag_slugs=LabelSlugs.read("TAG", pelican),
            **values,
        )

    @property
    def no_person_names(self) -> frozenset[str]:
        """Names, in lower case, that are no person's."""
        return frozenset(name.casefold() for name in (*NO_PERSONS, *self.no_persons, self.company))


def _check_metadata(name: str, metadata: object) -> None:
    """What Pelican would give to many files is nothing that holds one back."""
    keys = metadata if isinstance(metadata, Mapping) else dict(metadata or ())  # type: ignore[call-overload]  # Pelican takes pairs too
    if any(str(key).lower() == "status" for key in keys):
        raise SettingsError(f"{name}: a status stands in each file: write Status there")


def _page_paths(value: Sequence[object]) -> tuple[str, ...]:
    """Folders of the content. Others would be found by Pelican, and by no rule of ours."""
    paths = tuple(posixpath.normpath(str(path)) for path in value)
    for path in paths:
        if path.startswith((".", "/")):
            raise SettingsError(
                f"PAGE_PATHS: expected folders in the content folder, such as pages, got {path!r}"
            )
    return paths


def _static_paths(value: Sequence[object]) -> tuple[str, ...]:
    """None where the value is Pelican's default: what a page uses is copied without it."""
    paths = tuple(str(path) for path in value)
    return () if paths == ("images",) else paths


def _category(value: object) -> str:
    """The category of entries that name none; Pelican's own default is replaced."""
    return str(value) if value not in ("", "misc", None) else "News"


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            f"TIMEZONE: no time zone is called {value!r}; use a name such as Europe/London"
        ) from None


def _site_url(value: object) -> str:
    """``SITEURL`` without a slash at its end; empty unless it is a whole http(s) URL."""
    url = str(value or "").rstrip("/")
    if _URL.fullmatch(url):
        return url
    if url and not re.fullmatch(r"[/.][\w./-]*", url):
        raise SettingsError(
            f"SITEURL: {url!r} is no address: write it whole, such as https://newsroom.example.com"
        )
    return ""


def _language(value: object) -> str:
    if not isinstance(value, str) or not LANGUAGE_TAG.fullmatch(value):
        raise SettingsError(f"DEFAULT_LANG: expected a language such as en or pt-br, got {value!r}")
    return value.lower()


def _feed_items(value: object) -> int | None:
    return _count("FEED_MAX_ITEMS", value) if value else None


def _no_feed_tag(site_url: str) -> str:
    return (
        "NEWSROOM_FEED_TAG is missing: feeds need ids that stay the same for ever, also when"
        f' SITEURL changes: add the line NEWSROOM_FEED_TAG = "{urlsplit(site_url).hostname},YYYY"'
        " to pelicanconf.py, with this year for YYYY, and never change it"
    )


def _plain(html: object) -> str:
    """``SITENAME`` may be HTML, as Pelican's templates have it; machines want words."""
    words = unescape(re.sub(r"<[^>]*>", "", str(html or "")))
    return " ".join(_NO_LETTERS.sub("", words).split())


def _tag(name: str, value: object) -> TagAuthority:
    text = _text(name, value)
    try:
        return TagAuthority.parse(text)
    except ValueError as error:
        raise SettingsError(
            f"{name}: {error}: a domain or mail address of yours in small letters, a comma,"
            " and a year or day on which it was yours"
        ) from None


def _url(name: str, value: object) -> str:
    url = _text(name, value)
    if not _URL.fullmatch(url.partition("?")[0]) or re.search(r"[\s\"<>]", url):
        raise SettingsError(f"{name}: expected a whole URL that begins with https://, got {url!r}")
    return url


def _secret_url(name: str, value: object) -> str:
    """A URL that is told to nobody, not even in a message."""
    try:
        return _url(name, value)
    except SettingsError:
        raise SettingsError(f"{name}: expected a whole URL that begins with https://") from None


def _place(name: str, value: object) -> str:
    """A whole URL, or the address of a page on this site without the first slash."""
    text = _text(name, value)
    return _url(name, text) if ":" in text else text.lstrip("/")


def _path(name: str, value: object) -> str:
    """A file below the theme's static folder, POSIX."""
    path = posixpath.normpath(_text(name, value))
    if path.startswith(("/", "..")):
        raise SettingsError(
            f"{name}: expected a file in the theme's static folder, such as logo.png, got {path!r}"
        )
    return path


def _colour(name: str, value: object) -> str:
    colour = _text(name, value)
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise SettingsError(f"{name}: expected a colour such as #1d70b8, got {colour!r}")
    return colour.lower()


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise SettingsError(f"{name}: expected a text, got {value!r}")
    return _NO_LETTERS.sub("", value.strip())


def _switch(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise SettingsError(f"{name}: expected True or False, got {value!r}")
    return value


def _count(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise SettingsError(f"{name}: expected a whole number from 1, got {value!r}")
    return value


def _counts(name: str, value: object) -> tuple[int, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise SettingsError(f"{name}: expected a list of whole numbers, got {value!r}")
    return tuple(_count(name, item) for item in value)


def _texts(name: str, value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise SettingsError(f"{name}: expected a list of texts, got {value!r}")
    return tuple(_text(name, item) for item in value)


def _contact(name: str, value: object) -> Contact:
    known = [item.name for item in fields(Contact)]
    if not isinstance(value, Mapping) or "name" not in value:
        raise SettingsError(
            f"{name}: expected a dict with name and, if wanted, {', '.join(known[1:])}"
        )
    for key in value:
        if key not in known:
            raise SettingsError(f"{name}: unknown key {key!r}{nearest(str(key), known)}")
    return Contact(**{key: _text(f"{name}[{key!r}]", text) for key, text in value.items()})


def _security(name: str, value: object) -> Security:
    try:
        return Security.parse(value)
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from None


_DECIDED_BY_FILE = ("cache-control", "content-encoding", "content-length", "content-type", "vary")


def _headers(name: str, value: object) -> dict[str, str | None]:
    if not isinstance(value, Mapping):
        raise SettingsError(f"{name}: expected a dict of headers and their values, got {value!r}")
    for header, text in value.items():
        if str(header).lower() in _DECIDED_BY_FILE:
            raise SettingsError(f"{name}: {header} is decided for each file: leave it out")
        if not re.fullmatch(r"[A-Za-z-]+", str(header)) or not _is_header_value(text):
            raise SettingsError(
                f"{name}: {header!r}: expected a header and its text in one line,"
                " or None to leave it out"
            )
    return dict(value)


def _is_header_value(text: object) -> bool:
    return text is None or (isinstance(text, str) and re.fullmatch(r"[ !#-~]+", text) is not None)


def _targets(name: str, value: object) -> dict[str, Mapping[str, Any]]:
    """Each is read, and checked, by the room that deploys to it."""
    if not isinstance(value, Mapping) or not all(isinstance(v, Mapping) for v in value.values()):
        raise SettingsError(f"{name}: expected a dict with a dict for each target")
    return dict(value)


def _indexnow_key(name: str, value: object) -> str:
    key = _text(name, value)
    if not re.fullmatch(r"[A-Za-z0-9-]{8,128}", key):
        raise SettingsError(f"{name}: expected 8 to 128 letters, digits or hyphens, got {key!r}")
    return key


_READERS: dict[str, Callable[[str, object], Any]] = {
    "company": _text,
    "contact": _contact,
    "require_approval": _switch,
    "no_persons": _texts,
    "drafts": _switch,
    "latest": _count,
    "poll_seconds": _count,
    "rendition_widths": _counts,
    "feed_tag": _tag,
    "websub_hub": _url,
    "principles": _place,
    "logo": _path,
    "search": _switch,
    "cards": _switch,
    "card_accent": _colour,
    "hashed_names": _switch,
    "meta_policy": _switch,
    "publish": _switch,
    "headers": _headers,
    "security": _security,
    "targets": _targets,
    "indexnow_key": _indexnow_key,
    "indexnow_endpoint": _url,
    "webhook": _secret_url,
}
