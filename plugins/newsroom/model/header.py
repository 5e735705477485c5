"""A file's header: ``Key: value`` lines with their line numbers.

The grammar is that of ``markdown.extensions.meta`` in Python-Markdown, which Pelican reads the
same file with. A property test holds the two against each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_KEY = re.compile(r"^[ ]{0,3}(?P<key>[A-Za-z0-9_-]+):\s*(?P<value>.*)")
_MORE = re.compile(r"^[ ]{4,}(?P<value>.*)")
_FENCE = re.compile(r"^-{3}(\s.*)?")
_END = re.compile(r"^(-{3}|\.{3})(\s.*)?")


@dataclass(frozen=True)
class Field:
    """One value of a header: ``key`` in lower case, ``written`` as in the file.

    ``continued`` marks an indented line that goes on with the key above it.
    """

    key: str
    written: str
    value: str
    line: int
    continued: bool = False


@dataclass(frozen=True)
class Header:
    """A parsed file: its fields in order, and the body below them, from ``body_line`` on.

    ``broken_at`` is the line where the header stopped without the blank line that ends it.
    """

    fields: tuple[Field, ...]
    body: str
    body_line: int
    broken_at: int | None = None

    def named(self, key: str) -> list[Field]:
        """Return the fields of one key, in the order of the file."""
        return [field for field in self.fields if field.key == key.lower()]

    @property
    def says_draft(self) -> bool:
        """Whether any ``Status`` in it says draft: where there is doubt, it is one."""
        return any(field.value.lower() == "draft" for field in self.named("status"))


def parse(text: str) -> Header:
    """Split a file's text into its header and its body."""
    text = text.replace("\u0002", "").replace("\u0003", "")  # as Python-Markdown does it
    lines = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    fields: list[Field] = []
    for index in range(1 if _FENCE.match(lines[0]) else 0, len(lines)):
        line, number = lines[index], index + 1
        if not line.strip() or _END.match(line):
            return Header(tuple(fields), "\n".join(lines[number:]), number + 1)
        if found := _KEY.match(line):
            written = found["key"]
            fields.append(Field(written.lower(), written, found["value"].strip(), number))
        elif (more := _MORE.match(line)) and fields:
            key = fields[-1]
            fields.append(Field(key.key, key.written, more["value"].strip(), number, True))
        else:
            broken_at = number if fields else None
            return Header(tuple(fields), "\n".join(lines[index:]), number, broken_at)
    return Header(tuple(fields), "", len(lines) + 1)
