"""What single files were read as, kept from one check to the next.

Nothing is kept that depends on more than the file's own bytes, its path, and what the store goes
by: the plugin's code, the settings and the versions. So what is recalled is what would be read:
a file is known by its bytes, never by its time.
"""

from __future__ import annotations

import gc
import io
import pickle
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

from ..images.opening import ImageError
from ..images.screenshots import Image, PictureFolder, read_picture
from ..model.author import Author, Goal, Photo, Role
from ..model.body import Body, Fault, Link, Task
from ..model.citation import Citation, Screenshot
from ..model.entry import Commitment, Correction, Entry, Withdrawal
from ..model.moment import Moment
from ..model.newsroom import Page
from ..model.problems import Problem, Severity
from .fields import Reading

KIND = "checked"
_CLASSES = {
    (kind.__module__, kind.__qualname__): kind
    for kind in (
        *(Author, Goal, Photo, Role, Body, Fault, Link, Task, Citation, Screenshot, Entry, Page),
        *(Commitment, Correction, Withdrawal, Moment, Problem, Severity, Image, Reading),
        *(date, datetime, timedelta, timezone),
    )
}


class Store(Protocol):
    """Keeps bytes by kind and name, whole or not at all, as long as they hold."""

    def all(self, kind: str) -> Mapping[str, bytes]:
        """Return all that was kept of a kind, by name."""

    def put(self, kind: str, values: Mapping[str, bytes], gone: Iterable[str] = ()) -> None:
        """Keep some values, and forget what is ``gone``."""


class Memory:
    """What was read from single files, by path and content hash.

    ``digests`` are those of all Markdown files that the last scan has read: path
    relative to the content folder, to hex digits. Without a store, as for a
    check that stands alone, nothing is loaded or saved.
    """

    def __init__(self, store: Store | None = None) -> None:
        self.digests: dict[str, str] = {}
        self._store = store
        self._stored: dict[str, bytes] = {}
        self._known: dict[str, tuple[str, object]] = {}
        self._used: set[str] = set()
        self._new: set[str] = set()

    def begin(self) -> None:
        """Begin a scan: what it does not use will be forgotten."""
        self.digests, self._used = {}, set()
        if self._store and not self._stored:
            self._stored = dict(self._store.all(KIND))

    def save(self) -> None:
        """Write what is new; files that are gone are forgotten."""
        if self._store is None or not self._used:
            return
        new = {key: pickle.dumps(self._known[key], 5) for key in self._new & self._used}
        gone = self._stored.keys() - self._used
        self._store.put(KIND, new, gone)
        self._stored = {key: self._stored.get(key, b"") for key in self._used} | new
        self._new.clear()

    def recall(self, key: str, digest: str) -> Any:
        """Return what was kept of bytes with this digest; None if nothing was."""
        if key not in self._known and (data := self._stored.get(key)):
            try:
                self._known[key] = _Unpickler(io.BytesIO(data)).load()
            except Exception:  # whatever a damaged pickle does
                return None
        found = self._known.get(key)
        if found is None or found[0] != _stamp(digest):
            return None
        self._used.add(key)
        return found[1]

    def keep(self, key: str, digest: str, value: object) -> None:
        """Remember what was read from bytes with this digest."""
        self._known[key] = (_stamp(digest), value)
        self._used.add(key)
        self._new.add(key)

    def pictures(self, content: Path) -> PictureFolder:
        """Return the pictures of a content folder; each is looked into when its bytes are new."""
        return PictureFolder(content, self._picture)

    def _picture(self, data: bytes, path: str, pixels: bool) -> Image:
        """Read as ``read_picture`` does. What is wrong with a picture is remembered as well."""
        key, digest = f"{path}\0{pixels:d}", digest_of(data)
        found: Image | str | None = self.recall(key, digest)
        if found is None:
            try:
                found = read_picture(data, path, pixels)
            except ImageError as error:
                found = str(error)
            self.keep(key, digest, found)
        if isinstance(found, str):
            raise ImageError(found)
        return found


def _stamp(digest: str) -> str:
    """Return a digest and the year, by which dateutil reads years of two digits."""
    return f"{digest} {time.localtime().tm_year}"


def digest_of(data: bytes) -> str:
    """Return the hex digits by which a file's bytes are known."""
    return blake2b(data, digest_size=16).hexdigest()


class _Unpickler(pickle.Unpickler):
    """Makes nothing but what a reading holds, whatever a file asks for."""

    def find_class(self, module: str, name: str) -> type:
        """Return a class of ours. Raises KeyError for anything else."""
        return _CLASSES[module, name]


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector of cycles, which goes through a large newsroom again and again.

    What was made meanwhile is then old at once: else it would all be gone through
    as soon as this ends.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
