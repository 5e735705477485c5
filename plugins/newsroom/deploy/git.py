"""Run git in one repository: nothing is asked, and no other repository counts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ..publish.programs import Done, run

# What a hook of another repository, which may have started us, leaves behind.
_OF_ANOTHER = {
    f"GIT_{name}"
    for name in (
        "ALTERNATE_OBJECT_DIRECTORIES COMMON_DIR DIR INDEX_FILE NAMESPACE OBJECT_DIRECTORY PREFIX"
        " QUARANTINE_PATH WORK_TREE"
    ).split()
}


def git(
    folder: Path,
    *arguments: str,
    given: str = "",
    own: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> Done:
    """Run a command of git in a folder. ``own`` are more variables of its environment."""
    kept = {name: text for name, text in os.environ.items() if name not in _OF_ANOTHER}
    env = kept | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"} | dict(own or {})
    command = ["git", "-c", "core.quotePath=false", *arguments]
    return run(command, given, cwd=folder, env=env, timeout=timeout)
