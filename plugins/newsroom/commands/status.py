"""Show where every incident stands, for the people who answer it."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from ..language.words import Words
from ..model.incident import Incident
from .options import Given, command
from .project import Project, Result

WORDS = Words()  # commands speak English
HEADINGS = ("Incident", "State", "Age", "First statement", "Next update", "Open promises")


@command()
def status(project: Project, _given: Given) -> Result:
    """Show where every incident stands, open ones first."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 3, 0, 0))
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold")
    public = project.newsroom.public(project.now).by_id
    whole = project.newsroom.incidents
    newest = sorted(whole, key=lambda incident: incident.starts_at.at, reverse=True)
    for incident in sorted(newest, key=lambda one: not public.get(one.id, one).is_open):
        table.add_row(*_row(project, incident, public.get(incident.id)))
    return Result(table=table)


def _row(project: Project, whole: Incident, public: Incident | None) -> tuple[Text, ...]:
    """Return the cells of an incident, as the public knows it; its drafts are only counted."""
    zone, now, shown = project.settings.zone, project.now, public or whole
    state = WORDS.state(shown.state) if public else "Draft"
    if held_back := len(whole.thread) - (len(public.thread) if public else 0):
        state += f" (+{held_back} draft)"
    age = (shown.resolved_at or now) - shown.starts_at.at
    answered = shown.answered_after(zone) if public else None
    promised = shown.next_update
    update, is_late = WORDS.moment(promised) if promised else "", False
    if promised and public and promised.over(now):
        update, is_late = f"{update} OVERDUE", True
    open_ones = [item for _, item in shown.commitments if not item.kept]
    overdue = sum(bool(item.due and item.due < now.date()) for item in open_ones)
    promises = str(len(open_ones) or "") + (f" ({overdue} OVERDUE)" if overdue else "")
    return (
        Text.assemble(shown.name, "\n", (shown.id, "dim")),
        Text(state, "bold" if shown.is_open else "green"),
        Text(WORDS.length(max(age, age - age))),
        Text((WORDS.span(answered) if answered else "") if public else "not yet"),
        Text(update, "bold red" if is_late else ""),
        Text(promises, "bold red" if overdue else ""),
    )
