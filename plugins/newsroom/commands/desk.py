"""The desk: what every command that writes content shares, and the simple ones."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from ..clock import build_time
from ..files import write_whole
from ..model.letters import called, difference, foreign, likeness, visible
from ..model.newsroom import Newsroom
from ..model.problems import CommandError, nearest
from ..model.settings import Settings
from ..reading.checks import check
from ..reading.moments import read_moment
from ..reading.names import People
from ..reading.slugs import slug_of
from .asking import Asker, Question
from .evidence import EvidenceError, keep_received, portrait
from .result import Result
from .scaffold import author_text, goal_text, minute, post_text, published_moment

Given = Mapping[str, str]
"""The options of a command, by name; missing or empty where not given."""


@dataclass(frozen=True)
class Desk:
    """Where the commands work.

    ``now`` is aware, in the site's zone and whole minutes. ``evidence`` lies
    outside the content folder and outside the history.
    """

    content: Path
    evidence: Path
    templates: Path
    settings: Settings
    now: datetime
    newsroom: Newsroom
    asker: Asker

    @classmethod
    def at(cls, content: Path, root: Path, settings: Settings, now: datetime, asker: Asker) -> Desk:
        """The desk of a project whose root folder is ``root``."""
        local = now.astimezone(settings.zone).replace(second=0, microsecond=0)
        return cls(
            content,
            root / "evidence",
            root / "templates" / "statements",
            settings,
            local,
            check(content, settings, now).newsroom,
            asker,
        )

    def again(self) -> Desk:
        """The same desk after files were written."""
        return replace(self, newsroom=check(self.content, self.settings, self.now).newsroom)

    def create(self, path: str, text: str) -> Result:
        """Write a new content file; one that is there already is left as it is."""
        file = self.content / path
        try:
            write_whole(file, text, exclusive=True)
        except FileExistsError:
            return Result.of("kept", file)
        return Result.of("created", file)

    def create_draft(self, path: str, text: str) -> Result:
        """The same for an entry: it is what is to be written now, if it is new."""
        result = self.create(path, text)
        new = result.files[0].did == "created"
        return replace(result, draft=self.content / path) if new else result

    def shown(self, path: str) -> str:
        """A content path as the checks show it."""
        return f"{self.content.name}/{path}"

    def shown_file(self, file: Path) -> str:
        """A file as the checks show it, or as seen from the project's folder."""
        if file.is_relative_to(self.content):
            return self.shown(file.relative_to(self.content).as_posix())
        return file.relative_to(self.evidence.parent).as_posix()

    def read_time(self, text: str) -> str:
        """A time as typed, made tidy: ``08:14`` is today's, and ``now`` is now.

        Raises ValueError for what is no date.
        """
        typed = text.strip()
        if typed.lower() == "now":
            return minute(self.now)
        if len(typed) <= len("08:14") and ":" in typed:
            typed = f"{self.now:%Y-%m-%d} {typed}"
        zone = self.settings.zone
        return published_moment(read_moment(typed, zone), zone)

    def read_past(self, text: str) -> str:
        """The same for what has happened: ValueError for what is yet to come.

        A time of day goes through at a terminal, where ``ask_past`` asks about it.
        """
        answer = self.read_time(text)
        yesterday = self.day_before(answer) if self.is_ahead(answer) else ""
        is_bare = len(text.strip()) <= len("08:14")
        if yesterday and not (is_bare and self.asker.interactive):
            remedy = f"if it was yesterday, write {yesterday}" if is_bare else "write when it was"
            raise ValueError(f"{answer} is yet to come: {remedy}")
        return answer

    def is_ahead(self, answer: str) -> bool:
        """Whether a time, made tidy, is yet to come; a conversation may have taken a while."""
        return read_moment(answer, self.settings.zone).at > max(self.now, build_time())

    def day_before(self, answer: str) -> str:
        """The same time of day, a day earlier."""
        at = read_moment(answer, self.settings.zone).at.astimezone(self.settings.zone)
        return minute(at - timedelta(days=1))


def read_file(path: str) -> tuple[bytes, str]:
    """A file's bytes and its name. Raises CommandError if it cannot be read."""
    try:
        return Path(path).expanduser().read_bytes(), Path(path).name
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None


def existing_file(text: str) -> str:
    """A path that there is a file at, as a person pastes it. Raises ValueError if not."""
    path = text.strip().strip("'\"").replace("\\ ", " ")
    if not Path(path).expanduser().is_file():
        raise ValueError(f"there is no file {path}")
    return path


def web_address(text: str) -> str:
    """A whole http(s) URL. Raises ValueError for anything else."""
    parts = urlsplit(text.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in text.strip():
        raise ValueError("write a whole URL that begins with https://")
    return text.strip()


def one_line(text: str) -> str:
    """The text on one line, never empty. Raises ValueError for nothing."""
    line = visible(text)
    if not line:
        raise ValueError("an answer is needed")
    return line


def ask_past(desk: Desk, text: str, option: str, given: str, required: bool = True) -> str:
    """Ask for a moment that has passed: a time of day that has not come today is yesterday's."""
    question = Question(text, option, required=required, check=desk.read_past)
    while (answer := desk.asker.ask(question, given)) and desk.is_ahead(answer):
        yesterday = desk.day_before(answer)
        if desk.asker.confirm(f"{answer} is yet to come. Was it yesterday, {yesterday}?"):
            return yesterday
        desk.asker.forget(question)
        given = ""
    return answer


def ask_author(desk: Desk, given: Given) -> tuple[Desk, str, Result]:
    """Who signs: a name with a profile, which is offered to be made.

    Returns the desk, with a profile that was made; the name; what was done.
    """
    names = sorted(desk.newsroom.by_name)
    question = Question("Who signs? (a person's name)", "--author", choices=names, check=one_line)
    name = desk.asker.ask(question, given.get("author", ""))
    people = People(desk.newsroom, desk.settings)
    if people.is_nobody(name):
        raise CommandError(f"--author: {name!r} is no person: sign with the name of one")
    if name in people.names:
        return desk, name, Result()
    if alike := people.alike(name):
        raise CommandError(f'--author: no profile for "{name}"; {alike}')
    likely = nearest(name, names)
    offered = f'No profile for "{name}"{likely or "."} Make one?'
    if not given.get("role") and not desk.asker.confirm(offered):
        raise CommandError(
            f'no profile for "{name}"{likely or "."} To make one, run invoke author "{name}",'
            " or name a role with --role to have one made"
        )
    made = new_author(desk, {**given, "name": name})
    return desk.again(), name, made


def new_author(desk: Desk, given: Given) -> Result:
    """Make a profile."""
    ask = desk.asker.ask
    name = ask(Question("Name", "NAME", check=one_line), given.get("name", ""))
    slug = _file_name(name)
    people = People(desk.newsroom, desk.settings)
    if claimed := people.first.get(likeness(name)):
        how = ""
        if claimed.name != name:
            how = f", which looks the same as {name}, but {difference(name, claimed.name)}"
        raise CommandError(
            f"{desk.shown(claimed.path)} already is the profile of {claimed.name}{how}"
        )
    if (desk.content / f"authors/{slug}.md").exists():
        raise CommandError(
            f"{desk.shown(f'authors/{slug}.md')} is there already, and is not the profile of"
            f" {name}: mend it, or rename it"
        )
    if letter := foreign(name):
        raise CommandError(
            f"the {letter!r} in {name!r} is {called(letter)}, in a word of other letters:"
            " type the name anew"
        )
    role = ask(Question(f"Role of {name}", "--role", check=one_line), given.get("role", ""))
    email = ask(Question("E-mail", "--email", required=False), given.get("email", ""))
    photo = ask(
        Question("Photo (a file)", "--photo", required=False, check=existing_file),
        given.get("photo", ""),
    )
    taken = _take_photo(desk, photo, f"authors/{slug}.png") if photo else Result()
    text = author_text(name, role, f"{slug}.png" if photo else "", email, given.get("phone", ""))
    return taken + desk.create(f"authors/{slug}.md", text)


def _take_photo(desk: Desk, photo: str, path: str) -> Result:
    data, name = read_file(photo)
    try:
        taken = portrait(data, name)
    except EvidenceError as error:
        raise CommandError(str(error)) from None
    keep_received(desk.evidence / "authors", data, name, desk.now)
    if (desk.content / path).exists():
        return Result.of("kept", desk.content / path)
    write_whole(desk.content / path, taken.png)
    return Result.of("created", desk.content / path)


def new_goal(desk: Desk, given: Given) -> Result:
    """Make a goal."""
    title = desk.asker.ask(Question("The goal", "TITLE", check=one_line), given.get("title", ""))
    text = desk.asker.ask(
        Question("What it means, in a sentence or two", "--text", required=False),
        given.get("text", ""),
    )
    return desk.create(f"goals/{_file_name(title)}.md", goal_text(title, text))


def new_post(desk: Desk, given: Given) -> Result:
    """Make an ordinary post, as a draft."""
    ask = desk.asker.ask
    title = ask(Question("Title", "TITLE", check=one_line), given.get("title", ""))
    desk, author, made = ask_author(desk, given)
    path = f"posts/{desk.now:%Y}/{_file_name(title)}.md"
    return made + desk.create_draft(path, post_text(title, author, desk.now))


def _file_name(text: str) -> str:
    slug = slug_of(text)
    if not slug:
        raise CommandError(f"{text!r} has no letters to make a file's name of")
    return slug


def told(desk: Desk, result: Result) -> list[str]:
    """What a command did, in lines for the person."""
    files = [f"{file.did:<9}{desk.shown_file(file.path)}{file.remark}" for file in result.files]
    return [*files, *result.notes]


def open_editor(desk: Desk, draft: Path) -> None:
    """Open a file in ``$VISUAL`` or ``$EDITOR``, if a person and one of them are there."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if desk.asker.interactive and editor:
        subprocess.run([*shlex.split(editor), str(draft)], check=False)
