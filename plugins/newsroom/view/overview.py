"""The overview of incidents: how long the first word took and how long all of it, as a chart.

Lengths differ a thousandfold, from minutes to months, so the chart's scale is
logarithmic. Places on it are per cent of its width.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log

from ..language.words import Words
from ..model.addresses import INCIDENTS, incidents_of_year, state_url
from ..model.entry import STATES
from ..model.incident import Elapsed
from .views import Incident

MOST_ROWS = 20  # the newest; the table has all
MOST_NAME = 46  # letters that stand beside a row on a phone
ROW = 56  # pixels
LABEL = 22  # per cent of the width that a label needs on a phone
EDGE = 3  # per cent that are left free at either side, for half a mark
SCALE = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=30),
    timedelta(days=365),
    timedelta(days=3650),
)


@dataclass(frozen=True)
class Tick:
    """A length of time on the scale, and its place; ``text`` is empty where there is no room."""

    text: str
    at: float
    anchor: str


@dataclass(frozen=True)
class Row:
    """An incident: both lengths in words, and their places where they are known.

    ``y`` is the top of its row in pixels; ``until`` the place where its line ends:
    at its resolution, or, still open, at the edge: for how long, a page that stays
    as it was built cannot say.
    """

    incident: Incident
    name: str
    y: int
    statement: str
    resolution: str
    statement_at: float | None
    resolution_at: float | None
    until: float | None


@dataclass(frozen=True)
class Overview:
    """A chart's rows, of which ``drawn`` are in the picture; medians are empty without figures."""

    rows: tuple[Row, ...]
    drawn: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    height: int
    median_statement: str
    median_resolution: str
    median_statement_at: float | None
    median_resolution_at: float | None


@dataclass(frozen=True)
class IncidentList:
    """Some of the incidents and their page: all, those in one state, or those of one year."""

    url: str
    title: str
    label: str
    kind: str
    incidents: tuple[Incident, ...]
    overview: Overview


@dataclass(frozen=True)
class _Scale:
    """From lengths of time to places; all lengths lie between the two ends."""

    low: timedelta
    high: timedelta

    def place(self, length: timedelta) -> float:
        """Per cent of the width, between the two edges."""
        part = log(max(length, self.low) / self.low) / log(self.high / self.low)
        return round(EDGE + min(1.0, part) * (100 - 2 * EDGE), 2)


def incident_lists(incidents: Sequence[Incident], words: Words) -> tuple[IncidentList, ...]:
    """All incidents first, then one list for each state, then one for each year, newest first."""
    return tuple(_lists(tuple(incidents), words))


def _lists(incidents: tuple[Incident, ...], words: Words) -> Iterator[IncidentList]:
    def made(
        url: str, title: str, label: str, kind: str, found: Iterable[Incident]
    ) -> IncidentList:
        some = tuple(found)
        return IncidentList(url, title, label, kind, some, overview(some, words))

    yield made(INCIDENTS, words.say("Incidents"), words.say("All"), "all", incidents)
    for state in STATES:
        label = words.state(state)
        title = words.say("Incidents: {which}", which=label)
        found = (incident for incident in incidents if incident.state.key == state)
        yield made(state_url(state), title, label, "state", found)
    for year in sorted({incident.year for incident in incidents}, reverse=True):
        title = words.say("Incidents: {which}", which=year)
        found = (incident for incident in incidents if incident.year == year)
        yield made(incidents_of_year(year), title, str(year), "year", found)


def overview(incidents: Sequence[Incident], words: Words) -> Overview:
    """How long the first statement and the resolution of each incident took, and the medians."""
    statements = [item.statement_after for item in incidents if item.statement_after]
    resolutions = [item.resolved_after for item in incidents if item.resolved_after]
    lasting = [item.open_for for item in incidents if item.open_for]
    scale = _scale([_length(elapsed) for elapsed in (*statements, *resolutions, *lasting)])
    rows = tuple(_row(incident, number, scale, words) for number, incident in enumerate(incidents))
    first, last = _median(statements), _median(resolutions)
    return Overview(
        rows=rows,
        drawn=rows[:MOST_ROWS],
        ticks=tuple(_ticks(scale, words))[::-1] if scale else (),
        height=ROW * min(len(rows), MOST_ROWS),
        median_statement=words.span(first) if first else "",
        median_resolution=words.span(last) if last else "",
        median_statement_at=scale.place(_length(first)) if scale and first else None,
        median_resolution_at=scale.place(_length(last)) if scale and last else None,
    )


def _row(incident: Incident, number: int, scale: _Scale | None, words: Words) -> Row:
    def at(elapsed: Elapsed | None) -> float | None:
        return scale.place(_length(elapsed)) if scale and elapsed else None

    first, last, lasting = incident.statement_after, incident.resolved_after, incident.open_for
    still_open = words.say("still open") if lasting else ""
    return Row(
        incident=incident,
        name=_short(incident.name),
        y=number * ROW,
        statement=words.span(first) if first else "",
        resolution=words.span(last) if last else still_open,
        statement_at=at(first),
        resolution_at=at(last),
        until=100.0 - EDGE if scale and lasting else at(last),
    )


def _length(elapsed: Elapsed) -> timedelta:
    """Its length in the picture: of the same day, half of it; of nothing, a minute."""
    return elapsed.length or (timedelta(hours=12) if elapsed.by_day else SCALE[0])


def _median(lengths: Sequence[Elapsed]) -> Elapsed | None:
    """The one in the middle, or between the two there; in days if one of these is."""
    if not lengths:
        return None
    order = sorted(lengths, key=lambda elapsed: elapsed.length)
    low, high = order[(len(order) - 1) // 2], order[len(order) // 2]
    by_day = low.by_day or high.by_day
    middle = (low.length + high.length) / 2
    return Elapsed(timedelta(days=middle.days) if by_day else middle, by_day)


def _scale(lengths: Sequence[timedelta]) -> _Scale | None:
    """From the step below the shortest length to the step above the longest."""
    if not lengths:
        return None
    low = max((step for step in SCALE if step <= min(lengths)), default=SCALE[0])
    longest = max(low, *lengths)
    high = min((step for step in SCALE if step > longest), default=longest * 1.1)
    return _Scale(low, high)


def _ticks(scale: _Scale, words: Words) -> Iterator[Tick]:
    shown = [step for step in SCALE if scale.low <= step <= scale.high]
    free = 100.0 + LABEL
    for step in reversed(shown):
        at = scale.place(step)
        anchor = "start" if step == shown[0] else "end" if step == scale.high else "middle"
        has_room = at <= free - LABEL
        free = at if has_room else free
        yield Tick(_step_text(step, words) if has_room else "", at, anchor)


def _step_text(step: timedelta, words: Words) -> str:
    """A step in one unit, short enough to stand under the chart."""
    if step >= timedelta(days=365):
        return words.plural("{n} year", "{n} years", step.days // 365)
    if step >= timedelta(days=30):
        return words.plural("{n} month", "{n} months", step.days // 30)
    if step >= timedelta(days=7):
        return words.plural("{n} week", "{n} weeks", step.days // 7)
    return words.length(step)


def _short(name: str) -> str:
    return name if len(name) <= MOST_NAME else name[: MOST_NAME - 1].rstrip() + "…"
