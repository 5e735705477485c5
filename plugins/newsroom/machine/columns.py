"""Plain text in columns: cleaned, measured as a terminal or a mail reader shows it, wrapped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wcwidth import wcswidth, wcwidth

WIDTH = 72

# White space that may end a line; the no-break spaces U+00A0, U+2007 and U+202F may not.
_SPACE = re.compile("[ \t\n\v\f\r\x1c-\x1f\x85\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u3000]+")
_OTHER_LINES = re.compile("[\v\f\r\x1c-\x1f\x85\u2028\u2029]")
# What nobody sees, or what makes a line read otherwise than it is written (Unicode TR 36).
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\ufeff\u202a-\u202e\u2066\u2067]")
# Japanese and Chinese punctuation that no line begins with (JIS X 4051).
_NOT_FIRST = "、。，．・：；？！）］｝」』】〉》〕ー々ゝゞぁぃぅぇぉっゃゅょァィゥェォッャュョ"


def cleaned(text: str) -> str:
    """A text on one line: white space folded, controls and soft hyphens left out.

    Isolated names stay isolated, and what opens an isolate does so for this line alone.
    """
    return _closed(_UNSEEN.sub("", _SPACE.sub(" ", text))).strip(" \u00a0\u202f")


def _closed(text: str) -> str:
    """The text with each isolate (Unicode's FSI and PDI) closed, and none that was not opened."""
    if "\u2068" not in text and "\u2069" not in text:
        return text
    shown, depth = "", 0
    for sign in text:
        depth += (sign == "\u2068") - (sign == "\u2069")
        if depth >= 0:
            shown += sign
        depth = max(depth, 0)
    return shown + "\u2069" * depth


def verbatim(text: str) -> list[str]:
    """A preformatted text's lines as they are, but for what would forge another line."""
    lines = text.expandtabs(4).replace("\r\n", "\n").split("\n")
    return [_closed(_UNSEEN.sub("", _OTHER_LINES.sub(" ", line))).rstrip() for line in lines]


def columns(text: str) -> int:
    """How many columns a text takes: wide letters two, combining marks none."""
    if text.isascii() and text.isprintable():  # most texts are, and looking it up takes time
        return len(text)
    width = wcswidth(text)
    return width if width >= 0 else len(text)


def padded(text: str, width: int, right: bool = False) -> str:
    """A text with spaces up to ``width`` columns, at its end or, for ``right``, before it."""
    space = " " * (width - columns(text))
    return space + text if right else text + space


def wrapped(text: str, *, width: int = WIDTH, first: str = "", rest: str = "") -> str:
    """One paragraph in lines of ``width`` columns, ``first`` and ``rest`` before them included.

    A line is wider only where it holds one word that cannot be broken, such as a URL.
    """
    text = cleaned(text)
    if _is_even(text):
        return "\n".join(_cut(text, width, first, rest))
    lines: list[str] = []
    line, used, prefix = "", 0, first
    for glue, piece in _pieces(text):
        size = columns(piece)
        room = width - columns(prefix) - used
        if line and len(glue) + size > room:
            lines.append(prefix + line)
            line, used, prefix, glue = "", 0, rest, ""
        line += (glue if line else "") + piece
        used += (len(glue) if used else 0) + size
    return "\n".join((*lines, (prefix + line).rstrip(" ")))


def _is_even(text: str) -> bool:
    """Whether each letter takes one column: then words need not be looked at one by one."""
    if text.isascii() and text.isprintable():
        return True
    return all(
        letter.isprintable() if letter.isascii() else wcwidth(letter) == 1 for letter in set(text)
    )


def _cut(text: str, width: int, first: str, rest: str) -> Iterator[str]:
    """The lines of a text of even letters."""
    start, prefix = 0, first
    while True:
        room = max(0, width - columns(prefix))
        space = text.rfind(" ", start, start + room + 1) if len(text) - start > room else -1
        if space < 0 and len(text) - start > room:
            space = text.find(" ", start)  # after a word that is too long
        if space < 0:
            yield (prefix + text[start:]).rstrip(" ")
            return
        yield prefix + text[start:space]
        start, prefix = space + 1, rest


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """What a line may be broken before, each with the space before it: words, wide letters."""
    for word in text.split(" "):
        glue = " "
        for piece in _divided(word):
            yield glue, piece
            glue = ""


def _divided(word: str) -> Iterator[str]:
    """A word, divided where it may be: between wide letters, which have no spaces."""
    if word.isascii():
        yield word
        return
    piece = ""
    for letter in word:
        may_break = piece and letter not in _NOT_FIRST and _is_wide(letter) | _is_wide(piece[-1])
        if may_break and wcwidth(letter) > 0:
            yield piece
            piece = ""
        piece += letter
    yield piece


def _is_wide(letter: str) -> bool:
    return wcwidth(letter) == 2 and not ("\uac00" <= letter <= "\ud7a3")  # Korean has spaces
