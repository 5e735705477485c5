"""What a command of the desk did: the files, the draft to write, and what else is to be said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Did = Literal["created", "changed", "kept"]


@dataclass(frozen=True)
class FileDone:
    """A file that a command created, changed or kept, with a remark for the person."""

    did: Did
    path: Path
    remark: str = ""


@dataclass(frozen=True)
class Result:
    """What a command did.

    ``notes`` are lines for the person; one that begins with ``warning: `` is a
    warning. ``draft`` is the entry that is to be written now. ``goes_along`` are
    files that go into git with the others; ``then`` is the command that goes on
    with what is not public by itself.
    """

    files: tuple[FileDone, ...] = ()
    notes: tuple[str, ...] = ()
    draft: Path | None = None
    goes_along: tuple[Path, ...] = ()
    then: str = ""

    @classmethod
    def of(cls, did: Did, path: Path, remark: str = "") -> Result:
        """The result of one file."""
        return cls((FileDone(did, path, remark),))

    def __add__(self, later: Result) -> Result:
        return Result(
            self.files + later.files,
            self.notes + later.notes,
            later.draft or self.draft,
            self.goes_along + later.goes_along,
            later.then or self.then,
        )
