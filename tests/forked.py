"""Pelican builds in a fraction of a second.

Importing Pelican takes longer than building a small site. So one process imports everything
once, connects nothing, and forks for each build. It is not the process of the tests: that one
has threads, handlers of pytest and signals that other tests have connected.

Builds have the same hash seed. Without it Pelican finds the sources in another order each time,
and no two clean builds need to be alike (entries of the same date, for example).
"""

from __future__ import annotations

import atexit
import errno
import gc
import importlib
import importlib.util
import json
import os
import pkgutil
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from mmap import mmap
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, Any

from tests.sites import NOW, ROOT, Run

WRITES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate")
SECONDS = 120  # a build that takes longer hangs
# What builds import only when they need it: here, before they are forked.
IMPORTED = (
    "docutils.languages.en",
    "docutils.parsers.rst.directives.misc",
    "docutils.parsers.rst.languages.en",
    "docutils.writers.html5_polyglot",
    "markdown.extensions.codehilite",
    "markdown.extensions.extra",
    "markdown.extensions.meta",
    "pelican.rstdirectives",
    "pygments.formatters.html",
    "pygments.lexers.python",
    "pygments.lexers.special",
    "unidecode",
)
# The plugin of this repository. To import it connects nothing.
PLUGINS = ("newsroom.host.plugin",)


@dataclass
class Building:
    """A build that runs."""

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
    """The process that forks for each build, as the tests see it."""

    seed: str = "0"
    before: tuple[str, ...] = ()  # a command that runs it
    process: subprocess.Popen[bytes] = field(init=False)
    count: int = 0
    _answers: dict[tuple[int, str], int] = field(default_factory=dict)
    _read: bytes = b""
    _said: Path = field(default_factory=lambda: Path(mkdtemp(prefix="forked-")))

    def __post_init__(self) -> None:
        path = (os.environ.get("PYTHONPATH", ""), str(ROOT / "plugins"), str(ROOT))
        # A stale .pyc is no fault of a build: Python compares whole seconds and sizes only.
        fixed = {"PYTHONHASHSEED": self.seed, "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}
        self.process = subprocess.Popen(
            (*self.before, sys.executable, "-m", "tests.forked"),
            env=os.environ | fixed | {"PYTHONPATH": os.pathsep.join(filter(None, path))},
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
        """Wait until it has imported everything. A build does not need that."""
        self.answer(0, "ready")

    def begin(
        self, folder: Path, arguments: tuple[str, ...], environment: dict[str, str]
    ) -> Building:
        """Begin a build in a folder."""
        self.count += 1
        said = self._said / str(self.count)
        request = {
            "number": self.count,
            "folder": str(folder),
            "arguments": arguments,
            "environment": os.environ | {"TZ": "UTC", "SOURCE_DATE_EPOCH": NOW} | environment,
            "said": str(said),
        }
        assert self.process.stdin
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        return Building(self, self.count, self.answer(self.count, "pid"), said)

    def knows(self, number: int) -> bool:
        """Whether a build has ended."""
        self._take(0)
        return (number, "code") in self._answers

    def answer(self, number: int, name: str) -> int:
        """What the process says of a build: its ``pid``, and in the end its ``code``."""
        limit = time.monotonic() + SECONDS
        while (number, name) not in self._answers:
            self._take(limit - time.monotonic())
        return self._answers.pop((number, name))

    def _take(self, seconds: float) -> None:
        """Read what there is to read."""
        assert self.process.stdout
        if not select.select([self.process.stdout], [], [], max(seconds, 0))[0]:
            if seconds > 0:
                raise TimeoutError(f"a build has taken {SECONDS} seconds")
            return
        read = os.read(self.process.stdout.fileno(), 65536)
        assert read, "the process that forks builds has ended"
        *lines, self._read = (self._read + read).split(b"\n")
        for line in lines:
            number, name, value = line.decode().split()
            self._answers[int(number), name] = int(value)


@cache
def zygote(seed: str = "0") -> Zygote:
    """The one process for all tests whose builds have this hash seed."""
    made = Zygote(seed)
    atexit.register(made.close)
    return made


def begin(folder: Path, *arguments: str, seed: str = "0", **environment: str) -> Building:
    """Begin ``pelican <arguments>`` in a folder."""
    return zygote(seed).begin(folder, arguments, environment)


def build(folder: Path, *arguments: str, seed: str = "0", **environment: str) -> Run:
    """Run ``pelican <arguments>`` in a folder."""
    return begin(folder, *arguments, seed=seed, **environment).wait()


def count_writes(file: Path) -> dict[str, str]:
    """The environment of a build that says in a file how often it wrote to the disk."""
    return {"FORKED_WRITES": json.dumps(["count", str(file)])}


def kill_at(write: int, *, opened: bool = False) -> dict[str, str]:
    """The environment of a build that is killed, with its workers, before a write.

    Or, when it has next ``opened`` a file to write it, and has written nothing yet.
    """
    return {"FORKED_WRITES": json.dumps(["open" if opened else "kill", write])}


def full_at(write: int) -> dict[str, str]:
    """The environment of a build for which there is no space on the disk from a write on."""
    return {"FORKED_WRITES": json.dumps(["full", write])}


def main() -> None:
    """Be the process that forks: a request in each line of the standard input."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _import()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the watchers
    gc.collect()
    gc.freeze()
    answers.write(b"0 ready 1\n")
    for line in sys.stdin.buffer:
        if os.fork() == 0:
            _watch(json.loads(line), answers)


def _import() -> None:
    import pelican  # noqa: F401

    for name in IMPORTED:
        importlib.import_module(name)
    for name in PLUGINS:
        if importlib.util.find_spec(name.split(".")[0]):
            importlib.import_module(name)
            package = sys.modules[name]
            for module in pkgutil.iter_modules(getattr(package, "__path__", ()), f"{name}."):
                importlib.import_module(module.name)


def _watch(request: dict[str, Any], answers: IO[bytes]) -> None:
    """Fork the build, say its pid, wait for it and say how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)
        answers.close()
        _build(request)
    with suppress(OSError):  # it has done so itself
        os.setpgid(pid, pid)
    answers.write(f"{request['number']} pid {pid}\n".encode())
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    answers.write(f"{request['number']} code {code}\n".encode())
    os._exit(0)


def _build(request: dict[str, Any]) -> None:
    """Become ``python -m pelican`` in the folder of the request, and end."""
    code = 1
    try:
        os.environ.clear()
        os.environ.update(request["environment"])
        time.tzset()
        os.chdir(request["folder"])
        sys.path[0] = request["folder"]
        sys.argv = ["pelican", *request["arguments"]]
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        for number, name in ((1, "stdout"), (2, "stderr")):
            file = f"{request['said']}.{name}"
            os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), number)
        if "FORKED_WRITES" in os.environ:
            _count_writes(*json.loads(os.environ.pop("FORKED_WRITES")))
        code = _run(request["arguments"])
        # As an interpreter ends: pools of workers wait for that.
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


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


def _run(arguments: list[str]) -> int:
    import pelican

    try:
        pelican.main(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


if __name__ == "__main__":
    main()
