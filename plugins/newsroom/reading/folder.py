"""What lies in a content folder, by its name and by where it really is."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ..model.problems import Problem, Severity

SOURCES = (".md", ".markdown", ".mkd", ".mdown", ".MD", ".rst")
_NO_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BAD_NAME = (
    "this name holds what no address can (bytes that are not UTF-8, or a control character):"
    " rename it"
)

# A file by its name, and where it is: both POSIX and relative to the content folder. The latter
# is absolute outside that folder, and empty for what is no file.
Found = tuple[str, str]


def files_of(content: Path, places: tuple[str, ...], problems: list[Problem]) -> Iterator[Found]:
    """Yield all files, each folder's sorted; hidden ones and editors' copies left out.

    Links to folders are followed last, so that what lies in the content folder is found by its
    own name. A folder is read once: by a second name for it come only files that are no sources.
    Where it has any, that is an error in a folder that sources are read from (``places``).
    """
    top = os.path.realpath(content)
    first_names: dict[str, str] = {}
    told: set[str] = set()
    waiting = [("", "")]  # folders, each with the link whose second name for one it lies in
    links: list[str] = []
    while waiting or links:
        folder, link = waiting.pop() if waiting else (links.pop(0), "")
        real = os.path.realpath(content / folder)
        first = first_names.setdefault(real, folder)
        if first != folder:
            link = link or folder
        folders = []
        for entry in _listed(content, folder, problems):
            name = folder + entry.name
            if _is_folder(entry) and not entry.is_symlink():
                folders.append((f"{name}/", link))
            elif _is_folder(entry):
                links += [] if link else [f"{name}/"]
            elif is_copy(entry.name):
                continue
            elif link and entry.name.endswith(SOURCES):
                if link not in told:
                    problems.append(_second_name(link, first_names, content, places))
                    told.add(link)
            else:
                yield name, _place_of(entry, real, top)
        waiting += reversed(folders)
        links.sort()


def is_copy(name: str) -> bool:
    """Whether a file is hidden, or what an editor leaves behind."""
    return name.startswith((".", "#")) or name.endswith("~")


def _second_name(
    link: str, first_names: dict[str, str], content: Path, places: tuple[str, ...]
) -> Problem:
    """Make the problem of a second name for a folder of sources: somebody waits for a page."""
    first = first_names[os.path.realpath(content / link)]
    is_place = any(link.startswith(f"{place}/") for place in places)
    is_circle = link.startswith(first)  # nothing new can come of it
    message = (
        f"this is a link to {{content}}/{first}, which is read by that name: no text has two"
        " pages: remove the link"
    )
    severity = Severity.ERROR if is_place and not is_circle else Severity.WARNING
    return Problem(link.rstrip("/"), 1, "same-file", message, severity)


def _place_of(entry: os.DirEntry[str], folder: str, top: str) -> str:
    """Return where a file of the folder at ``folder`` is; empty if it is none."""
    real = f"{folder.rstrip('/')}/{entry.name}"
    if not entry.is_file(follow_symlinks=False):
        real = os.path.realpath(real)  # a loop of links leads to itself
        if not Path(real).is_file():
            return ""
    return real.removeprefix(f"{top}/")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a loop of links
        return False


def _listed(content: Path, folder: str, problems: list[Problem]) -> list[os.DirEntry[str]]:
    """Return what is in a folder, by name, without what is hidden.

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
        if _NO_NAME.search(entry.name) and (_is_folder(entry) or entry.name.endswith(SOURCES)):
            problems.append(Problem(folder + entry.name, 1, "file-name", _BAD_NAME))
    named = (entry for entry in shown if not _NO_NAME.search(entry.name))
    return sorted(named, key=lambda entry: entry.name)
