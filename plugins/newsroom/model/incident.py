"""An incident: its thread, where it stands, and how long things took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from itertools import takewhile

from .citation import Citation
from .entry import (
    ENDED,
    OPEN_STATES,
    STATEMENT,
    STATES,
    TAKEN_BACK,
    Commitment,
    Entry,
)
from .moment import Moment

BEGAN = "began"


@dataclass(frozen=True)
class Elapsed:
    """Time between two moments; only whole days are known if ``by_day``."""

    length: timedelta
    by_day: bool = False


@dataclass(frozen=True)
class Incident:
    """One thing that went wrong, with everything said about it.

    ``thread`` is the statement and the follow-ups, oldest first, without translations. What a
    withdrawn entry said counts for nothing: not its state, promises or answers.
    """

    id: str
    thread: tuple[Entry, ...]
    citations: tuple[Citation, ...] = ()

    @property
    def statement(self) -> Entry:
        """The first, quick entry."""
        return next(entry for entry in self.thread if entry.kind == STATEMENT)

    @cached_property
    def standing(self) -> tuple[Entry, ...]:
        """The entries that have not been withdrawn, oldest first."""
        return tuple(entry for entry in self.thread if not entry.withdrawn)

    @property
    def newest(self) -> Entry:
        """The last entry that stands; where none does, the last of the thread."""
        return (self.standing or self.thread)[-1]

    @property
    def name(self) -> str:
        """The public name, as the statement gives it."""
        return self.statement.incident_name

    @cached_property
    def originals(self) -> tuple[Citation, ...]:
        """What the incident answers, earliest first; nothing for an outage."""
        answered = self.answers(self.statement)
        timed = [citation.published.at for citation in answered if citation.published]

        def when(citation: Citation) -> datetime:
            return citation.published.at if citation.published else max(timed)

        return tuple(sorted(answered, key=when) if timed else answered)

    @property
    def original(self) -> Citation | None:
        """The earliest of the originals, if there are any."""
        return next(iter(self.originals), None)

    @cached_property
    def tells_beginning(self) -> Entry | None:
        """The entry that says when it began: the newest that stands and does."""
        return next((entry for entry in reversed(self.standing) if entry.began), None)

    @cached_property
    def tells_end(self) -> Entry | None:
        """The entry that says when it was over. One with ``Began`` alone takes an end back."""
        said = (entry for entry in reversed(self.standing) if entry.began or entry.ended)
        last = next(said, None)
        return last if last and last.ended else None

    @property
    def began(self) -> Moment | None:
        """When it began, as far as is known."""
        return self.tells_beginning.began if self.tells_beginning else None

    @property
    def ended(self) -> Moment | None:
        """When it was over, as far as is known."""
        return self.tells_end.ended if self.tells_end else None

    def lasted(self, zone: tzinfo) -> Elapsed | None:
        """Return how long it lasted, if it is known when it began and ended."""
        return _between(self.began, self.ended, zone) if self.began and self.ended else None

    @cached_property
    def advises(self) -> Entry | None:
        """The entry whose advice holds."""
        return _advises(self.standing)

    def advice_change(self, entry: Entry) -> str:
        """Say what a follow-up does to the advice: ``new``, ``changed``, ``ended`` or nothing."""
        if entry not in self.standing or entry is self.statement:
            return ""
        before = _advises(self.standing[: self.standing.index(entry)])
        if entry.advice == ENDED:
            return ENDED if before else ""
        return ("changed" if before else "new") if entry.body.advice else ""

    @cached_property
    def gives_hotlines(self) -> Entry | None:
        """The entry whose hotlines hold: the newest that stands and speaks of any."""
        said = (entry for entry in reversed(self.standing) if entry.hotlines is not None)
        return next(said, None)

    @property
    def state(self) -> str:
        """Where the company stands now."""
        return _stated(self.standing)

    @property
    def is_open(self) -> bool:
        """Whether the incident is not yet resolved, and not all of it taken back."""
        return self.state in OPEN_STATES

    @property
    def next_update(self) -> Moment | None:
        """When the next entry is due: only the newest that stands says so, while it is open."""
        return self.newest.next_update if self.is_open else None

    def state_as_of(self, entry: Entry) -> str:
        """Return the state as of one entry: its own, else the last one given before it."""
        return _stated([each for each in self.thread[: self.position(entry)] if not each.withdrawn])

    def states_around(self, entry: Entry) -> tuple[str, str]:
        """Return the state if an entry stood, and if it did not."""
        both = [each for each in self.thread if each is entry or not each.withdrawn]
        return _stated(both), _stated([each for each in both if each is not entry])

    def position(self, entry: Entry) -> int:
        """Return the entry's place in the thread, counted from 1."""
        return self.thread.index(entry) + 1

    def answers(self, entry: Entry) -> tuple[Citation, ...]:
        """Return what an entry answers; a statement does so even when it is withdrawn."""
        stems = () if entry.withdrawn and entry.kind != STATEMENT else entry.answered
        by_stem = {citation.stem: citation for citation in self.citations}
        return tuple(by_stem[stem] for stem in stems if stem in by_stem)

    def answered_by(self, citation: Citation) -> tuple[Entry, ...]:
        """Return the entries that answer a citation, oldest first."""
        return tuple(entry for entry in self.standing if citation in self.answers(entry))

    @property
    def commitments(self) -> tuple[tuple[Entry, Commitment], ...]:
        """What the thread's follow-ups promise, in order."""
        return tuple((entry, item) for entry in self.standing for item in entry.commitments)

    def elapsed(self, moment: Moment, zone: tzinfo) -> Elapsed | None:
        """Return the time since it began, None if ``moment`` is earlier."""
        return _between(self.starts_at, moment, zone)

    def answered_after(self, zone: tzinfo) -> Elapsed | None:
        """Return how long the first word took; None if it answers nothing that has a time."""
        if not self.first_word or self.starts_with == STATEMENT:
            return None
        return self.elapsed(Moment(self.first_word), zone)

    @property
    def starts_with(self) -> str:
        """What elapsed times count from: the kind of the original, ``began``, or the statement."""
        if self.original and self.original.published:
            return self.original.kind
        return BEGAN if self.began else STATEMENT

    @property
    def starts_at(self) -> Moment:
        """When that was: the original's publication, else the beginning, else the statement."""
        published = self.original.published if self.original else None
        return published or self.began or Moment(self.statement.date)

    @property
    def state_since(self) -> datetime | None:
        """The date of the entry since which the state is what it is; None if no entry stands."""
        latest = reversed(self.standing)
        since = list(takewhile(lambda entry: self.state_as_of(entry) == self.state, latest))
        return since[-1].date if since else None

    @property
    def resolved_at(self) -> datetime | None:
        """Since when the incident is resolved without a break."""
        return None if self.is_open else self.state_since

    def change_of_state(self, entry: Entry) -> tuple[str, str]:
        """Return the state before an entry and as of it; before the first, nothing."""
        before = [each for each in self.thread[: self.position(entry) - 1] if not each.withdrawn]
        return (_stated(before) if before else ""), self.state_as_of(entry)

    @property
    def first_word(self) -> datetime | None:
        """When the first entry that stands was published; None if none does."""
        return self.standing[0].date if self.standing else None


def _between(start: Moment, end: Moment, zone: tzinfo) -> Elapsed | None:
    """Return the time between, in days of ``zone`` where either has no time of day.

    None if ``end`` is earlier. A clock change counts.
    """
    by_day = not (start.has_time and end.has_time)
    first, last = (each.at.astimezone(zone if by_day else UTC) for each in (start, end))
    length = last.date() - first.date() if by_day else last - first
    return Elapsed(length, by_day) if length >= timedelta(0) else None


def _advises(standing: Sequence[Entry]) -> Entry | None:
    """Return the last entry that gives advice, unless that has ended since."""
    said = (entry for entry in reversed(standing) if entry.advice == ENDED or entry.body.advice)
    last = next(said, None)
    return None if last is None or last.advice == ENDED else last


def _stated(standing: Sequence[Entry]) -> str:
    """Return the last state that entries state; the least of all if those that stand state none."""
    last = next((entry.state for entry in reversed(standing) if entry.state), STATES[0])
    return last if standing else TAKEN_BACK


def thread(entries: Iterable[Entry], citations: Iterable[Citation]) -> Iterator[Incident]:
    """Thread entries into incidents, by id; a folder without statement gives none."""
    by_id: defaultdict[str, list[Entry]] = defaultdict(list)
    quoted: defaultdict[str, list[Citation]] = defaultdict(list)
    for entry in entries:
        if entry.in_incident and not entry.translates:
            by_id[entry.incident].append(entry)
    for citation in citations:
        quoted[citation.incident].append(citation)
    for id, found in sorted(by_id.items()):
        if any(entry.kind == STATEMENT for entry in found):
            found.sort(key=lambda entry: (entry.date, entry.kind != STATEMENT, entry.path))
            yield Incident(id, tuple(found), tuple(quoted[id]))
