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
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict, cast

from filelock import FileLock, Timeout

from ..files import files_in, write_whole


class StageError(RuntimeError):
    """The output folder cannot be written as it should be."""

    exitcode = 1


class StageBusyError(StageError):
    """Another build is writing the same output folder."""


class Record(TypedDict):
    """What a build made, and whether the whole output folder is ours."""

    made: list[str]
    whole: bool


class Plan(Record):
    """What a commit has to do."""

    staged: list[str]
    stale: list[str]


@dataclass
class Stage:
    """The way of one output folder's files from a build to their place.

    ``retained`` are first parts of paths that a ``purge`` leaves alone.
    ``kept`` are the paths, relative to the output folder, that stay as they are.
    """

    output: Path
    retained: tuple[str, ...] = ()
    purge: bool = False
    kept: set[str] = field(default_factory=set)
    _lock: FileLock | None = field(default=None, repr=False)
    _is_ours: bool = False

    @property
    def home(self) -> Path:
        """The folder beside the output folder that holds stage, record and plan."""
        return self.output.parent / f".{self.output.name}.build"

    @property
    def folder(self) -> Path:
        """Where a build writes."""
        return self.home / "stage"

    def begin(self) -> None:
        """Finish an interrupted commit, then empty the stage for a new build.

        Raises StageBusyError if another build holds the same output folder, and StageError
        if files of others would have to be purged from it.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        self._acquire()
        if plan := self._plan():
            self._carry_out(plan)
        self.kept.clear()
        self._look_whose_it_is()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def complete(self) -> None:
        """Put copies of all that is kept into the stage, for who looks through a whole site."""
        for path in sorted(self.kept):
            staged = self.folder / path
            if not staged.exists():
                staged.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(self.output / path, staged)
        self.kept.clear()

    def commit(self) -> list[str]:
        """Move the staged files into place, and return their paths."""
        staged = files_in(self.folder)
        made = self.kept.union(staged)
        self._refuse_folders(staged)
        plan = Plan(
            staged=staged, made=sorted(made), stale=sorted(self._stale(made)), whole=self._is_ours
        )
        write_whole(self.home / "plan.json", json.dumps(plan))
        self._carry_out(plan)
        shutil.rmtree(self.folder, ignore_errors=True)
        return staged

    def release(self) -> None:
        """Let another build begin."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _look_whose_it_is(self) -> None:
        """Find out whose the folder is: ours if it was empty at first and holds what we made."""
        self._is_ours = True
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            others = sorted({path.name for path in self.output.iterdir()} - {*self.retained})
            record = self._record()
            made = any(os.path.lexists(f"{self.output}/{path}") for path in record["made"])
            self._is_ours = not others or (made and record["whole"])
            if self.purge and not self._is_ours:
                self.release()
                more = f" and {len(others) - 3} more" if len(others) > 3 else ""
                raise StageError(
                    f"OUTPUT_PATH: {self.output}/ holds what no build is known to have made"
                    f" ({', '.join(others[:3])}{more}), and DELETE_OUTPUT_DIRECTORY would remove"
                    " it: name a folder of its own, or empty it if it is to be this one"
                )

    def _refuse_folders(self, staged: list[str]) -> None:
        """Refuse to put a file in the place of a folder, among files of others."""
        for path in () if self._is_ours else staged:
            if (self.output / path).is_dir():
                raise StageError(
                    f"{self.output}/{path} is a folder that no build has made, in a file's place:"
                    " move it away, or name another folder for the output"
                )

    def _plan(self) -> Plan | None:
        """Read what a commit that was killed had still to do; None if nobody can read it."""
        with contextlib.suppress(OSError, ValueError, TypeError, LookupError, AttributeError):
            found = cast(Plan, json.loads((self.home / "plan.json").read_text("utf-8")))
            if all(map(_is_inside, (*found["made"], *found["staged"], *found["stale"]))):
                return Plan(**{"whole": True, **found})
        return None

    def _record(self) -> Record:
        """Read what the last build made; nothing if there was none, or nobody can read it."""
        with contextlib.suppress(OSError, ValueError, TypeError, LookupError, AttributeError):
            found = cast(Record, json.loads((self.home / "record.json").read_text("utf-8")))
            made = [path for path in found["made"] if _is_inside(path)]
            return Record(made=made, whole=found.get("whole", True))  # earlier ones do not say
        return Record(made=[], whole=True)

    def _acquire(self) -> None:
        if self._lock is not None:
            return
        lock = FileLock(self.home / "lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise StageBusyError(
                f"another build is writing {self.output.name}/: wait for it, then build again"
            ) from None
        self._lock = lock

    def _stale(self, made: set[str]) -> Iterable[str]:
        """Say what is to be removed: an earlier build's files, or, to purge, all others."""
        if not self.purge:
            return set(self._record()["made"]) - made
        there = files_in(self.output) if self.output.is_dir() else ()
        return [
            path for path in there if path not in made and path.split("/")[0] not in self.retained
        ]

    def _carry_out(self, plan: Plan) -> None:
        """Rename, then remove; every step may have been done before."""
        if not self._moved():
            for path in sorted(plan["staged"], key=lambda path: (path.endswith(".html"), path)):
                _place(self.folder / path, self.output / path)
        for path in plan["stale"]:
            gone = self.output / path
            if gone.is_file() or gone.is_symlink():  # it may be a folder by now
                gone.unlink()
            _remove_empty(gone.parent, self.output)
        record = Record(made=plan["made"], whole=plan["whole"])
        write_whole(self.home / "record.json", json.dumps(record))
        (self.home / "plan.json").unlink()

    def _moved(self) -> bool:
        """Put all in place at once, where there is no output yet; say whether that was done."""
        if os.path.lexists(self.output):
            return False
        try:
            self.folder.rename(self.output)
        except OSError:  # another file system, or nothing is staged any more
            return False
        return True


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
    """Rename a file into place, over whatever an earlier layout left there."""
    for parent in reversed(final.parents):
        if parent.is_file():
            parent.unlink()
    final.parent.mkdir(parents=True, exist_ok=True)
    if final.is_dir() and not final.is_symlink():
        shutil.rmtree(final)
    try:
        staged.replace(final)
    except OSError:  # the output folder is a mount: copy beside, then rename
        copy = final.with_name(f".{final.name}.new")
        shutil.copyfile(staged, copy)
        copy.replace(final)
        staged.unlink()


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root and folder.is_relative_to(root):
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
