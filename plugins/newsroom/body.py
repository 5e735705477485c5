"""What a Markdown body refers to and promises, found with line numbers.

This reads source, not HTML, so that a problem can name its line. Code, fenced or
in backticks, says nothing; a comment promises nothing, but is published, so it
may hold no placeholder either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_PLACEHOLDER = re.compile(r"\[\[[^\[\]\n]+\]\]")
_LINK = re.compile(r"[{|](?P<what>cite|filename|static|attach)[}|](?P<target>[^\s)\"'<>]*)")
_TASK = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)])\s+\[(?P<mark>[ xX])\]\s+(?P<text>.+)$")


@dataclass(frozen=True)
class Link:
    """A reference like ``{filename}/posts/x.md``: what leads where, and its line."""

    what: str
    target: str
    line: int


@dataclass(frozen=True)
class Task:
    """A GFM task-list item as written, keys included."""

    text: str
    checked: bool
    line: int


@dataclass(frozen=True)
class Body:
    """The text below a header, and what can be read off it."""

    text: str
    links: tuple[Link, ...] = ()
    tasks: tuple[Task, ...] = ()
    placeholders: tuple[tuple[str, int], ...] = ()

    @property
    def cites(self) -> tuple[str, ...]:
        """The stems of the citations that the body embeds or links."""
        return tuple(dict.fromkeys(link.target for link in self.links if link.what == "cite"))


def read_body(text: str, first_line: int) -> Body:
    """Read a body whose first line has the number ``first_line`` in its file."""
    links: list[Link] = []
    tasks: list[Task] = []
    placeholders: list[tuple[str, int]] = []
    for number, line in _prose(text, first_line):
        placeholders += [(found[0], number) for found in _PLACEHOLDER.finditer(line)]
    for number, line in _prose(_without_comments(text), first_line):
        links += [Link(found["what"], found["target"], number) for found in _LINK.finditer(line)]
    for number, line in _prose(_without_comments(text), first_line, inline_code=True):
        if task := _TASK.match(line):
            tasks.append(Task(task["text"].strip(), task["mark"] != " ", number))
    return Body(text, tuple(links), tuple(tasks), tuple(placeholders))


def find_placeholders(text: str) -> list[str]:
    """What is still to be written in one header value."""
    return _PLACEHOLDER.findall(text)


def _prose(text: str, first_line: int, inline_code: bool = False) -> Iterator[tuple[int, str]]:
    """The lines outside fenced code; what is in backticks is left out unless asked for."""
    fence = ""
    for number, line in enumerate(text.split("\n"), first_line):
        found = _FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
        elif found:
            fence = found[1]
        else:
            yield number, line if inline_code else _CODE.sub("", line)


def _without_comments(text: str) -> str:
    return _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
