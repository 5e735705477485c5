"""The HTML of a body as plain text, for quoting, checking and mail.

Our own, because the libraries that do it are under the GPL (html2text) or do
not wrap (inscriptis). Beautiful Soup reads; this decides what a reader of
text needs of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

from ..language.words import Words
from ..view.markup import parse
from .columns import WIDTH, cleaned, columns, padded, verbatim, wrapped

BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section",
    "summary", "table", "ul",
}  # fmt: skip
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
CELLS = {"td", "th", "tr"}
UNSEEN = {
    "button", "canvas", "head", "noscript", "script", "select", "style", "svg", "template", "title",
}  # fmt: skip
# Parts of a citation's figure that say nothing without the picture, or to a machine only.
UNSEEN_CLASSES = {
    "citation-hash", "citation-screenshot", "citation-transcript-label", "footnote-backref",
}  # fmt: skip
DEEPEST = 60  # more is nobody's prose; from there on, only words
NARROWEST = 24  # columns that a list in a list in a list is left


@dataclass(frozen=True)
class Plain:
    """A body as text, and the whole URLs that ``[1]``, ``[2]`` … in it stand for."""

    text: str
    links: tuple[str, ...]


def plain(html: str, words: Words, *, width: int = WIDTH) -> Plain:
    """A body's HTML as wrapped text, its paragraphs separated by an empty line.

    URLs in it are whole. A line is wider than ``width`` only where it holds one
    word that cannot be broken, or is preformatted.
    """
    soup = _shown(html, words)
    reader = _Reader(words, min((tag.name for tag in soup.find_all(HEADINGS)), default=""))
    blocks = reader.blocks(soup, width)
    text = "\n".join(line.rstrip(" ") for block in blocks for line in (*block, ""))
    return Plain(text.rstrip("\n"), tuple(reader.links))


def shown_text(html: str, words: Words) -> str:
    """The words that a reader is shown at once, without any layout."""
    return " ".join(_shown(html, words).get_text(" ").split())


def _shown(html: str, words: Words) -> BeautifulSoup:
    """The tree of what a reader is shown at once: no shortcut can bring the rest back."""
    soup = parse(html)
    for tag in soup.find_all(True):
        if _is_unseen(tag):
            tag.extract()
        elif tag.name == "details" and _has_class(tag, "citation-warning"):
            label = tag.find(class_="citation-warning-label")
            there = words.say("(It is shown on the page, behind a click.)")
            said = f"{label.get_text()} {there}" if label else there
            tag.clear()
            tag.append(said)
    return soup


Block = list[str]


@dataclass
class _Reader:
    """Reads a tree from top to bottom and numbers its links; ``top`` is the highest heading."""

    speech: Words
    top: str
    links: dict[str, int] = field(default_factory=dict)
    depth: int = 0

    def blocks(self, node: Tag, width: int) -> list[Block]:
        """A node's content as blocks of lines; text between block elements is a paragraph."""
        if self.depth > DEEPEST:
            return [wrapped(node.get_text(" "), width=width).split("\n")]
        self.depth += 1
        found: list[Block] = []
        words = ""
        for child in node.children:
            if isinstance(child, Tag) and child.name in BLOCKS:
                found += self._paragraph(words, width)
                words = ""
                found += self._block(child, width)
            else:
                words += self.words(child)
        self.depth -= 1
        return found + self._paragraph(words, width)

    def _paragraph(self, words: str, width: int) -> list[Block]:
        lines = [cleaned(line) for line in words.split("\v")]
        if not any(lines):
            return []
        return [[part for line in lines for part in wrapped(line, width=width).split("\n")]]

    def _block(self, tag: Tag, width: int) -> list[Block]:
        match tag.name:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                return self._heading(tag, width)
            case "ul" | "ol" | "menu":
                return self._list(tag, width)
            case "dl":
                return self._definitions(tag, width)
            case "figcaption" if _has_class(tag.parent, "citation"):
                # Other people's words, a name for instance: no line of theirs begins like ours.
                blocks = self.blocks(tag, max(NARROWEST, width - 3))
                return [_indented([block], "", "   ")[0] for block in blocks]
            case "blockquote":
                return _quoted(self.blocks(tag, max(NARROWEST, width - 2)))
            case "pre":
                return [verbatim(tag.get_text().strip("\n"))]
            case "table":
                return self._table(tag, width)
            case "hr":
                return [] if _has_class(tag.parent, "footnote") else [["* * *"]]
            case _:
                return self.blocks(tag, width)

    def _heading(self, tag: Tag, width: int) -> list[Block]:
        lines = wrapped(self._all_words(tag), width=width).split("\n")
        return [[*lines, "-" * max(map(columns, lines))] if tag.name == self.top else lines]

    def _list(self, tag: Tag, width: int) -> list[Block]:
        """Items with their marks, close together if all are short."""
        number = _number(tag.get("start"), 1)
        items: list[list[Block]] = []
        for item in tag.find_all("li", recursive=False):
            number = _number(item.get("value"), number)
            mark = f"{number}. " if tag.name == "ol" else "- "
            if _has_class(tag.parent, "footnote"):
                mark = self.speech.say("Note {number}:", number=number) + " "
            number += 1
            inside = self.blocks(item, max(NARROWEST, width - len(mark)))
            items.append(_indented(inside, mark, " " * len(mark)))
        if all(len(blocks) <= 1 for blocks in items):
            return [[line for blocks in items for block in blocks for line in block]]
        return [block for blocks in items for block in blocks]

    def _definitions(self, tag: Tag, width: int) -> list[Block]:
        lines: Block = []
        for part in _own(tag, ("dt", "dd"), "dl"):
            shift = "    " if part.name == "dd" else ""
            inside = self.blocks(part, max(NARROWEST, width - len(shift)))
            lines += [line for block in _indented(inside, shift, shift) for line in block]
        return [lines] if lines else []

    def _table(self, tag: Tag, width: int) -> list[Block]:
        """Columns where they fit, cells wrapped; else a row as its own lines ``Head: value``."""
        rows = [
            [cleaned(self._all_words(cell)) for cell in row.find_all(["th", "td"], recursive=False)]
            for row in _own(tag, ("tr",), "table")
        ]
        rows = [row for row in rows if any(row)]
        if not rows:
            return []
        caption = tag.find("caption")
        before = self._paragraph(self._all_words(caption), width) if caption else []
        has_head = bool(tag.find("th"))
        widths = _fitting([max(map(columns, column)) for column in _columns(rows)], width)
        if widths:
            return [*before, _aligned(rows, widths, has_head, _right_aligned(tag))]
        return [*before, *self._records(rows, has_head, width)]

    def _records(self, rows: list[list[str]], has_head: bool, width: int) -> list[Block]:
        heads, values = (rows[0], rows[1:]) if has_head and len(rows) > 1 else ([], rows)
        labels = [f"{head}: " if head else "" for head in heads]
        return [
            [
                line
                for place, value in enumerate(row)
                if value
                for line in wrapped(
                    (labels[place] if place < len(labels) else "") + value, width=width, rest="    "
                ).split("\n")
            ]
            for row in values
        ]

    def _all_words(self, tag: Tag) -> str:
        return "".join(self.words(child) for child in tag.children).replace("\v", " ")

    def words(self, node: PageElement) -> str:
        """A node's words in one line; a vertical tab is a line break that the writer wanted."""
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
                return self._children(node)

    def _children(self, node: Tag) -> str:
        if self.depth > DEEPEST:
            return node.get_text(" ")
        self.depth += 1
        said = "".join(self.words(child) for child in node.children)
        self.depth -= 1
        return f" {said} " if node.name in BLOCKS | CELLS else said

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


def _own(tag: Tag, names: tuple[str, ...], kind: str) -> Iterator[Tag]:
    """What of these names belongs to a table or list itself, and not to one inside it."""
    yield from (found for found in tag.find_all(names) if found.find_parent(kind) is tag)


def _is_unseen(tag: Tag) -> bool:
    return tag.name in UNSEEN or tag.has_attr("hidden") or _has_class(tag, *UNSEEN_CLASSES)


def _has_class(tag: Tag | None, *names: str) -> bool:
    return tag is not None and not set(names).isdisjoint(tag.get_attribute_list("class"))


def _number(written: object, usual: int) -> int:
    text = str(written or "")
    return int(text) if text.isdecimal() and len(text) < 7 else usual


def _indented(blocks: list[Block], first: str, rest: str) -> list[Block]:
    """Blocks with ``first`` before the first line and ``rest`` before all others."""
    done: list[Block] = []
    for block in blocks or [[""]]:
        done.append([(rest if done or place else first) + line for place, line in enumerate(block)])
    return done


def _quoted(blocks: list[Block]) -> list[Block]:
    """One block, an empty quoted line between what were several."""
    lines = [line for block in blocks for line in (*block, "")][:-1]
    return [[f"> {line}" for line in lines]] if lines else []


def _columns(rows: list[list[str]]) -> Iterator[list[str]]:
    for place in range(max(map(len, rows))):
        yield [row[place] if place < len(row) else "" for row in rows]


def _right_aligned(tag: Tag) -> set[int]:
    """The columns whose cells say that they are aligned to the right."""
    return {
        place
        for row in _own(tag, ("tr",), "table")
        for place, cell in enumerate(row.find_all(["th", "td"], recursive=False))
        if _has_class(cell, "align-right")
    }


def _fitting(widths: list[int], width: int) -> list[int]:
    """The columns' widths, the widest one made narrower if need be; empty if that is too little."""
    widest = max(range(len(widths)), key=lambda place: widths[place])
    room = width - 2 * (len(widths) - 1) - sum(widths) + widths[widest]
    if room < min(NARROWEST, widths[widest]):
        return []
    return [min(room, size) if place == widest else size for place, size in enumerate(widths)]


def _aligned(rows: list[list[str]], widths: list[int], has_head: bool, right: set[int]) -> Block:
    lines: Block = []
    for number, row in enumerate(rows):
        cells = [wrapped(cell, width=widths[place]).split("\n") for place, cell in enumerate(row)]
        for parts in zip_longest(*cells, fillvalue=""):
            padded_parts = (
                padded(part, widths[place], place in right) for place, part in enumerate(parts)
            )
            lines.append("  ".join(padded_parts))
        if has_head and number == 0:
            lines.append("  ".join("-" * width for width in widths))
    return lines
