"""What a Markdown body refers to and promises, as readers get it.

Python-Markdown alone decides what a body says: it is asked, with the site's own extensions,
and its HTML is read. Marks in the source tell the lines. So what ends up in code is no link,
no task and no placeholder, whichever way it got there. A comment is published, so it may hold
no placeholder either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from markdown import Markdown

from ..model.body import Body, Fault, Link
from ..model.policy import Policy
from ..model.settings import Settings, SettingsError
from .body_facts import Facts
from .elements import tokens
from .markdown_extension import NewsroomExtension
from .marks import marked
from .nesting import check_nesting
from .third_party import ThirdParty, is_of_site

# Colours in code, and headers, say nothing here.
_LEFT_OUT = ("codehilite", "meta", "markdown_extension")

# A link that is one wherever it stands, outside code.
_PLAIN_LINK = re.compile(
    r"(?P<image>!)?\[(?![ \t]*+\])[^\[\]\n<>\\`|{}]++\]"
    r"\((?:\{(?P<what>filename|static|attach)\}(?P<target>[\w./#~+-]++)"
    r"|(?P<away>https?://[^\s()<>\[\]\"'\\`{}|&]++))\)"
)
# What else may make a body say more than its text, or code of it.
_TELLING = (
    *("<", "[", "`", "\\", "{", "~", "\t", "    ", "due:", "done:"),
    *("|cite|", "|filename|", "|static|", "|attach|"),
)
_LETTER = re.compile(r"[^\W\d_]")


class BodyReader:
    """Reads bodies, with what the site's settings make of Markdown."""

    def __init__(self, settings: Settings) -> None:
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
            html = self._converter.reset().convert(marked(text, first_line))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            message = f"Python-Markdown cannot read this text ({type(error).__name__}): simplify it"
            return Body(text, faults=(Fault(first_line, "unread", message),), line=first_line)
        cut = list(tokens(html, first_line))
        facts = Facts(self._third_party)
        facts.read(cut)
        if not self._names_headings:
            facts.check_places()
        faults = (*facts.faults, *check_nesting(cut))
        return Body(
            text,
            tuple(facts.links),
            tuple(facts.tasks),
            tuple(dict.fromkeys(faults)),
            facts.shows,
            tuple(dict.fromkeys(facts.addresses)),
            first_line,
        )

    @cached_property
    def lasts(self) -> bool:
        """Whether a text alone decides what is read: another's extension may open files."""
        names = _extensions(self._settings.markdown)
        return all(
            isinstance(name, str) and ("." not in name or name.startswith("markdown.extensions."))
            for name in names
        )

    @cached_property
    def _names_headings(self) -> bool:
        """Whether headings get names of their words, which our marks would change."""
        return any("toc" in str(name) for name in _extensions(self._settings.markdown))

    @cached_property
    def _converter(self) -> Markdown:
        options = {
            key: value
            for key, value in self._settings.markdown.items()
            if key not in ("extensions", "extension_configs")
        }
        names = _extensions(self._settings.markdown)
        configs = self._settings.markdown.get("extension_configs", {})
        try:
            return Markdown(
                extensions=[*names, NewsroomExtension()],
                extension_configs={name: configs[name] for name in names if name in configs},
                **options,
            )
        except Exception as error:  # whatever an extension raises
            message = f"MARKDOWN: Python-Markdown cannot be made so: {error}"
            raise SettingsError(message) from None


def _extensions(conf: Mapping[str, Any]) -> list[Any]:
    """The extensions that the setting names, as Pelican finds them, without what says nothing."""
    named = [*conf.get("extensions", ()), *conf.get("extension_configs", ())]
    kept: list[Any] = []
    for name in named:
        if name not in kept and str(name).rpartition(".")[2] not in _LEFT_OUT:
            kept.append(name)
    return kept


def read_plainly(text: str, first_line: int, home: str = "") -> Body | None:
    """What an ordinary text says, without converting it; None unless that is the same for sure."""
    rest = _PLAIN_LINK.sub("", text).lower()
    if not _LETTER.search(text) or any(sign in rest for sign in _TELLING):
        return None
    links: list[Link] = []
    line, counted = first_line, 0
    for found in _PLAIN_LINK.finditer(text):
        away = found["away"]
        if away and (found["image"] or is_of_site(away, home)):
            return None
        if found["what"]:
            line += text.count("\n", counted, found.start())
            counted = found.start()
            links.append(Link(found["what"], found["target"], line))
    return Body(text, tuple(links), line=first_line)
