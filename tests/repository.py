"""A git repository with a content folder in it, written by tests commit by commit."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from newsroom.history.branch import Store
from newsroom.history.histories import reader
from newsroom.model.settings import Settings
from newsroom.model.version import Histories
from newsroom.reading.checks import check

DECLARED = {"TIMEZONE": "UTC", "DEFAULT_LANG": "en", "SITENAME": "Mill"}
SETTINGS = Settings.read(DECLARED)
AUTHOR = "Name: Ada Quill\nRole: Editor\n\nAda Quill writes.\n"
MAIL = "nobody-sees-this-mail@hidden.example"
MESSAGE = "nobody sees this message"


def moment(text: str) -> datetime:
    """A time in UTC, written like ``2026-03-01 09:00``; of a day alone, midnight."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def entry(title: str, text: str = "Text.", date: str = "2026-01-01 09:00", **header: str) -> str:
    """The source of an entry that any place takes."""
    lines = {"Title": title, "Date": date, "Author": "Ada Quill", "Summary": "In short."} | header
    return "".join(f"{key}: {value}\n" for key, value in lines.items()) + f"\n{text}\n"


def statement(title: str, text: str = "Text.", **header: str) -> str:
    """The source of a statement."""
    return entry(title, text, **({"Incident": "The fire", "State": "acting"} | header))


@dataclass
class Repository:
    """A repository, and the content folder somewhere in it."""

    folder: Path
    content: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def begin(cls, folder: Path, inside: str = "content") -> Repository:
        """Make an empty repository whose content has a profile and nothing else."""
        (folder / inside / "authors").mkdir(parents=True)
        made = cls(folder, folder / inside)
        made.git("init", "-q", "-b", "main")
        made.write("authors/ada-quill.md", AUTHOR)
        return made

    def git(self, *arguments: str, at: str = "2026-01-01", author: str = "") -> str:
        """Run git, at a time: of a commit, that of its committer."""
        who = {f"GIT_{one}_EMAIL": MAIL for one in ("AUTHOR", "COMMITTER")}
        who |= {f"GIT_{one}_NAME": "Nobody" for one in ("AUTHOR", "COMMITTER")}
        times = {"GIT_COMMITTER_DATE": f"{moment(at):%s} +0000"}
        times["GIT_AUTHOR_DATE"] = f"{moment(author or at):%s} +0000"
        env = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "TZ": "UTC"} | who | times
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr}"
        return done.stdout.strip()

    def write(self, path: str, text: str) -> None:
        """Write a file of the content folder."""
        file = self.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def move(self, old: str, new: str) -> None:
        """Rename a file of the content folder."""
        (self.content / new).parent.mkdir(parents=True, exist_ok=True)
        (self.content / old).rename(self.content / new)

    def commit(self, at: str) -> str:
        """Commit all that is in the folder, and return the hash."""
        self.git("add", "--all")
        self.git("commit", "-q", "--allow-empty", "-m", MESSAGE, at=at)
        return self.git("rev-parse", "HEAD")

    def put(self, at: str, path: str, text: str) -> str:
        """Write a file of the content folder, and commit all."""
        self.write(path, text)
        return self.commit(at)

    def histories(self, now: str = "2026-12-01", store: Store | None = None) -> Histories:
        """The versions that are shown at a time."""
        at = moment(now)
        history = reader(self.content, SETTINGS, at, store)
        return check(self.content, SETTINGS, at, read_history=history).histories

    def silent(self, now: str = "2026-12-01", **settings: object) -> list[str]:
        """What is wrong because nothing tells of a change."""
        at, chosen = moment(now), Settings.read(DECLARED | settings)
        history = reader(self.content, chosen, at)
        problems = check(self.content, chosen, at, read_history=history).problems
        return [str(problem) for problem in problems if problem.rule == "silent-change"]

    def told(self, path: str, now: str = "2026-12-01") -> list[tuple[str, str]]:
        """Since when each version of an entry stands, and its title; newest first."""
        versions = self.histories(now).versions.get(path, ())
        return [(f"{each.since:%Y-%m-%d %H:%M}", each.entry.title) for each in versions]
