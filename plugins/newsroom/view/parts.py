"""The parts of a view: times, links, pictures, bylines, citations, corrections.

URLs are relative to the site's root; texts are plain, ``Markup`` is HTML.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from ..language.words import Words


@dataclass(frozen=True)
class When:
    """A moment: ``iso`` for ``datetime``, ``text`` to read, ``day`` without time.

    ``at`` is the moment itself, aware; None where only the day is known.
    """

    iso: str
    text: str
    day: str
    at: datetime | None = None


@dataclass(frozen=True)
class Link:
    """Something to lead to, and its name; ``lang`` is the name's language, if it is known."""

    title: str
    url: str
    lang: str = ""


@dataclass(frozen=True)
class Rendition:
    """The same picture at another width, in pixels."""

    url: str
    width: int


@dataclass(frozen=True)
class Source:
    """The renditions of one media type, for a ``source`` element."""

    type: str
    renditions: tuple[Rendition, ...]


@dataclass(frozen=True)
class Picture:
    """An image file: URL, size in pixels, what it shows, and its renditions.

    ``path`` is where it lies, relative to the content folder.
    """

    path: str
    url: str
    width: int
    height: int
    alt: str
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Byline:
    """How an author is shown on an entry: photo, name and the role held that day.

    ``initials`` stand where there is no photo. ``lang`` is the language that the role is
    written in.
    """

    name: str
    initials: str
    role: str
    url: str
    photo: Picture | None
    lang: str = ""


@dataclass(frozen=True)
class State:
    """Where the company stands; ``label`` and ``meaning`` are the words for it."""

    key: str
    label: str
    meaning: str
    is_open: bool


@dataclass(frozen=True)
class Citation:
    """A citation with its provenance.

    ``id`` is the element id of its figure on the incident page, ``url`` that
    place. ``text`` is the transcript, escaped, and ``plain`` the same as it was
    written. ``source`` is ``author, publication``.
    ``lang`` is the quoted text's language, ``notes_lang`` that of what we say of it,
    ``within`` that of the text that it is set into, if it is in one.
    """

    id: str
    url: str
    kind: str
    kind_label: str
    source: str
    author: str
    author_url: str
    publication: str
    link: str
    archive_url: str
    medium: str
    published: When | None
    accessed: When | None
    availability: str
    availability_at: When | None
    screenshot: Picture | None
    sha256: str
    credit: str
    credit_url: str
    redacted: str
    warning: str
    lang: str
    notes_lang: str
    within: str
    text: Markup
    plain: str
    words: Words = field(repr=False, compare=False)


@dataclass(frozen=True)
class Correction:
    """A dated change of substance to ``entry``; ``id`` is its ``atom:id``.

    ``at`` is what its feed says; ``when`` may be a day without time. ``lang`` is
    the entry's.
    """

    at: datetime
    when: When
    text: str
    entry: Link
    id: str
    lang: str


@dataclass(frozen=True)
class Withdrawal:
    """When and why an entry was taken back; ``entry`` is the page that stays."""

    at: datetime
    when: When
    reason: str
    entry: Link
    id: str
    lang: str


@dataclass(frozen=True)
class Commitment:
    """Something promised in ``entry``, kept or open; ``text`` is inline HTML in ``lang``."""

    text: Markup
    kept: bool
    due: When | None
    done: When | None
    entry: Link
    lang: str


@dataclass(frozen=True)
class Translation:
    """The same page in another language; ``name`` is the language's own."""

    lang: str
    name: str
    url: str
    title: str


@dataclass(frozen=True)
class IncidentLink:
    """An incident as its entries and lists name it; ``lang`` is the name's language."""

    id: str
    name: str
    url: str
    state: State
    lang: str


@dataclass(frozen=True)
class Category:
    """The category that Pelican files an entry under."""

    name: str
    slug: str
    url: str


@dataclass(frozen=True)
class Reference:
    """What an entry replies to: its universal id (an IRI), and where it is read.

    ``url`` is relative to the site's root where ``inside``, else whole.
    ``in_thread`` says whether the incident's feed holds it (a translation it does not).
    """

    id: str
    url: str
    inside: bool = False
    in_thread: bool = False


@dataclass(frozen=True)
class Replies:
    """The follow-ups of a statement: how many, and when the last of them changed."""

    count: int
    updated: When | None
