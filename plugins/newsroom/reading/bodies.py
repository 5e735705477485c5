"""What a Markdown body refers to and promises, as readers get it; and what is wrong with it.

Python-Markdown, with the site's own extensions, decides what a body says: its HTML is read. So
what ends up in code is no link, no task and no placeholder. A comment is published as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape, unescape
from pkgutil import iter_modules
from typing import Any
from urllib.parse import unquote

from markdown import Markdown, extensions

from ..model.attachment import RECORDINGS
from ..model.body import PLACEHOLDER, Body, Link, Task, find_placeholders
from ..model.policy import Policy
from ..model.problems import Problem, Severity, nearest
from ..model.settings import Settings, SettingsError
from .body_html import (
    INLINE,
    VOID,
    Source,
    ThirdParty,
    Token,
    addresses_of,
    check_nesting,
    is_of_site,
    tokens,
)
from .lookalikes import OUR_MARK, WHATS, lookalikes
from .markdown_extension import ADVICE, BOX, KEPT, KEYS, QUOTE, RECORDING, TASK, NewsroomExtension
from .plain_bodies import read_plainly
from .signs import held_back_in_vain

# The header is not part of a body, and our own extension is there anyhow.
_LEFT_OUT = ("meta", "markdown_extension")

_CODE = ("pre", "code", "kbd", "samp")
_SHOWN = frozenset("img video audio svg canvas iframe object embed input hr math".split())
_MARK = re.compile(r"[{|](?P<what>\w*)[}|](?P<target>.*)", re.S)
# As Pelican finds them: of each tag the last one in quotation marks.
_RESOLVED = re.compile(
    r"<[^>]+(?:href|src|poster|data|cite|formaction|action|content)\s*=\s*"
    r"""(?P<quote>["'])(?P<address>[{|]\w*[}|].*?)(?P=quote)"""
)
_ADDRESSES = "href src srcset poster data cite formaction action".split()
# Places that every page of an entry has.
_OF_THE_PAGE = frozenset(("top", "main", "press-contact", "corrections", "signed", "standing"))

_MARKDOWNS_OWN = frozenset(module.name for module in iter_modules(extensions.__path__))


class BodyReader:
    """Reads bodies, with what the site's settings make of Markdown."""

    def __init__(self, settings: Settings) -> None:
        self.made: dict[str, str] = {}  # HTML, by its text
        self._settings = settings
        policy = Policy.of(settings.headers, settings.search)
        self._third_party = ThirdParty(policy, settings.site_url)

    def read(self, text: str, first_line: int) -> Body:
        """Read a body whose first line has the number ``first_line`` in its file."""
        plain = read_plainly(text, first_line, self._third_party.home) if self.lasts else None
        return plain or self.read_whole(text, first_line)

    def read_whole(self, text: str, first_line: int) -> Body:
        """Read a body by converting it."""
        try:
            html = self.made[text] = self.convert(text)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            message = f"Python-Markdown cannot read this text ({type(error).__name__}): simplify it"
            return Body(text, faults=(Problem("", first_line, "unread", message),), line=first_line)
        facts = Facts(source := Source(text, first_line), self._third_party)
        facts.read(cut := list(tokens(html, source)))
        faults = tuple(dict.fromkeys((*facts.faults, *check_nesting(cut))))
        tasks, advice = tuple(facts.tasks), facts.advice
        links, comments = tuple(facts.links), tuple(facts.comments)
        return Body(text, links, tasks, faults, facts.shows, first_line, advice, comments)

    def convert(self, text: str) -> str:
        """Return the HTML of a body, as Pelican makes it. Raises whatever an extension raises."""
        return self._converter.reset().convert(text)

    @cached_property
    def lasts(self) -> bool:
        """Whether a text alone decides what is read: another's extension may open files."""
        names = _extensions(self._settings.markdown)
        return all(
            isinstance(name, str) and name.removeprefix("markdown.extensions.") in _MARKDOWNS_OWN
            for name in names
        )

    @cached_property
    def _converter(self) -> Markdown:
        options = dict(self._settings.markdown)
        names = _extensions(options)
        options["extensions"] = [*names, NewsroomExtension()]
        configs = options.pop("extension_configs", {})
        configs = {name: configs[name] for name in names if name in configs}
        try:
            return Markdown(extension_configs=configs, **options)
        except Exception as error:  # whatever an extension raises
            message = f"MARKDOWN: Python-Markdown cannot be made so: {error}"
            raise SettingsError(message) from None


def _extensions(conf: Mapping[str, Any]) -> list[Any]:
    """Return the extensions that the setting names, as Pelican finds them."""
    named = [*conf.get("extensions", ()), *conf.get("extension_configs", ())]
    return [
        name
        for place, name in enumerate(named)
        if name not in named[:place] and str(name).rpartition(".")[2] not in _LEFT_OUT
    ]


@dataclass
class _Task:
    """A task whose text is being read; ``silent`` is an element in it that is left out."""

    checked: bool
    line: int
    html: list[str] = field(default_factory=list)
    days: list[tuple[str, str]] = field(default_factory=list)
    silent: bool = False


@dataclass
class Facts:
    """What is read off one body."""

    source: Source
    third_party: ThirdParty
    links: list[Link] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    faults: list[Problem] = field(default_factory=list)
    shows: bool = False
    advice: str = ""
    comments: list[int] = field(default_factory=list)
    _places: set[str] = field(default_factory=set)
    _places_asked: list[tuple[int, str]] = field(default_factory=list)
    """The lines and targets of links within the text."""
    _is_first: bool = True
    _code: int = 0
    _quotes: int = 0
    _block: list[Token] = field(default_factory=list)
    """The text of the block that is open, outside code."""
    _task: _Task | None = None
    _advice: list[int] | None = None
    """The lines of the blocks of the advice that is open, its heading's first."""
    _misplaced: bool = False
    _unnamed: Token | None = None
    """The link that is open and has had no text so far."""
    _says: list[str] = field(default_factory=list)
    """What the link that is open says, as written."""
    _before: int = 0
    """How many links came before it."""

    def read(self, tokens: Iterable[Token]) -> None:
        """Read a body from its first token to its last."""
        for token in tokens:
            if token.kind == "start":
                self._start(token)
            elif token.kind == "end":
                self._end(token)
            elif token.kind == "text":
                self._text(token)
            elif token.kind == "comment":
                self.comments.append(token.lines[0][1] if token.lines else token.line)
                self._check_text([token])
                for found in _RESOLVED.finditer(token.written):
                    message = f"Pelican follows {found['address']} in a comment, too: take it out"
                    self._fault(_line([token], found.start()), "link", message)
        self._end_block()
        self._end_task()
        for line, place in self._places_asked:
            if place not in self._places | _OF_THE_PAGE:
                message = f"#{place} names no place in this text: end the heading that it leads to"
                remedy = f"with {{#{place}}}, or mend the name{nearest(place, self._places)}"
                self._fault(line, "link", f"{message} {remedy}")

    def _start(self, token: Token) -> None:
        said = token.attributes
        self.shows = self.shows or token.name in _SHOWN
        if token.name not in INLINE:
            self._end_block()
            # In a loose list, a line break is before the paragraph.
            if token.name != "p" or (self._task and any(map(str.strip, self._task.html))):
                self._end_task()
        if ADVICE in said or ADVICE in said.get("class", "").split():
            self._start_advice(token)
        self._code += token.name in _CODE
        self._quotes += token.name == QUOTE
        if token.name == "li" and TASK in said and not self._quotes:
            self._task = _Task(said[TASK] == KEPT, token.line)
        elif self._task:
            self._start_in_task(token, self._task)
        for text in find_placeholders("\n".join(said.values())):
            self._fault(token.line, "placeholder", f"{text} is still to be written")
        self.faults.extend(self.third_party.faults(token))
        if self._advice == [] and said.get("class") == "footnote-ref":
            message = "the heading of advice stands in lists, without notes: put this one below it"
            self._fault(token.line, "advice", message)
        if token.name == "a":
            self._says, self._before = [], len(self.links)
        self._says.append(said.get("alt", ""))
        self._addresses(token)
        is_image = token.name == "img" or (token.name == "input" and said.get("type") == "image")
        is_own = token.written in self.source.text  # as HTML
        if is_image and ("alt" not in said or not (said["alt"] or is_own)):
            message = "this picture says nothing to those who do not see it: write"
            remedy = '![What it shows](…), or, for mere decoration, <img src="…" alt="">'
            self._fault(token.line, "alt", f"{message} {remedy}")
        if token.name == "img" and said.get("src", "").lower().endswith(RECORDINGS):
            self._check_recording(token)
        if token.name == "a" and "href" in said:
            self._unnamed = None if {"aria-label", "title"} & said.keys() else token
        elif token.name in _SHOWN:
            self._unnamed = None

    def _start_advice(self, token: Token) -> None:
        """Begin a section of advice, or note one that is none, or is not the first."""
        if token.name == "section" and not self.advice:
            self._advice = []
        else:
            self._misplaced = True

    def _end_advice(self) -> None:
        lines, self._advice = self._advice or [1], None
        self.advice = " ".join(unescape(self.advice).split())
        if len(lines) < 2:
            message = "this advice is nothing but its heading: write below it what to do"
            self._fault(lines[0], "advice", message)

    def _check_recording(self, token: Token) -> None:
        """Report a recording that no player would be made of."""
        is_ours = re.match(r"[{|](?:static|attach)[}|]", token.attributes["src"])
        if not (is_ours and RECORDING in token.attributes):
            message = "a recording stands alone in its paragraph, between empty lines, and is a"
            remedy = "file of the content folder: write ![What it is]({static}/…)"
            self._fault(token.line, "recording", f"{message} {remedy}")

    def _start_in_task(self, token: Token, task: _Task) -> None:
        said = token.attributes
        days = [(key, said[f"data-{key}"]) for key in KEYS if f"data-{key}" in said]
        task.days += days
        task.silent = task.silent or bool(days) or BOX in said
        if token.name == "img":
            task.html.append(escape(said.get("alt", "")))
        elif token.name not in ("a", "p") and not task.silent:
            named = "".join(f' {name}="{escape(value)}"' for name, value in said.items())
            task.html.append(f"<{token.name}{named}>")

    def _end(self, token: Token) -> None:
        if token.name == "a" and self._unnamed:
            message = "this link has no text, so nobody can see or follow it: write [text](…)"
            self._fault(self._unnamed.line, "link", message)
            self._unnamed = None
        if token.name == "a":
            self._name_link()
        self._code = max(0, self._code - (token.name in _CODE))
        self._quotes = max(0, self._quotes - (token.name == QUOTE))
        if token.name not in INLINE:
            self._end_block()
            self._end_task()
            if token.name == "section" and self._advice is not None:
                self._end_advice()
        elif self._task and self._task.silent:
            self._task.silent = token.name != "span"
        elif self._task and token.name not in ("a", *VOID):
            self._task.html.append(f"</{token.name}>")

    def _name_link(self) -> None:
        """Give the link that is closed its text; links elsewhere are not noted."""
        place, self._before = self._before, len(self.links)
        if place < len(self.links) and self.links[place].element == "a":
            text = " ".join(unescape("".join(self._says)).split())
            self.links[place] = replace(self.links[place], text=text)

    def _text(self, token: Token) -> None:
        self._says.append(token.written)
        if self._advice == []:
            self.advice += token.written
        if token.written.strip():
            self.shows, self._unnamed = True, None
        if self._task and not self._task.silent:
            self._task.html.append(token.written)
        if self._code:
            token = Token("text", "\u2026", token.line, lines=((0, token.line),))
        self._block.append(token)

    def _end_task(self) -> None:
        if task := self._task:
            html = "".join(task.html).strip()
            self.tasks.append(Task(html, task.checked, task.line, tuple(task.days)))
        self._task = None

    def _end_block(self) -> None:
        """Look at the text of a block, now that it is whole."""
        block, self._block = self._block, []
        if any(token.written.strip() for token in block):
            line = next(token.line for token in block if token.written.strip())
            if self._advice is not None:
                self._advice.append(line)
            if self._misplaced:
                message = "{.advice} is for one heading, which stands in no quote, list or HTML"
                self._fault(line, "advice", f"{message}: mend it, or take this one out")
                self._misplaced = False
            self._check_text(block)
            self._check_marks(block)
            self._is_first = False

    def _check_text(self, block: list[Token]) -> None:
        """Report what is not finished, or is meant to hold the text back."""
        text = "".join(token.written for token in block)
        for found in PLACEHOLDER.finditer(text):
            message = f"{' '.join(found[0].split())} is still to be written"
            self._fault(_line(block, found.start()), "placeholder", message)
        for at, message in held_back_in_vain(text, self._is_first):
            self._fault(_line(block, at), "status", message)

    def _check_marks(self, block: list[Token]) -> None:
        """Report what looks like a link, a task or its day, and is none."""
        text = "".join(token.written for token in block)

        def written(at: int) -> str:
            return self.source.of_line(_line(block, at))

        for at, rule, message, severity in lookalikes(text, self._task is not None, written):
            self._fault(_line(block, at), rule, message, severity)

    def _addresses(self, token: Token) -> None:
        """Note what a tag leads to inside the site, by Pelican's marks."""
        said, alt = token.attributes, token.attributes.get("alt", "")
        for name in ("href", "src"):
            if said.get(name) == "" and token.name in ("a", "img"):
                message = f"this leads nowhere, since {name} is empty: write where it leads"
                self._fault(token.line, "link", message)
        marked = {
            value
            for name, value in said.items()
            if OUR_MARK.search(value) or (name in _ADDRESSES and _MARK.match(value))
        }
        for address in addresses_of(said, _ADDRESSES):
            if address not in marked and is_of_site(address, self.third_party.home):
                self.links.append(Link("plain", address, token.line, token.name, alt))
            elif len(address) > 1 and address.startswith("#"):
                self._places_asked.append((token.line, unquote(address[1:])))
        self._places |= {said[name] for name in ("id", "name") if name in said}
        found = _RESOLVED.search(token.written) if marked else None
        resolved = unescape(found["address"]).strip() if found else ""
        for value in marked:
            link = _MARK.match(value)
            if value != resolved or not link:
                message = f"{value} would stay as it is, for Pelican looks at one address in each"
                remedy = 'tag, in quotation marks: write href="…" or src="…", and nothing beside'
                self._fault(token.line, "link", f"{message} {remedy}")
            elif link["what"] not in WHATS:
                message = f"{value} leads to nothing: write {{filename}} before a page,"
                self._fault(token.line, "link", f"{message} {{static}} before a file")
            else:
                said_of_it = (token.line, token.name, alt)
                self.links.append(Link(link["what"], link["target"], *said_of_it))

    def _fault(
        self, line: int, rule: str, message: str, severity: Severity = Severity.ERROR
    ) -> None:
        self.faults.append(Problem("", line, rule, message, severity))


def _line(block: list[Token], at: int) -> int:
    """Return the line of what stands at an offset in the joined text of a block."""
    line, begins = 1, 0
    for token in block:
        for start, number in token.lines:
            line = number if begins + start <= at else line
        begins += len(token.written)
    return line
