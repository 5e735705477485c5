"""The overview of incidents: how long the first word took and how long all of it, as a chart.

Lengths differ a thousandfold, from minutes to months, so the chart's scale is
logarithmic. Places on it are per cent of its width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log

from ..language.words import Words
from ..model.addresses import INCIDENTS, incidents_of_year, state_url
from ..model.entry import STATES
from ..model.incident import Elapsed
from ..model.moment import Moment
from .incident_view import IncidentView

MOST_ROWS = 20  # the newest; the table has all
MOST_NAME = 46  # letters that stand beside a row on a phone
ROW = 56  # pixels
LABEL = 22  # per cent of the width that a label needs on a phone
EDGE = 3  # per cent that are left free at either side, for half a mark
SCALE = (
    timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6),
    timedelta(days=1), timedelta(days=7), timedelta(days=30), timedelta(days=365),
    timedelta(days=3650),
)  # fmt: skip


@dataclass(frozen=True)
class Tick:
    """A length of time on the scale, and its place; ``text`` is empty where there is no room."""

    text: str
    at: float
    anchor: str


@dataclass(frozen=True)
class Mark:
    """A length of time in words, and its place; empty and None where it is not known."""

    text: str = ""
    at: float | None = None


@dataclass(frozen=True)
class Row:
    """An incident and how long it took. ``y`` is the top of its row in pixels.

    ``until`` is the place where its line ends: at its resolution, or, still open, at the
    edge: for how long, a page that stays as it was built cannot say.
    """

    incident: IncidentView
    name: str
    y: int
    statement: Mark
    resolution: Mark
    until: float | None


@dataclass(frozen=True)
class Overview:
    """A chart's rows, of which ``drawn`` are in the picture, and the medians."""

    rows: tuple[Row, ...]
    drawn: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    height: int
    statement: Mark
    resolution: Mark


@dataclass(frozen=True)
class IncidentList:
    """Some of the incidents and their page: all, those in one state, or those of one year."""

    url: str
    title: str
    label: str
    kind: str
    incidents: tuple[IncidentView, ...]
    overview: Overview


def incident_lists(incidents: Sequence[IncidentView], words: Words) -> tuple[IncidentList, ...]:
    """List all incidents first, then those of each state, then of each year, newest first."""
    by_state: dict[str, list[IncidentView]] = {state: [] for state in STATES}
    by_year: dict[int, list[IncidentView]] = {}
    for incident in incidents:
        by_state.setdefault(incident.state.key, []).append(incident)
        began = incident.model.starts_at.at.astimezone(incident.context.settings.zone)
        by_year.setdefault(began.year, []).append(incident)

    def listed(
        url: str, title: str, label: str, kind: str, found: Sequence[IncidentView]
    ) -> IncidentList:
        return IncidentList(url, title, label, kind, tuple(found), overview(found, words))

    lists = [listed(INCIDENTS, words.say("Incidents"), words.say("All"), "all", incidents)]
    for state in STATES:
        label = words.state(state)
        title = words.say("Incidents: {which}", which=label)
        lists.append(listed(state_url(state), title, label, "state", by_state[state]))
    for year in sorted(by_year, reverse=True):
        title = words.say("Incidents: {which}", which=year)
        lists.append(listed(incidents_of_year(year), title, str(year), "year", by_year[year]))
    return tuple(lists)


def overview(incidents: Sequence[IncidentView], words: Words) -> Overview:
    """Show how long the first statement and the resolution of each incident took."""
    statements, resolutions, lasting = [], [], []
    for incident in incidents:
        model, zone = incident.model, incident.context.settings.zone
        resolved, newest = model.resolved_at, Moment(model.newest.date)
        statements.append(model.answered_after(zone))
        resolutions.append(model.elapsed(Moment(resolved), zone) if resolved else None)
        lasting.append(model.elapsed(newest, zone) if model.is_open else None)
    lengths = [_drawn(each) for each in (*statements, *resolutions, *lasting) if each]
    scale = _scale(lengths)

    def mark(elapsed: Elapsed | None) -> Mark:
        return Mark(words.span(elapsed), _place(_drawn(elapsed), scale)) if elapsed else Mark()

    rows = []
    for number, incident in enumerate(incidents):
        name, last = incident.name, mark(resolutions[number])
        if len(name) > MOST_NAME:
            name = name[: MOST_NAME - 1].rstrip() + "…"
        until = 100.0 - EDGE if lasting[number] else last.at
        shown = Mark(words.say("still open")) if lasting[number] else last
        rows.append(Row(incident, name, number * ROW, mark(statements[number]), shown, until))
    return Overview(
        rows=tuple(rows),
        drawn=tuple(rows[:MOST_ROWS]),
        ticks=tuple(_ticks(scale, words))[::-1] if lengths else (),
        height=ROW * min(len(rows), MOST_ROWS),
        statement=mark(_median(statements)),
        resolution=mark(_median(resolutions)),
    )


def _drawn(elapsed: Elapsed) -> timedelta:
    """Return a length in the picture: of the same day, half of it; of nothing, a minute."""
    return elapsed.length or (timedelta(hours=12) if elapsed.by_day else SCALE[0])


Scale = tuple[timedelta, timedelta]


def _scale(lengths: Sequence[timedelta]) -> Scale:
    """Find the step below the shortest length, and the step above the longest."""
    low = max((step for step in SCALE if lengths and step <= min(lengths)), default=SCALE[0])
    longest = max([low, *lengths])
    return low, min((step for step in SCALE if step > longest), default=longest * 1.1)


def _place(length: timedelta, scale: Scale) -> float:
    """Find the place of a length: per cent of the width, between the two edges."""
    low, high = scale
    part = log(max(length, low) / low) / log(high / low)
    return round(EDGE + min(1.0, part) * (100 - 2 * EDGE), 2)


def _median(found: Sequence[Elapsed | None]) -> Elapsed | None:
    """Return the length in the middle, or between the two there; in days if one of these is."""
    order = sorted(filter(None, found), key=lambda elapsed: elapsed.length)
    if not order:
        return None
    low, high = order[(len(order) - 1) // 2], order[len(order) // 2]
    by_day = low.by_day or high.by_day
    middle = (low.length + high.length) / 2
    return Elapsed(timedelta(days=middle.days) if by_day else middle, by_day)


def _ticks(scale: Scale, words: Words) -> Iterator[Tick]:
    """Draw the scale from its end, without labels where there is no room."""
    shown = [step for step in SCALE if scale[0] <= step <= scale[1]]
    free = 100.0 + LABEL
    for step in reversed(shown):
        at = _place(step, scale)
        anchor = "start" if step == shown[0] else "end" if step == scale[1] else "middle"
        has_room = at <= free - LABEL
        free = at if has_room else free
        yield Tick(_step(step, words) if has_room else "", at, anchor)


def _step(step: timedelta, words: Words) -> str:
    """Say a step in one unit, short enough to stand under the chart."""
    if step.days >= 365:
        return words.plural("{n} year", "{n} years", step.days // 365)
    if step.days >= 30:
        return words.plural("{n} month", "{n} months", step.days // 30)
    return words.plural("{n} week", "{n} weeks", 1) if step.days == 7 else words.length(step)
