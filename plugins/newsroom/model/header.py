"""A file's header: ``Key: value`` lines with their line numbers.

The grammar is that of ``markdown.extensions.meta`` in Python-Markdown, which
Pelican reads the same file with: a key is ``[A-Za-z0-9_-]+`` indented by at
most three spaces, a continuation line is indented by at least four, a blank
line ends the header, and ``---`` fences are allowed around it. A property test
holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

_KEY = re.compile(r"^[ ]{0,3}(?P<key>[A-Za-z0-9_-]+):\s*(?P<value>.*)")
_MORE = re.compile(r"^[ ]{4,}(?P<value>.*)")
_FENCE = re.compile(r"^-{3}(\s.*)?")
_END = re.compile(r"^(-{3}|\.{3})(\s.*)?")
_TAB = 4


@dataclass(frozen=True)
class Field:
    """One value of a header.

    ``key`` is lower case, ``written`` as in the file; ``continued`` marks an
    indented line that goes on with the key above it.
    """

    key: str
    written: str
    value: str
    line: int
    continued: bool = False


@dataclass(frozen=True)
class Header:
    """A parsed file: its fields in order, and the body below them.

    ``body_line`` is the number of the body's first line. ``broken_at`` is the
    line where the header stopped without the blank line that ends it, else None.
    """

    fields: tuple[Field, ...]
    body: str
    body_line: int
    broken_at: int | None = None

    def named(self, key: str) -> Iterator[Field]:
        """Yield the fields of one key, in the order of the file."""
        return iter(self._by_key.get(key.lower(), ()))

    @cached_property
    def _by_key(self) -> Mapping[str, list[Field]]:
        found: dict[str, list[Field]] = {}
        for field in self.fields:
            found.setdefault(field.key, []).append(field)
        return found

    @property
    def says_draft(self) -> bool:
        """Whether any ``Status`` in it says draft: where there is doubt, it is one."""
        return any(field.value.lower() == "draft" for field in self.named("status"))

    def meta(self) -> dict[str, list[str]]:
        """Return the same header as ``markdown.extensions.meta`` gives it."""
        return {key: [field.value for field in fields] for key, fields in self._by_key.items()}


def parse(text: str) -> Header:
    """Split a file's text into its header and its body."""
    lines = _lines(text)
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


def _lines(text: str) -> list[str]:
    """Return the text's lines as Python-Markdown's ``normalize_whitespace`` leaves them."""
    text = text.replace("\u0002", "").replace("\u0003", "")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.expandtabs(_TAB).split("\n")
