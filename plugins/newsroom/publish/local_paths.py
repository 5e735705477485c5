"""Places on somebody's machine, told from the paths of web addresses."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

CONTEXT = 300  # bytes before a path that tell whether it belongs to a web address
# Folders that are the same on every machine of a kind say nothing about this one.
_EVERYWHERE = ("/usr/", "/opt/homebrew", "/Library/", "C:\\Program Files", "C:\\Windows")
# Files of hosts and robots whose lines are paths of the site.
_LISTS_OF_PATHS = ("_headers", "_redirects", "robots.txt")


@dataclass(frozen=True)
class Place:
    """A folder of this machine, absolute, as the system writes it; ``name`` says whose it is."""

    folder: str
    name: str


@dataclass(frozen=True)
class LocalPaths:
    """The folders of this machine that no published file may name.

    Only those of two components and more count: ``/srv`` stands in many texts.
    """

    places: tuple[Place, ...]

    @classmethod
    def here(cls, project: Path) -> LocalPaths:
        """The places of this machine, for a project in the folder ``project``."""
        named = (
            (project, "the project's folder"),
            (Path(os.path.expanduser("~")), "the home folder"),  # noqa: PTH111  (there may be none)
            (Path(tempfile.gettempdir()), "the folder for temporary files"),
            (Path(sys.prefix), "Python's folder"),
            (Path(sys.base_prefix), "Python's folder"),
        )
        return cls.of(
            {
                str(way): name
                for path, name in named
                if path.is_absolute()
                for way in (path, path.resolve())
            }
        )

    @classmethod
    def of(cls, named: dict[str, str]) -> LocalPaths:
        """The folders that tell something, with the name of each; the longest path first."""
        places = [
            Place(folder, name)
            for folder, name in named.items()
            if len(PurePath(folder).parts) > 2 and not f"{folder}/".startswith(_EVERYWHERE)
        ]
        return cls(tuple(sorted(places, key=lambda place: -len(place.folder))))


@dataclass(frozen=True)
class Mention:
    """A local path in a file. ``start`` counts bytes from 0; ``what`` completes ``names …``."""

    start: int
    what: str


# In a name: no separator, no quotation mark, and no white space, for that often ends the path.
# Dots in its place are how a text leaves it out.
_NAME = rb"""(?!\xe2\x80\xa6|\.\.)[^\s/\\:*?"'<>|`&;,()\[\]{}$]+"""
_FILE_URL = re.compile(rb"(?<![A-Za-z])file:/{1,3}[\w.%~-]+[/\\:|][^\s\"'<>)]*", re.I)
_UNIX_HOME = re.compile(rb"/(?:home|Users)/" + _NAME + rb"/")
_WINDOWS_HOME = re.compile(
    rb"(?<![A-Za-z0-9])[A-Za-z]:[\\/]{1,2}[Uu]sers[\\/]{1,2}" + _NAME + rb"[\\/]"
)
# With the bytes that must be there: to look for these first is many times faster.
_HOMES = (
    ((b"/home/", b"/Users/"), _UNIX_HOME),
    ((b"sers\\", b"sers/"), _WINDOWS_HOME),
)
# What stands directly before a path that is a link within a site: HTML, Markdown, CSS, JSON.
_LINK = re.compile(
    rb"""(?:\b(?:href|src|srcset|action|formaction|poster|cite)\s*=\s*"""
    rb"""(?:"[^"<>]*|'[^'<>]*|[^\s"'<>]*)"""
    rb"""|\]\(\s*<?|\]:\s*<?|\burl\(\s*["']?|"(?:url|href|src|id|@id)"\s*:\s*")$"""
)
_ADDRESS = re.compile(rb"""://[^\s"'<>]*$""")


def mentions(data: bytes, local: LocalPaths, path: str, is_text: bool) -> Iterator[Mention]:
    """The local paths in a file whose output path is ``path``, from the longest place on.

    In what is no text only this machine's own places count: a program made by others
    may well name the folder of its maker.
    """
    taken: set[int] = set()
    for place in local.places:
        for found in _of_place(place, data):
            if found.start() not in taken and not _is_in_address(data, found.start()):
                taken.add(found.start())
                yield Mention(found.start(), f"{place.name} on this machine ({place.folder})")
    if not is_text:
        return
    if b"ile:/" in data or b"FILE:/" in data:
        for found in _FILE_URL.finditer(data):
            places = set(range(*found.span()))
            if not taken & places:
                yield Mention(found.start(), "a file on a machine (file:///…)")
            taken |= places
    for marks, pattern in _HOMES:
        if any(mark in data for mark in marks):
            yield from _homes(data, pattern, taken, path)


def _of_place(place: Place, data: bytes) -> Iterator[re.Match[bytes]]:
    raw = place.folder.encode("utf-8", "surrogateescape")
    if b"\\" not in raw:
        return re.finditer(re.escape(raw) + rb"(?![\w-])", data) if raw in data else iter(())
    parts = [re.escape(part) for part in re.split(rb"[\\/]+", raw)]
    return re.finditer(rb"[\\/]{1,2}".join(parts) + rb"(?![\w-])", data, re.I)


def _homes(
    data: bytes, pattern: re.Pattern[bytes], taken: set[int], path: str
) -> Iterator[Mention]:
    for found in pattern.finditer(data):
        start = found.start()
        if start in taken or (pattern is _UNIX_HOME and _is_of_site(data, start, path)):
            continue
        taken.add(start)
        yield Mention(start, f"somebody's home folder ({found[0].decode('utf-8', 'replace')}…)")


def _is_of_site(data: bytes, start: int, path: str) -> bool:
    """Whether a path is one of a site rather than of a machine."""
    if path.rpartition("/")[2] in _LISTS_OF_PATHS:
        return True
    before = data[max(0, start - CONTEXT) : start]
    return _is_in_address(data, start) or _LINK.search(before) is not None


def _is_in_address(data: bytes, start: int) -> bool:
    """Whether a path goes on from a longer one, or from a web address."""
    before = data[max(0, start - CONTEXT) : start]
    last = before[-4:].decode("utf-8", "ignore")[-1:]
    return last.isalnum() or last in tuple("_~.-/%}@") or _ADDRESS.search(before) is not None
