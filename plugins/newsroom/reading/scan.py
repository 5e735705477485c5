"""A content folder, to a newsroom and the problems found on the way.

This is the only place where content files are opened and the only way that
entries come into being.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from ..model.author import Author, Goal
from ..model.citation import SUFFIX, Citation
from ..model.entry import Entry
from ..model.header import Header, parse
from ..model.newsroom import Newsroom, Page
from ..model.problems import Problem, Severity
from ..model.settings import Settings
from .bodies import BodyReader
from .fields import Context, Reading
from .folder import SOURCES, files_of, is_copy
from .interpret_citation import interpret_citation
from .interpret_entry import interpret_entry, interpret_page
from .interpret_profile import interpret_author, interpret_goal
from .memory import Memory, digest_of
from .signs import check_header, conflicts, held_back

T = TypeVar("T")

PLACES = ("incidents", "posts", "authors", "goals")
OTHER_SUFFIXES = SOURCES[1:]
_NO_FILE = "this leads to nothing, or to what is no file (a pipe, a device): delete it"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass
class Scan:
    """What a scan has found so far. ``drafts`` are paths of files held back.

    ``problems`` have paths relative to the content folder.
    """

    made: list[Entry | Citation | Author | Goal | Page] = field(default_factory=list)
    statics: set[str] = field(default_factory=set)
    linked: dict[str, str] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    drafts: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def newsroom(self) -> Newsroom:
        """Return the newsroom found, its parts in the order of their paths."""
        return Newsroom(
            authors=self._all(Author),
            goals=self._all(Goal),
            citations=self._all(Citation),
            entries=self._all(Entry),
            pages=self._all(Page),
            statics=frozenset(self.statics),
            unreadable=frozenset(self.unreadable),
            linked=self.linked,
        )

    def _all(self, kind: type[T]) -> tuple[T, ...]:
        return tuple(made for made in self.made if isinstance(made, kind))

    def take(self, path: str, reading: Reading) -> None:
        """Add what one file was read as."""
        if reading.made is None:
            self.unreadable.add(path)
        else:
            self.made.append(reading.made)
        self.problems += reading.problems
        if reading.is_draft:
            self.drafts.add(path)


def scan(
    content: Path,
    settings: Settings,
    now: datetime,
    memory: Memory | None = None,
    proposed: Mapping[str, bytes] = MappingProxyType({}),
) -> Scan:
    """Read every file of a content folder; nothing in it raises.

    What the memory has of a file with these bytes is not made again. ``proposed``
    are bytes that files, by path, are to have: they are read instead.
    """
    found = Scan()
    memory = Memory() if memory is None else memory
    memory.begin()
    context = Context(settings, now, memory.pictures(content), BodyReader(settings))
    sources: dict[str, str] = {}
    for path, real in files_of(content, (*PLACES, *settings.page_paths), found.problems):
        if path.endswith(OTHER_SUFFIXES) and _place(f"{path.rpartition('.')[0]}.md", settings):
            found.problems.append(_unplaced(path, "an entry's name ends in .md"))
        elif not path.endswith(".md"):
            if real and not real.startswith("/"):
                found.statics.add(path)
                if real != path:
                    found.linked[path] = real
        elif (place := _place(path, settings)) is None:
            wanted = "its place must be posts/, pages/, authors/, goals/ or incidents/<incident>/"
            found.problems.append(_unplaced(path, wanted))
        elif first := _read_already(path, real, sources, settings):
            found.take(path, _unread(path, 1, "same-file", _same_file(first)))
        elif not real:
            found.take(path, _unread(path, 1, "unread", _NO_FILE))
        else:
            try:
                data = proposed[path] if path in proposed else (content / path).read_bytes()
            except OSError as error:
                message = f"this file cannot be read ({error.strerror}): mend that, or delete it"
                found.take(path, _unread(path, 1, "unread", message))
            else:
                found.take(path, _reading(path, place, data, context, memory))
    return found


def _unread(path: str, line: int, rule: str, message: str, is_draft: bool = False) -> Reading:
    return Reading(None, (Problem(path, line, rule, message),), is_draft)


def _unplaced(path: str, why: str) -> Problem:
    return Problem(path, 1, "place", f"this file is not read: {why}", Severity.WARNING)


def _read_already(path: str, real: str, sources: dict[str, str], settings: Settings) -> str:
    """Return the other name by which a file is read, that a link leads to; else empty."""
    is_hidden = any(is_copy(part) for part in real.split("/"))
    if real not in ("", path) and real.endswith(".md") and not is_hidden and _place(real, settings):
        return real
    first = sources.setdefault(real or path, path)
    return first if first != path else ""


def _same_file(first: str) -> str:
    return (
        f"this is a link to {{content}}/{first}, which is read by that name: one text cannot"
        " have two pages: remove the link, or write a file of its own"
    )


def _place(path: str, settings: Settings) -> str | None:
    """Return which sort of file a Markdown file is by its place; None if by none."""
    parts = path.split("/")
    if parts[0] == "incidents":
        if len(parts) != 3:
            return None
        return "citation" if path.endswith(SUFFIX) else "entry"
    if path.endswith(SUFFIX):
        return None
    if parts[0] in ("authors", "goals"):
        return parts[0].removesuffix("s") if len(parts) == 2 else None
    if any(path.startswith(f"{folder}/") for folder in settings.page_paths):
        return "page"
    return "entry" if parts[0] == "posts" and len(parts) > 1 else None


def _reading(path: str, place: str, data: bytes, context: Context, memory: Memory) -> Reading:
    """Return what a file's bytes say, remembered or read."""
    digest = memory.digests[path] = digest_of(data)
    known: Reading | None = memory.recall(path, digest)
    if known is not None:
        return known
    reading = _read(path, place, data, context)
    if reading.lasts and context.bodies.lasts:
        memory.keep(path, digest, reading)
    return reading


def _read(path: str, place: str, data: bytes, context: Context) -> Reading:
    """Return what a file's bytes say."""
    # Only entries and pages have a status: elsewhere the word means nothing.
    has_status = place in ("entry", "citation", "page")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"this is not UTF-8 (byte {data[error.start]:#04x}): save the file as UTF-8"
        says_draft = has_status and parse(data.decode("utf-8", "replace")).says_draft
        return _unread(path, line, "encoding", message, says_draft)
    if not text.strip():
        return _unread(path, 1, "empty-file", "this file is empty: write it, or delete it")
    header = parse(text)
    # Whatever else is wrong with an entry, its problems are a draft's if it says it is one.
    says_draft = has_status and header.says_draft
    if found := [Problem(path, line, "conflict", message) for line, message in conflicts(text)]:
        return Reading(None, tuple(found), says_draft)
    problems = list(check_header(path, header))
    if odd := _CONTROL.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        message = f"a control character (U+{ord(odd[0]):04X}) stands in this line: delete it"
        problems.append(Problem(path, line, "encoding", message))
    if broken := _no_header(path, text, header):
        return Reading(None, (*problems, broken), says_draft)
    signs = held_back(header, place)
    problems += [Problem(path, line, "status", message) for line, message in signs]
    reading = _INTERPRETERS[place](path, header, context)
    return replace(
        reading,
        problems=(*problems, *reading.problems),
        is_draft=says_draft or reading.is_draft,
    )


def _no_header(path: str, text: str, header: Header) -> Problem | None:
    """Say why a file cannot be read as a header and a body; None if it can."""
    if header.broken_at is not None:
        message = (
            "the header ends here without an empty line: put one before this line,"
            " or, if it goes on with the line above, indent it by four spaces"
        )
        return Problem(path, header.broken_at, "header-end", message)
    if not header.fields and not text.splitlines()[0].strip():
        message = "this file begins with an empty line: its header must begin on line 1"
        return Problem(path, 1, "header-start", message)
    return None


_INTERPRETERS: dict[str, Callable[[str, Header, Context], Reading]] = {
    "entry": interpret_entry,
    "citation": interpret_citation,
    "author": interpret_author,
    "goal": interpret_goal,
    "page": interpret_page,
}
