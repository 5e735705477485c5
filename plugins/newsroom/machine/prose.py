"""Plain text: wrapped as a terminal or a mail reader shows it, and made of a body's HTML.

Our own, because the libraries that do it are under the GPL (html2text) or do
not wrap (inscriptis). Beautiful Soup reads; this decides what a reader of
text needs of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag
from wcwidth import wcswidth

from ..language.words import Words
from ..view.markup import parse

WIDTH = 72
NARROWEST = 24  # columns that a list in a list in a list is left
DEEPEST = 60  # more is nobody's prose

_SPACE = re.compile(r"[^\S\u00a0\u2007\u202f]+")  # a line may end at it; at a no-break space not
# What nobody sees, or what makes a line read otherwise than it is written (Unicode TR 36).
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\ufeff\u202a-\u202e\u2066\u2067]")
# What a line may end after: a space, one wide letter with what must not begin a line, a word.
_WIDE = "\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60"
_NOT_FIRST = "、。，．・：；？！）］｝」』】〉》〕ー々ゝゞぁぃぅぇぉっゃゅょァィゥェォッャュョ"
_PIECE = re.compile(f" |[{_WIDE}][{_NOT_FIRST}]*|[^ {_WIDE}]+")

BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section",
    "summary", "table", "ul",
}  # fmt: skip
CELLS = {"td", "th", "tr"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
UNSEEN = {
    "button", "canvas", "head", "noscript", "script", "select", "style", "svg", "template", "title",
}  # fmt: skip
# Parts of a citation's figure that say nothing without the picture, or to a machine only.
UNSEEN_CLASSES = {
    "citation-hash", "citation-screenshot", "citation-transcript-label", "footnote-backref",
}  # fmt: skip


def cleaned(text: str) -> str:
    """Return a text on one line: white space folded, controls and soft hyphens left out."""
    return _UNSEEN.sub("", _SPACE.sub(" ", text)).strip(" \u00a0\u202f")


def columns(text: str) -> int:
    """Count the columns that a text takes: wide letters two, combining marks none."""
    return len(text) if text.isascii() else max(wcswidth(text), 0)


def wrapped(text: str, *, width: int = WIDTH, first: str = "", rest: str = "") -> str:
    """Wrap a paragraph in lines of ``width`` columns, ``first`` and ``rest`` before them included.

    A line is wider only where it holds one word that cannot be broken, such as a URL.
    """
    lines: list[str] = []
    line, used, empty = first, columns(first), True
    for piece in _PIECE.findall(cleaned(text)):
        size = columns(piece)
        if used + size > width and not empty and piece != " ":
            lines.append(line.rstrip(" "))
            line, used, empty = rest, columns(rest), True
        if piece != " " or not empty:
            line, used, empty = line + piece, used + size, False
    return "\n".join((*lines, line.rstrip(" ")))


@dataclass(frozen=True)
class Plain:
    """A body as text, and the whole URLs that ``[1]``, ``[2]`` … in it stand for."""

    text: str
    links: tuple[str, ...]


def plain(html: str, words: Words, *, width: int = WIDTH) -> Plain:
    """Make text of a body's HTML, its paragraphs separated by an empty line.

    URLs in it are whole. A line is wider than ``width`` only where it holds one
    word that cannot be broken, or is preformatted.
    """
    soup = _shown(html, words)
    reader = _Reader(words, min((tag.name for tag in soup.find_all(HEADINGS)), default=""))
    return Plain("\n\n".join(reader.blocks(soup, width)), tuple(reader.links))


def shown_text(html: str, words: Words) -> str:
    """Return the words that a reader is shown at once, without any layout."""
    return " ".join(_shown(html, words).get_text(" ").split())


def _shown(html: str, words: Words) -> BeautifulSoup:
    """Return the tree of what a reader is shown at once: no shortcut can bring the rest back."""
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


@dataclass
class _Reader:
    """Reads a tree from top to bottom and numbers its links; ``top`` is the highest heading."""

    speech: Words
    top: str
    links: dict[str, int] = field(default_factory=dict)
    depth: int = 0

    def blocks(self, node: Tag, width: int) -> list[str]:
        """Read a node's content as blocks; text between block elements is a paragraph."""
        width = max(NARROWEST, width)
        if self.depth > DEEPEST:
            return [wrapped(node.get_text(" "), width=width)]
        self.depth += 1
        found: list[str] = []
        words = ""
        for child in node.children:
            if isinstance(child, Tag) and child.name in BLOCKS:
                found += [_paragraph(words, width), *self._block(child, width)]
                words = ""
            else:
                words += self.words(child)
        self.depth -= 1
        return [block for block in (*found, _paragraph(words, width)) if block]

    def _block(self, tag: Tag, width: int) -> list[str]:
        match tag.name:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                text = wrapped(self._children(tag), width=width)
                return [underlined(text, "-") if text and tag.name == self.top else text]
            case "ul" | "ol" | "menu":
                return self._list(tag, width)
            case "dl":
                return ["\n".join(self.blocks(tag, width))]
            case "dd":
                return ["\n".join(_hung(block, "    ") for block in self.blocks(tag, width - 4))]
            case "figcaption" if _has_class(tag.parent, "citation"):
                # Other people's words, a name for instance: no line of theirs begins like ours.
                return [_hung(block, "   ", "") for block in self.blocks(tag, width - 3)]
            case "blockquote":
                inside = "\n\n".join(self.blocks(tag, width - 2)).split("\n")
                return ["\n".join(f"> {line}".rstrip() for line in inside) if any(inside) else ""]
            case "pre":
                lines = tag.get_text().replace("\r\n", "\n").expandtabs(4).strip("\n").split("\n")
                kept = (_UNSEEN.sub("", re.sub(r"[^\S ]", " ", line)) for line in lines)
                return ["\n".join(line.rstrip() for line in kept)]
            case "table":
                return self._table(tag, width)
            case "hr":
                return [] if _has_class(tag.parent, "footnote") else ["* * *"]
            case _:
                return self.blocks(tag, width)

    def _list(self, tag: Tag, width: int) -> list[str]:
        """Read items with their marks, close together if all are short."""
        number = _number(tag.get("start"), 1)
        items: list[list[str]] = []
        for item in tag.find_all("li", recursive=False):
            number = _number(item.get("value"), number)
            mark = f"{number}. " if tag.name == "ol" else "- "
            if _has_class(tag.parent, "footnote"):
                mark = self.speech.say("Note {number}:", number=number) + " "
            number += 1
            first, *others = self.blocks(item, width - len(mark)) or [""]
            shift = " " * len(mark)
            items.append([_hung(first, shift, mark), *(_hung(block, shift) for block in others)])
        apart = "\n\n" if any(len(blocks) > 1 for blocks in items) else "\n"
        return [apart.join(block for blocks in items for block in blocks)]

    def _table(self, tag: Tag, width: int) -> list[str]:
        """Read a table, each row on a line of its own."""
        caption = tag.find("caption")
        title = _paragraph(self._children(caption), width) if caption else ""
        rows = [
            [cleaned(self._children(cell)) for cell in row.find_all(["th", "td"], recursive=False)]
            for row in tag.find_all("tr")
            if row.find_parent("table") is tag
        ]
        shown = (" | ".join(row) for row in rows if any(row))
        return [title, "\n".join(wrapped(row, width=width, rest="    ") for row in shown)]

    def words(self, node: PageElement) -> str:
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
            case "del" | "s":
                return f"[deleted: {self._children(node)}]"
            case "q":
                return f"“{self._children(node)}”"
            case _:
                said = self._children(node)
                return f" {said} " if node.name in BLOCKS | CELLS else said

    def _children(self, node: Tag) -> str:
        if self.depth > DEEPEST:
            return node.get_text(" ")
        self.depth += 1
        said = "".join(self.words(child) for child in node.children)
        self.depth -= 1
        return said

    def _link(self, node: Tag) -> str:
        said, url = self._children(node), cleaned(str(node.get("href", "")))
        if _has_class(node, "footnote-ref"):
            return f" (note {said.strip()})"
        scheme, _, rest = url.partition(":")
        if scheme == "tel":
            said = said.strip().replace(" ", "\u00a0")  # a number is read in one piece
        if scheme in ("mailto", "tel"):
            address = rest.partition("?")[0]
            same = address.replace(" ", "") in said.replace(" ", "").replace("\u00a0", "")
            return said if same else f"{said} ({address})"
        if scheme not in ("http", "https") or said.strip() == url:
            return said
        number = self.links.setdefault(url, len(self.links) + 1)
        return f"{said} [{number}]" if said.strip() else f"[{number}]"


def underlined(text: str, mark: str) -> str:
    """Write a wrapped title with a line of marks under it."""
    return f"{text}\n{mark * max(map(columns, text.splitlines()))}"


def _paragraph(words: str, width: int) -> str:
    return "\n".join(filter(None, (wrapped(line, width=width) for line in words.split("\v"))))


def _hung(block: str, rest: str, first: str | None = None) -> str:
    """Put ``first`` before the first line of a block and ``rest`` before all others."""
    lines = block.split("\n")
    before = [rest if first is None else first, *[rest] * (len(lines) - 1)]
    return "\n".join(f"{mark}{line}".rstrip(" ") for mark, line in zip(before, lines, strict=True))


def _has_class(tag: Tag | None, *names: str) -> bool:
    return tag is not None and not set(names).isdisjoint(tag.get_attribute_list("class"))


def _number(written: object, usual: int) -> int:
    text = str(written or "")
    return int(text) if text.isdecimal() and len(text) < 7 else usual
