"""Which of the versions in git were public, and since when.

A version was public if it was due, by its own header, before the next commit replaced it, and
what it belongs to was due with it: the statement of its incident, the original of a translation.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import accumulate, pairwise

from ..reading.interpret import name_of
from .earlier import Blob, Earlier
from .repository import Commit

State = tuple[int, str, str]
"""What became of a file: by which commit, its path then, and its blob; empty if it went."""


@dataclass(frozen=True)
class Branch:
    """The commits of a branch, newest first; they are known by their numbers from here on."""

    commits: Sequence[Commit]

    @cached_property
    def times(self) -> list[datetime]:
        """When each commit was made: never after the next one, whatever a clock said."""
        earliest = accumulate((commit.at for commit in self.commits), min)
        return [datetime.fromtimestamp(at, UTC) for at in earliest]

    @cached_property
    def _states(self) -> Mapping[str, list[tuple[int, str]]]:
        """The blobs of each path, newest first, with the numbers of the commits."""
        found: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
        for number, commit in enumerate(self.commits):
            gone = {change.before for change in commit.changes if change.before}
            for path in gone.difference(change.path for change in commit.changes):
                found[path].append((number, ""))
            for change in commit.changes:
                found[change.path].append((number, change.blob))
        return found

    def states(self, path: str) -> Sequence[tuple[int, str]]:
        """Return what became of a path, newest first: the number of the commit, and the blob."""
        return self._states.get(path, ())

    def blob(self, path: str, number: int) -> str:
        """Return what a path held after a commit; empty if nothing."""
        states = self.states(path)
        place = bisect_left(states, (number, ""))
        return states[place][1] if place < len(states) else ""

    def followed(self, paths: Iterable[str]) -> Mapping[str, list[State]]:
        """Return what became of each file, newest first, under whatever name."""
        called = {path: path for path in paths}  # then, and now
        found: defaultdict[str, list[State]] = defaultdict(list)
        for number, commit in enumerate(self.commits):
            moved = {}
            for change in commit.changes:
                if now := called.get(change.path):
                    found[now].append((number, change.path, change.blob))
                    if change.before:
                        moved[change.path] = change.before
            names = {before: called.pop(path) for path, before in moved.items()}
            called |= names
        return found


def above(path: str) -> Mapping[str, bool]:
    """Return the files without which this one is not public: whether they must be shown, too."""
    found = dict[str, bool]()
    if path.startswith("incidents/"):
        found[f"{path.rpartition('/')[0]}/statement.md"] = False
    _, original, _ = name_of(path)
    if original:
        found[original] = True
    found.pop(path, None)
    return found


def needed(branch: Branch, states: Iterable[State]) -> Iterator[Blob]:
    """Yield what must be read to say which states of a file were public."""
    for path in {path for _, path, _ in states}:
        for other in above(path):
            yield from ((other, blob) for _, blob in branch.states(other) if blob)
    yield from ((path, blob) for _, path, blob in states if blob)


def public_versions(
    branch: Branch, states: Iterable[State], read: Mapping[Blob, Earlier], now: datetime
) -> Iterator[tuple[datetime, Blob, Earlier]]:
    """Yield the versions of a file that were public, newest first, and since when each was."""
    times = [*branch.times, now]  # so what follows the newest commit, -1, is the build itself
    newer = -1
    for number, path, blob in states:
        version, parents = read.get((path, blob)), above(path)
        # What it belongs to may have changed meanwhile: each span between two such commits counts.
        cuts = {at for each in parents for at, _ in branch.states(each) if newer < at < number}
        spans = pairwise([number, *sorted(cuts, reverse=True), newer])
        newer = number
        if version is None or not version.shown:
            continue
        for start, end in spans:
            others = [
                (read.get((each, branch.blob(each, start))), must_be_shown)
                for each, must_be_shown in parents.items()
            ]
            if since := _since(version, others, times[start], times[end]):
                yield since, (path, blob), version
                break


def _since(
    version: Earlier,
    others: Iterable[tuple[Earlier | None, bool]],
    start: datetime,
    end: datetime,
) -> datetime | None:
    """Return since when a version was public between two commits; None if it was not."""
    due = version.due
    for other, must_be_shown in others:
        if not (due and other and other.due and (other.shown or not must_be_shown)):
            return None
        due = max(due, other.due)
    if due is None or due <= start:
        return due and start
    return due if due < end else None
