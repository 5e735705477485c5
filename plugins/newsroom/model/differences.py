"""What differs between two texts, in words, for a person to read.

Paragraphs are compared first, then sentences, phrases and words. At each step what stands once in
both texts is a fixed point (patience diff), and difflib compares what is short between those. So a
long text costs little more than its words.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate, pairwise, takewhile
from operator import eq
from typing import Literal

Kind = Literal["same", "ins", "del"]

# Scripts without spaces between words: a letter with its marks is taken for a word.
_SEAMLESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
_SEAMLESS += "\U00020000-\U0003ffff"
_MARKS = "".join(
    chr(code) for code in range(0x0E00, 0x1800) if unicodedata.category(chr(code))[0] == "M"
)
_SIGNS = r"\s!-/:-@\[-`{-~\u00a1\u00a7\u00ab\u00b6\u00b7\u00bb\u00bf\u2010-\u2027\u2030-\u205e"
_SIGNS += r"\u3000-\u303f\uff01-\uff0f\uff1a-\uff20"
_LETTERS = f"[^{_SIGNS}{_SEAMLESS}]+"
_TOKEN = re.compile(
    rf"\s+|{_LETTERS}(?:[-.,:/@'’_]{_LETTERS})*"
    rf"|[{_SEAMLESS}](?:[\u1039\u17d2].|[{_MARKS}])*|(.)\1*",
    re.S,
)
_SEAMLESS_LETTER = re.compile(f"[{_SEAMLESS}]")
_WORD = re.compile(rf"[^{_SIGNS}]")
SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "।", "؟", "။", "។")
_ENDS = (("\n\n",), SENTENCE_ENDS, (" ", "、", "，"))  # of paragraphs, sentences, phrases
_MOST_PAIRS = 100_000  # difflib may take the square of what it is given


@dataclass(frozen=True)
class Run:
    """A part of a text that stands in both, or only in the new (``ins``) or the old (``del``)."""

    kind: Kind
    text: str


def tokens(text: str) -> list[str]:
    """Return a text's words, signs and white space, in order: together they are the text.

    A figure, a date or a time written without spaces is one word.
    """
    return [found[0] for found in _TOKEN.finditer(text)]


def is_word(token: str) -> bool:
    """Whether a token is a word or a figure, and not a sign or white space."""
    return bool(_WORD.search(token))


def is_seamless(token: str) -> bool:
    """Whether a token is of a script without spaces between words."""
    return bool(_SEAMLESS_LETTER.match(token))


def differences(old: str, new: str) -> tuple[Run, ...]:
    """Return what differs, in the order of the new text; where a word replaces one, that is first.

    White space counts only where it parts paragraphs; what is the same is as the new text has it.
    """
    before, after = tokens(old), tokens(new)
    a, b = [_key(token) for token in before], [_key(token) for token in after]
    changes: list[tuple[str, str, str]] = []  # what went, what came, and what follows in both
    i = j = 0
    for at, place, length in (*_alike(a, b), (len(a), len(b), 0)):
        same = "".join(after[place : place + length])
        went, came = "".join(before[i:at]), "".join(after[j:place])
        if changes and not (went or came):
            went, came, between = changes.pop()
            same = between + same
        elif len(changes) > 1 or (changes and changes[0][:2] != ("", "")):
            while changes and _is_slight(changes[-1], went, came):
                first_went, first_came, between = changes.pop()
                went, came = first_went + between + went, first_came + between + came
        changes.append((went, came, same))
        i, j = at + length, place + length
    kinds: tuple[Kind, Kind, Kind] = ("del", "ins", "same")
    found = (
        Run(kind, text) for change in changes for kind, text in zip(kinds, change, strict=True)
    )
    return tuple(run for run in found if run.text)


def _key(token: str) -> str:
    """Return what a token is compared by."""
    if not token.isspace():
        return token
    return "\n\n" if token.count("\n") > 1 else " "


def _is_slight(change: tuple[str, str, str], went: str, came: str) -> bool:
    """Whether what is the same between two changes only interrupts the reading of both."""
    before, after, between = change
    if "\n" in between or not (before or after):
        return False
    least = min(max(len(before), len(after)), max(len(went), len(came)))
    return len(between) < least or not is_word(between)


def _alike(
    a: Sequence[str], b: Sequence[str], ends: Sequence[Collection[str]] = _ENDS
) -> Iterator[tuple[int, int, int]]:
    """Yield which words stand in both, in order: where in each, and how many.

    ``ends`` are the words behind which parts are divided, the largest parts first; then come words.
    """
    if not ends:
        yield from _same(a, b)
        return
    parts, others = _divided(a, ends[0]), _divided(b, ends[0])
    begins, starts = ([*accumulate(map(len, each), initial=0)] for each in (parts, others))
    at = place = 0
    for i, j, count in (*_same(parts, others), (len(parts), len(others), 0)):
        old, new = a[begins[at] : begins[i]], b[starts[place] : starts[j]]
        for x, y, length in _alike(old, new, ends[1:]) if old and new else ():
            yield begins[at] + x, starts[place] + y, length
        at, place = i + count, j + count
        yield begins[i], starts[j], begins[at] - begins[i]


def _divided(words: Sequence[str], ends: Collection[str]) -> list[tuple[str, ...]]:
    """Divide words behind each of ``ends``."""
    cuts = [0, *(at for at, word in enumerate(words, 1) if word in ends), len(words)]
    return [tuple(words[start:end]) for start, end in pairwise(cuts) if start < end]


def _same(
    a: Sequence[Hashable], b: Sequence[Hashable], i: int = 0, j: int = 0
) -> Iterator[tuple[int, int, int]]:
    """Yield which parts stand in both, as ``_alike`` does; ``i`` and ``j`` are added."""
    begin = sum(1 for _ in takewhile(bool, map(eq, a, b)))
    a, b, i, j = a[begin:], b[begin:], i + begin, j + begin
    end = sum(1 for _ in takewhile(bool, map(eq, reversed(a), reversed(b))))
    if begin:
        yield i - begin, j - begin, begin
    a, b = a[: len(a) - end], b[: len(b) - end]
    if fixed := _fixed(a, b):
        at = place = 0
        for next_at, next_place in (*fixed, (len(a), len(b))):
            yield from _same(a[at:next_at], b[place:next_place], i + at, j + place)
            at, place = next_at, next_place
    elif 0 < len(a) * len(b) <= _MOST_PAIRS:
        for block in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()[:-1]:
            yield i + block.a, j + block.b, block.size
    if end:
        yield i + len(a), j + len(b), end


def _fixed(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return the places of words that stand once in each: the most that are in one order."""
    often, places = Counter(a), dict[Hashable, int]()
    for word, count in Counter(b).items():
        if count == 1 and often[word] == 1:
            places[word] = -1
    for place, word in enumerate(b):
        if word in places:
            places[word] = place
    pairs = [(at, places[word]) for at, word in enumerate(a) if word in places]
    # The longest increasing subsequence, by patience sorting.
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        before.append(piles[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [place]
        piles[pile : pile + 1] = [number]
    found, number = [], piles[-1] if piles else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]
