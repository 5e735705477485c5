"""What a publish changes together, put back together if anything fails on the way."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..files import files_in, remove_empty


@contextmanager
def as_they_were(places: Iterable[Path], work: Path) -> Iterator[None]:
    """Put files and folders back as they were, also gone, if anything is raised within.

    ``work`` is a folder for their copies, best on the same disk: then these are links. Files
    must be replaced meanwhile, not written into.
    """
    shutil.rmtree(work, ignore_errors=True)
    kept = {place: work / str(number) for number, place in enumerate(places)}
    try:
        for place, copy in kept.items():
            for path in _files(place):
                (copy / path).parent.mkdir(parents=True, exist_ok=True)
                _same_or_copy(place / path, copy / path)
        try:
            yield
        except BaseException:
            for place, copy in kept.items():
                _bring_back(place, copy)
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _files(place: Path) -> list[str]:
    """List the files below a folder; the empty path for a file itself."""
    return files_in(place) if place.is_dir() else [""] if os.path.lexists(place) else []


def _same_or_copy(file: Path, copy: Path) -> None:
    try:
        os.link(file, copy, follow_symlinks=False)
    except OSError:  # another disk, another user's file, or a file system without links
        shutil.copy2(file, copy, follow_symlinks=False)


def _bring_back(place: Path, copy: Path) -> None:
    before = set(_files(copy))
    for path in set(_files(place)) - before:
        (place / path).unlink()
        remove_empty((place / path).parent, place.parent)
    for path in before:
        old, now = copy / path, place / path
        if not os.path.lexists(now) or _state(now) != _state(old):
            now.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(old, now)


def _state(file: Path) -> tuple[int, int, int]:
    """Return what a link and a copy have in common with a file, and no other file has."""
    found = file.lstat()
    return found.st_mode, found.st_size, found.st_mtime_ns
