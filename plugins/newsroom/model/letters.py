"""Letters that deceive: what nobody sees, and what looks like a letter of another script.

Unicode's own names and categories say most of it; the few letters of other scripts
that are drawn as Latin ones are listed here (UTS 39 lists all).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# Needed within words of many scripts: where letters join or do not, and where a line may break.
_JOINERS = frozenset("\u200b\u200c\u200d\u180b\u180c\u180d")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Not of the category "format", and not seen all the same: fillers and the like.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffe\uffff")
_ISOLATED = re.compile("\u2068[^\u2069]*\u2069")
_SEEN_FORMATS = re.compile("[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_VIRAMA = 9  # the combining class of the marks that tie the next letter to this one
_BEFORE = frozenset("เแโใไເແໂໃໄ")  # vowels of Thai and Lao, written before their consonant
_TAG = re.compile("[\U000e0020-\U000e007f]")  # flags of regions are written with these
_TAGGED = re.compile("[\U0001f3f4\U000e0020-\U000e007f]")

_LATIN_LIKE = str.maketrans(
    "АВЕЅІЈКМНОРСТУҮХԚԜЁЇасԁеһіјорԛѕуүѵԝхёїӏ" "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿαγικνορυχϲϳ" "’‘ʼ′‐‑–",
    "ABESIJKMHOPCTYYXQWËÏacdehijopqsyyvwxëïl" "ABEZHIKMNOPTYXCJayikvopuxcj" "''''---",
)  # fmt: skip
_ALONE = frozenset(("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "GEORGIAN"))


def unseen(text: str) -> Iterator[str]:
    """Yield the characters that nobody sees and no script needs where they stand.

    The joiners of Persian, of Indian scripts and of emoji are needed within words.
    """
    return (text[place] for place in _unseen_places(text))


def visible(text: str) -> str:
    """Return the text on one line, without what nobody sees; controls are spaces."""
    if not text.isascii() or not text.isprintable():
        text = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text)
        while gone := set(_unseen_places(text)):  # what is left has new neighbours
            text = "".join(sign for place, sign in enumerate(text) if place not in gone)
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


def foreign(name: str) -> str:
    """Return a letter of another script than the rest of its word, where the two are drawn alike.

    Empty if there is none. Words of different scripts may stand beside each other.
    """
    for word in re.findall(r"[^\W\d_]+", name):
        scripts = [script_of(letter) for letter in word]
        used = _ALONE.intersection(scripts)
        if len(used) > 1:
            rare = min(sorted(used), key=scripts.count)
            return str(word[scripts.index(rare)])
    return ""


def script_of(letter: str) -> str:
    """Return a letter's script, as Unicode's name of it begins: ``LATIN``."""
    return unicodedata.name(letter, "").partition(" ")[0]


def turning(sign: str) -> bool:
    """Whether a character turns the direction of the text after it."""
    return bool(_TURNING.match(sign))


def turns(text: str, direction: str) -> bool:
    """Whether something in a text runs against ``direction``, which is ``ltr`` or ``rtl``."""
    if direction == "ltr":
        if text.isascii():
            return False
        return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)
    return any(unicodedata.bidirectional(sign) == "L" for sign in text)


def isolated(text: str, direction: str) -> str:
    """Return the text, kept from turning what stands beside it (Unicode's FSI and PDI)."""
    loose = _ISOLATED.sub("", text)
    return f"\u2068{text}\u2069" if turns(loose, direction) else text


def initials(name: str) -> str:
    """Return one or two letters for a name: of its first and last word where letters have cases."""
    words = [word for word in name.split() if word[0].isalpha()]
    if not words:
        return ""
    first = _first_letter(words[0])
    if first.upper() == first.lower() or "\u10a0" <= first[0] <= "\u10ff":
        return first  # no cases: an Arabic, Indian, Georgian or Chinese letter stands alone
    return "".join(_first_letter(word).upper() for word in dict.fromkeys((words[0], words[-1])))


def _first_letter(word: str) -> str:
    """Return a word's first letter with its marks, and the letter that one of them ties to it."""
    end = 1
    while end < len(word) and (
        unicodedata.category(word[end]).startswith("M")
        or unicodedata.combining(word[end - 1]) == _VIRAMA
        or word[end - 1] in _BEFORE
    ):
        end += 1
    return word[:end]


def _is_unseen(sign: str) -> bool:
    if sign in _BLANK or _SELECTOR.match(sign) or "\u180b" <= sign <= "\u180d":
        return True
    return unicodedata.category(sign) in ("Cf", "Cs") and not _SEEN_FORMATS.match(sign)


def _unseen_places(text: str) -> Iterator[int]:
    if text.isascii() and text.isprintable():
        return
    for place, sign in enumerate(text):
        last, following = text[place - 1 : place], text[place + 1 : place + 2]
        if _is_unseen(sign) and not _is_needed(sign, last, following):
            yield place


def _is_needed(sign: str, last: str, following: str) -> bool:
    """Whether a script or an emoji needs a character that is not seen, between these two.

    Scripts that are drawn letter by letter, as Latin is, need none.
    """
    if not last or _TURNING.match(sign):
        return False
    if _TAG.match(sign):
        return bool(_TAGGED.match(last))
    kind = unicodedata.category(last)
    if _SELECTOR.match(sign):
        return kind == "Lo" or kind[0] in "SNP" or last == "\u2139"
    if kind[0] in "LM" and last != "\ufe0f":
        return sign in _JOINERS and script_of(last) not in (*_ALONE, "COMBINING")
    is_emoji = unicodedata.category(following or " ") in ("So", "Sm")
    return sign == "\u200d" and is_emoji and (kind in ("So", "Sk") or last == "\ufe0f")
