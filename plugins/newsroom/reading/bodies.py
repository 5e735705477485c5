"""What a Markdown body refers to and promises, as readers get it.

Python-Markdown, with the site's own extensions, decides what a body says: its HTML is read. So
what ends up in code is no link, no task and no placeholder. A comment is published as well.
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
from .elements import Source, tokens
from .markdown_extension import NewsroomExtension
from .own_html import ThirdParty, check_nesting, is_of_site
from .signs import held_back_in_vain

# The header is not part of a body, and our own extension is there anyhow.
_LEFT_OUT = ("meta", "markdown_extension")

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
            html = self.convert(text)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            message = f"Python-Markdown cannot read this text ({type(error).__name__}): simplify it"
            return Body(text, faults=(Fault(first_line, "unread", message),), line=first_line)
        facts = Facts(source := Source(text, first_line), self._third_party)
        facts.read(cut := list(tokens(html, source)))
        faults = tuple(dict.fromkeys((*facts.faults, *check_nesting(cut))))
        links, addresses = tuple(facts.links), tuple(dict.fromkeys(facts.addresses))
        return Body(text, links, tuple(facts.tasks), faults, facts.shows, addresses, first_line)

    def convert(self, text: str) -> str:
        """Return the HTML of a body, as Pelican makes it. Raises whatever an extension raises."""
        return self._converter.reset().convert(text)

    @cached_property
    def lasts(self) -> bool:
        """Whether a text alone decides what is read: another's extension may open files."""
        names = _extensions(self._settings.markdown)
        return all(
            isinstance(name, str) and ("." not in name or name.startswith("markdown.extensions."))
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


def read_plainly(text: str, first_line: int, home: str = "") -> Body | None:
    """Read an ordinary text without converting it; None unless that is the same for sure."""
    rest = _PLAIN_LINK.sub("", text).lower()
    if not _LETTER.search(text) or any(sign in rest for sign in _TELLING):
        return None
    if any(held_back_in_vain(text, is_first=True)):
        return None
    links = []
    for found in _PLAIN_LINK.finditer(text):
        away = found["away"]
        if away and (found["image"] or is_of_site(away, home)):
            return None
        if found["what"]:
            line = first_line + text.count("\n", 0, found.start())
            links.append(Link(found["what"], found["target"], line))
    return Body(text, tuple(links), line=first_line)
