"""Commands as people type them: what is left out is asked for, and ``--help`` is help."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from invoke import Argument, Exit, Task


class Asking(Task[Callable[..., Any]]):
    """A task whose positional arguments may be left out; it then asks for them.

    invoke itself takes whatever follows for a missing one, ``--help`` too, and ends with its
    own message if nothing does. So those are positional that are there. An option without
    its value ends in one line, like everything else that is missing.
    """

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """The arguments; each positional one that was not typed is an option."""
        arguments: list[Argument] = super().get_arguments(ignore_unknown_help)
        typed = _typed(sys.argv, self.name, arguments)
        for place, argument in enumerate(item for item in arguments if item.positional):
            argument.positional = place < typed
            argument.default = None if argument.positional else ""
        return arguments


def _typed(argv: Sequence[str], name: str, arguments: Sequence[Argument]) -> int:
    """How many words after a task's name are neither options nor their values.

    Raises Exit for an option whose value is missing.
    """
    valued = {option for item in arguments if item.takes_value for option in _options(item)}
    known = {option for item in arguments for option in _options(item)}
    words = iter(argv[argv.index(name) + 1 :] if name in argv else ())
    count = 0
    for word in words:
        if word in ("--help", "-h"):
            return 0
        if word in valued:
            if next(words, word) in known:
                remedy = f"see invoke {name} --help"
                raise Exit(f"error: {word} needs a value after it: {remedy}", code=2)
        elif not word.startswith("-"):
            count += 1
    return count


def _options(argument: Argument) -> set[str]:
    """An argument as it is typed: ``--why`` and ``-w``."""
    return {("--" if len(name) > 1 else "-") + name.replace("_", "-") for name in argument.names}
