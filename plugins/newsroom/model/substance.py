"""What of substance differs between two texts: figures, names, and whether something is so.

Only what is plain from the letters is found. A name is a word with a capital that begins no
sentence: so there are none in German, where every noun has one, nor in scripts without capitals.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from .differences import SENTENCE_ENDS, differences, is_seamless, is_word, tokens

_NEGATIONS = {
    "en": "no not never none nobody nothing neither nor without cannot",
    "fr": "pas jamais rien aucun aucune nul nulle sans ni non",
    "es": "no nunca jamás ningún ninguna ninguno nadie nada sin ni tampoco",
    "de": "nicht nichts nie niemals niemand kein keine keinem keinen keiner keines ohne weder",
}
_SHORTENED = {"en": ("n't", "n’t")}
_BEGINS = (*SENTENCE_ENDS, ":", "|", "“", "„", "«", '"', "¿", "¡")  # what a capital follows anyway
_WITHOUT_UNIT = re.compile(r".*[:/-].*|(?:19|20)\d\d")  # a time, a date, a range or a year
_NO_UNITS = set(
    "and for from the was were with est les des pour que los las para und der die das von".split()
)
_UNIT = re.compile(r"(?:\. | )[^\W\d_]{3,}|[ \u00a0\u202f][%‰$£€¥]")
_DIGIT = re.compile(r"\d")
_ALONE = re.compile(r"I(?:['’]\w+)?")


@dataclass(frozen=True)
class _Item:
    """A figure, a name or a negation in a text, from ``start`` to ``end``."""

    kind: str
    text: str
    start: int
    end: int


def changes_of_substance(old: str, new: str, lang: str) -> Iterator[str]:
    """Yield what changed, in words to list: ``“14 April” became “16 April”``, ``“not” went``."""
    before, after = _items(old, lang), _items(new, lang)
    hunks = [(_within(before, *went), _within(after, *came)) for went, came in _hunks(old, new)]
    all_went = Counter(each.text for went, _ in hunks for each in went)
    moved = all_went & Counter(each.text for _, came in hunks for each in came)
    moved_to = Counter(moved)
    for went, came in hunks:
        gone, added = _without(went, moved), _without(came, moved_to)
        for kind in dict.fromkeys(each.kind for each in (*gone, *added)):
            first = [each.text for each in gone if each.kind == kind]
            then = [each.text for each in added if each.kind == kind]
            if len(first) == len(then):
                yield from (
                    f"“{one}” became “{other}”" for one, other in zip(first, then, strict=True)
                )
            else:
                yield from (f"“{text}” went" for text in first)
                yield from (f"“{text}” was added" for text in then)


def _hunks(old: str, new: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield where both texts differ, in each."""
    at = place = 0
    went = came = 0
    for run in (*differences(old, new), None):
        if run and run.kind == "del":
            went += len(run.text)
        elif run and run.kind == "ins":
            came += len(run.text)
        else:
            if went or came:
                yield (at, at + went), (place, place + came)
            length = len(run.text) if run else 0
            at, place, went, came = at + went + length, place + came + length, 0, 0


def _within(items: Sequence[_Item], start: int, end: int) -> list[_Item]:
    """Return what a change touches."""
    if start == end:  # nothing stands there, but something may have come between
        return [each for each in items if each.start < start < each.end]
    return [each for each in items if each.start < end and start < each.end]


def _without(items: Sequence[_Item], moved: Counter[str]) -> list[_Item]:
    """Return what is not only somewhere else."""
    found = []
    for each in items:
        if moved[each.text]:
            moved[each.text] -= 1
        else:
            found.append(each)
    return found


def _items(text: str, lang: str) -> list[_Item]:
    """Return the figures, names and negations of a text, in order."""
    words = tokens(text)
    starts = [0, *accumulate(map(len, words))]
    negations, shortened = set(_NEGATIONS.get(lang, "").split()), _SHORTENED.get(lang, ())
    has_names = lang != "de"
    found: list[_Item] = []
    begins, at = True, 0
    while at < len(words):
        word, first = words[at], at
        at += 1
        kind = ""
        if word == " ":
            continue
        if word.isalpha() and word.islower() and word not in negations:  # most words
            begins = False
            continue
        if _DIGIT.search(word):
            kind, first, at = "figure", *_figure(words, first)
        elif word.lower() in negations or word.lower().endswith(shortened or "\0"):
            kind = "negation"
        elif has_names and not begins and _is_name(word):
            kind = "name"
            while words[at : at + 1] == [" "] and _is_name("".join(words[at + 1 : at + 2])):
                at += 2
        if kind:
            found.append(_Item(kind, "".join(words[first:at]), starts[first], starts[at]))
        if word == "\n\n" or word[0] in _BEGINS or is_word(word):
            begins = not is_word(word)
    return found


def _figure(words: Sequence[str], at: int) -> tuple[int, int]:
    """Return from where to where a figure goes, with what it counts."""
    first, end = at, at + 1
    if at and (words[at - 1] == "$" or (words[at - 1] == "-" and words[at - 2 : at - 1] == [" "])):
        first -= 1
    then = "".join(words[end : end + 3])
    if then[:1] in ("%", "‰", "$") or is_seamless(then[:1]):
        return first, end + 1
    unit = _UNIT.match(then)
    if unit and unit[0].strip() not in _NO_UNITS and not _WITHOUT_UNIT.fullmatch(words[at]):
        end += len(tokens(unit[0]))
    return first, end


def _is_name(word: str) -> bool:
    return word[:1].isupper() and len(word) > 1 and not _ALONE.fullmatch(word)
