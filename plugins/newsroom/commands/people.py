"""Make profiles, goals and posts, and ask who signs."""

from __future__ import annotations

from pathlib import Path

from ..files import write_whole
from ..model.letters import likeness
from ..model.problems import CommandError, nearest
from ..reading.headers import written
from ..reading.rules import People
from ..reading.slugs import slug_of
from ..signatures.sshsig import SignatureError, read_key
from .answers import existing_file
from .edit import add_item
from .evidence import keep_received, portrait
from .options import SIGNED, Given, Option, command, one_line
from .project import Project, Result
from .scaffold import post_text


@command(
    Option("name", "Name", positional=True, check=one_line),
    Option("role", "Their role", check=one_line),
    Option("email", "Their e-mail address", required=False),
    Option("phone", "Their telephone number"),
    Option("photo", "A picture of them (a file)", required=False, check=existing_file),
    Option("key", "Their public key, to sign with: its .pub file, or the line in it"),
)
def author(project: Project, given: Given) -> Result:
    """Make the profile of a person who signs; or give one a key to sign with."""
    name, key = given.ask("name"), _public_key(project, given["key"])
    if key and (known := project.newsroom.by_name.get(name)):
        file = project.content / known.path
        write_whole(file, project.edited(file, lambda text: add_item(text, "Key", key)))
        return Result.of("changed", file, f": {name} signs with this key from now on")
    _refuse_name(project, name)
    slug, role, email = file_name(name), given.ask("role"), given.ask("email")
    photo, taken = given.ask("photo"), Result()
    if photo:
        data, received = Path(photo).read_bytes(), Path(photo).name
        file = project.content / f"authors/{slug}.png"
        write_whole(file, portrait(data, received))
        keep_received(project.evidence / "authors", data, received, project.now)
        taken = Result.of("created", file)
    fields = {
        "Name": name,
        "Role": role,
        "Photo": f"{slug}.png" if photo else "",
        "Email": email,
        "Phone": given["phone"],
        "Key": key,
    }
    return taken + project.create(f"authors/{slug}.md", written(fields))


def _public_key(project: Project, text: str) -> str:
    """Return the value of ``Key`` for a ``.pub`` file, or its line, as of today.

    Raises CommandError for anything else, a private key above all.
    """
    if not text:
        return ""
    file = Path(text).expanduser()
    try:
        is_file = file.is_file()
    except OSError:  # a line is too long for a name
        is_file = False
    try:
        line = read_key(file.read_text("utf-8", "replace") if is_file else text).line
    except SignatureError as error:
        raise CommandError(f"--key: {file if is_file else 'this'} {error}") from None
    for known in project.newsroom.authors:
        if line in [key.line for key in known.keys]:
            raise CommandError(f"--key: {project.shown(known.path)} has this key already")
    return f"{line} since:{project.now.date()}"


def _refuse_name(project: Project, name: str) -> None:
    """Raise CommandError for a name that has a profile, or looks like one that has."""
    people, path = People(project.newsroom, project.settings), f"authors/{file_name(name)}.md"
    if claimed := people.first.get(likeness(name)):
        alike = people.alike(name)
        why = f"already is the profile of {claimed.name}{alike and f'; {alike}'}"
        raise CommandError(f"{project.shown(claimed.path)} {why}")
    if (project.content / path).exists():
        raise CommandError(
            f"{project.shown(path)} is there already, and is not the profile of {name}:"
            " mend it, or rename it"
        )


def ask_author(project: Project, given: Given) -> tuple[str, Result]:
    """Ask who signs, and offer to make a missing profile. Returns the name and what was done."""
    names = dict.fromkeys(speaking(project), "")
    # Whoever is the only one is proposed to a person, and never taken without one.
    only = next(iter(names)) if given.interactive and len(names) == 1 else ""
    name = given.ask("author", choices=names, check=one_line, default=only)
    people = People(project.newsroom, project.settings)
    if name in people.names:
        return name, Result()
    if alike := people.alike(name):
        raise CommandError(f'--author: no profile for "{name}"; {alike}')
    missing = f'no profile for "{name}"{nearest(name, names) or "."}'
    if not given["role"] and not given.interactive:
        raise CommandError(
            f'{missing} To make one, run invoke author "{name}", or name a role with --role'
        )
    _refuse_name(project, name)
    question = f"There is {missing} Their role, to make one (< for another name)"
    fields = {"Name": name, "Role": given.ask("role", question=question, check=one_line)}
    return name, project.create(f"authors/{file_name(name)}.md", written(fields))


def speaking(project: Project) -> list[str]:
    """Return the names of those who have a role today."""
    named, today = project.newsroom.by_name.items(), project.now.date()
    return sorted(name for name, author in named if author.speaks_on(today))


@command(
    Option("title", "The goal", positional=True, check=one_line),
    Option("text", "What it means, in a sentence or two", required=False),
)
def goal(project: Project, given: Given) -> Result:
    """Make a goal that actions can be tied to."""
    title, text = given.ask("title"), given.ask("text")
    return project.create(f"goals/{file_name(title)}.md", written({"Title": title}, text))


@command(Option("title", "Title", positional=True, check=one_line), *SIGNED)
def post(project: Project, given: Given) -> Result:
    """Write an ordinary post, outside any incident."""
    if project.settings.is_guest:
        message = (
            "articles are Pelican's here, by NEWSROOM_POSTS: write them as this site always has"
        )
        raise CommandError(message)
    title = given.ask("title")
    name, made = ask_author(project, given)
    path = f"posts/{project.now:%Y}/{file_name(title)}.md"
    text = post_text(title, name, project.now, project.languages.words)
    return made + project.create(path, text, is_draft=True)


def file_name(text: str) -> str:
    """Make a file's name of a text. Raises CommandError for one without letters."""
    if slug := slug_of(text):
        return slug
    raise CommandError(f"{text!r} has no letters to make a file's name of")
