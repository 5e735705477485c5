"""Names that never change, by which feed readers know entries: tag URIs (RFC 4151)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from .entry import Entry

_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_TAG = re.compile(
    rf"(?:[a-z0-9._+-]+@)?{_LABEL}(?:\.{_LABEL})*,(?P<day>\d{{4}}(?:-\d{{2}}){{0,2}})", re.ASCII
)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True)
class TagAuthority:
    """Who names things, and since when that name was theirs: ``example.com,2026``.

    ``since`` is the first moment of that day: when a feed without entries was updated.
    """

    text: str
    since: datetime

    @classmethod
    def parse(cls, text: str) -> TagAuthority:
        """Read the setting. Raises ValueError for any other form, or no such day."""
        found = _TAG.fullmatch(text)
        if not found:
            raise ValueError(
                f"{text!r} is no authority and date, as in example.com,2026: a domain of yours"
                " in small letters, a comma, and a year or day on which it was yours"
            )
        since = datetime.fromisoformat(f"{found['day']}-01-01"[:10])
        return cls(text, since.replace(tzinfo=UTC))

    def __call__(self, specific: str) -> str:
        """Return a tag URI: ``tag:example.com,2026:incidents/flood-post``."""
        return f"tag:{self.text}:{specific}"


def entry_key(entry: Entry) -> str:
    """Return what an entry's id is made of: ``incidents/<incident>/<stem>`` or ``posts/<stem>``.

    A translation's language stands after a dot.
    """
    folder = f"incidents/{entry.incident}" if entry.in_incident else "posts"
    language = f".{entry.lang}" if entry.translates else ""
    return f"{folder}/{quote(entry.stem, safe='~')}{language}"


def entry_name(entry: Entry, tag: TagAuthority) -> str:
    """Return an entry's ``atom:id``: its own ``Id``, else a tag URI."""
    return entry.feed_id or tag(entry_key(entry))


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI (RFC 3987), as an ``atom:id`` must be."""
    return _IRI.fullmatch(text) is not None
