"""Commands of Python that begin at once.

To import Pelican and the newsroom takes longer than to build a small site. So one process imports
everything once, connects nothing, and forks for each command. It is not the process of the tests:
that one has threads, handlers of pytest and signals that other tests have connected. A fork does
what ``python -m`` does, and ends as every Python ends.
"""

from __future__ import annotations

import atexit
import errno
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from mmap import mmap
from pathlib import Path
from tempfile import mkdtemp
from threading import RLock
from typing import IO, Any

from tests.kept import ROOT, remember_templates

WRITES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate")
SECONDS = 600  # a command that takes longer hangs
# What is read when a command runs. If anything else in the environment is different, a Python
# is started as usual: a module that has been imported may have read it.
READ_LATE = {
    *("GIT_CONFIG_GLOBAL", "PAGEFIND_BINARY_PATH", "PATH", "PYTEST_CURRENT_TEST"),
    *("SOURCE_DATE_EPOCH", "SSH_AUTH_SOCK"),
}
# What commands import only when they need it: here, before they are forked.
IMPORTED = (
    "docutils.languages.en",
    "docutils.parsers.rst.directives.misc",
    "docutils.parsers.rst.languages.en",
    "docutils.writers.html5_polyglot",
    "html5lib.treebuilders.etree",
    "invoke.main",
    "markdown.extensions.codehilite",
    "markdown.extensions.extra",
    "markdown.extensions.meta",
    "pelican.rstdirectives",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.WebPImagePlugin",
    "pygments.formatters.html",
    "pygments.lexers.python",
    "pygments.lexers.special",
    "rich.status",
    "rich.table",
    "unidecode",
)


@dataclass(frozen=True)
class Run:
    """What a command did."""

    code: int
    stdout: str
    stderr: str

    def succeeds(self) -> Run:
        """Fail the test, with what was printed, unless the command went well."""
        assert self.code == 0, f"exit code {self.code}\n{self.stdout}\n{self.stderr}"
        return self

    def fails(self) -> Run:
        """Fail the test unless the command failed, as a writer should see it."""
        assert self.code != 0, f"{self.stdout}\n{self.stderr}"
        assert "Traceback" not in self.stdout + self.stderr, self.stderr
        return self


@dataclass
class Running:
    """A command that runs."""

    zygote: Zygote
    number: int
    pid: int
    said: Path

    def kill(self) -> None:
        """Kill it with all that it has forked."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def done(self) -> bool:
        """Whether it has ended."""
        return self.zygote.knows(self.number)

    def wait(self) -> Run:
        """What it did, when it has ended."""
        try:
            code = self.zygote.answer(self.number, "code")
        except TimeoutError:
            self.kill()
            raise
        texts = [self.said.with_suffix(f".{name}") for name in ("stdout", "stderr")]
        run = Run(code, *(text.read_text("utf-8", "replace") for text in texts))
        for text in texts:
            text.unlink()
        return run


@dataclass
class Zygote:
    """The process that forks for each command, as the tests see it.

    With a hash seed, clean builds are alike: else Pelican finds the sources in another order
    each time (entries of the same date, for example).
    """

    seed: str = "random"
    before: tuple[str, ...] = ()  # a command that runs it
    process: subprocess.Popen[bytes] = field(init=False)
    environment: dict[str, str] = field(init=False)
    count: int = 0
    _answers: dict[tuple[int, str], int] = field(default_factory=dict)
    _read: bytes = b""
    _said: Path = field(default_factory=lambda: Path(mkdtemp(prefix="forked-")))
    _free: RLock = field(default_factory=RLock)

    def __post_init__(self) -> None:
        self.environment = usual_environment()
        # A stale .pyc is no fault of a build: Python compares whole seconds and sizes only.
        fixed = {"PYTHONHASHSEED": self.seed, "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
        self.process = subprocess.Popen(
            (*self.before, sys.executable, "-m", "tests.forked"),
            cwd=ROOT,
            env=self.environment | (fixed if self.seed != "random" else {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def close(self) -> None:
        """End it."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()
        shutil.rmtree(self._said, ignore_errors=True)

    def wait(self) -> None:
        """Wait until it has imported everything. A command does not need that."""
        self.answer(0, "ready")

    def takes(self, environment: Mapping[str, str]) -> bool:
        """Whether a command with this environment may be a fork."""
        both = environment.items() ^ self.environment.items()
        return {name for name, _ in both} <= READ_LATE

    def begin(
        self, folder: Path, command: tuple[str, ...], environment: Mapping[str, str]
    ) -> Running:
        """Begin ``python -m <command>`` in a folder."""
        with self._free:
            self.count += 1
            number = self.count
            said = self._said / str(number)
            request = {
                "number": number,
                "folder": str(folder),
                "command": command,
                "environment": dict(environment),
                "said": str(said),
            }
            assert self.process.stdin
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            self.process.stdin.flush()
            return Running(self, number, self.answer(number, "pid"), said)

    def knows(self, number: int) -> bool:
        """Whether a command has ended."""
        with self._free:
            self._take(0)
            return (number, "code") in self._answers

    def answer(self, number: int, name: str) -> int:
        """What the process says of a command: its ``pid``, and in the end its ``code``."""
        limit = time.monotonic() + SECONDS
        with self._free:
            while (number, name) not in self._answers:
                self._take(limit - time.monotonic())
            return self._answers.pop((number, name))

    def _take(self, seconds: float) -> None:
        """Read what there is to read."""
        assert self.process.stdout
        if not select.select([self.process.stdout], [], [], max(seconds, 0))[0]:
            if seconds > 0:
                raise TimeoutError(f"a command has taken {SECONDS} seconds")
            return
        read = os.read(self.process.stdout.fileno(), 65536)
        assert read, "the process that forks commands has ended"
        *lines, self._read = (self._read + read).split(b"\n")
        for line in lines:
            number, name, value = line.decode().split()
            self._answers[int(number), name] = int(value)


@cache
def zygote(seed: str = "random") -> Zygote:
    """The one process for all commands of this process of tests that have this hash seed."""
    made = Zygote(seed)
    atexit.register(made.close)
    return made


def usual_environment() -> dict[str, str]:
    """The environment of a site's commands."""
    return os.environ | {"PYTHONPATH": str(ROOT / "plugins")}


def count_writes(file: Path) -> dict[str, str]:
    """The environment of a command that says in a file how often it wrote to the disk."""
    return {"FORKED_WRITES": json.dumps(["count", str(file)])}


def kill_at(write: int, *, opened: bool = False) -> dict[str, str]:
    """The environment of a command that is killed, with its workers, before a write.

    Or, when it has next ``opened`` a file to write it, and has written nothing yet.
    """
    return {"FORKED_WRITES": json.dumps(["open" if opened else "kill", write])}


def full_at(write: int) -> dict[str, str]:
    """The environment of a command for which there is no space on the disk from a write on."""
    return {"FORKED_WRITES": json.dumps(["full", write])}


def serve() -> None:
    """Be the process that forks: a request in each line of the input. Returns in a command."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for name in IMPORTED:
        importlib.import_module(name)
    newsroom = importlib.import_module("newsroom")
    for module in pkgutil.walk_packages(newsroom.__path__, "newsroom."):
        importlib.import_module(module.name)
    remember_templates()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the watchers
    gc.collect()
    gc.freeze()
    answers.write(b"0 ready 1\n")
    for line in sys.stdin.buffer:
        if os.fork() == 0 and _watch(json.loads(line), answers):
            return
    sys.exit()


def _watch(request: dict[str, Any], answers: IO[bytes]) -> bool:
    """Fork the command, say its pid, wait for it and say how it ended. True in the command."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        answers.close()
        _become(**request)
        return True
    with suppress(OSError):  # it has done so itself
        os.setpgid(pid, pid)
    answers.write(f"{request['number']} pid {pid}\n".encode())
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    answers.write(f"{request['number']} code {code}\n".encode())
    os._exit(0)


def _become(
    number: int, folder: str, command: list[str], environment: dict[str, str], said: str
) -> None:
    """Be in the folder, with the arguments, the environment and the files of a command."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    sys.argv = command
    sys.path[0] = folder
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for fd, name in ((1, "stdout"), (2, "stderr")):
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        os.dup2(os.open(f"{said}.{name}", flags, 0o644), fd)
    own = Path("plugins", "newsroom")
    if own.is_dir() and own.resolve() != ROOT / "plugins" / "newsroom":
        for name in [name for name in sys.modules if name.split(".")[0] == "newsroom"]:
            del sys.modules[name]
    for name in [name for name in sys.modules if name.split(".")[0] == "tests"]:
        del sys.modules[name]
    if fewest := os.environ.pop("FORKED_FEWEST", ""):  # a small site, shared as a large one is
        importlib.import_module("newsroom.incremental.workers").FEWEST = int(fewest)  # type: ignore[attr-defined]
    if writes := os.environ.pop("FORKED_WRITES", ""):
        _count_writes(*json.loads(writes))


def _count_writes(what: str, value: Any) -> None:
    """Count what goes to the disk, in this process and all that it forks; see `kill_at`."""
    count, here = mmap(-1, 8), str(Path.cwd())  # the count is shared with what is forked
    ending = False

    def event(name: str, found: tuple[Any, ...]) -> None:
        nonlocal ending
        if ending:
            return
        writes = name in WRITES or (name == "open" and found[2] & (os.O_WRONLY | os.O_RDWR))
        if not writes or (name == "open" and not str(found[0]).startswith(here)):
            return
        number = int.from_bytes(count[:8], "little") + 1
        count[:8] = number.to_bytes(8, "little")
        if what == "kill" and number == value:
            os.killpg(0, signal.SIGKILL)
        elif what == "open" and number >= value and name == "open" and found[2] & os.O_TRUNC:
            ending = True  # what follows are events too
            with suppress(OSError):
                os.truncate(found[0], 0)
            os.killpg(0, signal.SIGKILL)
        elif what == "full" and number >= value and name not in ("os.remove", "os.rmdir"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def ends() -> None:
        Path(value).write_text(str(int.from_bytes(count[:8], "little")), "utf-8")

    if what == "count":
        atexit.register(ends)
    sys.addaudithook(event)


if __name__ == "__main__":
    serve()
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
