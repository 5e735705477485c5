"""Begin an incident, and go on with it: from a bad moment to a statement and follow-ups."""

from __future__ import annotations

from pathlib import Path

from ..files import overrides, write_whole
from ..model.citation import KINDS, ORIGINAL, SUFFIX
from ..model.entry import STATES
from ..model.problems import CommandError, nearest
from ..reading.slugs import slug_of
from .answers import INCIDENT, ask_past, find_incident, hotline
from .citing import SOURCE, file_stem, make_citation
from .options import SIGNED, Given, Option, command, one_line
from .people import ask_author
from .project import Project, Result
from .scaffold import ASKED, StatementTemplate, fill, followup_text, statement_templates

NEW = "new"
NOTHING = "nothing"
TEMPLATE_OF_KIND = {
    "social-post": "offensive-post",
    "rumour": "rumour",
    "article": "coverage",
    "comment": "coverage",
    NOTHING: "outage",
}
TEMPLATE = "The holding statement to begin with: invoke templates"


@command(
    Option("name", "What happened? (the incident's public name)", check=one_line),
    Option("id", "Its folder (permanent)", check=file_stem),
    *SOURCE,
    *SIGNED,
    Option("template", TEMPLATE, "Which template?", closed=True),
    Option("began", "When it began, if the template asks", "When did it begin?"),
    Option("noticed", "When you learned of it, if the template asks", "When did you learn of it?"),
    Option(
        "hotline",
        "Where people reach you about it: number, mail or URL | when | languages",
        "Where can people reach you about it? (number, mail or URL | when | languages)",
        check=hotline,
        required=False,
    ),
)
def incident(project: Project, given: Given) -> Result:
    """Begin an incident: what it answers, its screenshot and a statement, as drafts.

    What is there already is kept and not asked for again, so a second run goes on where the first
    was interrupted.
    """
    begun = _begun(project, given)
    name = given.ask("name")
    id = begun or given.ask("id", default=slug_of(name))
    folder = f"incidents/{id}"
    if (project.content / folder / "statement.md").exists():
        raise CommandError(
            f"{project.shown(folder)}/statement.md is there already: edit it, or run"
            f" invoke followup {id}"
        )
    answered, kind = _original(project, folder, given)
    author, made = ask_author(project, given)
    template = _template(project, given, kind)
    text = fill(template, name, author, project.now, **_asked(project, given, template))
    return answered + made + project.create(f"{folder}/statement.md", text, is_draft=True)


def _begun(project: Project, given: Given) -> str:
    """Ask which incident without a statement to go on with; empty for a new one."""
    folders = sorted((project.content / "incidents").glob("[a-z0-9]*/"))
    without = [folder for folder in folders if not (folder / "statement.md").exists()]
    begun = [folder.name for folder in without if any(folder.iterdir())]
    question = "Some were begun and have no statement yet. Which one?"
    is_new = given.answered and ("id", question) not in given.answered  # begun just now
    if not begun or is_new or not given.interactive or given["name"] or given["id"]:
        return ""
    choices = dict.fromkeys((*begun, NEW), "")
    answer = given.ask("id", question=question, default=begun[0], choices=choices, closed=True)
    return "" if answer == NEW else answer


def _original(project: Project, folder: str, given: Given) -> tuple[Result, str]:
    """Make what the incident answers. Returns what was done, and its kind."""
    path = f"{folder}/{ORIGINAL}{SUFFIX}"
    if (project.content / path).exists():
        known = [item.kind for item in project.newsroom.citations if item.path == path]
        return Result.of("kept", project.content / path), (*known, "social-post")[0]
    # In a script, something with an address or a picture is a post.
    is_post = given.interactive or given["url"] or given["screenshot"]
    kind = given.ask(
        "kind",
        question="What does it answer?",
        default="social-post" if is_post else NOTHING,
        choices=dict.fromkeys((*KINDS, NOTHING), ""),
    )
    if kind == NOTHING:
        return Result(), kind
    return make_citation(project, folder, ORIGINAL, kind, given), kind


def _template(project: Project, given: Given, kind: str) -> StatementTemplate:
    found = _templates(project)
    usual = TEMPLATE_OF_KIND[kind]  # the plugin has it
    choices = {name: item.about for name, item in found.items()}
    return found[given.ask("template", default=usual, choices=choices)]


def _asked(project: Project, given: Given, template: StatementTemplate) -> dict[str, str]:
    """Ask for what a template wants to know; nothing of it need be answered."""
    for name in ASKED:
        if given[name] and name not in template.asks:
            raise CommandError(f"--{name}: the template {template.name}.md has no {{{name}}}")
    return {
        name: given.ask(name) if name == "hotline" else ask_past(project, given, name, False)
        for name in template.asks
    }


def _templates(project: Project) -> dict[str, StatementTemplate]:
    found = statement_templates(_own_templates(project), project.settings.lang)
    return {item.name: item for item in found}


def _own_templates(project: Project) -> Path:
    return overrides(project.root, "statements")


@command(Option("name", "The one to copy into overrides/statements/, to change", positional=True))
def templates(project: Project, given: Given) -> Result:
    """List the holding statements that an incident can begin with, or copy one to change it."""
    found, name = _templates(project), given["name"]
    if not name:
        return Result(notes=tuple(f"{item.name:<16}{item.about}" for item in found.values()))
    if name not in found:
        raise CommandError(f"there is no template {name}{nearest(name, found)}")
    file = _own_templates(project) / f"{name}.md"
    if file.exists():
        raise CommandError(f"{project.shown(file)} is there already: edit it")
    write_whole(file, found[name].text)
    return Result.of("created", file)


@command(
    INCIDENT,
    Option("title", "What does this update say? (its title)", required=False),
    *SIGNED,
    Option("ended", "When it was over", "When was it over?"),
)
def followup(project: Project, given: Given) -> Result:
    """Write a follow-up, pre-filled with what is still unanswered and open."""
    found, title = find_incident(project, given), given.ask("title")
    author, made = ask_author(project, given)
    lasts = found.began and not found.ended
    ended = ask_past(project, given, "ended", False) if lasts or given["ended"] else ""
    stem = slug_of(title) or f"update-{len(found.thread) + 1}"
    # What readers know: another draft of a follow-up has changed nothing yet.
    state = project.newsroom.public(project.now).by_id.get(found.id, found).state
    if state not in STATES:  # all of it is withdrawn: it begins again
        state = STATES[0]
    words = project.languages.of(found.statement.lang)
    text = followup_text(found, state, title, author, project.now, words, ended)
    return made + project.create(f"incidents/{found.id}/{stem}.md", text, is_draft=True)
