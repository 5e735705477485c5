"""A lock in a store that has none: one object, written on a condition, good for a while.

Whoever holds it writes it anew as long as it lives. A deploy that was killed is followed
at once where it can be seen that it has ended, and elsewhere when its time is over.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..model.problems import CommandError
from .rclone import ConditionError, Rclone
from .release import BusyError

LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Lease:
    """Who deploys, until when it is good without being renewed (ISO 8601, UTC).

    ``place`` is where the number of the process means something, see ``_place``.
    """

    token: str
    host: str
    process: int
    until: str
    place: str = ""

    @classmethod
    def ours(cls) -> Lease:
        """A new one, of this process."""
        return cls(secrets.token_hex(8), socket.gethostname(), os.getpid(), _until(), _place())

    def renewed(self) -> Lease:
        """The same, good for longer."""
        return replace(self, until=_until())

    def is_over(self) -> bool:
        """Whether nobody can be holding it any more."""
        if datetime.fromisoformat(self.until) < datetime.now(UTC):
            return True
        # Containers share names of hosts and numbers of processes: elsewhere only time can tell.
        return bool(self.place) and self.place == _place() and not _lives(self.process)


# What stands in a lock's place and is none: nobody holds it.
_DAMAGED = Lease("", "", 0, datetime.min.replace(tzinfo=UTC).isoformat())


def _place() -> str:
    """Where numbers of processes are one set: a start of a system, and a namespace (Linux).

    Empty where the system does not tell.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


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
    written = store.read(file)
    try:
        found = Lease(**json.loads(written)) if written else None
        return found if found is None or datetime.fromisoformat(found.until).tzinfo else _DAMAGED
    except (ValueError, TypeError):
        return _DAMAGED


def _busy(store: Rclone, found: Lease) -> BusyError:
    until = datetime.fromisoformat(found.until)
    return BusyError(
        f"{store.name}: another deploy is under way (process {found.process} on {found.host}):"
        f" wait for it; if it was killed, its lock is over at {until:%H:%M:%S} UTC"
    )


def _until() -> str:
    return (datetime.now(UTC) + LEASE).isoformat()
