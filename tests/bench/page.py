"""docs/performance.md: the part of it that figures stand in, and its picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.bench.hugo import Written
from tests.bench.plot import plot
from tests.bench.report import (
    Figures,
    files_table,
    goal_table,
    goals,
    put_between_marks,
    table,
)
from tests.sites import ROOT

PAGE = ROOT / "docs" / "performance.md"
PICTURE = PAGE.with_suffix(".svg")


def write_page(
    figures: Figures,
    files: Mapping[int, Mapping[str, Written]],
    same: Mapping[int, bool],
    setting: str,
    rounds: int,
    page: Path = PAGE,
) -> None:
    """Renew what stands between the marks of the page, and the picture beside it."""
    text = page.read_text("utf-8")
    page.write_text(put_between_marks(text, found(figures, files, same, setting, rounds)), "utf-8")
    largest = max(size for size, _, _ in figures)
    page.with_suffix(".svg").write_text(plot(figures, largest), "utf-8")


def found(
    figures: Figures,
    files: Mapping[int, Mapping[str, Written]],
    same: Mapping[int, bool],
    setting: str,
    rounds: int,
) -> str:
    """What was found, in Markdown."""
    sizes = sorted({size for size, _, _ in figures}, reverse=True)
    times = "once" if rounds == 1 else f"in {rounds} rounds"
    parts = [
        "## What was found",
        f"![The times of the table below for {sizes[0]:,} entries, as bars.](performance.svg)",
        f"Measured {times} on {setting}.",
    ]
    parts += [table(figures, size) for size in sizes]
    if held := goals(figures):
        parts += ["### Held against the goals", goal_table(held)]
    for size, is_same in sorted(same.items(), reverse=True):
        verdict = "was the same, byte for byte, as" if is_same else "DIFFERED from"
        parts.append(f"At {size:,} entries, the output {verdict} a clean build.")
    if written := files_table(sizes[0], files.get(sizes[0], {})):
        parts += ["### What was written", written]
    return "\n\n".join(parts)
