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
    "place": "not read: a Markdown file where none is read, or whose name does not end in `.md`",
    "incident-id": "the name of an incident's folder is no id",
    "invisible": "a header has a character that nobody sees, in a name, or that turns its text",
    "unread": "a file or folder cannot be read, or no page was made of it",
    "file-name": "the name of a folder or file is not UTF-8, or holds a control character",
    "same-file": "a symbolic link leads to a text that is read by another name too",
    "required-key": "a key is missing, or empty",
    "unknown-key": "no such key in this kind of file",
    "duplicate-key": "a key is given twice and is no list",
    "incident-key": "`Incident` outside a statement",
    "date": "no date, or one that could be two",
    "state": "no such state",
    "status": "no such status, or a line that looks as if it held the text back",
    "kind": "no such kind of citation",
    "medium": "no such medium",
    "availability": "no such word in `Availability`",
    "lang": "`Lang` is no language tag, or not that of the file's name",
    "link": "a link or an address that leads nowhere, or would be shown as it is written",
    "placeholder": "something is still to be written",
    "third-party": "browsers will block it, by the site's own policy",
    "html": "HTML that is not closed, closes what it has not opened, or belongs to the page",
    "secret": "a key, a token or a password, in a title, a summary or a body",
    "local-path": "a folder on somebody's machine",
    "alt": "a picture without a text for those who do not see it",
    "empty-body": "a published entry with nothing below its header",
    "url": "a `Slug`, a file's name, a page's `Lang` or an alias that is no address",
    "feed-id": "an `Id` that is no whole address or name",
    "screenshot": "the file is missing, no image, damaged or too large, or lies elsewhere",
    "screenshot-hash": "`Sha256` is missing, malformed, or not that of the file",
    "screenshot-location": "the image says where it was taken",
    "photo": "an author's photo is not as a screenshot must be",
    "redacted-text": "nobody has noted that what is covered stands in no text either",
    "commitment": "a task or its day that is none, or contradicts itself",
    "picture": "a picture in a public body is no image, damaged, too large, or hides colours",
    "location": "a picture in a public body tells where it was taken",
    "principles": "`NEWSROOM_PRINCIPLES` names a page that is not there",
}
