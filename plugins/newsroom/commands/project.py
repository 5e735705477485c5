"""The project that a command works on, and what the command did."""

from __future__ import annotations

import os
import runpy
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from rich.table import Table

from ..clock import build_time
from ..files import write_whole
from ..history.histories import reader
from ..language.words import Languages, catalogues
from ..model.newsroom import Newsroom
from ..model.problems import CommandError, Problem
from ..model.settings import Settings
from ..reading.checks import Checkup, check
from ..reading.withheld import refuse_static_paths

DISTRIBUTION = "pelican-newsroom"
Did = Literal["created", "changed", "kept"]


@dataclass(frozen=True)
class FileDone:
    """A file that a command created, changed or kept, with a remark for the person."""

    did: Did
    path: Path
    remark: str = ""


@dataclass(frozen=True)
class Result:
    """What a command did, and how it ends.

    ``problems`` are printed in the ``form`` text, json or github. ``notes`` are lines for the
    person; one that begins with ``warning: `` is a warning. ``draft`` is the entry that is to
    be written now. ``then`` is the command, without ``invoke``, that goes on with what is not
    public by itself. ``page`` is Markdown to read. ``code`` is the exit code.
    """

    files: tuple[FileDone, ...] = ()
    notes: tuple[str, ...] = ()
    draft: Path | None = None
    then: str = ""
    table: Table | None = None
    problems: tuple[Problem, ...] = ()
    form: str = "text"
    page: str = ""
    code: int = 0

    @classmethod
    def of(cls, did: Did, path: Path, remark: str = "") -> Result:
        """Return the result of one file."""
        return cls((FileDone(did, path, remark),))

    def __add__(self, later: Result) -> Result:
        return replace(later, files=self.files + later.files, notes=self.notes + later.notes)


def count(number: int, noun: str) -> str:
    """Return ``1 file``, ``3 files``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def read_settings(file: Path) -> dict[str, Any]:
    """Read a Pelican settings file, without Pelican. Raises CommandError, with its line."""
    if not file.is_file():
        remedy = "write one: from pelicanconf import *, and below it SITEURL"
        raise CommandError(f"there is no {file.name} in {file.parent}: {remedy}")
    sys.path.insert(0, str(file.parent))
    try:
        names = runpy.run_path(str(file))
    except Exception as error:  # whatever a settings file may do wrong
        frames = traceback.extract_tb(error.__traceback__)
        places = [(file, 1), *((Path(frame.filename), frame.lineno) for frame in frames)]
        said = str(error)
        if isinstance(error, SyntaxError) and error.filename:
            said = error.msg
            places.append((Path(error.filename), error.lineno))
        # One file of settings may take another in.
        at, line = [place for place in places if place[0].parent == file.parent][-1]
        raise CommandError(f"{at.name}:{line}: {type(error).__name__}: {said}") from None
    finally:
        sys.path.remove(str(file.parent))
    return {name: value for name, value in names.items() if name.isupper()}


@dataclass(frozen=True)
class Project:
    """A newsroom's project; each part is read when it is first asked for.

    ``named`` is the settings file: a path, or a name that is looked for here and above.
    ``chosen`` is the content folder that the person named, if any. Each part raises
    CommandError or SettingsError for what is missing or wrong.
    """

    named: str | Path = "pelicanconf.py"
    chosen: str = ""

    @cached_property
    def root(self) -> Path:
        """The folder of the project: the one with the settings, here or above."""
        named, here = Path(self.named), Path.cwd()
        if named.is_absolute():
            return named.parent
        for folder in (here, *here.parents):
            if (folder / "pelicanconf.py").is_file():
                return folder
        raise CommandError(
            "there is no pelicanconf.py here or above: go to the project's folder, or make one"
            " with newsroom init"
        )

    @property
    def conf(self) -> Path:
        """The file of the settings."""
        return self.root / self.named

    @cached_property
    def declared(self) -> dict[str, Any]:
        """All settings, as the file has them."""
        return read_settings(self.conf)

    @cached_property
    def settings(self) -> Settings:
        """Our settings."""
        return Settings.read(self.declared)

    @cached_property
    def content(self) -> Path:
        """The content folder; no setting publishes what is held back in it."""
        usual = str(self.declared.get("PATH", "content"))
        found = Path(self.chosen).resolve() if self.chosen else (self.root / usual).resolve()
        if not found.is_dir():
            raise CommandError(f"there is no content folder {self.chosen or usual}")
        refuse_static_paths(found, self.settings)
        return found

    @property
    def theme(self) -> Path:
        """The folder of the theme: the project's own, or one that is installed in Pelican."""
        name = str(self.declared.get("THEME", "notmyidea"))
        if (self.root / name).is_dir():
            return self.root / name
        pelican = find_spec("pelican")  # which does not import it
        assert pelican
        assert pelican.origin
        return Path(pelican.origin).parent / "themes" / name

    @property
    def evidence(self) -> Path:
        """Where pictures lie as they were received, outside the content and the history."""
        return self.root / "evidence"

    @property
    def output(self) -> Path:
        """Where what is made public is built."""
        return self.root / "output"

    @property
    def own(self) -> tuple[Path, Path]:
        """Folders that nothing is deployed to, besides the project itself."""
        return self.content, self.output

    @cached_property
    def now(self) -> datetime:
        """The time of this command, in the site's zone."""
        return build_time().astimezone(self.settings.zone)

    @cached_property
    def languages(self) -> Languages:
        """The languages that the newsroom has words in."""
        return Languages(self.settings.lang, catalogues(self.root, self.theme))

    @cached_property
    def checkup(self) -> Checkup:
        """The content, read and checked."""
        return check(
            self.content,
            self.settings,
            self.now,
            languages=self.languages,
            read_history=reader(self.content, self.settings, self.now),
        )

    @property
    def newsroom(self) -> Newsroom:
        """What the content says."""
        return self.checkup.newsroom

    def create(self, path: str, text: str, is_draft: bool = False) -> Result:
        """Write a new content file, or draft; one that is there already is left as it is."""
        file = self.content / path
        if os.path.lexists(file):
            return Result.of("kept", file)
        write_whole(file, text)
        return replace(Result.of("created", file), draft=file if is_draft else None)

    def edited(self, file: Path, *edits: Callable[[str], str]) -> str:
        """Return a file's text after some edits. Raises CommandError if they cannot be made."""
        text = file.read_bytes().decode("utf-8")
        try:
            for edit in edits:
                text = edit(text)
        except CommandError as error:
            raise CommandError(f"{self.shown(file)}: {error}") from None
        return text

    def shown(self, file: str | Path) -> str:
        """Return a file as the checks show it; one elsewhere as seen from the project."""
        whole = self.content / file
        if whole.is_relative_to(self.content):
            return f"{self.content.name}/{whole.relative_to(self.content).as_posix()}"
        return whole.relative_to(self.root).as_posix()
