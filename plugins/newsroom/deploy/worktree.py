"""Whether what is deployed is in git, and where all others can see it."""

from __future__ import annotations

from pathlib import Path

from ..model.problems import CommandError
from ..publish.programs import why
from .git import git

GO_ON = "or deploy with --allow-dirty"


def commit_of(project: Path, allow_dirty: bool) -> str:
    """Return the commit that a project stands at, in hex, with ``-dirty`` where files differ.

    Raises CommandError for what is not committed or not pushed, unless ``allow_dirty``.
    """
    head = git(project, "rev-parse", "--verify", "HEAD^{commit}")
    how = ("--name-only", "--relative", "-z", "--ignore-submodules=none")
    changed = git(project, "diff", *how, "HEAD")
    new = git(project, "ls-files", "-z", "--others", "--exclude-standard")
    commit = head.stdout.strip()
    names = sorted({*changed.stdout.split("\0"), *new.stdout.split("\0")} - {""})
    if allow_dirty:
        return f"{commit}-dirty" if commit and names else commit
    for done in (head, changed, new):
        if done.returncode:
            raise CommandError(
                f"there is no commit to deploy ({why(done)}): put the project into git, {GO_ON}"
            )
    if names:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        raise CommandError(
            f"not committed: {', '.join(names[:3])}{more}: commit what is to be public, {GO_ON}"
        )
    if not git(project, "for-each-ref", "--contains", "HEAD", "refs/remotes").stdout:
        raise CommandError(f"this commit is on no remote branch: push it, {GO_ON}")
    return commit
