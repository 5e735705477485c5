"""What Python-Markdown is asked to do differently, as one of its extensions.

Only two things that later steps could not mend: a ``![]({cite}x)`` gets an
``alt``, because Pelican warns of an empty one before anyone else may speak, and
a table says its alignment with a class, because Markdown's ``style`` attribute
breaks a strict Content-Security-Policy.
"""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

CITE = "{cite}"

_ALIGN = re.compile(r"text-align:\s*(left|center|right);?")


class NewsroomTreeprocessor(Treeprocessor):
    """Runs over the tree after inline patterns."""

    def run(self, root: Element) -> None:
        """Name cited images; turn a cell's ``style`` into a class."""
        for element in root.iter():
            source = element.get("src", "")
            if element.tag == "img" and source.startswith(CITE):
                element.set("alt", source.removeprefix(CITE))
            style = element.attrib.pop("style", "")  # also one of attr_list's
            if element.tag in ("th", "td") and (found := _ALIGN.match(style)):
                element.set("class", f"align-{found[1]}")


class NewsroomExtension(Extension):
    """Registers the tree processor."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  (Markdown's name)
        """Run after the ``inline`` tree processor (priority 20)."""
        md.treeprocessors.register(NewsroomTreeprocessor(md), "newsroom", 5)


def makeExtension(**options: Any) -> NewsroomExtension:  # noqa: N802  (Markdown's name)
    """Called by Python-Markdown, which finds this module by its name."""
    return NewsroomExtension(**options)
