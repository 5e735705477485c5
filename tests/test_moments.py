"""Dates as writers write them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from newsroom.language.words import Words
from newsroom.model.moment import instant
from newsroom.reading.headers import minute, published_moment
from newsroom.reading.moments import read_day, read_moment

LONDON = ZoneInfo("Europe/London")
ZONES = (
    *("Europe/London", "Europe/Dublin", "Europe/Berlin", "Europe/Moscow", "Africa/Casablanca"),
    *("America/New_York", "America/Sao_Paulo", "America/Havana", "America/St_Johns", "UTC"),
    *("Asia/Dubai", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Tehran", "Atlantic/Azores"),
    *("Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia", "America/Santiago", "Asia/Gaza"),
)


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
        "2026/13/01",
        " 03/04/2026",
        " 14:05",
        " 2026",
        "14:05 GMT, 10 July 2026",
        "Tuesday 1 July 2026",
        "10 AM 2026",
        "10 Marsh 2026",
        "2026-07-01 09:00 GMT+1",
        "2026-07-01 09:00 EST+5",
        "2026-07-01 09:00+15:30",
        "2026-07-01 +01:00",
        " 2026-03-10 25:00",
        " 99999999999999",
        "03 04 2026",
        "3, 4, 2026 09:20",
        "09:20 3.4.2026",
        "2026-03-10/11",
        "2026-03-10 14:05 15:05",
        "2026-03-10 09-20",
    ],
)
def test_refuses_what_is_no_whole_date(text: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        read_moment(text, LONDON)


def test_reads_days_of_commitments_in_iso_form_only() -> None:
    assert read_day("2026-05-01") == date(2026, 5, 1)
    with pytest.raises(ValueError, match="write it like"):
        read_day("May")


@pytest.mark.parametrize(
    ("text", "zone", "iso"),
    [
        # What a name says counts, not the time that the zone has on that day.
        ("2027-07-01 09:00 GMT", "Europe/London", "2027-07-01T09:00:00+00:00"),
        ("2027-07-01 09:00 BST", "Europe/London", "2027-07-01T09:00:00+01:00"),
        ("2027-01-10 09:00 BST", "Europe/London", "2027-01-10T09:00:00+01:00"),
        ("2026-07-01 09:00 EST", "America/New_York", "2026-07-01T09:00:00-05:00"),
        ("2026-07-01 09:00 UTC", "America/New_York", "2026-07-01T09:00:00+00:00"),
        # In an hour that comes twice, too, and in one that does not come.
        ("2026-10-25 01:30 BST", "Europe/London", "2026-10-25T01:30:00+01:00"),
        ("2026-10-25 01:30 GMT", "Europe/London", "2026-10-25T01:30:00+00:00"),
        ("2026-11-01 01:30 EDT", "America/New_York", "2026-11-01T01:30:00-04:00"),
        ("2026-11-01 01:30 EST", "America/New_York", "2026-11-01T01:30:00-05:00"),
        ("2026-03-29 01:30 GMT", "Europe/London", "2026-03-29T01:30:00+00:00"),
        ("2026-10-25 02:30+02:00", "Europe/Berlin", "2026-10-25T02:30:00+02:00"),
        # One name, another place.
        ("2026-07-01 09:00 IST", "Europe/Dublin", "2026-07-01T09:00:00+01:00"),
        ("2026-07-01 09:00 IST", "Asia/Kolkata", "2026-07-01T09:00:00+05:30"),
        ("2026-07-01 09:00 CST", "Asia/Shanghai", "2026-07-01T09:00:00+08:00"),
        # Zones whose clocks have no name.
        ("2026-03-10 14:05 UTC+0400", "Asia/Dubai", "2026-03-10T14:05:00+04:00"),
        ("10 March 2026, 14:05 UTC-0300", "Europe/London", "2026-03-10T14:05:00-03:00"),
        ("2026-03-10 14:05 UTC+05:45", "Asia/Kathmandu", "2026-03-10T14:05:00+05:45"),
    ],
)
def test_a_zone_is_read_as_what_it_says(text: str, zone: str, iso: str) -> None:
    assert read_moment(text, ZoneInfo(zone)).at.isoformat() == iso


@pytest.mark.parametrize(
    ("text", "zone", "says"),
    [
        ("2026-07-01 09:00 EST", "Europe/London", "'EST' is no name of the time in Europe/London"),
        ("2026-07-01 09:00 IST", "Europe/London", r"like 2026-07-01 09:00\+01:00$"),
        ("2026-07-01 09:00 CST", "America/New_York", "'CST' is no name"),
        ("10 March 2026 14:05 XYZ", "Europe/London", "'XYZ' is no name"),
        (
            "2026-10-25 01:30",
            "Europe/London",
            r"comes twice, .*: write 2026-10-25 01:30\+0100 or 2026-10-25 01:30\+0000$",
        ),
        (
            "1 November 2026 01:30 AM",
            "America/New_York",
            "write 2026-11-01 01:30-0400 or 2026-11-01 01:30-0500$",
        ),
        (
            "2014-10-26 01:30 MSK",
            "Europe/Moscow",
            r"write 2014-10-26 01:30\+0400 or 2014-10-26 01:30\+0300$",
        ),
        (
            "2026-03-29 01:30",
            "Europe/London",
            r"not at all, .*: write 2026-03-29 01:30\+0000 or 2026-03-29 01:30\+0100$",
        ),
        ("2026-03-29 02:30", "Europe/Berlin", r"write 2026-03-29 02:30\+0100 or .*\+0200$"),
    ],
)
def test_what_says_no_one_time_is_refused_with_what_to_write(
    text: str, zone: str, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        read_moment(text, ZoneInfo(zone))


@pytest.fixture
def abroad(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose own clock is that of New York."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("abroad")
def test_the_zone_of_the_machine_says_nothing() -> None:
    with pytest.raises(ValueError, match="no name of the time in Europe/London"):
        read_moment("2026-07-01 09:00 EST", LONDON)
    with pytest.raises(ValueError, match="no name of the time in Europe/London"):
        read_moment("2026-07-01 09:00 EDT", LONDON)


@pytest.mark.parametrize(
    ("text", "zone", "hours"),
    [
        ("2026-03-29", "Europe/London", 23),
        ("2026-10-25", "Europe/London", 25),
        ("2026-06-01", "Europe/London", 24),
        ("2026-09-06", "America/Santiago", 23),
        ("2026-11-01", "America/Havana", 25),
    ],
)
def test_a_day_is_as_long_as_its_clocks_make_it(text: str, zone: str, hours: int) -> None:
    day = read_moment(text, ZoneInfo(zone))
    assert not day.has_time
    assert day.end - day.at == timedelta(hours=hours)
    assert day.end.astimezone(ZoneInfo(zone)).date() == date.fromisoformat(text) + timedelta(1)


def test_order_and_length_are_those_of_instants() -> None:
    summer, winter = (read_moment(f"2026-10-25 {at}", LONDON) for at in ("01:50 BST", "01:10 GMT"))
    assert summer < winter
    assert winter.at - summer.at == timedelta(minutes=20)
    assert summer.at + timedelta(hours=1) == winter.at + timedelta(minutes=40)


instants = some.datetimes(datetime(1970, 1, 2), datetime(2060, 1, 1)).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)


@given(instants, some.sampled_from(ZONES), some.sampled_from(("en", "en-us")))
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/London", "en")
@example(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/London", "en")
@example(datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "America/New_York", "en-us")
@example(datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "America/New_York", "en-us")
@example(datetime(2014, 10, 25, 22, 30, tzinfo=UTC), "Europe/Moscow", "en")
def test_what_pages_print_is_read_back_as_the_same_instant(
    at: datetime, name: str, lang: str
) -> None:
    """Unless the print itself does not say which, as once in Moscow; then it is refused."""
    zone = ZoneInfo(name)
    other = at.astimezone(zone)
    other = other.replace(fold=1 - other.fold)
    one_name = {at.astimezone(zone).tzname()} == {other.tzname()}
    printed = Words(lang).time(instant(at.astimezone(zone)))
    if one_name and other.utcoffset() != at.astimezone(zone).utcoffset():
        with pytest.raises(ValueError, match="comes twice"):
            read_moment(printed, zone)
    else:
        assert read_moment(printed, zone).at == at


@given(instants, some.sampled_from(ZONES))
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/London")
@example(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/London")
def test_what_the_desk_writes_is_read_back_as_the_same_instant(at: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    assert read_moment(minute(at.astimezone(zone)), zone).at == at
    elsewhere = read_moment(at.isoformat(), zone)
    assert read_moment(published_moment(elsewhere, zone), zone).at == at
