"""Show where every incident stands, for the people who answer it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..language.words import Words
from ..model.incident import Incident
from ..model.newsroom import Newsroom
from ..model.settings import Settings
from .options import ContentOptions, command
from .project import Project
from .results import Cell, Result, Sheet

WORDS = Words()  # commands speak English


@command(ContentOptions)
def status(project: Project, _given: ContentOptions) -> Result:
    """Show where every incident stands."""
    found = standings(project.newsroom, project.settings, project.now)
    headings = ("Incident", "State", "Age", "First statement", "Next update", "Open promises")
    return Result(sheet=Sheet(headings, tuple(map(_row, found))))


def _row(item: Standing) -> tuple[Cell, ...]:
    state = f"{item.state} (+{item.held_back} draft)" if item.held_back else item.state
    promises = str(item.open_commitments or "")
    if item.late_commitments:
        promises += f" ({item.late_commitments} OVERDUE)"
    update = (f"{item.next_update} OVERDUE", "bold red") if item.late else (item.next_update, "")
    return (
        ((item.name, ""), ("\n", ""), (item.id, "dim")),
        ((state, "bold" if item.is_open else "green"),),
        ((item.age, ""),),
        ((item.first_statement, ""),),
        (update,),
        ((promises, "bold red" if item.late_commitments else ""),),
    )


@dataclass(frozen=True)
class Standing:
    """One incident in words. ``late`` marks a promise that was not kept in time."""

    id: str
    name: str
    state: str
    is_open: bool
    age: str
    first_statement: str
    next_update: str
    late: bool
    open_commitments: int
    late_commitments: int
    held_back: int


def standings(newsroom: Newsroom, settings: Settings, now: datetime) -> tuple[Standing, ...]:
    """Return the incidents, open ones first, the newest of them first; drafts are only counted."""
    public = newsroom.public(now)
    found = [
        _standing(public.by_id.get(incident.id), incident, settings, now)
        for incident in sorted(newsroom.incidents, key=lambda item: item.starts_at.at, reverse=True)
    ]
    return tuple(sorted(found, key=lambda standing: not standing.is_open))


def _standing(
    public: Incident | None, whole: Incident, settings: Settings, now: datetime
) -> Standing:
    shown = public or whole
    promised = shown.next_update
    today = now.astimezone(settings.zone).date()
    open_ones = [item for _, item in shown.commitments if not item.kept]
    return Standing(
        id=shown.id,
        name=shown.name,
        state=WORDS.state(shown.state) if public else "Draft",
        is_open=shown.is_open,
        age=_age(shown, now),
        first_statement=_first(shown, settings) if public else "not yet",
        next_update=WORDS.moment(promised) if promised else "",
        late=bool(promised and promised.over(now) and public),
        open_commitments=len(open_ones),
        late_commitments=sum(bool(item.due and item.due < today) for item in open_ones),
        held_back=len(whole.thread) - (len(public.thread) if public else 0),
    )


def _age(incident: Incident, now: datetime) -> str:
    end = incident.resolved_at or now
    return WORDS.length(max(end - incident.starts_at.at, end - end))


def _first(incident: Incident, settings: Settings) -> str:
    found = incident.answered_after(settings.zone)
    return WORDS.span(found) if found else ""
