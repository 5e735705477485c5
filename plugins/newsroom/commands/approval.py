"""A draft made public: dated now, signed off, and checked before a byte of it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..files import write_whole
from ..model.entry import Entry
from ..model.newsroom import Newsroom, quoted
from ..model.problems import CommandError, nearest
from ..reading.checks import Checkup, check
from ..reading.moments import read_moment
from .asking import Question
from .changes import find_entry, read_text
from .choosing import entry_of
from .desk import Desk, Given, one_line
from .edit import EditError, not_draft, set_key
from .next_steps import as_argument
from .result import FileDone, Result
from .scaffold import minute


def approve(desk: Desk, path: str, given: Given) -> Result:
    """Make a draft public: its ``Date`` is now, or the future one that it has or is given.

    Nothing is written unless the content passes the check as it will be.
    """
    entry = find_entry(desk, entry_of(desk, path, drafts=True))
    shown, file = desk.shown(entry.path), desk.content / entry.path
    _refuse_what_is_no_draft(desk, entry)
    approver = _approver(desk, entry, given.get("by", ""))
    is_planned = entry.dated and entry.date > desk.now
    date = _planned(desk, given.get("at", "")) or ("" if is_planned else minute(desk.now))
    try:
        text = not_draft(read_text(file))
        text = set_key(text, "Date", date) if date else text
        text = set_key(text, "Approved_by", approver) if approver else text
    except EditError as error:
        raise CommandError(f"{shown}: {error}") from None
    data = text.encode("utf-8")
    checkup = check(desk.content, desk.settings, desk.now, proposed={entry.path: data})
    if wrong := _wrong(desk, entry.path, checkup):
        raise CommandError(f"{shown} is not approved, and nothing is changed:\n{wrong}")
    write_whole(file, data)
    return _done(desk, checkup.newsroom.by_path[entry.path], checkup)


def _refuse_what_is_no_draft(desk: Desk, entry: Entry) -> None:
    shown = desk.shown(entry.path)
    if entry.withdrawn:
        raise CommandError(f"{shown} is withdrawn: write a new entry instead")
    if entry.status == "skip":
        raise CommandError(f"{shown} is no draft: its Status is skip, so that nothing shows it")
    if not entry.is_draft:
        when = "will be public at" if entry.date > desk.now else "is public since"
        raise CommandError(
            f"{shown} is no draft: it {when} {minute(entry.date.astimezone(desk.settings.zone))}"
        )
    incident = desk.newsroom.by_id.get(entry.incident) if entry.in_incident else None
    if incident and entry.kind == "follow-up" and incident.statement.is_draft:
        first = as_argument(desk.content / incident.statement.path)
        raise CommandError(
            f"the statement before {shown} is a draft: first, invoke approve {first}"
        )


def _approver(desk: Desk, entry: Entry, given: str) -> str:
    """Who approves: someone with a profile, who does not sign. Empty where nobody need."""
    required = desk.settings.require_approval and entry.in_incident and not entry.translates
    if not given and (entry.approved_by or entry.translates):
        return ""
    names = desk.newsroom.by_name

    def known(text: str) -> str:
        name = one_line(text)
        if name not in names:
            remedy = f'run invoke author "{name}" first'
            raise ValueError(f'no profile for "{name}"{nearest(name, names)}: {remedy}')
        if name in entry.authors:
            raise ValueError(f"{name} signs this entry: have a second person approve it")
        return name

    choices = sorted(set(names) - set(entry.authors))
    question = Question("Who approves it?", "--by", choices=choices, required=required, check=known)
    return desk.asker.ask(question, given)


def _planned(desk: Desk, at: str) -> str:
    """The time that an entry is planned for, as a header has it; empty if none is given."""
    if not at:
        return ""
    try:
        planned = desk.read_time(at)
    except ValueError as error:
        raise CommandError(f"--at: {error}") from None
    if read_moment(planned, desk.settings.zone).at < desk.now:
        raise CommandError(
            f"--at: {planned} has passed: leave it out to publish now, or write a later time"
            " with its date"
        )
    return planned


def _wrong(desk: Desk, path: str, checkup: Checkup) -> str:
    """What keeps an entry from being public, as it would be; empty if nothing does."""
    errors = [str(problem) for problem in checkup.problems if not problem.is_warning]
    if errors:
        return "\n".join(errors)
    entry = checkup.newsroom.by_path[path]
    if entry.is_draft:
        return f"{desk.shown(path)}:{entry.line('Status')}: the Status holds it back"
    if entry.next_update and entry.next_update.over(max(entry.date, desk.now)):
        where = f"{desk.shown(path)}:{entry.line('Next_update')}"
        return f"{where}: the time that Next_update names has passed: promise another"
    return ""


def _done(desk: Desk, entry: Entry, checkup: Checkup) -> Result:
    planned = entry.date > desk.now
    by = f" by {entry.approved_by}" if entry.approved_by else ""
    at = minute(entry.date.astimezone(desk.settings.zone))
    when = f"planned for {at}" if planned else f"dated {at}"
    used = sorted(set(_used(entry, checkup.newsroom)))
    about = {desk.shown(path) for path in (entry.path, *used)}
    notes = [
        f"{problem.message.replace('warning: ', f'warning: {problem.path}:{problem.line}: ', 1)}"
        for problem in checkup.problems
        if problem.path in about
    ]
    if planned:
        notes.append("It is held back until then: deploy again at that time (see invoke due).")
    return Result(
        (FileDone("changed", desk.content / entry.path, f": approved{by}, {when}"),),
        (*notes, *_waiting(desk, entry, checkup.newsroom)),
        goes_along=tuple(desk.content / path for path in used),
    )


def _used(entry: Entry, newsroom: Newsroom) -> Iterator[str]:
    """The files that are public through an entry: of people, goals, citations and pictures."""
    for name in (*entry.authors, entry.approved_by):
        if author := newsroom.by_name.get(name):
            yield author.path
            if author.photo:
                yield author.photo.path
    yield from (goal.path for goal in newsroom.goals if goal.slug in entry.goals)
    for citation in quoted(replace(newsroom, entries=(entry,))):
        yield citation.path
        if citation.screenshot:
            yield citation.screenshot.path
    targets = {link.target_from(entry.path) for link in entry.body.links if link.is_file}
    yield from targets & newsroom.statics


def _waiting(desk: Desk, entry: Entry, newsroom: Newsroom) -> Iterator[str]:
    """What is to be approved besides, before readers see all of it."""
    original = newsroom.original_of(entry)
    if original is not entry and not newsroom.is_public(original, max(entry.date, desk.now)):
        file = as_argument(desk.content / original.path)
        yield f"It is public only with what it translates: see {file}"
    for other in newsroom.translations.get(entry.path, ()):
        if other.is_draft:
            file = as_argument(desk.content / other.path)
            yield f"Its translation is still a draft: invoke approve {file}"
