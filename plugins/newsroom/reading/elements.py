"""HTML of a body as a browser cuts it up: tags, text and comments, with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape

from .marks import LINE, unmarked

VOID = frozenset(
    """
    area base br col embed hr img input link meta param source track wbr
    """.split()  # noqa: SIM905
)
INLINE = frozenset(
    """
    a abbr audio b bdi bdo big br cite code data del dfn em font i img input ins kbd label
    mark object picture q ruby s samp small source span strike strong sub sup time track tt
    u var video wbr
    """.split()  # noqa: SIM905
)
RAW = frozenset(
    """
    script style textarea title xmp iframe noembed noframes
    """.split()  # noqa: SIM905
)
"""Elements whose content is text, whatever it looks like."""

_TOKEN = re.compile(
    r"""
      <!--(?:>|->|(?P<comment>.*?)(?:-->|--!>))
    | </(?P<end>[a-z][^\s/>]*)(?P<rest>[^>]*)>
    | <(?P<start>[a-z][^\s/>]*+)
       (?P<attributes>(?:[\s/]++
         (?:[^\s"'<>/=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>]++))?+)?+)*+)>
    | (?P<broken><[a-z/!?])
    """,
    re.I | re.S | re.X,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'<>]++))?+""")


@dataclass(frozen=True)
class Text:
    """What stands between two tags, or in a comment, with its character references.

    ``marks`` are offsets and their lines.
    """

    text: str
    line: int
    marks: tuple[tuple[int, int], ...] = ()
    is_comment: bool = False


@dataclass(frozen=True)
class Start:
    """A tag that opens an element. ``is_own`` says that its writer wrote it as HTML."""

    name: str
    line: int
    attributes: Mapping[str, str] = field(default_factory=dict)
    is_own: bool = False
    closes_itself: bool = False
    written: str = ""
    content: str | None = None
    """Of an element whose content is text; None also where that never ends."""


@dataclass(frozen=True)
class End:
    """A tag that closes an element."""

    name: str
    line: int
    is_own: bool = False


@dataclass(frozen=True)
class Broken:
    """Something that begins like a tag or a comment and is none."""

    written: str
    line: int


Token = Text | Start | End | Broken


def tokens(html: str, first_line: int) -> Iterator[Token]:
    """Cut marked HTML up; in linear time, whatever it says."""
    line, at = first_line, 0
    while found := _TOKEN.search(html, at):
        if found.start() > at:
            text, marks = unmarked(html[at : found.start()])
            yield Text(text, line, marks)
            line = marks[-1][1] if marks else line
        at = found.end()
        if found["start"]:
            token = _start(found, line)
            line = token.line
            if token.name in RAW and not token.closes_itself:
                ends = re.compile(rf"</{token.name}[\s/>]", re.I).search(html, at)
                content = unmarked(html[at : ends.start()])[0] if ends else None
                token = Start(**(vars(token) | {"content": content}))
                at = ends.start() if ends else at
            yield token
        elif found["end"]:
            rest, marks = unmarked(found["rest"])
            line = marks[-1][1] if marks else line
            yield End(found["end"].lower(), line, LINE in rest)
        elif found["broken"]:
            written, marks = unmarked(html[found.start() : found.start() + 80].split("\n")[0])
            line = marks[0][1] if marks else line
            yield Broken(written.replace(f" {LINE}= ", "")[:40], line)
        else:
            text, marks = unmarked(found["comment"] or "")
            yield Text(text, line, marks, is_comment=True)
            line = marks[-1][1] if marks else line
    if at < len(html):
        text, marks = unmarked(html[at:])
        yield Text(text, line, marks)


def _start(found: re.Match[str], line: int) -> Start:
    attributes: dict[str, str] = {}
    own: int | None = None
    for name, written in _ATTRIBUTE.findall(found["attributes"]):
        value = written[1:-1] if written[:1] in ("'", '"') else written
        value, marks = unmarked(unescape(value) if "&" in value else value)
        line = marks[0][1] if marks else line
        if name.lower() == LINE and not value:
            own = line
        else:
            attributes.setdefault(name.lower(), value.strip())
    written, _ = unmarked(found[0])
    closes_itself = found["attributes"].rstrip().endswith("/")
    name = found["start"].lower()
    return Start(name, own or line, attributes, own is not None, closes_itself, written)
