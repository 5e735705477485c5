"""What a command works on, chosen from a list where it was not named."""

from __future__ import annotations

from collections.abc import Mapping

from ..model.entry import Entry
from .asking import Question
from .desk import Desk, one_line


def incident_of(desk: Desk, given: str) -> str:
    """An incident's folder: as given, else one of the list, open ones first."""
    if given:
        return given
    newest = sorted(desk.newsroom.incidents, key=lambda item: item.newest.date, reverse=True)
    known = {item.id: item for item in sorted(newest, key=lambda item: not item.is_open)}
    about = {id: f"{item.name} ({item.state})" for id, item in known.items()}
    return _one_of(desk, "Which incident?", "INCIDENT", about, given)


def entry_of(desk: Desk, given: str, drafts: bool = False) -> str:
    """An entry's path: as given, else one of the list, the newest first."""

    def fits(entry: Entry) -> bool:
        if drafts or entry.is_draft:
            return drafts and entry.is_draft
        return not entry.withdrawn and not (entry.dated and entry.date > desk.now)

    found = sorted(filter(fits, desk.newsroom.entries), key=lambda item: item.date, reverse=True)
    about = {desk.shown(item.path): item.title for item in found}
    which = "Which draft?" if drafts else "Which entry?"
    return _one_of(desk, which, "PATH", about, given)


def screenshot_of(desk: Desk, given: str) -> str:
    """The path of a citation that has a screenshot: as given, else one of the list."""
    shot = [item for item in desk.newsroom.citations if item.screenshot]
    about = {desk.shown(item.path): item.author or item.publication for item in shot}
    return _one_of(desk, "Whose screenshot?", "PATH", about, given)


def sentence(desk: Desk, text: str, option: str, given: str) -> str:
    """A sentence, asked for if it was not given."""
    return desk.asker.ask(Question(text, option, check=one_line), given)


def _one_of(desk: Desk, text: str, option: str, about: Mapping[str, str], given: str) -> str:
    return desk.asker.ask(Question(text, option, choices=tuple(about), about=about), given)
