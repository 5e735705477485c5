"""What files of entries said at earlier commits, as far as it decides whether that was public."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ..images.screenshots import PictureFolder
from ..model.body import Body, find_placeholders
from ..model.entry import Entry
from ..model.settings import Settings
from ..model.signed import signed_text
from ..reading.bodies import BodyReader
from ..reading.fields import Context
from ..reading.scan import read_source
from ..reading.signs import held_back_in_vain
from .branch import Store
from .repository import Repository

KIND = "versions"
# What is wrong in a text that was never meant to be published as it was.
_UNFINISHED = {"placeholder", "status"}

Blob = tuple[str, str]
"""The path of a file at a commit, and the hash of its bytes."""


class Earlier(NamedTuple):
    """A file at a commit: from when on it was due, if ever, and whether it was shown then.

    ``text`` is what is signed of it; ``made`` is the entry, pickled, whose body has its text alone.
    """

    due: datetime | None
    shown: bool
    text: bytes
    made: bytes

    def entry(self) -> Entry:
        """Return the entry as it was."""
        entry: Entry = pickle.loads(self.made)
        return entry


class _Bodies(BodyReader):
    """Converts a body only where it may say that it is not finished."""

    def read(self, text: str, first_line: int) -> Body:
        if find_placeholders(text) or any(held_back_in_vain(text, True)):
            return replace(self.read_whole(text, first_line), links=(), tasks=(), advice="")
        return Body(text, line=first_line)


def read_earlier(
    wanted: Iterable[Blob], repository: Repository, context: Context, store: Store | None
) -> Mapping[Blob, Earlier]:
    """Read files as they were at commits, from what is kept or from git. Raises HistoryError."""
    names = {f"{blob} {path}": (path, blob) for path, blob in wanted}
    kept = store.all(KIND) if store else {}
    found = {names[name]: Earlier(*pickle.loads(kept[name])) for name in names.keys() & kept.keys()}
    paths: dict[str, list[str]] = {}
    for path, blob in (names[name] for name in names.keys() - kept.keys()):
        paths.setdefault(blob, []).append(path)
    new = {}
    for blob, source in repository.blobs(paths) if paths else ():
        for path in paths[blob]:
            earlier = found[path, blob] = _read(path, source, context)
            new[f"{blob} {path}"] = pickle.dumps(tuple(earlier), 5)
    if store:
        store.put(KIND, new, kept.keys() - names.keys())
    return found


def context_like(settings: Settings, now: datetime, content: Path) -> Context:
    """Return what files of earlier commits are interpreted by."""
    return Context(settings, now, PictureFolder(content), _Bodies(settings))


def _read(path: str, source: bytes, context: Context) -> Earlier:
    """Read a file as it was. What is no entry, or no finished one, was never due."""
    reading = read_source(path, "entry", source, context)
    entry = reading.made
    broken = any(not each.is_warning and each.rule in _UNFINISHED for each in reading.problems)
    if not isinstance(entry, Entry) or reading.is_draft or not entry.dated or broken:
        return Earlier(None, False, b"", b"")
    shown = entry.status != "hidden" and not entry.withdrawn
    return Earlier(entry.date, shown, signed_text(source), pickle.dumps(entry, 5))
