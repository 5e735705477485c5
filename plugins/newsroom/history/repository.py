"""Reads a git repository: the line of commits that a branch held, and the files in them.

What a user, a repository or the environment configures for people must not change what is read,
and nothing is fetched.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

# Renames are looked for among so many files of a commit; those without a change always.
_RENAMES = ("-M50%", "-l1000")
_LOG = (
    *("-c", "log.showRoot=true", "log", "--first-parent", "--diff-merges=first-parent"),
    *("--no-show-signature", "--no-color", "--no-abbrev", "--raw", "-z", *_RENAMES),
    *("--relative", f"-O{os.devnull}", "--encoding=UTF-8", "--format=%H %ct %P"),
)
_AT_ONCE = 1 << 16


class HistoryError(Exception):
    """Why there is no history, in words that end a sentence."""


class Change(NamedTuple):
    """What a commit did to a file: which blob it is then, if any, and what it was called before."""

    path: str
    blob: str
    before: str = ""


class Commit(NamedTuple):
    """A commit of the branch: its hash, its committer's time, its first parent, and changes.

    Paths are relative to the folder that the repository was opened for.
    """

    id: str
    at: int
    parent: str
    changes: tuple[Change, ...]


class Repository:
    """The repository that a folder lies in, wherever in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        own = {name: text for name, text in os.environ.items() if not name.startswith("GIT_")}
        self._environment = own | {
            "GIT_ALLOW_PROTOCOL": "none",  # what a partial clone has not, it would fetch
            "GIT_GRAFT_FILE": os.devnull,
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "LC_ALL": "C",
        }

    def head(self) -> str:
        """Return the hash of the commit that is checked out. Raises HistoryError."""
        with self._run("rev-parse", "--is-shallow-repository", "--verify", "HEAD") as output:
            is_shallow, _, head = output.read().decode().strip().partition("\n")
        if is_shallow == "true":
            raise HistoryError("this is a shallow clone, which holds no earlier versions")
        return head

    def commits(self, head: str, before: str = "") -> Iterator[Commit]:
        """Yield the commits of a line, newest first, that ``before`` does not hold.

        Raises HistoryError.
        """
        with self._run(*_LOG, head, *([f"^{before}"] if before else []), "--") as output:
            yield from _commits(_tokens(output))

    def blobs(self, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield the bytes of files by their hashes. Raises HistoryError."""
        with tempfile.TemporaryFile() as wanted:
            wanted.write("".join(f"{id}\n" for id in ids).encode())
            wanted.seek(0)
            with self._run("cat-file", "--batch", given=wanted) as output:
                while line := output.readline():
                    id, kind, *size = line.decode().split()
                    if kind != "blob":
                        raise HistoryError(f"git has no file {id}")
                    yield id, output.read(int(size[0]))
                    output.read(1)

    @contextmanager
    def _run(self, *arguments: str, given: IO[bytes] | None = None) -> Iterator[IO[bytes]]:
        """Run git and give its output to be read. Raises HistoryError if it fails."""
        command = ("git", "--no-pager", *arguments)
        with tempfile.TemporaryFile() as said:
            try:
                running = subprocess.Popen(
                    command,
                    cwd=self._folder,
                    env=self._environment,
                    stdin=given or subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=said,
                )
            except OSError as error:
                raise HistoryError(f"git is not here ({error.strerror})") from None
            with running:
                assert running.stdout
                yield running.stdout
            if running.returncode:
                said.seek(0)
                why = said.read().decode("utf-8", "replace").strip().partition("\n")[0]
                why = why.replace("Needed a single revision", "nothing is committed yet")
                raise HistoryError(why.removeprefix("fatal: ") or "git has failed")


def _tokens(output: IO[bytes]) -> Iterator[bytes]:
    """Yield what stands between NUL bytes, as it comes."""
    rest = b""
    while data := output.read(_AT_ONCE):
        *whole, rest = (rest + data).split(b"\0")
        yield from whole
    if rest:
        yield rest


def _commits(tokens: Iterator[bytes]) -> Iterator[Commit]:
    """Read the output of ``git log --raw -z``: of each commit a line, then its changes."""
    about, changes = list[str](), list[Change]()
    for token in tokens:
        said = token.lstrip(b"\n")
        if said.startswith(b":"):
            changes += _changes(said.decode(), tokens)
        elif said:
            if about:
                yield _commit(about, changes)
            about, changes = said.decode().split(" "), []
    if about:
        yield _commit(about, changes)


def _commit(about: list[str], changes: list[Change]) -> Commit:
    id, at, *parents = about
    return Commit(id, int(at), parents[0] if parents else "", tuple(changes))


def _changes(about: str, tokens: Iterator[bytes]) -> Iterator[Change]:
    """Read one change; its paths come next. A link, or another repository, is no file."""
    _, mode, _, blob, status = about.split(" ")
    path = os.fsdecode(next(tokens))
    if status.startswith("R"):
        before, path = path, os.fsdecode(next(tokens))
        yield Change(path, blob if mode.startswith("100") else "", before)
    else:
        yield Change(path, blob if mode.startswith("100") else "")
