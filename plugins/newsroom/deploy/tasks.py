"""The tasks that take the newsroom to its readers, for ``tasks.py``. Thin, like those there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from invoke import Context, Exit, task

from .. import command
from ..commands.asking import asked
from ..commands.plainly import said_plainly
from ..commands.typed import Asking
from ..model.problems import one_of
from ..progress import Progress

if TYPE_CHECKING:
    from .operations import Project


@task
def publish(_c: Context) -> None:
    """Build for the public into output/: checked, guarded, compressed and listed."""
    from .operations import Project
    from .operations import publish as publish_site
    from .talk import count

    with said_plainly():
        manifest = publish_site(Project.at(_conf()))
        print(f"output/ is ready: {count(len(manifest.files), 'file')}, in output.manifest.json")


@task(
    klass=Asking,
    positional=["target"],
    help={
        "target": "One of NEWSROOM_TARGETS: see docs/deploying.md",
        "allow-dirty": "Deploy what is not committed or not pushed",
        "dry-run": "Publish, and show what would be sent",
    },
)
def deploy(_c: Context, target: str = "", allow_dirty: bool = False, dry_run: bool = False) -> None:
    """Publish, and bring what changed to where readers are."""
    from ..commands.terminal import say
    from . import operations, talk

    with said_plainly():
        project = operations.Project.at(_conf())
        target = _target(project, target)
        there = project.target(target)
        say(f"note: {limit}" for limit in there.target.limits)
        done = operations.deploy(
            project,
            target,
            Progress(),
            lambda delivery: say(talk.plan_lines(delivery, whole=dry_run)),
            allow_dirty,
            dry_run,
        )
        say(talk.summary(done, there, dry_run))
        say(talk.held_back_lines(operations.held_back(project), project, target))


@task(klass=Asking, positional=["target"], help={"target": "One of NEWSROOM_TARGETS"})
def releases(_c: Context, target: str = "") -> None:
    """List what has been deployed to a target, the live release first."""
    from ..commands.terminal import say
    from . import operations, talk

    with said_plainly():
        project = operations.Project.at(_conf())
        found = operations.releases(project, _target(project, target))
        say(talk.release_lines(found))


@task(
    klass=Asking,
    positional=["target"],
    help={
        "target": "One of NEWSROOM_TARGETS",
        "release": "The beginning of its name (default: the one before the live one)",
    },
)
def rollback(_c: Context, target: str = "", release: str = "") -> None:
    """Bring an earlier release back, to the byte; never what was withdrawn or covered since."""
    from ..commands.terminal import say
    from . import operations, talk

    with said_plainly():
        project = operations.Project.at(_conf())
        target = _target(project, target)
        there = project.target(target)
        done = operations.rollback(
            project,
            target,
            release,
            Progress(),
            lambda delivery: say(talk.plan_lines(delivery, whole=False)),
        )
        say(talk.summary(done, there))


@task(klass=Asking, positional=["target"], help={"target": "One of NEWSROOM_TARGETS"})
def announce(_c: Context, target: str = "") -> None:
    """Tell once more what the live release has changed: after a deploy that could not."""
    from ..commands.terminal import say
    from . import operations, talk

    with said_plainly():
        project = operations.Project.at(_conf())
        told = operations.tell_again(project, _target(project, target))
        say(talk.told_lines(told))
    if not all(item.ok for item in told):
        raise Exit(code=1)


@task(
    klass=Asking,
    positional=["where"],
    help={
        "where": "The address of the live site, or the name of a target",
        "target": "Compare an address with what was deployed there (default: the last publish)",
    },
)
def verify(_c: Context, where: str = "", target: str = "") -> None:
    """Fetch the live site and say what is missing, stale or foreign."""
    from . import operations, talk

    with said_plainly():
        project, progress = operations.Project.at(_conf()), Progress()
        known = filter(None, (*project.settings.targets, project.settings.site_url))
        where = asked("WHERE", "Which site? Its address, or a target", where, tuple(known))
        url = where if ":" in where else ""
        base, found = operations.verify_live(
            project,
            target or ("" if url else where),
            url,
            lambda done, whole: progress("fetched", done, whole),
        )
        for difference in found:
            print(f"{difference.kind}: {difference.message}")
        print(f"{base}: {talk.count(sum(one.files for one in found), 'difference')}")
    if found:
        raise Exit(code=1)


@task(
    klass=Asking,
    help={
        "format": "text, json, epoch, cron, at or systemd",
        "since": "From when on to look, such as 2026-03-11T09:20 (default: now)",
        "target": "Since the build that is live there",
        "check": "Only say whether the moment has come: exit code 0 if so, 3 if not",
    },
)
def due(
    _c: Context, format: str = "text", since: str = "", target: str = "", check: bool = False
) -> None:
    """Name the next moment at which time alone changes the newsroom."""
    from ..commands.due import due_text, is_due
    from . import operations

    with said_plainly():
        project = operations.Project.at(_conf())
        found = operations.due(project, target, since)
        if not check:
            print(due_text(found, format).rstrip("\n"))
            return
        come = is_due(found, project.now)
    print("due" if come else "not due")
    if not come:
        raise Exit(code=3)


def _conf() -> Path:
    """The production settings."""
    return command.project_file("publishconf.py")


def _target(project: Project, given: str) -> str:
    """A target: as given, else one of those that are declared."""
    names = tuple(project.settings.targets)
    there = f" (there are: {one_of(names)})" if names else ""
    return asked("TARGET", f"Which target?{there}", given, names)
