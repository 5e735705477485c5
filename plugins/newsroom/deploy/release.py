"""A release: what a deploy made public, and everything needed to make it so again.

A record of each lies with the target, outside the public root. It is what the next
deploy compares with, what a rollback restores, and what the live site is verified by.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from ..model.policy import TWINS
from ..model.problems import CommandError

# For a shell as well. Others keep folders of their own beside ours.
RELEASE_IDS = "[0-9]" * 8 + "T" + "[0-9]" * 6 + "Z-" + "[0-9a-f]" * 8
RELEASE_ID = re.compile(RELEASE_IDS)
_DIGEST = re.compile("[0-9a-f]{64}")


class BusyError(CommandError):
    """Another deploy to the same target is under way."""


@dataclass(frozen=True)
class Release:
    """One state of the public site.

    ``files`` and ``kept`` are paths relative to the public root with the SHA-256 of
    their bytes in hex. ``files`` were made by this release's build, ``kept`` are
    assets of earlier releases that a cached page may still ask for. ``headers`` has a
    short text for each of ``files`` that changes when its headers do. ``built`` and
    ``deployed`` are in UTC, ISO 8601. ``shown`` is what can be taken back, by the path of its
    file: see ``deploy.shown``. ``policy`` changes when any header that a host is to send does.
    ``note`` says where it came from, if not from a build.
    """

    id: str
    built: str
    deployed: str
    commit: str
    files: Mapping[str, str]
    kept: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    policy: str = ""
    note: str = ""

    @property
    def everything(self) -> dict[str, str]:
        """All that lies in the public root."""
        return {**self.kept, **self.files}

    def text(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True) + "\n"

    @classmethod
    def read(cls, text: str, name: str) -> Release:
        """The release called ``name``.

        Raises ValueError for what is no record of it. Its names are paths and parts of
        commands later, on this machine and others: none leads anywhere else.
        """
        try:
            found = cls(**json.loads(text))
            datetime.fromisoformat(found.built), datetime.fromisoformat(found.deployed)
            odd = [path for path in found.everything if not is_plain(path)]
            odd += [text for text in found.everything.values() if not _DIGEST.fullmatch(text)]
        except (TypeError, AttributeError) as error:
            raise ValueError(f"this is no record of a release: {error}") from None
        if found.id != name or not RELEASE_ID.fullmatch(name):
            raise ValueError(f"it calls itself {found.id!r}")
        if odd:
            raise ValueError(f"it names what no release can hold: {odd[0]!r}")
        return found


def is_plain(path: str) -> bool:
    """Whether a path stays below the folder that it is relative to."""
    return not {"", ".", ".."} & set(path.split("/")) and "\0" not in path


def read_records(target: str, texts: Mapping[str, str], live: str = "") -> tuple[Release, ...]:
    """The releases whose records lie at a target by these names: by time, the live one last.

    Raises CommandError, with its name, for one that is damaged.
    """
    found = []
    for name, text in texts.items():
        try:
            found.append(Release.read(text, name.rpartition("/")[2].removesuffix(".json")))
        except ValueError as error:
            raise CommandError(
                f"{target}: the record {name} is damaged ({error}): put it back from a backup, or"
                " remove it; that release can then no longer be brought back"
            ) from None
    return tuple(sorted(found, key=lambda item: (item.id == live, item.id)))


def release_id(now: datetime, digest: str) -> str:
    """Sorts by time: ``20261125T065400Z-1a2b3c4d``"""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest[:8]}"


@dataclass(frozen=True)
class Step:
    """Paths that may go at the same time; all of them before those of the next step."""

    name: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Delivery:
    """How a target gets from what it has to ``release``.

    ``folder`` holds the bytes of ``release.files``. ``steps`` are what changed, in the
    order in which it must go where a host takes file by file; ``deleted`` goes last.
    ``live`` is what readers see now, None before the first deploy. ``forgotten`` are
    ids of releases whose record and bytes are no longer wanted. ``resumes`` says that a
    deploy before was not finished.
    """

    release: Release
    folder: Path
    steps: tuple[Step, ...]
    deleted: tuple[str, ...]
    live: Release | None
    forgotten: tuple[str, ...] = ()
    resumes: bool = False

    def workplace(self) -> TemporaryDirectory[str]:
        """A folder for a while, on the same disk as ``folder``, that git does not see.

        Else one that a killed deploy leaves would keep the next from going.
        """
        return TemporaryDirectory(dir=self.folder.parent, prefix=".deploy-", suffix=".build")

    @property
    def changed(self) -> Iterator[str]:
        """All paths that are sent, in order."""
        for step in self.steps:
            yield from step.paths


# Is told how a delivery goes on: the step, how many of its files have gone, and of how many.
Watch = Callable[[str, int, int], None]


class Target(Protocol):
    """A place that a site is published at."""

    @property
    def name(self) -> str:
        """As the settings call it."""

    @property
    def sends_twins(self) -> bool:
        """Whether its server sends compressed twins as they lie there."""

    @property
    def sent_headers(self) -> tuple[str, ...]:
        """Headers that are stored with each file: a change of one sends the file again."""

    @property
    def limits(self) -> tuple[str, ...]:
        """Sentences on what this kind of host cannot do."""

    def held(self) -> AbstractContextManager[None]:
        """Nobody else deploys meanwhile. Raises BusyError if somebody does."""

    def releases(self) -> tuple[Release, ...]:
        """Those that were finished and are still kept, oldest first; the last is live."""

    def pending(self) -> tuple[Release, ...]:
        """Those begun and not finished, whose files may lie in the public root."""

    def listed(self) -> set[str]:
        """All paths in the public root now."""

    def send(self, delivery: Delivery, watch: Watch) -> None:
        """Make ``delivery.release`` live, record it, and forget what is forgotten.

        Raises CommandError if the target refuses; running it again finishes.
        """

    def fetch(self, release: Release, paths: Collection[str], folder: Path) -> None:
        """Write these of a kept release's files below ``folder``.

        Raises CommandError if they are not there.
        """


def is_twin(path: str) -> bool:
    """Whether a file is another one, compressed."""
    return path.endswith(TWINS)


def twins_in(files: Mapping[str, str]) -> set[str]:
    """Those of the files that are compressed twins of others."""
    return {path for path in files if is_twin(path) and path.rpartition(".")[0] in files}
