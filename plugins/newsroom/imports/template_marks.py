"""What a site's program puts into a Markdown text when it builds: Liquid, Nunjucks, shortcodes.

What is known is done; the rest is left out and reported. In code nothing is done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from .source import EMBED, Notes

SHORTCODE = "import-shortcode"
SOURCE = "source:"
"""Before the name of a source, where a mark leads to another text of the site."""

_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s'\"\]]+))")
_CODE = re.compile(
    r"^(?P<fence>[ >]*(?:`{3,}|~{3,}))[^\n]*\n.*?^(?P=fence)[ \t]*$"
    r"|(?<!`)(`{1,3})(?!`)[^\n]+?(?<!`)\2(?!`)",
    re.S | re.M,
)
_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}(.*?)\{%-?\s*endraw\s*-?%\}", re.S)
_HIGHLIGHT = re.compile(
    r"(?:\{%-?|\{\{[<%])\s*highlight\s+\"?([\w+#-]+)[^%>{}]*[%>]\}?\}\n?(.*?)"
    r"(?:\{%-?\s*end|\{\{[<%]\s*/\s*)highlight\s*(?:-?%\}|[>%]\}\})",
    re.S,
)
_COMMENT = re.compile(r"\{%-?\s*comment\b.*?\bendcomment\s*-?%\}", re.S)
_MARK = re.compile(
    r"\{\{[<%]-?\s*(?P<hugo>/?\s*[\w./-]+)(?P<hugo_said>[^{}]*?)/?\s*-?[>%]\}\}"
    r"|\{%-?\s*(?P<tag>[\w]+)(?P<tag_said>[^{}]*?)-?%\}"
    r"|\{\{-?(?P<value>[^{}]*?)-?\}\}"
)
_END = re.compile(r"(?:\{\{[<%]-?\s*/\s*|\{%-?\s*end)([\w./-]+)")
# What kramdown and its like say of an element, and where they put a table of contents.
_OF_ELEMENTS = re.compile(
    r"^[*-1][.]? .*\n\{:\s*toc[^}\n]*\}[ \t]*$|^\[\[?toc\]?\][ \t]*$"
    r"|^[ \t]*\{:[^}\n]*\}[ \t]*$|(?<=[)*_`\]])\{:[^}\n]*\}|(?<=\))\{[.#][^}\n]*\}",
    re.M | re.I,
)
_STRING = re.compile(r"[\"'](.*?)[\"']")
_CALL = re.compile(r"(\w+)\((.*)\)", re.S)
_PLAYERS = {
    "youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/",
    "tweet": "https://twitter.com/i/status/", "x": "https://twitter.com/i/status/",
    "gist": "https://gist.github.com/", "instagram": "https://www.instagram.com/p/",
}  # fmt: skip


def attributes(said: str) -> dict[str, str]:
    """Read ``name="value"`` as shortcodes have them."""
    found = _ATTRIBUTE.findall(said)
    return {name.lower(): next(filter(None, values), "") for name, *values in found}


@dataclass(frozen=True)
class Stash:
    """Texts that are put aside, so that nothing in them is taken for anything else."""

    texts: list[str] = field(default_factory=list)

    def put(self, text: str) -> str:
        """Return a sign that stands for the text."""
        self.texts.append(text)
        return f"\ue000{len(self.texts) - 1}\ue001"

    def back(self, text: str) -> str:
        """Return a text with all that was put aside in its place."""
        for _ in range(3):  # what was put aside may hold what was put aside before
            text = re.sub("\ue000(\\d+)\ue001", lambda found: self.texts[int(found[1])], text)
        return text


@dataclass(frozen=True)
class Marks:
    """Does the marks of one text; ``values`` are those that they may name, such as ``site.url``."""

    notes: Notes
    values: Mapping[str, str]
    stash: Stash = field(default_factory=Stash)

    def done(self, text: str) -> str:
        """Return Markdown without what only the site's program reads."""
        text = _HIGHLIGHT.sub(self._highlight, text)
        text = _CODE.sub(lambda code: self.stash.put(_bare(code[0])), text)
        text = _RAW.sub(lambda raw: self.stash.put(raw[1]), text)
        text = _COMMENT.sub("", text)
        closed = set(_END.findall(text))
        text = _MARK.sub(lambda mark: self._mark(mark, closed), text)
        text = _OF_ELEMENTS.sub("", text)
        return self.stash.back(text)

    def _highlight(self, found: re.Match[str]) -> str:
        return self.stash.put(f"\n\n```{found[1]}\n{_bare(found[2]).rstrip()}\n```\n\n")

    def _mark(self, found: re.Match[str], closed: set[str]) -> str:
        """Return what stands in the place of a mark."""
        if found["value"] is not None:
            return self._value(found[0], found["value"].strip())
        name = "".join((found["hugo"] or found["tag"]).split())
        said = found["hugo_said"] or found["tag_said"] or ""
        if name.startswith(("/", "end")):
            return ""
        if name in ("post_url", "link", "ref", "relref"):
            return SOURCE + said.strip().strip("\"'`").split(" ")[0].strip("\"'`")
        if made := self._known(name.lower(), said, found[0]):
            return made
        what = "is left out; what it holds stays" if name in closed else "is left out"
        self._left_out(found[0], f"{what}: write what it showed")
        return ""

    def _known(self, name: str, said: str, written: str) -> str:
        """Return the picture that a mark shows, or a link to what it embeds."""
        named = attributes(said)
        bare = [word.strip("\"'") for word in said.split() if "=" not in word]
        source = named.get("src") or named.get("path")
        if name in ("figure", "image", "img", "picture") and source:
            words = escape(named.get("caption") or named.get("title") or "")
            caption = f"<figcaption>{words}</figcaption>" if words else ""
            shown = f'<img src="{escape(source)}" alt="{escape(named.get("alt", ""))}">'
            return f"\n\n<figure>{shown}{caption}</figure>\n\n"
        key = named.get("id") or "/".join(bare[-2:] if name == "gist" else bare[:1])
        if name in _PLAYERS and re.fullmatch(r"[\w/-]+", key):
            address = _PLAYERS[name] + key
            self.notes(EMBED, f"an embed of {address} is a link now: say what it shows", written)
            return f"[{address.partition('://')[2]}]({address})"
        return ""

    def _value(self, written: str, said: str) -> str:
        name = said.partition("|")[0].strip()
        if string := _STRING.fullmatch(name):
            return string[1]  # a path, mostly, that a filter makes an address
        call = _CALL.fullmatch(name)
        if call and (made := self._known(call[1], call[2], written)):
            return made
        if name not in self.values:
            self._left_out(written, "is left out: write what stood there")
        return self.values.get(name, "")

    def _left_out(self, written: str, what: str) -> None:
        self.notes(SHORTCODE, f"{' '.join(written.split())[:80]} {what}", written)


def _bare(code: str) -> str:
    """Return code without the marks that keep others from being done."""
    return _RAW.sub(r"\1", code)
