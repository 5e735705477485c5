"""An incident: its thread, where it stands, and how long things took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise

from .citation import Citation
from .entry import OPEN_STATES, Commitment, Correction, Entry
from .moment import Moment


@dataclass(frozen=True)
class Elapsed:
    """Time between two moments; only whole days are known if ``by_day``."""

    length: timedelta
    by_day: bool = False


@dataclass(frozen=True)
class Incident:
    """One thing that went wrong, with everything said about it.

    ``thread`` is the statement and the follow-ups, oldest first, without
    translations. ``citations`` are the folder's, the original included.
    """

    id: str
    thread: tuple[Entry, ...]
    citations: tuple[Citation, ...] = ()

    @property
    def statement(self) -> Entry:
        """The first, quick entry."""
        return next(entry for entry in self.thread if entry.kind == "statement")

    @property
    def newest(self) -> Entry:
        """The last entry of the thread."""
        return self.thread[-1]

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
        return self.state_as_of(self.newest)

    @property
    def is_open(self) -> bool:
        """Whether the incident is not yet resolved."""
        return self.state in OPEN_STATES

    @property
    def next_update(self) -> Moment | None:
        """When the public is told to expect the next entry.

        Any later entry keeps or replaces an earlier promise, so only the
        newest entry's counts, and none once the incident is resolved.
        """
        return self.newest.next_update if self.is_open else None

    def state_as_of(self, entry: Entry) -> str:
        """The state as of one entry: its own, else the last one given before it."""
        stated = [earlier.state for earlier in self.thread[: self.position(entry)] if earlier.state]
        return stated[-1] if stated else self.statement.state

    def position(self, entry: Entry) -> int:
        """The entry's place in the thread, counted from 1."""
        return self.thread.index(entry) + 1

    def before(self, entry: Entry) -> Entry | None:
        """The entry that came just before this one."""
        return next((a for a, b in pairwise(self.thread) if b == entry), None)

    def after(self, entry: Entry) -> Entry | None:
        """The entry that came just after this one."""
        return next((b for a, b in pairwise(self.thread) if a == entry), None)

    def answers(self, entry: Entry) -> tuple[Citation, ...]:
        """What an entry answers; the statement answers the original."""
        stems = ("original",) if entry.kind == "statement" else entry.answers
        by_stem = {citation.stem: citation for citation in self.citations}
        return tuple(by_stem[stem] for stem in stems if stem in by_stem)

    def answered_by(self, citation: Citation) -> tuple[Entry, ...]:
        """The entries that answer a citation, oldest first."""
        return tuple(entry for entry in self.thread if citation in self.answers(entry))

    def quoting(self, citation: Citation) -> tuple[Entry, ...]:
        """The entries that answer, embed or link a citation, oldest first."""
        return tuple(
            entry
            for entry in self.thread
            if citation in self.answers(entry)
            or (not entry.withdrawn and citation.stem in entry.body.cites)
        )

    @property
    def commitments(self) -> tuple[tuple[Entry, Commitment], ...]:
        """What the thread's follow-ups promise, in order; a withdrawn entry's do not count."""
        return tuple(
            (entry, commitment)
            for entry in self.thread
            if not entry.withdrawn
            for commitment in entry.commitments
        )

    @property
    def corrections(self) -> tuple[tuple[Entry, Correction], ...]:
        """The thread's corrections, newest first."""
        found = [(entry, correction) for entry in self.thread for correction in entry.corrections]
        return tuple(sorted(found, key=lambda pair: pair[1].at, reverse=True))

    def elapsed(self, moment: Moment, zone: tzinfo) -> Elapsed | None:
        """Time from what the incident answers, else from its statement, to ``moment``.

        Computed in UTC, so that a clock change counts; in days of ``zone``
        where either moment has no time. None if it would be negative.
        """
        return elapsed(self.starts_at, moment, zone)

    @property
    def starts_at(self) -> Moment:
        """What elapsed times count from: the original's publication, else the statement."""
        original = self.original
        if original is not None and original.published is not None:
            return original.published
        return Moment(self.statement.date)

    @property
    def resolved_at(self) -> datetime | None:
        """The date of the entry since which the incident is resolved without a break."""
        if self.is_open:
            return None
        resolved = None
        for entry in reversed(self.thread):
            if self.state_as_of(entry) in OPEN_STATES:
                break
            resolved = entry.date
        return resolved


def elapsed(start: Moment, end: Moment, zone: tzinfo) -> Elapsed | None:
    """Time from ``start`` to ``end``, None if ``end`` is earlier."""
    if start.has_time and end.has_time:
        length = end.at.astimezone(UTC) - start.at.astimezone(UTC)
        return Elapsed(length) if length >= timedelta(0) else None
    days = (end.at.astimezone(zone).date() - start.at.astimezone(zone).date()).days
    return Elapsed(timedelta(days=days), by_day=True) if days >= 0 else None


def thread(entries: Iterable[Entry], citations: Iterable[Citation]) -> Iterator[Incident]:
    """Thread entries into incidents, by id; a folder without statement gives none."""
    by_id: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.in_incident and not entry.translates:
            by_id.setdefault(entry.incident, []).append(entry)
    quoted: dict[str, list[Citation]] = {}
    for citation in citations:
        quoted.setdefault(citation.incident, []).append(citation)
    for id, found in sorted(by_id.items()):
        if any(entry.kind == "statement" for entry in found):
            order = sorted(
                found, key=lambda entry: (entry.date, entry.kind != "statement", entry.path)
            )
            yield Incident(id, tuple(order), tuple(quoted.get(id, ())))
