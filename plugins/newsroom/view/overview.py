"""The lists of incidents, by state and by year, and how long the answers in each took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from ..language.words import Words
from ..model.addresses import INCIDENTS, incidents_of_year, state_url
from ..model.entry import STATES
from ..model.incident import Elapsed
from ..model.moment import Moment
from .incident_view import IncidentView


@dataclass(frozen=True)
class Row:
    """An incident, and how long its first statement and its resolution took, in words."""

    incident: IncidentView
    statement: str
    resolution: str


@dataclass(frozen=True)
class IncidentList:
    """Some of the incidents and their page: all, those in one state, or those of one year.

    ``statement`` and ``resolution`` are the medians of the rows, in words or empty.
    """

    url: str
    title: str
    label: str
    kind: str
    incidents: tuple[IncidentView, ...]
    rows: tuple[Row, ...]
    statement: str
    resolution: str


def incident_lists(incidents: Sequence[IncidentView], words: Words) -> tuple[IncidentList, ...]:
    """List all incidents first, then those of each state, then of each year, newest first."""
    by_state: dict[str, list[IncidentView]] = {state: [] for state in STATES}
    by_year: dict[int, list[IncidentView]] = {}
    for incident in incidents:
        by_state.setdefault(incident.state.key, []).append(incident)
        began = incident.model.starts_at.at.astimezone(incident.context.settings.zone)
        by_year.setdefault(began.year, []).append(incident)

    def titled(label: str) -> tuple[str, str]:
        return words.say("Incidents: {which}", which=label), label

    found = [((INCIDENTS, words.say("Incidents"), words.say("All"), "all"), incidents)]
    for state in STATES:
        found.append(((state_url(state), *titled(words.state(state)), "state"), by_state[state]))
    for year in sorted(by_year, reverse=True):
        found.append(((incidents_of_year(year), *titled(str(year)), "year"), by_year[year]))
    return tuple(
        IncidentList(*page, tuple(shown), *_lengths(shown, words)) for page, shown in found
    )


def _lengths(incidents: Sequence[IncidentView], words: Words) -> tuple[tuple[Row, ...], str, str]:
    """Return a row for each incident, and the medians of both lengths."""

    def said(elapsed: Elapsed | None) -> str:
        return words.span(elapsed) if elapsed else ""

    rows, statements, resolutions = [], [], []
    for incident in incidents:
        model, zone = incident.model, incident.context.settings.zone
        resolved = model.resolved_at
        statements.append(model.answered_after(zone))
        resolutions.append(model.elapsed(Moment(resolved), zone) if resolved else None)
        last = words.say("still open") if model.is_open else said(resolutions[-1])
        rows.append(Row(incident, said(statements[-1]), last))
    return tuple(rows), said(_median(statements)), said(_median(resolutions))


def _median(found: Sequence[Elapsed | None]) -> Elapsed | None:
    """Return the length in the middle, or between the two there; in days if one of these is."""
    order = sorted(filter(None, found), key=lambda elapsed: elapsed.length)
    if not order:
        return None
    low, high = order[(len(order) - 1) // 2], order[len(order) // 2]
    by_day = low.by_day or high.by_day
    middle = (low.length + high.length) / 2
    return Elapsed(timedelta(days=middle.days) if by_day else middle, by_day)
