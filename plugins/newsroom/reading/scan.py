"""A content folder, to a newsroom and the problems found on the way.

This is the only place where content files are opened and the only way that
entries come into being.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from ..images.screenshots import PictureFolder
from ..model.author import Author, Goal
from ..model.citation import SUFFIX, Citation
from ..model.entry import Entry
from ..model.header import Header, parse
from ..model.newsroom import Newsroom, Page
from ..model.problems import Problem, Severity
from ..model.settings import Settings
from ..model.signed import signed_text
from .bodies import BodyReader
from .fields import Context, Reading
from .interpret import INTERPRETERS
from .memory import Memory, digest_of
from .signature_files import by_source, why_unchecked
from .signs import check_header, conflicts, held_back

T = TypeVar("T")

OUR_PLACES = ("incidents", "authors", "goals")
PLACES = (*OUR_PLACES, "posts")
SOURCES = (".md", ".markdown", ".mkd", ".mdown", ".MD", ".rst")
_NO_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BAD_NAME = "this name is not UTF-8, or holds a control character: rename it"
_SAME = "this is a link to {{content}}/{}, which is read by that name: remove the link"
_NO_PLACE = (
    "its place must be posts/, pages/, authors/, goals/ or incidents/<incident>/, unless"
    ' articles are Pelican\'s: NEWSROOM_POSTS = "pelican"'
)
_NOBODYS = (
    "neither the newsroom nor Pelican reads this file: an article belongs elsewhere, an entry"
    " into incidents/<incident>/, a profile into authors/"
)
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
        """Return the newsroom found."""
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

    def warn(self, path: str, why: str) -> None:
        """Report a file that is not read."""
        message = f"this file is not read: {why}"
        self.problems.append(Problem(path, 1, "place", message, Severity.WARNING))

    def refuse(self, path: str, rule: str, message: str) -> None:
        """Report a file that cannot be read."""
        self.take(path, Reading(None, (Problem(path, 1, rule, message),)))

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
    memory: Memory,
    pictures: PictureFolder,
    proposed: Mapping[str, bytes] = MappingProxyType({}),
) -> Scan:
    """Read every file of a content folder; nothing in it raises.

    What the memory has of a file with these bytes is not made again. ``proposed``
    are bytes that files, by path, are to have, new ones too: they are read instead.
    """
    found = Scan()
    memory.bodies = BodyReader(settings)
    context = Context(settings, now, pictures, memory.bodies)
    names: dict[str, str] = {}
    there = dict(_files(content, found.problems))
    there |= {path: path for path in proposed if path not in there}
    # Files before links to them, so that each is known by its own name.
    files = sorted(there.items(), key=lambda file: file[0] != file[1])
    found.problems = [each for each in found.problems if not is_pelicans(each.path, settings)]
    named = by_source({*(path for path, real in files if real), *proposed})
    signed = {source: paths for source, paths in named.items() if place_of(source, settings)}
    signatures = {path: source for source, paths in signed.items() for path in paths}
    unchecked = why_unchecked(settings) if signed else ""
    domain = settings.feed_tag.domain if settings.feed_tag and not unchecked else ""
    for path, real in files:
        place = place_of(path, settings)
        if path in signatures:
            continue  # it is read with its source
        if settings.is_guest and _is_nobodys(path, there, settings):
            found.refuse(path, "place", _NOBODYS)
        elif is_pelicans(path, settings) or not path.endswith(".md"):
            if path.endswith(SOURCES) and place_of(f"{path.rpartition('.')[0]}.md", settings):
                found.warn(path, "an entry's name ends in .md")
            elif real and not real.startswith("/"):
                found.statics.add(path)
                if real != path:
                    found.linked[path] = real
        elif place is None:
            found.warn(path, _NO_PLACE)
        elif not real:
            found.refuse(path, "unread", "this is no file, or a link to nothing: delete it")
        elif (first := names.setdefault(real, path)) != path:
            found.refuse(path, "same-file", _SAME.format(first))
        else:
            bytes_of = partial(_bytes, content, proposed, found)
            if (data := bytes_of(path)) is not None:
                reading = _reading(path, place, data, context, memory)
                if isinstance(reading.made, Entry) and path in signed:
                    text = signed_text(data)
                    beside = {name: bytes_of(name) for name in signed[path]}
                    made = memory.signatures(beside, text, domain)
                    entry = replace(reading.made, signed=text, signatures=made)
                    reading = replace(reading, made=entry)
                found.take(path, reading)
    _check_signatures(found, signatures, unchecked)
    return found


def _bytes(content: Path, proposed: Mapping[str, bytes], found: Scan, path: str) -> bytes | None:
    """Return a file's bytes, or those that it is to have; report one that cannot be read."""
    try:
        return proposed[path] if path in proposed else (content / path).read_bytes()
    except OSError as error:
        message = f"this file cannot be read ({error.strerror}): mend that, or delete it"
        found.refuse(path, "unread", message)
        return None


def _check_signatures(found: Scan, signatures: Mapping[str, str], unchecked: str) -> None:
    """Report signatures of what is no entry, and, once, why none can be checked."""
    known = found.unreadable.union(made.path for made in found.made if isinstance(made, Entry))
    for path, source in signatures.items():
        if source not in known:
            found.warn(path, f"it signs no entry, for there is no {source}: delete it")
    signed = [path for path, source in signatures.items() if source in known]
    if signed and unchecked:
        found.problems.append(Problem(signed[0], 1, "signature-wrong", unchecked))


def _files(content: Path, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    """Yield all files, but for hidden ones and editors' copies: the name, and where it really is.

    Both are POSIX and relative to the content folder; the latter is absolute outside that
    folder, and empty for what is no file. A folder is read once, by its own name if it has one
    here: so links to folders are followed last.
    """
    top = os.path.realpath(content)
    names: dict[str, str] = {}
    waiting, links = [""], list[str]()
    while waiting or links:
        folder = waiting.pop() if waiting else links.pop(0)
        real = os.path.realpath(content / folder)
        if (first := names.setdefault(real, folder)) != folder:
            problems.append(Problem(folder.rstrip("/"), 1, "same-file", _SAME.format(first)))
            continue
        try:
            with os.scandir(content / folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            message = f"this folder cannot be read ({error.strerror}), so nothing is published"
            problems.append(Problem(folder.rstrip("/") or ".", 1, "unread", message))
            continue
        folders = []
        for entry in entries:
            name = folder + entry.name
            if entry.name.startswith((".", "#")) or entry.name.endswith("~"):
                continue
            if _NO_NAME.search(entry.name):  # left alone, unless it would hold texts
                if entry.is_dir() or entry.name.endswith(SOURCES):
                    problems.append(Problem(name, 1, "file-name", _BAD_NAME))
            elif entry.is_dir(follow_symlinks=False):
                folders.append(f"{name}/")
            elif entry.is_file(follow_symlinks=False):
                yield name, f"{real}/{entry.name}".removeprefix(f"{top}/")
            elif (content / name).is_dir():
                links.append(f"{name}/")
            else:
                target = os.path.realpath(content / name)
                yield name, target.removeprefix(f"{top}/") if Path(target).is_file() else ""
        waiting += reversed(folders)


def is_pelicans(path: str, settings: Settings) -> bool:
    """Whether a file is Pelican's alone: a guest reads its own folders."""
    return settings.is_guest and path.split("/")[0] not in OUR_PLACES


def _is_nobodys(path: str, there: Collection[str], settings: Settings) -> bool:
    """Whether a text lies where Pelican does not look, and is none of ours either.

    HTML in the folder of an incident that is ``there`` is a file to link to.
    """
    is_read = path.endswith(".md") and place_of(path, settings)
    incident = "/".join(path.split("/")[:2])
    is_text = path.endswith(SOURCES) or (
        path.lower().endswith((".html", ".htm")) and f"{incident}/statement.md" not in there
    )
    return is_text and not is_read and not is_pelicans(path, settings)


def is_entry(path: str, settings: Settings) -> bool:
    """Whether a file of this name is read as an entry."""
    parts = path.split("/")
    is_left_out = any(part.startswith((".", "#")) or part.endswith("~") for part in parts)
    named = path.endswith(".md") and not is_left_out and not _NO_NAME.search(path)
    return named and place_of(path, settings) == "entry"


def place_of(path: str, settings: Settings) -> str | None:
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
    is_post = parts[0] == "posts" and len(parts) > 1 and not settings.is_guest
    return "entry" if is_post else None


def _reading(path: str, place: str, data: bytes, context: Context, memory: Memory) -> Reading:
    """Return what a file's bytes say, remembered or read."""
    digest = memory.digests[path] = digest_of(data)
    known: Reading | None = memory.recall(f"{path}\0{digest}")
    if known is not None:
        return known
    reading = read_source(path, place, data, context)
    if reading.lasts and context.bodies.lasts:
        memory.keep(f"{path}\0{digest}", reading)
    return reading


def read_source(path: str, place: str, data: bytes, context: Context) -> Reading:
    """Return what a file's bytes say."""
    text = data.decode("utf-8-sig", "replace")
    header = parse(text)
    # Elsewhere the word means nothing. Whatever else is wrong with a draft is a draft's problem.
    says_draft = place in ("entry", "citation", "page") and header.says_draft
    if faults := [Problem(path, *fault) for fault in _unreadable(data, text, header)]:
        return Reading(None, tuple(faults), says_draft)
    problems = list(check_header(path, header))
    if odd := _CONTROL.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        message = f"a control character (U+{ord(odd[0]):04X}) stands in this line: delete it"
        problems.append(Problem(path, line, "encoding", message))
    signs = held_back(header, place)
    problems += [Problem(path, line, "status", message) for line, message in signs]
    reading = INTERPRETERS[place](path, header, context)
    problems += reading.problems
    is_draft = says_draft or reading.is_draft
    return replace(reading, problems=tuple(problems), is_draft=is_draft)


def _unreadable(data: bytes, text: str, header: Header) -> Iterator[tuple[int, str, str]]:
    """Yield why a file cannot be read as a header and a body: line, rule and message."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"this is not UTF-8 (byte {data[error.start]:#04x}): save the file as UTF-8"
        yield line, "encoding", message
        return
    if not text.strip():
        yield 1, "empty-file", "this file is empty: write it, or delete it"
    elif not header.fields and not text.splitlines()[0].strip():
        message = "this file begins with an empty line: its header must begin on line 1"
        yield 1, "header-start", message
    elif left := list(conflicts(text)):
        yield from ((line, "conflict", message) for line, message in left)
    elif header.broken_at is not None:
        message = "the header ends here without an empty line: put one before this line, or, if it"
        yield header.broken_at, "header-end", f"{message} goes on, indent it by four spaces"
