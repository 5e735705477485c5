"""What Python-Markdown is asked to do differently, as one of its extensions.

Only what later steps could not mend: a ``![]({cite}x)`` gets an ``alt``, because
Pelican warns of an empty one before anyone else may speak; a table says its
alignment with a class, because Markdown's ``style`` attribute breaks a strict
Content-Security-Policy; what scrolls sideways takes the keyboard's focus; pictures that
stand alone in a paragraph are a figure or a gallery; and there are task lists. An item
that begins with ``[ ]`` or ``[x]`` becomes

    <li data-task="open"><span data-box="">☐</span> Text <span data-due="…">(due …)</span></li>

and whatever else speaks of tasks goes by these attributes. A heading with the class ``advice``
begins a ``<section class="advice">``, up to the next heading of its level or above.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.extensions.attr_list import AttrListExtension
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor

from ..model.attachment import RECORDINGS

CITE = "{cite}"
ADVICE = "advice"
RECORDING = "data-recording"
TASK = "data-task"
BOX = "data-box"
OPEN, KEPT = "open", "kept"
KEYS = ("due", "done")
QUOTE = "blockquote"
"""What stands in one was promised elsewhere, or by others: it is shown, and promises nothing."""
BOXES = {OPEN: "\u2610", KEPT: "\u2611"}

_ITEM = re.compile(r" {0,3}(?:[*+-]|\d+\.) +")
_BEGINS = re.compile(r"\s*\[(?P<box>[ xX])\]\s+")
_CODE = re.compile(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", re.S)
_DAY = re.compile(
    r"""
    (?:^|\s+) (?P<open>[(\[])?
    (?P<key>due|done) (?: :\s+(?=\d) | :(?=\S) | \s+(?=\d{4}-\d) )
    (?P<day>[^\s()\[\]]+?) [.,;:!?]* (?(open)[)\]]) (?=$|[\s.,;:!?)\]])
    """,
    re.I | re.X,
)
_BLOCKS = frozenset(
    "ul ol p pre table blockquote div dl figure h1 h2 h3 h4 h5 h6 hr details".split()
)
_HEADING = re.compile(r"h[1-6]")
_ALIGN = re.compile(r"text-align:\s*(left|center|right);?")
_TAG = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')+>""")
_SCROLLING = re.compile(r"<(?:pre|table)[\s>](?!.*\btabindex\b)", re.I | re.S)


class _TaskListProcessor(BlockProcessor):
    """Begins a list at a task right under a paragraph, where Markdown would go on with that."""

    def test(self, parent: Element, block: str) -> bool:
        return _begins_list(block) > 0

    def run(self, parent: Element, blocks: list[str]) -> None:
        block = blocks.pop(0)
        lines, start = block.split("\n"), _begins_list(block)
        self.parser.parseBlocks(parent, ["\n".join(lines[:start])])
        blocks.insert(0, "\n".join(lines[start:]))


def _begins_list(block: str) -> int:
    """Return the line that begins a list which holds a task, also where others stand before it."""
    if "\n" not in block or "[" not in block:
        return 0
    lines = _CODE.sub(lambda code: "\n" * code[0].count("\n"), block).split("\n")
    for number, line in enumerate(lines):
        item = _ITEM.match(line)
        if item and _BEGINS.match(line[item.end() :] + " "):
            while number and _ITEM.match(lines[number - 1]):
                number -= 1
            return number
    return 0


class _NewsroomTreeprocessor(Treeprocessor):
    """Names cited images, aligns the cells of tables by a class, makes figures, and marks tasks.

    The text of an item that is a task is its first paragraph.
    """

    def run(self, root: Element) -> None:
        for element in root.iter():
            source = element.get("src", "")
            if element.tag == "img" and source.startswith(CITE):
                element.set("alt", source.removeprefix(CITE))
            aligned = _ALIGN.fullmatch(element.get("style", ""))
            if element.tag in ("th", "td") and aligned:
                del element.attrib["style"]
                element.set("class", f"align-{aligned[1]}")
        for parent in list(root.iter()):
            for place, block in enumerate(parent):
                if block.tag == "p" and (pictures := _alone(block)):
                    parent[place] = _figures(block, pictures)
        for item in root.iter("li"):
            is_loose = not (item.text or "").strip() and len(item) > 0 and item[0].tag == "p"
            holder = item[0] if is_loose else item
            if found := _BEGINS.match(holder.text or ""):
                _make_task(item, holder, found)
        _set_advice_apart(root)


def _set_advice_apart(root: Element) -> None:
    """Put each heading of advice and what belongs to it into a section."""
    section, level = root, 0
    for child in list(root):
        is_heading = bool(_HEADING.fullmatch(child.tag))
        classes = [
            ADVICE if name.lower() == ADVICE else name for name in child.get("class", "").split()
        ]
        if (is_heading and child.tag <= f"h{level}") or "footnote" in classes:
            section = root
        if is_heading and ADVICE in classes and section is root:
            section, level = Element("section", {"class": ADVICE}), int(child.tag[1])
            root.insert(list(root).index(child), section)
            classes.remove(ADVICE)
            child.attrib.pop("class")
            if classes:
                child.set("class", " ".join(classes))
        if section is not root:
            root.remove(child)
            section.append(child)


def _alone(block: Element) -> list[Element]:
    """Return the pictures of a paragraph that holds nothing else, each with a link around it."""
    items = [child for child in block if child.tag != "br"]
    texts = (block.text, *(child.tail for child in block))
    is_alone = not any(text and text.strip() for text in texts) and None not in map(_picture, items)
    return items if is_alone else []


def _picture(item: Element) -> Element | None:
    """Return a picture of our own, which a link may be all around; None for anything else."""
    if item.tag == "a" and len(item) == 1 and not (item.text or item[0].tail or "").strip():
        item = item[0]
    return item if item.tag == "img" and not item.get("src", "").startswith(CITE) else None


def _figures(block: Element, pictures: list[Element]) -> Element:
    """Return what stands in the place of a paragraph of pictures: a figure, or a gallery."""
    figures = list(map(_figure, pictures))
    if len(figures) == 1:
        if figures == pictures:
            return block
        whole = figures[0]
    else:
        whole = Element("div", {"class": "gallery"})
        whole.extend(figures)
        for each in figures:
            each.tail = "\n"
    for name, value in block.items():
        whole.set(name, f"{whole.get(name, '')} {value}".strip())
    whole.tail = block.tail
    return whole


def _figure(item: Element) -> Element:
    """Return a picture as a figure with its title as the caption, ``what | whose``; if it has one.

    A recording is a figure in any case. What is escaped with a backslash has no bar here.
    """
    picture, item.tail = _picture(item), None
    assert picture is not None
    is_recording = picture is item and picture.get("src", "").lower().endswith(RECORDINGS)
    if is_recording:
        picture.set(RECORDING, "")
    caption, _, credit = (part.strip() for part in picture.attrib.pop("title", "").partition("|"))
    if not (caption or credit or is_recording):
        return item
    figure = Element("figure", {"class": "recording" if is_recording else "figure"})
    figure.append(item)
    if not (caption or credit):
        return figure
    shown = SubElement(figure, "figcaption")
    shown.text = caption
    if credit:
        if caption:
            SubElement(shown, "br")
        SubElement(shown, "small", {"class": "credit"}).text = credit
    return figure


def _make_task(item: Element, holder: Element, found: re.Match[str]) -> None:
    state = OPEN if found["box"] == " " else KEPT
    item.set(TASK, state)
    holder.text = (holder.text or "")[found.end() :]
    end = next((n for n, child in enumerate(holder) if child.tag in _BLOCKS), len(holder))
    days = _take_days(holder, end)
    box = Element("span", {BOX: ""})
    box.text, box.tail, holder.text = BOXES[state], f" {holder.text}", ""
    holder.insert(0, box)
    last = holder[end]
    for key, day in sorted(days, key=lambda found: KEYS[::-1].index(found[0])):
        last.tail = f"{(last.tail or '').rstrip()} "
        last = Element("span", {f"data-{key}": day})
        last.text = f"({key} {day})"
        end += 1
        holder.insert(end, last)


def _take_days(holder: Element, end: int | None = None) -> list[tuple[str, str]]:
    """Take the days out of an element's text, and of its children before ``end``, but for code."""

    def without_days(text: str | None) -> str:
        found.extend((day["key"].lower(), day["day"]) for day in _DAY.finditer(text or ""))
        return _DAY.sub("", text or "")

    found: list[tuple[str, str]] = []
    holder.text = without_days(holder.text)
    for child in list(holder)[:end]:
        if child.tag not in ("code", "pre"):
            found.extend(_take_days(child))
        child.tail = without_days(child.tail)
    return found


class _ScrollingPostprocessor(Postprocessor):
    """Lets the keyboard scroll code and tables that are wider than a page (WCAG 2.1.1)."""

    def run(self, text: str) -> str:
        return _TAG.sub(self._focusable, text)

    def _focusable(self, tag: re.Match[str]) -> str:
        return f'{tag[0][:-1]} tabindex="0">' if _SCROLLING.match(tag[0]) else tag[0]


class NewsroomExtension(Extension):
    """Registers the processors."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  (Markdown's name)
        """Before paragraphs (priority 10), after ``inline`` (20), and after ``raw_html`` (30)."""
        if "attr_list" not in md.treeprocessors:
            AttrListExtension().extendMarkdown(md)
        md.parser.blockprocessors.register(_TaskListProcessor(md.parser), "task_list", 12)
        md.treeprocessors.register(_NewsroomTreeprocessor(md), "newsroom", 5)
        md.postprocessors.register(_ScrollingPostprocessor(md), "newsroom", 5)


def makeExtension(**options: Any) -> NewsroomExtension:  # noqa: N802  (Markdown's name)
    """Return the extension to Python-Markdown, which finds this module by its name."""
    return NewsroomExtension(**options)
