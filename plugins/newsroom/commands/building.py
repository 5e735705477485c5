"""Build the newsroom with Pelican, in this process, and remove what builds have made."""

from __future__ import annotations

import json
import logging
import shutil
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .options import ContentOptions, Options, command, flag, option
from .project import Project
from .results import Result

MADE = (
    "output",
    "output.hosting",
    "preview",
    ".output.build",
    ".preview.build",
    ".newsroom",
    ".deploy-*.build",
)


@dataclass(frozen=True)
class BuildOptions(ContentOptions):
    """Of a build."""

    output: str = option("Where to write (default: output)")
    conf: str = option("The settings (default: pelicanconf.py; for production publishconf.py)")
    search: bool = flag("Make the search too (it needs Pagefind)")
    stock: bool = flag("Make every page anew, one after another, as Pelican itself does")
    verbose: bool = flag("Name the pages that were made anew, and those that no build can keep")
    debug: bool = flag("Show Pelican's log and tracebacks")


@command(BuildOptions)
def build(project: Project, given: BuildOptions) -> Result:
    """Check the content and build the newsroom."""
    used = Project(project.root / (given.conf or project.conf), given.content, project.asker)
    output = Path(given.output).absolute() if given.output else project.output
    code = run_pelican(used, output, given.debug, search=given.search, stock=given.stock)
    report = {} if code or given.stock else last_build(used)
    notes = tuple(rendered(report)) if given.verbose and not code else ()
    return Result(notes=notes, code=code)


def run_pelican(
    project: Project,
    output: Path,
    debug: bool = False,
    *,
    drafts: bool = False,
    search: bool = False,
    publish: bool = False,
    meta_policy: bool = False,
    stock: bool = False,
) -> int:
    """Run Pelican once; return its exit code.

    With ``stock``, all is built as Pelican itself does it, without what is kept. With
    ``search``, also the search and its index. With ``publish``, the site is also guarded, its
    links checked, compressed and listed; with ``meta_policy`` pages say themselves what a host
    does not say in headers. With ``debug``, Pelican's own log with tracebacks instead of one
    line each.
    """
    arguments = [str(project.folder), "--settings", str(project.conf), "--fatal", "errors"]
    arguments += ["--output", str(output)]
    switches = {
        "NEWSROOM_DRAFTS": drafts,
        "NEWSROOM_SEARCH": search or publish,
        "NEWSROOM_PUBLISH": publish,
        "NEWSROOM_META_POLICY": meta_policy,
    }
    chosen = [f"{name}={json.dumps(True)}" for name, on in switches.items() if on]
    chosen += ["NEWSROOM_INCREMENTAL=false"] if stock else []
    arguments += ["--extra-settings", *chosen] if chosen else []
    arguments += ["--debug"] if debug else []
    from pelican import main

    from ..host.reports import OneLineHandler

    root = logging.getLogger()
    if not debug and not any(isinstance(handler, OneLineHandler) for handler in root.handlers):
        root.addHandler(OneLineHandler())  # before Pelican's, which is only set where there is none
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        main(arguments)
    except SystemExit as exit:
        return int(exit.code or 0)
    finally:  # a build that failed has not put Ctrl-C back; a preview goes on after it
        signal.signal(signal.SIGINT, interrupt)
    return 0


def last_build(project: Project) -> dict[str, Any]:
    """Read the report of the last build; empty if there is none."""
    try:
        report = project.folder.parent / ".newsroom/last.json"
        found: dict[str, Any] = json.loads(report.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def rendered(report: Mapping[str, Any]) -> Iterator[str]:
    """Name each page that was made anew, and why where it is made anew every time."""
    always: Mapping[str, str] = report.get("always", {})
    if report.get("because"):
        yield f"every page was made: {report['because']}"
    for path in report.get("rendered", ()):
        yield f"{path}: in every build, because {always[path]}" if path in always else path
    yield f"{len(report.get('rendered', ())):,} made anew, {report.get('kept', 0):,} kept"


@command(Options)
def clean(project: Project, _given: Options) -> Result:
    """Remove what builds have made."""
    for pattern in MADE:
        for folder in project.root.glob(pattern):
            shutil.rmtree(folder, ignore_errors=True)
    (project.root / "output.manifest.json").unlink(missing_ok=True)
    return Result()
