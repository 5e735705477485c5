"""A version: an entry's source as it was public from one time to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from .entry import Entry
from .signed import signed_text


@dataclass(frozen=True, eq=False)
class Version:
    """What an entry said since a time: the bytes of its file, which may say what no longer holds.

    ``read`` makes the entry that they say; its body has its text alone.
    """

    since: datetime
    source: bytes = field(repr=False)
    read: Callable[[], Entry] = field(repr=False)

    @cached_property
    def text(self) -> bytes:
        """What of the source is signed, and published."""
        return signed_text(self.source)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the text, in hex digits."""
        return sha256(self.text).hexdigest()

    @cached_property
    def entry(self) -> Entry:
        """The entry as it was then."""
        return self.read()
