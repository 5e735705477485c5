"""Release folders beside each other, and a link to the one that is live.

    <base>/current                  a link to releases/<release>: the web server's root
    <base>/releases/<release>/      what was made public, whole
    <base>/releases/<release>.json  its record
    <base>/incoming/                the next one, until it is whole
    <base>/.lock                    held by the deploy that is running

The swap of the link is one rename, so a reader sees the old site or the new one.
A file that has not changed is the same file in all releases: it is never opened for
writing again. Only folders that bear a mark of ours are emptied, and no link is
followed out of the target: others may have put things there.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..files import files_in, open_lock, same_or_copy, write_whole
from ..model.problems import CommandError
from ..publish.manifest import hash_of
from .release import RELEASE_ID, RELEASE_IDS, BusyError, Delivery, Release, Watch, read_records

CURRENT, RELEASES, INCOMING, LOCK = "current", "releases", "incoming", ".lock"
MARK = ".newsroom-deploy"  # lies in a folder of ours until its record is written


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
        self._refuse_links()
        with open_lock(self.base / LOCK) as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BusyError(f"{self.name}: {busy()}") from None
            yield

    def releases(self) -> tuple[Release, ...]:
        """Those whose folder is there; the one that ``current`` leads to last."""
        self._refuse_links()
        records = {
            file.name: file.read_text("utf-8", "replace")
            for file in (self.base / RELEASES).glob(f"{RELEASE_IDS}.json")
            if self._is_own(file.with_suffix("")) and self._is_own(file)
        }
        link = self.base / CURRENT
        live = link.readlink().name if link.is_symlink() else ""
        return read_records(self.name, records, live)

    def pending(self) -> tuple[Release, ...]:
        """Nothing is public before it is whole."""
        return ()

    def listed(self) -> set[str]:
        """All that lies in the live folder."""
        return set(files_in(self.base / CURRENT))

    def send(self, delivery: Delivery, watch: Watch) -> None:
        """Build the next folder, then swap the link. Raises CommandError for a root of others."""
        link, incoming = self.base / CURRENT, self.base / INCOMING
        self._refuse_links()
        if not _is_ours(link):
            raise CommandError(f"{self.name}: {foreign_root(str(link))}")
        refuse_twice(delivery)
        release = delivery.release
        self._clear(incoming)
        _make(incoming)
        (incoming / MARK).touch()
        self._link(unchanged(delivery), delivery, incoming)
        for step in delivery.steps:
            for number, path in enumerate(step.paths, 1):
                _copy(delivery.folder / path, incoming / path, release.files[path])
                watch(step.name, number, len(step.paths))
        folder = self.base / RELEASES / release.id
        _make(folder.parent)
        incoming.rename(folder)
        write_whole(folder.with_name(f"{release.id}.json"), release.text())
        (folder / MARK).unlink()
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
            if not (self._is_own(source) and source.is_file()):
                raise CommandError(f"{self.name}: {path} of {release.id} is no longer there")
            _copy(source, folder / path, release.everything[path])

    def _link(self, paths: Iterable[str], delivery: Delivery, incoming: Path) -> None:
        """What somebody has changed or removed in the live folder is made good."""
        live = self.base / RELEASES / (delivery.live.id if delivery.live else "")
        for path in paths:
            place, digest = incoming / path, delivery.release.everything[path]
            _make(place.parent)
            before = live / path
            if self._is_own(before) and before.is_file() and hash_of(before) == digest:
                same_or_copy(before, place)
            elif path in delivery.release.files:
                _copy(delivery.folder / path, place, digest)
            # An asset of an earlier release that somebody has removed is not missed by any page.

    def _clear(self, incoming: Path) -> None:
        """Remove what a deploy left that was killed. Raises CommandError for what others left."""
        left = [
            folder for folder in (self.base / RELEASES).glob(RELEASE_IDS) if self._is_own(folder)
        ]
        for folder in (folder for folder in left if (folder / MARK).is_file()):
            if folder.with_name(f"{folder.name}.json").exists():
                (folder / MARK).unlink()
            else:
                shutil.rmtree(folder)
        if incoming.is_dir():
            if any(incoming.iterdir()) and not (incoming / MARK).is_file():
                raise CommandError(f"{self.name}: {foreign_incoming(str(incoming))}")
            shutil.rmtree(incoming)

    def _is_own(self, place: Path) -> bool:
        """Whether no link leads from the target to a place below it, or is that."""
        below = place.relative_to(self.base).parts
        return not any(
            self.base.joinpath(*below[: number + 1]).is_symlink() for number in range(len(below))
        )

    def _refuse_links(self) -> None:
        for name in (LOCK, RELEASES, INCOMING):
            if (self.base / name).is_symlink():
                raise CommandError(f"{self.name}: {a_link(str(self.base / name))}")


def unchanged(delivery: Delivery) -> list[str]:
    """What the next folder has from the live one, kept assets among it."""
    sent = set(delivery.changed)
    return [path for path in delivery.release.everything if path not in sent]


def refuse_twice(delivery: Delivery) -> None:
    """Raises CommandError if a release would take the place of one, being of the same second."""
    taken = {delivery.live.id if delivery.live else "", *delivery.forgotten}
    if delivery.release.id in taken:
        raise CommandError("the same was deployed in this very second: run it again")


def busy() -> str:
    """What to tell who comes second."""
    return "another deploy is under way: wait for it, then run it again"


def foreign_root(root: str) -> str:
    """What to tell where somebody else's web root stands in the way."""
    return (
        f"{root} is something that no deploy has made: move it away, or name another path;"
        " the web server's root will be a link of that name"
    )


def foreign_incoming(folder: str) -> str:
    """What to tell where a folder would have to be emptied that has no mark of ours."""
    return (
        f"{folder} holds what no deploy has marked as its own: move it away, or name another path;"
        " if an earlier deploy left it there, remove it"
    )


def a_link(place: str) -> str:
    """What to tell where a link would lead a deploy somewhere else."""
    return (
        f"{place} is a link, and a deploy follows none out of its folder: remove it,"
        " or name the place that it leads to as path"
    )


def expect(file: Path, digest: str) -> None:
    """Raises CommandError unless a file has this hash."""
    if hash_of(file) != digest:
        raise CommandError(f"{file.name} has changed meanwhile: run it again")


def _is_ours(link: Path) -> bool:
    if link.is_symlink():
        folder, _, name = link.readlink().as_posix().rpartition("/")
        return folder == RELEASES and RELEASE_ID.fullmatch(name) is not None
    return not link.exists()


def _make(folder: Path) -> None:
    """A web server is to enter it, whatever the umask of who deploys."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir()
        folder.chmod(0o755)


def _copy(source: Path, place: Path, digest: str) -> None:
    _make(place.parent)
    shutil.copyfile(source, place)
    place.chmod(0o644)
    expect(place, digest)
