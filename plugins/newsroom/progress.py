"""How far long work is, on standard error."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field

SELDOM = 15  # seconds between two lines where there is no terminal


@dataclass
class Progress:
    """Says on a terminal how far a step is; elsewhere now and then, and the ``ends``."""

    ends: bool = True
    terminal: bool = field(default_factory=sys.stderr.isatty)
    last: str = ""
    at: float = field(default_factory=time.monotonic)

    def __call__(self, step: str, done: int, whole: int) -> None:
        """``done`` of ``whole`` of a step have been done."""
        line = f"{step}: {done} of {whole}"
        if line == self.last:
            return
        self.last = line
        if self.terminal:
            end = "\n" if done == whole else ""
            print(f"\r{line}\x1b[K", end=end, file=sys.stderr, flush=True)
        elif (self.ends and done == whole) or time.monotonic() > self.at + SELDOM:
            self.at = time.monotonic()
            print(line, file=sys.stderr, flush=True)
