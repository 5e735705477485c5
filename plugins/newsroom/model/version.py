"""A version: an entry's source as it was public from one time to another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from .entry import Entry


@dataclass(frozen=True, eq=False)
class Version:
    """What an entry said since a time: the ``text`` that is signed and published of its source.

    ``read`` returns the entry as it was; its body has its text alone.
    """

    since: datetime
    text: bytes = field(repr=False)
    read: Callable[[], Entry] = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the text, in hex digits."""
        return sha256(self.text).hexdigest()

    @cached_property
    def entry(self) -> Entry:
        """The entry as it was then."""
        return self.read()


@dataclass(frozen=True)
class Histories:
    """The versions of entries that changed since they were public, by the paths of their files.

    The newest comes first, and is what stands now. ``why`` says why there are none.
    """

    versions: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)
    why: str = ""
