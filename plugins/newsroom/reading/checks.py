"""All problems of a content folder, in one pass and in one order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ..images.metadata import HIDDEN
from ..images.opening import ImageError
from ..images.screenshots import MissingError, PictureFolder
from ..language.words import SOURCE, Languages, language_name
from ..model.attachment import NO_PICTURES, PICTURES
from ..model.entry import Entry
from ..model.newsroom import Newsroom, Page, quoted
from ..model.problems import Problem, Severity
from ..model.settings import LANGUAGE_TAG, Settings
from ..model.version import Histories
from . import rules, signature_rules, silent_changes, site_links  # noqa: F401  (they register rules)
from .file_checks import check_files
from .memory import Memory
from .rulebook import Checked, broken
from .scan import Scan, scan
from .urls import has_page

HistoryReader = Callable[[Newsroom, Mapping[str, str]], Histories]
"""Reads the versions of what is public; of its files it gets the digests, by their paths."""


@dataclass(frozen=True)
class Checkup:
    """A content folder, read and checked.

    ``problems`` are sorted, with paths relative to the content folder's parent.
    """

    newsroom: Newsroom
    problems: tuple[Problem, ...]
    histories: Histories = field(default_factory=Histories)

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
    languages: Languages | None = None,
    read_history: HistoryReader | None = None,
) -> Checkup:
    """Read a content folder and hold it against every rule.

    ``now`` is the build's one clock. In a draft, in what only drafts use and in a citation that
    nothing uses yet, every problem is a warning. With a memory only files with new bytes are
    read. ``proposed`` are bytes that files, new ones too, are to have: so a change is checked
    before it is made. ``languages`` are those that there are words in; the plugin's own without
    it. Without ``read_history`` nothing is compared with what was public before.
    """
    memory = memory or Memory()
    pictures = memory.pictures(content)
    found = scan(content, settings, now, memory, pictures, proposed)
    newsroom = found.newsroom()
    public = newsroom.public(now)
    histories = read_history(public, memory.digests) if read_history else Histories()
    checked = Checked(newsroom, public, settings, now, histories.versions, memory)
    problems = [*found.problems, *broken(checked)]
    unused = {item.path for item in newsroom.citations} - {item.path for item in quoted(newsroom)}
    lenient = found.drafts | unused | _only_in_drafts(newsroom, found)
    located = {
        (problem.as_warning() if problem.path in lenient else problem).below(content.name)
        for problem in problems
    }
    located |= set(_check_pictures(checked.public, pictures))
    located |= set(check_files(checked.public, content, memory))
    located |= set(_check_languages(newsroom, settings, languages or Languages(), content.name))
    page = settings.principles
    if page and ":" not in page and not has_page(newsroom, settings, page):
        message = f"NEWSROOM_PRINCIPLES: no page is at {page}: write it, or mend the setting"
        located.add(Problem("pelicanconf.py", 1, "principles", message, Severity.WARNING))
    named = (
        replace(each, message=each.message.replace("{content}", content.name)) for each in located
    )
    # What is forgiven because only drafts use it must not be published by itself.
    faulty = frozenset(problem.path for problem in problems if problem.path in lenient)
    return Checkup(replace(newsroom, faulty=faulty), tuple(sorted(named)), histories)


def _check_pictures(public: Newsroom, pictures: PictureFolder) -> Iterator[Problem]:
    """Report pictures in public bodies that readers would not see, or that tell too much."""

    @cache  # many bodies may show one picture
    def fault(target: str) -> tuple[str, Severity]:
        try:
            image = pictures.glance(target)
        except MissingError:  # its link is wrong
            return "", Severity.ERROR
        except ImageError as error:
            return str(error), Severity.ERROR
        return image.fault, Severity.WARNING if image.extras == (HIDDEN,) else Severity.ERROR

    shown: list[Entry | Page] = [entry for entry in public.entries if not entry.withdrawn]
    for file in (*shown, *public.pages):
        for link in file.body.links:
            target = link.target_from(file.path) if link.is_file else ""
            if target.lower().endswith(PICTURES + NO_PICTURES):
                said, severity = fault(target)
                problem = Problem(file.path, link.line, "picture", f"{target} {said}", severity)
                yield from [problem.below(pictures.content.name)] if said else []


def _check_languages(
    newsroom: Newsroom, settings: Settings, languages: Languages, folder: str
) -> Iterator[Problem]:
    """Report each language that has no catalogue, once: where it is first named."""
    files: list[Entry | Page] = [*newsroom.entries, *newsroom.pages]
    files.sort(key=lambda file: file.path, reverse=True)  # the first of a language counts
    places = {file.lang: (f"{folder}/{file.path}", file.line("Lang")) for file in files}
    places[settings.lang] = ("pelicanconf.py", 1)
    site = settings.lang if languages.knows(settings.lang) else SOURCE
    for lang, (path, line) in places.items():
        if LANGUAGE_TAG.fullmatch(lang) and not languages.knows(lang):
            message = (
                f"the newsroom has no words in {language_name(lang)}, so labels and dates are in"
                f" {language_name(site)} there: translate newsroom.pot into"
                f" overrides/locale/{lang}/LC_MESSAGES/newsroom.po (invoke docs themes)"
            )
            yield Problem(path, line, "catalogue", message, Severity.WARNING)


def _only_in_drafts(newsroom: Newsroom, found: Scan) -> set[str]:
    """Return paths of citations, profiles and goals that drafts use and nothing else does."""
    held_back = [
        entry
        for entry in newsroom.entries
        if found.drafts & {entry.path, newsroom.original_of(entry).path}
    ]
    others = set(newsroom.entries).difference(held_back)
    return _used_by(held_back, newsroom) - _used_by(others, newsroom)


def _used_by(entries: Collection[Entry], newsroom: Newsroom) -> set[str]:
    """Return paths of the citations, profiles and goals that entries name."""
    part = Newsroom(citations=newsroom.citations, entries=tuple(entries))
    signing = {name for entry in entries for name in (*entry.authors, entry.approved_by)}
    slugs = {slug for entry in entries for slug in entry.goals}
    authors = (author.path for author in newsroom.authors if author.name in signing - {""})
    goals = (goal.path for goal in newsroom.goals if goal.slug in slugs)
    return {*(citation.path for citation in quoted(part)), *authors, *goals}
