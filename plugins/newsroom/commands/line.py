"""Run commands as they are typed: ``invoke NAME`` and ``newsroom NAME`` are the same.

Here what was typed is read, and known errors become one line and an exit code.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from importlib import import_module
from typing import NoReturn

from invoke import Context, Exit, Task

from ..model.problems import CommandError, ContentError, MissingError, nearest
from ..model.settings import SettingsError
from .display import show
from .options import Command, Options
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


class TypedError(CommandError):
    """What was typed is no command, or not what it takes; the message says what would be."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise TypedError(f"{message}: see {self.prog} --help")


def load(name: str) -> Command:
    """Import a command."""
    found: Command = getattr(import_module(f".{COMMANDS[name]}", __package__), name)
    return found


def main(program: str = "newsroom") -> int:
    """Run what was typed after the name of the program, and return the exit code."""
    return ended(lambda: _run(program, *(sys.argv[1:] or ["--help"])))


def _run(program: str, name: str, *words: str) -> int:
    if name in ("--help", "-h"):
        print(f"{program} COMMAND [options], in a folder with a pelicanconf.py. The commands:\n")
        for known in COMMANDS:
            print(f"  {known:<11}{load(known).about.splitlines()[0]}")
        print(f"\n{program} COMMAND --help says what each takes.")
        return 0
    if name not in COMMANDS:
        meant = nearest(name, COMMANDS) or f": see {program} --help"
        raise TypedError(f"there is no command {name}{meant}")
    command = load(name)
    given = read(command, words, f"{program} {name}")
    project = Project(command.conf, getattr(given, "content", ""))
    result = command.work(project, given)
    show(project, result, getattr(given, "no_editor", False))
    return result.code


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
        if not error.filename:
            raise
        message, code = f"error: {error.filename}: {error.strerror}", 1
    print(message, file=sys.stderr)
    return code


def read(command: Command, words: Sequence[str], program: str) -> Options:
    """Read what was typed after a command's name.

    Raises TypedError for what the command does not take; prints help and exits if that is
    asked for.
    """
    parser = _Parser(
        prog=program,
        description=command.about,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = {bool: "store_true", tuple: "append", str: "store"}
    for one in fields(command.options):
        help = one.metadata["help"]
        if one.metadata["positional"]:
            parser.add_argument(one.name, nargs="?", default="", help=help)
        else:
            flag, action = f"--{one.name.replace('_', '-')}", actions[type(one.default)]
            parser.add_argument(flag, action=action, default=one.default or None, help=help)
    found = vars(parser.parse_intermixed_args(words))
    given = {name: value for name, value in found.items() if value is not None}
    return command.options(
        **{k: tuple(it) if isinstance(it, list) else it for k, it in given.items()}
    )


def tasks() -> Iterator[Task[Callable[..., None]]]:
    """Yield each command as a task of invoke, for ``invoke --list``."""

    def body(_context: Context) -> None:
        raise Exit("error: type the command right after invoke: invoke COMMAND [options]", code=2)

    for name in COMMANDS:
        listed: Task[Callable[..., None]] = Task(body, name=name)
        listed.__doc__ = load(name).about
        yield listed
