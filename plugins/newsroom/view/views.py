"""What templates see: everything said, resolved and formatted; nothing to compute.

URLs are relative to the site's root; a template puts ``{{ SITEURL }}/`` before
them. Texts are plain and escaped by the template, ``Markup`` is HTML.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from markupsafe import Markup

from ..language.languages import Languages
from ..language.words import Words
from ..model.incident import Elapsed
from ..model.settings import Contact
from .parts import (
    Byline,
    Category,
    Citation,
    Commitment,
    Correction,
    IncidentLink,
    Link,
    Picture,
    Reference,
    Replies,
    State,
    Translation,
    When,
    Withdrawal,
)


@dataclass(frozen=True)
class Entry:
    """A statement, follow-up or post, with its place in the thread.

    ``feed_id`` is the ``atom:id``; ``updated`` moves with every change of
    substance. ``names`` are those of its authors. ``number`` is the place in the
    thread, counted from 1, and ``position`` the same in words: ``Update 2 of 3``.
    ``attribution`` is what a quotation gives as its source. ``original`` is what a
    translation translates.
    ``elapsed`` counts from what the incident answers. ``held_back`` says in a
    preview why readers do not see the entry yet, and is empty otherwise.
    ``category`` and ``tags`` have no URL where there is no page that lists them.
    ``content`` is the body on the entry's own page, ``embedded`` the same on the
    incident's page, and
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
    names: tuple[str, ...]
    bylines: tuple[Byline, ...]
    approved_by: Byline | None
    held_back: str
    incident: IncidentLink | None
    state: State | None
    number: int
    position: str
    attribution: str
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
    words: Words = field(repr=False, compare=False)

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
    """One thing that happened: ``what`` it is in general, if that is to be said, and its title.

    ``elapsed`` is empty for the first.
    """

    when: When
    what: str
    title: Link
    elapsed: str
    kind: str


@dataclass(frozen=True)
class Heard:
    """A citation other than the original, and which entries answer it."""

    citation: Citation
    answered_by: tuple[Link, ...]


@dataclass(frozen=True)
class Incident:
    """An incident's page in one language, ``lang``: what is not in it, in its own.

    ``name_lang`` is that of the name. ``year`` is that in which it began;
    ``statement_after``, ``resolved_after`` and, while it is open, ``open_for`` (to its
    newest entry) count from there, None where there is nothing to count. ``latest`` is
    the newest entry that is not withdrawn, and ``as_of`` when it was published. Where
    all are withdrawn, the state's key is ``withdrawn``, ``latest`` is the last of them,
    and ``as_of`` when it was taken back.
    ``thread`` has each entry in ``lang`` if it is there in that; ``written`` each as
    it was first written, as the feed holds it.
    ``updated`` is when any of its entries last changed; ``feed`` the
    URL of the incident's feed, one for all languages, without ending; ``poll`` is
    where a page asks for news while the incident is open, from the host's root. ``is_late``
    says whether a promised update was overdue when the site was built, ``late_at``
    when it will be (ISO 8601).
    """

    id: str
    feed_id: str
    name: str
    url: str
    lang: str
    name_lang: str
    feed: str
    poll: str
    translations: tuple[Translation, ...]
    is_main: bool
    state: State
    updated: When
    resolved: When | None
    year: int
    statement_after: Elapsed | None
    resolved_after: Elapsed | None
    open_for: Elapsed | None
    time_to_statement: str
    first_statement: When
    as_of: When
    latest: Entry
    next_update: When | None
    is_late: bool
    late_at: str
    original: Citation | None
    timeline: tuple[TimelineItem, ...]
    thread: tuple[Entry, ...]
    written: tuple[Entry, ...]
    heard: tuple[Heard, ...]
    commitments: tuple[Commitment, ...]
    corrections: tuple[Correction, ...]
    words: Words = field(repr=False, compare=False)


@dataclass(frozen=True)
class Author:
    """An author's profile; ``role`` is the one held on the day of the build.

    ``initials`` stand where there is no photo.
    """

    slug: str
    feed_id: str
    name: str
    initials: str
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
    ``latest`` the first few. ``incidents`` are listed by when they began, and
    ``open_incidents`` by their latest update, both newest first.
    ``incident_pages`` are those of ``incidents`` and the same in other languages.
    ``site_url`` is the whole URL of the site; without one there is nothing for machines,
    and it is empty.
    ``poll_seconds`` is how long an open incident's page waits before it asks for
    news; ``has_search`` says whether there is a page to search.
    """

    company: str
    name: str
    site_url: str
    contact: Contact | None
    incidents: tuple[Incident, ...]
    open_incidents: tuple[Incident, ...]
    incident_pages: tuple[Incident, ...]
    entries: tuple[Entry, ...]
    translations: tuple[Entry, ...]
    unlisted: tuple[Entry, ...]
    latest: tuple[Entry, ...]
    authors: tuple[Author, ...]
    goals: tuple[Goal, ...]
    corrections: tuple[Correction | Withdrawal, ...]
    years: tuple[Link, ...]
    is_preview: bool
    poll_seconds: int
    has_search: bool
    languages: Languages = field(repr=False, compare=False)

    @property
    def everything(self) -> tuple[Entry, ...]:
        """Every entry that has a page, each once."""
        return (*self.entries, *self.translations, *self.unlisted)
