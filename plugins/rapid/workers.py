"""Work shared among forked processes: what they need they have already, copied on write."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import pickle
import struct
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

FEWEST = 12  # below this, a fork costs more than it saves


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


def share(count: int, work: Callable[[int], Any], workers: int | None = None) -> Iterator[Any]:
    """``work(number)`` for each number below ``count``, in forked processes; results by number.

    Yields ``(number, result)`` in no order. A number whose work raised, said
    something (a warning or worse) or died has no result: the caller does it
    again where all can see it.
    """
    processes = min(workers or cores(), max(1, count // FEWEST))
    if processes < 2:
        return
    reading, writing = os.pipe()
    size = max(1, count // 8000)  # a pipe holds 65,536 bytes: as many chunks of four bytes as fit
    for start in range(0, count, size):
        os.write(writing, struct.pack("i", start))
    os.close(writing)
    gc.freeze()  # the collector must not touch, and so copy, what the processes share
    children = [_start(reading, size, count, work) for _ in range(processes)]
    os.close(reading)
    gc.unfreeze()
    for pid, results in children:
        os.waitpid(pid, 0)
        with results:
            results.seek(0)
            yield from _read(results)


def _start(reading: int, size: int, count: int, work: Callable[[int], Any]) -> tuple[int, Any]:
    results = tempfile.TemporaryFile()  # noqa: SIM115  (the parent closes it)
    pid = os.fork()
    if pid:
        return pid, results
    code = 1
    try:  # never back into the caller's code: a second process would go on with the build
        gc.enable()
        noise = Noise()
        logging.getLogger().handlers[:] = [noise]
        while chunk := os.read(reading, 4):
            start = struct.unpack("i", chunk)[0]
            for number in range(start, min(start + size, count)):
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


def in_order(items: Sequence[Any], work: Callable[[Any], Any]) -> Iterator[tuple[Any, Any]]:
    """Each item with its result, in the items' order: shared, or done here where that failed."""
    done = dict(share(len(items), lambda number: work(items[number])))
    for number, item in enumerate(items):
        yield item, done[number] if number in done else work(item)
