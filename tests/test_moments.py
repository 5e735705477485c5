"""Dates as writers write them."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from newsroom.reading.moments import read_day, read_moment

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("text", "iso", "has_time"),
    [
        ("2026-03-10 14:05", "2026-03-10T14:05:00+00:00", True),
        ("2026-07-10 14:05", "2026-07-10T14:05:00+01:00", True),
        ("2026-03-10T14:05+02:00", "2026-03-10T14:05:00+02:00", True),
        ("2026-03-10T14:05:30Z", "2026-03-10T14:05:30+00:00", True),
        ("2026-03-10 00:00", "2026-03-10T00:00:00+00:00", True),
        ("2026-03-10", "2026-03-10T00:00:00+00:00", False),
        ("10 March 2026", "2026-03-10T00:00:00+00:00", False),
        ("10 March 2026 14:05", "2026-03-10T14:05:00+00:00", True),
        ("2026-03-10_14:05", "2026-03-10T14:05:00+00:00", True),
        ("2026-03-10 9:05", "2026-03-10T09:05:00+00:00", True),
        ("2026/03/10", "2026-03-10T00:00:00+00:00", False),
    ],
)
def test_reads_dates_with_and_without_time(text: str, iso: str, has_time: bool) -> None:
    moment = read_moment(text, LONDON)
    assert (moment.at.isoformat(), moment.has_time) == (iso, has_time)


@pytest.mark.parametrize(
    "text",
    [
        "March",
        " March 2026",
        " tomorrow",
        " 2026-02-30",
        " 2026-13-01",
        " 03/04/2026",
        " 14:05",
        " 2026",
        "10 March 2026 14:05 XYZ",
        " 2026-03-10 25:00",
        " 99999999999999",
    ],
)
def test_refuses_what_is_no_whole_date(text: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        read_moment(text, LONDON)


def test_reads_days_of_commitments_in_iso_form_only() -> None:
    assert read_day("2026-05-01") == date(2026, 5, 1)
    with pytest.raises(ValueError, match="write it like"):
        read_day("May")
