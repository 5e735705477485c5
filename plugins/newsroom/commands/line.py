"""Run commands as they are typed: ``invoke NAME`` and ``newsroom NAME`` are the same.

Here what was typed is read, and known errors become one line and an exit code.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version
from keyword import iskeyword
from typing import Any, NoReturn

from invoke import Collection, Context, Exit, Task

from ..model.problems import CommandError, ContentError, MissingError, nearest
from ..model.settings import SettingsError
from .display import show
from .options import Command, Given, GoBack
from .project import DISTRIBUTION, Project

# Each command by its module, which is imported when the command is typed.
_MODULES = {
    "building": "build check clean",
    "changes": "approve correct note withdraw",
    "citing": "cite capture",
    "covering": "redact strip",
    "deploying": "announce deploy publish releases rollback verify",
    "docs": "docs",
    "doctor": "doctor",
    "due": "due",
    "importing": "import",
    "incidents": "followup incident templates",
    "people": "author goal post",
    "serving": "serve",
    "signing": "sign",
    "starting": "init",
    "status": "status",
    "verifying": "verify-statement",
}
COMMANDS = {name: module for module, names in _MODULES.items() for name in names.split()}


class TypedError(CommandError):
    """What was typed is no command, or not what it takes; the message says what would be."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise TypedError(f"{message}: see {self.prog} --help")


def load(name: str) -> Command:
    """Import a command."""
    named = f"{name}_" if iskeyword(name) else name.replace("-", "_")
    found: Command = getattr(import_module(f".{COMMANDS[name]}", __package__), named)
    return found


def main(program: str = "newsroom") -> int:
    """Run what was typed after the name of the program, and return the exit code."""
    return ended(lambda: _run(program, *(sys.argv[1:] or ["--help"])))


def _run(program: str, name: str, *words: str) -> int:
    if name in ("--help", "-h"):
        print(f"{program} COMMAND [options], in a folder with a pelicanconf.py. The commands:\n")
        for known in sorted(COMMANDS):
            print(f"  {known:<17}{load(known).about.splitlines()[0]}")
        print(f"\n{program} COMMAND --help says what each takes.")
        return 0
    if name == "--version":
        print(f"{DISTRIBUTION} {version(DISTRIBUTION)}")
        return 0
    if name not in COMMANDS:
        meant = nearest(name, COMMANDS) or f": see {program} --help"
        raise TypedError(f"there is no command {name}{meant}")
    command = load(name)
    given = read(command, words, f"{program} {name}")
    while True:
        project = Project(command.conf, given["content"])
        try:
            result = command.work(project, given)
        except GoBack:
            given.back()
            continue
        is_editor_wanted = given.interactive and not given["no-editor"]
        show(project, result, program, is_editor_wanted)
        return result.code


def ended(work: Callable[[], int]) -> int:
    """Do some work and return its exit code; a known error is one line on standard error."""
    try:
        code = work()
        sys.stdout.flush()
        return code
    except (EOFError, KeyboardInterrupt):
        message, code = "\nStopped. Run it again to go on.", 130
    except (MissingError, TypedError) as error:
        message, code = f"error: {error}", 2
    except (CommandError, ContentError, SettingsError) as error:
        message, code = f"error: {error}", 1
    except BrokenPipeError:  # who read what is printed, such as `head`, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if not error.filename:
            raise
        message, code = f"error: {error.filename}: {error.strerror}", 1
    print(message, file=sys.stderr)
    return code


def read(command: Command, words: Sequence[str], program: str) -> Given:
    """Read what was typed after a command's name. Raises TypedError for what it does not take."""
    parser = _Parser(
        prog=program,
        description=command.about,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for option in command.options:
        if option.positional:
            nargs = "*" if option.many else "?"
            parser.add_argument(option.name, nargs=nargs, help=option.help)
        else:
            flag, kind = f"--{option.name}", dict[str, Any](action=option.action)
            kind = {"nargs": "?", "const": option.alone} if option.alone else kind
            parser.add_argument(flag, dest=option.name, help=option.help, **kind)
    values, declared = {}, {option.name: option for option in command.options}
    for name, value in vars(parser.parse_intermixed_args(words)).items():
        between = "\n" if declared[name].many else " "
        values[name] = between.join(value) if isinstance(value, list) else str(value or "")
    return Given(declared, values)


def tasks(*others: Callable[..., Any]) -> Collection:
    """Run a command that was typed after ``invoke``; else return all as tasks, and others.

    A command reads itself what follows it, as ``newsroom COMMAND`` does.
    """
    if sys.argv[1:] and sys.argv[1] in COMMANDS:
        sys.exit(main("invoke"))

    def body(_context: Context) -> None:
        raise Exit("error: type the command right after invoke: invoke COMMAND [options]", code=2)

    listed = Collection(*others)
    for name in COMMANDS:
        task: Task[Callable[..., None]] = Task(body, name=name)
        task.__doc__ = load(name).about
        listed.add_task(task)
    return listed
