"""What a source holds: posts as they were elsewhere, before anything is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import SplitResult, urljoin, urlsplit

from ..model.problems import Problem, Severity

EMBED = "import-embed"
LINK = "import-link"
PICTURE = "import-picture"


@dataclass
class Notes:
    """What could not be carried over from a text, which begins on a ``line`` of a file.

    ``path`` is the file as it was named; ``raw`` the text as it is written there, by which the
    lines of its parts are found.
    """

    path: str
    line: int = 1
    raw: str = ""
    found: list[Problem] = field(default_factory=list)

    def __call__(self, rule: str, message: str, said: str = "") -> None:
        """Note it, once, at the line where ``said`` is written."""
        line = self.line + self.raw.count("\n", 0, max(self.raw.find(said), 0))
        note = Problem(self.path, line, rule, message, Severity.WARNING)
        if note not in self.found:
            self.found.append(note)

    def of(self, path: str, line: int = 1) -> Notes:
        """Return notes of another text, which are kept with these."""
        return Notes(path, line, "", self.found)


@dataclass(frozen=True)
class ImportedPost:
    """A post as it was elsewhere; ``key`` names it in its source, the same in each run.

    ``html`` is its text. ``address`` is its old one, whole or a path; ``aliases`` are older ones.
    ``held`` says why it is not public, if it is not. ``translates`` is the key of its original,
    ``beside`` the folder that its files lie in, ``path`` that of the file that it becomes.
    """

    key: str
    notes: Notes
    title: str
    html: str
    date: datetime | None = None
    modified: datetime | None = None
    authors: tuple[str, ...] = ()
    summary: str = ""
    slug: str = ""
    address: str = ""
    aliases: tuple[str, ...] = ()
    feed_id: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    lang: str = ""
    translates: str = ""
    image: str = ""
    image_alt: str = ""
    held: str = ""
    beside: Path | None = None
    path: str = ""


@dataclass(frozen=True)
class Source:
    """All that was read of a source.

    ``home`` is the address of the old site; empty if nothing says it. In ``folders`` are files
    at hand, such as pictures. ``roles`` are those of its people, by their names.
    """

    posts: tuple[ImportedPost, ...]
    home: str = ""
    folders: tuple[Path, ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()


def split(address: str) -> SplitResult:
    """Return the parts of an address; nothing of what is none, such as ``http://[…]``."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def joined(base: str, written: str) -> str:
    """Return the address that a text means; empty for what is none."""
    try:
        return urljoin(base, written)
    except ValueError:
        return ""


def same_host(address: str, home: str) -> bool:
    """Whether an address is of a site, with or without ``www.``, over http or https."""
    hosts = [(split(each).hostname or "").removeprefix("www.") for each in (address, home)]
    return bool(hosts[0]) and hosts[0] == hosts[1]
