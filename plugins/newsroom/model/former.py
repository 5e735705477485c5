"""Settings that were renamed or are gone. Each says so for two versions, then its row may go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Former:
    """A former setting: the version ``since`` when, and its name ``now`` or what to do instead."""

    since: str
    now: str = ""
    instead: str = ""

    @property
    def remedy(self) -> str:
        """What has become of it, and what to do."""
        if self.now:
            return f"is called {self.now} since {self.since}: rename it"
        return f"is gone since {self.since}: {self.instead}"


FORMER: Mapping[str, Former] = {
    "NEWSROOM_SECURITY": Former(
        "1.0.0", instead="take it out, and put a security.txt into the content folder"
    ),
    "RAPID": Former("1.0.0", now="NEWSROOM_INCREMENTAL"),
    "RAPID_PURE": Former("1.0.0", instead='take it out, and "rapid" out of PLUGINS'),
}
