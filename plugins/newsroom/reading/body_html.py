"""HTML of a body: cut up as browsers do, and what is wrong with a writer's own.

Markdown tells no lines. So each piece of text is looked for in the source, from where the last
one was found on. What stands in code is text as well, and so is passed over.

Browsers mend HTML in their own way (HTML, section 13.2.6): what is never closed goes on over the
rest of the page, and what closes more than it opened ends a part of the page. What they load or
run is decided by the site's Content-Security-Policy.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Literal
from urllib.parse import urlsplit

from ..model.body import find_placeholders
from ..model.policy import Policy
from ..model.problems import Problem
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
    | (?P<broken><[a-z/!?][^\n]{0,40})
    """,
    re.I | re.S | re.X,
)
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'<>]++))?+""")
_NOT_WRITTEN = frozenset(("tabindex", "class", "id", "start", "type"))
_BOX = re.compile(r"(?<!\\)\[[ xX]\]")
_WORD = re.compile(r"\w")
_SIGNS = re.compile(r"[^\w\s]+")


class Source:
    """The Markdown of a body; ``at`` is the offset of the end of the text that was found last."""

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.at = 0
        self._first_line = first_line

    def line(self, at: int) -> int:
        """Return the number, in the file, of the line that an offset is in."""
        return self._first_line + self.text.count("\n", 0, at)

    def of_line(self, number: int) -> str:
        """Return the line of a number."""
        return self.text.split("\n")[number - self._first_line]

    def find(self, said: str, at: int) -> int:
        """Return the offset of a text from ``at`` on, else anywhere; -1 if it is nowhere."""
        place = self.text.find(said, at)
        return place if place >= 0 else self.text.find(said)

    def follow(self, written: str) -> int:
        """Go to the end of a piece of text; return where it begins, or ``at`` if it is nowhere."""
        longest = max(_SIGNS.split(written), key=len).strip()
        for said in filter(None, (written, unescape(written), longest)):
            if (place := self.find(said, self.at)) >= 0:
                self.at = place + len(said)
                return place
        return self.at

    def skip(self, said: str) -> int:
        """Go on after what stands next, if nothing but signs comes before; return where it is."""
        place = self.text.find(said, self.at)
        if place >= 0 and not _WORD.search(self.text, self.at, place):
            self.at = place + len(said)
            return place
        return self.at


@dataclass(frozen=True)
class Token:
    """A tag, what only begins like one, or the text between two tags.

    ``written`` is as in the HTML; ``lines`` are the offsets in it of the lines of a text, and their
    numbers in the file.
    """

    kind: Literal["start", "end", "broken", "text", "comment"]
    written: str
    line: int
    name: str = ""
    lines: tuple[tuple[int, int], ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    closes_itself: bool = False


def tokens(markup: str, source: Source) -> Iterator[Token]:
    """Cut HTML up; in linear time, whatever it says."""
    at, href = 0, ""
    while found := _TOKEN.search(markup, at):
        if found.start() > at:
            yield _text("text", markup[at : found.start()], source)
        at = found.end()
        if found["start"]:
            token = _start(found, source)
            if token.name in RAW and not token.closes_itself:
                ends = re.compile(rf"</{token.name}[\s/>]", re.I).search(markup, at)
                at = ends.start() if ends else at
            href = token.attributes.get("href", href)
            yield token
        elif found["end"]:
            if href and found["end"] == "a":
                source.skip(href)
            line = source.line(source.skip(found[0]))
            yield Token("end", found[0], line, found["end"].lower())
        elif found["broken"]:
            at = found.start() + 2
            line = source.line(max(source.find(found["broken"], source.at), 0))
            yield Token("broken", found["broken"], line)
        else:
            yield _text("comment", found["comment"] or "", source)
    if at < len(markup):
        yield _text("text", markup[at:], source)


def _text(kind: Literal["text", "comment"], written: str, source: Source) -> Token:
    """Return a piece of text, found in the source line by line."""
    lines, begins = [], 0
    for line in written.splitlines(keepends=True):
        if said := line.strip():
            lines.append((begins + line.index(said), source.line(source.follow(said))))
        begins += len(line)
    return Token(kind, written, source.line(source.at), lines=tuple(lines))


def _start(found: re.Match[str], source: Source) -> Token:
    name = found["start"].lower()
    attributes: dict[str, str] = {}
    for key, written in _ATTRIBUTE.findall(found["attributes"]):
        value = written[1:-1] if written[:1] in ("'", '"') else written
        attributes.setdefault(key.lower(), unescape(value).strip())
    at = source.skip(found[0])
    said = [value for key, value in attributes.items() if key not in _NOT_WRITTEN]
    places = (source.find(each, at) for each in (found[0], *said, f"<{name}") if each)
    line = source.line(next((place for place in places if place >= 0), at))
    if TASK in attributes and (box := _BOX.search(source.text, at)):
        line, source.at = source.line(box.start()), box.end()
    elif name == "img" and (place := source.find(attributes.get("src", ""), at)) >= at:
        source.at = place
    closes_itself = found["attributes"].rstrip().endswith("/")
    return Token("start", found[0], line, name, (), attributes, closes_itself)


# These end with what they stand in.
_OPTIONAL = "p li dt dd rt rp option optgroup thead tbody tfoot tr td th colgroup caption".split()
_OF_THE_PAGE = frozenset("html head body frameset frame title plaintext base meta link".split())
_FOREIGN = ("svg", "math")


def check_nesting(tokens: Iterable[Token]) -> Iterator[Problem]:
    """Yield a fault for each tag that does not end where it should."""
    opened: list[Token] = []
    for token in tokens:
        name, is_foreign = token.name, any(other.name in _FOREIGN for other in opened)
        if token.kind == "end" and name not in VOID:
            names = [other.name for other in opened]
            if name in names:
                place = len(names) - 1 - names[::-1].index(name)
                yield from _unclosed(opened[place + 1 :])
                del opened[place:]
            elif name != "p":
                message = f"</{name}> closes nothing that was opened here, and could end a part"
                yield Problem("", token.line, "html", f"{message} of the page: take it out")
        elif wrong := "" if is_foreign else _wrong(token):
            yield Problem("", token.line, "html", wrong)
        elif token.kind == "start" and name not in VOID and not token.closes_itself:
            opened.append(token)
    yield from _unclosed(opened)


def _wrong(token: Token) -> str:
    """Say what is wrong with a tag that opens, by itself; empty if nothing is."""
    if token.kind == "broken":
        return (
            f"{token.written} begins like a tag or a comment and is none: mend it,"
            " or, as text, put it between backticks"
        )
    if token.name in _OF_THE_PAGE:
        return f"<{token.name}> belongs to the head of a page, or around it: take it out"
    if token.closes_itself and token.name not in (*VOID, *_FOREIGN):
        remedy = f"write <{token.name}></{token.name}>, or take it out"
        return f"<{token.name}/> does not close itself: {remedy}"
    return ""


def _unclosed(tags: Iterable[Token]) -> Iterator[Problem]:
    for tag in tags:
        if tag.name not in _OPTIONAL:
            message = f"<{tag.name}> is not closed where it should be, and would take in what"
            remedy = f"write </{tag.name}>, or, as text, put it between backticks"
            yield Problem("", tag.line, "html", f"{message} follows: {remedy}")


# Which directive decides about an element's attribute.
_KINDS = {
    **dict.fromkeys(("img src", "img srcset", "source srcset", "video poster"), "img-src"),
    **dict.fromkeys(("video src", "audio src", "source src", "track src"), "media-src"),
    **dict.fromkeys(("embed src", "object data"), "object-src"),
    **dict.fromkeys(("form action", "button formaction", "input formaction"), "form-action"),
    "iframe src": "frame-src",
    "script src": "script-src",
}
_LINK = "link to it instead, [text](https://…)"
_REMEDIES = {
    "img-src": "save the picture in the content folder, ![What it shows]({static}/images/…)",
    "media-src": "save the file in the content folder, {static}/…",
    "script-src": "take it out",
    "style-src": "take it out, and use a class that the theme's stylesheet knows",
}
_PELICANS = re.compile(r"[{|]\w*[}|]")
_CANDIDATES = re.compile(r"(?<=[wx]),\s*|,\s+")


@dataclass(frozen=True)
class ThirdParty:
    """The judge of what a body loads: ``home`` is the site's address, empty if not known."""

    policy: Policy
    home: str

    def faults(self, token: Token) -> Iterator[Problem]:
        """Yield a fault for each thing in a tag that a browser will block."""
        for kind, shown, address in _wanted(token):
            if not self.policy.allows(kind, address, self.home):
                message = f"browsers will block {shown} ({kind} of the Content-Security-Policy)"
                yield Problem(
                    "", token.line, "third-party", f"{message}: {_REMEDIES.get(kind, _LINK)}"
                )


def addresses_of(said: Mapping[str, str], names: Container[str]) -> Iterator[str]:
    """Yield all that a tag leads to or shows, by the names of its attributes."""
    for name, value in said.items():
        if name == "srcset":
            yield from (part.split()[0] for part in _CANDIDATES.split(value) if part.strip())
        elif name in names and not find_placeholders(value):
            yield value


def is_of_site(address: str, home: str) -> bool:
    """Whether a plain address leads to another place of the site at ``home``."""
    try:
        parts = urlsplit(address)
    except ValueError:  # a writer's own HTML may say anything
        return False
    if parts.scheme or parts.netloc:
        rest = address.removeprefix(home) if home else address
        return rest != address and rest[:1] in ("", "/", "?", "#")
    return bool(parts.path) and not _PELICANS.match(address)


def _wanted(token: Token) -> Iterator[tuple[str, str, str]]:
    """Yield what a tag asks for: the directive, what to call it, and its address, if any."""
    for name, value in token.attributes.items():
        if name == "style":
            yield "style-src", f"style={value[:40]!r}", ""
        elif name.startswith("on") and name[2:].isalpha():
            yield "script-src", f"{name}={value[:40]!r}", ""
        elif value.lower().startswith("javascript:"):
            yield "script-src", value[:60], ""
        elif kind := _KINDS.get(f"{token.name} {name}"):
            candidates = _CANDIDATES.split(value) if name == "srcset" else [value]
            for address in (part.split()[0] for part in candidates if part.strip()):
                if address[0] not in "{|":  # inside the site, and looked at elsewhere
                    yield kind, address, address
    if token.name == "style":
        yield "style-src", "<style>", ""
    if token.name == "script" and "src" not in token.attributes:
        yield "script-src", "<script>", ""
