"""Dates as writers write them, read with dateutil as Pelican does, but strictly.

dateutil fills what is missing from the day of the build: ``March`` would be a
date, and another one tomorrow. Here a date has its year, month and day. And a zone
is what the site or the text says, never what the machine is set to.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from dateutil.parser import ParserError
from dateutil.parser import parse as parse_loosely

from ..model.moment import Moment, instant

EXPECTED = "write it like 2026-03-11 09:20"

_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}|$)")
_AMBIGUOUS = re.compile(r"^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b")
_YEAR_FIRST = re.compile(r"(?<!\d)\d{4}[\s/.,-]+\d{1,2}[\s/.,-]+\d{1,2}(?!\d)")
_TWO = re.compile(r"\d{4}-\d{2}-\d{2}\s*/|:\d{2}\s+\d{1,2}:\d{2}")
_WEEKDAY = re.compile(r"\b(?:mon|tue|wed|thu|fri|sat|sun)(?=\b|[a-z]*day\b)", re.I)
_PRINTED = re.compile(r"\s*\b(?:UTC|GMT)(?=[+-]\d{2}:?\d{2}\b)")
_FLIPPED = re.compile(
    r"(?:UTC|GMT|Z)\s*[+-]|:\d{2}(?:[.,]\d+)?\s*(?![AP]M\b)[A-Z]{1,5}\s*[+-]\s*\d", re.I
)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EARLIEST, _LATEST = timedelta(hours=-12), timedelta(hours=14)
_FIRST = datetime(2000, 1, 1, 0, 0)
_SECOND = datetime(2001, 2, 2, 1, 1)


def read_moment(text: str, zone: ZoneInfo) -> Moment:
    """Read a date with or without time; one without zone is in ``zone``.

    Raises ValueError, with the remedy, for what is no date or could be two.
    """
    text = " ".join(text.replace("_", " ").split())
    text = _PRINTED.sub("", text)  # pages print 14:05 UTC+0400
    if _ISO.match(text):
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            pass  # dateutil may know better
        else:
            return _moment(at.replace(tzinfo=None), len(text) > len("2026-03-11"), at.tzinfo, zone)
    if _FLIPPED.search(text):  # dateutil reads it as POSIX does, the other way round
        raise ValueError(f"{text!r} has a zone that can be read two ways: write 09:20+01:00")
    if _TWO.search(text):
        raise ValueError(f"{text!r} says more than one time: {EXPECTED}")
    (at, name, offset), (other, *_) = _parse(text, _FIRST), _parse(text, _SECOND)
    day_first, *_ = _parse(text, _FIRST, dayfirst=True)
    if _AMBIGUOUS.match(text) or (at != day_first and not _YEAR_FIRST.search(text)):
        raise ValueError(f"{text!r} could be two dates: {EXPECTED}")
    if not re.search(r"\d{4}", text):
        raise ValueError(f"{text!r} is not a date: {EXPECTED}")
    if at.date() != other.date():
        raise ValueError(f"{text!r} is not a whole date: {EXPECTED}")
    weekday = _WEEKDAY.search(text)
    if weekday and weekday[0].lower() != _DAYS[at.weekday()]:
        raise ValueError(f"{at:%Y-%m-%d} is no {weekday[0]}: mend one of the two")
    if name and offset is None:
        offset = _named(name, at, zone)
    return _moment(at, at.hour == other.hour, offset, zone)


def read_day(text: str) -> date:
    """Read the day of a ``due:``, ``done:`` or ``since:`` key (ISO 8601).

    Raises ValueError, with the remedy, for anything else.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date: write it like 2026-03-11") from None


def _moment(wall: datetime, has_time: bool, said: tzinfo | None, zone: ZoneInfo) -> Moment:
    """Return a moment of what a clock shows, in the zone that is said, else in ``zone``."""
    wall = wall.replace(microsecond=0)
    if not 1000 <= wall.year <= 9000:  # one can reckon with it in any zone
        raise ValueError(f"the year {wall.year} is not meant: {EXPECTED}")
    offset = said.utcoffset(wall) if said else None
    if offset is not None and not _EARLIEST <= offset <= _LATEST:
        raise ValueError(
            f"no clocks are {_shown(wall.replace(tzinfo=said))[-6:]} from UTC: {EXPECTED}"
        )
    if not has_time:
        day, own = wall.date(), said or zone
        start, end = (
            instant(datetime.combine(at, time(), own)) for at in (day, day + timedelta(days=1))
        )
        return Moment(start, False, end - start)
    return Moment(instant(wall.replace(tzinfo=said)) if said else _local(wall, zone))


def _local(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which clocks in ``zone`` show ``wall``: once, twice or never."""
    before, after = (instant(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1))
    if before == after:
        return before
    if before > after:  # as if the clocks had not gone forward, and as if they had before
        why = "does not exist on that day, because the clocks go forward"
        forms = [_shown(at.astimezone(zone).replace(tzinfo=None)) for at in (after, before)]
    else:
        why = "comes twice on that day, because the clocks go back"
        names = [at.tzname() or "" for at in (before, after)]
        named = names[0] != names[1] and all(name.isalpha() for name in names)
        ways = (f" {name}" if named else "" for name in names)
        forms = [
            f"{_shown(wall)}{way}" if way else _shown(at)
            for at, way in zip((before, after), ways, strict=True)
        ]
    raise ValueError(f"{_shown(wall)} {why}: write {forms[0]} or {forms[1]}")


def _shown(at: datetime) -> str:
    """Return a time as it can be written, with its offset if it is aware."""
    return at.isoformat(" ", "seconds" if at.second else "minutes")


def _named(name: str, wall: datetime, zone: ZoneInfo) -> timezone:
    """Return what a short name says, if clocks in ``zone`` have it then, or else in that year.

    Elsewhere in the world the same letters mean other zones.
    """
    then = [wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    year = [datetime(wall.year, month, 1, tzinfo=zone) for month in range(1, 13)]
    for times in (then, year):
        found = {instant(at).tzinfo for at in times if at.tzname() == name}
        if len(found) == 1 and isinstance(one := found.pop(), timezone):
            return one
        if len(found) > 1:
            _local(wall, zone)
    raise ValueError(
        f"{name!r} is no name of the time in {zone.key}, and may mean several elsewhere:"
        f" {EXPECTED}, or with its offset from UTC, like {_shown(wall)}+01:00"
    )


def _parse(
    text: str, default: datetime, dayfirst: bool = False
) -> tuple[datetime, str, timezone | None]:
    """Return what a clock shows by the text, and the zone and the offset that it names."""
    said: list[tuple[str, timezone | None]] = []

    def note(name: str | None, seconds: int | None) -> None:
        offset = None if seconds is None else timezone(timedelta(seconds=seconds))
        said.append((name or "", offset))

    try:  # asked about zones, dateutil has no ideas of its own
        at: datetime = parse_loosely(text, default=default, dayfirst=dayfirst, tzinfos=note)
    except (ParserError, OverflowError, ValueError):
        raise ValueError(f"{text!r} is not a date: {EXPECTED}") from None
    return (at.replace(tzinfo=None, fold=0), *said[-1])
