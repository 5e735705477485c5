"""Output that changes only once everything is made: stage, then commit.

A build writes what it makes anew into a folder beside the output folder. The
commit renames it into place, pages after the files that they use, and removes
last what an earlier build made and this one neither made nor kept. Files that
no build made are left alone. A commit that was killed is finished by the next
build, because the plan is on disk before the first rename.

For the output folder ``site/output`` all of this lies in ``site/.output.build``.
"""

from __future__ import annotations

import contextlib
import filecmp
import json
import os
import shutil
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypedDict, cast

from filelock import FileLock, Timeout

from ..files import files_in, remove_empty, write_whole

PLAN, RECORD = "plan.json", "record.json"


class StageError(RuntimeError):
    """The output folder cannot be written as it should be."""

    exitcode = 1


class Plan(TypedDict):
    """What a commit has to do; ``made`` are all files of ours that are there afterwards."""

    made: list[str]
    staged: list[str]
    stale: list[str]


@dataclass
class Stage:
    """The staging folder of an output folder: a build writes there, and a commit moves the files.

    ``kept`` are the paths, relative to the output folder, that stay as they are.
    """

    output: Path
    kept: set[str] = field(default_factory=set)

    @property
    def home(self) -> Path:
        """The folder beside the output folder that holds stage, plan and record."""
        return self.output.parent / f".{self.output.name}.build"

    @property
    def folder(self) -> Path:
        """Where a build writes."""
        return self.home / "stage"

    @cached_property
    def _lock(self) -> FileLock:
        return FileLock(self.home / "lock", timeout=0)

    def begin(self) -> None:
        """Finish an interrupted commit, then empty the stage for a new build.

        Raises StageError if another build holds the same output folder.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire()
        except Timeout:
            raise StageError(
                f"another build is writing {self.output.name}/: wait for it, then build again"
            ) from None
        if plan := self._read(PLAN):
            self._carry_out(plan)
        self.kept.clear()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def complete(self) -> None:
        """Put copies of all that is kept into the stage, for checks that need the whole site."""
        for path in self.kept:
            staged = self.folder / path
            if not staged.exists():
                staged.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(self.output / path, staged)
        self.kept.clear()

    def commit(self) -> None:
        """Move the staged files into place. Raises StageError if a foreign folder is in the way."""
        staged = files_in(self.folder)
        made = self.kept.union(staged)
        last = self._read(RECORD)
        before = {*last["made"]} if last else set()
        for place in (self.output / path for path in staged):
            if place.is_dir() and not before.issuperset(
                f"{place.relative_to(self.output)}/{name}" for name in files_in(place)
            ):
                raise StageError(
                    f"{place} is a folder that no build has made, in a file's place:"
                    " move it away, or name another folder for the output"
                )
        plan = Plan(made=sorted(made), staged=staged, stale=sorted(before - made))
        write_whole(self.home / PLAN, json.dumps(plan))
        self._carry_out(plan)
        shutil.rmtree(self.folder, ignore_errors=True)

    def release(self) -> None:
        """Let another build begin."""
        self._lock.release(force=True)

    def _read(self, name: str) -> Plan | None:
        """Read the plan or the record of a commit; None if it is missing or malformed."""
        with contextlib.suppress(OSError, ValueError, TypeError, LookupError, AttributeError):
            found = json.loads((self.home / name).read_text("utf-8"))
            plan = cast(Plan, {"staged": [], "stale": []} | found)  # earlier records have neither
            if all(map(_is_inside, (*plan["made"], *plan["staged"], *plan["stale"]))):
                return plan
        return None

    def _carry_out(self, plan: Plan) -> None:
        """Rename, then remove; repeatable, as a killed commit is carried out again."""
        for path in sorted(plan["staged"], key=lambda path: (path.endswith(".html"), path)):
            _place(self.folder / path, self.output / path)
        for path in plan["stale"]:
            gone = self.output / path
            if gone.is_file() or gone.is_symlink():  # it may be a folder by now
                gone.unlink()
            remove_empty(gone.parent, self.output)
        (self.home / PLAN).replace(self.home / RECORD)


def _is_inside(path: str) -> bool:
    return not {"", "..", "."} & {*path.split("/")}


def _place(staged: Path, final: Path) -> None:
    """Put a staged file where it belongs; one that is there already is left as it is."""
    try:
        same = filecmp.cmp(staged, final, shallow=False) and not final.is_symlink()
    except OSError:
        same = False
    if same:
        staged.unlink()
    elif os.path.lexists(staged):
        _replace(staged, final)


def _replace(staged: Path, final: Path) -> None:
    """Move a file into place, over whatever an earlier layout left there."""
    for parent in reversed(final.parents):
        if parent.is_file():
            parent.unlink()
    final.parent.mkdir(parents=True, exist_ok=True)
    if final.is_dir() and not final.is_symlink():
        shutil.rmtree(final)
    shutil.move(staged, final)  # a rename, or a copy where the output folder is another disk
