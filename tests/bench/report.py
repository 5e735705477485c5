"""What the figures say: goals met or missed, tables, and the page that holds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.contenders import COLD, EDIT, FOLLOW_UP, KINDS, LABELS, NOTHING
from tests.bench.hugo import Written
from tests.bench.measure import Figure

# (size, contender, kind of work)
Figures = Mapping[tuple[int, str, str], Figure]

BEGIN = "<!-- bench:begin -->"
END = "<!-- bench:end -->"
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Goal:
    """A ratio that is to stay below a limit, and what it is."""

    what: str
    ratio: float
    limit: float
    dream: float | None = None

    @property
    def is_met(self) -> bool:
        """Whether it stays below, or at, the limit."""
        return self.ratio <= self.limit

    @property
    def verdict(self) -> str:
        """Met, missed, or more than met."""
        if self.dream is not None and self.ratio <= self.dream:
            return f"met, and even {self.dream:.2f}"
        return "met" if self.is_met else "MISSED"


def goals(figures: Figures) -> list[Goal]:
    """The goals that these figures can be held against, for each size and between sizes."""
    found = []
    sizes = sorted({size for size, _, _ in figures})
    for size in sizes:
        follow_up = _seconds(figures, size, "kept", FOLLOW_UP)
        cold = _seconds(figures, size, "kept", COLD)
        nothing = _seconds(figures, size, "kept", NOTHING)
        ratios = (
            (
                "a follow-up, against Hugo’s full build",
                _ratio(follow_up, _seconds(figures, size, "hugo", COLD)),
                0.20,
                0.10,
            ),
            (
                "a follow-up, against stock",
                _ratio(follow_up, _seconds(figures, size, "stock", FOLLOW_UP)),
                0.05,
                None,
            ),
            (
                "a follow-up with history and signatures, against one without",
                _ratio(_seconds(figures, size, "history", FOLLOW_UP), follow_up),
                1.15,
                None,
            ),
            ("nothing changed, against a follow-up", _ratio(nothing, follow_up), 0.8, None),
            (
                "all from nothing, against stock",
                _ratio(cold, _seconds(figures, size, "stock", COLD)),
                0.45,
                None,
            ),
            (
                "the most memory, against stock",
                _ratio(most_memory(figures, size, "kept"), most_memory(figures, size, "stock")),
                2.0,
                None,
            ),
        )
        for what, ratio, limit, dream in ratios:
            if ratio is not None:
                found.append(Goal(f"{size:,} entries: {what}", ratio, limit, dream))
    if len(sizes) > 1:
        small, large = sizes[0], sizes[-1]
        growth = _ratio(
            _seconds(figures, large, "kept", FOLLOW_UP),
            _seconds(figures, small, "kept", FOLLOW_UP),
        )
        if growth is not None:
            found.append(Goal(f"a follow-up: {large:,} entries against {small:,}", growth, 2.0))
    return found


def _seconds(figures: Figures, size: int, who: str, kind: str) -> float | None:
    figure = figures.get((size, who, kind))
    return figure.seconds if figure else None


def most_memory(figures: Figures, size: int, who: str) -> float | None:
    """The most memory that a contender held at one moment, whatever it did."""
    peaks = [figure.most_memory for key, figure in figures.items() if key[:2] == (size, who)]
    return max((peak for peak in peaks if peak is not None), default=None)


def _ratio(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None


def goal_table(found: Sequence[Goal]) -> str:
    """The goals as a table in Markdown."""
    rows = ["| goal | at most | measured | |", "|---|---|---|---|"]
    rows += [f"| {g.what} | {g.limit:.2f} | {g.ratio:.3f} | {g.verdict} |" for g in found]
    return "\n".join(rows)


def table(figures: Figures, size: int) -> str:
    """All contenders at one size, as a table in Markdown: medians in seconds, and memory."""
    heads = [*KINDS.values(), "most memory"]
    rows = [f"| {size:,} entries | {' | '.join(heads)} |", "|---|" + "---:|" * len(heads)]
    for who, label in LABELS.items():
        cells = [_time(figures.get((size, who, kind))) for kind in KINDS]
        memory = most_memory(figures, size, who)
        cells.append(f"{memory / MEBIBYTE:,.0f} MiB" if memory is not None else "")
        if any(cells):
            rows.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _time(figure: Figure | None) -> str:
    """The median, with the shortest and longest where there were several."""
    if figure is None:
        return ""
    least, most = figure.spread
    spread = f" ({least:.2f}–{most:.2f})" if len(figure.runs) > 1 else ""
    return f"{figure.seconds:.2f} s{spread}"


def files_table(size: int, written: Mapping[str, Written]) -> str:
    """What newsroom and Hugo have written, side by side; empty where one of them is not there."""
    ours, theirs = written.get("kept") or written.get("stock"), written.get("hugo")
    if not ours or not theirs:
        return ""
    rows = [f"| files, at {size:,} entries | newsroom | Hugo |", "|---|---:|---:|"]
    for kind in sorted(ours.kinds | theirs.kinds):
        rows.append(f"| {kind} | {ours.kinds[kind]:,} | {theirs.kinds[kind]:,} |")
    rows.append(f"| in all | {ours.kinds.total():,} | {theirs.kinds.total():,} |")
    rows.append(f"| megabytes | {ours.size / 1e6:,.1f} | {theirs.size / 1e6:,.1f} |")
    return "\n".join(rows)


def ratios(figures: Figures) -> Iterator[str]:
    """Each time of ours against Hugo's full build and against stock, as lines."""
    for size in sorted({size for size, _, _ in figures}):
        full = _seconds(figures, size, "hugo", COLD)
        for who in ("kept", "stock"):
            for kind in (COLD, FOLLOW_UP, EDIT, NOTHING):
                took = _seconds(figures, size, who, kind)
                if took is None:
                    continue
                usual = _seconds(figures, size, "stock", COLD if kind == COLD else FOLLOW_UP)
                parts = [
                    f"{ratio:.3f} of {what}"
                    for what, ratio in (
                        ("Hugo", _ratio(took, full)),
                        ("stock", _ratio(took, usual)),
                    )
                    if ratio is not None
                ]
                memory = _memory(figures[size, who, kind])
                line = f"{size:>7,} {who:<6} {KINDS[kind]:<20} {took:8.2f} s"
                yield "  ".join([line, ", ".join(parts), memory])


def _memory(figure: Figure) -> str:
    """The memory of a kind of work: the median of the peaks, and the highest."""
    if figure.memory is None or figure.most_memory is None:
        return ""
    usual, most = figure.memory / MEBIBYTE, figure.most_memory / MEBIBYTE
    return f"{usual:,.0f} MiB, at most {most:,.0f} MiB"


def put_between_marks(text: str, new: str) -> str:
    """A page with what stands between the marks replaced, and nothing else.

    Raises ValueError if the marks are not there, once and in their order.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end or BEGIN in after or END in before + after:
        raise ValueError(f"there must be one {BEGIN} and then one {END}")
    return f"{before}{BEGIN}\n{new.strip()}\n{END}{after}"
