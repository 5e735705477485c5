"""Withdraw and correct what is published: one edit of its header, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..files import write_whole
from ..model.entry import Entry
from ..model.problems import CommandError
from .answers import find_entry, is_planned
from .asking import one_line
from .edit import add_item, set_key
from .options import ContentOptions, argument, command
from .project import Project
from .results import Result
from .scaffold import minute


@dataclass(frozen=True)
class ChangeOptions(ContentOptions):
    """Of a change to what is published."""

    path: str = argument("Which entry?")


@dataclass(frozen=True)
class WithdrawOptions(ChangeOptions):
    """Of a withdrawal."""

    reason: str = argument("Why is it taken back? (readers see it)", check=one_line)


@command(WithdrawOptions)
def withdraw(project: Project, given: WithdrawOptions) -> Result:
    """Take an entry back: its page stays with the reason, its body goes."""
    entry = _published(project, given)
    if entry.withdrawn:
        raise CommandError(f"{project.shown(entry.path)} is withdrawn already")
    reason = project.asker.ask(given.question("reason"))
    now = minute(project.now)
    done = _edit(
        project,
        entry,
        f": withdrawn {now}",
        lambda text: set_key(text, "Withdrawn", f"{now} | {reason}"),
    )
    said = "The next build takes its body and pictures out of the output."
    return done + Result(notes=(said, *_state_taken_back(project, entry)))


@dataclass(frozen=True)
class CorrectOptions(ChangeOptions):
    """Of a correction."""

    text: str = argument("What was wrong, and what is right? (readers see it)", check=one_line)


@command(CorrectOptions)
def correct(project: Project, given: CorrectOptions) -> Result:
    """Add a dated correction to an entry."""
    entry = _published(project, given)
    said = project.asker.ask(given.question("text"))
    now = minute(project.now)
    done = _edit(
        project,
        entry,
        f": correction of {now} added",
        lambda text: add_item(text, "Correction", f"{now} | {said}"),
        lambda text: set_key(text, "Modified", now),
    )
    return done + Result(notes=("Now change the text itself, if it still says what was wrong.",))


def _published(project: Project, given: ChangeOptions) -> Entry:
    """Return the entry that is meant. Raises CommandError if its date has not come."""
    entry = find_entry(project, given.question("path"))
    if is_planned(project, entry):
        raise CommandError(
            f"{project.shown(entry.path)} is planned and not public yet: change its text,"
            " or hold it back with a line Status: draft"
        )
    return entry


def _edit(project: Project, entry: Entry, remark: str, *edits: Callable[[str], str]) -> Result:
    file = project.content / entry.path
    write_whole(file, project.edited(file, *edits))
    return Result.of("changed", file, remark)


def _state_taken_back(project: Project, entry: Entry) -> Iterator[str]:
    """Say what an entry's withdrawal means for where its incident stands."""
    incident = project.newsroom.public(project.now).by_id.get(entry.incident)
    if incident is None or entry not in incident.thread:  # a post, a draft or a translation
        return
    if entry is incident.statement:
        yield (
            f"The incident is still called {incident.name!r}: if that says what you take back,"
            " change the line Incident"
        )
    before, after = incident.states_around(entry)
    if before != after:
        yield (
            f"{incident.name!r} is {after} now and no longer {before}: say where it stands with"
            f" invoke followup {incident.id}"
        )
