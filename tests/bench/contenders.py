"""Who is measured: each with a project of its own, and how it builds that."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench import hugo
from tests.bench.corpus import EPOCH, Corpus
from tests.bench.kept_history import give_past
from tests.bench.measure import Run, measure

COLD, FOLLOW_UP, EDIT, NOTHING = "cold", "follow-up", "edit", "nothing"
KINDS = {
    COLD: "all, from nothing",
    FOLLOW_UP: "one follow-up added",
    EDIT: "one post edited",
    NOTHING: "nothing changed",
}
ENVIRONMENT = {"SOURCE_DATE_EPOCH": EPOCH}
# All that a build may leave and a later one may use.
LEFT = (
    *("output", ".output.build", ".newsroom", "cache", "output.hosting", "output.manifest.json"),
    *("public", "resources", ".cache", ".hugo_build.lock"),
)
CONF = "publishconf.py"

PLAIN = """
SITENAME = "Alder & Quince newsroom"
SITEURL = "https://newsroom.alderandquince.example"
TIMEZONE = "Europe/London"
DEFAULT_LANG = "en"
PATH = "content"
ARTICLE_PATHS = ["posts"]
PAGE_PATHS = ["pages"]
STATIC_PATHS = ["images"]
THEME = "simple"
PLUGINS = []
SLUGIFY_SOURCE = "basename"
"""
CACHED = """
CACHE_CONTENT = True
LOAD_CONTENT_CACHE = True
"""


@dataclass(frozen=True)
class Contender:
    """A way to build, its project, and the kinds of work that it is measured at."""

    name: str
    kinds: tuple[str, ...]
    folder: Path
    command: tuple[str, ...]
    corpus: Corpus | None = None

    def rounds(self, number: int) -> Iterator[tuple[str, Run]]:
        """One round: each kind of work, one after the other, each with a real change.

        The first build is always from nothing, since the later ones go on from it.
        """
        self.forget()
        for kind in KINDS:
            if kind != COLD and kind not in self.kinds:
                continue
            if self.corpus and kind == FOLLOW_UP:
                self.corpus.add_follow_up(number)
            if self.corpus and kind == EDIT:
                self.corpus.edit_post(number)
            run = self.build()
            if kind in self.kinds:
                yield kind, run

    def build(self) -> Run:
        """Build once, measured."""
        return measure(self.command, self.folder, ENVIRONMENT)

    def forget(self) -> None:
        """Remove all that earlier builds have left."""
        for name in LEFT:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    @property
    def output(self) -> Path:
        """Where its site is."""
        return self.folder / "output"


LABELS = {
    "kept": "incremental",
    "history": "the same, with history from git and signatures",
    "stock": "without (`--stock`)",
    "hugo": "Hugo, a full build",
    "plain": "plain Pelican, theme `simple`, posts only",
    "plain-cache": "the same, with Pelican’s content cache warm",
}


def _kept(corpus: Corpus, folder: Path) -> Contender:
    return Contender("kept", tuple(KINDS), folder, newsroom(), corpus.copy(folder))


def _history(corpus: Corpus, folder: Path) -> Contender:
    own = corpus.copy(folder)
    give_past(own)
    return Contender("history", tuple(KINDS), folder, newsroom(), own)


def _stock(corpus: Corpus, folder: Path) -> Contender:
    return Contender("stock", (COLD, FOLLOW_UP), folder, newsroom("--stock"), corpus.copy(folder))


def _hugo(corpus: Corpus, folder: Path) -> Contender:
    hugo.write_site(corpus.folder, folder)
    return Contender("hugo", (COLD,), folder, tuple(hugo.command(folder, folder / "output")))


def _plain(corpus: Corpus, folder: Path) -> Contender:
    return Contender("plain", (COLD,), folder, _write_plain(corpus, folder, PLAIN))


def _plain_cache(corpus: Corpus, folder: Path) -> Contender:
    command = _write_plain(corpus, folder, PLAIN + CACHED)
    own = Corpus(folder, corpus.entries, corpus.posts, corpus.open_incident)
    return Contender("plain-cache", (EDIT, NOTHING), folder, command, own)


def _write_plain(corpus: Corpus, folder: Path, conf: str) -> tuple[str, ...]:
    """Pelican by itself, with the posts and nothing that needs the newsroom plugin."""
    for part in ("posts", "pages", "images"):
        shutil.copytree(corpus.content / part, folder / "content" / part)
    (folder / "plainconf.py").write_text(conf, "utf-8")
    options = ("content", "--settings", "plainconf.py", "--output", "output", "--quiet")
    return (sys.executable, "-m", "pelican", *options)


MAKERS: dict[str, Callable[[Corpus, Path], Contender]] = {
    "kept": _kept,
    "history": _history,
    "hugo": _hugo,
    "stock": _stock,
    "plain": _plain,
    "plain-cache": _plain_cache,
}


def newsroom(*options: str) -> tuple[str, ...]:
    """How a newsroom builds its public site."""
    return (sys.executable, "-m", "invoke", "build", "--conf", CONF, *options)


def differences(kept: Contender, folder: Path) -> list[str]:
    """What of a site differs from a clean build of the same content, in a fresh folder."""

    def left(here: str, names: list[str]) -> set[str]:
        return set(LEFT) & set(names) if Path(here) == kept.folder else set()

    shutil.copytree(kept.folder, folder, ignore=left)
    clean = Contender("clean", (COLD,), folder, newsroom("--stock"))
    clean.build()
    ours, theirs = _files(kept.output), _files(clean.output)
    return sorted(
        path
        for path in ours.keys() | theirs.keys()
        if path not in ours
        or path not in theirs
        or ours[path].read_bytes() != theirs[path].read_bytes()
    )


def _files(output: Path) -> dict[str, Path]:
    found = (path for path in output.rglob("*") if path.is_file())
    return {path.relative_to(output).as_posix(): path for path in found}
