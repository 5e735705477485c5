"""What the public does not get, judged by where a file really is and not by its name.

Pelican copies what pages link to, and what settings name. A setting, or a symbolic link,
may lead to a draft's source or its pictures by any number of names.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..files import files_in
from ..model.newsroom import Newsroom
from ..model.settings import Settings, SettingsError
from .scan import OUR_PLACES, PLACES, SOURCES
from .urls import linkable, used_files

EVIDENCE = "evidence"


@dataclass(frozen=True)
class Places:
    """Where nothing is published from as it is: ``folders`` of the content, and the evidence."""

    content: str
    folders: tuple[str, ...]
    evidence: str
    is_guest: bool = False

    @classmethod
    def of(cls, content: Path, settings: Settings) -> Places:
        """Take those of a content folder."""
        real = os.path.realpath(content)
        folders = OUR_PLACES if settings.is_guest else (*PLACES, *settings.page_paths)
        whole = content.absolute()  # a site may have its sources beside its settings
        home = whole if (whole / "pelicanconf.py").is_file() else whole.parent
        evidence = os.path.realpath(home / EVIDENCE)
        reals = tuple(os.path.realpath(f"{real}/{name}") for name in folders)
        return cls(real, reals, evidence, settings.is_guest)

    def reason(self, file: str | Path) -> str:
        """Say why a file, or all in a folder, is not published as it is; empty if it may be."""
        real = os.path.realpath(file)
        if _holds(self.evidence, real) or _holds(real, self.evidence):
            return "is evidence, as it was received"
        if _holds(real, self.content) or any(_holds(folder, real) for folder in self.folders):
            return "lies where drafts and their pictures lie"
        if _holds(self.content, real) and real.endswith(SOURCES) and not self.is_guest:
            return "is a source, which may be a draft"
        return ""


def _holds(folder: str, path: str) -> bool:
    return f"{path}/".startswith(f"{folder.rstrip('/')}/")


def refuse_static_paths(content: Path, settings: Settings) -> None:
    """Raise SettingsError for a path of ``STATIC_PATHS`` that leads to what is held back.

    Those of a site that the newsroom is a guest of may: what is held back is then left out.
    """
    if settings.is_guest:
        return
    places = Places.of(content, settings)
    for path in settings.static_paths:
        start = Path(content, path)
        inside = (start / name for name in files_in(start, follow=True))
        for file in (start, *inside) if start.exists() else ():
            if reason := places.reason(file):
                what = "it" if file == start else f"{file.relative_to(start)} in it"
                raise SettingsError(
                    f"STATIC_PATHS: {path!r} would publish pictures of drafts: {what} {reason};"
                    " leave it out: what a public page uses is copied without it"
                )


@dataclass(frozen=True)
class Withheld:
    """What of a content folder is not for the public that is ``shown`` a part of it."""

    places: Places
    newsroom: Newsroom
    shown: Newsroom

    @cached_property
    def linkable(self) -> frozenset[str]:
        """The files that a public page may link to, by every name that leads to them."""
        return linkable(self.newsroom, self.shown)

    def reason(self, file: str | Path) -> str:
        """Say why a file that no page links to is not published; empty if it may be."""
        unused = "only what is not public uses" if self.is_unused(file) else ""
        return self.places.reason(file) or unused

    def is_unused(self, file: str | Path) -> bool:
        """Whether a file is used by what is not public and by nothing else."""
        return os.path.realpath(file).removeprefix(f"{self.places.content}/") in self._unused

    @cached_property
    def _unused(self) -> frozenset[str]:
        newsroom = self.newsroom
        gone = [entry for entry in newsroom.entries if newsroom.withdrawal(entry)]
        used = {path for entry in gone for path in newsroom.files_of(entry, entry.body)}
        used |= used_files(newsroom)
        real = {newsroom.linked.get(path, path) for path in used}
        shown = (newsroom.linked.get(path, path) for path in used_files(self.shown))
        return frozenset(real.difference(shown))
