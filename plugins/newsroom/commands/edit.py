"""Put lines into a file's header, or take them out, and change nothing else of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..model.header import Field, parse
from ..model.problems import CommandError

CONTINUED = "    "

_MARK = "\ufeff"
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")
_END = re.compile(r"\r\n|\r|\n")
_HIDDEN_STATUS = re.compile(r"status\s*:", re.I)


class EditError(CommandError):
    """The file has no header that can be changed; the message says why."""


def set_key(text: str, key: str, value: str) -> str:
    """Give a key one value: its line is replaced, else added at the header's end."""
    mark, lines, end = _split(text)
    fields = _fields(text)
    named = [field for field in fields if field.key == key.lower()]
    line = f"{key}: {value}{end}"
    if named:
        lines[named[0].line - 1] = line
        _delete(lines, named[1:])
    else:
        _insert(lines, fields[-1].line, line, end)
    return mark + "".join(lines)


def set_keys(text: str, keys: Iterable[tuple[str, str]]) -> str:
    """Give each of some keys one value."""
    for key, value in keys:
        text = set_key(text, key, value)
    return text


def add_item(text: str, key: str, value: str) -> str:
    """Add a value to a list key: as a continuation line below the last one, else as the key."""
    mark, lines, end = _split(text)
    fields = _fields(text)
    named = [field for field in fields if field.key == key.lower()]
    line = f"{CONTINUED}{value}{end}" if named else f"{key}: {value}{end}"
    _insert(lines, (named or fields)[-1].line, line, end)
    return mark + "".join(lines)


def remove_key(text: str, key: str) -> str:
    """Take a key out, with all its lines."""
    mark, lines, _ = _split(text)
    _delete(lines, [field for field in _fields(text) if field.key == key.lower()])
    return mark + "".join(lines)


def as_draft(text: str) -> str:
    """Say that a text is a draft, whatever it said before."""
    return set_key(not_draft(text), "Status", "draft")


def not_draft(text: str) -> str:
    """Take out every sign of a draft; a ``Status`` that says something else besides stays."""
    fields = _fields(text)
    others = [
        field.value
        for field in fields
        if field.key == "status" and field.value.lower() not in ("", "draft", "published")
    ]
    mark, lines, _ = _split(text)
    _delete(lines, [field for field in fields if field.key == "status" or _is_hidden(field)])
    rest = mark + "".join(lines)
    return set_key(rest, "Status", others[0]) if others else rest


def _is_hidden(field: Field) -> bool:
    """Whether a line was meant to be a status, but goes on with the key above it."""
    return field.continued and bool(_HIDDEN_STATUS.match(field.value))


def _fields(text: str) -> tuple[Field, ...]:
    header = parse(text.removeprefix(_MARK))
    if header.broken_at is not None:
        raise EditError(f"line {header.broken_at} breaks the header off: run invoke check first")
    if not header.fields:
        raise EditError("it has no header")
    return header.fields


def _insert(lines: list[str], after: int, line: str, end: str) -> None:
    """Put a line after the one with a number, which may be a file's last, without an end."""
    if not lines[after - 1].endswith(("\n", "\r")):
        lines[after - 1] += end
    lines.insert(after, line)


def _delete(lines: list[str], fields: list[Field]) -> None:
    for field in reversed(fields):
        del lines[field.line - 1]


def _split(text: str) -> tuple[str, list[str], str]:
    """Return the byte-order mark, the lines as a header's numbers count them, and their end."""
    bare = text.removeprefix(_MARK)
    end = _END.search(bare)
    return text[: len(text) - len(bare)], _LINE.findall(bare), end[0] if end else "\n"
