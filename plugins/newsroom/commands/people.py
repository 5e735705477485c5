"""Make profiles, goals and posts, and ask who signs."""

from __future__ import annotations

from dataclasses import dataclass

from ..files import write_whole
from ..model.letters import likeness
from ..model.problems import CommandError, nearest
from ..reading.rules import People
from ..reading.slugs import slug_of
from .answers import existing_file, read_file
from .asking import one_line
from .evidence import keep_received, portrait
from .options import ContentOptions, SignedOptions, argument, command, option
from .project import Project
from .results import Result
from .scaffold import post_text, written


@dataclass(frozen=True)
class AuthorOptions(ContentOptions):
    """Of a profile."""

    name: str = argument("Name", check=one_line)
    role: str = option("Their role", check=one_line)
    email: str = option("Their e-mail address", "E-mail", required=False)
    phone: str = option("Their telephone number")
    photo: str = option(
        "A picture of them (a file)", "Photo (a file)", required=False, check=existing_file
    )


@command(AuthorOptions)
def author(project: Project, given: AuthorOptions) -> Result:
    """Make the profile of a person who signs."""
    ask = project.asker.ask
    name = ask(given.question("name"))
    slug = file_name(name)
    _refuse_name(project, name, f"authors/{slug}.md")
    role = ask(given.question("role", text=f"Role of {name}"))
    email = ask(given.question("email"))
    photo = ask(given.question("photo"))
    taken = Result()
    if photo:
        data, received = read_file(photo)
        square, file = portrait(data, received), project.content / f"authors/{slug}.png"
        keep_received(project.evidence / "authors", data, received, project.now)
        taken = Result.of("kept" if file.exists() else "created", file)
        if not file.exists():
            write_whole(file, square)
    fields = {
        "Name": name,
        "Role": role,
        "Photo": f"{slug}.png" if photo else "",
        "Email": email,
        "Phone": given.phone,
    }
    return taken + project.create(f"authors/{slug}.md", written(fields))


def _refuse_name(project: Project, name: str, path: str) -> None:
    """Raise CommandError for a name that has a profile, or looks like one that has."""
    people = People(project.newsroom, project.settings)
    if claimed := people.first.get(likeness(name)):
        alike = people.alike(name)
        shown = project.shown(claimed.path)
        raise CommandError(
            f"{shown} already is the profile of {claimed.name}{alike and f'; {alike}'}"
        )
    if (project.content / path).exists():
        raise CommandError(
            f"{project.shown(path)} is there already, and is not the profile of {name}:"
            " mend it, or rename it"
        )


def ask_author(project: Project, given: SignedOptions) -> tuple[Project, str, Result]:
    """Ask who signs: a name with a profile, which is offered to be made.

    Returns the project, with a profile that was made; the name; what was done.
    """
    names = dict.fromkeys(sorted(project.newsroom.by_name), "")
    name = project.asker.ask(given.question("author", choices=names, check=one_line))
    people = People(project.newsroom, project.settings)
    if people.is_nobody(name):
        raise CommandError(f"--author: {name!r} is no person: sign with the name of one")
    if name in people.names:
        return project, name, Result()
    if alike := people.alike(name):
        raise CommandError(f'--author: no profile for "{name}"; {alike}')
    missing = f'no profile for "{name}"{nearest(name, names) or "."}'
    if not given.role and not project.asker.confirm(f"There is {missing} Make one?"):
        raise CommandError(
            f'{missing} To make one, run invoke author "{name}", or name a role with --role'
        )
    made = author.work(project, AuthorOptions(name=name, role=given.role))
    return project.again(), name, made


@dataclass(frozen=True)
class GoalOptions(ContentOptions):
    """Of a goal."""

    title: str = argument("The goal", check=one_line)
    text: str = option("What it means, in a sentence or two", required=False)


@command(GoalOptions)
def goal(project: Project, given: GoalOptions) -> Result:
    """Make a goal that actions can be tied to."""
    title = project.asker.ask(given.question("title"))
    text = project.asker.ask(given.question("text"))
    return project.create(f"goals/{file_name(title)}.md", written({"Title": title}, text))


@dataclass(frozen=True)
class PostOptions(SignedOptions):
    """Of an ordinary post."""

    title: str = argument("Title", check=one_line)


@command(PostOptions)
def post(project: Project, given: PostOptions) -> Result:
    """Write an ordinary post, outside any incident."""
    title = project.asker.ask(given.question("title"))
    project, name, made = ask_author(project, given)
    path = f"posts/{project.now:%Y}/{file_name(title)}.md"
    return made + project.create_draft(path, post_text(title, name, project.now))


def file_name(text: str) -> str:
    """Make a file's name of a text. Raises CommandError for one without letters."""
    if slug := slug_of(text):
        return slug
    raise CommandError(f"{text!r} has no letters to make a file's name of")
