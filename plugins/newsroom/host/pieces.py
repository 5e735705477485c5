"""The pieces of long feeds, kept from one build to the next.

A year's feed holds a thousand entries. When one is added, the others say what they
said before: they need not be resolved, cleaned and escaped again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..machine.feeds import Feed
from ..view.entry_view import EntryView
from .inputs import Inputs

FEWEST = 50


@dataclass(frozen=True)
class KeptPieces:
    """What a feed says of each entry, known by the inputs of that entry.

    ``build`` is that of the plugin for fast builds, which keeps things by name.
    """

    inputs: Inputs
    build: Any

    def __call__(self, path: str, feed: Feed, make: Callable[[EntryView], str]) -> list[str]:
        """The pieces of the feed's file at ``path``, in its order; new ones are made."""
        if feed.archive or len(feed.about) < FEWEST:  # made seldom, or quicker made than found
            return [make(entry) for entry in feed.about]
        before: dict[str, tuple[str, str]] = self.build.recall(path) or {}
        now: dict[str, tuple[str, str]] = {}
        for entry in feed.about:
            key = self.inputs.document(entry)
            found = before.get(entry.model.path, ("", ""))
            now[entry.model.path] = found if found[0] == key else (key, make(entry))
        if now != before:
            self.build.remember(path, now)
        return [said for _, said in now.values()]
