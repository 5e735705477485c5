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
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import md5
from pathlib import Path

from ..model.problems import CommandError
from .rclone import ConditionError, Rclone
from .release import BusyError

LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Lease:
    """Who deploys, and until when it is good without being renewed (ISO 8601, UTC).

    ``place`` is where the number of the process means something, see ``_place``.
    """

    token: str
    host: str
    process: int
    until: str
    place: str = ""

    @classmethod
    def ours(cls, token: str) -> Lease:
        """Return one of this process, good from now on."""
        until = (datetime.now(UTC) + LEASE).isoformat()
        return cls(token, socket.gethostname(), os.getpid(), until, _place())

    @classmethod
    def read(cls, written: str) -> Lease | None:
        """Read one; None if it is damaged, as nobody holds such a one."""
        try:
            found = cls(**json.loads(written))
            return found if datetime.fromisoformat(found.until).tzinfo else None
        except (ValueError, TypeError):
            return None

    def text(self) -> str:
        """Return it as JSON."""
        return json.dumps(asdict(self))

    def is_over(self) -> bool:
        """Whether nobody can be holding it any more."""
        if datetime.fromisoformat(self.until) < datetime.now(UTC):
            return True
        # Containers share names of hosts and numbers of processes: elsewhere only time can tell.
        if self.place and self.place == _place():
            try:
                os.kill(self.process, 0)
            except ProcessLookupError:
                return True
            except OSError:
                return False
        return False


def _place() -> str:
    """Return where numbers of processes are one set: a start of a system, and a namespace (Linux).

    Empty where the system does not tell.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return ""


@contextmanager
def leased(store: Rclone, file: str) -> Iterator[None]:
    """Hold the lease that lies in ``file``. Raises BusyError if another does."""
    token, done = secrets.token_hex(8), threading.Event()
    _take(store, file, token)
    keeper = threading.Thread(target=_renew, args=(store, file, token, done), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()
        if _is_held(token, store.read(file)):
            folder, _, name = file.rpartition("/")
            store.delete(folder, [name])


def _take(store: Rclone, file: str, token: str) -> None:
    written = store.read(file)
    found, mine = Lease.read(written), Lease.ours(token).text()
    if found and not found.is_over():
        raise _busy(store, written)
    # Of two that find one whose time is over, one is too late. An ETag is the MD5 of the bytes,
    # if the store does not encrypt them: then it is never met, and the lock is still the same.
    etag = md5(written.encode(), usedforsecurity=False).hexdigest()
    try:
        store.write(file, mine, f'If-Match: "{etag}"' if written else "If-None-Match: *")
    except ConditionError:
        if (now := store.read(file)) != written:
            raise _busy(store, now) from None
        store.write(file, mine)
    # A store that knows no conditions has let both write: the last one stands.
    if not _is_held(token, now := store.read(file)):
        raise _busy(store, now)


def _renew(store: Rclone, file: str, token: str, done: threading.Event) -> None:
    while not done.wait(LEASE.total_seconds() / 3):
        with suppress(CommandError):  # the next one may go through, before the time is over
            if not _is_held(token, store.read(file)):
                return  # this machine slept too long, and another deploy has taken it
            store.write(file, Lease.ours(token).text())


def _is_held(token: str, written: str) -> bool:
    found = Lease.read(written)
    return found is not None and found.token == token


def _busy(store: Rclone, written: str) -> BusyError:
    found = Lease.read(written) or Lease.ours("")
    who = f"another deploy is under way (process {found.process} on {found.host})"
    until = f"{datetime.fromisoformat(found.until):%H:%M:%S} UTC"
    return BusyError(store.name, f"{who}: wait for it; if it was killed, its lock ends at {until}")
