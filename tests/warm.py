"""Commands of Python that begin at once.

Most of the time in which a small site is built goes into importing Pelican and the newsroom. So
each process of tests has another that imports everything once, connects nothing, and forks for
each command. The fork then does what ``python -m`` does, and ends as every Python ends.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock

ROOT = Path(__file__).parent.parent
# What all processes of one run of tests keep for each other.
KEPT = Path(os.environ.get("NEWSROOM_TESTS_KEPT") or mkdtemp(prefix="newsroom-tests-"))
if "NEWSROOM_TESTS_KEPT" not in os.environ:
    os.environ["NEWSROOM_TESTS_KEPT"] = str(KEPT)
    atexit.register(shutil.rmtree, KEPT, ignore_errors=True)
# What is read when a command runs. If anything else in the environment is different, a Python
# is started as usual: a module that has been imported may have read it.
READ_LATE = {"PAGEFIND_BINARY_PATH", "PATH", "PYTEST_CURRENT_TEST", "SOURCE_DATE_EPOCH"}
# What commands import only when they need it.
IMPORTED = (
    "docutils.languages.en",
    "docutils.parsers.rst.languages.en",
    "docutils.writers.html5_polyglot",
    "html5lib.treebuilders.etree",
    "invoke.main",
    "markdown.extensions.codehilite",
    "markdown.extensions.extra",
    "markdown.extensions.meta",
    "pelican",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.WebPImagePlugin",
    "rich.status",
    "rich.table",
    "unidecode",
)


class Warm:
    """The process that forks, as the tests see it."""

    def __init__(self) -> None:
        self.environment = usual_environment()
        self.said = Path(mkdtemp(prefix="newsroom-warm-"))
        self.free = Lock()
        self.process = subprocess.Popen(
            (sys.executable, "-m", "tests.warm"),
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self.close)

    def close(self) -> None:
        """End it."""
        self.process.communicate()
        shutil.rmtree(self.said, ignore_errors=True)

    def takes(self, environment: dict[str, str]) -> bool:
        """Whether a command with this environment may be a fork."""
        both = environment.items() ^ self.environment.items()
        return {name for name, _ in both} <= READ_LATE

    def run(
        self, folder: Path, command: tuple[str, ...], environment: dict[str, str]
    ) -> tuple[int, str, str]:
        """Run ``python -m <command>`` in a folder: its exit code and what it printed."""
        assert self.process.stdin
        assert self.process.stdout
        request = (str(folder), command, environment, str(self.said))
        with self.free:
            print(json.dumps(request), file=self.process.stdin, flush=True)
            code = int(self.process.stdout.readline())
            stdout, stderr = (
                (self.said / name).read_text("utf-8") for name in ("stdout", "stderr")
            )
        return code, stdout, stderr


@cache
def warm() -> Warm:
    """The one process that forks for this process of tests."""
    return Warm()


def usual_environment() -> dict[str, str]:
    """The environment of a site's commands."""
    return os.environ | {"PYTHONPATH": str(ROOT / "plugins")}


def serve() -> None:
    """Answer each line of the standard input with an exit code. Returns in a fork only."""
    for name in IMPORTED:
        importlib.import_module(name)
    newsroom = importlib.import_module("newsroom")
    for module in pkgutil.walk_packages(newsroom.__path__, "newsroom."):
        importlib.import_module(module.name)
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        if (pid := os.fork()) == 0:
            become(*json.loads(line))
            return
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
    sys.exit()


def become(folder: str, command: list[str], environment: dict[str, str], said: str) -> None:
    """Be in the folder, with the arguments, the environment and the files of a command."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = command
    sys.path[0] = folder
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "stdout"), (2, "stderr")):
        file = Path(said) / name
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND), number)
    if Path("plugins").is_dir():  # the site has its own newsroom
        for name in [name for name in sys.modules if name.split(".")[0] in ("newsroom", "tests")]:
            del sys.modules[name]


if __name__ == "__main__":
    serve()
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
