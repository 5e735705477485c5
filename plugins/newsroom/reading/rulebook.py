"""The rules: each has its name, its help and its severity in one place.

What holds between files is a function with the decorator ``rule``. What one file alone shows is
reported where that file is read, by a name that stands in ``IN_ONE_FILE``. The tables in
``docs/content.md`` are checked against both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property

from ..model.body import Link
from ..model.keys import ContentFile
from ..model.newsroom import Newsroom
from ..model.problems import Problem, Severity
from ..model.settings import Settings

ERROR, WARNING = Severity.ERROR, Severity.WARNING

Finding = tuple[ContentFile, str | int, str]
"""A file, the key or the line in it, and what is wrong there: what to do."""


@dataclass(frozen=True)
class Checked:
    """What a rule looks at: everything, what of it is public, and when."""

    newsroom: Newsroom
    public: Newsroom
    settings: Settings
    now: datetime

    @property
    def zone(self) -> tzinfo:
        """The site's time zone."""
        return self.settings.zone

    @cached_property
    def links(self) -> tuple[tuple[ContentFile, Link], ...]:
        """Every reference in every Markdown body that is shown, with its file."""
        return tuple((file, link) for file, body in self.newsroom.bodies for link in body.links)

    @cached_property
    def sources(self) -> frozenset[str]:
        """The paths of all entries and pages."""
        return paths_of(self.newsroom)


def paths_of(newsroom: Newsroom) -> frozenset[str]:
    """Return the paths of a newsroom's entries and pages."""
    return frozenset(file.path for file in (*newsroom.entries, *newsroom.pages))


Check = Callable[[Checked], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """A rule that holds between files. ``help`` says what a problem of this name means."""

    name: str
    help: str
    severity: Severity
    check: Check

    def problems(self, checked: Checked) -> Iterator[Problem]:
        """Yield what breaks the rule."""
        return located(self.name, self.check(checked), self.severity)


RULES: list[Rule] = []


def rule(name: str, help: str, severity: Severity = ERROR) -> Callable[[Check], Check]:
    """Register a function as the rule of this name."""

    def register(check: Check) -> Check:
        RULES.append(Rule(name, help, severity, check))
        return check

    return register


def located(
    name: str, findings: Iterable[Finding], severity: Severity = ERROR
) -> Iterator[Problem]:
    """Make problems of findings."""
    for file, where, message in findings:
        line = file.line(where) if isinstance(where, str) else where
        yield Problem(file.path, line, name, message, severity)


IN_ONE_FILE: dict[str, str] = {
    "encoding": "the file is not UTF-8, or holds a control character",
    "empty-file": "there is nothing in it",
    "header-start": "it begins with an empty line",
    "header-end": "no empty line ends the header",
    "conflict": "git has left both sides of a merge in the file",
    "place": "not read: a Markdown file where none is read, or a name that ends in `.markdown`",
    "incident-id": "the name of an incident's folder is no id",
    "invisible": "a name, category or tag holds a character that nobody sees",
    "unread": "a file or folder cannot be read, or is a pipe or a device",
    "file-name": "the name of a folder or a Markdown file is not UTF-8",
    "same-file": "a symbolic link leads to a text that is read by another name too",
    "required-key": "a key is missing, or empty",
    "unknown-key": "no such key in this kind of file",
    "duplicate-key": "a key is given twice and is no list",
    "incident-key": "`Incident` outside a statement",
    "date": "no date, or one that could be two",
    "state": "no such state",
    "status": "no such status",
    "kind": "no such word",
    "medium": "no such word",
    "availability": "no such word",
    "lang": "`Lang` is no language tag",
    "link": "an address is no http(s) URL",
    "placeholder": "something is still to be written",
    "third-party": "browsers will block it",
    "html": "HTML that is not closed, closes what it has not opened, or belongs to the page",
    "alt": "a picture without a text for those who do not see it",
    "empty-body": "a published entry with nothing below its header",
    "url": "a `Slug`, a file's name, a page's `Lang` or an alias that is no address",
    "feed-id": "an `Id` that is no whole address or name",
    "screenshot": "the file is missing, is not an image, is damaged or too large",
    "screenshot-hash": "`Sha256` is missing, is not 64 hexadecimal digits",
    "photo": "the same for an author's photo",
    "redacted-text": "something is covered, and nobody has noted",
    "commitment": "`[ ]` where it makes no task",
    "picture": "the same for a picture in a public body",
    "principles": "[`NEWSROOM_PRINCIPLES`](settings.md#newsroom_principles) names a page",
}
