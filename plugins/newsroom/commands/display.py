"""Print what commands did: the one place that writes to the terminal."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.markdown import Markdown

from ..deploy.git import git
from ..model.problems import Problem
from ..reading.signature_files import source_of
from .project import Project, Result


def show(project: Project, result: Result, program: str, is_editor_wanted: bool) -> None:
    """Print a result; open the draft in the editor; say which commands of ``program`` come next."""
    show_problems(result.problems, result.form)
    console = Console(highlight=False, markup=False, emoji=False)
    if result.page and console.is_terminal:
        os.environ.setdefault("LESS", "-FRX")  # colours, and no waiting for what fits
        # A link within the page leads nowhere here; one to another says what to type for it.
        page = re.sub(r"\[([^]]+)]\(#[^)]*\)", r"\1", result.page)
        page = re.sub(r"]\((?:\.\./)?([\w-]+)\.md[^)]*\)", r"](\1)", page)
        with console.pager(styles=True):
            console.print(Markdown(page, hyperlinks=False))
    elif result.page:
        console.print(result.page, soft_wrap=True, end="")
    if result.table:
        if not console.is_terminal:  # nothing says how wide it is
            console.width = 160
        console.print(result.table)
    files = [f"{file.did:<9}{project.shown(file.path)}{file.remark}" for file in result.files]
    say((*files, *result.notes))
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if result.draft and editor and is_editor_wanted:
        subprocess.run([*shlex.split(editor), str(result.draft)], check=False)
    say(_next_steps(project, result, program))


def say(lines: Iterable[str]) -> None:
    """Print lines; warnings on standard error."""
    for line in lines:
        print(line, file=sys.stderr if line.startswith("warning: ") else sys.stdout, flush=True)


def show_problems(problems: Iterable[Problem], form: str = "text") -> None:
    """Print problems on standard error, or on standard output in a form for machines."""
    if form == "json":
        print(json.dumps([asdict(problem) for problem in problems], indent=2))
        return
    for problem in problems:
        if form == "github":
            print(_annotation(problem))
        else:
            print(problem, file=sys.stderr, flush=True)


def _annotation(problem: Problem) -> str:
    """Write a workflow command of GitHub Actions, escaped as its documentation says."""
    path, rule, message = map(_escaped, (problem.path, problem.rule, problem.message))
    path, rule = (text.replace(":", "%3A").replace(",", "%2C") for text in (path, rule))
    return f"::{problem.severity} file={path},line={problem.line},title={rule}::{message}"


def _escaped(text: str) -> str:
    plain = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return plain.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _next_steps(project: Project, result: Result, program: str) -> list[str]:
    """Return the lines that end a command: how what it made, if anything, comes to readers."""
    ours = [file for file in result.files if file.path.is_relative_to(project.content)]
    if all(file.did == "kept" for file in ours):
        return []
    steps = [""]
    if result.draft:
        by = " --by NAME" if project.settings.require_approval else ""
        by += " --sign" if project.settings.require_signatures else ""
        content = f" --content={shlex.quote(project.chosen)}" if project.chosen else ""
        shown = project.shown(result.draft)
        steps.append(f"Write    {shown}: fill in what stands in [[double brackets]].")
        steps.append(f"See      {program} serve{content}")
        steps.append(f"Approve  {program} approve {as_argument(result.draft)}{by}{content}")
    elif result.then:
        steps.append(f"Go on    {program} {result.then}")
    # An incident's folder goes into git as a whole, with what earlier commands made in it.
    incidents = project.content / "incidents"
    paths = [file.path for file in ours]
    sources = (Path(source) for path in paths if (source := source_of(str(path))))
    paths = [path.parent if path.is_relative_to(incidents) else path for path in (*sources, *paths)]
    # So does a profile that an earlier command, or a run that was stopped, has made.
    listing = ("ls-files", "-z", "--others", "--exclude-standard", "authors")
    new = git(project.content, *listing).stdout.split("\0")
    paths += [project.content / name for name in new if name]
    added = " ".join(dict.fromkeys(map(as_argument, paths)))
    last = ours[-1].path
    about = shlex.quote(f"Newsroom: {last.parent.name}/{last.name.partition('.')[0]}")
    steps.append(f"Commit   git add {added} && git commit -m {about} && git push")
    if not result.then:
        usual = "as you always do, or: " if project.settings.is_guest else ""
        steps.append(f"Publish  {usual}{program} deploy")
    return steps


def as_argument(file: Path) -> str:
    """Return a file as seen from here, quoted for a shell."""
    return shlex.quote(os.path.relpath(file))
