"""Lines put into a file's header, and nothing else of the file changed."""

from __future__ import annotations

import re

from ..model.header import Field, parse

CONTINUED = "    "

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")


class EditError(ValueError):
    """The file has no header that a line could go into; the message says why."""


def set_key(text: str, key: str, value: str) -> str:
    """Give a key one value: its line is replaced, else added at the header's end."""
    fields = _fields(text, key)
    lines, end = _lines(text)
    line = f"{key}: {value}{end}"
    if not fields:
        return _insert(text, line)
    for field in reversed(fields[1:]):
        del lines[field.line - 1]
    lines[fields[0].line - 1] = line
    return "".join(lines)


def add_item(text: str, key: str, value: str) -> str:
    """Add a value to a list key: as a continuation line below the last one, else as the key."""
    fields = _fields(text, key)
    lines, end = _lines(text)
    if not fields:
        return _insert(text, f"{key}: {value}{end}")
    lines.insert(fields[-1].line, f"{CONTINUED}{value}{end}")
    return "".join(lines)


def _fields(text: str, key: str) -> list[Field]:
    header = parse(text)
    if header.broken_at is not None:
        raise EditError(f"line {header.broken_at} breaks the header off: run invoke check first")
    if not header.fields:
        raise EditError("it has no header")
    return list(header.named(key))


def _insert(text: str, line: str) -> str:
    lines, end = _lines(text)
    last = parse(text).fields[-1].line
    if not lines[last - 1].endswith(("\n", "\r")):
        lines[last - 1] += end
    lines.insert(last, line)
    return "".join(lines)


def _lines(text: str) -> tuple[list[str], str]:
    """The lines with their ends, split as a header's numbers count, and the usual end."""
    return _LINE.findall(text), "\r\n" if "\r\n" in text else "\n"
