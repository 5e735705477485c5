"""What a Markdown body refers to and promises, and what is wrong with it."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

from .attachment import NO_PICTURES, PICTURES, RECORDINGS
from .problems import Problem

_EMBEDDED = ("cite", "img")
PLACEHOLDER = re.compile(r"\[\[[^\[\]]+\]\]")


@dataclass(frozen=True)
class Link:
    """A reference like ``{filename}/posts/x.md``: what leads where, its line, and its element.

    ``text`` is what readers get of it: the words of a link, or what a picture says it shows.
    """

    what: str
    target: str
    line: int
    element: str = "a"
    text: str = ""

    @property
    def is_file(self) -> bool:
        """Whether it leads to a file that is copied as it is."""
        return self.what in ("static", "attach")

    @property
    def is_document(self) -> bool:
        """Whether it is a link to a file to take along, which is no picture."""
        is_picture = self.target.lower().endswith(PICTURES + NO_PICTURES)
        return self.is_file and self.element == "a" and not is_picture

    @property
    def is_recording(self) -> bool:
        """Whether it shows a recording of our own, in the manner of a picture."""
        return self.is_file and self.element == "img" and self.target.lower().endswith(RECORDINGS)

    def target_from(self, path: str) -> str:
        """Return where it leads from a file, as Pelican finds it; an absolute path as written."""
        target = unquote(unescape(self.target.split("#")[0].split("?")[0]))
        if target.startswith("/"):
            return target[1:]
        return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


@dataclass(frozen=True)
class Leading:
    """The picture that leads a text: the ``text`` of its link is what it shows."""

    link: Link
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True)
class Task:
    """An item of a task list: ``html`` without links, and without its days, as written."""

    html: str
    checked: bool
    line: int
    days: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Body:
    """The text below a header, from ``line`` of its file on, and what readers get of it.

    ``faults`` have no path; ``shows`` says whether there is anything to see. ``advice`` is
    the heading of what readers should do now. ``comments`` are the lines of comments.
    """

    text: str
    links: tuple[Link, ...] = ()
    tasks: tuple[Task, ...] = ()
    faults: tuple[Problem, ...] = ()
    shows: bool = True
    line: int = 1
    advice: str = ""
    comments: tuple[int, ...] = ()

    @property
    def embeds(self) -> tuple[str, ...]:
        """The stems of the citations that the body shows whole."""
        return tuple(link.target for link in self.links if (link.what, link.element) == _EMBEDDED)

    @property
    def cites(self) -> tuple[str, ...]:
        """The stems of the citations that the body embeds or links."""
        return tuple(dict.fromkeys(link.target for link in self.links if link.what == "cite"))


def find_placeholders(text: str) -> list[str]:
    """Return what is still to be written in a text."""
    return [" ".join(found.split()) for found in PLACEHOLDER.findall(text)]
