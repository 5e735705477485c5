"""Output that changes only once everything has rendered: stage, then commit.

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
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from .digests import files_in

try:
    import fcntl
except ImportError:  # pragma: no cover  (Windows has no flock; two builds there may collide)
    fcntl = None  # type: ignore[assignment]


class StageError(RuntimeError):
    """The output folder cannot be written as it should be."""

    exitcode = 1


class StageBusyError(StageError):
    """Another build is writing the same output folder."""


@dataclass
class Stage:
    """The way of one output folder's files from a build to their place.

    ``retained`` are first parts of paths that a ``purge`` leaves alone.
    ``kept`` are the paths, relative to the output folder, that stay as they are.
    A plugin that commits itself says so by ``taken``. ``there`` knows what lies in the
    output folder, if somebody has looked already.
    """

    output: Path
    retained: tuple[str, ...] = ()
    purge: bool = False
    kept: set[str] = field(default_factory=set)
    taken: bool = False
    after: Callable[[list[str]], None] = lambda _made: None
    there: Callable[[], list[str]] | None = None
    _lock: IO[str] | None = field(default=None, repr=False)
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

    def commit(self) -> None:
        """Move the staged files into place and let the next build begin."""
        staged = files_in(self.folder)
        made = self.kept.union(staged)
        stale = sorted(self._stale(made))
        plan = {"staged": staged, "made": sorted(made), "stale": stale, "whole": self._is_ours}
        self._refuse_folders(staged)
        _write(self.home / "plan.json", json.dumps(plan))
        self._carry_out(plan)
        self.after(staged)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.release()

    def _look_whose_it_is(self) -> None:
        """It is ours if it was empty when we began with it, and what we made still lies there."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            others = sorted({*os.listdir(self.output)} - {*self.retained})
            record = self._record()
            made = any(os.path.lexists(f"{self.output}/{path}") for path in record["made"])
            # Records of earlier versions do not say so: they are believed.
            self._is_ours = not others or (made and record.get("whole", True))
            if self.purge and not self._is_ours:
                self.release()
                more = f" and {len(others) - 3} more" if len(others) > 3 else ""
                raise StageError(
                    f"OUTPUT_PATH: {self.output}/ holds what no build is known to have made"
                    f" ({', '.join(others[:3])}{more}), and DELETE_OUTPUT_DIRECTORY would remove"
                    " it: name a folder of its own, or empty it if it is to be this one"
                )
            return
        self._is_ours = True

    def _refuse_folders(self, staged: list[str]) -> None:
        """Among files of others, no folder makes way for a file."""
        for path in () if self._is_ours else staged:
            if os.path.isdir(f"{self.output}/{path}"):
                raise StageError(
                    f"{self.output}/{path} is a folder that no build has made, in a file's place:"
                    " move it away, or name another folder for the output"
                )

    def _plan(self) -> dict[str, Any]:
        """What a commit that was killed had still to do; nothing if nobody can read it."""
        with contextlib.suppress(OSError, ValueError, TypeError, LookupError, AttributeError):
            found: dict[str, Any] = json.loads((self.home / "plan.json").read_text("utf-8"))
            paths = (*found["made"], *found.get("staged", ()), *found["stale"])
            if not any({"", "..", "."} & {*path.split("/")} for path in paths):
                return found
        return {}

    def _record(self) -> dict[str, Any]:
        """What the last build made; nothing if there was none, or nobody can read it."""
        with contextlib.suppress(OSError, ValueError, TypeError, LookupError, AttributeError):
            found: dict[str, Any] = json.loads((self.home / "record.json").read_text("utf-8"))
            made = [path for path in found["made"] if not {"", "..", "."} & {*path.split("/")}]
            return found | {"made": made}
        return {"made": []}

    def release(self) -> None:
        """Let another build begin."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _acquire(self) -> None:
        if self._lock is not None or fcntl is None:
            return
        lock = (self.home / "lock").open("w", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            raise StageBusyError(
                f"another build is writing {self.output.name}/: wait for it, then build again"
            ) from None
        self._lock = lock

    def _stale(self, made: set[str]) -> Iterable[str]:
        """What is to be removed: an earlier build's files, or, to purge, all others."""
        if self.purge:
            there = self.there() if self.there else files_in(self.output)
            return [
                path
                for path in there
                if path not in made
                and path.split("/")[0] not in self.retained
                and not os.path.isdir(f"{self.output}/{path}")  # a link: pages may lie behind it
            ]
        return set(self._record()["made"]) - made

    def _carry_out(self, plan: dict[str, Any]) -> None:
        """Rename, then remove; every step may have been done before."""
        if not self._moved():
            order = plan.get("staged", plan["made"])
            for path in sorted(order, key=lambda path: (path.endswith(".html"), path)):
                _place(f"{self.folder}/{path}", f"{self.output}/{path}")
        for path in plan["stale"]:
            gone = self.output / path
            if gone.is_file() or gone.is_symlink():  # it may be a folder by now
                gone.unlink()
            _remove_empty(gone.parent, self.output)
        record = {"made": plan["made"], "whole": plan.get("whole", True)}
        _write(self.home / "record.json", json.dumps(record))
        (self.home / "plan.json").unlink()

    def _moved(self) -> bool:
        """Whether all could be put in place at once: where there is no output yet."""
        if os.path.lexists(self.output):
            return False
        try:
            self.folder.rename(self.output)
        except OSError:  # another file system, or nothing is staged any more
            return False
        return True


def _place(staged: str, final: str) -> None:
    """A staged file put where it belongs; one that is there already is left as it is."""
    try:
        same = filecmp.cmp(staged, final, shallow=False) and not os.path.islink(final)
    except OSError:
        same = False
    if same:
        os.unlink(staged)
    elif os.path.lexists(staged):
        _replace(Path(staged), Path(final))


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


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
