"""What a command did: files, the draft to write, and what is to be printed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..model.problems import Problem

Did = Literal["created", "changed", "kept"]
Cell = tuple[tuple[str, str], ...]
"""Pieces of text, each with its style; see rich's documentation for styles."""


@dataclass(frozen=True)
class FileDone:
    """A file that a command created, changed or kept, with a remark for the person."""

    did: Did
    path: Path
    remark: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table: headings, and rows of as many cells."""

    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Result:
    """What a command did, and how it ends.

    ``problems`` are printed in the ``form`` text, json or github. ``notes`` are lines for the
    person; one that begins with ``warning: `` is a warning. ``draft`` is the entry that is to
    be written now. ``goes_along`` are files that go into git with the others. ``then`` is the
    command that goes on with what is not public by itself. ``code`` is the exit code.
    """

    files: tuple[FileDone, ...] = ()
    notes: tuple[str, ...] = ()
    draft: Path | None = None
    goes_along: tuple[Path, ...] = ()
    then: str = ""
    sheet: Sheet | None = None
    problems: tuple[Problem, ...] = ()
    form: str = "text"
    code: int = 0

    @classmethod
    def of(cls, did: Did, path: Path, remark: str = "") -> Result:
        """Return the result of one file."""
        return cls((FileDone(did, path, remark),))

    def __add__(self, later: Result) -> Result:
        return Result(
            self.files + later.files,
            self.notes + later.notes,
            later.draft or self.draft,
            self.goes_along + later.goes_along,
            later.then or self.then,
        )


def count(number: int, noun: str) -> str:
    """Return ``1 file``, ``3 files``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
