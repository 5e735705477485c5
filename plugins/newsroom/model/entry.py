"""An entry: a statement, a follow-up or a post, and what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from .body import Body
from .moment import Moment

Kind = Literal["statement", "follow-up", "post"]

STATEMENT = "statement"
STATES = ("responding", "investigating", "acting", "resolved")
OPEN_STATES = STATES[:-1]
TAKEN_BACK = "withdrawn"  # where no entry stands: nobody writes it
STATUSES = ("draft", "published", "hidden", "skip")
INCIDENT_STATUSES = STATUSES[:2]


@dataclass(frozen=True)
class Correction:
    """A dated, visible change of substance; ``text`` is plain text."""

    at: Moment
    text: str


@dataclass(frozen=True)
class Withdrawal:
    """When and why an entry was taken back; ``reason`` is plain text."""

    at: Moment
    reason: str


@dataclass(frozen=True)
class Commitment:
    """Something a follow-up promises; ``html`` is without links, and without its days."""

    html: str
    kept: bool
    line: int
    due: date | None = None
    done: date | None = None


@dataclass(frozen=True, eq=False)
class Entry:
    """One Markdown file that says something in the company's voice.

    ``path`` is relative to the content folder, POSIX. ``stem`` has neither
    suffix nor language; ``translates`` is the path of the original where this
    is a translation; ``dated`` says whether ``date`` is the writer's own.
    ``authors`` and ``approved_by`` are names as written. ``lines`` maps
    lower-case keys to the numbers of their lines.
    """

    path: str
    kind: Kind
    stem: str
    slug: str
    title: str
    date: datetime
    authors: tuple[str, ...]
    lang: str
    body: Body
    dated: bool = True
    status: str = "published"
    incident: str = ""
    translates: str = ""
    summary: str = ""
    incident_name: str = ""
    state: str = ""
    next_update: Moment | None = None
    answers: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    approved_by: str = ""
    corrections: tuple[Correction, ...] = ()
    withdrawn: Withdrawal | None = None
    modified: Moment | None = None
    category: str = ""
    tags: tuple[str, ...] = ()
    feed_id: str = ""
    aliases: tuple[str, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def in_incident(self) -> bool:
        """Whether the entry belongs to an incident (a post does not)."""
        return self.kind != "post"

    @property
    def is_draft(self) -> bool:
        """Whether the writer still holds the entry back."""
        return self.status in ("draft", "skip")

    def due(self, now: datetime) -> bool:
        """Whether the entry's own header makes it public at ``now``."""
        return not self.is_draft and self.date <= now

    def line(self, key: str) -> int:
        """The number of the line that ``key`` stands on; 1 where it is missing."""
        return self.lines.get(key.lower(), 1)
