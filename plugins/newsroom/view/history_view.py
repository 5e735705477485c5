"""What an entry said before, what each version changed, and what was said of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

from ..language.words import Words
from ..model.differences import Run, differences
from ..model.entry import Entry
from ..model.version import Version, shown_text
from . import parts
from .context import ViewContext
from .entry_view import EntryView

_FOLDED = 120
"""Fewer letters than these are not worth folding."""


@dataclass(frozen=True)
class Note:
    """What the company said of a change: a correction, or the note of a small change."""

    when: parts.TimeView
    text: str
    is_correction: bool


@dataclass(frozen=True)
class Passage:
    """A part of a text: the same as before, added (``ins``) or taken out (``del``).

    ``folded`` are the lines in the middle of one that is the same, ``end`` is what follows them.
    """

    kind: str
    text: str
    folded: str = ""
    end: str = ""


@dataclass(frozen=True)
class VersionView:
    """A version: since when it stood, what was said of it, and how its text differs.

    ``whole`` is the text of the oldest one; of the others it is empty.
    """

    since: parts.TimeView
    notes: tuple[Note, ...]
    passages: tuple[Passage, ...]
    whole: str = ""


@dataclass(frozen=True, eq=False)
class HistoryView:
    """The versions of an entry, newest first."""

    entry: EntryView
    context: ViewContext = field(repr=False)

    @property
    def words(self) -> Words:
        return self.entry.words

    @property
    def url(self) -> str:
        return self.entry.history_url

    @property
    def stored(self) -> tuple[Version, ...]:
        return self.context.histories[self.entry.model.path]

    @property
    def limits(self) -> tuple[str, ...]:
        limits = self.context.newsroom.history_limits(self.entry.model)
        return tuple(limit.reason for limit in limits)

    @cached_property
    def versions(self) -> tuple[VersionView, ...]:
        return (
            *(self._version(one, other) for one, other in pairwise(self.stored)),
            self._version(self.stored[-1], None),
        )

    def _version(self, version: Version, before: Version | None) -> VersionView:
        text, since = shown_text(version.text), self.context.when(version.since)
        if before is None:
            return VersionView(since, (), (), text)
        runs = differences(shown_text(before.text), text)
        return VersionView(since, self._notes(version.entry, before.entry), _passages(runs))

    def _notes(self, entry: Entry, before: Entry) -> tuple[Note, ...]:
        """Return what a version says of its changes that the one before did not say."""
        notes = [
            Note(self.context.known(each.at), each.text, True)
            for each in entry.corrections
            if each not in before.corrections
        ]
        said = (entry.modified, entry.modified_note)
        if (
            entry.modified
            and entry.modified_note
            and said != (before.modified, before.modified_note)
        ):
            notes.append(Note(self.context.known(entry.modified), entry.modified_note, False))
        return tuple(notes)


def _passages(runs: tuple[Run, ...]) -> tuple[Passage, ...]:
    """Fold whole lines that are the same; those beside a change stay."""
    found = []
    for number, run in enumerate(runs):
        *lines, last = run.text.splitlines(keepends=True)
        begin = lines[0] if lines and number > 0 else ""
        end = last if lines and number + 1 < len(runs) else ""
        folded = run.text[len(begin) : len(run.text) - len(end)]
        if run.kind == "same" and len(folded) >= _FOLDED:
            found.append(Passage(run.kind, begin, folded.strip("\n"), end))
        else:
            found.append(Passage(run.kind, run.text))
    return tuple(found)
