"""Declare a command: its options, each once, with their help and the question for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from inspect import getdoc
from typing import Any, TypeVar

from .asking import Check, Question
from .project import Project
from .results import Result

Value = TypeVar("Value")


def _declared(
    default: Value, help: str, question: Question | None = None, positional: bool = False
) -> Value:
    about = {"help": help, "question": question, "positional": positional}
    declared: Value = field(default=default, metadata=about)
    return declared


def option(help: str, ask: str = "", *, required: bool = True, check: Check = str.strip) -> str:
    """Declare an option that takes a text; ``ask`` is the question for it."""
    return _declared("", help, Question(ask or help, required=required, check=check))


def argument(ask: str, *, help: str = "", check: Check = str.strip) -> str:
    """Declare what a command works on: it is given by its place on the line."""
    return _declared("", help or ask, Question(ask, check=check), positional=True)


def flag(help: str) -> bool:
    """Declare an option that is there or not."""
    return _declared(False, help)


def several(help: str, ask: str) -> tuple[str, ...]:
    """Declare an option that takes a text and may be repeated."""
    return _declared((), help, Question(ask))


@dataclass(frozen=True)
class Options:
    """The options of a command: a field declared by one of the functions above for each."""

    def question(self, name: str, **changes: Any) -> Question:
        """Return the question for an option, with what differs this time."""
        [about] = [one.metadata for one in fields(self) if one.name == name]
        label = name.upper() if about["positional"] else f"--{name.replace('_', '-')}"
        value = getattr(self, name)
        given = value if isinstance(value, str) else " ".join(value)
        asked: Question = about["question"]
        return replace(asked, option=label, given=given, **changes)


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


@dataclass(frozen=True)
class Command:
    """A command: its work, its options, and the settings file that it reads."""

    work: Callable[[Project, Any], Result]
    options: type[Options]
    conf: str

    @property
    def about(self) -> str:
        """What the command does, first in one sentence."""
        return getdoc(self.work) or ""


Given = TypeVar("Given", bound=Options)


def command(
    options: type[Given], conf: str = "pelicanconf.py"
) -> Callable[[Callable[[Project, Given], Result]], Command]:
    """Make a command of the function of its name, whose docstring is its help."""
    return lambda work: Command(work, options, conf)
