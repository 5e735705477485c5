"""Declare a command: its options, each once, with their help and the question for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from inspect import getdoc
from typing import Any, TypeVar

from .asking import Check, Question
from .project import Project
from .results import Result

Value = str | bool | tuple[str, ...]


@dataclass(frozen=True)
class About:
    """What is declared of an option besides its name and default."""

    help: str
    question: Question
    positional: bool = False


def option(
    help: str,
    ask: str = "",
    *,
    required: bool = True,
    check: Check = str.strip,
    choices: Sequence[str] = (),
    positional: bool = False,
) -> str:
    """Declare an option that takes a text; ``ask`` is the question for it."""
    question = Question(ask or help, "", choices=choices, required=required, check=check)
    declared: str = field(default="", metadata={"about": About(help or ask, question, positional)})
    return declared


def argument(ask: str, *, help: str = "", check: Check = str.strip) -> str:
    """Declare what a command works on: given by its place on the line, or as an option."""
    return option(help, ask, check=check, positional=True)


def flag(help: str) -> bool:
    """Declare an option that is there or not."""
    declared: bool = field(default=False, metadata={"about": About(help, Question("", ""))})
    return declared


def several(help: str, ask: str) -> tuple[str, ...]:
    """Declare an option that takes a text and may be repeated."""
    declared: tuple[str, ...] = field(
        default=(), metadata={"about": About(help, Question(ask, ""))}
    )
    return declared


@dataclass(frozen=True)
class Options:
    """The options of a command: a field declared by one of the functions above for each."""

    def question(self, name: str, **changes: Any) -> Question:
        """Return the question for an option, with what differs this time."""
        about = declared(type(self))[name]
        label = name.upper() if about.positional else f"--{name.replace('_', '-')}"
        value = getattr(self, name)
        given = value if isinstance(value, str) else " ".join(value)
        return replace(about.question, option=label, **{"given": given, **changes})


@dataclass(frozen=True)
class ContentOptions(Options):
    """Of every command that reads the content."""

    content: str = option("The content folder (default: content)")


@dataclass(frozen=True)
class SignedOptions(ContentOptions):
    """Of every command that makes an entry to be signed."""

    author: str = option("Who signs", "Who signs? (a person's name)")
    role: str = option("Their role, to make a profile that is missing")
    no_editor: bool = flag("Do not open $EDITOR")


def declared(options: type[Options]) -> dict[str, About]:
    """Return what is declared of each option, by its name."""
    return {one.name: one.metadata["about"] for one in fields(options)}


@dataclass(frozen=True)
class Command:
    """A command: its name, what it does in one sentence, its options, and its work.

    ``conf`` is the settings file that it reads.
    """

    name: str
    about: str
    options: type[Options]
    conf: str
    work: Callable[[Project, Mapping[str, Value]], Result]

    @property
    def first_line(self) -> str:
        """What the command does, in a line."""
        return self.about.partition("\n")[0]


Given = TypeVar("Given", bound=Options)


def command(
    options: type[Given], conf: str = "pelicanconf.py", name: str = ""
) -> Callable[[Callable[[Project, Given], Result]], Command]:
    """Make a command of a function: its docstring and, if no other is given, its name."""

    def declare(function: Callable[[Project, Given], Result]) -> Command:
        def work(project: Project, values: Mapping[str, Any]) -> Result:
            return function(project, options(**values))

        return Command(name or function.__name__, getdoc(function) or "", options, conf, work)

    return declare
