"""Names that never change: tag URIs (RFC 4151) for feeds and their entries.

An address changes with the host, a title with the next correction. A feed's
readers know an entry by its ``atom:id`` alone, so that is made of neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from .entry import Entry

_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_AUTHORITY = re.compile(rf"(?:[a-z0-9._+-]+@)?{_LABEL}(?:\.{_LABEL})*")
_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}", re.ASCII)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True)
class TagAuthority:
    """Who names things, and a day on which that name was theirs.

    ``authority`` is a domain name or a mail address in lower case, ``date`` a
    year, a month or a day (ISO 8601).
    """

    authority: str
    date: str

    @classmethod
    def parse(cls, text: str) -> TagAuthority:
        """Read ``example.com,2026``. Raises ValueError for any other form, or no such day."""
        authority, _, day = text.partition(",")
        if not _AUTHORITY.fullmatch(authority) or not _DATE.fullmatch(day):
            raise ValueError(f"{text!r} is no authority and date, as in example.com,2026")
        found = cls(authority, day)
        try:
            found.since  # noqa: B018  (raises for the 30th of February)
        except ValueError:
            raise ValueError(f"there is no day {day}") from None
        return found

    def __call__(self, specific: str) -> str:
        """``tag:example.com,2026:incidents/flood-post``"""
        return f"tag:{self.authority},{self.date}:{specific}"

    @property
    def since(self) -> datetime:
        """The first moment of ``date``, UTC: when a feed without entries was updated."""
        year, month, day = (*map(int, self.date.split("-")), 1, 1)[:3]
        return datetime(year, month, day, tzinfo=UTC)


def entry_key(entry: Entry) -> str:
    """Return what of an entry's file name its id is made of; a post's folders do not count.

    ``incidents/<incident>/<stem>`` or ``posts/<stem>``, a translation's language
    after a dot.
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
