"""Which page of a newsroom has which URL, and which two have the same one."""

from __future__ import annotations

from collections.abc import Iterator

from .addresses import (
    AUTHORS,
    CORRECTIONS,
    GOALS,
    INCIDENTS,
    alias_path,
    author_url,
    entry_url,
    goal_url,
    incident_url,
    year_url,
)
from .entry import Entry
from .newsroom import Newsroom
from .problems import Problem


def check_urls(newsroom: Newsroom) -> Iterator[Problem]:
    """A problem for each page or alias whose URL another page already has."""
    taken: dict[str, str] = {url.rstrip("/"): page for url, page in _fixed(newsroom)}
    for url, path, line in _written(newsroom):
        key = url.rstrip("/").casefold()
        first = taken.setdefault(key, path)
        if first != path:
            message = f"/{url} is already the URL of {first}: give this page another Slug"
            yield Problem(path, line, "url", message)
    for entry in _settled(newsroom):
        for alias in entry.aliases:
            key = alias_path(alias).casefold()
            first = taken.setdefault(key, entry.path)
            if first != entry.path:
                message = f"the alias {alias} is already the URL of {first}: remove the alias"
                yield Problem(entry.path, entry.line("Aliases"), "url", message)


def _fixed(newsroom: Newsroom) -> Iterator[tuple[str, str]]:
    """The URLs that no file chooses."""
    yield "", "the home page"
    yield INCIDENTS, "the list of incidents"
    yield AUTHORS, "the list of authors"
    yield GOALS, "the list of goals"
    yield CORRECTIONS, "the list of corrections"
    for incident in newsroom.incidents:
        yield incident_url(incident.id).casefold(), f"the incident {incident.id!r}"
    for year in {entry.date.year for entry in newsroom.entries}:
        yield year_url(year), f"the archive of {year}"


def _written(newsroom: Newsroom) -> Iterator[tuple[str, str, int]]:
    """The URLs of files: URL, path, and the line that makes it so."""
    for author in newsroom.authors:
        yield author_url(author.slug), author.path, 1
    for goal in newsroom.goals:
        yield goal_url(goal.slug), goal.path, 1
    for page in newsroom.pages:
        translated = "." in page.path.rpartition("/")[2].removesuffix(".md")
        yield (f"{page.lang}/{page.slug}/" if translated else f"{page.slug}/"), page.path, 1
    for entry in _settled(newsroom):
        original = newsroom.original_of(entry)
        yield entry_url(entry, original), entry.path, entry.line("Slug")


def _settled(newsroom: Newsroom) -> list[Entry]:
    """The entries, drafts last: one person's draft takes no one's URL."""
    return sorted(newsroom.entries, key=lambda entry: newsroom.original_of(entry).is_draft)
