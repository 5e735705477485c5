"""The data types of schema.org: which plain JSON values each takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlsplit


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _url(value: Any) -> bool:
    """Whether this is a whole address: a feed reader or a robot has no page to add it to."""
    if not isinstance(value, str) or re.search(r"\s", value):
        return False
    parts = urlsplit(value)
    return bool(parts.scheme and (parts.netloc or (parts.scheme == "mailto" and parts.path)))


def _date(value: Any) -> bool:
    return _matches(value, r"\d{4}-\d\d-\d\d") and _is_real(date.fromisoformat, value)


def _date_time(value: Any) -> bool:
    """Whether this is a moment: schema.org leaves the offset open, but without it, it is none."""
    shape = r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)"
    return _matches(value, shape) and _is_real(datetime.fromisoformat, value)


def _time(value: Any) -> bool:
    shape = r"\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)?"
    return _matches(value, shape) and _is_real(time.fromisoformat, value)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _quantity(value: Any) -> bool:
    """Whether this is a number with its unit, such as 3 kg."""
    return _matches(value, r"\d+(\.\d+)? ?[^\W\d].*")


def _duration(value: Any) -> bool:
    return _matches(value, r"P(?=.)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")


def _matches(value: Any, shape: str) -> bool:
    return isinstance(value, str) and re.fullmatch(shape, value) is not None


def _is_real(read: Callable[[str], object], value: str) -> bool:
    """Whether the calendar and the clock have it: 30 February has the shape of a date."""
    try:
        read(value)
    except ValueError:
        return False
    return True


# Those below Text are not named: Text takes what they take.
LITERALS: dict[str, Callable[[Any], bool]] = {
    "Text": _text,
    "URL": _url,
    "Date": _date,
    "DateTime": _date_time,
    "Time": _time,
    "Number": _number,
    "Integer": _integer,
    "Boolean": _boolean,
    "Distance": _quantity,
    "Mass": _quantity,
    "Energy": _quantity,
    "Duration": _duration,
}
