"""What a release shows that can be taken back: entries, and pictures of what others wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from ..model.newsroom import Newsroom
from .plan import LIVE

WITHDRAWN = "withdrawn"


def shown(newsroom: Newsroom, now: datetime) -> dict[str, str]:
    """What the public sees at a time, by the path of its file in the content folder.

    For an entry ``live`` or ``withdrawn``, for a citation the hash of its screenshot.
    """
    public = newsroom.public(now)
    found = {entry.path: WITHDRAWN if entry.withdrawn else LIVE for entry in public.entries}
    for citation in public.citations:
        if citation.screenshot:
            found[citation.path] = citation.screenshot.sha256
    return found


def taken_back(before: Mapping[str, str], today: Mapping[str, str]) -> Iterator[str]:
    """What an earlier release shows and today's content does not, in words."""
    for path, state in before.items():
        now = today.get(path)
        if state == LIVE and now == WITHDRAWN:
            yield f"{path} has been withdrawn since"
        elif state == LIVE and now != LIVE:
            yield f"{path} is no longer public"
        elif state not in (LIVE, WITHDRAWN) and now is None:
            yield f"the screenshot of {path} is no longer public"
        elif state not in (LIVE, WITHDRAWN) and now != state:
            yield f"the screenshot of {path} has been covered or replaced since"
