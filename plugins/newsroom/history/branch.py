"""The commits of the branch that is checked out, kept between builds."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Protocol

from .repository import Change, Commit, HistoryError, Repository

KIND = "branch"
_COMMITS = "commits"


class Store(Protocol):
    """What keeps bytes between builds, by kind and name."""

    def get(self, kind: str, name: str) -> bytes | None:
        """Return what was kept by this name."""

    def put(self, kind: str, values: Mapping[str, bytes], gone: Iterable[str] = ()) -> None:
        """Keep some values of a kind, and forget those that are ``gone``."""


class OneReading:
    """Keeps what one reading asks for twice, and nothing after it."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[str, bytes]] = {}

    def get(self, kind: str, name: str) -> bytes | None:
        """Return what was kept by this name."""
        return self._kept.get(kind, {}).get(name)

    def put(self, kind: str, values: Mapping[str, bytes], gone: Iterable[str] = ()) -> None:
        """Keep some values of a kind."""
        self._kept.setdefault(kind, {}).update(values)


def commits_of(
    repository: Repository, head: str, store: Store, is_entry: Callable[[str], bool]
) -> list[Commit]:
    """Return the line of commits that ends at ``head``, newest first, with changes of entries.

    Of what is kept, all is good that this line still holds. Raises HistoryError.
    """
    stored = store.get(KIND, _COMMITS)
    kept: list[Commit] = pickle.loads(stored) if stored else []
    place = next((at for at, commit in enumerate(kept) if commit.id == head), None)
    if place is not None:  # as before, or an older commit was checked out
        return kept[place:]
    found = _further(repository, head, kept, is_entry) or [
        _narrowed(commit, is_entry) for commit in repository.commits(head)
    ]
    store.put(KIND, {_COMMITS: pickle.dumps(found, 5)})
    return found


def _further(
    repository: Repository, head: str, kept: list[Commit], is_entry: Callable[[str], bool]
) -> list[Commit]:
    """Return what is kept with the commits since, if it is a part of this line; else nothing."""
    if not kept:
        return []
    try:
        new = [_narrowed(each, is_entry) for each in repository.commits(head, kept[0].id)]
    except HistoryError:  # the commit is gone, or was another repository's
        return []
    found = [*new, *kept]
    is_whole = new and all(one.parent == other.id for one, other in pairwise([*new, kept[0]]))
    return found if is_whole else []


def _narrowed(commit: Commit, is_entry: Callable[[str], bool]) -> Commit:
    """Return a commit with the changes of entries only."""

    def changes() -> Iterator[Change]:
        for change in commit.changes:
            was = change.before if change.before and is_entry(change.before) else ""
            if is_entry(change.path):
                yield change._replace(before=was)
            elif was:
                yield Change(was, "")

    return commit._replace(changes=tuple(changes()))
