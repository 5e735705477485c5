"""Check the content, build it with Pelican in this process, remove what builds have made."""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import signal
from pathlib import Path

from .options import Given, Option, command
from .project import Project, Result, count

FORMS = dict.fromkeys(("text", "json", "github"), "")
MADE = "output output.hosting preview .output.build .preview.build .newsroom .deploy-*.build"


@command(
    Option("format", "text, json or github", default="text", choices=FORMS, closed=True),
    Option("strict", "Fail on warnings as well as on errors", action="store_true"),
)
def check(project: Project, given: Given) -> Result:
    """List what is wrong in the content, without building."""
    form = (given["format"] and given.ask("format")) or "text"
    problems = project.checkup.problems
    warnings = sum(problem.is_warning for problem in problems)
    errors = len(problems) - warnings
    counted = f"{count(errors, 'error')}, {count(warnings, 'warning')}"
    notes = (counted,) if form == "text" else ()
    code = 1 if errors or (given["strict"] and warnings) else 0
    return Result(problems=problems, form=form, notes=notes, code=code)


@command(
    Option("output", "Where to write (default: output)"),
    Option("conf", "The settings (default: pelicanconf.py; for production publishconf.py)"),
    Option("search", "Make the search too (it needs Pagefind)", action="store_true"),
    Option("stock", "Make every page anew, as Pelican itself does", action="store_true"),
    Option("debug", "Show Pelican's log and tracebacks", action="store_true"),
)
def build(project: Project, given: Given) -> Result:
    """Check the content and build the newsroom."""
    used = Project(project.root / (given["conf"] or project.conf), project.chosen)
    output = Path(given["output"]).absolute() if given["output"] else project.output
    settings = {"NEWSROOM_SEARCH": True} if given["search"] else {}
    settings |= {"NEWSROOM_INCREMENTAL": False} if given["stock"] else {}
    return Result(code=run_pelican(used, output, bool(given["debug"]), **settings))


def run_pelican(project: Project, output: Path, debug: bool = False, **settings: bool | str) -> int:
    """Run Pelican once, with some settings besides those of the file; return its exit code.

    With ``debug``, Pelican's own log with tracebacks instead of one line each.
    """
    arguments = [str(project.content), "--settings", str(project.conf), "--fatal", "errors"]
    arguments += ["--output", str(output), *(["--debug"] if debug else [])]
    if project.content.parent != project.root:  # else the plugin finds it by itself
        settings["NEWSROOM_ROOT"] = str(project.root)
    chosen = [f"{name}={json.dumps(value)}" for name, value in settings.items()]
    arguments += ["--extra-settings", *chosen] if chosen else []
    from pelican import main

    from ..host.reports import OneLineHandler

    root = logging.getLogger()
    if not debug and not any(isinstance(handler, OneLineHandler) for handler in root.handlers):
        root.addHandler(OneLineHandler())  # before Pelican's, which is only set where there is none
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        with contextlib.chdir(project.root):  # settings of Pelican's name paths from there
            main(arguments)
    except SystemExit as exit:
        return int(exit.code or 0)
    finally:  # a build that failed has not put Ctrl-C back; a preview goes on after it
        signal.signal(signal.SIGINT, interrupt)
    return 0


@command()
def clean(project: Project, _given: Given) -> Result:
    """Remove what builds have made."""
    for pattern in MADE.split():
        for folder in project.root.glob(pattern):
            shutil.rmtree(folder, ignore_errors=True)
    (project.root / "output.manifest.json").unlink(missing_ok=True)
    return Result()
