"""One build: what the last one made, what this one makes anew, and what it keeps.

A unit is some files of the output that are made together from the same inputs. It is kept if
its inputs are the same as before and its files hold the bytes that were written.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..files import write_whole
from .cache import FOLDER, Cache, Row
from .digests import of_file, of_texts
from .stage import Stage, StageError
from .workers import noise, share

LAST = "last.json"
WHOLE = ("about", "whole")
TWICE = "mend the settings, or remove the alias"
Work = Callable[[], Iterable[str]]
"""Writes files below the stage, and returns their paths, relative to it."""


@dataclass
class Build:
    """What one run knows of the last.

    ``because`` says why nothing can be kept, or is empty; ``always`` why a page is made each time.
    """

    stage: Stage
    cache: Cache
    key: str = ""
    because: str = ""
    always: dict[str, str] = field(default_factory=dict)
    _kept: set[str] = field(default_factory=set)
    _before: dict[str, list[Row]] = field(default_factory=dict)
    _waiting: dict[str, tuple[str, Work]] = field(default_factory=dict)
    _made: list[tuple[str, str, str, str]] = field(default_factory=list)
    _whole: str = ""

    @classmethod
    def of(cls, content: Path, stage: Stage) -> Build:
        """Open what is kept for a content and an output folder, by how these lie to each other."""
        home = content.parent.absolute()
        place = os.path.relpath(stage.output, home)
        name = f"{stage.output.name}-{of_texts([place])[:8]}.sqlite3"
        return cls(stage, Cache(home / FOLDER / name))

    def begin(self, fingerprint: str, because: str = "") -> None:
        """Empty the stage, and read what the last build left. Raises StageError."""
        self.stage.begin()
        self.key, self.because, self._whole = fingerprint, because, ""
        for each in (self.always, self._kept, self._before, self._waiting, self._made):
            each.clear()
        if fingerprint:
            self.cache.begin(fingerprint)
            for row in self.cache.outputs():
                self._before.setdefault(row[1], []).append(row)

    def keeps_all(self, inputs: str) -> bool:
        """Keep every unit and return True, if the last build as a whole had these inputs."""
        self._whole = "" if self.because else inputs
        if not self._whole or self.cache.get(*WHOLE) != self._whole.encode():
            return False
        if not all(rows[0][2] and self._are_there(rows) for rows in self._before.values()):
            return False
        self._keep(self._before)
        return True

    def _keep(self, units: Iterable[str]) -> None:
        self._kept.update(units)
        self.stage.kept.update(row[0] for unit in units for row in self._before[unit])

    def _are_there(self, rows: Iterable[Row]) -> bool:
        """Whether files have the bytes that were written; with the same stat they are not read."""
        for path, _, _, digest, known in rows:
            file = f"{self.stage.output}/{path}"
            now = stat_of(file)
            if not now or (now != known and of_file(Path(file)) != digest):
                return False
        return True

    def make(self, unit: str, inputs: str, work: Work) -> None:
        """Keep a unit, or make it: at once if nothing can be kept, else later, in ``make_all``.

        With empty ``inputs`` it is made in every build. Raises StageError.
        """
        rows = self._before.get(unit, [])
        if self.because:
            self._made += [(path, unit, "", "") for path in work()]
        elif unit in self._waiting or unit in self._kept:
            raise StageError(f"two pages would be {unit}: {TWICE}")
        elif inputs and rows and rows[0][2] == inputs and self._are_there(rows):
            self._keep([unit])
        else:
            self._waiting[unit] = (inputs, work)

    def make_all(self) -> None:
        """Make what waits, shared among processes. Raises StageError."""
        waiting, self._waiting = list(self._waiting.items()), {}

        def made(number: int) -> list[tuple[str, str]]:
            return [(path, of_file(self.stage.folder / path)) for path in waiting[number][1][1]()]

        done = share(len(waiting), made)
        for number, (unit, (inputs, _)) in enumerate(waiting):
            with noise() as heard:
                files = done[number] if number in done else made(number)
            said = "" if heard.count else inputs  # made again next time, to warn again
            self._made += [(path, unit, said, digest) for path, digest in files]
        seen: set[str] = set()
        for path, *_ in self._made:
            if path in seen:
                raise StageError(f"two pages would be {path}: {TWICE}")
            seen.add(path)

    def write(self, path: str, data: bytes) -> str:
        """Write a file below the stage, and return its path there."""
        file = self.stage.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return path

    def commit(self) -> None:
        """Put all files in place, record them for the next build, and write the report."""
        self.stage.commit()
        old = {row[0]: row for rows in self._before.values() for row in rows}
        kept = {path: row for path, row in old.items() if row[1] in self._kept}
        if self.key and not self.because:
            rows = (*self._made, *(row[:4] for row in kept.values()))
            now = {row[0]: (*row, stat_of(f"{self.stage.output}/{row[0]}")) for row in rows}
            new = [row for path, row in now.items() if row != old.get(path)]
            self.cache.put_outputs(new, old.keys() - now.keys())
            self.cache.put(WHOLE[0], {WHOLE[1]: self._whole.encode()})
        report: dict[str, Any] = {  # for people and for tests
            "rendered": sorted({path for path, *_ in self._made}),
            "kept": len(kept),
            "always": self.always,
            "because": self.because,
        }
        with suppress(OSError):
            write_whole(self.cache.file.with_name(LAST), json.dumps(report, indent=1))
        self.cache.close()
        self.stage.release()


def stat_of(path: str) -> str:
    """Return a file's size, times and inode, by which a change shows; empty if there is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return ""
    if not stat.S_ISREG(found.st_mode):
        return ""
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"
