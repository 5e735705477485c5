"""Run git in one repository: nothing is asked, and no other repository counts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ..publish.programs import Done, run

# A hook of another repository, which may have started us, leaves more of these behind.
_MAY_STAY = (
    *("GIT_ALLOW", "GIT_ASKPASS", "GIT_AUTHOR", "GIT_COMMITTER", "GIT_CONFIG", "GIT_CURL"),
    *("GIT_EXEC", "GIT_HTTP", "GIT_PROTOCOL", "GIT_PROXY", "GIT_SSH", "GIT_SSL", "GIT_TRACE"),
)
# Its index may say what is not so, and file names are not to be quoted.
_USUAL = ("-c", "core.quotePath=false", "-c", "core.fsmonitor=false", "-c", "core.splitIndex=false")


def environment(own: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of git, in English and without a terminal, with ``own`` variables."""
    ours = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(_MAY_STAY)
    }
    return ours | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"} | dict(own or {})


def git(
    folder: Path, *arguments: str, given: str = "", own: Mapping[str, str] | None = None
) -> Done:
    """Run a command of git in a folder. ``own`` are more variables of its environment."""
    try:
        return run(["git", *_USUAL, *arguments], given, cwd=folder, env=environment(own))
    except FileNotFoundError:
        return Done(127, "", "git is not here: install it")
