"""The benchmark as a command: ``python -m tests.bench``, or ``invoke bench``."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.contenders import COLD, KINDS, MAKERS, differences
from tests.bench.corpus import write_corpus
from tests.bench.hugo import HugoMissingError, Written
from tests.bench.measure import FailedError, Figure, Run
from tests.bench.page import write_page
from tests.bench.report import files_table, goal_table, goals, ratios, table


@dataclass
class Results:
    """All that was measured and compared."""

    runs: dict[tuple[int, str, str], list[Run]] = field(default_factory=dict)
    files: dict[int, dict[str, Written]] = field(default_factory=dict)
    same: dict[int, bool] = field(default_factory=dict)

    @property
    def figures(self) -> dict[tuple[int, str, str], Figure]:
        """The runs, by size, contender and kind of work."""
        return {key: Figure(tuple(runs)) for key, runs in self.runs.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure as asked, print it, and with ``--write`` renew docs/performance.md."""
    options = _options(arguments)
    results = Results()
    if os.getloadavg()[0] > 0.5:
        print("This machine has other things to do: the times will be too long.")
    try:
        for size in options.sizes:
            with TemporaryDirectory(prefix="newsroom-bench-") as folder:
                measure_size(Path(folder), size, options.rounds, options.only, results)
    except (FailedError, HugoMissingError) as error:
        print(error, file=sys.stderr)
        return 1
    show(results)
    if options.write:
        write_page(results.figures, results.files, results.same, setting(), options.rounds)
    return 0 if all(results.same.values()) else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("tests.bench", description=__doc__)
    parser.add_argument("--sizes", type=_numbers, default=[1000, 10000], help="how many entries")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured")
    parser.add_argument("--only", type=_names, default=list(MAKERS), help=", ".join(MAKERS))
    parser.add_argument("--write", action="store_true", help="renew docs/performance.md")
    return parser.parse_args(arguments)


def _numbers(text: str) -> list[int]:
    return sorted(int(part) for part in text.split(","))


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := set(names) - MAKERS.keys():
        raise argparse.ArgumentTypeError(f"no such contender: {', '.join(sorted(unknown))}")
    return [name for name in MAKERS if name in names]


def measure_size(
    folder: Path, size: int, rounds: int, only: Sequence[str], results: Results
) -> None:
    """Measure all contenders at one size, in turn, and compare what they have written."""
    corpus = write_corpus(folder / "corpus", size)
    contenders = {name: MAKERS[name](corpus, folder / name) for name in only}
    for number in range(rounds):
        # Every other round goes the other way, so that none is always the first.
        order = list(contenders.values())
        for contender in order if number % 2 == 0 else reversed(order):
            for kind, run in contender.rounds(number):
                results.runs.setdefault((size, contender.name, kind), []).append(run)
                if number == 0 and kind == COLD:
                    written = results.files.setdefault(size, {})
                    written[contender.name] = Written.of(contender.output)
                memory = f"{run.memory / 2**20:7,.0f} MiB" if run.memory else ""
                label = f"{size:>7,} {contender.name:<12} {KINDS[kind]:<20}"
                print(
                    f"{label} {run.seconds:8.2f} s {run.work:8.2f} s of work {memory}", flush=True
                )
    if kept := contenders.get("kept"):
        different = differences(kept, folder / "clean")
        results.same[size] = not different
        verdict = (
            f"DIFFERS in {len(different)} files ({different[:5]})" if different else "is equal"
        )
        print(f"{size:>7,} output, against a clean build: {verdict}", flush=True)


def show(results: Results) -> None:
    """Print all that was found."""
    figures = results.figures
    for size in sorted({size for size, _, _ in figures}):
        print(f"\n{table(figures, size)}")
        if written := files_table(size, results.files.get(size, {})):
            print(f"\n{written}")
    print("\n" + "\n".join(ratios(figures)))
    if found := goals(figures):
        print(f"\n{goal_table(found)}")


def setting() -> str:
    """What it was measured on, in a line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    programs = ", ".join(f"{name.title()} {version(name)}" for name in ("pelican", "hugo"))
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB of memory, {platform.system()}, "
        f"Python {platform.python_version()}, {programs}"
    )


if __name__ == "__main__":
    sys.exit(main())
