"""Withdraw and correct what is published: one edit of its header, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..files import write_whole
from ..model.entry import Entry
from ..model.problems import CommandError
from .answers import find_entry
from .asking import one_line
from .edit import add_item, set_key
from .options import ContentOptions, argument, command
from .project import Project
from .results import FileDone, Result
from .scaffold import minute


@dataclass(frozen=True)
class WithdrawOptions(ContentOptions):
    """Of a withdrawal."""

    path: str = argument("Which entry?")
    reason: str = argument("Why is it taken back? (readers see it)", check=one_line)


@command(WithdrawOptions)
def withdraw(project: Project, given: WithdrawOptions) -> Result:
    """Take an entry back: its page stays with the reason, its body goes."""
    entry = find_entry(project, given.question("path"))
    _refuse_what_is_planned(project, entry)
    if entry.withdrawn:
        raise CommandError(f"{project.shown(entry.path)} is withdrawn already")
    reason = project.asker.ask(given.question("reason"))
    file = project.content / entry.path
    now = minute(project.now)
    text = project.edited(file, lambda text: set_key(text, "Withdrawn", f"{now} | {reason}"))
    write_whole(file, text.encode("utf-8"))
    return Result(
        (FileDone("changed", file, f": withdrawn {now}"),),
        (
            "The next build takes its body and pictures out of the output.",
            *_state_taken_back(project, entry),
        ),
    )


def _refuse_what_is_planned(project: Project, entry: Entry) -> None:
    """Raise CommandError for an entry whose date has not come: nothing was said in it yet."""
    if entry.dated and entry.date > project.now:
        raise CommandError(
            f"{project.shown(entry.path)} is planned and not public yet: change its text,"
            " or hold it back with a line Status: draft"
        )


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


@dataclass(frozen=True)
class CorrectOptions(ContentOptions):
    """Of a correction."""

    path: str = argument("Which entry?")
    text: str = argument("What was wrong, and what is right? (readers see it)", check=one_line)


@command(CorrectOptions)
def correct(project: Project, given: CorrectOptions) -> Result:
    """Add a dated correction to an entry."""
    entry = find_entry(project, given.question("path"))
    _refuse_what_is_planned(project, entry)
    said = project.asker.ask(given.question("text"))
    file, now = project.content / entry.path, minute(project.now)
    text = project.edited(
        file,
        lambda text: add_item(text, "Correction", f"{now} | {said}"),
        lambda text: set_key(text, "Modified", now),
    )
    write_whole(file, text.encode("utf-8"))
    return Result(
        (FileDone("changed", file, f": correction of {now} added"),),
        ("Now change the text itself, if it still says what was wrong.",),
    )
