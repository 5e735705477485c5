"""An entry: a statement, a follow-up or a post, and what it holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from .body import Body, Leading
from .citation import ORIGINAL
from .keys import CHOICE, MOMENT, NAMES, TEXT, WORDS, ContentFile, Key, made_of
from .moment import Moment
from .signed import SignatureFile

Kind = Literal["statement", "follow-up", "post"]

STATEMENT = "statement"
FOLLOW_UP = "follow-up"
POST = "post"
IN_INCIDENT = (STATEMENT, FOLLOW_UP)
EVERY_KIND = (*IN_INCIDENT, POST)
STATES = ("responding", "investigating", "acting", "resolved")
OPEN_STATES = STATES[:-1]
ENDED = "ended"  # advice that no longer holds
TAKEN_BACK = "withdrawn"  # where no entry stands: nobody writes it
STATUSES = ("draft", "published", "hidden", "skip")
INCIDENT_STATUSES = STATUSES[:2]


@dataclass(frozen=True)
class Change:
    """A correction, a withdrawal with its reason, or an event; ``text`` is plain text."""

    at: Moment
    text: str
    line: int = field(default=1, compare=False)


@dataclass(frozen=True)
class HistoryLimit:
    """Which earlier versions are shown no more, and why: those before ``since``, or all.

    ``reason`` is plain text.
    """

    since: Moment | None
    reason: str
    line: int = field(default=1, compare=False)

    def shows(self, since: datetime) -> bool:
        """Whether a version that was first public then may still be shown."""
        return self.since is not None and self.since.at <= since


@dataclass(frozen=True)
class Hotline:
    """How those concerned reach someone: a number, a mail address or a URL, and notes on it.

    ``reach`` is as it was written, ``url`` where it leads: ``tel:``, ``mailto:`` or ``https:``.
    """

    reach: str
    url: str
    hours: str = ""
    languages: str = ""


@dataclass(frozen=True)
class Commitment:
    """Something a follow-up promises; ``html`` is without links, and without its days."""

    html: str
    kept: bool
    line: int
    due: date | None = None
    done: date | None = None


@dataclass(frozen=True, eq=False)
class Entry(ContentFile):
    """One Markdown file that says something in the company's voice.

    ``stem`` has neither suffix nor language; ``translates`` is the path of a translation's
    original; ``dated`` says whether ``date`` is the writer's own; ``signed`` is the signed text, of
    one with ``signatures``.
    """

    kind: Kind
    stem: str
    body: Body
    incident: str = ""
    translates: str = ""
    dated: bool = True
    commitments: tuple[Commitment, ...] = ()
    signatures: tuple[SignatureFile, ...] = ()
    signed: bytes = b""
    title: str = Key("Title", "the headline, plain text", required=EVERY_KIND).of(TEXT)
    date: datetime = made_of(
        datetime.min,
        Key("Date", "when it is published; until then, it is held back", required=EVERY_KIND),
    )
    authors: tuple[str, ...] = Key(
        "Author", "who signs: the name of a [profile](#authors), or several, between `;`",
        also="Authors", required=EVERY_KIND,
    ).of(NAMES)  # fmt: skip
    summary: str = Key(
        "Summary", "one or two sentences: the position, quotable on its own",
        required=IN_INCIDENT,
    ).of(TEXT)  # fmt: skip
    incident_name: str = Key(
        "Incident", "the incident's public name",
        only=(STATEMENT,), required=(STATEMENT,), inherited=True,
    ).of(TEXT)  # fmt: skip
    state: str = Key(
        "State", "where the company stands as of this entry, see [States](#states)",
        words=STATES, only=IN_INCIDENT, required=(STATEMENT,), inherited=True,
    ).of(CHOICE)  # fmt: skip
    next_update: Moment | None = Key(
        "Next_update", "when the public is told to expect the next entry", only=IN_INCIDENT
    ).of(MOMENT)
    began: Moment | None = Key("Began", "when it began, as far as is known", only=IN_INCIDENT).of(
        MOMENT
    )
    ended: Moment | None = Key(
        "Ended", "when it was over, as far as is known", only=IN_INCIDENT
    ).of(MOMENT)
    events: tuple[Change, ...] = made_of(
        (),
        Key("Event", "what [happened](#events), and when", only=IN_INCIDENT, repeatable=True),
    )
    hotlines: tuple[Hotline, ...] | None = made_of(
        None,
        Key("Hotline", "how to [reach someone](#hotline) about this incident", only=IN_INCIDENT,
            repeatable=True),
    )  # fmt: skip
    advice: str = Key(
        "Advice", "`ended`: the [advice](#advice) of earlier entries no longer holds",
        only=(FOLLOW_UP,), words=(ENDED,),
    ).of(CHOICE)  # fmt: skip
    answers: tuple[str, ...] = Key(
        "Answers", "names of `.cite.md` files in this folder, without the ending",
        only=IN_INCIDENT, repeatable=True,
    ).of(WORDS)  # fmt: skip
    related: tuple[str, ...] = Key(
        "Related", "other incidents that belong to it, by the names of their folders",
        only=IN_INCIDENT, repeatable=True,
    ).of(WORDS)  # fmt: skip
    image: Leading | None = made_of(
        None, Key("Image", "the [leading picture](#pictures-video-and-audio)")
    )
    goals: tuple[str, ...] = Key(
        "Goals", "names of files in `goals/`, without the ending", repeatable=True
    ).of(WORDS)
    approved_by: str = Key("Approved_by", "who approved it: the name of a profile").of(TEXT)
    corrections: tuple[Change, ...] = made_of(
        (), Key("Correction", "what was [corrected](#corrections), and when", repeatable=True)
    )
    withdrawn: Change | None = made_of(
        None, Key("Withdrawn", "that it is [taken back](#withdrawal)")
    )
    status: str = made_of(
        "published", Key("Status", "`draft` or `published`; of a post also `hidden` or `skip`")
    )
    modified: Moment | None = made_of(
        None,
        Key("Modified", "when it was last [changed](#small-changes), and, after a bar, what"),
    )
    modified_note: str = ""
    history: HistoryLimit | None = made_of(
        None,
        Key("History", "which earlier versions are [shown no more](#earlier-versions), and why"),
    )
    lang: str = made_of("", Key("Lang", "the language, if it is not `DEFAULT_LANG`"))
    slug: str = made_of("", Key("Slug", "another address than the file's name"))
    category: str = Key("Category", "one category").of(TEXT)
    tags: tuple[str, ...] = Key("Tags", "tags, separated by commas", repeatable=True).of(WORDS)
    aliases: tuple[str, ...] = made_of(
        (), Key("Aliases", "old addresses on this site that redirect here", repeatable=True)
    )
    feed_id: str = made_of("", Key("Id", "the [feed id](machines.md#feeds) that it had elsewhere"))

    @property
    def in_incident(self) -> bool:
        """Whether the entry belongs to an incident (a post does not)."""
        return self.kind != "post"

    @property
    def answered(self) -> tuple[str, ...]:
        """The stems of what it answers; a statement that names nothing answers the original."""
        return self.answers or ((ORIGINAL,) if self.kind == STATEMENT else ())

    @property
    def as_of(self) -> datetime:
        """The newest time that the file gives itself: its date, or that of a change."""
        changes = (*self.corrections, *([self.withdrawn] if self.withdrawn else []))
        moments = [change.at.at for change in changes]
        moments += [self.modified.at] if self.modified else []
        return max((self.date, *moments))

    @property
    def is_draft(self) -> bool:
        """Whether the writer still holds the entry back."""
        return self.status in ("draft", "skip")

    def due(self, now: datetime) -> bool:
        """Whether the entry's own header makes it public at ``now``."""
        return not self.is_draft and self.date <= now
