"""Which page of a newsroom has which URL, and which two have the same one."""

from __future__ import annotations

from collections.abc import Iterator

from .addresses import (
    AUTHORS,
    CORRECTIONS,
    GOALS,
    INCIDENTS,
    alias_file,
    author_url,
    entry_url,
    file_of,
    goal_url,
    incident_url,
    year_url,
)
from .entry import Entry
from .newsroom import Newsroom
from .problems import Problem
from .settings import Settings

RESERVED = ("categories/", "tags/", "feeds/", "theme/")
_SITE = "the site's own files"


def check_urls(newsroom: Newsroom, settings: Settings) -> Iterator[Problem]:
    """A problem for each page or alias whose file another page already has.

    Files are compared without regard to case, as some file systems do. One
    also clashes with a folder that another needs.
    """
    taken = {file_of(url).casefold(): page for url, page in _fixed(newsroom, settings)}
    folders = {folder: page for file, page in taken.items() for folder in _folders(file)}
    folders |= dict.fromkeys((url.rstrip("/") for url in RESERVED), _SITE)
    for file, path, line, remedy in _written(newsroom):
        key = file.casefold()
        first = taken.get(key) or folders.get(key) or _inside(key, taken)
        if first is None:
            first = next((_SITE for url in RESERVED if f"{key}/".startswith(url)), None)
        if first is not None:
            message = f"/{file.removesuffix('index.html')} is already taken by {first}: {remedy}"
            yield Problem(path, line, "url", message)
            continue
        taken[key] = f"{{content}}/{path}"
        folders |= dict.fromkeys(_folders(key), f"{{content}}/{path}")


def _fixed(newsroom: Newsroom, settings: Settings) -> Iterator[tuple[str, str]]:
    """The URLs that no file chooses."""
    yield "", "the home page"
    yield "404.html", "the page for what is not found"
    yield "favicon.ico", "the site's icon"
    yield INCIDENTS, "the list of incidents"
    yield AUTHORS, "the list of authors"
    yield GOALS, "the list of goals"
    yield CORRECTIONS, "the list of corrections"
    for incident in newsroom.incidents:
        yield incident_url(incident.id), f"the incident {incident.id!r}"
    for year in {entry.date.astimezone(settings.zone).year for entry in newsroom.entries}:
        yield year_url(year), f"the archive of {year}"


def _written(newsroom: Newsroom) -> Iterator[tuple[str, str, int, str]]:
    """What content files are written to: file, path, line that makes it so, remedy."""
    for author in newsroom.authors:
        yield file_of(author_url(author.slug)), author.path, 1, "rename this file"
    for goal in newsroom.goals:
        yield file_of(goal_url(goal.slug)), goal.path, 1, "rename this file"
    for page in newsroom.pages:
        translated = "." in page.path.rpartition("/")[2].removesuffix(".md")
        url = f"{page.lang}/{page.slug}/" if translated else f"{page.slug}/"
        yield file_of(url), page.path, 1, "give this page another Slug"
    for entry in _settled(newsroom):
        url = entry_url(entry, newsroom.original_of(entry))
        yield file_of(url), entry.path, entry.line("Slug"), "give this page another Slug"
    for entry in _settled(newsroom):
        for alias in entry.aliases:
            yield alias_file(alias), entry.path, entry.line("Aliases"), f"remove the alias {alias}"


def _settled(newsroom: Newsroom) -> list[Entry]:
    """The entries, drafts last: one person's draft takes no one's URL."""
    return sorted(newsroom.entries, key=lambda entry: newsroom.original_of(entry).is_draft)


def _folders(file: str) -> Iterator[str]:
    """The folders that a file lies in."""
    parts = file.split("/")[:-1]
    yield from ("/".join(parts[:count]) for count in range(1, len(parts) + 1))


def _inside(file: str, taken: dict[str, str]) -> str | None:
    """What is written as a file where this one needs a folder."""
    return next((taken[folder] for folder in _folders(file) if folder in taken), None)
