"""Begin an incident, and go on with it: from a bad moment to a statement and follow-ups."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ..model.citation import KINDS, ORIGINAL, SUFFIX
from ..model.entry import STATES
from ..model.problems import CommandError, nearest, one_of
from ..reading.slugs import slug_of
from .answers import choice, choose, find_incident
from .asking import Question, one_line
from .citing import SourceOptions, make_citation
from .options import Options, SignedOptions, argument, command, option
from .people import ask_author
from .project import Project
from .results import FileDone, Result, Sheet
from .scaffold import StatementTemplate, fill, followup_text, statement_templates

NOTHING = "nothing"
NEW = "new"
TEMPLATE_OF_KIND = {
    "social-post": "offensive-post",
    "rumour": "rumour",
    "article": "coverage",
    "comment": "coverage",
    NOTHING: "outage",
}

_ID = re.compile(r"[a-z0-9-]+")


def _incident_id(text: str) -> str:
    if not _ID.fullmatch(text.strip()):
        raise ValueError("use a-z, 0-9 and - only")
    return text.strip()


def _kind(text: str) -> str:
    return choice(text, (*KINDS, NOTHING))


@dataclass(frozen=True)
class IncidentOptions(SourceOptions, SignedOptions):
    """Of an incident."""

    name: str = option(
        "The incident's public name", "What happened? (the incident's public name)", check=one_line
    )
    id: str = option(
        "Its folder (default: from the name)", "Its folder (permanent)", check=_incident_id
    )
    template: str = option("The holding statement to begin with: invoke templates")


@command(IncidentOptions)
def incident(project: Project, given: IncidentOptions) -> Result:
    """Begin an incident: what it answers, its screenshot and a statement, as drafts.

    What is there already is kept and not asked for again, so a second run goes on where the
    first was interrupted.
    """
    ask = project.asker.ask
    if not given.id and not given.name:
        given = replace(given, id=_begun(project))
    name = ask(given.question("name"))
    id = ask(given.question("id", default=slug_of(name)))
    folder = f"incidents/{id}"
    if (project.content / folder / "statement.md").exists():
        raise CommandError(
            f"{project.shown(folder)}/statement.md is there already: edit it, or run"
            f" invoke followup {id}"
        )
    answered, kind = _original(project, folder, given)
    project, author, made = ask_author(project, given)
    text = fill(_template(project, given, kind), name, author, project.now)
    return answered + made + project.create_draft(f"{folder}/statement.md", text)


def _begun(project: Project) -> str:
    """Ask for the folder of an incident without a statement, if there is one to go on with."""
    begun = [
        folder.name
        for folder in sorted((project.content / "incidents").glob("*/"))
        if _ID.fullmatch(folder.name)
        and any(folder.iterdir())
        and not (folder / "statement.md").exists()
    ]
    if not begun or not project.asker.interactive:
        return ""
    choices = (*begun, NEW)
    question = Question(
        "Some were begun and have no statement yet. Which one?",
        "--id",
        default=begun[0],
        choices=choices,
        check=lambda text: choice(text, choices),
    )
    answer = project.asker.ask(question)
    return "" if answer == NEW else answer


def _original(project: Project, folder: str, given: IncidentOptions) -> tuple[Result, str]:
    """Make what the incident answers. Returns what was done, and its kind."""
    path = f"{folder}/{ORIGINAL}{SUFFIX}"
    if (project.content / path).exists():
        known = [item for item in project.newsroom.citations if item.path == path]
        shots = tuple(project.content / item.screenshot.path for item in known if item.screenshot)
        kept = Result((FileDone("kept", project.content / path),), goes_along=shots)
        return kept, known[0].kind if known else "social-post"
    # In a script, something with an address or a picture is a post.
    is_post = project.asker.interactive or given.url or given.screenshot
    question = given.question(
        "kind",
        text="What does it answer?",
        default="social-post" if is_post else NOTHING,
        choices=(*KINDS, NOTHING),
        check=_kind,
    )
    kind = project.asker.ask(question)
    if kind == NOTHING:
        return Result(), kind
    return make_citation(project, folder, ORIGINAL, kind, given), kind


def _template(project: Project, given: IncidentOptions, kind: str) -> StatementTemplate:
    found = _templates(project)
    if not found:
        raise CommandError(
            "there are no templates in templates/statements/: put a holding statement there"
        )

    def known(text: str) -> str:
        if text.strip() not in found:
            names = one_of(found)
            raise ValueError(f"no template {text!r}{nearest(text, found)}; there are {names}")
        return text.strip()

    usual = TEMPLATE_OF_KIND[kind]
    question = given.question(
        "template",
        text="Which template?",
        default=usual if usual in found else next(iter(found)),
        check=known,
    )
    return found[choose(project, question, {name: item.about for name, item in found.items()})]


def _templates(project: Project) -> dict[str, StatementTemplate]:
    folder = project.root / "templates" / "statements"
    return {item.name: item for item in statement_templates(folder)}


@command(Options)
def templates(project: Project, _given: Options) -> Result:
    """List the holding statements that an incident can begin with."""
    rows = tuple((((item.name, ""),), ((item.about, ""),)) for item in _templates(project).values())
    return Result(sheet=Sheet(("Template", "For"), rows))


@dataclass(frozen=True)
class FollowupOptions(SignedOptions):
    """Of a follow-up."""

    incident: str = argument("Which incident?", help="The incident's folder")
    title: str = option(
        "What this update says", "What does this update say? (its title)", required=False
    )


@command(FollowupOptions)
def followup(project: Project, given: FollowupOptions) -> Result:
    """Write a follow-up, pre-filled with what is still unanswered and open."""
    found = find_incident(project, given.question("incident"))
    title = project.asker.ask(given.question("title"))
    project, author, made = ask_author(project, given)
    stem = slug_of(title) or f"update-{len(found.thread) + 1}"
    # What readers know: another draft of a follow-up has changed nothing yet.
    state = project.newsroom.public(project.now).by_id.get(found.id, found).state
    if state not in STATES:  # all of it is withdrawn: it begins again
        state = STATES[0]
    text = followup_text(found, state, title, author, project.now)
    return made + project.create_draft(f"incidents/{found.id}/{stem}.md", text)
