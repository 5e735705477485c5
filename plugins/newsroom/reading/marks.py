"""Marks in Markdown source that say its lines, and come out of the conversion with the text.

A mark stands before what looks like a link, a task, a placeholder or a tag. It is made of
characters that no text holds (noncharacters of Unicode), and changes nothing of how
Markdown reads what is around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

MARK = re.compile("\ufdd0([0-9]+)\ufdd1")
LINE = "data-line"
"""The attribute that carries the mark of a tag."""

_OURS = re.compile("[\ufdd0\ufdd1]")
_PLACES = re.compile(
    r"""
      (?P<kept> \\. | <!\[ | \[\^[^\]\n]+\]: | \*\[[^\]\n]+\]: )
    | (?P<address> \]\([ \t]*(?:<(?=[^<>\n]*>[ \t\n]*[)"']))?
                 | (?<![\]!])\[[^\[\]\n]+\]:[ ]*\n?[ ]*(?:<(?=[^<>\s]+>)|(?=[^\s<])) )
    | (?P<tag> (?:<|</(?!(?:script|style)\b))[a-zA-Z][\w:-]*(?=\s|/?>) )
    | (?P<attributes> \{:?[^{}\n]*=[^{}\n]*(?=\}) )
    | (?P<text> (?<!\])(?<!\][ \n])!?\[+
              | \{(?=(?:cite|filename|static|attach|category|tag|author|index)\})
              | (?=<[a-zA-Z][\w-]*[^\w\s/>-]) )
    """,
    re.M | re.X | re.I,
)


def marked(text: str, first_line: int) -> str:
    """A body with its marks; its first line has the number ``first_line`` in its file."""
    return _PLACES.sub(_marker(first_line), _OURS.sub("", text))


def _marker(first_line: int) -> Callable[[re.Match[str]], str]:
    line, counted = first_line, 0

    def mark(found: re.Match[str]) -> str:
        nonlocal line, counted
        line += found.string.count("\n", counted, found.start())
        counted = found.start()
        mark = f"\ufdd0{line}\ufdd1"
        if found["kept"]:
            return found[0]
        if found["text"]:
            return mark + found[0]
        return found[0] + (mark if found["address"] else f" {LINE}={mark} ")

    return mark


def unmarked(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A text without its marks; and where in it they stood, with their lines."""
    parts: list[str] = []
    places: list[tuple[int, int]] = []
    size = start = 0
    for mark in MARK.finditer(text):
        parts.append(text[start : mark.start()])
        size += len(parts[-1])
        start = mark.end()
        places.append((size, int(mark[1])))
    return "".join(parts) + text[start:], tuple(places)
