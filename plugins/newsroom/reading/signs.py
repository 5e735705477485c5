"""Signs in a text that it is not meant to be public, or is not finished, where they do nothing.

``Status: draft`` holds a text back only in its header. Anywhere else it would be published
with the text, so where there is doubt it is an error. Code shows such lines, and means nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from difflib import get_close_matches

from ..model.header import Header
from ..model.letters import called, turning, unseen, visible
from ..model.problems import Problem, Severity

Sign = tuple[int, str]  # the number of a line, and what is wrong with it

_DRAFT = r"(?:drafts?|unpublished|not published|brouillon|entwurf|borrador|bozza)\b"
_SIGN = re.compile(
    rf"st\w{{2,5}}\s*[:=]+\s*{_DRAFT}|status\s*[:=]+\s*(?:hidden|skip)$"
    r"|(?:is[ _-]?)?draft\s*[:=]+\s*(?:true|yes|y|on|1)$"
    r"|(?:is[ _-]?)?publi(?:c|sh|shed)\s*[:=]+\s*(?:false|no|n|off|0|never|later)$"
    r"|withdrawn\s*[:=]+\s*\d|embargo\w*(?: until)?\s*[:=]",
    re.I,
)
_LATER = re.compile(r"(?:publi|releas|expir|go[_-]?live|not[_-]before)\w*", re.I)
_WITHIN = re.compile(rf"\bstatus\s*[:=]+\s*{_DRAFT}", re.I)
_FIRST = re.compile(r"(?:status|withdrawn)\s*[:=]", re.I)
_SAYS = re.compile(r"[:=\uff1a\uff1d\ufe55\ufe13]")
_MAYBE = "status draft publi withdrawn embargo brouillon entwurf borrador bozza".split()
_MARKUP = re.compile(r"<!--|-->|</?[a-z][^>]*>|[*_~\[\](){}\"“”‘’'|\\]", re.I)
_IN_VAIN = (
    "{!r} stands below the empty line that ends the header, where it holds nothing back:"
    " move it up, or say it otherwise"
)
_NAMES = ("name", "author", "authors", "approved_by", "publication", "category", "tags")
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: .*)?\r?$", re.M)


def check_header(path: str, header: Header) -> Iterator[Problem]:
    """Yield a problem for what nobody sees, which may turn a line, or make two of one name.

    Elsewhere it came with pasted text, and does no harm but in a search.
    """
    for field in header.fields:
        for sign in dict.fromkeys(() if field.value.isascii() else unseen(field.value)):
            before = visible(field.value[: field.value.index(sign)])[-20:]
            place = f"after {before!r}" if before else "at the beginning"
            harmless = field.key not in _NAMES and not turning(sign)
            severity = Severity.WARNING if harmless else Severity.ERROR
            message = f"{field.written} has a character that nobody sees {place}: {called(sign)}"
            remedy = "delete it, or write the line anew"
            yield Problem(path, field.line, "invisible", f"{message}: {remedy}", severity)


def held_back(header: Header, place: str) -> Iterator[Sign]:
    """Yield lines of a header that look as if they held a text back, where they do not.

    A page may have keys that we do not know. An indented line right below the header is code to
    Markdown, and was most likely meant to go on with it; but not in a citation's own words.
    """
    said = header.named("status")
    if said and not any(field.value for field in said):
        yield said[0].line, "Status says nothing: write draft or published after it"
    for field in header.fields:
        value = _plain(field.value)
        strange = place == "page" and not field.continued and _is_strange(field.written, value)
        within = _WITHIN.search(value) or (field.continued and _SIGN.match(value))
        if field.key != "status" and (strange or within):
            line = field.value if field.continued else f"{field.written}: {field.value}"
            remedy = "write Status: draft on a line of its own that is not indented"
            yield field.line, f"{line[:80]!r} holds nothing back: {remedy}, or say it otherwise"
    first = header.body.partition("\n")[0]
    if place != "citation" and first.startswith("    ") and _FIRST.match(_plain(first)):
        yield header.body_line, _IN_VAIN.format(first.strip())


def held_back_in_vain(text: str, is_first: bool) -> Iterator[tuple[int, str]]:
    """Yield what looks in a text as if it held it back: its offset, and what is wrong.

    What follows the header directly, ``is_first``, was most likely meant to belong to it.
    """
    begins, folded = 0, text if text.isascii() else unicodedata.normalize("NFKC", text)
    folded = folded.lower()
    for line in text.splitlines(keepends=True) if any(map(folded.__contains__, _MAYBE)) else ():
        plain = _plain(line) if _SAYS.search(line) else ""
        if _SIGN.match(plain) or (is_first and _FIRST.match(plain)):
            yield begins + len(line) - len(line.lstrip()), _IN_VAIN.format(line.strip()[:80])
        begins += len(line)


def conflicts(text: str) -> Iterator[Sign]:
    """Where git has left both sides of a merge in a file: marks at the very start of a line."""
    is_open = False
    for found in _CONFLICT.finditer(text):
        if not (is_open and found[0].startswith(">")):  # one message for both ends
            number = text.count("\n", 0, found.start()) + 1
            message = f"git has left a conflict here ({found[0][:20].strip()}): keep what is right"
            remedy = "delete the lines of <<<<<<<, ======= and >>>>>>>"
            yield number, f"{message}, and {remedy} (in code, put a space before them)"
        is_open = found[0].startswith("<")


def _is_strange(key: str, value: str) -> bool:
    """Whether a key of a page is meant for what no page has."""
    near = get_close_matches(key.lower(), ("status",), cutoff=0.72)
    dated = bool(_LATER.fullmatch(key)) and value[:1].isdigit()
    is_sign = bool(_SIGN.match(f"{key}: {value}"))
    return bool(near) or key.lower() == "withdrawn" or dated or is_sign


def _plain(line: str) -> str:
    """Return what a line says without its markup, and without letters that nobody sees."""
    if not line.isascii():
        line = unicodedata.normalize("NFKC", line)
        line = "".join(letter for letter in line if unicodedata.category(letter) != "Cf")
    return " ".join(_MARKUP.sub(" ", line).split()).strip(" -+>#.•")
