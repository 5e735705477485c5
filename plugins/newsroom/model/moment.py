"""A point in time as a writer wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone


@dataclass(frozen=True, order=True)
class Moment:
    """A point in time as it was written: an instant, or a day, which lasts for its ``length``."""

    at: datetime
    has_time: bool = True
    length: timedelta = field(default=timedelta(), compare=False)

    @property
    def end(self) -> datetime:
        """The moment itself; of a date the end of its day."""
        return self.at + self.length

    def over(self, now: datetime) -> bool:
        """Whether the moment has passed at ``now``; a date has when its day is over."""
        return self.end <= now


def instant(at: datetime) -> datetime:
    """Return an aware time in the offset of its zone, with the zone's short name."""
    # Python compares times of one zone by what the clock shows, which may come twice.
    offset = at.utcoffset() or timedelta()
    return at.replace(tzinfo=timezone(offset, at.tzname() or ""), fold=0)
