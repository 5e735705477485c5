"""Put lines into a file's header, or take them out, and change nothing else of the file."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable

from ..model.header import Field, parse
from ..model.problems import CommandError

CONTINUED = "    "

_MARK = "\ufeff"
_HIDDEN_STATUS = re.compile(r"status\s*:", re.I)


def set_key(text: str, key: str, value: str) -> str:
    """Give a key one value: its line is replaced, else added at the header's end."""
    lines, fields, end = _split(text)
    named = [field for field in fields if field.key == key.lower()]
    line = f"{key}: {value}{end}"
    if not named:
        return _with_line(lines, fields[-1].line, line, end)
    lines[named[0].line] = line
    return _without(lines, named[1:])


def set_keys(text: str, keys: Iterable[tuple[str, str]]) -> str:
    """Give each of some keys one value."""
    for key, value in keys:
        text = set_key(text, key, value)
    return text


def add_item(text: str, key: str, value: str) -> str:
    """Add a value to a list key: as a continuation line below the last one, else as the key."""
    lines, fields, end = _split(text)
    named = [field for field in fields if field.key == key.lower()]
    line = f"{CONTINUED}{value}{end}" if named else f"{key}: {value}{end}"
    return _with_line(lines, (named or fields)[-1].line, line, end)


def remove_key(text: str, key: str) -> str:
    """Take a key out, with all its lines."""
    lines, fields, _ = _split(text)
    return _without(lines, [field for field in fields if field.key == key.lower()])


def as_draft(text: str) -> str:
    """Say that a text is a draft, whatever it said before."""
    return set_key(not_draft(text), "Status", "draft")


def not_draft(text: str) -> str:
    """Take out every sign of a draft; a ``Status`` that says something else besides stays."""
    lines, fields, _ = _split(text)
    said = [field for field in fields if field.key == "status"]
    # What was meant to be a status, but goes on with the key above it, is one too.
    hidden = [one for one in fields if one.continued and _HIDDEN_STATUS.match(one.value)]
    others = [one for one in said if one.value.lower() not in ("", "draft", "published")]
    rest = _without(lines, (*said, *hidden))
    return set_key(rest, "Status", others[0].value) if others else rest


def _split(text: str) -> tuple[list[str], tuple[Field, ...], str]:
    """Return the lines by their numbers, the header's fields, and a line end.

    Line 0 is the byte-order mark, or empty. Raises CommandError if there is no whole header.
    """
    bare = text.removeprefix(_MARK)
    header = parse(bare)
    if header.broken_at is not None:
        raise CommandError(f"line {header.broken_at} breaks the header off: run invoke check first")
    if not header.fields:
        raise CommandError("it has no header")
    lines = [text[: len(text) - len(bare)], *io.StringIO(bare, newline="")]
    return lines, header.fields, lines[1][len(lines[1].rstrip("\r\n")) :] or "\n"


def _with_line(lines: list[str], after: int, line: str, end: str) -> str:
    """Put a line after another, which may be a file's last, without an end."""
    if not lines[after].endswith(("\n", "\r")):
        lines[after] += end
    lines.insert(after + 1, line)
    return "".join(lines)


def _without(lines: list[str], fields: Iterable[Field]) -> str:
    gone = {field.line for field in fields}
    return "".join(line for number, line in enumerate(lines) if number not in gone)
