"""Answers from a person at a terminal, or from options where there is none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..model.problems import CommandError

Check = Callable[[str], str]
"""Gives back the answer made tidy, or raises ValueError with what is wrong with it."""


@dataclass(frozen=True)
class Question:
    """One question. ``option`` is the command's option that answers it too."""

    text: str
    option: str
    default: str = ""
    choices: Sequence[str] = ()
    required: bool = True
    check: Check = str.strip


class Asker(Protocol):
    """Where answers come from."""

    interactive: bool

    def ask(self, question: Question, given: str = "") -> str:
        """The answer: the one given as an option, else one asked for, else the default."""
        ...

    def confirm(self, text: str) -> bool:
        """Whether a person at the terminal agrees."""
        ...


class Options:
    """No terminal: options and defaults. Raises CommandError for what is missing or wrong."""

    interactive = False

    def ask(self, question: Question, given: str = "") -> str:
        """The option, else the default."""
        answer = given.strip() or question.default
        if not answer:
            if question.required:
                raise CommandError(f"{question.option} is missing: {question.text}")
            return ""
        return _checked(question, answer)

    def confirm(self, text: str) -> bool:
        """Nobody is there to agree."""
        return False


class Terminal:
    """A person: each question on its own line, Tab completes, a wrong answer is asked again."""

    interactive = True

    def ask(self, question: Question, given: str = "") -> str:
        """The option if it was given, else what the person types."""
        from prompt_toolkit import prompt
        from prompt_toolkit.completion import WordCompleter
        from prompt_toolkit.document import Document
        from prompt_toolkit.validation import ValidationError, Validator

        class Checking(Validator):
            def validate(self, document: Document) -> None:
                if wrong := _wrong(question, document.text):
                    raise ValidationError(len(document.text), wrong)

        if given.strip():
            return _checked(question, given)
        completer = WordCompleter(list(question.choices), ignore_case=True, sentence=True)
        hint = "" if question.required else " (Enter skips)"
        answer = prompt(
            f"{question.text}{hint}: ",
            default=question.default,
            completer=completer,
            complete_while_typing=bool(question.choices),
            validator=Checking(),
            validate_while_typing=False,
        )
        return _checked(question, answer) if answer.strip() else ""

    def confirm(self, text: str) -> bool:
        """Yes unless the person says no."""
        from prompt_toolkit import prompt

        return prompt(f"{text} [Y/n] ").strip().lower() in ("", "y", "yes")


def asker() -> Asker:
    """A terminal if there is one on both sides, else options only."""
    return Terminal() if sys.stdin.isatty() and sys.stdout.isatty() else Options()


def _checked(question: Question, answer: str) -> str:
    if wrong := _wrong(question, answer):
        raise CommandError(f"{question.option}: {wrong}")
    return question.check(answer)


def _wrong(question: Question, answer: str) -> str:
    """What is wrong with an answer; empty if nothing."""
    if not answer.strip():
        return "an answer is needed" if question.required else ""
    try:
        question.check(answer)
    except ValueError as error:
        return str(error)
    return ""
