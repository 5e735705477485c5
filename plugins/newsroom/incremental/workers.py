"""Shares work among forked processes, which inherit all they need from their parent."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from typing import TypeVar, cast

T = TypeVar("T")
FEWEST = 20  # for each process: below this, a fork costs more than it saves
PARTS = 16  # for each process, so that all end at about the same time

_work: Callable[[int], object]


def cores() -> int:
    """Return how many processes can run at once; 1 where there is no ``fork``."""
    if "fork" not in multiprocessing.get_all_start_methods():
        return 1
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Noise(logging.Handler):
    """Counts log records at the level of a warning or above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count one more."""
        self.count += 1


@contextmanager
def noise() -> Iterator[Noise]:
    """Count the warnings within."""
    counter, root = Noise(), logging.getLogger()
    root.addHandler(counter)
    try:
        yield counter
    finally:
        root.removeHandler(counter)


def share(count: int, work: Callable[[int], T]) -> dict[int, T]:
    """Do ``work(number)`` for each number below ``count`` in forked processes.

    Return the results by number. A number whose work raised, warned or died has none: the
    caller does it again itself, so that the message is seen. Too little work is not shared.
    """
    processes = min(cores(), count // FEWEST)
    if processes < 2:
        return {}
    size = max(1, count // (processes * PARTS))
    parts = [range(start, min(start + size, count)) for start in range(0, count, size)]
    done: dict[int, T] = {}
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(processes, fork, _begin, (work, os.getpid())) as pool:
        try:
            for part in pool.map(_take, parts):
                done.update(cast(list[tuple[int, T]], part))
        except BrokenProcessPool:
            pass
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return done


def _begin(work: Callable[[int], object], parent: int) -> None:
    """Set up a worker. It gets the work by the fork, as that cannot always be pickled."""
    global _work
    _work = work
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the parent handles Ctrl-C
    logging.getLogger().handlers[:] = []
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """End this worker when its parent is gone, so that it does not run on for ever."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


def _take(part: range) -> list[tuple[int, object]]:
    done: list[tuple[int, object]] = []
    for number in part:
        with noise() as heard, suppress(Exception):
            result = _work(number)
            if not heard.count:
                done.append((number, result))
    return done
