"""rclone, which speaks to object storage: run, followed, and its errors put into words."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ..model.problems import CommandError
from ..publish.programs import program, run
from .remedies import in_words

_ERROR = re.compile(r" (?:ERROR|CRITICAL|NOTICE) *: (?!Attempt )(.*)")


class ConditionError(CommandError):
    """A conditional write came too late: somebody has written the object meanwhile."""


@dataclass(frozen=True)
class Rclone:
    """One store; ``environment`` describes it to rclone, ``name`` to a person."""

    name: str
    environment: Mapping[str, str] = field(repr=False)

    def run(self, *arguments: str) -> str:
        """Run a command; return what it printed.

        Raises CommandError, and ConditionError for a write that its condition forbade.
        """
        # It speaks once a minute as long as it lives, and gives up a silent network by itself.
        usual = ("--log-level", "INFO", "--stats", "1m", "--color", "NEVER", "--retries", "1")
        limits = ("--contimeout", "20s", "--timeout", "60s", "--low-level-retries", "2")
        command = [program("rclone"), *arguments, *usual, *limits]
        done = run(command, env=os.environ | dict(self.environment))
        if not done.code:
            return done.printed
        if re.search("PreconditionFailed|ConditionalRequestConflict|StatusCode: 412", done.errors):
            raise ConditionError(f"{self.name}: it is there already")
        said = "\n".join(_ERROR.findall(done.errors)) or done.errors
        raise CommandError(f"{self.name}: {in_words(said, 'rclone')}")

    def copy(
        self,
        source: Path | str,
        paths: Collection[str],
        to: Path | str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Copy files, whether or not they seem to be there already; what is missing is left out."""
        said = [f"--header-upload={name}: {value}" for name, value in (headers or {}).items()]
        flags = ("--no-check-dest", "--no-update-modtime", "--transfers", "16", *said)
        self._run_for(paths, "copy", str(source), str(to), *flags)

    def delete(self, place: str, paths: Collection[str]) -> None:
        """Delete files; it is no error if one is gone."""
        self._run_for(paths, "delete", place, "--checkers", "16")

    def _run_for(self, paths: Collection[str], *arguments: str) -> None:
        """Run a command for these paths alone. Raises CommandError for a name of two lines."""
        if odd := [path for path in paths if "\n" in path or "\r" in path]:
            raise CommandError(f"a store cannot hold a file of this name: {odd[0]!r}")
        if paths:
            with TemporaryDirectory() as work:
                listed = Path(work, "paths")
                listed.write_text("".join(f"{path}\n" for path in paths), "utf-8")
                self.run(*arguments, "--files-from-raw", str(listed), "--no-traverse")

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
