"""What Python-Markdown is asked to do differently, as one of its extensions.

Only what later steps could not mend: a ``![]({cite}x)`` gets an ``alt``, because
Pelican warns of an empty one before anyone else may speak; a table says its
alignment with a class, because Markdown's ``style`` attribute breaks a strict
Content-Security-Policy; what scrolls sideways takes the keyboard's focus; and there
are task lists.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor
from markdown.treeprocessors import Treeprocessor

from .marks import MARK
from .tasks import TaskListProcessor, TaskTreeprocessor

CITE = "{cite}"

_ALIGN = re.compile(r"text-align:\s*(left|center|right);?")
_TAG = re.compile(r"""<(?:[^<>"']|"[^"]*"|'[^']*')+>""")
_SCROLLING = re.compile(r"<(?:pre|table)[\s>](?!.*\btabindex\b)", re.I | re.S)


class NewsroomTreeprocessor(Treeprocessor):
    """Runs over the tree after inline patterns."""

    def run(self, root: Element) -> None:
        """Name cited images; turn the alignment of a table's cell into a class."""
        for element in root.iter():
            source = MARK.sub("", element.get("src", ""))
            if element.tag == "img" and source.startswith(CITE):
                element.set("alt", source.removeprefix(CITE))
            found = _ALIGN.fullmatch(element.get("style", ""))
            if element.tag in ("th", "td") and found:
                del element.attrib["style"]
                element.set("class", f"align-{found[1]}")


class ScrollingPostprocessor(Postprocessor):
    """Runs over the HTML, when code blocks and a writer's own HTML are back in it."""

    def run(self, text: str) -> str:
        """Let the keyboard scroll code and tables that are wider than a page (WCAG 2.1.1)."""
        return _TAG.sub(_focusable, text)


def _focusable(tag: re.Match[str]) -> str:
    return f'{tag[0][:-1]} tabindex="0">' if _SCROLLING.match(tag[0]) else tag[0]


class NewsroomExtension(Extension):
    """Registers the processors."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  (Markdown's name)
        """Before paragraphs (priority 10), after ``inline`` (20), and after ``raw_html`` (30)."""
        md.parser.blockprocessors.register(TaskListProcessor(md.parser), "task_list", 12)
        md.treeprocessors.register(NewsroomTreeprocessor(md), "newsroom", 5)
        md.treeprocessors.register(TaskTreeprocessor(md), "tasks", 4)
        md.postprocessors.register(ScrollingPostprocessor(md), "newsroom", 5)


def makeExtension(**options: Any) -> NewsroomExtension:  # noqa: N802  (Markdown's name)
    """Called by Python-Markdown, which finds this module by its name."""
    return NewsroomExtension(**options)
