"""Names that never change: tag URIs (RFC 4151) for feeds and their entries.

An address changes with the host, a title with the next correction. A feed's
readers know an entry by its ``atom:id`` alone, so that is made of neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .entry import Entry

_FORM = re.compile(
    r"(?P<authority>(?:[\w.+-]+@)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)"
    r",(?P<date>\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?)"
)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")


@dataclass(frozen=True)
class Tag:
    """Who names things, and a day on which that name was theirs.

    ``authority`` is a domain name or a mail address in lower case, ``date`` a
    year, a month or a day (ISO 8601).
    """

    authority: str
    date: str

    @classmethod
    def parse(cls, text: str) -> Tag:
        """Read ``example.com,2026``. Raises ValueError for any other form."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise ValueError(f"{text!r} is no authority and date, as in example.com,2026")
        return cls(found["authority"], found["date"])

    def __call__(self, specific: str) -> str:
        """``tag:example.com,2026:incidents/flood-post``"""
        return f"tag:{self.authority},{self.date}:{specific}"

    @property
    def since(self) -> str:
        """The first moment of ``date``, RFC 3339: the ``updated`` of a feed without entries."""
        year, month, day = (*self.date.split("-"), "01", "01")[:3]
        return f"{year}-{month}-{day}T00:00:00+00:00"


def entry_key(entry: Entry) -> str:
    """What of an entry's file name its id is made of; a post's folders do not count.

    ``incidents/<incident>/<stem>`` or ``posts/<stem>``, a translation's language
    after a dot.
    """
    folder = f"incidents/{entry.incident}" if entry.in_incident else "posts"
    return f"{folder}/{entry.stem}{f'.{entry.lang}' if entry.translates else ''}"


def entry_name(entry: Entry, tag: Tag) -> str:
    """An entry's ``atom:id``: its own ``Id``, else a tag URI."""
    return entry.feed_id or tag(entry_key(entry))


def is_iri(text: str) -> bool:
    """Whether a text is an absolute IRI (RFC 3987), as an ``atom:id`` must be."""
    return _IRI.fullmatch(text) is not None
