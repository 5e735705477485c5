"""A content folder, to a newsroom and the problems found on the way.

This is the only place where content files are opened and the only way that
entries come into being.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from .author import Author, Goal
from .body import read_body
from .citation import SUFFIX, Citation
from .entry import STATUSES, Entry
from .fields import Fields
from .header import Header, parse
from .interpret_citation import interpret_citation
from .interpret_entry import interpret_entry, stem_and_lang
from .interpret_profile import interpret_author, interpret_goal
from .moments import read_moment
from .newsroom import Newsroom, Page
from .problems import Problem
from .screenshots import PictureFolder
from .settings import Settings

_INCIDENT_ID = re.compile(r"[a-z0-9-]+")
_DRAFT = re.compile(r"^\s{0,3}status:\s*draft\s*$", re.I | re.M)


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
        )


def scan(content: Path, settings: Settings, now: datetime) -> Scan:
    """Read every file of a content folder; nothing in it raises."""
    found = Scan()
    root = content.resolve()
    pictures = PictureFolder(content)
    for path in _files(content):
        if not path.endswith(".md"):
            if (content / path).resolve().is_relative_to(root):  # not through a symbolic link
                found.statics.add(path)
        elif (place := _place(path, settings)) is None:
            found.problems.append(_misplaced(path))
        elif header := _read(content, path, found):
            _PLACES[place](found, path, header, settings, now, pictures)
        else:
            found.unreadable.add(path)
    return found


def _files(content: Path) -> Iterator[str]:
    """All files, sorted, POSIX and relative; hidden ones and editors' copies left out."""
    for folder, folders, names in os.walk(content, followlinks=True):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith((".", "#")) and not name.endswith("~"):
                yield Path(folder, name).relative_to(content).as_posix()


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
        return parts[0] if len(parts) == 2 else None
    if any(path.startswith(f"{folder}/") for folder in settings.page_paths):
        return "page"
    return "entry" if parts[0] == "posts" and len(parts) > 1 else None


def _misplaced(path: str) -> Problem:
    message = (
        "warning: this file is not read: its place must be posts/, pages/,"
        " authors/, goals/ or incidents/<incident>/"
    )
    return Problem(path, 1, "place", message)


def _read(content: Path, path: str, found: Scan) -> Header | None:
    """A file's header, unless the file cannot be read as one."""
    data = (content / path).read_bytes() if (content / path).is_file() else b""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"this is not UTF-8 (byte {data[error.start]:#04x}): save the file as UTF-8"
        found.problems.append(Problem(path, line, "encoding", message))
        return None
    if not text.strip():
        message = "this file is empty: write it, or delete it"
        found.problems.append(Problem(path, 1, "empty-file", message))
        return None
    header = parse(text)
    if _DRAFT.search("\n".join(text.splitlines()[: header.body_line])):
        found.drafts.add(path)
    return header if _has_header(path, text, header, found) else None


def _has_header(path: str, text: str, header: Header, found: Scan) -> bool:
    if header.broken_at is not None:
        message = (
            "the header ends here without an empty line: put one before this line,"
            " or, if it goes on with the line above, indent it by four spaces"
        )
        found.problems.append(Problem(path, header.broken_at, "header-end", message))
        return False
    if not header.fields and not text.splitlines()[0].strip():
        message = "this file begins with an empty line: its header must begin on line 1"
        found.problems.append(Problem(path, 1, "header-start", message))
        return False
    return True


def _take_entry(
    found: Scan, path: str, header: Header, settings: Settings, now: datetime, *_: Any
) -> None:
    entry, fields = interpret_entry(path, header, settings, now)
    found.entries.append(entry)
    _collect(found, path, fields, entry.is_draft)
    begins = entry.kind == "statement" and not entry.translates
    if begins and not _INCIDENT_ID.fullmatch(entry.incident):
        message = (
            f"the folder's name {entry.incident!r} is the incident's permanent id:"
            " rename it to a-z, 0-9 and - only"
        )
        found.problems.append(Problem(path, 1, "incident-id", message))


def _take_citation(
    found: Scan,
    path: str,
    header: Header,
    settings: Settings,
    _now: datetime,
    pictures: PictureFolder,
) -> None:
    citation, fields = interpret_citation(path, header, settings, pictures)
    found.citations.append(citation)
    _collect(found, path, fields, False)


def _take_author(found: Scan, path: str, header: Header, *rest: Any) -> None:
    author, fields = interpret_author(path, header, rest[-1])
    found.authors.append(author)
    _collect(found, path, fields, False)


def _take_goal(found: Scan, path: str, header: Header, *_: Any) -> None:
    goal, fields = interpret_goal(path, header)
    found.goals.append(goal)
    _collect(found, path, fields, False)


def _take_page(found: Scan, path: str, header: Header, settings: Settings, *_: Any) -> None:
    """A page is Pelican's: only what Pelican would swallow is looked at."""
    fields = Fields(path, header, ())
    fields.problems.clear()
    if not fields.text("Title"):
        fields.missing("Title")
    for key in ("Date", "Modified"):
        if text := fields.text(key):
            fields.parsed(key, text, fields.line(key), lambda t: read_moment(t, settings.zone))
    status = fields.choice("Status", STATUSES, "status") or "published"
    body = read_body(header.body, header.body_line)
    fields.check_placeholders(body)
    stem, lang = stem_and_lang(path)
    lang = fields.text("Lang") or lang or settings.lang
    found.pages.append(Page(path, fields.text("Slug") or stem, lang.lower(), status, body))
    _collect(found, path, fields, status == "draft")


def _collect(found: Scan, path: str, fields: Fields, draft: bool) -> None:
    found.problems += fields.problems
    if draft:
        found.drafts.add(path)


_PLACES: dict[str, Callable[..., None]] = {
    "entry": _take_entry,
    "citation": _take_citation,
    "authors": _take_author,
    "goals": _take_goal,
    "page": _take_page,
}
