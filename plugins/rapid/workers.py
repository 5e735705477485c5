"""Work shared among forked processes: what they need they have already, copied on write."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import pickle
import signal
import struct
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

FEWEST = 12  # below this, a fork costs more than it saves
# A part of the work in a pipe, which holds 65,536 bytes.
PART = struct.Struct("qq")


def cores() -> int:
    """How many processes can run at once; 1 where there is no ``fork``."""
    if not hasattr(os, "fork"):
        return 1
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Noise(logging.Handler):
    """Counts what is said at the level of a warning or above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """One more."""
        self.count += 1


def share(
    count: int, work: Callable[[int], Any], *, here: bool = False, workers: int | None = None
) -> Iterator[Any]:
    """``work(number)`` for each number below ``count``, in forked processes; results by number.

    Yields ``(number, result)`` in no order. A number whose work raised, said
    something (a warning or worse) or died has no result: the caller does it
    again where all can see it. ``here``, this process works as well, and is heard
    at once: a process less has copies of what all share.
    """
    processes = min(workers or cores(), max(1, count // FEWEST))
    if processes < 2:
        return
    reading, writing = os.pipe()
    for part in _parts(count, processes):
        os.write(writing, PART.pack(*part))
    os.close(writing)
    gc.freeze()  # the collector must not touch, and so copy, what the processes share
    children = [_start(reading, work) for _ in range(processes - here)]
    done: list[tuple[int, Any]] = []
    try:
        if here:
            collects = gc.isenabled()
            gc.enable()
            for number in _taken(reading):
                with contextlib.suppress(Exception):
                    done.append((number, work(number)))
            if not collects:
                gc.disable()
    finally:
        os.close(reading)
        for pid, _ in children:
            with contextlib.suppress(ChildProcessError):  # where SIGCHLD is ignored
                os.waitpid(pid, 0)
        gc.unfreeze()
    yield from done
    for _, results in children:
        with results:
            results.seek(0)
            yield from _read(results)


def _parts(count: int, processes: int) -> Iterator[tuple[int, int]]:
    """Numbers below ``count`` in parts, first large ones, then smaller, so that all end together.

    What is next to each other is so in memory, too: a process that takes many in a row has
    copies of less.
    """
    start, least = 0, 1 + count // 4000  # all of them are to fit into a pipe
    while start < count:
        end = min(count, start + max(least, (count - start) // (8 * processes)))
        yield start, end
        start = end


def _taken(reading: int) -> Iterator[int]:
    """The numbers that a process takes from those which are left."""
    while part := os.read(reading, PART.size):
        yield from range(*PART.unpack(part))


def _start(reading: int, work: Callable[[int], Any]) -> tuple[int, Any]:
    results = tempfile.TemporaryFile()  # noqa: SIM115  (the parent closes it)
    pid = os.fork()
    if pid:
        return pid, results
    code = 1
    try:  # never back into the caller's code: a second process would go on with the build
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # the parent says that it stops
        gc.enable()
        noise = Noise()
        logging.getLogger().handlers[:] = [noise]
        for number in _taken(reading):
            noise.count = 0
            with contextlib.suppress(Exception):
                result = work(number)
                if not noise.count:
                    results.write(pickle.dumps((number, result), protocol=5))
        results.flush()
        code = 0
    finally:
        os._exit(code)


def _read(results: Any) -> Iterator[Any]:
    """What a process left; one that was killed may have left half a result."""
    with contextlib.suppress(EOFError, pickle.UnpicklingError):
        while True:
            yield pickle.load(results)


def aside(work: Callable[[], Any]) -> Callable[[], Any]:
    """Begin some work in a forked process; what it gives, for whoever asks later.

    Where there is but one core, or the process died, it is done when it is asked for.
    """
    if cores() < 2:
        return work
    results = tempfile.TemporaryFile()  # noqa: SIM115  (closed by whoever asks)
    pid = os.fork()
    if not pid:
        code = 1
        try:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            results.write(pickle.dumps(work(), protocol=5))
            results.flush()
            code = 0
        finally:
            os._exit(code)

    def wait() -> Any:
        status = 1
        with contextlib.suppress(ChildProcessError):  # where SIGCHLD is ignored
            _, status = os.waitpid(pid, 0)
        with results:
            results.seek(0)
            return pickle.load(results) if status == 0 else work()

    return wait


def in_order(items: Sequence[Any], work: Callable[[Any], Any]) -> Iterator[tuple[Any, Any]]:
    """Each item with its result, in the items' order: shared, or done here where that failed."""
    done = dict(share(len(items), lambda number: work(items[number]), here=True))
    for number, item in enumerate(items):
        yield item, done[number] if number in done else work(item)
