"""What a command did: files, the draft to write, and what is to be printed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.table import Table

from ..model.problems import Problem

Did = Literal["created", "changed", "kept"]


@dataclass(frozen=True)
class FileDone:
    """A file that a command created, changed or kept, with a remark for the person."""

    did: Did
    path: Path
    remark: str = ""


@dataclass(frozen=True)
class Result:
    """What a command did, and how it ends.

    ``problems`` are printed in the ``form`` text, json or github. ``notes`` are lines for the
    person; one that begins with ``warning: `` is a warning. ``draft`` is the entry that is to
    be written now. ``then`` is the command, without ``invoke``, that goes on with what is not
    public by itself. ``code`` is the exit code.
    """

    files: tuple[FileDone, ...] = ()
    notes: tuple[str, ...] = ()
    draft: Path | None = None
    then: str = ""
    table: Table | None = None
    problems: tuple[Problem, ...] = ()
    form: str = "text"
    code: int = 0

    @classmethod
    def of(cls, did: Did, path: Path, remark: str = "") -> Result:
        """Return the result of one file."""
        return cls((FileDone(did, path, remark),))

    def __add__(self, later: Result) -> Result:
        files, notes = self.files + later.files, self.notes + later.notes
        return Result(files, notes, later.draft or self.draft, later.then or self.then)


def count(number: int, noun: str) -> str:
    """Return ``1 file``, ``3 files``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
