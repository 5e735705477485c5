"""The links, tasks and placeholders of a body, read off its HTML; and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import unquote

from ..model.body import Fault, Link, Task, find_placeholders
from ..model.problems import Severity, nearest
from .elements import INLINE, VOID, End, Start, Text, Token
from .tasks import BOX, KEPT, KEYS, QUOTE, TASK
from .third_party import ThirdParty, candidates, is_of_site

_CODE = ("pre", "code", "kbd", "samp")
_SHOWN = frozenset(
    """
    img video audio svg canvas iframe object embed input hr math
    """.split()  # noqa: SIM905
)
_MARK = re.compile(r"[{|](?P<what>\w*)[}|](?P<target>.*)", re.S)
_OUR_MARK = re.compile(r"\{(?:cite|filename|static|attach|category|tag|author|index)\}(?=\S)")
# As Pelican finds them: of each tag the last one in quotation marks.
_RESOLVED = re.compile(
    r"<[^>]+(?:href|src|poster|data|cite|formaction|action|content)\s*=\s*"
    r"""(?P<quote>["'])(?P<address>[{|]\w*[}|].*?)(?P=quote)"""
)
_WHATS = ("cite", "filename", "static", "attach", "category", "tag", "author", "index")
_ADDRESSES = frozenset(
    """
    href src srcset poster data cite formaction action background longdesc xlink:href
    """.split()  # noqa: SIM905
)
# Places that every page of an entry has.
_OF_THE_PAGE = frozenset(("top", "main", "press-contact", "corrections", "signed", "standing"))
_PLACEHOLDER = re.compile(r"\[\[[^\[\]]+\]\]")
_NO_TASK = re.compile(
    r"(?:^|\n)[ \t]*(?:[-*+\u2022]|\d+[.)])?[ \t]*(?P<box>\[\s*[xX\u2713\u2714]?\s*\])"
)
_NO_DAY = re.compile(r"(?<![\w/])(?:due|done)\s?:\s?\d{4}-\d", re.I)
_NO_LINK = re.compile(
    r"(?<!\w)!?\[(?!\d+\])[^\[\]]+\]\[[^\[\]]*\]|\[[^\[\]]*\]\s?\((?:https?:|mailto:)"
)
_NO_DAY_IN_TASK = re.compile(r"(?<![\w/])(?:due|done)\s?:", re.I)


@dataclass
class _Task:
    """A task whose text is being read; ``silent`` is an element in it that is left out."""

    checked: bool
    line: int
    html: list[str] = field(default_factory=list)
    days: list[tuple[str, str]] = field(default_factory=list)
    silent: bool = False

    @property
    def begun(self) -> bool:
        """Whether there is a word of it: in a loose list, a line break is before its paragraph."""
        return any(map(str.strip, self.html))

    @property
    def whole(self) -> Task:
        """The task, as far as it was read."""
        html = "".join(self.html).strip()
        return Task(html, self.checked, self.line, tuple(self.days))


@dataclass
class _Said:
    """The text of one block, outside code; ``lines`` are offsets in it and the lines there."""

    text: str = ""
    lines: list[tuple[int, int, bool]] = field(default_factory=list)

    def add(self, token: Text) -> None:
        """Add what stands between two tags."""
        self.lines.append((len(self.text), token.line, False))
        self.lines += ((len(self.text) + at, line, True) for at, line in token.marks)
        self.text += token.text

    def line(self, at: int) -> int:
        """The line of what stands at an offset."""
        place, line, _ = next(found for found in reversed(self.lines) if found[0] <= at)
        return line + self.text.count("\n", place, at)

    def is_marked(self, at: int) -> bool:
        """Whether the source has just this here, not escaped."""
        return any(place == at and mark for place, _, mark in self.lines)


@dataclass
class Facts:
    """What is read off one body."""

    third_party: ThirdParty
    links: list[Link] = field(default_factory=list)
    addresses: list[Link] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    places_asked: list[Link] = field(default_factory=list)
    """Links within the text."""
    tasks: list[Task] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    shows: bool = False
    _code: int = 0
    _quotes: int = 0
    _said: _Said = field(default_factory=_Said)
    _task: _Task | None = None
    _unnamed: Start | None = None
    """The link that is open and has had no text so far."""

    def read(self, tokens: Iterable[Token]) -> None:
        """Read a body from its first token to its last."""
        for token in tokens:
            if isinstance(token, Start):
                self._start(token)
            elif isinstance(token, End):
                self._end(token)
            elif isinstance(token, Text):
                self._text(token)
        self._end_block()
        self._end_task()

    def check_places(self) -> None:
        """Report the links within the text that lead to no place in it."""
        for link in self.places_asked:
            if link.target not in self.places | _OF_THE_PAGE:
                self._fault(
                    link.line, "link",
                    f"#{link.target} names no place in this text: end the heading that it leads to"
                    f" with {{#{link.target}}}, or mend the name"
                    f"{nearest(link.target, self.places)}",
                )  # fmt: skip

    def _start(self, token: Start) -> None:
        self.shows = self.shows or token.name in _SHOWN
        if token.name not in INLINE:
            self._end_block()
            if token.name != "p" or (self._task and self._task.begun):
                self._end_task()
        if token.name in _CODE:
            self._code += 1
        if token.name == QUOTE:
            self._quotes += 1
        if token.name == "li" and TASK in token.attributes and not self._quotes:
            self._task = _Task(token.attributes[TASK] == KEPT, token.line)
        elif self._task:
            self._start_in_task(token, self._task)
        for text in find_placeholders("\n".join(token.attributes.values())):
            self._unwritten(token.line, text)
        self.faults.extend(self.third_party.faults(token))
        self._addresses(token)
        self._alternative(token)

    def _alternative(self, token: Start) -> None:
        """What those hear who do not see: of a picture, and of a link."""
        said = token.attributes
        is_image = token.name == "img" or (token.name == "input" and said.get("type") == "image")
        if is_image and ("alt" not in said or not (said["alt"] or token.is_own)):
            self._fault(
                token.line, "alt",
                "this picture says nothing to those who do not see it: write"
                ' ![What it shows](…), or, for mere decoration, <img src="…" alt="">',
            )  # fmt: skip
        if token.name == "a" and "href" in said:
            self._unnamed = None if {"aria-label", "title"} & said.keys() else token
        elif token.name in _SHOWN:
            self._unnamed = None

    def _start_in_task(self, token: Start, task: _Task) -> None:
        days = [
            (key, token.attributes[f"data-{key}"])
            for key in KEYS
            if f"data-{key}" in token.attributes
        ]
        task.days += days
        task.silent = task.silent or bool(days) or BOX in token.attributes
        if token.name == "img":
            task.html.append(escape(token.attributes.get("alt", "")))
        elif token.name not in ("a", "p") and not task.silent:
            named = "".join(
                f' {name}="{escape(value)}"' for name, value in token.attributes.items()
            )
            task.html.append(f"<{token.name}{named}>")

    def _end(self, token: End) -> None:
        if token.name == "a" and self._unnamed:
            message = "this link has no text, so nobody can see or follow it: write [text](…)"
            self._fault(self._unnamed.line, "link", message)
            self._unnamed = None
        if token.name in _CODE:
            self._code = max(0, self._code - 1)
        if token.name == QUOTE:
            self._quotes = max(0, self._quotes - 1)
        if token.name not in INLINE:
            self._end_block()
            self._end_task()
        elif self._task and self._task.silent:
            self._task.silent = token.name != "span"
        elif self._task and token.name not in ("a", *VOID):
            self._task.html.append(f"</{token.name}>")

    def _text(self, token: Text) -> None:
        if token.is_comment:
            said = _Said()
            said.add(token)
            self._placeholders(said)
            return
        if token.text.strip():
            self.shows, self._unnamed = True, None
        if self._task and not self._task.silent:
            self._task.html.append(token.text)
        self._said.add(Text("\u2026", token.line) if self._code else token)

    def _end_task(self) -> None:
        if self._task:
            self.tasks.append(self._task.whole)
        self._task = None

    def _end_block(self) -> None:
        """Look at the text of a block, now that it is whole."""
        said, self._said = self._said, _Said()
        if not said.text.strip():
            return
        self._placeholders(said)
        for found in _OUR_MARK.finditer(said.text):
            self._fault(
                said.line(found.start()), "link",
                f"{found[0]} is no link here and would be shown as it is: write"
                f" [text]({found[0]}…), or put it between backticks",
            )  # fmt: skip
        for found in _NO_LINK.finditer(said.text):
            shown = " ".join(found[0].split())
            self._fault(
                said.line(found.start()), "link",
                f"{shown} is no link and would be shown as it is: write [text](address),"
                " or the line that says where the reference leads",
            )  # fmt: skip
        self._no_tasks(said)

    def _placeholders(self, said: _Said) -> None:
        for found in _PLACEHOLDER.finditer(said.text):
            self._unwritten(said.line(found.start()), " ".join(found[0].split()))

    def _no_tasks(self, said: _Said) -> None:
        """What looks like a task or its day, and is none."""
        for found in _NO_TASK.finditer(said.text):
            if said.is_marked(found.start("box")):
                self._fault(
                    said.line(found.start("box")), "commitment",
                    f"{found['box']} makes no task here and would be shown as it is:"
                    " write an item of a list, - [ ] Text or - [x] Text",
                    Severity.WARNING,
                )  # fmt: skip
        for found in (_NO_DAY_IN_TASK if self._task else _NO_DAY).finditer(said.text):
            self._fault(
                said.line(found.start()), "commitment",
                f"{found[0].strip()} is read as no day: put due:2026-05-01 or"
                " done:2026-05-01 into the first paragraph of a task, - [ ] Text",
                Severity.WARNING,
            )  # fmt: skip

    def _addresses(self, token: Start) -> None:
        """What a tag leads to inside the site, by Pelican's marks."""
        for name in ("href", "src"):
            if token.attributes.get(name) == "" and token.name in ("a", "img"):
                message = f"this leads nowhere, since {name} is empty: write where it leads"
                self._fault(token.line, "link", message)
        marked = {
            value
            for name, value in token.attributes.items()
            if _OUR_MARK.search(value) or (name in _ADDRESSES and _MARK.match(value))
        }
        for address in _addresses_of(token):
            if address not in marked and is_of_site(address, self.third_party.home):
                self.addresses.append(Link("", address, token.line))
            elif len(address) > 1 and address.startswith("#"):
                self.places_asked.append(Link("#", unquote(address[1:]), token.line))
        self.places |= {
            token.attributes[name] for name in ("id", "name") if name in token.attributes
        }
        found = _RESOLVED.search(token.written) if marked else None
        resolved = unescape(found["address"]).strip() if found else ""
        for value in marked:
            link = _MARK.match(value)
            if value != resolved or not link:
                self._fault(
                    token.line, "link",
                    f"{value} would stay as it is, for Pelican looks at one address in each tag,"
                    ' in quotation marks: write href="…" or src="…", and nothing like it beside',
                )  # fmt: skip
            elif link["what"] not in _WHATS:
                self._fault(
                    token.line, "link",
                    f"{value} leads to nothing: write {{filename}} before a page,"
                    " {static} before a file",
                )  # fmt: skip
            else:
                self.links.append(Link(link["what"], link["target"], token.line))

    def _unwritten(self, line: int, text: str) -> None:
        self._fault(line, "placeholder", f"{text} is still to be written")

    def _fault(
        self, line: int, rule: str, message: str, severity: Severity = Severity.ERROR
    ) -> None:
        self.faults.append(Fault(line, rule, message, severity))


def _addresses_of(token: Start) -> Iterator[str]:
    """All that a tag leads to or shows."""
    for name, value in token.attributes.items():
        if name in _ADDRESSES and not find_placeholders(value):
            yield from candidates(value) if name == "srcset" else (value,)
