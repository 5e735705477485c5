"""What single files were read as, kept from one check to the next.

Nothing is kept that depends on more than the file's own bytes, its path and the
fingerprint, which its caller makes of the plugin's code, the settings and the
versions. So what is recalled is what would be read: a file is known by its bytes,
never by its time.
"""

from __future__ import annotations

import gc
import io
import os
import pickle
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from hashlib import blake2b
from pathlib import Path
from typing import Any

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

_SIGNED = 16
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


class Memory:
    """What was read from single files, by path and content hash.

    ``digests`` are those of all Markdown files that the last scan has read: path
    relative to the content folder, to hex digits. Without a folder, as for a
    check that stands alone, nothing is loaded or saved.
    """

    def __init__(self, folder: Path | None = None, fingerprint: str = "") -> None:
        self.digests: dict[str, str] = {}
        self._folder = folder
        self._key = blake2b(repr((fingerprint, _surroundings())).encode()).digest()
        self._shards: dict[int, _Shard] = {}
        self._began = False

    @classmethod
    def load(cls, folder: Path, fingerprint: str) -> Memory:
        """The memory in ``folder``; empty where that is missing, damaged or another's.

        Never raises. A part is read from the disk when it is first asked for.
        """
        return cls(folder, fingerprint)

    def save(self) -> None:
        """Write what has changed since it was loaded; files that are gone are forgotten.

        A folder that cannot be written only makes the next check slower.
        """
        if self._folder is None or not self._began:
            return
        for number in range(SHARDS):
            file = self._file(self._folder, number)
            shard = self._shards.get(number, _Shard())
            with suppress(OSError):
                if not shard.used:
                    file.unlink(missing_ok=True)
                elif shard.used != shard.on_disk:
                    data = _dumped(shard.used)
                    _put(file, self._signed(data) + data)
                    shard.on_disk = dict(shard.used)

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
        """A part as it was saved; nothing if it is damaged or of another fingerprint."""
        if self._folder is None:
            return {}
        try:
            written = self._file(self._folder, number).read_bytes()
            if written[:_SIGNED] == self._signed(memoryview(written)[_SIGNED:]):
                source = io.BytesIO(written)
                source.seek(_SIGNED)
                found: dict[str, _Item] = _Unpickler(source).load()
                return found
        except Exception:
            pass
        return {}

    def _file(self, folder: Path, number: int) -> Path:
        return folder / f"{number:02x}.pickle"

    def _signed(self, data: bytes | memoryview) -> bytes:
        """What shows that a part is whole, and of this fingerprint."""
        return blake2b(data, digest_size=_SIGNED, key=self._key).digest()


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


def _put(file: Path, data: bytes) -> None:
    """Write a file whole or not at all.

    Nothing waits for the disk: what a power cut damages is seen by its signature.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(data)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)


def _surroundings() -> tuple[object, ...]:
    """What else dateutil goes by: the year, for those of two digits."""
    return (time.localtime().tm_year,)


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
