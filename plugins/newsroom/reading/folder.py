"""What lies in a content folder, by its name and by where it really is."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from ..model.problems import Problem

SOURCES = (".md", ".markdown", ".mkd", ".mdown", ".MD", ".rst")
_NO_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

# A file by its name, and where it is: both POSIX and relative to the content folder. The latter
# is absolute outside that folder, and empty for what is no file.
Found = tuple[str, str]


def files_of(content: Path, places: tuple[str, ...], problems: list[Problem]) -> Iterator[Found]:
    """All files, each folder's sorted; hidden ones and editors' copies left out.

    Links to folders are followed last: what lies in the content folder is found by its own
    name, whatever else leads there. A folder is read once: from a second name for it come
    only files that are no sources. Where it has any, that is an error in a folder that sources
    are read from (``places``): somebody waits for a second page.
    """
    top = os.path.realpath(content)
    seen: dict[str, str] = {}
    waiting = [("", top)]  # folders: as they are named, and where they are; the last comes first
    links: list[str] = []
    while waiting or links:
        folder, real = waiting.pop() if waiting else (links[0], "")
        if not real:
            links.pop(0)
            real = os.path.realpath(content / folder)
            if real in seen:
                yield from _once_more(content, top, folder)
                problems += _twice(content, folder, seen[real], places)
                continue
        seen[real] = folder
        listed = _listed(content, folder, problems)
        for entry in listed:
            if not _says(entry.is_dir) and not is_copy(entry.name):
                yield folder + entry.name, _place_of(entry, real, top)
        for entry in reversed(listed):
            if not _says(entry.is_dir):
                continue
            if _says(entry.is_symlink):
                links.append(f"{folder}{entry.name}/")
            else:
                waiting.append((f"{folder}{entry.name}/", f"{real.rstrip('/')}/{entry.name}"))
        links.sort()


def is_copy(name: str) -> bool:
    """Whether a file is hidden, or what an editor leaves behind."""
    return name.startswith((".", "#")) or name.endswith("~")


def _once_more(content: Path, top: str, folder: str) -> Iterator[Found]:
    """What is no source in a folder that has been read by another name."""
    for path in _below(content / folder):
        real = os.path.realpath(content / folder / path)
        if not path.endswith(SOURCES) and Path(real).is_file():
            yield folder + path, real.removeprefix(f"{top}/")


def _twice(content: Path, folder: str, first: str, places: tuple[str, ...]) -> Iterator[Problem]:
    """A problem for a link to a folder of sources that has been read by the name ``first``."""
    if not any(path.endswith(SOURCES) for path in _below(content / folder)):
        return
    is_place = any(folder.startswith(f"{place}/") for place in places)
    is_circle = folder.startswith(first)  # nothing new can come of it
    yield Problem(
        folder.rstrip("/"), 1, "same-file",
        f"{'' if is_place and not is_circle else 'warning: '}this is a link to {{content}}/{first},"
        " which is read by that name: no text has two pages: remove the link",
    )  # fmt: skip


def _below(folder: Path) -> Iterator[str]:
    """The files below a folder, by their names in it; further links are not followed."""
    for root, below, names in os.walk(folder):
        below[:] = sorted(name for name in below if not is_copy(name))
        place = os.path.relpath(root, folder)
        for name in sorted(names):
            if not is_copy(name) and not _NO_NAME.search(name):
                yield name if place == "." else f"{place}/{name}"


def _place_of(entry: os.DirEntry[str], folder: str, top: str) -> str:
    """Where a file of the folder at ``folder`` is; empty if it is none."""
    real = f"{folder.rstrip('/')}/{entry.name}"
    if not _says(entry.is_file, follow_symlinks=False):
        real = os.path.realpath(real)  # a loop of links leads to itself
        if not Path(real).is_file():
            return ""
    return real.removeprefix(f"{top}/")


def _listed(content: Path, folder: str, problems: list[Problem]) -> list[os.DirEntry[str]]:
    """What is in a folder, by name, without what is hidden.

    ``folder`` is relative to the content folder, and ends in a slash unless it is that one.
    """
    try:
        with os.scandir(f"{content}/{folder}") as entries:
            shown = [entry for entry in entries if not entry.name.startswith(".")]
    except OSError as error:
        message = f"this folder cannot be read ({error.strerror}), so nothing in it is published"
        problems.append(Problem(folder.rstrip("/") or ".", 1, "unread", message))
        return []
    for entry in shown:
        if _NO_NAME.search(entry.name) and (_says(entry.is_dir) or entry.name.endswith(SOURCES)):
            message = (
                "this name holds what no address can (bytes that are not UTF-8,"
                " or a control character): rename it"
            )
            problems.append(Problem(folder + entry.name, 1, "file-name", message))
    named = (entry for entry in shown if not _NO_NAME.search(entry.name))
    return sorted(named, key=lambda entry: entry.name)


def _says(ask: Callable[..., bool], **how: bool) -> bool:
    """What a name says of itself; one that cannot be asked says no."""
    try:
        return ask(**how)
    except OSError:
        return False
