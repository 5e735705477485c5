"""What a build made of what: outputs with the digest of their inputs, kept between builds.

A ledger is written last, and whole or not at all. One that is missing, damaged
or of another version is an empty one: everything is made anew.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import shutil
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

VERSION = b"rapid ledger 2\n"
Stamp = tuple[int, int, int, int]


class Made(NamedTuple):
    """A file of the output: the digest of all its inputs, or what its render read, and its stamp.

    ``stamp`` is its size, two times and number on the disk, once it was in place:
    what has another one was changed by hand. ``reads`` are those of ``tracing``.
    """

    key: str
    stamp: Stamp
    reads: Any = None


def stamp(path: str) -> Stamp | None:
    """A file's stamp, None if it is not there or no file."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    if (found.st_mode & 0o170000) != 0o100000:
        return None
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def read_kept(file: Path) -> Any:
    """What ``write_kept`` wrote; None if it is not there, damaged or of another version.

    Raises nothing: a damaged memory is no memory.
    """
    try:
        data = file.read_bytes()
    except OSError:
        return None
    head = len(VERSION) + 16
    if (
        not data.startswith(VERSION)
        or blake2b(data[head:], digest_size=16).digest() != (data[len(VERSION) : head])
    ):
        return None
    with contextlib.suppress(Exception):  # its classes may have changed since
        return pickle.loads(data[head:])
    return None


def write_kept(file: Path, value: Any, sync: bool = False) -> None:
    """Write a value so that ``read_kept`` knows whether it is whole. Raises OSError."""
    payload = pickle.dumps(value, protocol=5)
    write_whole(file, VERSION + blake2b(payload, digest_size=16).digest() + payload, sync)


def write_whole(file: Path, data: bytes, sync: bool = False) -> None:
    """Write a file whole or not at all; ``sync`` waits for the disk. Raises OSError."""
    _make_way(file)
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        with new.open("wb") as out:
            out.write(data)
            out.flush()
            if sync:
                os.fsync(out.fileno())
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def _make_way(file: Path) -> None:
    """Remove what lies where a file or its folders belong, and is of another sort."""
    for parent in reversed(file.parents):
        if (parent.is_symlink() or parent.is_file()) and not parent.is_dir():
            parent.unlink()
    if file.is_dir() and not file.is_symlink():
        shutil.rmtree(file)
    file.parent.mkdir(parents=True, exist_ok=True)


Outputs = Mapping[str, tuple[str, Stamp, Any]]


def read_ledger(file: Path) -> tuple[str, Outputs]:
    """The digest of all that the last build was made of, empty if that is not known.

    And its outputs by path, relative to the output folder: as of ``Made``.
    """
    found = read_kept(file)
    if not isinstance(found, tuple):
        return "", {}
    return found  # plain tuples: ten thousand objects take a tenth of a second to make


def write_ledger(file: Path, whole: str, outputs: Outputs) -> None:
    """Keep the outputs for the next build, and the digest of all that they were made of."""
    write_kept(file, (whole, {path: tuple(made) for path, made in outputs.items()}), True)
