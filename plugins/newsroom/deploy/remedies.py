"""What programs and hosts say when they fail, and what a person can do about it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_TABLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).values()
_REMEDIES = [item for table in _TABLES for item in table.items()]
_TELLING = ("remote: ", "! ", "fatal: ")  # what the other side says comes first


def in_words(said: str, program: str) -> str:
    """Return what a program said on standard error as one line, with what to do if it is known."""
    for mark, remedy in _REMEDIES:
        if re.search(mark, said):
            return str(remedy)
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [(line, mark) for mark in _TELLING for line in lines if line.startswith(mark)]
    if telling:
        return telling[0][0].removeprefix(telling[0][1])
    own = [line for line in lines if not line.startswith("rsync error:")]
    return (own or lines or [f"{program} failed"])[-1]
