"""How far long work is."""

from __future__ import annotations

import sys


def progress(step: str, done: int, whole: int) -> None:
    """Say on a terminal that ``done`` of ``whole`` of a step are done; elsewhere say nothing."""
    if sys.stderr.isatty():
        end = "\n" if done == whole else ""
        print(f"\r{step}: {done} of {whole}\x1b[K", end=end, file=sys.stderr, flush=True)
