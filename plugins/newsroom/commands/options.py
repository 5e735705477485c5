"""Options of commands: declared once, given on the line, asked for where they are missing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from inspect import getdoc
from typing import Any

from ..model.letters import visible
from ..model.problems import CommandError, MissingError, nearest, one_of
from .project import Project, Result

BACK = "<"
LONGEST_MENU = 20

Check = Callable[[str], str]
"""Return the answer made tidy, or raise ValueError with what is wrong with it."""


@dataclass(frozen=True)
class Option:
    """An option of a command, and the question for it; ``action`` is argparse's.

    What is ``positional`` is given by its place on the line, ``many`` are one a line in the
    value. ``alone`` is what it means to give an option without a value, if one may.
    ``choices``, each with what is said about it, are a numbered menu; if it is ``closed``,
    nothing else may be answered.
    """

    name: str
    help: str
    question: str = ""
    positional: bool = False
    many: bool = False
    action: str = "store"
    required: bool = True
    check: Check = str.strip
    default: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False
    alone: str = ""

    @property
    def label(self) -> str:
        """How messages name it."""
        return self.name.upper() if self.positional else f"--{self.name}"

    def checked(self, answer: str) -> str:
        """Return an answer made tidy. Raises ValueError with what is wrong with it."""
        answer = answer.strip()
        if not answer:
            if self.required:
                raise ValueError("an answer is needed")
            return ""
        if answer not in self.choices:  # as it stands there, whatever the capitals
            said = answer.casefold()
            meant = [
                name
                for name, about in self.choices.items()
                if said in (name.casefold(), about.casefold())
            ]
            answer = meant[0] if len(meant) == 1 else answer
        if self.closed and answer not in self.choices:
            known = one_of(self.choices)
            raise ValueError(f"{answer!r} is none of: {known}{nearest(answer, self.choices)}")
        return self.check(answer)


class GoBack(Exception):  # noqa: N818  (no error: what a person wishes)
    """The person wants the question before this one again."""


@dataclass(frozen=True)
class Given:
    """What was typed after a command, by the names of its options; empty for what was not.

    If a person is at the terminal, it is ``interactive``. What they answer is remembered, by
    option and question: a command that begins anew asks only what is not known. What has been
    written to a file is ``settled``.
    """

    options: Mapping[str, Option]
    values: Mapping[str, str]
    interactive: bool = field(default_factory=lambda: sys.stdin.isatty() and sys.stdout.isatty())
    answered: dict[tuple[str, str], str] = field(default_factory=dict)
    settled: set[tuple[str, str]] = field(default_factory=set)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def ask(self, name: str, **changes: Any) -> str:
        """Return what was given, else what a person answers, else the default.

        ``changes`` are what is otherwise with the option this time. Raises MissingError where
        nobody is there to ask, CommandError for what is wrong, GoBack.
        """
        option = replace(self.options[name], **changes)
        if self.interactive and not self[name]:
            key = (name, option.question)
            if key not in self.answered:
                self.answered[key] = _typed(option)
            return self.answered[key]
        answer = self[name] or option.default
        if option.required and not answer:
            raise MissingError(f"{option.label} is missing: {option.question or option.help}")
        try:
            return option.checked(answer)
        except ValueError as error:
            raise CommandError(f"{option.label}: {error}") from None

    def settle(self) -> None:
        """Say that the answers so far are in files: no way leads back to them."""
        self.settled.update(self.answered)

    def back(self) -> None:
        """Forget the last answer, so that it is asked for again."""
        if last := [key for key in self.answered if key not in self.settled][-1:]:
            del self.answered[last[0]]
        elif self.settled:
            print("The answers before this one are in a file by now: change them there.")
        else:
            print("This is the first question.")

    def confirm(self, text: str) -> bool:
        """Whether a person at the terminal agrees; Enter is yes."""
        from rich.prompt import Confirm
        from rich.text import Text

        return self.interactive and Confirm.ask(Text(text), default=True)


@dataclass(frozen=True)
class Command:
    """A command: its work, its options, and the settings file that it reads."""

    work: Callable[[Project, Given], Result]
    options: tuple[Option, ...]
    conf: str

    @property
    def about(self) -> str:
        """What the command does, first in one sentence."""
        return getdoc(self.work) or ""


CONTENT = Option("content", "The content folder (default: content)")
SIGNED = (
    Option("author", "Who signs", "Who signs? (a person's name)"),
    Option("role", "Their role, to make a profile that is missing", "Their role"),
    Option("no-editor", "Do not open $EDITOR", action="store_true"),
)


def command(
    *options: Option, conf: str = "pelicanconf.py"
) -> Callable[[Callable[[Project, Given], Result]], Command]:
    """Make a command of the function of its name, whose docstring is its help."""
    content = (CONTENT,) if conf == "pelicanconf.py" else ()
    return lambda work: Command(work, (*options, *content), conf)


def one_line(text: str) -> str:
    """Return the text on one line. Raises ValueError if nothing is left."""
    line = visible(text)
    if not line:
        raise ValueError("an answer is needed")
    return line


def _typed(option: Option) -> str:
    """Ask at the terminal until the answer is right. Raises GoBack."""
    from prompt_toolkit import prompt
    from prompt_toolkit.completion import WordCompleter

    question = option.question or option.help
    numbered = list(option.choices)[:LONGEST_MENU]
    if numbered:
        print(question)
    for number, choice in enumerate(numbered, 1):
        width = max(map(len, numbered))
        print(f"  {number:>2}  {choice:<{width}}  {option.choices[choice]}".rstrip())
    if len(numbered) < len(option.choices):
        print("      There are more: type some letters of the name.")
    begin = "Number or name" if numbered else question
    hint = "" if option.required else " (Enter skips)"
    while True:
        typed = prompt(
            f"{begin}{hint}: ",
            # What Enter takes stands there in grey: the first letter typed replaces it.
            placeholder=[("ansibrightblack", option.default)],
            completer=WordCompleter(list(option.choices), ignore_case=True, sentence=True),
            complete_while_typing=bool(numbered),
        ).strip()
        if typed == BACK:
            raise GoBack
        if typed.isdecimal() and 0 < int(typed) <= len(numbered):
            typed = numbered[int(typed) - 1]
        try:
            return option.checked(typed or option.default)
        except ValueError as error:
            print(error)
