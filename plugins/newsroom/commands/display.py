"""Print what commands did: the one place that writes to the terminal.

rich decides about colour, and honours ``NO_COLOR`` (no-color.org).
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..model.problems import Problem
from .project import Project
from .results import Result, Sheet

PROGRAM = "invoke"
_COMMANDS = re.compile(r"\binvoke(?= [a-z-])")


def show(project: Project, result: Result, no_editor: bool = False) -> None:
    """Print a result; open the draft in the editor; say which commands come next."""
    show_problems(result.problems, result.form)
    if result.sheet:
        show_sheet(result.sheet)
    files = [f"{file.did:<9}{project.shown(file.path)}{file.remark}" for file in result.files]
    say((*files, *result.notes))
    if result.draft and not no_editor:
        _open_editor(project, result.draft)
    if result.files:
        say(next_steps(project, result))


def say(lines: Iterable[str]) -> None:
    """Print lines; warnings on standard error. Commands are named as they are typed here."""
    for line in lines:
        said = _COMMANDS.sub(PROGRAM, line)
        if line.startswith("warning: "):
            Console(stderr=True).print(Text(said, "yellow"), soft_wrap=True)
        else:
            print(said, flush=True)


def complain(message: str) -> None:
    """Print what ends a command, on standard error."""
    print(_COMMANDS.sub(PROGRAM, message), file=sys.stderr)


def show_problems(problems: Iterable[Problem], form: str = "text") -> None:
    """Print problems on standard error, or on standard output in a form for machines."""
    if form == "json":
        print(json.dumps([_record(problem) for problem in problems], indent=2))
    elif form == "github":
        for problem in problems:
            print(_annotation(problem))
    else:
        console = Console(stderr=True, soft_wrap=True, highlight=False)
        for problem in problems:
            line = Text(str(problem))
            end = len(problem.place)
            line.stylize("bold", 0, end)
            line.stylize("yellow" if problem.is_warning else "red", end, end + 9)
            line.stylize("dim", len(line) - len(problem.rule) - 2)
            console.print(line, soft_wrap=True)


def _record(problem: Problem) -> dict[str, str | int]:
    return {
        "path": problem.path,
        "line": problem.line,
        "severity": problem.severity.value,
        "rule": problem.rule,
        "message": problem.message,
    }


def _annotation(problem: Problem) -> str:
    """Write a workflow command of GitHub Actions, escaped as its documentation says."""
    record = {key: _escaped(str(value)) for key, value in _record(problem).items()}
    path, rule = (record[key].replace(":", "%3A").replace(",", "%2C") for key in ("path", "rule"))
    place = f"file={path},line={problem.line},title={rule}"
    return f"::{record['severity']} {place}::{record['message']}"


def _escaped(text: str) -> str:
    plain = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return plain.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def show_sheet(sheet: Sheet) -> None:
    """Print a table, wide where no terminal says how wide it is."""
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 3, 0, 0))
    for heading in sheet.headings:
        table.add_column(heading, overflow="fold")
    for row in sheet.rows:
        table.add_row(*(Text.assemble(*cell) for cell in row))
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = 160
    console.print(table)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say on a terminal that something takes a while; elsewhere say nothing."""
    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        with console.status(what):
            yield
    else:
        yield


def _open_editor(project: Project, draft: Path) -> None:
    """Open a file in ``$VISUAL`` or ``$EDITOR``, if a person and one of them are there."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if project.asker.interactive and editor:
        subprocess.run([*shlex.split(editor), str(draft)], check=False)


def next_steps(project: Project, result: Result) -> list[str]:
    """Return the lines that end a command: how what it made comes to its readers.

    A result of nothing but what was there already has none.
    """
    ours = [file for file in result.files if file.path.is_relative_to(project.content)]
    if all(file.did == "kept" for file in ours):
        return []
    steps: list[tuple[str, str]] = []
    if result.draft:
        by = " --by NAME" if project.settings.require_approval else ""
        option = f" --content={shlex.quote(project.chosen)}" if project.chosen else ""
        shown = project.shown(result.draft)
        steps += [
            ("Write", f"{shown}: fill in what stands in [[double brackets]]."),
            ("See", f"invoke serve{option}"),
            ("Approve", f"invoke approve {as_argument(result.draft)}{by}{option}"),
        ]
    elif result.then:
        steps.append(("Go on", result.then))
    files = _not_in_git(project.content, [*(file.path for file in ours), *result.goes_along])
    last = ours[-1].path
    about = shlex.quote(f"Newsroom: {last.parent.name}/{last.name.partition('.')[0]}")
    added = f"git add {' '.join(map(as_argument, files))} && " if files else ""
    steps.append(("Commit", f"{added}git commit -m {about} && git push"))
    if not result.then:
        steps.append(("Publish", "invoke deploy"))
    return ["", *(f"{what:<9}{how}" for what, how in steps)]


def _not_in_git(folder: Path, files: Sequence[Path]) -> list[Path]:
    """Return those files of a folder that git has not as they are; all where there is no git."""
    names = [os.path.relpath(file, folder) for file in dict.fromkeys(files)]
    listing = ["ls-files", "--modified", "--others", "--exclude-standard", "-z", "--", *names]
    command = ["git", "--literal-pathspecs", "-C", str(folder), *listing]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        return list(dict.fromkeys(files))
    changed = set(os.fsdecode(listed).split("\0"))
    return [folder / name for name in names if name in changed]


def as_argument(file: Path) -> str:
    """Return a file as seen from here, quoted for a shell."""
    return shlex.quote(os.path.relpath(file))
