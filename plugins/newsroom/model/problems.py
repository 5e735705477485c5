"""What is wrong in the content: one line each, with file, line, rule and remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from .letters import visible

# What ends a line or changes a terminal, and the bytes of file names that are not UTF-8.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Severity(StrEnum):
    """Whether a problem stops the build."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in the content: what is wrong, and what to do about it.

    ``path`` is POSIX and relative, ``line`` counts from 1.
    """

    path: str
    line: int
    rule: str
    message: str
    severity: Severity = Severity.ERROR

    @property
    def is_warning(self) -> bool:
        """Whether the build goes on in spite of it."""
        return self.severity is Severity.WARNING

    def as_warning(self) -> Problem:
        """Return the same problem, not stopping the build."""
        return replace(self, severity=Severity.WARNING)

    def below(self, folder: str) -> Problem:
        """Return the problem with its path seen from the parent of ``folder``."""
        return replace(self, path=f"{folder}/{self.path}")

    @property
    def place(self) -> str:
        """File and line; what a file's name may hold that is no text is escaped."""
        path = _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], self.path)
        return f"{path}:{self.line}:"

    def __str__(self) -> str:
        kind = "warning: " if self.is_warning else ""
        return f"{self.place} {kind}{visible(self.message)}  [{self.rule}]"


class ContentError(Exception):
    """The content has errors, so nothing is written; Pelican exits with ``exitcode``."""

    exitcode = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        errors = sum(not problem.is_warning for problem in self.problems)
        super().__init__(f"{errors} {'error' if errors == 1 else 'errors'} in the content")


class CommandError(Exception):
    """A command cannot be carried out; the message says what to do about it."""


class MissingError(CommandError):
    """Something was not given, and nobody is there to be asked."""


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean …?`` for the known word most like ``word``, or nothing."""
    spelling = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower(), spelling, n=1, cutoff=0.5)
    return f"; did you mean {spelling[found[0]]}?" if found else ""


def one_of(words: Iterable[str]) -> str:
    """Return the allowed values, written out for a message."""
    return ", ".join(words)
