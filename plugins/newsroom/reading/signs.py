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

Sign = tuple[int, str]
"""The number of a line, and what is wrong with it."""

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
_MAYBE = re.compile(rf"{_DRAFT}|status|draft|publi|withdrawn|embargo", re.I)
_MARKUP = re.compile(r"<!--|-->|</?[a-z][^>]*>|[*_~\[\](){}\"“”‘’'|\\]", re.I)
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_NAMES = ("name", "author", "authors", "approved_by", "publication", "category", "tags")
_CONFLICT = re.compile(r"(?:<{7}|>{7})(?: |$)")


def check_header(path: str, header: Header) -> Iterator[Problem]:
    """What nobody sees must not turn what a line says, nor make two of one name.

    Elsewhere it came with pasted text, and does no harm but in a search.
    """
    for field in header.fields:
        for sign in dict.fromkeys(unseen(field.value)):
            before = visible(field.value[: field.value.index(sign)])[-20:]
            place = f"after {before!r}" if before else "at the beginning"
            harmless = field.key not in _NAMES and not turning(sign)
            message = (
                f"{field.written} has a character that nobody sees {place}:"
                f" {called(sign)}: delete it, or write the line anew"
            )
            severity = Severity.WARNING if harmless else Severity.ERROR
            yield Problem(path, field.line, "invisible", message, severity)


def held_back(header: Header, is_page: bool, is_quoted: bool = False) -> Iterator[Sign]:
    """Lines that look as if they should hold a text back, where they do not.

    Of other people's text, ``is_quoted``, only the header is ours. A page may have keys that
    we do not know.
    """
    said = list(header.named("status"))
    if said and not any(field.value for field in said):
        yield said[0].line, "Status says nothing: write draft or published after it"
    for field in header.fields:
        value = _plain(field.value)
        strange = is_page and not field.continued and _is_strange(field.written, value)
        if field.key != "status" and (
            strange or _WITHIN.search(value) or (field.continued and _SIGN.match(value))
        ):
            line = field.value if field.continued else f"{field.written}: {field.value}"
            yield (
                field.line,
                f"{line[:80]!r} holds nothing back: write Status: draft on a line of its own"
                " that is not indented, or say it otherwise",
            )
    yield from () if is_quoted else _in_body(header)


def _in_body(header: Header) -> Iterator[Sign]:
    body = header.body if header.body.isascii() else unicodedata.normalize("NFKC", header.body)
    if not _MAYBE.search(body):
        return
    is_first = True
    plain = body.split("\n")
    for number, line in _shown(header.body.split("\n")):
        if not is_first and ":" not in plain[number] and "=" not in plain[number]:
            continue
        text = _plain(line)
        # What is indented further is code, but for the line after the header.
        at_margin = not line.startswith("    ")
        if (is_first and _FIRST.match(text)) or (at_margin and _SIGN.match(text)):
            yield (
                header.body_line + number,
                f"{line.strip()[:80]!r} stands below the empty line that ends the header, where"
                " it holds nothing back: move it up, or say it otherwise",
            )
        is_first = is_first and not text


def conflicts(text: str) -> Iterator[Sign]:
    """Where git has left both sides of a merge in a file: marks at the very start of a line."""
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return
    is_open = False
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if _CONFLICT.match(line):
            if not (is_open and line.startswith(">")):  # one message for both ends
                yield (
                    number,
                    f"git has left a conflict here ({line[:20].strip()}): keep what is right, and"
                    " delete the lines of <<<<<<<, ======= and >>>>>>>"
                    " (where they are meant, as in code, put a space before them)",
                )
            is_open = line.startswith("<")


def _is_strange(key: str, value: str) -> bool:
    """Whether a key of a page is meant for what no page has."""
    near = get_close_matches(key.lower(), ("status",), cutoff=0.72)
    dated = bool(_LATER.fullmatch(key)) and value[:1].isdigit()
    is_sign = bool(_SIGN.match(f"{key}: {value}"))
    return bool(near) or key.lower() == "withdrawn" or dated or is_sign


def _plain(line: str) -> str:
    """What a line says without its markup, and without letters that nobody sees."""
    if not line.isascii():
        line = unicodedata.normalize("NFKC", line)
        line = "".join(letter for letter in line if unicodedata.category(letter) != "Cf")
    return " ".join(_MARKUP.sub(" ", line).split()).strip(" -+>#.•")


def _shown(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines of a body, counted from 0, without code that is fenced or marked."""
    index = 0
    while index < len(lines):
        end = _end_of_code(lines, index)
        if end is None:
            yield index, _CODE.sub("", lines[index]) if "`" in lines[index] else lines[index]
        index = index + 1 if end is None else end + 1


def _end_of_code(lines: list[str], index: int) -> int | None:
    """The last line of the code that begins at a line, if one does; what never ends is none."""
    opened = _FENCE.match(lines[index])
    is_raw = "<pre" in lines[index].lower()
    if not opened and not is_raw:
        return None
    start = index if is_raw else index + 1
    for following in range(start, len(lines)):
        line = lines[following]
        if (opened and line.strip() == opened[1]) or (is_raw and "</pre" in line.lower()):
            return following
    return None
