"""Dates as writers write them, read strictly: each has its year, month and day.

A zone is what the site or the text says, never what the machine is set to.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.parser import parse as parse_loosely

from ..model.moment import Moment, instant

EXPECTED = "write it like 2026-03-11 09:20 or, with a zone, 2026-03-11 09:20+01:00"
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_FORM = re.compile(
    rf"""
    (?P<wall>
      (?: [1-8]\d\d\d(?P<dash>[-/])\d\d?(?P=dash)\d\d?
        | (?:\d\d?\ {_MONTH}|{_MONTH}\ \d\d?),?\ [1-8]\d\d\d
      )
      (?P<time> (?:T|,?\ )\d\d?:\d\d(?::\d\d(?:\.\d+)?)?(?:\ ?[ap]m)? )?
    )
    (?(time) \ ?(?P<zone> [a-z]{{1,5}} | (?:UTC)?(?P<offset>[+-](?:0\d|1[0-4]):?[0-5]\d) )?)
    """,
    re.I | re.X,
)
_USUAL = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d)?")  # which dateutil reads slowly


def read_moment(text: str, zone: ZoneInfo) -> Moment:
    """Read a date with or without time; one without zone is in ``zone``.

    Raises ValueError, with the remedy, for anything else.
    """
    text = " ".join(text.split())
    found = _FORM.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        read = datetime.fromisoformat if _USUAL.fullmatch(found["wall"]) else parse_loosely
        wall = read(found["wall"]).replace(microsecond=0)
    except ValueError:
        raise ValueError(f"{text!r} is not a date: {EXPECTED}") from None
    if found["time"]:
        return Moment(_instant(wall, found["zone"], found["offset"], zone))
    start, end = (
        instant(datetime.combine(day, time(), zone)) for day in (wall, wall + timedelta(days=1))
    )
    return Moment(start, False, end - start)


def read_day(text: str) -> date:
    """Read the day of a ``due:``, ``done:`` or ``since:`` key (ISO 8601).

    Raises ValueError, with the remedy, for anything else.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date: write it like 2026-03-11") from None


def _instant(wall: datetime, name: str | None, offset: str | None, zone: ZoneInfo) -> datetime:
    """Return the one instant at which clocks show ``wall``. Raises ValueError if there is none.

    A short name is known if clocks in ``zone`` have it then, or else at some time in that year:
    elsewhere in the world the same letters mean other zones.
    """
    if offset:
        return instant(datetime.fromisoformat(f"{wall:%Y-%m-%dT%H:%M:%S.%f}{offset}"))
    if name and name.upper() in ("Z", "UTC", "GMT"):
        return wall.replace(tzinfo=UTC)
    then = [instant(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1)]
    meant = {at.tzinfo for at in then if name in (None, at.tzname())}
    if not meant:
        year = (instant(datetime(wall.year, month, 1, tzinfo=zone)) for month in range(1, 13))
        meant = {at.tzinfo for at in year if at.tzname() == name}
    if len(meant) == 1:
        return wall.replace(tzinfo=meant.pop())
    shown = wall.isoformat(" ", "seconds" if wall.second else "minutes")
    if meant:
        raise ValueError(
            f"{shown} comes twice, or not at all, when clocks change on that day: write"
            f" {' or '.join(f'{shown}{at:%z}' for at in then)}"
        )
    raise ValueError(
        f"{name!r} is no name of the time in {zone.key}, and may mean several elsewhere:"
        f" write the offset from UTC, like {shown}+01:00"
    )
