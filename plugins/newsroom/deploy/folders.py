"""Release folders beside each other, and a link to the one that is live.

    <base>/current                  a link to releases/<release>: the web server's root
    <base>/releases/<release>/      what was made public, whole
    <base>/releases/<release>.json  its record
    <base>/incoming/                the next one, until it is whole
    <base>/.lock                    held by the deploy that is running

The swap of the link is one rename, so a reader sees the old site or the new one.
A file that has not changed is the same file in all releases: it is never opened for
writing again.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from ..files import files_in, write_whole
from ..model.problems import CommandError
from ..publish.manifest import hash_of
from .release import BusyError, Delivery, Release, Watch

CURRENT, RELEASES, INCOMING, LOCK = "current", "releases", "incoming", ".lock"
# Names of releases, for a shell as well: other tools keep folders of their own in ``releases``.
OURS = "[0-9]*T[0-9]*Z-*"


@dataclass(frozen=True)
class FolderTarget:
    """Releases below the folder ``base`` of this machine."""

    name: str
    base: Path
    sends_twins: bool = True
    sent_headers: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()

    @contextmanager
    def held(self) -> Iterator[None]:
        """The system frees the lock when the process ends, however it ends."""
        _make(self.base)
        with (self.base / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BusyError(f"{self.name}: {busy()}") from None
            yield

    def releases(self) -> tuple[Release, ...]:
        """Those whose folder is there; the one that ``current`` leads to last."""
        folder = self.base / RELEASES
        texts = [
            file.read_text("utf-8")
            for file in sorted(folder.glob("*.json"))
            if file.with_suffix("").is_dir()
        ]
        link = self.base / CURRENT
        return in_order(texts, link.readlink().name if link.is_symlink() else "")

    def pending(self) -> tuple[Release, ...]:
        """Nothing is public before it is whole."""
        return ()

    def listed(self) -> set[str]:
        """All that lies in the live folder."""
        return set(files_in(self.base / CURRENT))

    def send(self, delivery: Delivery, watch: Watch) -> None:
        """Build the next folder, then swap the link. Raises CommandError for a root of others."""
        link, incoming = self.base / CURRENT, self.base / INCOMING
        if not _is_ours(link):
            raise CommandError(f"{self.name}: {foreign_root(str(link))}")
        refuse_twice(delivery)
        release = delivery.release
        shutil.rmtree(incoming, ignore_errors=True)
        _make(incoming)
        self._link(unchanged(delivery), delivery, incoming)
        for step in delivery.steps:
            for number, path in enumerate(step.paths, 1):
                _copy(delivery.folder / path, incoming / path, release.files[path])
                watch(step.name, number, len(step.paths))
        self._clear(release)
        incoming.rename(self.base / RELEASES / release.id)
        write_whole(self.base / RELEASES / f"{release.id}.json", release.text())
        swapped = self.base / f".{CURRENT}"
        swapped.unlink(missing_ok=True)
        swapped.symlink_to(Path(RELEASES, release.id))
        swapped.replace(link)
        for id in delivery.forgotten:
            (self.base / RELEASES / f"{id}.json").unlink(missing_ok=True)
            shutil.rmtree(self.base / RELEASES / id, ignore_errors=True)

    def fetch(self, release: Release, paths: Collection[str], folder: Path) -> None:
        """Copy files of a kept release, each held against its hash."""
        for path in paths:
            source = self.base / RELEASES / release.id / path
            if not source.is_file():
                raise CommandError(f"{self.name}: {path} of {release.id} is no longer there")
            _copy(source, folder / path, release.everything[path])

    def _link(self, paths: Iterable[str], delivery: Delivery, incoming: Path) -> None:
        """What somebody has changed or removed in the live folder is made good."""
        live = self.base / RELEASES / (delivery.live.id if delivery.live else "")
        for path in paths:
            place, digest = incoming / path, delivery.release.everything[path]
            _make(place.parent)
            if (live / path).is_file() and hash_of(live / path) == digest:
                _same(live / path, place)
            elif path in delivery.release.files:
                _copy(delivery.folder / path, place, digest)
            # An asset of an earlier release that somebody has removed is not missed by any page.

    def _clear(self, release: Release) -> None:
        """Remove folders that a deploy left which was killed before it wrote their record."""
        folder = self.base / RELEASES
        _make(folder)
        for found in folder.glob(OURS):
            if found.is_dir() and not found.with_name(f"{found.name}.json").exists():
                shutil.rmtree(found)
        shutil.rmtree(folder / release.id, ignore_errors=True)


def unchanged(delivery: Delivery) -> list[str]:
    """What the next folder has from the live one, kept assets among it."""
    sent = set(delivery.changed)
    return [path for path in delivery.release.everything if path not in sent]


def refuse_twice(delivery: Delivery) -> None:
    """Raises CommandError if a release would take the place of one, being of the same second."""
    taken = {delivery.live.id if delivery.live else "", *delivery.forgotten}
    if delivery.release.id in taken:
        raise CommandError("the same was deployed in this very second: run it again")


def in_order(texts: Iterable[str], live: str) -> tuple[Release, ...]:
    """Records by time, the live one last."""
    found = sorted((Release.read(text) for text in texts), key=lambda item: item.id)
    return tuple(sorted(found, key=lambda item: item.id == live))


def busy() -> str:
    """What to tell who comes second."""
    return "another deploy is under way: wait for it, then run it again"


def foreign_root(root: str) -> str:
    """What to tell where somebody else's web root stands in the way."""
    return (
        f"{root} is something that no deploy has made: move it away, or name another path;"
        " the web server's root will be a link of that name"
    )


def expect(file: Path, digest: str) -> None:
    """Raises CommandError unless a file has this hash."""
    if hash_of(file) != digest:
        raise CommandError(f"{file.name} has changed meanwhile: run it again")


def _is_ours(link: Path) -> bool:
    if link.is_symlink():
        return fnmatchcase(link.readlink().as_posix(), f"{RELEASES}/{OURS}")
    return not link.exists()


def _make(folder: Path) -> None:
    """A web server is to enter it, whatever the umask of who deploys."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir()
        folder.chmod(0o755)


def _same(source: Path, place: Path) -> None:
    try:
        place.hardlink_to(source)
    except PermissionError:  # Linux links no file of another user (fs.protected_hardlinks)
        shutil.copy2(source, place)


def _copy(source: Path, place: Path, digest: str) -> None:
    _make(place.parent)
    shutil.copyfile(source, place)
    place.chmod(0o644)
    expect(place, digest)
