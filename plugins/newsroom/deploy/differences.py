"""What is not as it should be on a live site, and how much of it is worth a line of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

MOST_ALIKE, EXAMPLES = 5, 3  # of more that are alike, so many stand for all

MISSING = "missing"
STALE = "stale"
FOREIGN = "foreign"
HEADER = "header"
UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it should be.

    ``path`` is the file's, or the first one's where one difference stands for many; empty
    if it is about the whole site. ``kind`` is one of those above; ``message`` is one line;
    ``files`` are how many it stands for.
    """

    path: str
    kind: str
    message: str
    files: int = 1


def grouped(differences: Sequence[Difference], url: Callable[[str], str]) -> Iterator[Difference]:
    """The same, but of many that say the same of their files a few, and how many more."""
    groups: dict[tuple[str, str], list[Difference]] = {}
    for one in differences:
        said = one.message.replace(url(one.path), "").replace(one.path, "")
        groups.setdefault((one.kind, said), []).append(one)
    for alike in groups.values():
        shown = alike if len(alike) <= MOST_ALIKE else alike[:EXAMPLES]
        yield from shown
        if rest := alike[len(shown) :]:
            more = f"and {len(rest):,} more like these, the last of them {url(rest[-1].path)}"
            yield Difference(rest[0].path, rest[0].kind, more, len(rest))
