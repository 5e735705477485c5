"""Small whole sites, and a way to build copies of them in a subprocess."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.element import PageElement

from tests.forked import Run, usual_environment, zygote
from tests.kept import KEPT

SITES = Path(__file__).parent
ROOT = SITES.parent.parent
NOW = "1773576000"  # 2026-03-15 12:00 UTC
SAMPLE_NOW = "1794830400"  # 2026-11-16 12:00 UTC
PICTURES = KEPT / "pictures"


@dataclass(frozen=True)
class Site:
    """A site in a folder of its own."""

    folder: Path
    now: str = NOW
    name: str = ""  # of what it is a copy

    @classmethod
    def of(cls, name: str, folder: Path) -> Site:
        """A copy that is already there."""
        return cls(folder, SAMPLE_NOW if name == "sample" else NOW, name)

    @classmethod
    def copy(cls, name: str, to: Path) -> Site:
        """A copy of ``tests/sites/<name>``; ``sample`` is the newsroom of this repository."""
        site, pictures = cls.of(name, to), PICTURES / name
        if name != "sample":
            shutil.copytree(SITES / name, to)
        else:
            site._copy_sample()
        if pictures.is_dir():  # that another copy has made: they are kept by their hash
            shutil.copytree(pictures, to / ".output.build", copy_function=os.link)
        return site

    def _copy_sample(self) -> None:
        to = self.folder
        to.mkdir()
        for part in ("content", "theme", "overrides"):
            shutil.copytree(ROOT / part, to / part)
        for part in ("pelicanconf.py", "publishconf.py", "tasks.py"):
            shutil.copy(ROOT / part, to / part)
        (to / "plugins").mkdir()
        for part in ("newsroom", "newsroom_script.py"):
            (to / "plugins" / part).symlink_to(ROOT / "plugins" / part)

    @classmethod
    def small(cls, to: Path) -> Site:
        """The sample with one incident and one post, for what does not depend on its size."""
        site = cls.copy("sample", to)
        content = site.folder / "content"
        for part in ("incidents/harvest-column", "incidents/payment-terms", "posts"):
            shutil.rmtree(content / part)
        post = "posts/2026/quince-week.md"
        site.write(f"content/{post}", (ROOT / "content" / post).read_text("utf-8"))
        return site

    def again(self, to: Path) -> Site:
        """A copy of this site as it is now."""
        shutil.copytree(self.folder, to, symlinks=True)
        return replace(self, folder=to)

    def _keep_pictures(self) -> None:
        """Let later copies begin with the pictures that this build made."""
        made = self.folder / ".output.build"
        for file in (*made.glob("renditions/*"), *made.glob("cards/*")):
            kept = PICTURES / self.name / file.relative_to(made)
            kept.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileExistsError):
                os.link(file, kept)

    @property
    def output(self) -> Path:
        """Where the site is built."""
        return self.folder / "output"

    def build(self, *arguments: str, conf: str = "pelicanconf.py", **environment: str) -> Run:
        """Run Pelican itself."""
        command = ("pelican", "content", "-s", conf, "-o", "output", "--fatal", "errors")
        return self.run(sys.executable, "-m", *command, *arguments, **environment)

    def invoke(self, *arguments: str, **environment: str) -> Run:
        """Run one of the tasks."""
        return self.run(sys.executable, "-m", "invoke", *arguments, **environment)

    def run(self, *command: str, **environment: str) -> Run:
        """Run a command in the site's folder, at the site's build time."""
        environment = usual_environment() | {"SOURCE_DATE_EPOCH": self.now} | environment
        if command[:2] == (sys.executable, "-m") and zygote().takes(environment):
            run = zygote().begin(self.folder, command[2:], environment).wait()
            if run.code == 0 and self.name:
                self._keep_pictures()
            return run
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def write(self, path: str, text: str) -> Path:
        """Write one of the site's files."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that must be there in one of the site's files."""
        file = self.folder / path
        text = file.read_text("utf-8")
        assert old in text, f"{old!r} is not in {path}"
        file.write_text(text.replace(old, new), "utf-8")

    def page(self, url: str) -> BeautifulSoup:
        """A built page, parsed."""
        path = self.output / url
        file = path / "index.html" if path.is_dir() else path
        return BeautifulSoup(file.read_text("utf-8"), "html.parser")

    def files(self) -> dict[str, str]:
        """Every output file with the hash of its bytes."""
        return {
            path.relative_to(self.output).as_posix(): sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.output.rglob("*"))
            if path.is_file()
        }


def words(element: PageElement | None) -> str:
    """An element's text with its white space folded."""
    assert element is not None
    return " ".join(element.get_text(" ").split())
