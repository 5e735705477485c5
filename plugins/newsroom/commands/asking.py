"""Answers from a person at a terminal, or from options where there is none."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ..model.problems import CommandError, MissingError

BACK = "<"
LONGEST_MENU = 20

Check = Callable[[str], str]
"""Gives back the answer made tidy, or raises ValueError with what is wrong with it."""


@dataclass(frozen=True)
class Question:
    """One question. ``option`` is the command's option that answers it too.

    ``choices`` are shown as a numbered menu, with what ``about`` says of them; another answer
    is possible where ``check`` takes it.
    """

    text: str
    option: str
    default: str = ""
    choices: Sequence[str] = ()
    required: bool = True
    check: Check = str.strip
    about: Mapping[str, str] = field(default_factory=dict)


class GoBack(Exception):  # noqa: N818  (no error: what a person wishes)
    """The person wants the question before this one again."""


class Asker(Protocol):
    """Where answers come from."""

    interactive: bool

    def ask(self, question: Question, given: str = "") -> str:
        """The answer: the one given as an option, else one asked for, else the default."""
        ...

    def confirm(self, text: str) -> bool:
        """Whether a person at the terminal agrees."""
        ...

    def back(self) -> None:
        """Forget the last answer, so that it is asked for again."""
        ...

    def forget(self, question: Question) -> None:
        """Forget the answer to a question, so that it is asked anew."""
        ...


class Options:
    """No terminal: options and defaults. Raises CommandError for what is missing or wrong."""

    interactive = False

    def ask(self, question: Question, given: str = "") -> str:
        """The option, else the default."""
        answer = given.strip() or question.default
        if not answer:
            if question.required:
                raise MissingError(f"{question.option} is missing: {question.text}")
            return ""
        return _checked(question, answer)

    def confirm(self, text: str) -> bool:
        """Nobody is there to agree."""
        return False

    def back(self) -> None:
        """Nobody is there to go back."""

    def forget(self, question: Question) -> None:
        """Nothing is remembered."""


class Terminal:
    """A person: each question on its own line, a wrong answer is asked again.

    What was answered is remembered: a command that begins anew, because the person went
    back a question, asks only what is not known.
    """

    interactive = True

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], str] = {}

    def ask(self, question: Question, given: str = "") -> str:
        """The option if it was given, else what the person types or chooses."""
        if given.strip():
            return _checked(question, given)
        key = (question.option, question.text)
        if key not in self._known:
            self._known[key] = self._typed(question)
        return self._known[key]

    def confirm(self, text: str) -> bool:
        """Yes unless the person says no."""
        question = Question(f"{text} [Y/n]", text, required=False, check=_yes_or_no)
        agreed = self.ask(question) != "no"
        if not agreed:  # what follows may lead here again
            self.forget(question)
        return agreed

    def back(self) -> None:
        """Forget the last answer; before the first question there is nothing to forget."""
        if self._known:
            self._known.popitem()
        else:
            print("This is the first question.")

    def forget(self, question: Question) -> None:
        """Forget the answer to a question, so that it is asked anew."""
        self._known.pop((question.option, question.text), None)

    def _typed(self, question: Question) -> str:
        from prompt_toolkit import prompt
        from prompt_toolkit.completion import WordCompleter
        from prompt_toolkit.document import Document
        from prompt_toolkit.formatted_text import FormattedText
        from prompt_toolkit.validation import ValidationError, Validator

        class Checking(Validator):
            def validate(self, document: Document) -> None:
                answer = _chosen(question, document.text)
                if answer != BACK and (wrong := _wrong(question, answer or question.default)):
                    raise ValidationError(len(document.text), wrong)

        hint = "" if question.required or question.check is _yes_or_no else " (Enter skips)"
        if question.choices:
            print(question.text)
            print("\n".join(_menu(question)))
        begin = "Number or name" if question.choices else question.text
        answer = prompt(
            f"{begin}{hint}{'' if begin.endswith(']') else ':'} ",
            # What Enter takes stands there in grey: the first letter typed replaces it.
            placeholder=FormattedText([("ansibrightblack", question.default)]),
            completer=WordCompleter(list(question.choices), ignore_case=True, sentence=True),
            complete_while_typing=bool(question.choices),
            validator=Checking(),
            validate_while_typing=False,
        )
        if answer.strip() == BACK:
            raise GoBack
        answer = _chosen(question, answer) or question.default
        return _checked(question, answer) if answer.strip() else ""


def asker() -> Asker:
    """A terminal if there is one on both sides, else options only."""
    return Terminal() if sys.stdin.isatty() and sys.stdout.isatty() else Options()


def asked(option: str, text: str, given: str, choices: Sequence[str] = ()) -> str:
    """One answer, for a command that needs no desk."""
    there = asker()
    while True:
        try:
            return there.ask(Question(text, option, choices=choices), given)
        except GoBack:
            there.back()


def _menu(question: Question) -> list[str]:
    shown = question.choices[:LONGEST_MENU]
    width = max(map(len, shown))
    lines = [
        f"  {number:>2}  {choice:<{width}}  {question.about.get(choice, '')}".rstrip()
        for number, choice in enumerate(shown, 1)
    ]
    if more := len(question.choices) - len(shown):
        lines.append(f"      and {more} more: type some letters of the name")
    return lines


def _chosen(question: Question, typed: str) -> str:
    """A choice by its number in the menu, else what was typed."""
    text = typed.strip()
    shown = question.choices[:LONGEST_MENU]
    if text not in question.choices and text.isdecimal() and 0 < int(text) <= len(shown):
        return shown[int(text) - 1]
    return text


def _yes_or_no(text: str) -> str:
    word = text.strip().lower()
    if word not in ("", "y", "yes", "n", "no"):
        raise ValueError("answer y or n")
    return "no" if word.startswith("n") else "yes"


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
