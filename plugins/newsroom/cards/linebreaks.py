"""Where a line may end, in any script: a sober part of the Unicode rules (UAX 14).

No dictionaries: Thai, Lao, Khmer and Burmese, which are written without spaces,
break between syllables as far as their spelling shows them; a word that is
wider than a line is divided with a hyphen before a consonant that starts a
syllable. An author who knows better puts a soft hyphen (U+00AD).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import category, combining

SOFT_HYPHEN = "\u00ad"
ZERO_WIDTH_SPACE = "\u200b"
_JOINER = "\u200d"
# What never begins a line (after Japan's JIS X 4051 and China's GB/T 15834), or never ends one.
_NOT_FIRST = frozenset(
    "、。，．・：；！？）］｝〉》」』】〕〗〙〟’”»ーゝゞヽヾ々〻ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ"
    "‐–—…‥%％!?.,:;)]}›·।॥։՝՞՛፣።፤፥፦،؛؟۔ๆฯໆຯ។៕ៗ၊။၌၍၎၏"
)
_NOT_LAST = frozenset("（［｛〈《「『【〔〖〘〝‘“«([{‹¿¡$£¥€＄￥")
_WITHOUT_SPACES = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF))
_FIRST_VOWELS = frozenset("เแโใไເແໂໃໄ")  # Thai and Lao: written before their consonant
_LATE_VOWELS = frozenset("ะาำๅຳະາຽ")  # written after it, and not combining
_STACKERS = frozenset("\u1039\u17d2")  # the next consonant stands below this one
_AFTER = frozenset("-‐–—/፡")  # a line may end after these, between letters
_ALPHABETS = ((0x41, 0x24F), (0x370, 0x58F), (0x10A0, 0x10FF), (0x1E00, 0x1FFF), (0x2C80, 0x2CFF))
_VOWELS = frozenset("aeiouyäöüàâéèêëîïôùûáíóúãõåæøąęαεηιουωάέήίόύώаеёиоуыэюяіїєաեէըիոօաаეიოუა")
_INSEPARABLE = frozenset({"ch", "ck", "ph", "th", "sh", "st", "qu", "gh", "rz", "cz", "sz"})
# How the first part of a German compound ends more often than anything else does.
_JOINTS = ("ungs", "heits", "keits", "schafts", "tions", "täts")
_ASAT = "\u103a"  # Burmese: this consonant ends a syllable
_HONORIFICS = frozenset("おご")  # Japanese: these belong to the word that follows
_FOREIGN = re.compile(r"(?<![!-~])(?=[!-~ ]{1,20}(?![!-~ ]))[!-~]+(?: [!-~]+)+")
_PHRASE = 8  # characters of Japanese that are kept together at most


@dataclass(frozen=True)
class Piece:
    """A part of a text that stays on one line.

    ``glue`` follows if the next piece is on the same line (a space or nothing),
    ``mend`` if the line ends here (a hyphen or nothing).
    """

    text: str
    glue: str = ""
    mend: str = ""


def pieces(text: str) -> list[Piece]:
    """A text, cleaned of double spaces, as the pieces between which its lines may break."""
    if any(map(_ideographic, text)):  # a foreign name is short enough to stay on one line
        text = re.sub(_FOREIGN, lambda name: name[0].replace(" ", "\u00a0"), text)
    words = _joined(text.split(" "))
    found = [piece for word in words for piece in _inside(word)]
    # A break mark that stands alone leaves nothing to draw.
    return [piece for piece in found if piece.text] or found[:1]


def divided(piece: Piece) -> list[Piece]:
    """A piece that is too wide for a line, as its smallest parts: see ``syllable_end``."""
    parts = list(clusters(piece.text)) or [""]
    return [*(Piece(part) for part in parts[:-1]), Piece(parts[-1], piece.glue, piece.mend)]


def clusters(text: str) -> Iterator[str]:
    """What a reader takes for one character each: a base with its marks (as UAX 29)."""
    start = 0
    for index in range(1, len(text)):
        if not _belongs(text[index - 1], text[index]):
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def syllable_end(parts: list[str], most: int) -> tuple[int, str]:
    """How many of a word's characters to leave on this line, at most ``most``, and the hyphen.

    Takes no more than a third off ``most`` to find the joint of a compound, or a
    consonant before a vowel; leaves three letters on either side; puts no hyphen
    outside alphabets.
    """
    if not all(_alphabetic(part) for part in parts[max(0, most - 2) : most + 2]):
        return most, ""
    letters = [part[0].lower() for part in parts]
    ends = range(min(most, len(parts) - 3), max(2, most - most // 3), -1)
    joints = (end for end in ends if "".join(letters[:end]).endswith(_JOINTS))
    syllables = (
        end
        for end in ends
        if _starts_syllable(*letters[end - 1 : end + 2])
        and not "".join(letters[: end + 1]).endswith(_JOINTS)
    )
    return next(joints, next(syllables, most)), "-"


def _starts_syllable(before: str, first: str, second: str) -> bool:
    return first not in _VOWELS and second in _VOWELS and before + first not in _INSEPARABLE


def _belongs(before: str, character: str) -> bool:
    return (
        category(character).startswith("M")
        or combining(character) > 0
        or character in "\u200c\u200d"
        or before in _STACKERS
        or before == _JOINER
        or (category(before) == "Mn" and combining(before) == 9)  # a virama ties what follows
        or character in _LATE_VOWELS
        or before in _FIRST_VOWELS
    )


def _joined(words: list[str]) -> Iterator[Piece]:
    """Words with the spaces at which no line may end put back: "« bien »", "yes – no"."""
    kept = ""
    for index, word in enumerate(words):
        kept += word
        following = words[index + 1] if index + 1 < len(words) else ""
        holds = following[:1] and (following[0] in "!?;:»–—·" and len(following) < 3)
        if following and (holds or word == "«"):
            kept += "\u00a0"
            continue
        yield Piece(kept, " " if following else "")
        kept = ""


def _inside(word: Piece) -> Iterator[Piece]:
    parts = list(clusters(word.text))
    japanese = any("\u3041" <= part[0] <= "\u30fe" for part in parts)
    kept: list[str] = []
    for part, before, following in zip(parts, ["", *parts], [*parts[1:], ""], strict=False):
        if part in {SOFT_HYPHEN, ZERO_WIDTH_SPACE}:
            if kept and following:
                yield Piece("".join(kept), mend="-" if part == SOFT_HYPHEN else "")
                kept = []
            continue
        kept.append(part)
        if following and _may_break(before, part, following):
            if japanese and len(kept) < _PHRASE and not _phrase_ends(part, following):
                continue
            yield Piece("".join(kept))
            kept = []
    if kept or word.glue:
        yield Piece("".join(kept), word.glue)


def _may_break(before: str, part: str, following: str) -> bool:
    if following[0] in _NOT_FIRST or part[-1] in _NOT_LAST:
        return False
    if part in _AFTER:
        return before[:1].isalpha() and following[0].isalpha()
    if _ideographic(part) or _ideographic(following):
        return True
    return _without_spaces(part) and _without_spaces(following) and _syllable_ends(part, following)


def _phrase_ends(part: str, following: str) -> bool:
    """Whether a Japanese phrase may end here: after its particles, before a new word."""
    if not _ideographic(part) or not part[0].isalpha() or following[0] in _NOT_LAST:
        return True
    return _hiragana(part) and not _hiragana(following) and part not in _HONORIFICS


def _syllable_ends(part: str, following: str) -> bool:
    """Whether spelling shows a syllable's end in Thai, Lao, Burmese or Khmer."""
    if "\u1000" <= following[0] <= "\u109f":
        return _ASAT not in following
    if "\u1780" <= following[0] <= "\u17ff":
        return len(following) > 1  # a bare consonant mostly ends a syllable
    return following[0] in _FIRST_VOWELS or part[-1] in "ะๆฯະໆຯ"


def _hiragana(part: str) -> bool:
    return "\u3041" <= part[0] <= "\u309f"


def _ideographic(part: str) -> bool:
    code = ord(part[0])
    return 0x2E80 <= code < 0xA4D0 or 0xF900 <= code < 0xFB00 or 0xFF00 <= code < 0xFFE7


def _without_spaces(part: str) -> bool:
    return any(low <= ord(part[0]) <= high for low, high in _WITHOUT_SPACES)


def _alphabetic(part: str) -> bool:
    code = ord(part[0])
    return part[0].isalpha() and any(low <= code <= high for low, high in _ALPHABETS)
