"""The order in which a line's characters are shown, where right-to-left scripts take part.

A line is drawn in pieces, one typeface each, so the order of the pieces has to
be known before anything is shaped. This is the Unicode Bidirectional Algorithm
(UAX 9, revision 50) for one line, without explicit embeddings and isolates,
which ``typefaces`` takes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from unicodedata import bidirectional

_STRONG_RIGHT = frozenset({"R", "AL"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_CLOSING = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "「": "」", "『": "』", "【": "】"}


def has_right_to_left(text: str) -> bool:
    """Whether any letter of a text runs from right to left."""
    return any(bidirectional(character) in _STRONG_RIGHT for character in text)


def first_is_right_to_left(text: str) -> bool:
    """Whether the first letter that has a direction runs to the left (rules P2, P3)."""
    strong = (kind for kind in map(bidirectional, text) if kind in {"L", "R", "AL"})
    return next(strong, "L") != "L"


def in_visual_order(text: str, right_to_left: bool) -> list[tuple[str, bool]]:
    """A line's pieces from left to right, each with whether it runs to the left.

    The characters inside a piece stay in logical order: shaping turns them.
    """
    if not right_to_left and not has_right_to_left(text):
        return [(text, False)] if text else []
    levels = _levels(text, int(right_to_left))
    pieces = [
        ("".join(character for character, _ in piece), level)
        for level, piece in groupby(zip(text, levels, strict=True), key=lambda pair: pair[1])
    ]
    for level in range(max((level for _, level in pieces), default=0), 0, -1):  # rule L2
        pieces = list(_turned(pieces, level))
    return [(piece, level % 2 == 1) for piece, level in pieces]


def _turned(pieces: Iterable[tuple[str, int]], level: int) -> Iterator[tuple[str, int]]:
    for deep, group in groupby(pieces, key=lambda piece: piece[1] >= level):
        together = list(group)
        yield from reversed(together) if deep else together


def _levels(text: str, base: int) -> list[int]:
    edge = "R" if base else "L"
    kinds = _weak([bidirectional(character) for character in text], edge)
    _pair_brackets(text, kinds, edge)
    _settle_neutrals(kinds, edge)
    return [_level(kind, base) for kind in kinds]


def _level(kind: str, base: int) -> int:
    """Rules I1 and I2."""
    if base:
        return 1 if kind == "R" else 2
    return {"L": 0, "R": 1}.get(kind, 2)


def _weak(kinds: list[str], edge: str) -> list[str]:
    """Rules W1 to W7: marks, digits and the signs around digits."""
    strong = before = edge
    for index, kind in enumerate(kinds):
        if kind in {"NSM", "BN"}:
            kinds[index] = before
        elif kind == "EN" and strong == "AL":
            kinds[index] = "AN"
        elif kind in {"L", "R", "AL"}:
            strong = kind
        before = kinds[index]
    kinds = ["R" if kind == "AL" else kind for kind in kinds]
    for index in range(1, len(kinds) - 1):
        left, kind, right = kinds[index - 1 : index + 2]
        if left == right and (
            (kind == "CS" and left in {"EN", "AN"}) or (kind, left) == ("ES", "EN")
        ):
            kinds[index] = left
    _join_signs(kinds)
    strong = edge
    for index, kind in enumerate(kinds):
        if kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[index] = "L"
        elif kind in {"ES", "ET", "CS"}:
            kinds[index] = "ON"
    return kinds


def _join_signs(kinds: list[str]) -> None:
    """Rule W5: currency and per-cent signs go with the digits that they touch."""
    start = 0
    for kind, group in groupby(list(kinds)):
        end = start + len(list(group))
        if kind == "ET" and "EN" in (kinds[start - 1] if start else "", *kinds[end : end + 1]):
            kinds[start:end] = ["EN"] * (end - start)
        start = end


def _side(kind: str) -> str:
    """The direction that a kind counts as among neutrals: digits run with the right."""
    return "R" if kind in {"R", "EN", "AN"} else kind


def _pair_brackets(text: str, kinds: list[str], edge: str) -> None:
    """Rule N0: both brackets of a pair take one direction."""
    open_ones: list[int] = []
    pairs: list[tuple[int, int]] = []
    for index, character in enumerate(text):
        if kinds[index] != "ON":
            continue
        if character in _CLOSING:
            open_ones.append(index)
            continue
        for depth in range(len(open_ones) - 1, -1, -1):
            if _CLOSING[text[open_ones[depth]]] == character:
                pairs.append((open_ones[depth], index))
                del open_ones[depth:]
                break
    for start, end in sorted(pairs):
        inside = {_side(kind) for kind in kinds[start + 1 : end]} & {"L", "R"}
        if not inside:
            continue
        before = next((_side(k) for k in reversed(kinds[:start]) if _side(k) in "LR"), edge)
        kind = edge if edge in inside or before == edge else before
        kinds[start] = kinds[end] = kind


def _settle_neutrals(kinds: list[str], edge: str) -> None:
    """Rules N1 and N2: a gap between two of one direction takes it, else the line's."""
    start = 0
    for neutral, group in groupby(list(kinds), key=_NEUTRAL.__contains__):
        end = start + len(list(group))
        if neutral:
            left = _side(kinds[start - 1]) if start else edge
            right = _side(kinds[end]) if end < len(kinds) else edge
            kinds[start:end] = [left if left == right else edge] * (end - start)
        start = end
