"""Write what headers hold: keys, times, and other people's words as text.

Other people's words are shown as they are. A name or a sentence that somebody published
elsewhere may hold Markdown, HTML, a line break, a reference such as ``{filename}`` or the
brackets of a placeholder: in a text it would become what it only quotes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from ..model.letters import visible
from ..model.moment import Moment

# What Markdown, its usual extensions or our own marks could take for more than a character.
# A reference is text in each of them; a backslash is so only in some.
_MARKS = re.compile(
    r"[\\`*\[\]<>{}|#~^=\"]"
    r"|(?<!\w)_|_(?!\w)|(?<=_)_|_(?=_)"  # within a word it is a letter
    r"|&(?=[#\w&]|$)"
    r"|^(?:[-+:!?(]|\d+[.)]|(?:status|withdrawn):)",  # where a line begins it says more
    re.I,
)


def as_text(quoted: str) -> str:
    """Return Markdown, for one line, that shows what is quoted and makes no element of it."""
    return _MARKS.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", visible(quoted))


def minute(at: datetime) -> str:
    """Write a time as headers have it, in its own zone: ``2026-03-11 09:20``.

    With its offset where a clock in that zone shows it twice, or never.
    """
    offset = at.replace(fold=1 - at.fold).utcoffset()
    return f"{at:%Y-%m-%d %H:%M}" if offset == at.utcoffset() else at.isoformat(" ", "minutes")


def published_moment(moment: Moment | None, zone: ZoneInfo) -> str:
    """Write a moment as headers have it, in the site's zone and as exact as it was written."""
    if moment is None:
        return ""
    return minute(moment.at.astimezone(zone)) if moment.has_time else f"{moment.at:%Y-%m-%d}"


def written(fields: Mapping[str, str], body: str = "") -> str:
    """Write a file of a header and a body; keys without a value are left out."""
    shown = ((key, visible(value)) for key, value in fields.items())
    header = "".join(f"{key}: {value}\n" for key, value in shown if value)
    return f"{header}\n" + (f"{body.rstrip()}\n" if body.strip() else "")
