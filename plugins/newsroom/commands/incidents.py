"""Begin an incident, and go on with it: from a bad moment to a statement and follow-ups."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.citation import KINDS, ORIGINAL, SUFFIX
from ..model.entry import STATES
from ..model.problems import CommandError
from ..reading.slugs import slug_of
from .answers import find_incident
from .asking import one_line
from .citing import SourceOptions, file_stem, make_citation
from .options import Options, SignedOptions, argument, command, option
from .people import ask_author
from .project import Project
from .results import Result
from .scaffold import StatementTemplate, fill, followup_text, statement_templates

NOTHING = "nothing"
TEMPLATE_OF_KIND = {
    "social-post": "offensive-post",
    "rumour": "rumour",
    "article": "coverage",
    "comment": "coverage",
    NOTHING: "outage",
}


@dataclass(frozen=True)
class IncidentOptions(SourceOptions, SignedOptions):
    """Of an incident."""

    name: str = option(
        "The incident's public name", "What happened? (the incident's public name)", check=one_line
    )
    id: str = option(
        "Its folder (default: from the name)", "Its folder (permanent)", check=file_stem
    )
    template: str = option("The holding statement to begin with: invoke templates")


@command(IncidentOptions)
def incident(project: Project, given: IncidentOptions) -> Result:
    """Begin an incident: what it answers, its screenshot and a statement, as drafts.

    What is there already is kept and not asked for again, so a second run with the same name
    goes on where the first was interrupted.
    """
    name = project.asker.ask(given.question("name"))
    id = project.asker.ask(given.question("id", default=slug_of(name)))
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


def _original(project: Project, folder: str, given: IncidentOptions) -> tuple[Result, str]:
    """Make what the incident answers. Returns what was done, and its kind."""
    path = f"{folder}/{ORIGINAL}{SUFFIX}"
    if (project.content / path).exists():
        known = [item.kind for item in project.newsroom.citations if item.path == path]
        return Result.of("kept", project.content / path), (*known, "social-post")[0]
    # In a script, something with an address or a picture is a post.
    is_post = project.asker.interactive or given.url or given.screenshot
    question = given.question(
        "kind",
        text="What does it answer?",
        default="social-post" if is_post else NOTHING,
        choices=dict.fromkeys((*KINDS, NOTHING), ""),
        closed=True,
    )
    kind = project.asker.ask(question)
    if kind == NOTHING:
        return Result(), kind
    return make_citation(project, folder, ORIGINAL, kind, given), kind


def _template(project: Project, given: IncidentOptions, kind: str) -> StatementTemplate:
    found = {item.name: item for item in _templates(project)}
    if not found:
        raise CommandError(
            "there are no templates in templates/statements/: put a holding statement there"
        )
    usual = TEMPLATE_OF_KIND[kind]
    question = given.question(
        "template",
        text="Which template?",
        default=usual if usual in found else next(iter(found)),
        choices={name: item.about for name, item in found.items()},
        closed=True,
    )
    return found[project.asker.ask(question)]


def _templates(project: Project) -> tuple[StatementTemplate, ...]:
    return statement_templates(project.root / "templates" / "statements")


@command(Options)
def templates(project: Project, _given: Options) -> Result:
    """List the holding statements that an incident can begin with."""
    return Result(notes=tuple(f"{item.name:<16}{item.about}" for item in _templates(project)))


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
