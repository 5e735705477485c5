"""What single files were read as, kept from one check to the next.

Nothing is kept that depends on more than the file's own bytes, its path and the
fingerprint, which its caller makes of the plugin's code, the settings and the
versions. So what is recalled is what would be read: a file is known by its bytes,
never by its time.
"""

from __future__ import annotations

import gc
import io
import pickle
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
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

SHARDS = 64
"""So that one changed file does not make all be written again."""

KIND = "checked"
_OURS: tuple[type, ...] = (
    *(Author, Goal, Photo, Role, Body, Fault, Link, Task, Citation, Screenshot, Entry, Commitment),
    *(Correction, Withdrawal, Moment, Page, Problem, Image, Severity),
)
_PLAIN = (date, datetime, timedelta, timezone)


_CLASSES = {(kind.__module__, kind.__qualname__) for kind in (*_OURS, *_PLAIN, Reading)}

_Item = tuple[str, Any]


@dataclass
class _Shard:
    """A part of the memory: what is on the disk, what is known, what was used in this scan.

    Each maps a key to a digest and what was read from the bytes with that digest.
    """

    on_disk: dict[str, _Item] = field(default_factory=dict)
    known: dict[str, _Item] = field(default_factory=dict)
    used: dict[str, _Item] = field(default_factory=dict)


class Store(Protocol):
    """Keeps bytes by kind and name, whole or not at all, as long as they hold."""

    def get(self, kind: str, name: str) -> bytes | None:
        """Return what was kept; None if nothing was."""

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
        self._shards: dict[int, _Shard] = {}
        self._began = False

    def save(self) -> None:
        """Write what has changed since it was loaded; files that are gone are forgotten."""
        if self._store is None or not self._began:
            return
        changed: dict[str, bytes] = {}
        gone: list[str] = []
        for number in range(SHARDS):
            shard = self._shards.get(number, _Shard())
            if not shard.used:
                gone.append(f"{number:02x}")
            elif shard.used != shard.on_disk:
                changed[f"{number:02x}"] = _dumped(shard.used)
            shard.on_disk = dict(shard.used)
        self._store.put(KIND, changed, gone)

    def begin(self) -> None:
        """A new scan begins: what it does not use will be forgotten."""
        self.digests = {}
        self._began = True
        for shard in self._shards.values():
            shard.used = {}

    def recall(self, key: str, digest: str) -> Any:
        """What was kept of bytes with this digest; None if nothing was."""
        shard = self._shard(key)
        found = shard.known.get(key)
        if found is None or found[0] != digest:
            return None
        shard.used[key] = found
        return found[1]

    def keep(self, key: str, digest: str, value: object) -> None:
        """Remember what was read from bytes with this digest."""
        shard = self._shard(key)
        shard.known[key] = shard.used[key] = (digest, value)

    def pictures(self, content: Path) -> PictureFolder:
        """The pictures of a content folder; each is looked into only when its bytes are new."""
        return PictureFolder(content, self._picture)

    def _picture(self, data: bytes, path: str, pixels: bool) -> Image:
        """As ``read_picture``. What is wrong with a picture is remembered as well."""
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

    def _shard(self, key: str) -> _Shard:
        number = zlib.crc32(key.encode("utf-8", "surrogatepass")) % SHARDS
        if number not in self._shards:
            found = self._loaded(number)
            self._shards[number] = _Shard(found, dict(found))
        return self._shards[number]

    def _loaded(self, number: int) -> dict[str, _Item]:
        """Return a part as it was saved; nothing if there is none that can be read."""
        data = self._store.get(KIND, f"{number:02x}") if self._store else None
        if data is None:
            return {}
        try:
            found: dict[str, _Item] = _Unpickler(io.BytesIO(data)).load()
            return found
        except Exception:
            return {}


def digest_of(data: bytes) -> str:
    """The hex digits by which a file's bytes are known."""
    return blake2b(data, digest_size=16).hexdigest()


class _Unpickler(pickle.Unpickler):
    """Makes nothing but what a reading holds, whatever a file asks for."""

    def find_class(self, module: str, name: str) -> Any:
        """A class of ours. Raises UnpicklingError for anything else."""
        if (module, name) not in _CLASSES:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a reading")
        return super().find_class(module, name)


def _dumped(items: dict[str, _Item]) -> bytes:
    out = io.BytesIO()
    pickle.Pickler(out, 5).dump(items)
    return out.getvalue()


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
