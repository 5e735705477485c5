"""One build: what the last one made, what this one makes anew, and what it keeps.

What is made is a unit: some files of the output that are made together, of the same inputs. It
stays as it is if it was made of the same inputs and its files hold the bytes that were written.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..files import write_whole
from .cache import FOLDER, Cache, Row
from .digests import of_file, of_texts
from .stage import Stage
from .workers import noise, share

LAST = "last.json"
WHOLE = ("about", "whole")
Work = Callable[[], Iterable[str]]
"""It writes files below the stage, and gives their paths there."""


class TwiceError(RuntimeError):
    """Two pages have one place."""


@dataclass
class Build:
    """What one run knows of the last.

    ``because`` is why nothing can be kept, empty if it can. ``made`` and ``kept`` are units.
    """

    stage: Stage
    cache: Cache
    key: str = ""
    because: str = ""
    kept: set[str] = field(default_factory=set)
    seconds: dict[str, float] = field(default_factory=dict)
    always: dict[str, str] = field(default_factory=dict)
    _before: dict[str, list[Row]] = field(default_factory=dict)
    _waiting: dict[str, tuple[str, Work]] = field(default_factory=dict)
    _made: list[tuple[str, str, str, str]] = field(default_factory=list)
    _whole: str = ""
    _marked: float = field(default_factory=lambda: time.perf_counter() - since_start())

    @classmethod
    def of(cls, content: Path, stage: Stage) -> Build:
        """Find what is kept for a content folder and an output folder, wherever both lie."""
        home = content.parent.absolute()
        place = os.path.relpath(stage.output, home)
        name = f"{stage.output.name}-{of_texts([place])[:8]}.sqlite3"
        return cls(stage, Cache(home / FOLDER / name))

    def begin(self, fingerprint: str, because: str = "") -> None:
        """Empty the stage, and read what the last build left. Raises StageError."""
        self.mark("start, import and settings")
        self.stage.begin()
        self.key, self.because, self._whole = fingerprint, because, ""
        for each in (self.kept, self.always, self._before, self._waiting, self._made):
            each.clear()
        if fingerprint:
            self.cache.begin(fingerprint)
        for row in self.cache.outputs() if fingerprint else ():
            self._before.setdefault(row[1], []).append(row)
        self.mark("what the last build left")

    def keeps(self, inputs: str, *units: str) -> bool:
        """Keep units that were all made of the same inputs, and whose files are as they were."""
        if self.because or not inputs:
            return False
        for unit in units:
            rows = self._before.get(unit)
            if not rows or rows[0][2] != inputs or not all(map(self._is_there, rows)):
                return False
        for unit in units:
            self._keep(unit)
        return True

    def keeps_all(self, inputs: str) -> bool:
        """Keep every unit, if all of them together were made of these inputs."""
        self._whole = "" if self.because else inputs
        rows = [row for rows in self._before.values() for row in rows]
        if not self._whole or self.cache.get(*WHOLE) != self._whole.encode():
            return False
        if not all(row[2] for row in rows) or not all(map(self._is_there, rows)):
            return False
        for unit in self._before:
            self._keep(unit)
        return True

    def _keep(self, unit: str) -> None:
        self.kept.add(unit)
        self.stage.kept.update(row[0] for row in self._before[unit])

    def _is_there(self, row: Row) -> bool:
        """Whether a file of the output has the bytes that were written; a stat is a shortcut."""
        file = f"{self.stage.output}/{row[0]}"
        now = stat_of(file)
        return bool(now) and (now == row[4] or of_file(Path(file)) == row[3])

    def make(self, unit: str, inputs: str, work: Work) -> None:
        """Keep a unit or have it made: at once, if nothing is kept, else by ``make_all``.

        With no inputs, it is made in every build. Raises TwiceError.
        """
        if self.because:
            self._note(unit, "", list(work()))
        elif unit in self._waiting or unit in self.kept:
            raise TwiceError(f"two pages would be {unit}")
        elif not self.keeps(inputs, unit):
            self._waiting[unit] = (inputs, work)

    def make_all(self) -> None:
        """Make what waits, shared among processes. Raises TwiceError."""
        self.mark("decide what to make")
        waiting, self._waiting = list(self._waiting.items()), {}

        def made(number: int) -> list[tuple[str, str]]:
            return [(path, of_file(self.stage.folder / path)) for path in waiting[number][1][1]()]

        done = share(len(waiting), made)
        for number, (unit, (inputs, _)) in enumerate(waiting):
            with noise() as heard:
                files = done[number] if number in done else made(number)
            said = "" if heard.count else inputs  # what it warned of must be said next time, too
            self._made += [(path, unit, said, digest) for path, digest in files]
        paths = [path for path, *_ in self._made]
        if len({*paths}) < len(paths):
            twice = next(path for path in paths if paths.count(path) > 1)
            raise TwiceError(f"two pages would be {twice}")
        self.mark("make")

    def _note(self, unit: str, inputs: str, paths: Sequence[str]) -> None:
        self._made += [(path, unit, inputs, "") for path in paths]

    def write(self, path: str, data: bytes) -> str:
        """Write a file below the stage, and return its path there."""
        file = self.stage.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return path

    def commit(self) -> None:
        """Put all in place, and keep what is known of it for the next build."""
        staged = self.stage.commit()
        if self.key and not self.because:
            self._keep_record()
        self.mark("commit")
        self._report(staged)
        self.cache.close()
        self.stage.release()

    def _keep_record(self) -> None:
        place = self.stage.output
        rows = [
            (path, unit, inputs, digest, stat_of(f"{place}/{path}"))
            for path, unit, inputs, digest in self._made
        ]
        for unit in self.kept:  # copied meanwhile, or restored: the shortcut is another now
            for path, _, inputs, digest, known in self._before[unit]:
                if (now := stat_of(f"{place}/{path}")) != known:
                    rows.append((path, unit, inputs, digest, now))
        before = {row[0] for unit, found in self._before.items() for row in found}
        now_there = {row[0] for row in rows} | {
            row[0] for unit in self.kept for row in self._before[unit]
        }
        self.cache.put_outputs(rows, before - now_there)
        self.cache.put(WHOLE[0], {WHOLE[1]: self._whole.encode()})

    def _report(self, staged: list[str]) -> None:
        """Leave a report of this build for people and for tests."""
        report: dict[str, Any] = {
            "rendered": sorted({path for path, *_ in self._made}),
            "written": staged,
            "kept": sum(len(self._before[unit]) for unit in self.kept),
            "always": self.always,
            "because": self.because,
            "seconds": {name: round(seconds, 3) for name, seconds in self.seconds.items()},
        }
        with suppress(OSError):
            write_whole(self.cache.file.with_name(LAST), json.dumps(report, indent=1))
        self.seconds.clear()

    def mark(self, phase: str) -> None:
        """End a part of the build; its seconds are counted from the mark before."""
        now = time.perf_counter()
        self.seconds[phase] = self.seconds.get(phase, 0.0) + now - self._marked
        self._marked = now


def stat_of(path: str) -> str:
    """Return what shows that a file is as it was: its size, times and number; empty if none."""
    try:
        found = os.lstat(path)
    except OSError:
        return ""
    if (found.st_mode & 0o170000) != 0o100000:
        return ""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"


def since_start() -> float:
    """Return how many seconds ago this process began; 0 where the system does not say."""
    try:
        fields = Path("/proc/self/stat").read_text("ascii").rpartition(")")[2].split()
        ticks = int(fields[19])  # proc(5): starttime, in clock ticks since the system began
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError, IndexError):
        return 0.0
