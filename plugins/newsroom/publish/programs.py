"""Programs of others: where they are, how they are run, and what they say."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..model.settings import SettingsError

Done = subprocess.CompletedProcess[str]


def place_of(name: str) -> str | None:
    """Return where a program is: beside Python, or on the path."""
    beside = Path(sys.executable).parent
    return shutil.which(name, path=str(beside)) or shutil.which(name)


def program(name: str) -> str:
    """Find a program that the extra ``publish`` brings. Raises SettingsError if there is none."""
    found = place_of(name)
    if not found:
        raise SettingsError(f"{name} is not here: run pip install 'pelican-newsroom[publish]'")
    return found


def run(
    command: Sequence[str],
    given: str = "",
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> Done:
    """Run a program to its end, whatever its exit code; 127 is that it is not there.

    After ``timeout`` seconds it is ended, with 124; so it has no terminal, where it would ask.
    """
    try:
        return subprocess.run(
            command,
            input=given,
            capture_output=True,
            cwd=cwd,
            env=env,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=timeout,
            start_new_session=timeout is not None,
        )
    except subprocess.TimeoutExpired:
        return Done(command, 124, "", f"no answer within {timeout:g} seconds")
    except FileNotFoundError:
        return Done(command, 127, "", f"{command[0]} is not here: install it")


def why(done: Done) -> str:
    """Return what a program that failed said, in one line."""
    said = done.stderr.strip() or done.stdout
    return " ".join(said.split()) or f"exit code {done.returncode}"
