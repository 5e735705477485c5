"""What builds keep for the next one: one SQLite file for each output folder.

Nothing wrong with this file can make a wrong page, only cost time: a damaged value counts as
missing, an unreadable file is deleted, and a failed write is ignored.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

FOLDER = ".newsroom"
SIGNED = 16
# ``synchronous = OFF`` is safe: what a crash of the system loses or damages is made again.
TABLES = """
PRAGMA secure_delete = ON;
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS kept (
    kind TEXT NOT NULL, name TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (kind, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS output (
    path TEXT NOT NULL PRIMARY KEY, unit TEXT NOT NULL, inputs TEXT NOT NULL,
    digest TEXT NOT NULL, stat TEXT NOT NULL
) WITHOUT ROWID;
"""
ABOUT = ("about", "fingerprint")
Value = str | bytes
Row = tuple[str, str, str, str, str]
"""A file of the output: path, unit, inputs, digest of its bytes, and its ``stat`` as a shortcut."""


class Cache:
    """What is kept, by kind and name; good as long as the fingerprint of the build is the same.

    A forked process has a connection of its own.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._connections: dict[int, sqlite3.Connection] = {}

    def begin(self, fingerprint: str) -> None:
        """Delete the cache if it was not written under this fingerprint."""
        if self.get(*ABOUT) != fingerprint.encode():
            self._remove()
            self.put(ABOUT[0], {ABOUT[1]: fingerprint.encode()})

    def _remove(self) -> None:
        self.close()
        for name in ("", "-journal"):
            path = Path(f"{self.file}{name}")
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def get(self, kind: str, name: str) -> bytes | None:
        """Return what was kept by this name; None if nothing was, or it is damaged."""
        rows = self._read("SELECT value FROM kept WHERE kind = ? AND name = ?", kind, name)
        return self._checked(kind, name, rows[0][0]) if rows else None

    def all(self, kind: str) -> dict[str, bytes]:
        """Return all undamaged values of one kind, by name."""
        rows = self._read("SELECT name, value FROM kept WHERE kind = ?", kind)
        found = ((name, self._checked(kind, name, value)) for name, value in rows)
        return {name: value for name, value in found if value is not None}

    def put(self, kind: str, values: Mapping[str, bytes], gone: Iterable[str] = ()) -> None:
        """Keep some values of a kind, and forget those that are ``gone``, all or nothing."""
        rows = [(kind, name, _sign(kind, name, value) + value) for name, value in values.items()]
        self._write(
            ("DELETE FROM kept WHERE kind = ? AND name = ?", [(kind, name) for name in gone]),
            ("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", rows),
        )

    def outputs(self) -> list[Row]:
        """Return the files of the output, as the last build left them."""
        rows: list[Row] = self._read("SELECT path, unit, inputs, digest, stat FROM output")
        return rows

    def put_outputs(self, rows: Iterable[Row], gone: Iterable[str]) -> None:
        """Note files of the output, and forget those that are ``gone``, all or nothing."""
        self._write(
            ("DELETE FROM output WHERE path = ?", [(path,) for path in gone]),
            ("INSERT OR REPLACE INTO output VALUES (?, ?, ?, ?, ?)", list(rows)),
        )

    def close(self) -> None:
        """Close this process's connection."""
        if connection := self._connections.pop(os.getpid(), None):
            connection.close()

    def _read(self, query: str, *values: str) -> list[Any]:
        with self._careful():
            return self._connection().execute(query, values).fetchall()
        return []

    def _write(self, *changes: tuple[str, Sequence[tuple[Value, ...]]]) -> None:
        with self._careful():
            connection = self._connection()
            with connection:
                for query, rows in changes:
                    connection.executemany(query, rows)

    @contextmanager
    def _careful(self) -> Iterator[None]:
        """Ignore errors of the file and the disk; delete a damaged file."""
        try:
            yield
        except (sqlite3.OperationalError, OSError):
            pass
        except sqlite3.DatabaseError:
            self._remove()

    def _connection(self) -> sqlite3.Connection:
        found = self._connections.get(os.getpid())
        if found is None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            ignored = self.file.parent / ".gitignore"
            if not ignored.exists():  # the site's own .gitignore may not name it
                ignored.write_text("*\n", "utf-8")
            found = sqlite3.connect(self.file, timeout=60)
            found.executescript(TABLES)
            self._connections[os.getpid()] = found
        return found

    def _checked(self, kind: str, name: str, value: bytes) -> bytes | None:
        whole = value[:SIGNED] == _sign(kind, name, value[SIGNED:])
        return value[SIGNED:] if whole else None


def _sign(kind: str, name: str, value: bytes) -> bytes:
    """Return a checksum of a value that also depends on its kind and name."""
    place = blake2b(f"{kind} {name}".encode()).digest()
    return blake2b(value, digest_size=SIGNED, key=place).digest()
