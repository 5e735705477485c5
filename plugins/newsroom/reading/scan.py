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

from ..model.author import Author, Goal
from ..model.body import read_body
from ..model.citation import SUFFIX, Citation
from ..model.entry import STATUSES, Entry
from ..model.header import Header, parse
from ..model.newsroom import Newsroom, Page
from ..model.problems import Problem
from ..model.settings import Settings
from .fields import Fields
from .interpret_citation import interpret_citation
from .interpret_entry import interpret_entry, stem_and_lang
from .interpret_profile import interpret_author, interpret_goal
from .screenshots import PictureFolder
from .slugs import SLUG

OTHER_SUFFIXES = (".markdown", ".mkd", ".mdown", ".MD", ".rst")
_OTHER_SUFFIX = "warning: this file is not read: an entry's name ends in .md"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_HOLDING_BACK = re.compile(r"^ {0,3}(status|withdrawn):", re.I)
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
    unreadable: set[str] = field(default_factory=set)
    drafts: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    with_status: frozenset[str] = frozenset(("incidents", "posts"))

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
    found = Scan(with_status=frozenset(("incidents", "posts", *settings.page_paths)))
    root = content.resolve()
    pictures = PictureFolder(content)
    for path in _files(content, found):
        if path.endswith(OTHER_SUFFIXES) and _place(f"{path.rpartition('.')[0]}.md", settings):
            found.problems.append(Problem(path, 1, "place", _OTHER_SUFFIX))
        elif not path.endswith(".md"):
            real = Path(os.path.realpath(content / path))  # a loop of links resolves to itself
            if real.is_relative_to(root) and real.is_file():
                found.statics.add(path)
        elif (place := _place(path, settings)) is None:
            found.problems.append(_misplaced(path))
        elif header := _read(content, path, found):
            _PLACES[place](found, path, header, settings, now, pictures)
        else:
            found.unreadable.add(path)
    return found


def _files(content: Path, found: Scan) -> Iterator[str]:
    """All files, sorted, POSIX and relative; hidden ones and editors' copies left out."""

    def unreadable(error: OSError) -> None:
        path = Path(error.filename).relative_to(content).as_posix()
        message = f"this folder cannot be read ({error.strerror}), so nothing in it is published"
        found.problems.append(Problem(path, 1, "unread", message))

    seen: set[str] = set()
    for folder, folders, names in os.walk(content, onerror=unreadable, followlinks=True):
        if (real := os.path.realpath(folder)) in seen:  # a link back to where we came from
            folders.clear()
            continue
        seen.add(real)
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
    try:
        data = (content / path).read_bytes()
    except OSError as error:
        message = f"this file cannot be read ({error.strerror}): mend that, or delete it"
        found.problems.append(Problem(path, 1, "unread", message))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        message = f"this is not UTF-8 (byte {data[error.start]:#04x}): save the file as UTF-8"
        found.problems.append(Problem(path, line, "encoding", message))
        _note_draft(path, data.decode("utf-8", "replace"), found)
        return None
    if not text.strip():
        message = "this file is empty: write it, or delete it"
        found.problems.append(Problem(path, 1, "empty-file", message))
        return None
    if odd := _CONTROL.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        message = f"a control character (U+{ord(odd[0]):04X}) stands in this line: delete it"
        found.problems.append(Problem(path, line, "encoding", message))
    header = _note_draft(path, text, found)
    return header if _has_header(path, text, header, found) else None


def _note_draft(path: str, text: str, found: Scan) -> Header:
    """Whatever else is wrong with an entry, its problems are a draft's if it says it is one.

    Only entries and pages have a status: elsewhere the word means nothing.
    """
    header = parse(text)
    if header.says_draft and path.split("/")[0] in found.with_status:
        found.drafts.add(path)
    return header


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
    lines = header.body.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if header.fields and _HOLDING_BACK.match(lines[first]) and not path.endswith(SUFFIX):
        message = (
            f"{lines[first].strip()!r} stands below the empty line that ends the header,"
            " where it is only text: move it up, or write it otherwise"
        )
        found.problems.append(Problem(path, header.body_line + first, "header-end", message))
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
    for key in ("Save_as", "Url"):
        if fields.text(key):
            message = f"{key} would put this page where checks cannot see it: use Slug"
            fields.report(fields.line(key), "url", message)
    if not fields.text("Title"):
        fields.missing("Title")
    date = fields.moment("Date", settings.zone)
    fields.moment("Modified", settings.zone)
    status = fields.choice("Status", STATUSES, "status") or "published"
    body = read_body(header.body, header.body_line)
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
    found.pages.append(page)
    _collect(found, path, fields, held_back)


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
