"""An incident: its thread, where it stands, and how long things took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from itertools import takewhile

from .citation import ORIGINAL, Citation
from .entry import OPEN_STATES, STATEMENT, STATES, TAKEN_BACK, Commitment, Entry
from .moment import Moment


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

    @property
    def original(self) -> Citation | None:
        """What the incident answers; None for an outage or a recall."""
        return next((citation for citation in self.citations if citation.is_original), None)

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
        """Return what an entry answers; the statement answers the original."""
        said = () if entry.withdrawn else entry.answers
        stems = (ORIGINAL,) if entry.kind == STATEMENT else said
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
        """Return the time since it began, in days of ``zone`` where either has no time of day.

        None if ``moment`` is earlier. A clock change counts.
        """
        start = self.starts_at
        by_day = not (start.has_time and moment.has_time)
        began, ended = (each.at.astimezone(zone if by_day else UTC) for each in (start, moment))
        length = ended.date() - began.date() if by_day else ended - began
        return Elapsed(length, by_day) if length >= timedelta(0) else None

    def answered_after(self, zone: tzinfo) -> Elapsed | None:
        """Return how long the first word took; None if it answers nothing that has a time."""
        if not (self.first_word and self.original and self.original.published):
            return None
        return self.elapsed(Moment(self.first_word), zone)

    @property
    def starts_at(self) -> Moment:
        """What elapsed times count from: the original's publication, else the statement."""
        published = self.original.published if self.original else None
        return published or Moment(self.statement.date)

    @property
    def resolved_at(self) -> datetime | None:
        """The date of the entry since which the incident is resolved without a break."""
        latest = reversed(self.standing)
        since = list(takewhile(lambda entry: self.state_as_of(entry) not in OPEN_STATES, latest))
        return since[-1].date if since else None

    @property
    def first_word(self) -> datetime | None:
        """When the first entry that stands was published; None if none does."""
        return self.standing[0].date if self.standing else None


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
