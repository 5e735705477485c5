"""A point in time as a writer wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, order=True)
class Moment:
    """A point in time as it was written: ``at`` is aware; a date alone has no time."""

    at: datetime
    has_time: bool = True

    @property
    def end(self) -> datetime:
        """The moment itself; of a date the end of its day."""
        return self.at + (timedelta() if self.has_time else timedelta(days=1))

    def over(self, now: datetime) -> bool:
        """Whether the moment has passed at ``now``; a date has when its day is over."""
        return self.end <= now
