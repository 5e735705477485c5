"""Plain text, wrapped as a terminal or a mail reader shows it, made of a body's HTML.

Our own, because libraries for it are under the GPL (html2text) or do not wrap (inscriptis).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from textwrap import fill

from bs4 import BeautifulSoup
from bs4.builder import HTMLTreeBuilder
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from ..language.words import Words
from ..view.markup import parse

WIDTH = 72

_SPACE = re.compile(r"[^\S\u00a0\u2007\u202f]+")  # a line may end at it; at a no-break space not
# Invisible characters, and those that change the order in which text reads (Unicode TR 36).
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\ufeff\u202a-\u202e\u2066\u2067]")

BLOCKS = HTMLTreeBuilder.DEFAULT_BLOCK_ELEMENTS | {"center", "details", "menu", "summary"}
CELLS = {"td", "th", "tr"}
MARKED = {"del": "[deleted: {}]", "s": "[deleted: {}]", "q": "“{}”"}
UNSEEN = {"button", "canvas", "noscript", "script", "select", "style", "svg", "template"}
# Parts of a citation's figure that need its picture, or are for machines only.
UNSEEN_CLASSES = {
    "citation-hash", "citation-screenshot", "citation-transcript-label", "footnote-backref",
}  # fmt: skip


def plain(html: str, words: Words) -> tuple[str, list[str]]:
    """Make text of a body's HTML, with the whole URLs that ``[1]``, ``[2]`` … in it stand for."""
    reader = _Reader()
    return reader.blocks(_shown(html, words)), list(reader.links)


def shown_text(html: str, words: Words) -> str:
    """Return the words that are visible before any click, on one line."""
    return " ".join(_shown(html, words).get_text(" ").split())


def wrapped(text: str, *, first: str = "", rest: str = "") -> str:
    """Wrap a paragraph, ``first`` before its first line and ``rest`` before all others.

    A line ends at a space only: where there is none, as in a URL or in Japanese, it is longer.
    """
    lines = fill(
        cleaned(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return lines or first.rstrip()


def cleaned(text: str) -> str:
    """Return a text on one line: white space folded, controls and soft hyphens left out."""
    return _UNSEEN.sub("", _SPACE.sub(" ", text)).strip(" \u00a0\u202f")


def underlined(text: str, mark: str) -> str:
    """Write a wrapped title with a line of marks under it."""
    return f"{text}\n{mark * max(map(len, text.splitlines()))}"


def _shown(html: str, words: Words) -> BeautifulSoup:
    """Return the tree of what is visible before any click; the rest is removed from it."""
    soup = parse(html)
    for tag in soup.find_all(True):
        if tag.name in UNSEEN or tag.has_attr("hidden") or _has_class(tag, *UNSEEN_CLASSES):
            tag.extract()
        elif tag.name == "details" and _has_class(tag, "citation-warning"):
            label = tag.find(class_="citation-warning-label")
            there = words.say("(It is shown on the page, behind a click.)")
            said = f"{label.get_text()} {there}" if label else there
            tag.clear()
            tag.append(said)
    return soup


def _has_class(tag: Tag, *names: str) -> bool:
    return not set(names).isdisjoint(tag.get_attribute_list("class"))


def _is_block(node: PageElement) -> bool:
    return isinstance(node, Tag) and node.name in BLOCKS


@dataclass
class _Reader:
    """Reads a tree from top to bottom, and numbers its links.

    ``first`` stands before the first line of what is read, ``rest`` before all others.
    """

    links: dict[str, int] = field(default_factory=dict)

    def blocks(self, node: Tag, first: str = "", rest: str = "") -> str:
        """Read a node's content; text between block elements is a paragraph."""
        found: list[str] = []
        words = ""

        def add(text: str) -> None:
            if text:
                found.append(text)

        for child in node.children:
            if isinstance(child, Tag) and child.name in BLOCKS:
                add(_paragraph(words, rest if found else first, rest))
                words = ""
                add(self._block(child, rest if found else first, rest))
            else:
                words += self._words(child)
        add(_paragraph(words, rest if found else first, rest))
        return f"\n{rest.rstrip()}\n".join(found)

    def _block(self, tag: Tag, first: str, rest: str) -> str:
        match tag.name:
            case "h1" | "h2":
                text = wrapped(self._inside(tag), first=first, rest=rest)
                return underlined(text, "-") if text and not rest else text
            case "ul" | "ol" | "menu":
                return self._list(tag, first, rest)
            case "dd":
                return self.blocks(tag, f"{first}    ", f"{rest}    ")
            case "blockquote":
                return self.blocks(tag, f"{first}> ", f"{rest}> ")
            case "pre":
                lines = tag.get_text().expandtabs(4).strip("\n").splitlines()
                kept = (_UNSEEN.sub("", re.sub(r"[^\S ]", " ", line)) for line in lines)
                return "\n".join(f"{rest}{line}".rstrip() for line in kept)
            case "table":
                return self._table(tag, first, rest)
            case "hr":
                return f"{first}* * *"
            case _:
                return self.blocks(tag, first, rest)

    def _list(self, tag: Tag, first: str, rest: str) -> str:
        start = str(tag.get("start", ""))
        items = tag.find_all("li", recursive=False)
        found: list[str] = []
        for number, item in enumerate(items, int(start) if start.isdecimal() else 1):
            mark = f"{number}. " if tag.name == "ol" else "- "
            before = rest if found else first
            found.append(self.blocks(item, before + mark, rest + " " * len(mark)))
        return "\n".join(filter(None, found))

    def _table(self, tag: Tag, first: str, rest: str) -> str:
        """Read a table, each row on a line of its own."""
        found: list[str] = []
        for row in tag.find_all(["caption", "tr"]):
            if row.find_parent("table") is tag:
                cells = row.find_all(["th", "td"], recursive=False) or [row]
                line = " | ".join(cleaned(self._inside(cell)) for cell in cells)
                found.append(wrapped(line, first=rest if found else first, rest=f"{rest}    "))
        return "\n".join(filter(None, found))

    def _words(self, node: PageElement) -> str:
        """Read a node in one line; a vertical tab is a line break that the writer wanted."""
        if isinstance(node, NavigableString):
            return "" if isinstance(node, PreformattedString) else node.replace("\v", " ")
        if not isinstance(node, Tag):
            return ""
        match node.name:
            case "br":
                return "\v"
            case "img":
                alt = cleaned(str(node.get("alt", "")))
                return f"[Image: {alt}]" if alt else ""
            case "a":
                return self._link(node)
            case "sup" if (power := node.get_text()).isdecimal() and not node.find(True):
                return f"^{power}"  # 10 to the third is not 103
            case _:
                said = " {} " if node.name in BLOCKS | CELLS else MARKED.get(node.name, "{}")
                return said.format(self._inside(node))

    def _inside(self, node: Tag) -> str:
        return "".join(map(self._words, node.children))

    def _link(self, node: Tag) -> str:
        said, url = self._inside(node), cleaned(str(node.get("href", "")))
        if _has_class(node, "footnote-ref"):
            return f" (note {said.strip()})"
        scheme, _, rest = url.partition(":")
        if scheme in ("mailto", "tel"):
            address = rest.partition("?")[0]
            return said if address in said.replace(" ", "") else f"{said} ({address})"
        if scheme not in ("http", "https") or said.strip() == url:
            return said
        number = self.links.setdefault(url, len(self.links) + 1)
        return f"{said} [{number}]" if said.strip() else f"[{number}]"


def _paragraph(words: str, first: str, rest: str) -> str:
    found: list[str] = []
    for line in filter(cleaned, words.split("\v")):
        found.append(wrapped(line, first=rest if found else first, rest=rest))
    return "\n".join(found)
