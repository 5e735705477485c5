"""A point in time as a writer wrote it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone


@dataclass(frozen=True, order=True)
class Moment:
    """A point in time as it was written: ``at`` is an instant; a date alone has no time.

    ``length`` is how long it lasts: a day whose clocks change has 23 or 25 hours.
    """

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
    """Return an aware time with nothing but the offset of its zone, and the zone's short name.

    Python compares, and reckons with, two times of one zone by what the clock shows:
    in an hour that comes twice, the later would be the earlier. An offset never changes.
    """
    offset = at.utcoffset()
    assert offset is not None, "an instant is made of an aware time"
    return at.replace(tzinfo=timezone(offset, at.tzname() or ""), fold=0)
