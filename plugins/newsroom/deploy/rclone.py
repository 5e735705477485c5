"""rclone, which speaks to object storage: run, followed, and its errors put into words."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ..model.problems import CommandError
from ..publish.programs import program, run

# What a store answers, and what a person can do about it.
_WORDS = {
    "SignatureDoesNotMatch": "the store refuses the secret key: check AWS_SECRET_ACCESS_KEY",
    "InvalidAccessKeyId": "the store does not know the access key: check AWS_ACCESS_KEY_ID",
    "ExpiredToken": "the credentials have expired: sign in again",
    "AccessDenied": "the store does not allow this: check what the credentials may do",
    "api error Forbidden": "the store refuses: check the credentials and what they may do",
    "NoSuchBucket": "there is no such bucket: make it, or mend the target's settings",
    "directory not found": "there is no such bucket: make it, or mend the target's settings",
    "NoCredentialProviders": "there are no credentials: set AWS_ACCESS_KEY_ID and its secret",
    "failed to refresh cached credentials": (
        "there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    ),
    "connection refused": "nothing answers there: check endpoint, and try again",
    "no such host": "there is no such host: check endpoint",
    "didn't find section in config file": "rclone knows no such remote: see rclone config",
}
_NO_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class ConditionError(CommandError):
    """A conditional write came too late: the object is there already."""


@dataclass(frozen=True)
class Rclone:
    """One store; ``environment`` describes it to rclone, ``name`` to a person."""

    name: str
    environment: Mapping[str, str] = field(repr=False)

    def run(self, *arguments: str, told: Callable[[int], None] | None = None) -> str:
        """Run a command; returns what it printed. ``told`` hears how many files have gone.

        Raises CommandError, and ConditionError for a write that its condition forbade.
        """
        # It speaks once a minute as long as it lives, and gives up a silent network by itself.
        usual = ("--use-json-log", "--log-level", "INFO", "--stats", "1m")
        limits = ("--contimeout", "20s", "--timeout", "60s", "--retries", "1")
        gone = 0

        def hears(line: str) -> None:
            nonlocal gone
            if told and _read(line)[2]:
                gone += 1
                told(gone)

        command = [program("rclone"), *arguments, *usual, *limits, "--low-level-retries", "2"]
        done = run(command, env=os.environ | dict(self.environment), hears=hears)
        if done.code:
            raise self._error(_errors_in(done.errors))
        return done.printed

    def copy(
        self,
        folder: Path,
        paths: Iterable[str],
        to: str,
        headers: Mapping[str, str] | None = None,
        told: Callable[[int], None] | None = None,
    ) -> None:
        """Upload files of a folder, whether or not they seem to be there already."""
        said = [f"--header-upload={name}: {value}" for name, value in (headers or {}).items()]
        with TemporaryDirectory() as work:
            listed = _list(work, paths)
            flags = ("--no-check-dest", "--no-traverse", "--transfers", "16", "--no-update-modtime")
            self.run("copy", str(folder), to, "--files-from-raw", listed, *flags, *said, told=told)

    def fetch(self, source: str, paths: Iterable[str], folder: Path) -> None:
        """Download files; what is not there is left out without a word."""
        with TemporaryDirectory() as work:
            flags = ("--no-traverse", "--transfers", "16", "--ignore-times")
            self.run("copy", source, str(folder), "--files-from-raw", _list(work, paths), *flags)

    def delete(
        self, place: str, paths: Iterable[str], told: Callable[[int], None] | None = None
    ) -> None:
        """Delete files; it is no error if one is gone."""
        with TemporaryDirectory() as work:
            listed = _list(work, paths)
            flags = ("--no-traverse", "--checkers", "16")
            self.run("delete", place, "--files-from-raw", listed, *flags, told=told)

    def listed(self, place: str) -> set[str]:
        """All paths below a place."""
        return set(self.run("lsf", place, "--recursive", "--files-only").splitlines())

    def read(self, file: str) -> str:
        """A small file's text; empty if there is none."""
        return self.run("cat", file)

    def write(self, file: str, text: str, only_if_new: bool = False) -> None:
        """Write a small file. Raises ConditionError, if asked to, when there is one already.

        ``If-None-Match: *`` (RFC 9110, section 13.1.2) makes the store decide; one that
        does not know it writes anyway.
        """
        with TemporaryDirectory() as work:
            source = Path(work, "file")
            source.write_text(text, "utf-8")
            condition = ("--header-upload=If-None-Match: *",) if only_if_new else ()
            self.run("copyto", str(source), file, "--no-check-dest", *condition)

    def _error(self, errors: list[str]) -> CommandError:
        said = " ".join(errors)
        if "PreconditionFailed" in said or "StatusCode: 412" in said:
            return ConditionError(f"{self.name}: it is there already")
        known = next((words for mark, words in _WORDS.items() if mark in said), "")
        shown = known or (errors[0] if errors else "rclone failed without a word")
        return CommandError(f"{self.name}: {shown}")


def _list(work: str, paths: Iterable[str]) -> str:
    """A list for rclone: one path a line, so that half of a name would be another's."""
    paths = list(paths)
    if odd := [path for path in paths if "\n" in path or "\r" in path]:
        raise CommandError(f"a store cannot hold a file of this name: {odd[0]!r}")
    file = Path(work, "paths")
    file.write_text("".join(f"{path}\n" for path in paths), "utf-8")
    return str(file)


def _errors_in(log: str) -> list[str]:
    read = (_read(line)[:2] for line in log.splitlines())
    return [
        message
        for level, message in read
        if level not in ("info", "debug") and not message.startswith("Attempt")
    ]


def _read(line: str) -> tuple[str, str, bool]:
    """A line of rclone's log: level, message, and whether a file has gone."""
    try:
        found = json.loads(line)
    except ValueError:
        return "error", line.strip(), False
    message = _NO_COLOURS.sub("", str(found.get("msg", "")))
    gone = message.startswith(("Copied", "Deleted", "Updated"))
    return str(found.get("level", "")), message, gone and "object" in found
