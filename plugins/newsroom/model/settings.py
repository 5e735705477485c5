"""The plugin's settings: each declared once, with how it is read and what it means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import Field, dataclass, field, fields
from datetime import date
from html import unescape
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .addresses import TagAuthority, other_files, telephone_url
from .author import NO_PERSONS
from .former import FORMER
from .policy import UNRESTRICTED
from .problems import nearest

T = TypeVar("T")
Read = Callable[[str, object], T]
"""Reads a setting of a name. Raises SettingsError."""

PREFIX = "NEWSROOM_"
UNNAMED = "A Pelican Blog"
PELICANS = "pelican"  # of NEWSROOM_POSTS: a site with articles of its own, to which incidents come

# Language, script, region and variants of a tag (BCP 47), in this order: browsers take no other.
LANGUAGE_TAG = re.compile(
    r"[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*", re.I
)
_URL = re.compile(r"https?://[\w.-]+(?::\d+)?(?:/[\w.~!$&'()*+,;=:@%/-]*)?", re.ASCII)
# What neither XML nor HTML may hold.
_NO_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_PUBLIC_KEY = r"(?:sk-)?(?:ssh-ed25519|ecdsa-sha2-nistp256)(?:@openssh\.com)? [\w+/]+=*(?: .*)?"
_PATH = r"[^./][^/]*(?:/[^./][^/]*)*"
_DECIDED_BY_FILE = ("cache-control", "content-encoding", "content-length", "content-type", "vary")

# Pelican's own defaults, which a check does without.
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

    @property
    def telephone_url(self) -> str:
        """Where ``telephone`` leads."""
        return telephone_url(self.telephone)


def _wanted(name: str, what: str, value: object) -> SettingsError:
    return SettingsError(f"{name}: expected {what}, got {value!r}")


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wanted(name, "a text", value)
    return _NO_LETTERS.sub("", value.strip())


def _switch(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wanted(name, "True or False", value)
    return value


def _since(name: str, value: object) -> date | None:
    """Read whether something is so: always, never, or from a day on."""
    if isinstance(value, bool):
        return date.min if value else None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _wanted(name, "True, False or a day such as '2026-11-30'", value) from None


def _count(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _wanted(name, "a whole number from 1", value)
    return value


def _list_of(read: Read[T], what: str) -> Read[tuple[T, ...]]:
    """Read a list of values, called ``what`` in a message, each by ``read``."""

    def read_list(name: str, value: object) -> tuple[T, ...]:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise _wanted(name, f"a list of {what}", value)
        return tuple(read(name, item) for item in value)

    return read_list


def _like(pattern: str, what: str) -> Read[str]:
    """Read a text that a pattern fits, called ``what`` in a message."""

    def read_text(name: str, value: object) -> str:
        text = _text(name, value)
        if not re.fullmatch(pattern, text):
            raise _wanted(name, what, text)
        return text

    return read_text


def _url(name: str, value: object) -> str:
    """Read a whole URL; a message does not repeat it, since a webhook's is a secret."""
    url = _text(name, value)
    if not _URL.fullmatch(url.partition("?")[0]) or re.search(r"[\s\"<>]", url):
        raise SettingsError(f"{name}: expected a whole URL that begins with https://")
    return url


def _place(name: str, value: object) -> str:
    """Read a whole URL, or the address of a page on this site without the first slash."""
    text = _text(name, value)
    return _url(name, text) if ":" in text else text.lstrip("/")


def _tag(name: str, value: object) -> TagAuthority:
    try:
        return TagAuthority.parse(str(value))
    except ValueError as error:
        raise SettingsError(f"{name}: {error}") from None


def _contact(name: str, value: object) -> Contact:
    known = [each.name for each in fields(Contact)]
    if not isinstance(value, Mapping) or "name" not in value or not set(value) <= set(known):
        raise _wanted(name, f"a dict with name and, if wanted, {', '.join(known[1:])}", value)
    return Contact(**{key: _text(f"{name}[{key!r}]", text) for key, text in value.items()})


def _headers(name: str, value: object) -> dict[str, str | None]:
    if not isinstance(value, Mapping):
        raise _wanted(name, "a dict of headers and their values", value)
    for header, text in value.items():
        if str(header).lower() in _DECIDED_BY_FILE:
            raise SettingsError(f"{name}: {header} is decided for each file: leave it out")
        if text is not None and not re.fullmatch(r"[A-Za-z-]+: [ !#-~]+", f"{header}: {text}"):
            raise _wanted(name, f"one line of text for {header!r}, or None to leave it out", text)
    return dict(value)


def _targets(name: str, value: object) -> dict[str, Mapping[str, Any]]:
    """Read the targets as they are: what deploys to one reads, and checks, its options."""
    if not isinstance(value, Mapping) or not all(isinstance(v, Mapping) for v in value.values()):
        raise SettingsError(f"{name}: expected a dict with a dict for each target")
    return dict(value)


def _plain(_name: str, html: object) -> str:
    """Read ``SITENAME``, which may be HTML, as Pelican's templates have it; machines want words."""
    words = unescape(re.sub(r"<[^>]*>", "", str(html or "")))
    return " ".join(_NO_LETTERS.sub("", words).split())


def _site_url(name: str, value: object) -> str:
    """Read ``SITEURL`` without a slash at its end; empty unless it is a whole http(s) URL."""
    url = str(value or "").rstrip("/")
    if _URL.fullmatch(url):
        return url
    if url and not re.fullmatch(r"[/.][\w./-]*", url):
        whole = "write it whole, such as https://newsroom.example.com"
        raise SettingsError(
            f"{name}: {url!r} is no address:"
            f" {whole if url.isascii() else 'write ü as xn--… in the domain, as %C3%BC after it'}"
        )
    return ""


def _zone(name: str, value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            f"{name}: no time zone is called {value!r}; use a name such as Europe/London"
        ) from None


def _language(name: str, value: object) -> str:
    if not isinstance(value, str) or not LANGUAGE_TAG.fullmatch(value):
        raise _wanted(name, "a language such as en or pt-br", value)
    return value.lower()


def _feed_items(name: str, value: object) -> int | None:
    return _count(name, value) if value else None


def _static_paths(_name: str, value: object) -> tuple[str, ...]:
    """Read none where they are Pelican's default: what a page uses is copied without it."""
    paths = tuple(str(path) for path in value) if isinstance(value, Sequence) else ()
    return () if paths == ("images",) else paths


def _category(_name: str, value: object) -> str:
    """Read the category of entries that name none; Pelican's own default is replaced."""
    return str(value) if value not in ("", "misc", None) else "News"


def _markdown(_name: str, value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else MARKDOWN


def _posts(name: str, value: object) -> str:
    if value not in ("newsroom", PELICANS):
        raise _wanted(name, f"'newsroom' or '{PELICANS}'", value)
    return str(value)


def setting(read: Read[T], default: T, meaning: str) -> T:
    """Declare a setting of the plugin: ``NEWSROOM_`` and the field's name in capitals."""
    declared = {"read": read, "usual": default, "meaning": meaning}
    return field(default_factory=lambda: default, metadata=declared)


def pelicans(name: str, read: Read[T], usual: object) -> T:
    """Declare a setting that is Pelican's, and what it is there where nobody has set it."""
    return field(
        default_factory=lambda: read(name, usual), metadata={"pelicans": name, "read": read}
    )


@dataclass(frozen=True)
class Settings:
    """What the plugin takes from ``pelicanconf.py``; see ``docs/settings.md``.

    ``feed_items`` None is all of them; ``site_url`` is empty unless it is a whole URL.
    """

    company: str = setting(_text, UNNAMED, "who speaks; without it, `SITENAME`")
    contact: Contact | None = setting(_contact, None, "whom to reach, on every page")
    posts: str = setting(
        _posts, "newsroom", "whose the ordinary articles are: `newsroom` or `pelican`"
    )
    require_approval: bool = setting(_switch, False, "whether a second person must approve")
    require_signatures: date | None = setting(
        _since, None, "whether those who say something must sign it; a day, or all of it"
    )
    require_change_notes: date | None = setting(
        _since, None, "whether readers must be told of every change; a day, or all of them"
    )
    no_persons: tuple[str, ...] = setting(
        _list_of(_text, "texts"), (), "more names that are no person's"
    )
    latest: int = setting(_count, 10, "how many entries the home page lists")
    poll_seconds: int = setting(_count, 60, "how often an open page asks for news")
    rendition_widths: tuple[int, ...] = setting(
        _list_of(_count, "whole numbers"), (480, 720, 1200), "widths of pictures, in pixels"
    )
    drafts: bool = setting(_switch, False, "whether drafts are built; for previews")
    feed_tag: TagAuthority | None = setting(
        _tag, None, "what feed ids begin with; needed with `SITEURL`"
    )
    principles: str = setting(_place, "", "the page with your publishing principles")
    keys_elsewhere: tuple[str, ...] = setting(
        _list_of(_url, "addresses"), (), "where else the public keys of your people are"
    )
    logo: str = setting(
        _like(_PATH, "a file in the theme's static folder, such as logo.png"),
        "", "the company's logo, in the theme's static folder",
    )  # fmt: skip
    logo_files: tuple[str, ...] = setting(
        _list_of(_like(_PATH, "files in the theme's static folder"), "files"),
        (), "files of the logo that readers may take along; without it, the logo",
    )  # fmt: skip
    stylesheet: bool = setting(_switch, False, "whether pages link the plugin's small stylesheet")
    search: bool = setting(_switch, False, "whether a build makes a search")
    cards: bool = setting(_switch, True, "whether share images are drawn")
    history: bool = setting(_switch, True, "whether earlier versions are read from git, and shown")
    card_accent: str = setting(
        _like("#[0-9a-fA-F]{6}", "a colour such as #1d70b8"), "", "the colour of share images"
    )
    websub_hub: str = setting(_url, "", "a WebSub hub, which each feed names")
    targets: Mapping[str, Mapping[str, Any]] = setting(_targets, {}, "where to deploy")
    hashed_names: bool = setting(_switch, False, "whether names of styles and scripts have hashes")
    incremental: bool = setting(_switch, True, "whether only what can have changed is made anew")
    headers: Mapping[str, str | None] = setting(_headers, {}, "headers besides the usual ones")
    indexnow_key: str = setting(
        _like("[A-Za-z0-9-]{8,128}", "8 to 128 letters, digits or hyphens"),
        "", "the key by which search engines are told",
    )  # fmt: skip
    indexnow_endpoint: str = setting(_url, "", "whom to tell")
    webhook: str = setting(_url, "", "a program of yours that is told of deploys")
    publish: bool = setting(_switch, False, "set by `invoke publish`")
    release_key: str = setting(
        _like(_PUBLIC_KEY, "a public key, such as 'ssh-ed25519 AAAA…'"),
        "", "the public key that signs what is published",
    )  # fmt: skip
    sign_key: str = setting(_text, "", "set by `invoke publish --sign-key`")
    meta_policy: bool = setting(_switch, False, "set by `invoke deploy`")
    root: str = setting(_text, "", "set by `invoke build --content`")
    name: str = pelicans("SITENAME", _plain, UNNAMED)
    subtitle: str = pelicans("SITESUBTITLE", _plain, "")
    site_url: str = pelicans("SITEURL", _site_url, "")
    feed_items: int | None = pelicans("FEED_MAX_ITEMS", _feed_items, 100)
    zone: ZoneInfo = pelicans("TIMEZONE", _zone, "UTC")
    lang: str = pelicans("DEFAULT_LANG", _language, "en")
    markdown: Mapping[str, Any] = pelicans("MARKDOWN", _markdown, MARKDOWN)
    page_paths: tuple[str, ...] = pelicans(
        "PAGE_PATHS",
        _list_of(_like(_PATH, "folders in the content folder, such as pages"), "folders"),
        ("pages",),
    )
    static_paths: tuple[str, ...] = pelicans("STATIC_PATHS", _static_paths, ())
    category: str = pelicans("DEFAULT_CATEGORY", _category, "")
    slug_unicode: bool = pelicans("SLUGIFY_USE_UNICODE", _switch, False)
    slug_case: bool = pelicans("SLUGIFY_PRESERVE_CASE", _switch, False)
    other_files: tuple[re.Pattern[str], ...] = ()  # that Pelican's settings have written

    @classmethod
    def read(cls, pelican: Mapping[str, Any]) -> Settings:
        """Take ours from Pelican's. Raises SettingsError for a wrong value or an unknown name."""
        for fault in wrong_names(pelican):
            raise SettingsError(fault)
        known = _by_name()
        # Pelican's own pages may lie anywhere, and a status may stand for all of them.
        is_guest = pelican.get(f"{PREFIX}POSTS") == PELICANS
        if is_guest:  # Pelican takes a language for any name: en_GB
            lang = str(pelican.get("DEFAULT_LANG", "en"))
            pelican = {**pelican, "DEFAULT_LANG": lang.replace("_", "-")}
        values = {
            each.name: each.metadata["read"](name, pelican[name])
            for name, each in known.items()
            if name in pelican and not (is_guest and name == "PAGE_PATHS")
        }
        values["name"] = values.get("name") or UNNAMED
        values.setdefault("company", values["name"])
        if values.get("publish") and values.get("drafts"):
            raise SettingsError(
                "NEWSROOM_DRAFTS: True would publish every draft: take it out of the settings"
                " (invoke serve shows drafts without it)"
            )
        if values.get("site_url") and "feed_tag" not in values:
            host = urlsplit(values["site_url"]).hostname
            raise SettingsError(
                "NEWSROOM_FEED_TAG is missing: feeds need ids that stay the same for ever: add"
                f' the line NEWSROOM_FEED_TAG = "{host},YYYY" to pelicanconf.py, with this year'
                " for YYYY, and never change it"
            )
        if is_guest:
            values |= {"page_paths": (), "search": False}
            values["headers"] = {**UNRESTRICTED, **values.get("headers", {})}
        by_path = dict(pelican.get("EXTRA_PATH_METADATA") or {})
        for metadata in () if is_guest else (pelican.get("DEFAULT_METADATA"), *by_path.values()):
            if any(str(key).lower() == "status" for key in dict(metadata or ())):
                raise SettingsError(
                    "DEFAULT_METADATA and EXTRA_PATH_METADATA: a status stands in each file:"
                    " write Status there"
                )
        return cls(other_files=tuple(other_files(pelican)), **values)

    @property
    def is_guest(self) -> bool:
        """Whether the newsroom is a guest: articles and pages are Pelican's, incidents are ours."""
        return self.posts == PELICANS

    @property
    def no_person_names(self) -> frozenset[str]:
        """Names, in lower case, that are no person's."""
        return frozenset(name.casefold() for name in (*NO_PERSONS, *self.no_persons, self.company))


def wrong_names(declared: Iterable[str]) -> Iterator[str]:
    """Yield what is wrong with names in settings files: former ones, and unknown ones of ours."""
    for name in sorted(declared):
        if name in FORMER:
            yield f"{name}: {FORMER[name].remedy}"
        elif name.startswith(PREFIX) and name not in (known := _by_name()):
            yield f"{name}: unknown setting{nearest(name, known)}"


def _by_name() -> dict[str, Field[Any]]:
    declared = (each for each in fields(Settings) if each.metadata)
    return {each.metadata.get("pelicans", name_of(each.name)): each for each in declared}


def name_of(field: str) -> str:
    """Return the name of a setting in ``pelicanconf.py``."""
    return PREFIX + field.upper()
