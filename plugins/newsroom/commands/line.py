"""Run commands as they are typed: ``invoke NAME`` and ``newsroom NAME`` are the same.

Here what was typed is read, and known errors become one line and an exit code.
"""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from importlib import import_module
from itertools import takewhile

from invoke import Argument, Context, Exit, Task

from ..model.problems import CommandError, ContentError, MissingError, nearest
from ..model.settings import SettingsError
from . import display
from .asking import Asker, GoBack
from .options import Command, Value, declared
from .project import Project

# Each command with its module, which is imported when the command is typed.
COMMANDS = {
    "announce": "deploying",
    "approve": "approval",
    "author": "people",
    "build": "building",
    "capture": "capture",
    "check": "checking",
    "cite": "citing",
    "clean": "building",
    "correct": "changes",
    "deploy": "deploying",
    "due": "due",
    "followup": "incidents",
    "goal": "people",
    "incident": "incidents",
    "post": "people",
    "publish": "deploying",
    "redact": "covering",
    "releases": "deploying",
    "rollback": "deploying",
    "serve": "serving",
    "status": "status",
    "strip": "strip",
    "templates": "incidents",
    "verify": "comparing",
    "withdraw": "changes",
}
# What the machine refuses, whichever file it is about: no access, no room, no such folder.
_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.ENOENT)


class TypedError(CommandError):
    """What was typed is no command, or none of its options; the message says what would be."""


def load(name: str) -> Command:
    """Import a command."""
    module = import_module(f".{COMMANDS[name]}", __package__)
    found = (one for one in vars(module).values() if isinstance(one, Command))
    return next(one for one in found if one.name == name)


def main() -> None:
    """Run what was typed after ``newsroom``, and exit."""
    display.PROGRAM = "newsroom"
    sys.exit(ended(lambda: _typed(sys.argv[1:])))


def _typed(words: Sequence[str]) -> int:
    name = (words or ["--help"])[0]
    if name in COMMANDS:
        return run(load(name), read(load(name), words[1:])[0])
    if name in ("--help", "-h", "--list", "-l"):
        print("newsroom COMMAND [options], in a folder with a pelicanconf.py. The commands:\n")
        print("\n".join(f"  {name:<11}{load(name).first_line}" for name in COMMANDS))
        print("\nnewsroom COMMAND --help says what each takes.")
        return 0
    meant = nearest(name, COMMANDS) or ": see newsroom --help"
    raise TypedError(f"there is no command {name}{meant}")


def ended(work: Callable[[], int]) -> int:
    """Do some work and return its exit code; a known error is one line on standard error."""
    try:
        return work()
    except (EOFError, KeyboardInterrupt):
        message, code = "\nStopped. Run it again to go on.", 130
    except (MissingError, TypedError) as error:
        message, code = f"error: {error}", 2
    except (CommandError, ContentError, SettingsError) as error:
        message, code = f"error: {error}", 1
    except OSError as error:
        if error.errno not in _REFUSED or not error.filename:
            raise
        message, code = f"error: {error.filename}: {error.strerror}", 1
    display.complain(message)
    return code


def run(command: Command, values: Mapping[str, Value]) -> int:
    """Run a command, print what it did, and return its exit code.

    It begins anew, with the answers so far, if the person goes back a question.
    """
    asker = Asker()
    while True:
        project = Project(command.conf, str(values.get("content", "")), asker)
        try:
            result = command.work(project, values)
        except GoBack:
            asker.back()
        else:
            display.show(project, result, bool(values.get("no_editor")))
            return result.code


def read(command: Command, words: Sequence[str]) -> tuple[dict[str, Value], list[str]]:
    """Read what was typed after a command's name.

    Returns the values by the names of the options, and the names of those that were given by
    their place. Raises TypedError for what the command does not take; prints help and exits
    if that is asked for.
    """
    see = f"see invoke {command.name} --help"
    try:
        found, others = _parser(command).parse_known_intermixed_args(list(words))
    except argparse.ArgumentError as error:
        names = (error.argument_name or "").split("/")
        option = next((word for word in words if word in names), names[0])
        raise TypedError(f"{option} needs a value after it: {see}") from None
    values = {key: tuple(it) if isinstance(it, list) else it for key, it in vars(found).items()}
    placed, rest = [], [*values.pop("words"), *others]
    for name, about in declared(command.options).items():
        if about.positional and rest and not values[name] and not rest[0].startswith("-"):
            values[name] = rest.pop(0)
            placed.append(name)
    if rest:
        known = nearest(rest[0].partition("=")[0], map(_flag, declared(command.options)))
        raise TypedError(f"invoke {command.name} does not take {rest[0]}{known or f': {see}'}")
    return values, placed


def _parser(command: Command) -> argparse.ArgumentParser:
    about = declared(command.options)
    places = "".join(f" [{name.upper()}]" for name in about if about[name].positional)
    parser = argparse.ArgumentParser(
        usage=f"{display.PROGRAM} {command.name}{places} [--options]",
        description=command.about,
        allow_abbrev=False,
        exit_on_error=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    for name, short, default in _named(command):
        actions = {bool: "store_true", tuple: "append", str: "store"}
        parser.add_argument(
            *(_flag(name), *([f"-{short}"] if short else [])),
            dest=name,
            action=actions[type(default)],
            default=list(default) if isinstance(default, tuple) else default,
            help=about[name].help,
        )
    return parser


def _named(command: Command) -> Iterator[tuple[str, str, Value]]:
    """Yield each option with the first letter of it that no other has, and its default."""
    taken, usual = {"h"}, command.options()
    for one in fields(command.options):
        short = next((letter for letter in one.name if letter not in taken), "")
        taken.add(short)
        yield one.name, short, getattr(usual, one.name)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


class InvokeTask(Task[Callable[..., None]]):
    """A command as a task of invoke.

    invoke takes whatever follows for a missing positional argument, ``--help`` too. So those
    are positional that were typed by their place, and all others are options.
    """

    def __init__(self, command: Command) -> None:
        def body(_context: Context, **given: Value | list[str]) -> None:
            values = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
            if code := ended(lambda: run(command, values)):
                raise Exit(code=code)

        body.__doc__ = command.about
        super().__init__(body, name=command.name, positional=())
        self.command = command

    def get_arguments(self, ignore_unknown_help: bool | None = None) -> list[Argument]:
        """Return the arguments, as invoke's parser wants them."""
        command, placed = self.command, self._placed()
        about = declared(command.options)
        return [
            Argument(
                names=(name.replace("_", "-"), *short),
                attr_name=name if "_" in name else None,
                kind=list if isinstance(default, tuple) else type(default),
                default=None if name in placed else default,
                positional=name in placed,
                help=about[name].help,
            )
            for name, short, default in _named(command)
        ]

    def _placed(self) -> list[str]:
        """Return the options that were typed by their place. Raises Exit for a wrong one."""
        words = sys.argv[sys.argv.index(self.name) + 1 :] if self.name in sys.argv[1:] else []
        about = declared(self.command.options).values()
        if not any(one.positional for one in about):  # another task may follow
            words = list(takewhile(lambda word: word not in COMMANDS, words))
        if "--help" in words or "-h" in words:
            return []
        try:
            return read(self.command, words)[1]
        except TypedError as error:
            raise Exit(f"error: {error}", code=2) from None


def tasks() -> tuple[InvokeTask, ...]:
    """Return the commands that are typed as tasks of invoke; all, if none is."""
    return tuple(InvokeTask(load(name)) for name in COMMANDS if name in sys.argv) or tuple(
        InvokeTask(load(name)) for name in COMMANDS
    )
