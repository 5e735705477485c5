"""All problems of a content folder, in one pass and in one order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ..images.opening import ImageError
from ..images.screenshots import MissingError, PictureFolder
from ..model.entry import Entry
from ..model.newsroom import Newsroom, quoted
from ..model.problems import Problem, Severity
from ..model.settings import Settings
from . import names, references, rules  # noqa: F401  (they register their rules)
from .memory import Memory
from .rulebook import RULES, Checked
from .scan import Scan, scan
from .urls import has_page

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif")
NO_PICTURES = (".heic", ".heif", ".tif", ".tiff", ".bmp", ".jxl", ".jp2", ".psd")
"""Pictures that most browsers do not show, and that cannot be rid of what they say besides."""


@dataclass(frozen=True)
class Checkup:
    """A content folder, read and checked. ``problems`` are sorted, with full paths."""

    newsroom: Newsroom
    problems: tuple[Problem, ...]

    @property
    def has_errors(self) -> bool:
        """Whether a build must stop."""
        return any(not problem.is_warning for problem in self.problems)


def check(
    content: Path,
    settings: Settings,
    now: datetime,
    memory: Memory | None = None,
    proposed: Mapping[str, bytes] = MappingProxyType({}),
) -> Checkup:
    """Read a content folder and hold it against every rule.

    ``now`` is the build's one clock. A problem's path is relative to the
    content folder's parent. In a draft, in what only drafts use and in a citation that
    nothing uses yet, every problem is a warning. With a memory only files with new bytes
    are read; the result is the same. ``proposed`` are bytes that files are to have: so
    a change is checked before it is made.
    """
    memory = Memory() if memory is None else memory
    pictures = memory.pictures(content)
    found = scan(content, settings, now, memory, pictures, proposed)
    newsroom = found.newsroom()
    checked = Checked(newsroom, newsroom.public(now), settings, now)
    problems = [*found.problems, *(found for rule in RULES for found in rule.problems(checked))]
    unused = {item.path for item in newsroom.citations} - {item.path for item in quoted(newsroom)}
    lenient = found.drafts | unused | _only_in_drafts(newsroom, found)
    located = {
        (problem.as_warning() if problem.path in lenient else problem).below(content.name)
        for problem in problems
    }
    located |= set(_check_principles(newsroom, settings))
    located |= set(_check_pictures(checked.public, pictures))
    # What is forgiven because only drafts use it must not be published by itself.
    faulty = frozenset(problem.path for problem in problems if problem.path in lenient)
    newsroom = replace(newsroom, faulty=faulty)
    return Checkup(newsroom, tuple(sorted(_naming(problem, content) for problem in located)))


def _check_principles(newsroom: Newsroom, settings: Settings) -> Iterator[Problem]:
    """Warn of a page that is not there: the settings may serve several content folders."""
    page = settings.principles
    if page and ":" not in page and not has_page(newsroom, settings, page):
        message = f"NEWSROOM_PRINCIPLES: no page is at {page}: write it, or mend the setting"
        yield Problem("pelicanconf.py", 1, "principles", message, Severity.WARNING)


def _check_pictures(public: Newsroom, pictures: PictureFolder) -> Iterator[Problem]:
    """Report pictures in public bodies that readers would not see, or that tell too much."""

    @cache  # many bodies may show one picture
    def said(target: str) -> tuple[str, Severity]:
        try:
            image = pictures.glance(target)
        except MissingError:  # its link is wrong
            return "", Severity.ERROR
        except ImageError as error:
            return f"{target} {error}", Severity.ERROR
        severity = Severity.WARNING if image.only_hides else Severity.ERROR
        return image.fault and f"{target} {image.fault}", severity

    for entry in public.entries:
        for link in entry.body.links if not entry.withdrawn else ():
            target = link.target_from(entry.path) if link.is_file else ""
            if target.lower().endswith(PICTURES + NO_PICTURES):
                message, severity = said(target)
                problem = Problem(entry.path, link.line, "picture", message, severity)
                yield from [problem.below(pictures.content.name)] if message else []


def _only_in_drafts(newsroom: Newsroom, found: Scan) -> set[str]:
    """Return paths of citations, profiles and goals that drafts use and nothing else does."""
    held_back: list[Entry] = []
    others: list[Entry] = []
    for entry in newsroom.entries:
        draft = entry.path in found.drafts or newsroom.original_of(entry).path in found.drafts
        (held_back if draft else others).append(entry)
    return _used_by(held_back, newsroom) - _used_by(others, newsroom)


def _used_by(entries: list[Entry], newsroom: Newsroom) -> set[str]:
    """Return paths of the citations, profiles and goals that entries name."""
    part = Newsroom(citations=newsroom.citations, entries=tuple(entries))
    signing = {name for entry in entries for name in (*entry.authors, entry.approved_by)}
    slugs = {slug for entry in entries for slug in entry.goals}
    authors = (author.path for author in newsroom.authors if author.name in signing - {""})
    goals = (goal.path for goal in newsroom.goals if goal.slug in slugs)
    return {*(citation.path for citation in quoted(part)), *authors, *goals}


def _naming(problem: Problem, content: Path) -> Problem:
    """Fill in the content folder's name where a remedy mentions a path."""
    return replace(problem, message=problem.message.replace("{content}", content.name))
