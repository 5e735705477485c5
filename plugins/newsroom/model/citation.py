"""A citation: something that someone published elsewhere, quoted here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .moment import Moment

KINDS = ("social-post", "rumour", "article", "comment")
MEDIA = ("print", "broadcast", "mail", "telephone")
AVAILABILITIES = ("live", "deleted")
ORIGINAL = "original"
SUFFIX = ".cite.md"


@dataclass(frozen=True)
class Screenshot:
    """The captured image of a citation.

    ``path`` is relative to the content folder, POSIX; ``width`` and ``height``
    are in pixels; ``sha256`` is the hex digest of the file.
    """

    path: str
    width: int
    height: int
    sha256: str
    alt: str


@dataclass(frozen=True, eq=False)
class Citation:
    """One ``*.cite.md`` file. ``path`` is relative to the content folder."""

    path: str
    incident: str
    stem: str
    kind: str
    text: str
    author: str = ""
    author_url: str = ""
    publication: str = ""
    url: str = ""
    archive_url: str = ""
    medium: str = ""
    published: Moment | None = None
    accessed: Moment | None = None
    availability: str = ""
    availability_at: Moment | None = None
    screenshot: Screenshot | None = None
    credit: str = ""
    credit_url: str = ""
    source_sha256: str = ""
    redacted: str = ""
    text_checked: Moment | None = None
    warning: str = ""
    lang: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def is_original(self) -> bool:
        """Whether this is what the incident itself answers."""
        return self.stem == ORIGINAL
