"""rclone, which speaks to object storage: run, followed, and its errors put into words."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ..model.problems import CommandError
from ..publish.programs import program, run
from .remedies import in_words

_GONE = re.compile(r" INFO  : .+: (?:Copied|Deleted|Updated)")
_ERROR = re.compile(r" (?:ERROR|CRITICAL|NOTICE) *: (?!Attempt )(.*)")
_FAST = ("--transfers", "16", "--checkers", "16", "--no-traverse")


class ConditionError(CommandError):
    """A conditional write came too late: somebody has written the object meanwhile."""


@dataclass(frozen=True)
class Rclone:
    """One store; ``environment`` describes it to rclone, ``name`` to a person."""

    name: str
    environment: Mapping[str, str] = field(repr=False)

    def run(self, *arguments: str, told: Callable[[int], None] = lambda _gone: None) -> str:
        """Run a command; return what it printed. ``told`` hears how many files have gone.

        Raises CommandError, and ConditionError for a write that its condition forbade.
        """
        # It speaks once a minute as long as it lives, and gives up a silent network by itself.
        usual = ("--log-level", "INFO", "--stats", "1m", "--color", "NEVER", "--retries", "1")
        limits = ("--contimeout", "20s", "--timeout", "60s", "--low-level-retries", "2")
        gone = 0

        def hears(line: str) -> None:
            nonlocal gone
            if _GONE.search(line):
                gone += 1
                told(gone)

        command = [program("rclone"), *arguments, *usual, *limits]
        done = run(command, env=os.environ | dict(self.environment), hears=hears)
        if not done.code:
            return done.printed
        if re.search("PreconditionFailed|ConditionalRequestConflict|StatusCode: 412", done.errors):
            raise ConditionError(f"{self.name}: it is there already")
        said = "\n".join(_ERROR.findall(done.errors)) or done.errors
        raise CommandError(f"{self.name}: {in_words(said, 'rclone')}")

    def copy(
        self,
        folder: Path,
        paths: Iterable[str],
        to: str,
        headers: Mapping[str, str] | None = None,
        told: Callable[[int], None] = lambda _gone: None,
    ) -> None:
        """Upload files of a folder, whether or not they seem to be there already."""
        said = [f"--header-upload={name}: {value}" for name, value in (headers or {}).items()]
        with _listing(paths) as listed:
            flags = ("--no-check-dest", "--no-update-modtime", *listed, *_FAST, *said)
            self.run("copy", str(folder), to, *flags, told=told)

    def fetch(self, source: str, paths: Iterable[str], folder: Path) -> None:
        """Download files; what is not there is left out without a word."""
        with _listing(paths) as listed:
            self.run("copy", source, str(folder), "--ignore-times", *listed, *_FAST)

    def delete(
        self,
        place: str,
        paths: Iterable[str],
        told: Callable[[int], None] = lambda _gone: None,
    ) -> None:
        """Delete files; it is no error if one is gone."""
        if paths := list(paths):
            with _listing(paths) as listed:
                self.run("delete", place, *listed, *_FAST, told=told)

    def listed(self, place: str) -> set[str]:
        """Return all paths below a place."""
        return set(self.run("lsf", place, "--recursive", "--files-only").splitlines())

    def read(self, file: str) -> str:
        """Return a small file's text; empty if there is none."""
        return self.run("cat", file)

    def write(self, file: str, text: str, condition: str = "") -> None:
        """Write a small file, on a condition of HTTP: ``If-None-Match: *`` (RFC 9110, 13.1).

        The store decides, and one that knows no conditions writes anyway. Raises
        ConditionError if it is not met.
        """
        with TemporaryDirectory() as work:
            source = Path(work, "file")
            source.write_text(text, "utf-8")
            conditions = (f"--header-upload={condition}",) if condition else ()
            self.run("copyto", str(source), file, "--no-check-dest", *conditions)


@contextmanager
def _listing(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Name files to rclone, one path a line. Raises CommandError for a name that is two lines."""
    paths = list(paths)
    if odd := [path for path in paths if "\n" in path or "\r" in path]:
        raise CommandError(f"a store cannot hold a file of this name: {odd[0]!r}")
    with TemporaryDirectory() as work:
        file = Path(work, "paths")
        file.write_text("".join(f"{path}\n" for path in paths), "utf-8")
        yield "--files-from-raw", str(file)
