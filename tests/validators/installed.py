"""What the validators need from outside Python: found, else installed now, else a skip by name."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile

import pytest

HERE = Path(__file__).parent
OLDEST_JAVA = 17  # what vnu was compiled for
OLDEST_NODE = (20, 19)  # what html-validate asks for


def grammar(name: str) -> Path:
    """One of the published grammars. They lie beside the project, or where one says."""
    beside = HERE.parent.parent.parent / "shared" / "grammars"
    path = Path(os.environ.get("NEWSROOM_GRAMMARS") or beside) / name
    if not path.is_file():
        pytest.skip(f"no grammar {name}: name the folder that has it in NEWSROOM_GRAMMARS")
    return path


@cache
def java() -> str:
    """The Java that runs vnu."""
    if _first_number("java", "-version") < (OLDEST_JAVA,):
        _from_debian("default-jre-headless")
    if _first_number("java", "-version") < (OLDEST_JAVA,):
        pytest.skip(f"no Java {OLDEST_JAVA} or newer: install one")
    return "java"


@cache
def jing() -> str:
    """jing, which checks against RELAX NG."""
    if shutil.which("jing") is None:
        _from_debian("jing", "default-jre-headless")
    if shutil.which("jing") is None:
        pytest.skip("no jing: install it (on Debian: apt-get install jing)")
    return "jing"


@cache
def node() -> str:
    """The Node that runs html-validate and the TypeScript compiler."""
    if _first_number("node", "--version") < OLDEST_NODE or shutil.which("npm") is None:
        _from_debian("nodejs", "npm")
    if _first_number("node", "--version") < OLDEST_NODE or shutil.which("npm") is None:
        pytest.skip("no Node {}.{} or newer with npm: install one".format(*OLDEST_NODE))
    return "node"


@cache
def node_package(path: str, folder: Path = HERE) -> Path:
    """A file of a Node package, all those of its folder being installed at first need.

    A stamp says which lock the folder was made from, so that this costs nothing when it is
    there, and a new lock is noticed.
    """
    lock = folder / "package-lock.json"
    wanted = sha256(lock.read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".installed-from"
    with _one_at_a_time(lock):
        if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
            _npm_ci(folder)
            stamp.write_text(wanted, "utf-8")
    return folder / "node_modules" / path


def _npm_ci(folder: Path) -> None:
    node()
    command = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    done = run(*command, folder=folder)
    if done.returncode != 0:
        pytest.skip(f"npm ci failed in {folder.name}: {done.stderr.strip()[-300:]}")


def run(*command: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a validator, or what installs one.

    What it says goes to a file: into a pipe, html-validate writes 64 KiB and forgets the rest.
    """
    with TemporaryFile("w+", encoding="utf-8") as said:
        done = subprocess.run(
            command,
            cwd=folder,
            stdout=said,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=600,
            check=False,
        )
        said.seek(0)
        done.stdout = said.read()
    return done


def _first_number(*command: str) -> tuple[int, ...]:
    """A program's version, and (0,) where the program is missing."""
    if shutil.which(command[0]) is None:
        return (0,)
    done = run(*command)
    found = re.search(r"(\d+)(?:\.(\d+))?", done.stdout + done.stderr)
    return tuple(int(part) for part in found.groups("0")) if found else (0,)


def _from_debian(*packages: str) -> None:
    """Try to install; whether it worked shows in whether the program is there then."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return
    with _one_at_a_time(HERE / "package.json"):
        install = ("install", "-y", "-q", "--no-install-recommends", *packages)
        for arguments in (("update", "-q"), install):
            run("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *arguments)


@contextmanager
def _one_at_a_time(file: Path) -> Iterator[None]:
    """Let test runs in other processes wait: two installations at once spoil each other."""
    with file.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
