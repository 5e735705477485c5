"""A version: an entry's source as it was public from one time to another."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from .entry import Entry
from .header import parse

# What a browser takes for a comment, and the links to nowhere that Markdown's writers use for one.
_UNSEEN = re.compile(
    r"^[ \t]*<!--.*?(?:-->|\Z)[ \t]*\n?|<!--.*?(?:-->|\Z)|<(?:[!?]|/(?![A-Za-z]))[^>]*>"
    r"|^ {0,3}\[[^\]\n]*\]:[ \t]*\n?[ \t]*(?:#|<>)[ \t]*"
    r"(?:\n?[ \t]*(?:\"[^\n]*\"|'[^\n]*'|\([^\n]*\))[ \t]*)?(?:\n|\Z)",
    re.M | re.S,
)
_PRIVATE = ("related",)  # it may name an incident that is not public yet

Said = tuple[bytes, Entry]


@dataclass(frozen=True, eq=False)
class Version:
    """What an entry said since a time; ``digest`` is the SHA-256 of its text, in hex digits.

    ``read`` returns the text and the entry, which few pages need.
    """

    since: datetime
    digest: str
    read: Callable[[], Said] = field(repr=False)

    @cached_property
    def _said(self) -> Said:
        return self.read()

    @property
    def text(self) -> bytes:
        """What of its source is signed, and published."""
        return self._said[0]

    @property
    def entry(self) -> Entry:
        """The entry as its header made it; without a body, unless it is what stands now."""
        return self._said[1]


@dataclass(frozen=True)
class Histories:
    """The versions of entries that changed since they were public, by the paths of their files.

    The newest comes first, and is what stands now. ``why`` says why there are none.
    """

    versions: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)
    why: str = ""


def shown_text(text: bytes) -> str:
    """Return what of a signed text may be shown, however its lines end: no comments, for one."""
    said = text.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    left_out = {field.line for field in parse(said).fields if field.key in _PRIVATE}
    lines = enumerate(said.split("\n"), 1)
    return _UNSEEN.sub("", "\n".join(line for number, line in lines if number not in left_out))
