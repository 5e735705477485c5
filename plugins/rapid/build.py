"""One build: what the last one made, what this one makes anew, and what it keeps."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from .digests import files_in, of_text
from .ledger import (
    Made,
    Outputs,
    Stamp,
    read_kept,
    read_ledger,
    stamp,
    write_kept,
    write_ledger,
    write_whole,
)
from .stage import Stage
from .workers import aside

LEDGER = "ledger"
LAST = "last.json"
PIECES = "pieces"


@dataclass
class Build:
    """What one run of Pelican knows of the last.

    ``folder`` holds what is remembered of this content and output folder;
    ``fingerprint`` is the digest of everything that can change any file at all:
    settings, code, versions, environment, templates. ``serial`` is why pages
    must be rendered in this process, in their order, and empty if they need not.
    ``always`` are the pages that no build can keep, each with its reason; ``unknown``
    are files of which a plugin did not say what they are made of; ``owned`` are paths by
    what they belong to, where they have names that change. ``context`` is Pelican's, which
    all contents share; ``digests`` those of content files, relative to their folder, that
    somebody has read already. ``whole`` is the key of all that this build is made of, empty
    if nobody knows that.
    """

    folder: Path
    stage: Stage
    fingerprint: str = ""
    serial: str = ""
    early: str = ""
    previous: Outputs = field(default_factory=dict)
    whole_before: str = ""
    whole: str = ""
    nothing_changed: bool = False
    kept: dict[str, tuple[str, Stamp, Any]] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    made: dict[str, tuple[str, Any]] = field(default_factory=dict)
    always: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    owned: dict[str, str] = field(default_factory=dict)
    phases: dict[str, float] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    place: str = ""
    _look: Callable[[], Any] = lambda: (set(), [])
    write_all: Callable[[], None] = lambda: None
    marked: float = field(default_factory=lambda: time.perf_counter() - since_start())

    def begin(self, fingerprint: str, serial: str) -> None:
        """Read what the last build left. Raises StageBusyError while another build writes."""
        self.fingerprint = fingerprint
        self.stage.begin()
        self.whole_before, self.previous = read_ledger(self.folder / LEDGER)
        self.whole, self.nothing_changed = "", False
        self.place = str(self.stage.output)
        for each in (self.kept, self.made, self.always, self.unknown, self.digests):
            each.clear()
        self.owned = {
            made[2]: path for path, made in self.previous.items() if isinstance(made[2], str)
        }
        self.serial = serial
        vars(self).pop("_seen", None)
        self._look, self.stage.there = lambda: (set(), []), None
        if self.previous:  # to look at the disk takes time, in which others can work
            self._look = aside(partial(look, self.place, self.previous, self.stage.purge))
            self.stage.there = lambda: [*self.previous, *self._seen[1]]
        for old in (self.folder / PIECES).glob("*"):
            if old.name != fingerprint:
                shutil.rmtree(old, ignore_errors=True)

    @cached_property
    def _seen(self) -> tuple[set[str], list[str]]:
        found: tuple[set[str], list[str]] = self._look()
        return found

    @property
    def changed(self) -> set[str]:
        """The outputs of the last build that did not lie there as they were, as this one began."""
        return self._seen[0]

    def recall(self, name: str) -> Any:
        """What a plugin has remembered by a name, under this fingerprint; None if nothing."""
        return read_kept(self._kept_by(name))

    def remember(self, name: str, value: Any) -> None:
        """Keep a value for ``recall``, also from a worker: what is known by what it was made of.

        Raises whatever pickling raises. A folder that cannot be written only makes builds slower.
        """
        with contextlib.suppress(OSError):
            write_kept(self._kept_by(name), value)

    def _kept_by(self, name: str) -> Path:
        return self.folder / PIECES / self.fingerprint / of_text(name)

    @property
    def templates(self) -> Path:
        """Where compiled templates lie: what they were compiled to depends on code and settings."""
        folder = self.folder / "templates" / self.fingerprint
        if not folder.is_dir():
            shutil.rmtree(folder.parent, ignore_errors=True)
            folder.mkdir(parents=True)
        return folder

    def key(self, inputs: str) -> str:
        """The digest of a page's declared inputs and of all that every page depends on."""
        return f"{self.fingerprint} {inputs}"

    def find(self, path: str) -> Made | None:
        """What the last build made at ``path``, if it lies there as it was."""
        made = self.previous.get(path)
        if made is None or path in self.changed:
            return None
        return Made(*made)

    def same(self, path: str, key: str) -> bool:
        """Whether the output at ``path`` was made of the same inputs, and lies there as it was."""
        made = self.previous.get(path)
        return made is not None and made[0] == key and path not in self.changed

    def keeps(self, path: str, key: str) -> bool:
        """Keep the output at ``path`` if it was made of the same inputs."""
        made = self.previous.get(path)
        if made is None or made[0] != key or path in self.changed:
            return False
        self.kept[path] = made
        self.stage.kept.add(path)
        return True

    def keep_all(self, inputs: str) -> None:
        """Keep every output if all are there as they were, and made of ``inputs`` altogether."""
        self.whole = self.key(inputs) if inputs and not self.serial else ""
        if self.whole and self.whole == self.whole_before and not self.changed:
            self.nothing_changed = True
            self.kept.update(self.previous)
            self.stage.kept.update(self.previous)

    def keep(self, path: str, made: tuple[str, Stamp, Any]) -> None:
        """Leave the output at ``path`` as it is."""
        self.kept[path] = made
        self.stage.kept.add(path)

    def note(self, path: str, key: str, reads: Any = None) -> None:
        """The output at ``path`` was made anew, of these inputs."""
        self.made[path] = (key, reads)

    def finish(self, staged: list[str]) -> None:
        """All is in place: keep what is known of it for the next build."""
        outputs: dict[str, tuple[str, Stamp, Any]] = dict(self.kept)
        for path, (key, reads) in self.made.items():
            if found := stamp(f"{self.stage.output}/{path}"):
                outputs[path] = Made(key, found, reads)
        # Pages of which only their last render tells what they are made of may need another.
        traced = any(made[0] == self.key("") for made in outputs.values())
        known = not (self.always or self.unknown or traced)
        write_ledger(self.folder / LEDGER, self.whole if known else "", outputs)
        self.mark("commit")
        self._say(staged)
        self.phases.clear()

    def _say(self, staged: list[str]) -> None:
        """Leave a report of this build for people and for tests."""
        report = {
            "rendered": sorted(self.made.keys() | self.always.keys() | self.unknown),
            "written": staged,
            "kept": len(self.kept),
            "always": self.always,
            "serial": self.serial,
            "seconds": {name: round(seconds, 3) for name, seconds in self.phases.items()},
        }
        # So that git leaves the folder alone, also where nobody has told it to.
        write_whole(self.folder.parent / ".gitignore", b"*\n")
        write_whole(self.folder.parent / LAST, json.dumps(report, indent=1).encode("utf-8"))

    def mark(self, phase: str) -> None:
        """A part of the build ends here; its seconds are counted from the mark before."""
        now = time.perf_counter()
        self.phases[phase] = self.phases.get(phase, 0.0) + now - self.marked
        self.marked = now


def look(place: str, previous: Outputs, all_of_it: bool) -> tuple[set[str], list[str]]:
    """Which files of an output folder are not as the last build left them; and what else is there.

    The latter only if ``all_of_it`` is to be looked at.
    """
    changed = {path for path, made in previous.items() if stamp(f"{place}/{path}") != made[1]}
    others = files_in(place) if all_of_it else ()
    return changed, [path for path in others if path not in previous]


def since_start() -> float:
    """How many seconds ago this process began; 0 where the system does not say."""
    try:
        fields = Path("/proc/self/stat").read_text("ascii").rpartition(")")[2].split()
        ticks = int(fields[19])  # proc(5): starttime, in clock ticks since the system began
        return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError, IndexError):
        return 0.0


def place(content: str, output: str) -> Path:
    """Where the memory of one content folder and one output folder lies."""
    root = Path(content).parent
    both = of_text(os.path.abspath(content), os.path.abspath(output))
    return root / ".rapid" / f"{Path(output).name}-{both[:8]}"
