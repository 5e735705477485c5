"""Dates as other programs write them."""

from __future__ import annotations

import re
import warnings
from datetime import date, datetime, time, tzinfo

from dateutil.parser import ParserError, parse

from ..model.moment import instant

# RFC 822 names these, by their hours; any others mean several zones.
_HOURS = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_ZONES = {name: hours * 3600 for name, hours in _HOURS.items()}
_TWO_WAYS = re.compile(r"\D?(\d\d?)[/.-](\d\d?)[/.-]\d{4}\b")
_IN_ADDRESS = re.compile(r"(?<!\d)(\d{4})[/-](\d\d?)[/-](\d\d?)(?!\d)")


def read_odd_date(written: object, zone: tzinfo) -> tuple[datetime | None, str]:
    """Read a date of any form, and say what was guessed, or why it is none.

    One without a zone is in ``zone``; one without a time is the day's midnight.
    """
    if isinstance(written, datetime):
        return _in(written, zone), ""
    if isinstance(written, date):
        return _in(datetime.combine(written, time()), zone), ""
    text = " ".join(str(written or "").split())
    if not text or text.startswith(("0000-", "-0001")):
        return None, ""
    two = _TWO_WAYS.match(text)
    if two and int(two[1]) <= 12 and int(two[2]) <= 12 and two[1] != two[2]:
        return None, f"{text!r} could be two dates"
    try:
        with warnings.catch_warnings(record=True) as unknown_zones:
            warnings.simplefilter("always")
            # What a text leaves out is taken from the default: so two of them tell a whole date.
            one, other = (
                parse(text, tzinfos=_ZONES, default=datetime(2000 + year, 1 + year, 1 + year))
                for year in (0, 1)
            )
        if one.date() != other.date() or not 1000 <= one.year < 9000:
            return None, f"{text!r} is no whole date"
        return _in(one, zone), f"the zone of {text!r} is not known" if unknown_zones else ""
    except (ParserError, OverflowError, ValueError, TypeError):
        return None, f"{text[:60]!r} is no date"


def date_in_address(address: str, zone: tzinfo) -> datetime | None:
    """Return the day that an address names, ``/2019/03/11/…``, if it does."""
    found = _IN_ADDRESS.search(address)
    return read_odd_date("-".join(found.groups()), zone)[0] if found else None


def _in(at: datetime, zone: tzinfo) -> datetime:
    return instant(at if at.tzinfo else at.replace(tzinfo=zone)).replace(microsecond=0)
