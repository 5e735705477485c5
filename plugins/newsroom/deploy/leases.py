"""A lock in a store that has none: one object, written on a condition, good for a while.

Whoever holds it writes it anew as long as it lives. A deploy that was killed is followed
when its time is over.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from ..model.problems import CommandError
from .rclone import ConditionError, Rclone
from .release import BusyError

LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Lease:
    """Who deploys, until when it is good without being renewed (ISO 8601, UTC)."""

    token: str
    host: str
    process: int
    until: str

    @classmethod
    def ours(cls) -> Lease:
        """A new one, of this process."""
        return cls(secrets.token_hex(8), socket.gethostname(), os.getpid(), _until())

    def renewed(self) -> Lease:
        """The same, good for longer."""
        return Lease(self.token, self.host, self.process, _until())

    def is_over(self) -> bool:
        """Whether nobody can be holding it any more."""
        # Containers share names of hosts and numbers of processes: only time can tell.
        return datetime.fromisoformat(self.until) < datetime.now(UTC)


@contextmanager
def leased(store: Rclone, file: str) -> Iterator[None]:
    """Hold the lease that lies in ``file``. Raises BusyError if another does."""
    mine = Lease.ours()
    _take(store, file, mine)
    done = threading.Event()
    keeper = threading.Thread(target=_keep, args=(store, file, mine, done), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()
        found = _read(store, file)
        if found and found.token == mine.token:
            folder, _, name = file.rpartition("/")
            store.delete(folder, [name])


def _take(store: Rclone, file: str, mine: Lease) -> None:
    found = _read(store, file)
    if found and not found.is_over():
        raise _busy(store, found)
    try:
        store.write(file, json.dumps(asdict(mine)), only_if_new=found is None)
    except ConditionError:
        found = _read(store, file)
        raise _busy(store, found or mine) from None
    # A store that knows no conditions has let both write: the last one stands.
    found = _read(store, file)
    if found is None or found.token != mine.token:
        raise _busy(store, found or mine)


def _keep(store: Rclone, file: str, mine: Lease, done: threading.Event) -> None:
    while not done.wait(LEASE.total_seconds() / 3):
        try:
            found = _read(store, file)
            if found and found.token != mine.token:
                return  # this machine slept too long, and another deploy has taken it
            store.write(file, json.dumps(asdict(mine.renewed())))
        except CommandError:
            continue  # the next one may go through, before the time is over


def _read(store: Rclone, file: str) -> Lease | None:
    try:
        return Lease(**json.loads(store.read(file)))
    except (ValueError, TypeError):
        return None


def _busy(store: Rclone, found: Lease) -> BusyError:
    until = datetime.fromisoformat(found.until)
    return BusyError(
        f"{store.name}: another deploy is under way (process {found.process} on {found.host}):"
        f" wait for it; if it was killed, its lock is over at {until:%H:%M:%S} UTC"
    )


def _until() -> str:
    return (datetime.now(UTC) + LEASE).isoformat()
