"""What people answer: times, files, addresses, and what a command is to work on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from ..clock import build_time
from ..model.citation import Citation
from ..model.entry import Entry
from ..model.incident import Incident
from ..model.letters import visible
from ..model.problems import CommandError, nearest, one_of
from ..reading.headers import minute, published_moment
from ..reading.interpret import read_hotline
from ..reading.moments import read_moment
from .options import Given, Option
from .project import Project


def read_time(project: Project, text: str) -> str:
    """Make a time tidy: ``08:14`` is today's, ``now`` is now. Raises ValueError for no date."""
    typed, zone = text.strip(), project.settings.zone
    if typed.lower() == "now":
        return minute(project.now)
    if len(typed) <= len("08:14") and ":" in typed:
        typed = f"{project.now:%Y-%m-%d} {typed}"
    return published_moment(read_moment(typed, zone), zone)


def ask_past(project: Project, given: Given, name: str, required: bool = True) -> str:
    """Ask for a moment that has passed."""

    def passed(text: str) -> str:
        answer, zone = read_time(project, text), project.settings.zone
        at = read_moment(answer, zone).at
        if at <= max(project.now, build_time()):  # the conversation takes a while
            return answer
        remedy = "write when it was"
        if len(text) <= len("08:14"):
            yesterday = minute(at.astimezone(zone) - timedelta(days=1))
            remedy = f"if it was yesterday, write {yesterday}"
        raise ValueError(f"{answer} is yet to come: {remedy}")

    return given.ask(name, required=required, check=passed)


def existing_file(text: str) -> str:
    """Return a path as a person pastes it. Raises ValueError if there is no file."""
    path = text.strip("'\"").replace("\\ ", " ")
    if not Path(path).expanduser().is_file():
        raise ValueError(f"there is no file {path}")
    return str(Path(path).expanduser())


def web_address(text: str) -> str:
    """Return a whole http(s) URL. Raises ValueError for anything else."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in text:
        raise ValueError("write a whole URL that begins with https://")
    return text


def hotline(text: str) -> str:
    """Return a ``Hotline`` on one line. Raises ValueError if it does not say whom to reach."""
    line = visible(text)
    if not read_hotline(line):
        raise ValueError("write a number, mail address or URL first, then | when | languages")
    return line


INCIDENT = Option("incident", "The incident's folder", "Which incident?", positional=True)


def find_incident(project: Project, given: Given) -> Incident:
    """Return the incident that is meant: as given, else one of a list, open ones first."""
    newest = sorted(project.newsroom.incidents, key=lambda item: item.newest.date, reverse=True)
    known = sorted(newest, key=lambda item: not item.is_open)
    answer = given.ask("incident", choices={i.id: f"{i.name} ({i.state})" for i in known})
    wanted = answer.strip("/").rpartition("/")[2]
    ids = project.newsroom.by_id
    if wanted not in ids:
        there = f" There are: {one_of(ids)}." if ids else ""
        raise CommandError(f"there is no incident {wanted!r}{nearest(wanted, ids)}{there}")
    return ids[wanted]


def find_entry(project: Project, given: Given, drafts: bool = False) -> Entry:
    """Return the entry that is meant: as given, else one of a list of public ones, or drafts."""
    newsroom = project.newsroom
    newest = sorted(newsroom.entries, key=lambda item: item.date, reverse=True)
    choices = {
        project.shown(item.path): item.title
        for item in newest
        if (item.is_draft if drafts else item.due(project.now) and not item.withdrawn)
    }
    if not choices and not given["path"]:
        raise CommandError("there is no draft" if drafts else "nothing is published yet")
    return entry_at(project, given.ask("path", choices=choices))


def entry_at(project: Project, path: str) -> Entry:
    """Return the entry at a path. Raises CommandError if there is none."""
    newsroom, relative = project.newsroom, _relative(project, path)
    if relative in newsroom.unreadable:
        raise CommandError(f"{project.shown(relative)} cannot be read: run invoke check")
    if relative not in newsroom.by_path:
        raise CommandError(f"{path} is no entry{nearest(relative, newsroom.by_path)}")
    return newsroom.by_path[relative]


def find_screenshot(project: Project, given: Given) -> Citation:
    """Return the citation whose screenshot is meant, by its path or that of its picture."""
    shot = {item.path: item for item in project.newsroom.citations if item.screenshot}
    choices = {project.shown(path): item.author for path, item in shot.items()}
    path = given.ask("path", choices=choices)
    relative = _relative(project, path)
    for citation in shot.values():
        if citation.screenshot and relative in (citation.path, citation.screenshot.path):
            return citation
    raise CommandError(f"{path} is no citation with a screenshot{nearest(relative, shot)}")


def _relative(project: Project, path: str) -> str:
    """Return a path, as typed from here or from the content folder, relative to the latter."""
    content = project.content
    for base in (Path.cwd(), content.parent, content):
        file = (base / path).resolve()
        if file.is_file() and file.is_relative_to(content.resolve()):
            return file.relative_to(content.resolve()).as_posix()
    return path.removeprefix(f"{content.name}/")
