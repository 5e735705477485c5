"""Compressed twins beside text files, for hosts that send one as it lies there."""

from __future__ import annotations

import filecmp
import gzip
import os
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..model.policy import TWINS, is_text
from .manifest import hash_of


def write_twins(folder: Path, paths: Iterable[str], last: Path, hashes: Mapping[str, str]) -> None:
    """Write ``<file>.br`` (RFC 7932) and ``<file>.gz`` (RFC 1952) beside each text file.

    A twin that the last publish made of the same bytes is taken from its folder ``last``, if
    it still has its hash.
    """

    def is_whole(twin: str) -> bool:
        return (last / twin).is_file() and hash_of(last / twin) == hashes.get(twin)

    def write(path: str) -> None:
        file, before = folder / path, last / path
        twins = [f"{path}{ending}" for ending in TWINS]
        unchanged = before.is_file() and filecmp.cmp(file, before, shallow=False)
        if unchanged and all(map(is_whole, twins)):
            for twin in twins:
                shutil.copyfile(last / twin, folder / twin)
        else:
            _compress(file)

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # both compressors release Python's lock
        list(pool.map(write, filter(is_text, paths)))


def _compress(file: Path) -> None:
    import brotli  # only who publishes has it

    data = file.read_bytes()
    Path(f"{file}.br").write_bytes(brotli.compress(data, mode=brotli.MODE_TEXT, quality=11))
    # Without a time and a name, so that the same text always gives the same bytes.
    Path(f"{file}.gz").write_bytes(gzip.compress(data, compresslevel=9, mtime=0))
