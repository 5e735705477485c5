"""Ordinary bodies, of nothing but words and plain links: read without converting them."""

from __future__ import annotations

import re

from ..model.attachment import RECORDINGS
from ..model.body import Body, Link
from .body_html import is_of_site
from .signs import held_back_in_vain

# A link that is one wherever it stands, outside code.
_PLAIN_LINK = re.compile(
    r"(?P<image>!)?\[(?![ \t]*+\])(?P<text>[^\[\]\n<>\\`|{}]++)\]"
    r"\((?:\{(?P<what>filename|static|attach)\}(?P<target>[\w./#~+-]++)"
    r"|(?P<away>https?://[^\s()<>\[\]\"'\\`{}|&]++))\)"
)
# What else may make a body say more than its text, or code of it.
_TELLING = (
    *("<", "[", "`", "\\", "{", "~", "\t", "    ", "due:", "done:"),
    *("|cite|", "|filename|", "|static|", "|attach|"),
)
_LETTER = re.compile(r"[^\W\d_]")


def read_plainly(text: str, first_line: int, home: str = "") -> Body | None:
    """Read an ordinary text without converting it; None unless that is the same for sure."""
    rest = _PLAIN_LINK.sub("", text).lower()
    if not _LETTER.search(text) or any(sign in rest for sign in _TELLING):
        return None
    if any(held_back_in_vain(text, is_first=True)):
        return None
    links = []
    for found in _PLAIN_LINK.finditer(text):
        away = found["away"]
        if found["image"] and found["target"] and found["target"].lower().endswith(RECORDINGS):
            return None  # it must stand alone
        if away and (found["image"] or is_of_site(away, home)):
            return None
        if found["what"]:
            line = first_line + text.count("\n", 0, found.start())
            element = "img" if found["image"] else "a"
            links.append(Link(found["what"], found["target"], line, element, found["text"].strip()))
    return Body(text, tuple(links), line=first_line)
