"""A newsroom that is built again and again, and compared with clean builds of it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests import forked
from tests.forked import Run
from tests.sites import NOW, ROOT, SITES

# Only for the clean builds of a site whose filters no test changes: jinja folds what it can
# compute at compile time, but checks no more than the source before it uses what it has kept.
COMPILED = """
from jinja2 import FileSystemBytecodeCache
from pelicanconf import *
JINJA_ENVIRONMENT = {{"bytecode_cache": FileSystemBytecodeCache({folder!r})}}
"""


@dataclass
class Twin:
    """A site in a folder of its own, and what the clean builds beside it are."""

    folder: Path
    theme: str = "simple"
    settings: dict[str, Any] = field(default_factory=dict)
    now: str = NOW
    seed: str = "0"
    keeps_compiled: bool = False
    last: Last = field(init=False, repr=False, compare=False)
    zygote: forked.Zygote | None = None  # another than that of the seed

    @classmethod
    def copy(cls, name: str, to: Path, **more: Any) -> Twin:
        """A copy of ``tests/sites/<name>`` in a folder that is there for it alone."""
        twin = cls(to / "site", **more)
        shutil.copytree(SITES / name, twin.folder, ignore=shutil.ignore_patterns("__pycache__"))
        return twin

    @property
    def output(self) -> Path:
        """What builds keep things for."""
        return self.folder / "output"

    @property
    def cache(self) -> Path:
        """Where builds keep what they know."""
        return self.folder / ".newsroom"

    @property
    def clean(self) -> Path:
        """What a clean build makes. It is not in the site: no build may see it."""
        return self.folder.parent / "clean"

    def build(
        self, settings: dict[str, Any] | None = None, environment: dict[str, str] | None = None
    ) -> Run:
        """Build; ``last`` is then what that said of itself, whatever is built besides."""
        run = self.begin(settings, environment).wait()
        if run.code == 0:
            self.last = Last(**json.loads((self.cache / "last.json").read_text("utf-8")))
        return run

    def begin(
        self, settings: dict[str, Any] | None = None, environment: dict[str, str] | None = None
    ) -> forked.Running:
        """Begin to build."""
        return self._begin("pelicanconf.py", self.output, settings or {}, environment or {})

    def stock(self) -> Run:
        """Build without anything that is kept, into nothing."""
        shutil.rmtree(self.clean, ignore_errors=True)
        shutil.rmtree(self.clean.with_name(f".{self.clean.name}.build"), ignore_errors=True)
        conf = "pelicanconf.py"
        if self.keeps_compiled:
            compiled = self.folder.parent / "compiled"
            compiled.mkdir(exist_ok=True)
            conf = str(self.folder.parent / "cleanconf.py")
            Path(conf).write_text(COMPILED.format(folder=str(compiled)), "utf-8")
        return self._begin(conf, self.clean, {"NEWSROOM_INCREMENTAL": False}, {}).wait()

    def _begin(
        self, conf: str, output: Path, settings: dict[str, Any], environment: dict[str, str]
    ) -> forked.Running:
        pairs = (
            {"PLUGINS": ["newsroom"]}
            | self.settings
            | {"PLUGIN_PATHS": [str(ROOT / "plugins")]}
            | settings
        )
        command = (
            *("pelican", "content", "-s", conf, "-o", str(output), "-t", self.theme),
            *("-e", *(f"{name}={json.dumps(value)}" for name, value in pairs.items())),
        )
        zygote = self.zygote or forked.zygote(self.seed)
        at = os.environ | {"TZ": "UTC", "SOURCE_DATE_EPOCH": self.now, "FORKED_FEWEST": "12"}
        return zygote.begin(self.folder, command, at | environment)

    def check(self, after: str = "") -> None:
        """Build both ways: what is built must be the same, byte for byte."""
        built = self.build().succeeds()
        self.stock().succeeds()
        self.compare(after, built)

    def compare(self, after: str = "", built: Run | None = None) -> None:
        """Fail the test, and say where, if the output is not that of the clean build."""
        if different := differences(self.clean, self.output):
            said = f"{built.stdout}\n{built.stderr}" if built else ""
            raise AssertionError(
                f"not as a clean build{after and ' after '}{after}:\n{different}\n{said}"
            )

    def write(self, path: str, text: str) -> None:
        """Write a file of the site."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def read(self, path: str) -> str:
        """The text of a file of the site."""
        return (self.folder / path).read_text("utf-8")

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that must be there in a file of the site."""
        text = self.read(path)
        assert old in text, f"{old!r} is not in {path}"
        self.write(path, text.replace(old, new))

    def edit_unseen(self, path: str, old: str, new: str) -> None:
        """Replace a text by one as long, and leave the file's time as it was."""
        assert len(old.encode()) == len(new.encode())
        file = self.folder / path
        before = file.stat()
        self.edit(path, old, new)
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    def rename(self, old: str, new: str) -> None:
        """Rename a file of the site."""
        (self.folder / new).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / old).rename(self.folder / new)

    def remove(self, path: str) -> None:
        """Remove a file or a folder of the site."""
        file = self.folder / path
        if file.is_dir():
            shutil.rmtree(file)
        else:
            file.unlink()

    def keep(self, name: str) -> Twin:
        """A copy of all of it, with output, cache and clean build, to come back to."""
        return self.again(self.folder.parent / name)

    def again(self, to: Path) -> Twin:
        """The same in another folder, as it is now."""
        other = replace(self, folder=to / "site", settings=dict(self.settings))
        _copy(self, other)
        return other

    def come_back(self, kept: Twin) -> None:
        """Be again what was kept, in the same folder: a copy has other times on the disk."""
        _copy(kept, self)
        for name in ("theme", "settings", "now", "seed"):
            setattr(self, name, getattr(kept, name))
        self.settings = dict(kept.settings)

    def take_back(self, kept: Twin) -> None:
        """Make the sources what they were then; output and cache stay."""
        stays = (self.output.name, self.cache.name, ".output.build")
        for path in self.folder.iterdir():
            if path.name not in stays:
                self.remove(path.name)
        shutil.copytree(
            kept.folder, self.folder, ignore=shutil.ignore_patterns(*stays), dirs_exist_ok=True
        )
        self.theme, self.now, self.settings = kept.theme, kept.now, dict(kept.settings)


def _copy(source: Twin, to: Twin) -> None:
    for old, new in ((source.folder, to.folder), (source.clean, to.clean)):
        shutil.rmtree(new, ignore_errors=True)
        if old.is_dir():
            shutil.copytree(old, new, symlinks=True)


@dataclass(frozen=True)
class Last:
    """What a build says of itself in ``.newsroom/last.json``."""

    rendered: list[str]
    kept: int
    always: dict[str, str]
    because: str


def differences(expected: Path, actual: Path) -> str:
    """How two outputs differ: the files, and the first line of each that does. Empty if not."""
    theirs, ours = read(expected), read(actual)
    return "\n".join(_differences(theirs, ours))


def read(folder: Path) -> dict[str, bytes]:
    """Every file of a folder. Folders do not count: no host shows an empty one."""
    found: dict[str, bytes] = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)  # noqa: PTH118  (many files, many times)
            with open(path, "rb") as file:  # noqa: PTH123
                found[os.path.relpath(path, folder)] = file.read()
    return found


def _differences(expected: dict[str, bytes], actual: dict[str, bytes]) -> Iterator[str]:
    for name in sorted(expected.keys() | actual.keys()):
        if name not in actual:
            yield f"{name} is missing"
        elif name not in expected:
            yield f"{name} should not be there"
        elif expected[name] != actual[name]:
            yield f"{name} differs {_first(expected[name], actual[name])}"


def _first(expected: bytes, actual: bytes) -> str:
    pairs = zip(expected.split(b"\n"), actual.split(b"\n"), strict=False)
    for number, (theirs, ours) in enumerate(pairs, 1):
        if theirs != ours:
            return f"in line {number}:\n    clean {theirs[:300]!r}\n    built {ours[:300]!r}"
    return f"in length: clean {len(expected)}, built {len(actual)}"
