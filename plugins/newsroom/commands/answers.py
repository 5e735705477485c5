"""What people answer: times, files, addresses, and what a command is to work on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from ..clock import build_time
from ..model.citation import Citation
from ..model.entry import Entry
from ..model.incident import Incident
from ..model.problems import CommandError, nearest, one_of
from ..reading.moments import read_moment
from .asking import Question
from .project import Project
from .scaffold import minute, published_moment


def read_time(project: Project, text: str) -> str:
    """Make a time tidy: ``08:14`` is today's, and ``now`` is now.

    Raises ValueError for what is no date.
    """
    typed, zone = text.strip(), project.settings.zone
    if typed.lower() == "now":
        return minute(project.now)
    if len(typed) <= len("08:14") and ":" in typed:
        typed = f"{project.now:%Y-%m-%d} {typed}"
    return published_moment(read_moment(typed, zone), zone)


def ask_past(project: Project, question: Question) -> str:
    """Ask for a moment that has passed: a time of day that has not come today is yesterday's."""
    question = replace(question, check=lambda text: _read_past(project, text))
    while (answer := project.asker.ask(question)) and _is_ahead(project, answer):
        yesterday = _day_before(project, answer)
        if project.asker.confirm(f"{answer} is yet to come. Was it yesterday, {yesterday}?"):
            return yesterday
        project.asker.forget(question)
        question = replace(question, given="")
    return answer


def _read_past(project: Project, text: str) -> str:
    """Make a time tidy, and refuse one to come, unless a person can be asked about it."""
    answer = read_time(project, text)
    if _is_ahead(project, answer):
        is_bare = len(text.strip()) <= len("08:14")
        if not (is_bare and project.asker.interactive):
            yesterday = f"if it was yesterday, write {_day_before(project, answer)}"
            remedy = yesterday if is_bare else "write when it was"
            raise ValueError(f"{answer} is yet to come: {remedy}")
    return answer


def _at(project: Project, answer: str) -> datetime:
    return read_moment(answer, project.settings.zone).at


def _is_ahead(project: Project, answer: str) -> bool:
    return _at(project, answer) > max(project.now, build_time())  # the conversation takes a while


def _day_before(project: Project, answer: str) -> str:
    return minute(_at(project, answer).astimezone(project.settings.zone) - timedelta(days=1))


def read_file(path: str) -> tuple[bytes, str]:
    """Return a file's bytes and its name. Raises CommandError if it cannot be read."""
    try:
        return Path(path).expanduser().read_bytes(), Path(path).name
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None


def existing_file(text: str) -> str:
    """Return a path as a person pastes it. Raises ValueError if there is no file."""
    path = text.strip().strip("'\"").replace("\\ ", " ")
    if not Path(path).expanduser().is_file():
        raise ValueError(f"there is no file {path}")
    return path


def web_address(text: str) -> str:
    """Return a whole http(s) URL. Raises ValueError for anything else."""
    parts = urlsplit(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in text.strip():
        raise ValueError("write a whole URL that begins with https://")
    return text.strip()


def choice(text: str, allowed: Iterable[str]) -> str:
    """Return one of the allowed words. Raises ValueError for any other."""
    word, allowed = text.strip().lower(), tuple(allowed)
    if word not in allowed:
        raise ValueError(f"{text!r} is none of: {one_of(allowed)}{nearest(word, allowed)}")
    return word


def find_incident(project: Project, question: Question) -> Incident:
    """Return the incident that is meant: as given, else one of a list, open ones first.

    Raises CommandError, with the nearest one, if there is none.
    """
    newest = sorted(project.newsroom.incidents, key=lambda item: item.newest.date, reverse=True)
    known = sorted(newest, key=lambda item: not item.is_open)
    about = {item.id: f"{item.name} ({item.state})" for item in known}
    ids = project.newsroom.by_id
    wanted = choose(project, question, about).strip("/").rpartition("/")[2]
    if wanted not in ids:
        there = f" There are: {one_of(ids)}." if ids else ""
        raise CommandError(f"there is no incident {wanted!r}{nearest(wanted, ids)}{there}")
    return ids[wanted]


def find_entry(project: Project, question: Question, drafts: bool = False) -> Entry:
    """Return the entry that is meant: as given, else one of a list, the newest first.

    The list has what is public, or what are ``drafts``. Raises CommandError for no entry.
    """

    def fits(entry: Entry) -> bool:
        if drafts or entry.is_draft:
            return drafts and entry.is_draft
        return not entry.withdrawn and not (entry.dated and entry.date > project.now)

    newsroom = project.newsroom
    found = sorted(filter(fits, newsroom.entries), key=lambda item: item.date, reverse=True)
    path = choose(project, question, {project.shown(item.path): item.title for item in found})
    relative = _relative(project, path)
    if relative in newsroom.unreadable:
        raise CommandError(f"{project.shown(relative)} cannot be read: run invoke check")
    if relative not in newsroom.by_path:
        raise CommandError(f"{path} is no entry{nearest(relative, newsroom.by_path)}")
    return newsroom.by_path[relative]


def find_screenshot(project: Project, question: Question) -> Citation:
    """Return the citation whose screenshot is meant, by its path or that of its picture."""
    citations = project.newsroom.citations
    shot = [item for item in citations if item.screenshot]
    about = {project.shown(item.path): item.author or item.publication for item in shot}
    path = choose(project, question, about)
    relative = _relative(project, path)
    for citation in citations:
        if relative in (citation.path, citation.screenshot and citation.screenshot.path):
            return citation
    known = nearest(relative, (citation.path for citation in citations))
    raise CommandError(f"{path} is no citation and no screenshot of one{known}")


def choose(project: Project, question: Question, about: Mapping[str, str]) -> str:
    """Ask for one of these, shown with what is said about each."""
    return project.asker.ask(replace(question, choices=tuple(about), about=about))


def _relative(project: Project, path: str) -> str:
    """Return a path, as typed from here or from the content folder, relative to the latter."""
    content = project.content
    for base in (Path.cwd(), content.parent, content):
        file = (base / path).resolve()
        if file.is_file() and file.is_relative_to(content.resolve()):
            return file.relative_to(content.resolve()).as_posix()
    return path.removeprefix(f"{content.name}/")
