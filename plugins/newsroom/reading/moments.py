"""Dates as writers write them, read with dateutil as Pelican does, but strictly.

dateutil fills what is missing from the day of the build: ``March`` would be a
date, and another one tomorrow. Here a date has its year, month and day.
"""

from __future__ import annotations

import re
import warnings
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dateutil.parser import ParserError, UnknownTimezoneWarning
from dateutil.parser import parse as parse_loosely

from ..model.moment import Moment

EXPECTED = "write it like 2026-03-11 09:20"

_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}|$)")
_AMBIGUOUS = re.compile(r"^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b")
_FLIPPED = re.compile(r"(?:UTC|GMT|Z)\s*[+-]", re.I)
_FIRST = datetime(2000, 1, 1, 0, 0)
_SEASONS = (datetime(2026, 1, 1), datetime(2026, 7, 1))
_SECOND = datetime(2001, 2, 2, 1, 1)


def read_moment(text: str, zone: ZoneInfo) -> Moment:
    """Read a date with or without time; one without zone is in ``zone``.

    Raises ValueError, with the remedy, for what is no date or could be two.
    """
    text = _without_own_zone(" ".join(text.replace("_", " ").split()), zone)
    if _ISO.match(text):
        try:
            at, has_time = datetime.fromisoformat(text), len(text) > len("2026-03-11")
            return Moment(_likely(at if at.tzinfo else at.replace(tzinfo=zone)), has_time)
        except ValueError as error:
            if EXPECTED in str(error):
                raise
    if _FLIPPED.search(text):  # dateutil reads it as POSIX does, the other way round
        raise ValueError(f"{text!r} has a zone that can be read two ways: write 09:20+01:00")
    if _AMBIGUOUS.match(text):
        raise ValueError(f"{text!r} could be two dates: {EXPECTED}")
    if not re.search(r"\d{4}", text):
        raise ValueError(f"{text!r} is not a date: {EXPECTED}")
    at, other = _parse(text, _FIRST), _parse(text, _SECOND)
    if at.date() != other.date():
        raise ValueError(f"{text!r} is not a whole date: {EXPECTED}")
    aware = at if at.tzinfo else at.replace(tzinfo=zone)
    return Moment(_likely(aware), at.hour == other.hour)


def _likely(at: datetime) -> datetime:
    """A date that one can reckon with in any zone."""
    if not 1000 <= at.year <= 9000:
        raise ValueError(f"the year {at.year} is not meant: {EXPECTED}")
    return at


def read_day(text: str) -> date:
    """Read the day of a ``due:``, ``done:`` or ``since:`` key (ISO 8601).

    Raises ValueError, with the remedy, for anything else.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not a date: write it like 2026-03-11") from None


def _without_own_zone(text: str, zone: ZoneInfo) -> str:
    """Pages print ``14:05 BST``; that may be copied back where BST is the site's own zone."""
    rest, _, word = text.rpartition(" ")
    own = {day.replace(tzinfo=zone).tzname() for day in _SEASONS}
    return rest if word.isalpha() and word in own else text


def _parse(text: str, default: datetime) -> datetime:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnknownTimezoneWarning)
        try:
            at: datetime = parse_loosely(text, default=default)
            return at
        except (ParserError, OverflowError, UnknownTimezoneWarning, ValueError):
            raise ValueError(f"{text!r} is not a date: {EXPECTED}") from None
