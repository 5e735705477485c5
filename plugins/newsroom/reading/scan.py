"""A content folder, to a newsroom and the problems found on the way.

This is the only place where content files are opened and the only way that
entries come into being.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from ..images.screenshots import PictureFolder
from ..model.author import Author, Goal
from ..model.citation import SUFFIX, Citation
from ..model.entry import STATUSES, Entry
from ..model.header import Header, parse
from ..model.newsroom import Newsroom, Page
from ..model.problems import Problem
from ..model.settings import Settings
from .bodies import BodyReader
from .fields import Fields
from .folder import SOURCES, files_of, is_copy
from .interpret_citation import interpret_citation
from .interpret_entry import interpret_entry, stem_and_lang
from .interpret_profile import interpret_author, interpret_goal
from .memory import Memory, Reading, digest_of
from .names import check_header
from .signs import conflicts, held_back
from .slugs import SLUG

PLACES = ("incidents", "posts", "authors", "goals")
OTHER_SUFFIXES = SOURCES[1:]
_OTHER_SUFFIX = "warning: this file is not read: an entry's name ends in .md"
_NO_FILE = "this leads to nothing, or to what is no file (a pipe, a device): delete it"
_AT_ONCE = 1 << 15
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_INCIDENT_ID = re.compile(r"[a-z0-9-]+")


@dataclass
class Scan:
    """What a scan has found so far. ``drafts`` are paths of files held back.

    ``problems`` have paths relative to the content folder.
    """

    authors: list[Author] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    statics: set[str] = field(default_factory=set)
    linked: dict[str, str] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    drafts: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def newsroom(self) -> Newsroom:
        """The newsroom found, its parts in the order of their paths."""
        return Newsroom(
            tuple(self.authors),
            tuple(self.goals),
            tuple(self.citations),
            tuple(self.entries),
            tuple(self.pages),
            frozenset(self.statics),
            frozenset(self.unreadable),
            linked=self.linked,
        )

    def take(self, path: str, reading: Reading) -> None:
        """Add what one file was read as."""
        made = reading.made
        if isinstance(made, Entry):
            self.entries.append(made)
        elif isinstance(made, Citation):
            self.citations.append(made)
        elif isinstance(made, Author):
            self.authors.append(made)
        elif isinstance(made, Goal):
            self.goals.append(made)
        elif isinstance(made, Page):
            self.pages.append(made)
        else:
            self.unreadable.add(path)
        self.problems += reading.problems
        if reading.is_draft:
            self.drafts.add(path)


@dataclass(frozen=True)
class _Way:
    """By what files are interpreted, besides what they say."""

    settings: Settings
    now: datetime
    pictures: PictureFolder
    bodies: BodyReader
    proposed: Mapping[str, bytes]


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
    here = str(content)
    way = _Way(settings, now, memory.pictures(content), BodyReader(settings), proposed)
    sources: dict[str, str] = {}
    for path, real in files_of(content, (*PLACES, *settings.page_paths), found.problems):
        if path.endswith(OTHER_SUFFIXES) and _place(f"{path.rpartition('.')[0]}.md", settings):
            found.problems.append(Problem(path, 1, "place", _OTHER_SUFFIX))
        elif not path.endswith(".md"):
            if real and not real.startswith("/"):
                found.statics.add(path)
                if real != path:
                    found.linked[path] = real
        elif (place := _place(path, settings)) is None:
            found.problems.append(_misplaced(path))
        elif first := _read_already(path, real, sources, settings):
            found.take(path, Reading(None, (_same_file(path, first),)))
        elif not real:
            found.take(path, Reading(None, (Problem(path, 1, "unread", _NO_FILE),)))
        else:
            found.take(path, _reading(f"{here}/{path}", path, place, way, memory))
    return found


def _read_already(path: str, real: str, sources: dict[str, str], settings: Settings) -> str:
    """The other name by which a file is read, that a link leads to; empty if there is none."""
    is_hidden = any(is_copy(part) for part in real.split("/"))
    if real not in ("", path) and real.endswith(".md") and not is_hidden and _place(real, settings):
        return real
    first = sources.setdefault(real or path, path)
    return first if first != path else ""


def _same_file(path: str, first: str) -> Problem:
    message = (
        f"this is a link to {{content}}/{first}, which is read by that name: one text cannot"
        " have two pages: remove the link, or write a file of its own"
    )
    return Problem(path, 1, "same-file", message)


def _place(path: str, settings: Settings) -> str | None:
    """Which sort of file a Markdown file is by its place; None if by none."""
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


def _misplaced(path: str) -> Problem:
    message = (
        "warning: this file is not read: its place must be posts/, pages/,"
        " authors/, goals/ or incidents/<incident>/"
    )
    return Problem(path, 1, "place", message)


def _reading(file: str, path: str, place: str, way: _Way, memory: Memory) -> Reading:
    """What a file says, remembered or read."""
    try:
        data = way.proposed[path] if path in way.proposed else _bytes_of(file)
    except OSError as error:
        message = f"this file cannot be read ({error.strerror}): mend that, or delete it"
        return Reading(None, (Problem(path, 1, "unread", message),))
    digest = memory.digests[path] = digest_of(data)
    known: Reading | None = memory.recall(path, digest)
    if known is not None:
        return known
    reading = _read(path, place, data, way)
    if reading.lasts and way.bodies.lasts:
        memory.keep(path, digest, reading)
    return reading


def _bytes_of(file: str) -> bytes:
    """All bytes of a file: ``Path.read_bytes``, in a third of the time."""
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        parts = [os.read(handle, _AT_ONCE)]
        while parts[-1]:
            parts.append(os.read(handle, _AT_ONCE))
        return b"".join(parts)
    finally:
        os.close(handle)


def _read(path: str, place: str, data: bytes, way: _Way) -> Reading:
    """What a file's bytes say."""
    # Only entries and pages have a status: elsewhere the word means nothing.
    has_status = path.split("/")[0] in ("incidents", "posts", *way.settings.page_paths)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"this is not UTF-8 (byte {data[error.start]:#04x}): save the file as UTF-8"
        says_draft = has_status and parse(data.decode("utf-8", "replace")).says_draft
        return Reading(None, (Problem(path, line, "encoding", message),), says_draft)
    if not text.strip():
        message = "this file is empty: write it, or delete it"
        return Reading(None, (Problem(path, 1, "empty-file", message),))
    if found := [Problem(path, line, "conflict", message) for line, message in conflicts(text)]:
        return Reading(None, tuple(found), has_status and parse(text).says_draft)
    problems = []
    if odd := _CONTROL.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        message = f"a control character (U+{ord(odd[0]):04X}) stands in this line: delete it"
        problems.append(Problem(path, line, "encoding", message))
    header = parse(text)
    problems += check_header(path, header)
    # Whatever else is wrong with an entry, its problems are a draft's if it says it is one.
    says_draft = has_status and header.says_draft
    if not _has_header(path, text, header, problems):
        return Reading(None, tuple(problems), says_draft)
    for line, message in held_back(header, place == "page", place == "citation"):
        problems.append(Problem(path, line, "status", message))
    reading = _MAKERS[place](path, header, way)
    return replace(
        reading,
        problems=(*problems, *reading.problems),
        is_draft=says_draft or reading.is_draft,
    )


def _has_header(path: str, text: str, header: Header, problems: list[Problem]) -> bool:
    """Whether a file can be read as a header and a body; if not, a problem says why."""
    if header.broken_at is not None:
        message = (
            "the header ends here without an empty line: put one before this line,"
            " or, if it goes on with the line above, indent it by four spaces"
        )
        problems.append(Problem(path, header.broken_at, "header-end", message))
        return False
    if not header.fields and not text.splitlines()[0].strip():
        message = "this file begins with an empty line: its header must begin on line 1"
        problems.append(Problem(path, 1, "header-start", message))
        return False
    return True


def _make_entry(path: str, header: Header, way: _Way) -> Reading:
    entry, fields = interpret_entry(path, header, way.settings, way.now, way.bodies)
    begins = entry.kind == "statement" and not entry.translates
    if begins and not _INCIDENT_ID.fullmatch(entry.incident):
        fields.report(
            1, "incident-id",
            f"the folder's name {entry.incident!r} is the incident's permanent id:"
            " rename it to a-z, 0-9 and - only",
        )  # fmt: skip
    # One without a date has that of the build.
    return Reading(entry, tuple(fields.problems), entry.is_draft, lasts=entry.dated)


def _make_citation(path: str, header: Header, way: _Way) -> Reading:
    citation, fields = interpret_citation(path, header, way.settings, way.pictures)
    lasts = not fields.text("Screenshot")
    return Reading(citation, tuple(fields.problems), lasts=lasts)


def _make_author(path: str, header: Header, way: _Way) -> Reading:
    author, fields = interpret_author(path, header, way.pictures, way.bodies)
    return Reading(author, tuple(fields.problems), lasts=not fields.text("Photo"))


def _make_goal(path: str, header: Header, way: _Way) -> Reading:
    goal, fields = interpret_goal(path, header, way.bodies)
    return Reading(goal, tuple(fields.problems))


def _make_page(path: str, header: Header, way: _Way) -> Reading:
    """A page is Pelican's: only what Pelican would swallow is looked at."""
    settings = way.settings
    fields = Fields(path, header, ())
    fields.problems.clear()
    for key in ("Save_as", "Url"):
        if fields.text(key):
            message = f"{key} would put this page where checks cannot see it: use Slug"
            fields.report(fields.line(key), "url", message)
    if not fields.text("Title"):
        fields.missing("Title")
    date = fields.moment("Date", settings.zone)
    fields.moment("Modified", settings.zone)
    status = fields.choice("Status", STATUSES, "status") or "published"
    body = way.bodies.read(header.body, header.body_line)
    fields.check_placeholders(body)
    stem, translation = stem_and_lang(path)
    slug, lang = fields.text("Slug") or stem, fields.text("Lang") or translation or settings.lang
    for key, word in (("Slug", slug), ("Lang", lang)):
        if not SLUG.fullmatch(word):
            message = f"{key} is {word!r}: use letters, digits and - only"
            fields.report(fields.line(key), "url", message)
    held_back = status == "draft" or header.says_draft
    folder = path.rpartition("/")[0]
    translates = f"{folder}/{stem}.md" if translation else ""
    page = Page(path, slug, lang.lower(), "draft" if held_back else status, body, date, translates)
    return Reading(page, tuple(fields.problems), held_back)


_MAKERS: dict[str, Callable[[str, Header, _Way], Reading]] = {
    "entry": _make_entry,
    "citation": _make_citation,
    "author": _make_author,
    "goal": _make_goal,
    "page": _make_page,
}
