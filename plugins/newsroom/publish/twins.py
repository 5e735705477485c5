"""Compressed twins beside text files, for hosts that send one as it lies there."""

from __future__ import annotations

import filecmp
import gzip
import os
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ..model.policy import TWINS, is_text
from .manifest import hash_of


@dataclass(frozen=True)
class Last:
    """What the last publish left: its folder, and the hashes of its files."""

    folder: Path
    files: Mapping[str, str]


def write_twins(folder: Path, paths: Iterable[str], last: Last) -> int:
    """Write ``<file>.br`` (RFC 7932) and ``<file>.gz`` (RFC 1952) beside each text file.

    A twin that the last publish made of the same bytes is taken from there. Returns
    how many files were compressed anew.
    """
    texts = [path for path in paths if is_text(path)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # both compressors release Python's lock
        return sum(pool.map(lambda path: _write(folder, path, last), texts))


def _write(folder: Path, path: str, last: Last) -> bool:
    file, before = folder / path, last.folder / path
    if before.is_file() and filecmp.cmp(file, before, shallow=False) and _are_whole(path, last):
        for ending in TWINS:
            shutil.copyfile(f"{before}{ending}", f"{file}{ending}")
        return False
    import brotli  # only who publishes has it

    data = file.read_bytes()
    Path(f"{file}.br").write_bytes(brotli.compress(data, mode=brotli.MODE_TEXT, quality=11))
    # Without a time and a name, so that the same text always gives the same bytes.
    Path(f"{file}.gz").write_bytes(gzip.compress(data, compresslevel=9, mtime=0))
    return True


def _are_whole(path: str, last: Last) -> bool:
    twins = [f"{path}{ending}" for ending in TWINS]
    return all(
        (last.folder / twin).is_file() and hash_of(last.folder / twin) == last.files.get(twin)
        for twin in twins
    )
