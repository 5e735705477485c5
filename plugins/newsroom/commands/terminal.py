"""What people see: tables and problems, in colour only where there is a terminal.

rich decides about colour, and honours ``NO_COLOR`` (no-color.org).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..model.problems import Problem
from .formats import formatted
from .scaffold import StatementTemplate
from .status import Standing


def show_problems(problems: Iterable[Problem], form: str = "text") -> None:
    """Problems on standard error, or on standard output in a form for machines.

    Raises ValueError for an unknown form.
    """
    if form != "text":
        sys.stdout.write(formatted(problems, form))
        return
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    for problem in problems:
        line = Text(str(problem))
        end = len(problem.place)
        line.stylize("bold", 0, end)
        line.stylize("yellow" if problem.is_warning else "red", end, end + 9)
        line.stylize("dim", len(line) - len(problem.rule) - 2)
        console.print(line, soft_wrap=True)


def show_status(standings: Iterable[Standing]) -> None:
    """A table of the incidents."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 3, 0, 0))
    for heading in ("Incident", "State", "Age", "First statement", "Next update", "Open promises"):
        table.add_column(heading, overflow="fold")
    for item in standings:
        late = Text(f"{item.next_update} OVERDUE", "bold red")
        promises = str(item.open_commitments or "")
        if item.late_commitments:
            promises += f" ({item.late_commitments} OVERDUE)"
        state = f"{item.state} (+{item.held_back} draft)" if item.held_back else item.state
        table.add_row(
            Text.assemble(item.name, "\n", (item.id, "dim")),
            Text(state, "bold" if item.is_open else "green"),
            item.age,
            item.first_statement,
            late if item.late else item.next_update,
            Text(promises, "bold red" if item.late_commitments else ""),
        )
    _console().print(table)


def show_templates(templates: Iterable[StatementTemplate]) -> None:
    """The holding statements to choose from."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 3, 0, 0))
    table.add_column("Template")
    table.add_column("For", overflow="fold")
    for template in templates:
        table.add_row(template.name, template.about)
    _console().print(table)


def say(lines: Iterable[str]) -> None:
    """What a command did, one line each; warnings on standard error."""
    for line in lines:
        console = Console(
            stderr=line.startswith("warning: "), highlight=False, soft_wrap=True, markup=False
        )
        console.print(line, style="yellow" if line.startswith("warning: ") else None)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say on a terminal that something takes a while; elsewhere say nothing."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield


def _console() -> Console:
    """Wide enough for a table where no terminal says how wide it is."""
    console = Console(highlight=False, markup=False)
    return console if console.is_terminal else Console(width=160, highlight=False, markup=False)
