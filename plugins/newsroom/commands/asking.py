"""Ask for what was not given: questions, and the one place that asks them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..model.letters import visible
from ..model.problems import CommandError, MissingError, nearest, one_of

LONGEST_MENU = 20

Check = Callable[[str], str]
"""Return the answer made tidy, or raise ValueError with what is wrong with it."""


@dataclass(frozen=True)
class Question:
    """One question. ``option`` names the option that answers it too, ``given`` is its value.

    ``choices``, each with what is said about it, are shown as a numbered menu; if the question
    is ``closed``, nothing else may be answered.
    """

    text: str
    option: str = ""
    default: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    closed: bool = False
    required: bool = True
    check: Check = str.strip
    given: str = ""

    def checked(self, answer: str) -> str:
        """Return an answer made tidy. Raises ValueError with what is wrong with it."""
        answer = answer.strip()
        if not answer:
            if self.required:
                raise ValueError("an answer is needed")
            return ""
        if self.closed and answer not in self.choices:
            known = one_of(self.choices)
            raise ValueError(f"{answer!r} is none of: {known}{nearest(answer, self.choices)}")
        return self.check(answer)


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


@dataclass(frozen=True)
class Asker:
    """Takes answers from options; where a person is at the terminal, asks for what is missing."""

    interactive: bool = field(default_factory=_is_terminal)

    def ask(self, question: Question) -> str:
        """Return the option's value if it was given, else what is answered, else the default.

        Raises MissingError where nobody is there to ask, CommandError for a wrong option.
        """
        given = question.given.strip()
        if self.interactive and not given:
            return _typed(question)
        if question.required and not given and not question.default:
            raise MissingError(f"{question.option} is missing: {question.text}")
        try:
            return question.checked(given or question.default)
        except ValueError as error:
            raise CommandError(f"{question.option}: {error}") from None

    def confirm(self, text: str) -> bool:
        """Whether a person at the terminal agrees; Enter is yes."""
        from rich.prompt import Confirm
        from rich.text import Text

        return self.interactive and Confirm.ask(Text(text), default=True)


def one_line(text: str) -> str:
    """Return the text on one line. Raises ValueError if nothing is left."""
    line = visible(text)
    if not line:
        raise ValueError("an answer is needed")
    return line


def _typed(question: Question) -> str:
    """Ask at the terminal until the answer is right."""
    from prompt_toolkit import prompt
    from prompt_toolkit.completion import WordCompleter

    numbered = list(question.choices)[:LONGEST_MENU]
    if numbered:
        print(question.text)
    for number, choice in enumerate(numbered, 1):
        width = max(map(len, numbered))
        print(f"  {number:>2}  {choice:<{width}}  {question.choices[choice]}".rstrip())
    if len(numbered) < len(question.choices):
        print("      There are more: type some letters of the name.")
    begin = "Number or name" if numbered else question.text
    hint = "" if question.required else " (Enter skips)"
    while True:
        typed = prompt(
            f"{begin}{hint}: ",
            # What Enter takes stands there in grey: the first letter typed replaces it.
            placeholder=[("ansibrightblack", question.default)],
            completer=WordCompleter(list(question.choices), ignore_case=True, sentence=True),
            complete_while_typing=bool(numbered),
        ).strip()
        if typed.isdecimal() and 0 < int(typed) <= len(numbered):
            typed = numbered[int(typed) - 1]
        try:
            return question.checked(typed or question.default)
        except ValueError as error:
            print(error)
