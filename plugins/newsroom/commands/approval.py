"""Make a draft public: dated now, signed off, and checked before a byte of it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..files import write_whole
from ..model.entry import Entry
from ..model.newsroom import Newsroom
from ..model.problems import CommandError, nearest
from ..reading.checks import Checkup, check
from ..reading.moments import read_moment
from .answers import find_entry, is_planned, read_time
from .asking import one_line
from .display import as_argument
from .edit import not_draft, set_keys
from .options import ContentOptions, argument, command, option
from .project import Project
from .results import Result
from .scaffold import minute


@dataclass(frozen=True)
class ApproveOptions(ContentOptions):
    """Of an approval."""

    path: str = argument("Which draft?")
    by: str = option("Who approves: the name of a profile", "Who approves it?")
    at: str = option("When to publish: 2026-03-11 09:20 (default: now, or a later Date)")


@command(ApproveOptions)
def approve(project: Project, given: ApproveOptions) -> Result:
    """Make a draft public: dated now, checked before anything is written."""
    entry = find_entry(project, given.question("path"), drafts=True)
    shown, file = project.shown(entry.path), project.content / entry.path
    _refuse_what_is_no_draft(project, entry)
    approver = _approver(project, entry, given)
    if given.at:
        date = _planned(project, given.at)
    else:
        date = "" if is_planned(project, entry) else minute(project.now)
    keys = [(key, value) for key, value in (("Date", date), ("Approved_by", approver)) if value]
    text = project.edited(file, not_draft, lambda text: set_keys(text, keys))
    proposed = {entry.path: text.encode("utf-8")}
    checkup = check(project.content, project.settings, project.now, proposed=proposed)
    if wrong := _wrong(project, entry.path, checkup):
        raise CommandError(f"{shown} is not approved, and nothing is changed:\n{wrong}")
    write_whole(file, text)
    return _done(project, checkup.newsroom.by_path[entry.path], checkup)


def _refuse_what_is_no_draft(project: Project, entry: Entry) -> None:
    shown = project.shown(entry.path)
    if entry.withdrawn:
        raise CommandError(f"{shown} is withdrawn: write a new entry instead")
    if entry.status == "skip":
        raise CommandError(f"{shown} is no draft: its Status is skip, so that nothing shows it")
    if not entry.is_draft:
        when = "will be public at" if entry.date > project.now else "is public since"
        at = minute(entry.date.astimezone(project.settings.zone))
        raise CommandError(f"{shown} is no draft: it {when} {at}")
    incident = project.newsroom.by_id.get(entry.incident) if entry.in_incident else None
    if incident and entry.kind == "follow-up" and incident.statement.is_draft:
        first = as_argument(project.content / incident.statement.path)
        raise CommandError(
            f"the statement before {shown} is a draft: first, invoke approve {first}"
        )


def _approver(project: Project, entry: Entry, given: ApproveOptions) -> str:
    """Ask who approves: someone with a profile, who does not sign. Empty where nobody need."""
    required = project.settings.require_approval and entry.in_incident and not entry.translates
    if not given.by and (entry.approved_by or entry.translates):
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

    choices = dict.fromkeys(sorted(set(names) - set(entry.authors)), "")
    question = given.question("by", choices=choices, required=required, check=known)
    return project.asker.ask(question)


def _planned(project: Project, at: str) -> str:
    """Return the time that an entry is planned for, as a header has it."""
    try:
        planned = read_time(project, at)
    except ValueError as error:
        raise CommandError(f"--at: {error}") from None
    if read_moment(planned, project.settings.zone).at < project.now:
        raise CommandError(
            f"--at: {planned} has passed: leave it out to publish now, or write a later time"
            " with its date"
        )
    return planned


def _wrong(project: Project, path: str, checkup: Checkup) -> str:
    """Say what keeps an entry from being public, as it would be; nothing if it may be."""
    errors = [str(problem) for problem in checkup.problems if not problem.is_warning]
    if errors:
        return "\n".join(errors)
    entry = checkup.newsroom.by_path[path]
    if entry.is_draft:
        return f"{project.shown(path)}:{entry.line('Status')}: the Status holds it back"
    if entry.next_update and entry.next_update.over(max(entry.date, project.now)):
        where = f"{project.shown(path)}:{entry.line('Next_update')}"
        return f"{where}: the time that Next_update names has passed: promise another"
    return ""


def _done(project: Project, entry: Entry, checkup: Checkup) -> Result:
    by = f" by {entry.approved_by}" if entry.approved_by else ""
    at = minute(entry.date.astimezone(project.settings.zone))
    when = f"planned for {at}" if entry.date > project.now else f"dated {at}"
    shows = [one for one in checkup.newsroom.citations if one.incident == entry.incident]
    about = {project.shown(one.path) for one in (entry, *shows)}
    notes = [
        f"warning: {problem.path}:{problem.line}: {problem.message}"
        for problem in checkup.problems
        if problem.path in about
    ]
    if entry.date > project.now:
        notes.append("It is held back until then: deploy again at that time (see invoke due).")
    notes += _waiting(project, entry, checkup.newsroom)
    done = Result.of("changed", project.content / entry.path, f": approved{by}, {when}")
    return done + Result(notes=tuple(notes))


def _waiting(project: Project, entry: Entry, newsroom: Newsroom) -> Iterator[str]:
    """Say what is to be approved besides, before readers see all of it."""
    original = newsroom.original_of(entry)
    if original is not entry and not newsroom.is_public(original, max(entry.date, project.now)):
        file = as_argument(project.content / original.path)
        yield f"It is public only with what it translates: see {file}"
    for other in newsroom.translations.get(entry.path, ()):
        if other.is_draft:
            file = as_argument(project.content / other.path)
            yield f"Its translation is still a draft: invoke approve {file}"
