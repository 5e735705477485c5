"""Change what is said in public: approve a draft, correct an entry, note a change, withdraw it.

Each is one edit of a file's header, checked before a byte of it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from ..files import write_whole
from ..model.entry import Entry
from ..model.problems import CommandError, Problem, nearest
from ..reading.checks import check
from ..reading.headers import minute
from ..reading.moments import read_moment
from .answers import find_entry, read_time
from .display import as_argument
from .edit import add_item, not_draft, set_key, set_keys
from .options import Given, Option, command, one_line
from .people import speaking
from .project import Project, Result
from .signing import KEY, check_key, chosen_key, signed_with, still_to_sign, written_beside

ENTRY = Option("path", "The entry's file", "Which entry?", positional=True)
REASON = "Why is it taken back? (readers see it)"
NOTE = "What was changed? (readers see it)"
CORRECTION = "What was wrong, and what is right? (readers see it)"


@command(
    Option("path", "The draft's file", "Which draft?", positional=True),
    Option("by", "Who approves: the name of a profile", "Who approves it?"),
    Option("at", "When to publish: 2026-03-11 09:20 (default: now, or a later Date)"),
    Option("sign", "Sign it at once, as its approver, else as its author", action="store_true"),
    KEY,
)
def approve(project: Project, given: Given) -> Result:
    """Make a draft public: dated now, or as planned; checked before anything is written."""
    entry = find_entry(project, given, drafts=True)
    shown, file = project.shown(entry.path), project.content / entry.path
    _refuse_what_is_no_draft(project, entry)
    keys = [("Approved_by", approver)] if (approver := _approver(project, entry, given)) else []
    if given["at"]:
        keys.append(("Date", _planned(project, given)))
    elif not (entry.dated and entry.date > project.now):
        keys.append(("Date", minute(project.now)))
    text = project.edited(file, not_draft, lambda text: set_keys(text, keys))
    proposed = {entry.path: text.encode("utf-8")}
    checkup = check(project.content, project.settings, project.now, proposed=proposed)
    unsigned = (shown, "signature-")  # it can be signed now, and need not be at once
    wrong = [
        str(_where_it_is_now(problem, file, text) if problem.path == shown else problem)
        for problem in checkup.problems
        if not (problem.is_warning or (problem.path, problem.rule[:10]) == unsigned)
    ]
    if not wrong:
        entry = checkup.newsroom.by_path[entry.path]
        wrong = list(_not_yet(project, entry))
    if wrong:
        lines = "\n".join(wrong)
        raise CommandError(f"{shown} is not approved, and nothing is changed:\n{lines}")
    signature, signer = Result(), ""
    if given["sign"]:
        signature, signer = _sign(project, given, entry, proposed[entry.path])
    write_whole(file, text)
    by = f" by {entry.approved_by}" if entry.approved_by else ""
    at = minute(entry.date.astimezone(project.settings.zone))
    notes = list(still_to_sign(project, entry, signer))
    when = f"dated {at}"
    if entry.date > project.now:
        when = f"planned for {at}"
        notes.append("It is held back until then: deploy again at that time (see invoke due).")
    done = Result.of("changed", file, f": approved{by}, {when}")
    return done + signature + Result(notes=tuple(notes))


def _where_it_is_now(problem: Problem, file: Path, text: str) -> Problem:
    """Return a problem of the text that a file would have, with the line in the file as it is."""
    lines, proposed = file.read_text("utf-8").split("\n"), text.split("\n")
    line = problem.line + len(lines) - len(proposed)
    is_moved = lines[line - 1 : line] == proposed[problem.line - 1 : problem.line]
    return replace(problem, line=line) if is_moved else problem


def _sign(project: Project, given: Given, entry: Entry, source: bytes) -> tuple[Result, str]:
    """Sign an entry that is approved now: as its approver if there is one, else as an author."""
    names = (entry.approved_by,) if entry.approved_by else entry.authors
    signature, author, line = signed_with(project, chosen_key(project, given, names), source)
    if author.name not in names:
        who = " or ".join(names)
        raise CommandError(f"this is the key of {author.name}: {who} signs what is approved now")
    check_key(project, entry, author, line)
    return written_beside(project, entry, author, signature), author.name


def _refuse_what_is_no_draft(project: Project, entry: Entry) -> None:
    shown = project.shown(entry.path)
    if entry.withdrawn:
        raise CommandError(f"{shown} is withdrawn: write a new entry instead")
    if not entry.is_draft:
        at = minute(entry.date.astimezone(project.settings.zone))
        raise CommandError(f"{shown} is no draft: its Status is {entry.status}, its Date {at}")
    incident = project.newsroom.by_id.get(entry.incident) if entry.in_incident else None
    if incident and entry.kind == "follow-up" and incident.statement.is_draft:
        first = as_argument(project.content / incident.statement.path)
        raise CommandError(
            f"the statement before {shown} is a draft: first, invoke approve {first}"
        )


def _approver(project: Project, entry: Entry, given: Given) -> str:
    """Ask who approves: someone with a profile, who does not sign. Empty where nobody need."""
    required = project.settings.require_approval and entry.in_incident and not entry.translates
    if not given["by"] and (entry.approved_by or entry.translates):
        return ""
    names = project.newsroom.by_name

    def known(text: str) -> str:
        name = one_line(text)
        if name not in names:
            remedy = f'run invoke author "{name}" first'
            raise ValueError(f'no profile for "{name}"{nearest(name, names)}: {remedy}')
        if name in entry.authors:
            raise ValueError(f"{name} signs this entry: have a second person approve it")
        return name

    others = [name for name in speaking(project) if name not in entry.authors]
    if not (required or others or given["by"]):
        return ""
    return given.ask("by", choices=dict.fromkeys(others, ""), required=required, check=known)


def _planned(project: Project, given: Given) -> str:
    def to_come(text: str) -> str:
        planned = read_time(project, text)
        if read_moment(planned, project.settings.zone).at < project.now:
            raise ValueError(f"{planned} has passed: leave it out to publish now, or name a date")
        return planned

    return given.ask("at", check=to_come)


def _not_yet(project: Project, entry: Entry) -> Iterator[str]:
    """Say what else keeps an entry from being public, as it would be."""
    shown = project.shown(entry.path)
    if entry.is_draft:
        yield f"{shown}:{entry.line('Status')}: the Status holds it back"
    elif entry.next_update and entry.next_update.over(max(entry.date, project.now)):
        where = f"{shown}:{entry.line('Next_update')}"
        yield f"{where}: the time that Next_update names has passed: promise another"


@command(ENTRY, Option("reason", REASON, positional=True, check=one_line))
def withdraw(project: Project, given: Given) -> Result:
    """Take an entry back: its page stays with the reason, its body goes."""
    if (entry := find_entry(project, given)).withdrawn:
        raise CommandError(f"{project.shown(entry.path)} is withdrawn already")
    entry, now, told = _told(project, given, "reason")
    done = _edit(project, entry, f"withdrawn {now}", lambda text: set_key(text, "Withdrawn", told))
    said = "The next build takes its body and pictures out of the output."
    return done + Result(notes=(said, *_state_taken_back(project, entry)))


@command(ENTRY, Option("text", CORRECTION, positional=True, check=one_line))
def correct(project: Project, given: Given) -> Result:
    """Add a dated correction to an entry."""
    entry, now, told = _told(project, given, "text")
    done = _edit(
        *(project, entry, f"correction of {now} added"),
        lambda text: set_key(add_item(text, "Correction", told), "Modified", now),
    )
    said = "Now change the text itself, if it still says what was wrong."
    return done + Result(notes=(said, *_sign_again(project, entry)))


@command(ENTRY, Option("text", NOTE, positional=True, check=one_line))
def note(project: Project, given: Given) -> Result:
    """Say in one line what a small change to an entry was."""
    entry, now, told = _told(project, given, "text")
    remark = f"change note of {now}"
    done = _edit(project, entry, remark, lambda text: set_key(text, "Modified", told))
    return done + Result(notes=tuple(_sign_again(project, entry)))


def _sign_again(project: Project, entry: Entry) -> Iterator[str]:
    """Yield what to do if an entry that is changed was signed."""
    if entry.signatures:
        file = as_argument(project.content / entry.path)
        yield f"It was signed as it was: then sign it again, invoke sign {file}"


def _told(project: Project, given: Given, asked: str) -> tuple[Entry, str, str]:
    """Return the entry that is meant, the time, and what readers are told, with that time.

    Raises CommandError if the date of the entry has not come.
    """
    entry = find_entry(project, given)
    if entry.dated and entry.date > project.now:
        raise CommandError(
            f"{project.shown(entry.path)} is planned and not public yet: change its text,"
            " or hold it back with a line Status: draft"
        )
    now = minute(project.now)
    return entry, now, f"{now} | {given.ask(asked)}"


def _edit(project: Project, entry: Entry, remark: str, edit: Callable[[str], str]) -> Result:
    file = project.content / entry.path
    write_whole(file, project.edited(file, edit))
    return Result.of("changed", file, f": {remark}")


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
