"""Ask for what was not given: questions, and the one place that asks them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from ..model.letters import visible
from ..model.problems import CommandError, MissingError

BACK = "<"
LONGEST_MENU = 20

Check = Callable[[str], str]
"""Return the answer made tidy, or raise ValueError with what is wrong with it."""


@dataclass(frozen=True)
class Question:
    """One question. ``option`` names the option that answers it too, ``given`` is its value.

    ``choices`` are shown as a numbered menu, with what ``about`` says of them. Another answer
    is possible where ``check`` takes it.
    """

    text: str
    option: str
    default: str = ""
    choices: Sequence[str] = ()
    required: bool = True
    check: Check = str.strip
    about: Mapping[str, str] = field(default_factory=dict)
    given: str = ""


class GoBack(Exception):  # noqa: N818  (no error: what a person wishes)
    """The person wants the question before this one again."""


class Asker:
    """Take answers from options; where a person is at the terminal, ask for what is missing.

    What was answered is remembered: a command that begins anew, because the person went back
    a question, asks only what is not known.
    """

    def __init__(self, interactive: bool | None = None) -> None:
        at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        self.interactive = at_terminal if interactive is None else interactive
        self._known: dict[tuple[str, str], str] = {}

    def ask(self, question: Question) -> str:
        """Return the option's value if it was given, else what is answered, else the default.

        Raises MissingError where nobody is there to ask, CommandError for a wrong option.
        """
        if question.given.strip():
            return _checked(question, question.given)
        if not self.interactive:
            if question.required and not question.default.strip():
                raise MissingError(f"{question.option} is missing: {question.text}")
            return _checked(question, question.default) if question.default.strip() else ""
        key = (question.option, question.text)
        if key not in self._known:
            self._known[key] = _typed(question)
        return self._known[key]

    def confirm(self, text: str) -> bool:
        """Whether a person at the terminal agrees: yes, unless the answer is no."""
        if not self.interactive:
            return False
        question = Question(f"{text} [Y/n]", text, required=False, check=_yes_or_no)
        agreed = self.ask(question) != "no"
        if not agreed:  # what follows may lead here again
            self.forget(question)
        return agreed

    def back(self) -> None:
        """Forget the last answer, so that it is asked for again."""
        if self._known:
            self._known.popitem()
        else:
            print("This is the first question.")

    def forget(self, question: Question) -> None:
        """Forget the answer to a question, so that it is asked anew."""
        self._known.pop((question.option, question.text), None)


def one_line(text: str) -> str:
    """Return the text on one line. Raises ValueError if nothing is left."""
    line = visible(text)
    if not line:
        raise ValueError("an answer is needed")
    return line


def _typed(question: Question) -> str:
    """Ask at the terminal until the answer is right. Raises GoBack."""
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
    """Return a choice by its number in the menu, else what was typed."""
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
    """Say what is wrong with an answer; nothing if it is right."""
    if not answer.strip():
        return "an answer is needed" if question.required else ""
    try:
        question.check(answer)
    except ValueError as error:
        return str(error)
    return ""
