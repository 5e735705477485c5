"""A command, run and measured: how long it takes, and what memory all its processes hold."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from threading import Event, Thread

PROC = Path("/proc")
EVERY = 0.05  # seconds between two looks at the memory
SHARE = 20  # a look may take one part in so many of the time: it holds the process up a little


class FailedError(Exception):
    """A command that was to be measured went wrong."""


@dataclass(frozen=True)
class Run:
    """One run: seconds on the wall clock, and the most memory at one moment, in bytes.

    The memory is None where the system does not say. ``work`` is the time of all cores together:
    on a machine that has other things to do as well, it tells more than the clock.
    """

    seconds: float
    memory: int | None
    work: float = 0.0


@dataclass(frozen=True)
class Figure:
    """The runs of one kind of work."""

    runs: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        """The median time."""
        return median(run.seconds for run in self.runs)

    @property
    def spread(self) -> tuple[float, float]:
        """The shortest and the longest time."""
        times = [run.seconds for run in self.runs]
        return min(times), max(times)

    @property
    def memory(self) -> float | None:
        """The median of the peaks."""
        peaks = [run.memory for run in self.runs if run.memory is not None]
        return median(peaks) if peaks else None

    @property
    def most_memory(self) -> int | None:
        """The highest of the peaks."""
        return max((run.memory for run in self.runs if run.memory is not None), default=None)


def measure(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
    """Run a command in a folder, with some more environment, and measure it.

    Raises FailedError, with the end of what it printed, if it fails.
    """
    os.sync()  # what was written before is not to be paid for now
    with TemporaryFile("w+", encoding="utf-8") as said:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        watch = Watch(process.pid)
        watch.start()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        memory = watch.finish()
        if process.returncode:
            said.seek(0)
            what = f"{' '.join(command)}: exit code {process.returncode}"
            raise FailedError(f"{what}\n{said.read()[-3000:]}")
    return Run(seconds, memory, used.ru_utime + used.ru_stime)


class Watch(Thread):
    """Looks at the memory of a process and all that it has started, until told to finish.

    It counts proportional shares (PSS): what forked workers have in common counts once.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.peak = 0
        self._done = Event()

    def run(self) -> None:
        """Look now and then. Slow looks, at much memory, are rarer."""
        pause = 0.0
        while not self._done.wait(pause):
            begin = time.thread_time()  # that it has to wait for the processor holds nothing up
            self.peak = max(self.peak, sum(memory_of(pid) for pid in family(self.pid)))
            pause = max(EVERY, (time.thread_time() - begin) * SHARE)

    def finish(self) -> int | None:
        """Stop looking; returns the most that was seen."""
        self._done.set()
        self.join()
        return self.peak or None


def family(pid: int) -> list[int]:
    """A process and all that it has started, as far as they are still there."""
    found = [pid]
    for parent in found:  # it grows on the way
        for task in _quietly_listed(PROC / str(parent) / "task"):
            found += [int(child) for child in _quietly_read(task / "children").split()]
    return found


def memory_of(pid: int) -> int:
    """The proportional share of memory of one process, in bytes; 0 if it is gone."""
    for line in _quietly_read(PROC / str(pid) / "smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _quietly_read(file: Path) -> str:
    """A file of a process that may end at any moment."""
    try:
        return file.read_text()
    except OSError:
        return ""


def _quietly_listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
