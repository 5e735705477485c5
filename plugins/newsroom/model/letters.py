"""Letters that deceive: what nobody sees, and what looks like a letter of another script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Needed within words of many scripts, where letters join or a line may break; and within emoji.
_JOINING = re.compile("[\u200b-\u200d\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Not of the category "format", and not seen all the same: fillers and the like.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffe\uffff")
_ISOLATED = re.compile("\u2068[^\u2069]*\u2069")
_TAG = re.compile("[\U000e0020-\U000e007f]")  # flags of regions are a black flag and these
_BLACK_FLAG = "\U0001f3f4"

# The most usual letters that are drawn as Latin ones (UTS 39 lists all).
_LATIN_LIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУҮХԚԜЁЇасԁеһіјорԛѕуүѵԝхёїӏ" "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿαγικνορυχϲϳ" "’‘ʼ′‐‑–",
    "ABESIJKMHOPCTYYXQWËÏacdehijopqsyyvwxëïl" "ABEZHIKMNOPTYXCJayikvopuxcj" "''''---",
)  # fmt: skip
# How the names begin of what needs no joiner after it: letters that are drawn one by one.
_ALONE = (
    *("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "GEORGIAN"),
    "COMBINING",
)


def unseen(text: str) -> Iterator[str]:
    """Yield the characters that nobody sees and that no script or emoji needs there."""
    return (sign for sign, is_seen in _looked_at(text) if not is_seen)


def visible(text: str) -> str:
    """Return the text on one line, without what nobody sees; controls are spaces."""
    if not text.isascii() or not text.isprintable():
        text = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text)
        text = "".join(sign for sign, is_seen in _looked_at(text) if is_seen)
    return " ".join(text.split())


def called(sign: str) -> str:
    """Return a character by its name and number: ``ZERO WIDTH SPACE (U+200B)``."""
    return f"{unicodedata.name(sign, 'a character without a name')} (U+{ord(sign):04X})"


@lru_cache(8192)
def likeness(name: str) -> str:
    """Return what a name looks like: two names with one likeness cannot be told apart."""
    alike = unicodedata.normalize("NFKC", visible(name).translate(_LATIN_LIKE))
    seen = "".join(sign for sign in alike.translate(_LATIN_LIKE) if not _is_unseen(sign))
    return " ".join(seen.split()).casefold()


def difference(name: str, other: str) -> str:
    """Say which letter makes a name another than one that looks the same, in words."""
    for sign in unseen(name):
        return f"it has {called(sign)}, which nobody sees"
    for here, there in zip(name, other, strict=False):
        if here != there:
            return f"its {here!r} is {called(here)}, not {called(there)}"
    return "it is written otherwise"


def turning(sign: str) -> bool:
    """Whether a character turns the direction of the text after it."""
    return bool(_TURNING.match(sign))


def isolated(text: str, direction: str) -> str:
    """Return the text, kept from turning that around it, ``ltr`` or ``rtl`` (FSI and PDI)."""
    against = ("R", "AL") if direction == "ltr" else ("L",)
    loose = map(unicodedata.bidirectional, _ISOLATED.sub("", text))
    return f"\u2068{text}\u2069" if any(kind in against for kind in loose) else text


def initials(name: str) -> str:
    """Return one or two letters for a name: of its first and last word where letters have cases."""
    words = [word for word in name.split() if word[0].isalpha()]
    if words and words[0][0].title() == words[0][0].lower():  # an Arabic or Chinese letter
        del words[1:]
    return "".join(word[0].title() for word in dict.fromkeys((*words[:1], *words[-1:])))


def _looked_at(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each character, and whether it is seen, or needed right after what is kept before."""
    last = ""
    for sign in text:
        is_seen = not _is_unseen(sign) or _is_needed(sign, last)
        yield sign, is_seen
        last = sign if is_seen else last


def _is_unseen(sign: str) -> bool:
    is_format = unicodedata.category(sign) in ("Cf", "Cs")
    return is_format or sign in _BLANK or bool(_JOINING.match(sign))


def _is_needed(sign: str, last: str) -> bool:
    """Whether a script or an emoji needs a character that is not seen, right after another."""
    if _TAG.match(sign):
        return last == _BLACK_FLAG or bool(_TAG.match(last))
    is_alone = last.isspace() or not last or unicodedata.name(last, "").startswith(_ALONE)
    return bool(_JOINING.match(sign)) and not is_alone
