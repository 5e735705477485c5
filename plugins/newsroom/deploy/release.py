"""A release: what a deploy made public, and everything needed to make it so again.

A record of each lies with the target, outside the public root. It is what the next
deploy compares with, what a rollback restores, and what the live site is verified by.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from ..model.policy import TWINS
from ..model.problems import CommandError
from ..publish.manifest import hash_of

# For a shell as well. Others keep folders of their own beside ours.
RELEASE_IDS = "[0-9]" * 8 + "T" + "[0-9]" * 6 + "Z-" + "[0-9a-f]" * 8
RELEASE_ID = re.compile(RELEASE_IDS)


@dataclass(frozen=True)
class Release:
    """One state of the public site.

    ``files``, of this release's build, and ``kept``, assets of earlier ones that a cached page
    may still ask for, are paths below the public root with the SHA-256 of their bytes in hex.
    ``policy`` changes when any header does. Times are in UTC, ISO 8601. ``shown`` is what can
    be taken back: see ``deploy.shown``. ``note`` says where it came from, if not from a build.
    """

    id: str
    built: str
    deployed: str
    commit: str
    files: Mapping[str, str]
    kept: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    policy: str = ""
    note: str = ""

    @property
    def everything(self) -> dict[str, str]:
        """All that lies in the public root."""
        return {**self.kept, **self.files}

    def text(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True) + "\n"


_FIELDS = {item.name for item in fields(Release)}  # earlier versions had more


def is_plain(path: str) -> bool:
    """Whether a path stays below the folder that it is relative to."""
    return not {"", ".", ".."} & set(path.split("/")) and "\0" not in path


def read_records(target: str, texts: Mapping[str, str], live: str = "") -> tuple[Release, ...]:
    """Read the records that lie at a target by these names: by time, the ``live`` one last.

    Raises CommandError for one that is damaged. Its id and paths are parts of commands later,
    on this machine and others: none leads anywhere else.
    """
    found = []
    for name, text in texts.items():
        try:
            said = json.loads(text).items()
            release = Release(**{key: value for key, value in said if key in _FIELDS})
            is_whole = all(map(is_plain, release.everything)) and RELEASE_ID.fullmatch(release.id)
        except (ValueError, TypeError, AttributeError):
            is_whole = None
        if not is_whole or name.rpartition("/")[2].removesuffix(".json") != release.id:
            raise CommandError(
                f"{target}: the record {name} is damaged: put it back from a backup, or remove it;"
                " that release can then no longer be brought back"
            )
        found.append(release)
    return tuple(sorted(found, key=lambda item: (item.id == live, item.id)))


@dataclass(frozen=True)
class Step:
    """Paths that may go at the same time; all of them before those of the next step."""

    name: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Delivery:
    """How a target gets from ``live``, which readers see now, to ``release``.

    ``folder`` holds the bytes of ``release.files``. ``steps`` are what changed, in the
    order in which it must go where a host takes file by file; ``deleted`` goes last.
    ``forgotten`` are ids of releases whose record and bytes are no longer wanted.
    ``resumes`` says that a deploy before was not finished.
    """

    release: Release
    folder: Path
    steps: tuple[Step, ...]
    deleted: tuple[str, ...]
    live: Release | None
    forgotten: tuple[str, ...] = ()
    resumes: bool = False

    def check(self) -> None:
        """Raise CommandError if a file is no longer what the build made."""
        for path, digest in self.release.files.items():
            if hash_of(self.folder / path) != digest:
                raise CommandError(f"{path} has changed meanwhile: run it again")

    @property
    def changed(self) -> Iterator[str]:
        """All paths that are sent, in order."""
        for step in self.steps:
            yield from step.paths


# Is told how a delivery goes on: the step, how many of its files have gone, and of how many.
Watch = Callable[[str, int, int], None]


class Target(ABC):
    """A place that a site is published at; the settings call it ``name``.

    ``sends_twins`` says that its server sends compressed twins as they lie there.
    ``sent_headers`` are stored with each file: when headers change, all files are sent again.
    ``limits`` are sentences on what it cannot do.
    """

    name: str
    sends_twins: bool = False
    sent_headers: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()

    def held(self) -> AbstractContextManager[None]:
        """Keep others from deploying meanwhile, where files go one by one. Raises CommandError."""
        return nullcontext()

    @abstractmethod
    def reach(self, seconds: float) -> None:
        """Ask whether it is there, and change nothing. Raises CommandError if it is not."""

    @abstractmethod
    def releases(self) -> tuple[Release, ...]:
        """Return those that were finished and are still kept, oldest first; the last is live."""

    def pending(self) -> tuple[Release, ...]:
        """Return those begun and not finished, whose files may lie in the public root."""
        return ()

    @abstractmethod
    def listed(self) -> set[str]:
        """Return all paths in the public root now."""

    @abstractmethod
    def send(self, delivery: Delivery, watch: Watch) -> None:
        """Make ``delivery.release`` live, record it, and forget what is forgotten.

        Raises CommandError if the target refuses, if another deploy came in between, or if a
        file is no longer what the build made; running it again finishes.
        """

    @abstractmethod
    def restore(self, release: Release, folder: Path) -> None:
        """Write the files of a kept release into ``folder``, as far as they are there."""

    def fetch(self, release: Release, folder: Path) -> None:
        """Restore a release, and check its hashes. Raises CommandError for a file that is gone."""
        self.restore(release, folder)
        for path, digest in release.files.items():
            file = folder / path
            if not file.is_file() or hash_of(file) != digest:
                raise CommandError(f"{self.name}: {path} of {release.id} is no longer there")


def is_twin(path: str) -> bool:
    """Whether a file is another one, compressed."""
    return path.endswith(TWINS)


def twins_in(files: Mapping[str, str]) -> set[str]:
    """Return those of the files that are compressed twins of others."""
    return {path for path in files if is_twin(path) and path.rpartition(".")[0] in files}
