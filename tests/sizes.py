"""How much of a parametrized test runs each time, and how much at full size alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def first(count: int, values: Iterable[Any]) -> list[Any]:
    """Return all values, those after the first few marked to run with ``--full`` alone."""
    found = list(values)
    rest = (value if isinstance(value, tuple) else (value,) for value in found[count:])
    return [*found[:count], *(pytest.param(*each, marks=pytest.mark.full) for each in rest)]
