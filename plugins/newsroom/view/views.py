"""What templates see: everything said, resolved and formatted; nothing to compute.

URLs are relative to the site's root; a template puts ``{{ SITEURL }}/`` before
them. Texts are plain and escaped by the template, ``Markup`` is HTML.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from markupsafe import Markup

from ..model.settings import Contact


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
    """Something to lead to, and its name."""

    title: str
    url: str


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
    """How an author is shown on an entry: photo, name and the role held that day."""

    name: str
    role: str
    url: str
    photo: Picture | None


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
    text: Markup
    plain: str


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
    """Something promised in ``entry``, kept or open; ``text`` is inline HTML."""

    text: Markup
    kept: bool
    due: When | None
    done: When | None
    entry: Link


@dataclass(frozen=True)
class Translation:
    """The same entry in another language; ``name`` is the language's own."""

    lang: str
    name: str
    url: str
    title: str


@dataclass(frozen=True)
class IncidentLink:
    """An incident as its entries and lists name it."""

    id: str
    name: str
    url: str
    state: State


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


@dataclass(frozen=True)
class Entry:
    """A statement, follow-up or post, with its place in the thread.

    ``feed_id`` is the ``atom:id``; ``updated`` moves with every change of
    substance. ``number`` is the place in the thread, counted from 1, and
    ``position`` the same in words: ``Update 2 of 3``. ``original`` is what a
    translation translates. ``elapsed`` counts from what the
    incident answers. ``held_back`` says in a preview why readers do not see
    the entry yet, and is empty otherwise. ``content`` is the body on the
    entry's own page, ``embedded`` the same on the incident's page, and
    ``content_at(site_url)`` the same for readers elsewhere; all are resolved
    when read, because Pelican's links depend on the page in hand.
    """

    id: str
    feed_id: str
    path: str
    kind: str
    kind_label: str
    title: str
    url: str
    lang: str
    summary: str
    date: When
    updated: When
    modified: When | None
    category: Category | None
    tags: tuple[Link, ...]
    bylines: tuple[Byline, ...]
    approved_by: Byline | None
    held_back: str
    incident: IncidentLink | None
    state: State | None
    number: int
    position: str
    elapsed: str
    previous: Link | None
    next: Link | None
    newest: Link | None
    next_update: When | None
    answers: tuple[Citation, ...]
    replies_to: tuple[Reference, ...]
    replies: Replies | None
    goals: tuple[Link, ...]
    commitments: tuple[Commitment, ...]
    corrections: tuple[Correction, ...]
    withdrawn: Withdrawal | None
    original: Link | None
    translations: tuple[Translation, ...]
    read_content: Callable[[], str] = field(repr=False, compare=False)
    read_embedded: Callable[[], str] = field(repr=False, compare=False)
    content_at: Callable[[str], str] = field(repr=False, compare=False)

    @property
    def content(self) -> Markup:
        """The body's HTML for the page in hand."""
        return Markup(self.read_content())

    @property
    def embedded(self) -> Markup:
        """The body's HTML with moved ids and headings, for the page in hand."""
        return Markup(self.read_embedded())


@dataclass(frozen=True)
class TimelineItem:
    """One thing that happened; ``elapsed`` is empty for the first."""

    when: When
    title: str
    elapsed: str
    url: str
    kind: str


@dataclass(frozen=True)
class Heard:
    """A citation other than the original, and which entries answer it."""

    citation: Citation
    answered_by: tuple[Link, ...]


@dataclass(frozen=True)
class Incident:
    """An incident's page. ``latest`` is the newest entry that is not withdrawn.

    ``updated`` is when any of its entries last changed.
    """

    id: str
    feed_id: str
    name: str
    url: str
    lang: str
    state: State
    updated: When
    resolved: When | None
    time_to_statement: str
    latest: Entry
    next_update: When | None
    original: Citation | None
    timeline: tuple[TimelineItem, ...]
    thread: tuple[Entry, ...]
    heard: tuple[Heard, ...]
    commitments: tuple[Commitment, ...]
    corrections: tuple[Correction, ...]


@dataclass(frozen=True)
class Author:
    """An author's profile; ``role`` is the one held on the day of the build."""

    slug: str
    feed_id: str
    name: str
    role: str
    former_roles: tuple[str, ...]
    url: str
    photo: Picture | None
    email: str
    phone: str
    profiles: tuple[Link, ...]
    entries: tuple[Entry, ...]
    read_biography: Callable[[], str] = field(repr=False, compare=False)

    @property
    def biography(self) -> Markup:
        """The biography's HTML for the page in hand."""
        return Markup(self.read_biography())


@dataclass(frozen=True)
class Goal:
    """A goal and what was done in its name."""

    title: str
    url: str
    entries: tuple[Entry, ...]
    read_content: Callable[[], str] = field(repr=False, compare=False)

    @property
    def content(self) -> Markup:
        """The goal's HTML for the page in hand."""
        return Markup(self.read_content())


@dataclass(frozen=True)
class Newsroom:
    """The whole newsroom as ``newsroom`` in every template's context.

    ``entries`` are those that lists show, newest first; ``translations`` theirs
    in other languages; ``unlisted`` those that have a page and are in no list;
    ``latest`` the first few. ``site_url`` is the whole URL
    of the site; without one there is nothing for machines, and it is empty.
    """

    company: str
    name: str
    site_url: str
    contact: Contact | None
    incidents: tuple[Incident, ...]
    entries: tuple[Entry, ...]
    translations: tuple[Entry, ...]
    unlisted: tuple[Entry, ...]
    latest: tuple[Entry, ...]
    authors: tuple[Author, ...]
    goals: tuple[Goal, ...]
    corrections: tuple[Correction | Withdrawal, ...]
    years: tuple[Link, ...]
    is_preview: bool

    @property
    def everything(self) -> tuple[Entry, ...]:
        """Every entry that has a page, each once."""
        return (*self.entries, *self.translations, *self.unlisted)

    @property
    def open_incidents(self) -> tuple[Incident, ...]:
        """The incidents that are not resolved."""
        return tuple(incident for incident in self.incidents if incident.state.is_open)
