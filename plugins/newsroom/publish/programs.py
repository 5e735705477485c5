"""Programs of others: where they are, and how they are run to their end."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from tempfile import TemporaryFile
from threading import Thread
from typing import IO

from ..model.problems import CommandError
from ..model.settings import SettingsError

MINUTES = 10  # so long may a program say nothing at all


@dataclass(frozen=True)
class Done:
    """What became of a program: its exit code, and all that it printed."""

    code: int
    printed: str
    errors: str


def program(name: str) -> str:
    """Find a program that the extra ``publish`` brings, in this environment or on ``PATH``.

    Raises SettingsError if there is none.
    """
    beside = Path(sys.executable).parent
    found = shutil.which(name, path=str(beside)) or shutil.which(name)
    if not found:
        raise SettingsError(f"{name} is not here: run pip install -e '.[publish]'")
    return found


def run(
    command: Sequence[str],
    given: str = "",
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    hears: Callable[[str], None] = lambda _line: None,
    minutes: float = MINUTES,
) -> Done:
    """Run a program to its end. ``hears`` is told each line that it prints, as it comes.

    Both pipes are read all the time: it never waits for us. Raises CommandError, having ended
    it, when it has said nothing for ``minutes``, and FileNotFoundError if it is not there.
    """
    with TemporaryFile() as stdin:
        stdin.write(given.encode())
        stdin.seek(0)
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=env,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
    assert process.stdout
    assert process.stderr
    said: SimpleQueue[tuple[IO[str], str]] = SimpleQueue()
    lines: dict[IO[str], list[str]] = {process.stdout: [], process.stderr: []}
    for pipe in lines:
        Thread(target=_listen, args=(pipe, said), daemon=True).start()
    try:
        open_pipes = len(lines)
        while open_pipes:
            pipe, line = said.get(timeout=minutes * 60)
            lines[pipe].append(line)
            if line:
                hears(line)
            else:
                open_pipes -= 1
        code = process.wait(minutes * 60)
    except (Empty, subprocess.TimeoutExpired):
        name = Path(command[0]).name
        raise CommandError(
            f"{name} has said nothing for {minutes:g} minutes and was ended: run it again"
        ) from None
    finally:
        process.kill()  # does nothing to one that has ended
        process.wait()
    return Done(code, *("".join(found) for found in lines.values()))


def _listen(pipe: IO[str], said: SimpleQueue[tuple[IO[str], str]]) -> None:
    """Hand on each line, and an empty one at the end."""
    with pipe:
        for line in pipe:
            said.put((pipe, line))
    said.put((pipe, ""))
