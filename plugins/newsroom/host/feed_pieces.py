"""The pieces of long feeds, kept from one build to the next.

A year's feed holds a thousand entries. When one is added, the others say what they
said before: they need not be resolved, cleaned and escaped again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from ..incremental.build import Build
from ..machine.feeds import Feed
from ..view.entry_view import EntryView
from .inputs import Inputs

PIECES = "pieces"
FEWEST = 50


@dataclass(frozen=True)
class FeedPieces:
    """What a feed says of each entry, known by the inputs of that entry."""

    build: Build
    inputs: Inputs

    def __call__(self, path: str, feed: Feed, make: Callable[[EntryView], str]) -> list[str]:
        """Return the pieces of the feed's file at ``path``, in its order; new ones are made."""
        if self.build.because or feed.archive or len(feed.about) < FEWEST:
            return [make(entry) for entry in feed.about]
        kept = self.build.cache.get(PIECES, path)
        before: dict[str, list[str]] = json.loads(kept) if kept else {}
        now: dict[str, list[str]] = {}
        for entry in feed.about:
            key = self.inputs.document(entry)
            found = before.get(entry.model.path, ["", ""])
            now[entry.model.path] = found if found[0] == key else [key, make(entry)]
        if now != before:
            self.build.cache.put(PIECES, {path: json.dumps(now).encode()})
        return [said for _, said in now.values()]
