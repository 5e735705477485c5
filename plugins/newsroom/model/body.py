"""What a Markdown body refers to and promises, found with line numbers.

This reads source, not HTML, so that a problem can name its line. Code, fenced or
in backticks, says nothing; a comment promises nothing, but is published, so it
may hold no placeholder either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^(`{3,}|~{3,})")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_PLACEHOLDER = re.compile(r"\[\[[^\[\]\n]+\]\](?!\()")  # before a "(" it is a link
_WHAT = r"[{|](?P<what>cite|filename|static|attach)[}|]"
_LINK = re.compile(
    rf"<{_WHAT}(?P<target>[^>\n]*)>" "|" + _WHAT.replace("what", "bare")
    + r"(?P<rest>(?:[^\s()\"<>]|\([^\s()]*\))*)"
)  # fmt: skip
_NAMED = re.compile(_WHAT)
_MARKS = ("[ ]", "[x]", "[X]")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)])\s")
_TASK = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)])\s+\[(?P<mark>[ xX])\]\s+(?P<text>.+)$")


@dataclass(frozen=True)
class Link:
    """A reference like ``{filename}/posts/x.md``: what leads where, and its line."""

    what: str
    target: str
    line: int

    @property
    def is_file(self) -> bool:
        """Whether it leads to a file that is copied as it is."""
        return self.what in ("static", "attach")


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
    # Most bodies have little of this: to go through their lines would take most of a check.
    for number, line in _prose(text, first_line) if "[[" in text else ():
        placeholders += [(found[0], number) for found in _PLACEHOLDER.finditer(line)]
    shown = _without_comments(text)
    for number, line in _prose(shown, first_line) if _NAMED.search(shown) else ():
        links += [_link(found, number) for found in _LINK.finditer(line)]
    goes_on = False
    may_promise = any(mark in shown for mark in _MARKS)
    for number, line in _prose(shown, first_line, inline_code=True) if may_promise else ():
        if task := _TASK.match(line):
            tasks.append(Task(task["text"].strip(), task["mark"] != " ", number))
            goes_on = True
        elif goes_on and line.strip() and not _ITEM.match(line):  # a hard-wrapped item
            last = tasks[-1]
            tasks[-1] = Task(f"{last.text} {line.strip()}", last.checked, last.line)
        else:
            goes_on = False
    return Body(text, tuple(links), tuple(tasks), tuple(placeholders))


def _link(found: re.Match[str], number: int) -> Link:
    if found["what"]:
        return Link(found["what"], found["target"], number)
    return Link(found["bare"], found["rest"].rstrip("'"), number)


def find_placeholders(text: str) -> list[str]:
    """What is still to be written in one header value."""
    return _PLACEHOLDER.findall(text)


def _prose(text: str, first_line: int, inline_code: bool = False) -> Iterator[tuple[int, str]]:
    """The lines outside fenced code; what is in backticks is left out unless asked for."""
    lines = text.split("\n")
    index = 0
    while index < len(lines):
        closing = _end_of_fence(lines, index)
        if closing is not None:
            index = closing
        else:
            line = lines[index]
            yield first_line + index, line if inline_code else _CODE.sub("", line)
        index += 1


def _end_of_fence(lines: list[str], index: int) -> int | None:
    """The line that closes the fence opened here; as in Python-Markdown, else it is none."""
    if not (opened := _FENCE.match(lines[index])):
        return None
    for following in range(index + 1, len(lines)):
        if lines[following].rstrip() == opened[1]:
            return following
    return None


def _without_comments(text: str) -> str:
    """The text with comments blanked, their line breaks kept; in linear time."""
    parts: list[str] = []
    start = 0
    while (opened := text.find("<!--", start)) >= 0:
        closed = text.find("-->", opened)
        if closed < 0:
            break
        parts += [text[start:opened], "\n" * text.count("\n", opened, closed)]
        start = closed + len("-->")
    return "".join(parts) + text[start:]
