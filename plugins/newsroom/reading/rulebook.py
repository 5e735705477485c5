"""The register of rules: each has its name, its help and its severity in one place.

What holds between files is a function with the decorator ``rule``. What one file alone shows is
reported where that file is read. The tables in ``docs/content.md`` are held against both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property

from ..model.body import Link
from ..model.keys import ContentFile
from ..model.newsroom import Newsroom
from ..model.problems import Problem, Severity
from ..model.settings import Settings
from ..model.version import Version
from .memory import Memory

ERROR, WARNING = Severity.ERROR, Severity.WARNING

Finding = tuple[ContentFile, str | int, str]
"""A file, the key or the line in it, and what is wrong there: what to do."""


@dataclass(frozen=True)
class Checked:
    """What a rule looks at: everything, what of it is public, when, and what was public before."""

    newsroom: Newsroom
    public: Newsroom
    settings: Settings
    now: datetime
    histories: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)

    @property
    def zone(self) -> tzinfo:
        """The site's time zone."""
        return self.settings.zone

    @cached_property
    def links(self) -> tuple[tuple[ContentFile, Link], ...]:
        """Every reference in every Markdown body that is shown, with its file."""
        return tuple((file, link) for file, body in self.newsroom.bodies for link in body.links)


Check = Callable[[Checked], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """A rule that holds between files. ``help`` says what a problem of this name means."""

    name: str
    help: str
    severity: Severity
    check: Check


RULES: list[Rule] = []


def rule(name: str, help: str, severity: Severity = ERROR) -> Callable[[Check], Check]:
    """Register a function as the rule of this name."""

    def register(check: Check) -> Check:
        RULES.append(Rule(name, help, severity, check))
        return check

    return register


def broken(checked: Checked) -> Iterator[Problem]:
    """Yield what breaks any of the rules."""
    for rule in RULES:
        yield from located(rule.name, rule.check(checked), rule.severity)


def located(
    name: str, findings: Iterable[Finding], severity: Severity = ERROR
) -> Iterator[Problem]:
    """Make problems of findings."""
    for file, where, message in findings:
        line = file.line(where) if isinstance(where, str) else where
        yield Problem(file.path, line, name, message, severity)
