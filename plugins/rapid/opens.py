"""Which files are opened while something is read, as Python's audit events tell it."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from .digests import of_file

# What these start or ask may answer otherwise tomorrow, and nobody sees what it read.
UNSEEN = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect")
LISTINGS = ("os.listdir", "os.scandir", "glob.glob")


@dataclass
class Opened:
    """The files that were opened, and what cannot be kept track of: empty, or its event."""

    files: set[str] = field(default_factory=set)
    unseen: str = ""

    def digests(self, besides: str) -> tuple[tuple[str, str], ...]:
        """Each file but ``besides`` with the digest of its bytes, empty if it is not there."""
        others = self.files - {os.path.abspath(besides)}
        return tuple((path, of_file(path)) for path in sorted(others))


@dataclass
class Watch:
    """Python's audit hooks cannot be taken away again: one serves the whole process."""

    active: Opened | None = None
    hooked: bool = False
    libraries: tuple[str, ...] = ()

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """An audit event: what is opened is noted, if anything is being read."""
        opened = self.active
        if opened is None:
            return
        if event == "open":
            self._note(opened, arguments[0])
        elif event in UNSEEN or (event in LISTINGS and not self._is_importing(arguments[0])):
            opened.unseen = event

    def _note(self, opened: Opened, path: object) -> None:
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        if isinstance(path, str) and not self._is_library(path):
            opened.files.add(os.path.abspath(path))

    def _is_library(self, path: object) -> bool:
        """Python's own, or installed: its version is in the fingerprint; so is plugins' code."""
        if not isinstance(path, str):
            return False
        return path.endswith((".py", ".pyc")) or os.path.abspath(path).startswith(self.libraries)

    def _is_importing(self, path: object) -> bool:
        """Python itself lists the folders of ``sys.path`` and of packages when it imports."""
        if not isinstance(path, str):
            return False
        return os.path.abspath(path) in map(os.path.abspath, sys.path) or (
            self._is_library(f"{path}{os.sep}") or os.path.exists(f"{path}/__init__.py")
        )

    def hook(self) -> None:
        """Begin to hear; once is enough."""
        if not self.hooked:
            paths = sysconfig.get_paths()
            found = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
            self.libraries = tuple(f"{os.path.abspath(path)}{os.sep}" for path in found)
            sys.addaudithook(self.hear)
            self.hooked = True


_WATCH = Watch()


@contextmanager
def opened() -> Iterator[Opened]:
    """Note the files that are opened within."""
    _WATCH.hook()
    before, _WATCH.active = _WATCH.active, Opened()
    try:
        yield _WATCH.active
    finally:
        _WATCH.active = before
