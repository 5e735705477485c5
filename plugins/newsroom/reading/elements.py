"""HTML of a body as a browser cuts it up, and where in the Markdown its parts stand.

Markdown tells no lines. So each piece of text is looked for in the source, from where the last
one was found on. What stands in code is text as well, and so is passed over.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import unescape

from .markdown_extension import TASK

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
INLINE = frozenset(
    """
    a abbr audio b bdi bdo big br cite code data del dfn em font i img input ins kbd label
    mark object picture q ruby s samp small source span strike strong sub sup time track tt
    u var video wbr
    """.split()
)
RAW = frozenset("script style textarea title xmp iframe noembed noframes".split())
"""Elements whose content is text, whatever it looks like."""

_TOKEN = re.compile(
    r"""
      <!--(?:>|->|(?P<comment>.*?)(?:-->|--!>))
    | </(?P<end>[a-z][^\s/>]*)[^>]*>
    | <(?P<start>[a-z][^\s/>]*+)
       (?P<attributes>(?:[\s/]++
         (?:[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>]++))?+)?+)*+)>
    | (?P<broken><[a-z/!?])
    """,
    re.I | re.S | re.X,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'<>]++))?+""")
_NOT_WRITTEN = frozenset(("tabindex", "class", "id", "start", "type"))
_BOX = re.compile(r"(?<!\\)\[[ xX]\]")
_WORD = re.compile(r"\w")
_SIGNS = re.compile(r"[^\w\s]+")


class Source:
    """The Markdown of a body, whose first line has a number in its file.

    ``at`` is the offset of the end of the text that was found last.
    """

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.at = 0
        self._first_line = first_line
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def line(self, at: int) -> int:
        """Return the number of the line that an offset is in."""
        return self._first_line + bisect_right(self._starts, at) - 1

    def line_of(self, said: tuple[str, ...], at: int) -> int:
        """Return the line of the first text that is found, else that of ``at``."""
        found = (self.find(each, at) for each in said if each)
        return self.line(next((place for place in found if place >= 0), at))

    def find(self, said: str, at: int) -> int:
        """Return the offset of a text from ``at`` on, else anywhere; -1 if it is nowhere."""
        place = self.text.find(said, at)
        return place if place >= 0 else self.text.find(said)

    def follow(self, written: str) -> int:
        """Go to the end of a piece of text; return where it begins, -1 if it is nowhere."""
        for said in dict.fromkeys((written, unescape(written))):
            if (place := self.find(said, self.at)) >= 0:
                self.at = place + len(said)
                return place
        longest = max(_SIGNS.split(written), key=len).strip()
        if longest and (place := self.find(longest, self.at)) >= 0:
            self.at = place + len(longest)
        return -1

    def skip(self, said: str) -> int:
        """Go on after what stands next, if nothing but signs comes before; return where it is."""
        place = self.text.find(said, self.at)
        if place >= 0 and not _WORD.search(self.text, self.at, place):
            self.at = place + len(said)
            return place
        return self.at


@dataclass(frozen=True)
class Text:
    """What stands between two tags, or in a comment, with its character references.

    ``lines`` are the offsets of its lines, their places in the source, -1 where they are written
    otherwise there, and their numbers; ``at`` is where in the source it ends.
    """

    text: str
    at: int
    lines: tuple[tuple[int, int, int], ...] = ()
    is_comment: bool = False


@dataclass(frozen=True)
class Tag:
    """A tag that opens an element, or closes one (an ``End``); or what looks like one."""

    name: str
    written: str
    at: int
    source: Source
    attributes: Mapping[str, str] = field(default_factory=dict)
    closes_itself: bool = False
    content: str | None = None
    """Of an element whose content is text; None also where that never ends."""

    @cached_property
    def line(self) -> int:
        """The number of its line in the file."""
        if TASK in self.attributes:
            return self.source.line(self.at)
        said = [value for name, value in self.attributes.items() if name not in _NOT_WRITTEN]
        return self.source.line_of((self.written, *said, f"<{self.name}"), self.at)

    @property
    def is_own(self) -> bool:
        """Whether the writer wrote it, as HTML."""
        return self.written in self.source.text


class Start(Tag):
    """A tag that opens an element."""


class End(Tag):
    """A tag that closes an element."""


class Broken(Tag):
    """Something that begins like a tag or a comment and is none."""


Token = Text | Tag


def tokens(markup: str, source: Source) -> Iterator[Token]:
    """Cut HTML up; in linear time, whatever it says."""
    at, href = 0, ""
    while found := _TOKEN.search(markup, at):
        if found.start() > at:
            yield _text(markup[at : found.start()], source)
        at = found.end()
        if found["start"]:
            token = _start(found, source)
            if token.name in RAW and not token.closes_itself:
                ends = re.compile(rf"</{token.name}[\s/>]", re.I).search(markup, at)
                content = markup[at : ends.start()] if ends else None
                token = replace(token, content=content)
                at = ends.start() if ends else at
            href = token.attributes.get("href", href)
            yield token
        elif found["end"]:
            if href and found["end"] == "a":
                source.skip(href)
            yield End(found["end"].lower(), found[0], source.skip(found[0]), source)
        elif found["broken"]:
            written = markup[found.start() : found.start() + 40].split("\n")[0]
            yield Broken("", written, source.at, source)
        else:
            yield _text(found["comment"] or "", source, is_comment=True)
    if at < len(markup):
        yield _text(markup[at:], source)


def _text(written: str, source: Source, is_comment: bool = False) -> Text:
    """Return a piece of text, found in the source line by line."""
    lines, begins = [], 0
    for line in written.splitlines(keepends=True):
        if said := line.strip():
            place = source.follow(said)
            found = source.line(source.at if place < 0 else place)
            lines.append((begins + line.index(said), place, found))
        begins += len(line)
    return Text(written, source.at, tuple(lines), is_comment)


def _start(found: re.Match[str], source: Source) -> Start:
    attributes: dict[str, str] = {}
    for name, written in _ATTRIBUTE.findall(found["attributes"]):
        value = written[1:-1] if written[:1] in ("'", '"') else written
        attributes.setdefault(name.lower(), unescape(value).strip())
    closes_itself = found["attributes"].rstrip().endswith("/")
    name, at = found["start"].lower(), source.skip(found[0])
    if TASK in attributes and (box := _BOX.search(source.text, at)):
        at, source.at = box.start(), box.end()
    elif name == "img" and (place := source.find(attributes.get("src", ""), at)) >= at:
        source.at = place
    return Start(name, found[0], at, source, attributes, closes_itself)
