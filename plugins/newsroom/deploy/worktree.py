"""Whether what is deployed is in git, and where all others can see it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ..model.problems import CommandError

GO_ON = "or deploy with --allow-dirty"


def commit_of(project: Path) -> str:
    """The commit that the project stands at, in hex; empty if it is not in git.

    It ends in ``-dirty`` where files have been changed since.
    """
    described = ("--always", "--dirty", "--abbrev=40", "--exclude=*")
    code, said = _git(project, "describe", *described)
    return "" if code else said


def refuse_dirty(project: Path) -> None:
    """Raises CommandError unless all that is deployed is committed and pushed."""
    code, changes = _git(project, "status", "--porcelain")
    if code or not commit_of(project):
        raise CommandError(f"there is no commit to deploy: put the project into git, {GO_ON}")
    if changes:
        names = [line[3:] for line in changes.splitlines()]
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        raise CommandError(
            f"not committed: {', '.join(names[:3])}{more}: commit what is to be public, {GO_ON}"
        )
    code, holding = _git(project, "branch", "--remotes", "--contains", "HEAD")
    if code or not holding:
        raise CommandError(f"this commit is on no remote branch: push it, {GO_ON}")


def _git(project: Path, *arguments: str) -> tuple[int, str]:
    try:
        done = subprocess.run(
            ["git", "-c", "core.quotePath=false", *arguments],
            cwd=project,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except FileNotFoundError:
        return 1, ""
    return done.returncode, done.stdout.rstrip("\n")
