"""What contradicts itself in time: changes and captures that are yet to come, or came too early."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from ..language.words import Words
from ..model.citation import Citation
from ..model.entry import Entry
from ..model.incident import Incident
from ..model.moment import Moment
from ..model.newsroom import Newsroom
from ..model.problems import Problem
from ..model.settings import Settings

_WORDS = Words()


def check_times(newsroom: Newsroom, settings: Settings, now: datetime) -> Iterator[Problem]:
    """The rules of what was when, over all entries and citations."""
    for entry in newsroom.entries:
        yield from _changes(entry, now, settings.zone)
        yield from _kept(entry, now, settings.zone)
        yield from _translated(entry, newsroom.original_of(entry), settings.zone)
    for citation in newsroom.citations:
        yield from _captures(citation, now, settings.zone)
    for incident in newsroom.incidents:
        yield from _answered(incident, now, settings.zone)


def _changes(entry: Entry, now: datetime, zone: ZoneInfo) -> Iterator[Problem]:
    """What is public has not been changed in the future, nor any entry before its own date."""
    changes = [("Correction", item.at) for item in entry.corrections]
    changes += [("Withdrawn", entry.withdrawn.at)] if entry.withdrawn else []
    dated = _date(entry, zone)
    # What is planned would else stop the very build that is to publish it.
    latest = max(now, entry.date)
    modified = [("Modified", entry.modified)] if entry.modified else []
    for key, at in (*changes, *modified) if not entry.is_draft else ():
        if at.at > latest:
            message = f"{key}: {_WORDS.moment(at)} is yet to come: write when it was made"
            yield Problem(entry.path, entry.line(key), "date", message)
    promised = [("Next_update", entry.next_update)] if entry.next_update else []
    for key, at in (*changes, *modified, *promised) if entry.dated else ():
        if _earlier(at, dated, zone):
            message = (
                f"{key}: {_WORDS.moment(at)} is before the Date of this entry,"
                f" {_WORDS.moment(dated)}: mend one of the two"
            )
            yield Problem(entry.path, entry.line(key), "date", message)


def _captures(citation: Citation, now: datetime, zone: ZoneInfo) -> Iterator[Problem]:
    """What was published, captured and deleted was so in this order, and is no longer to come."""
    published = citation.published
    said = (
        ("Published", "", published),
        ("Accessed", "", citation.accessed),
        ("Availability", f"{citation.availability} ", citation.availability_at),
    )
    for key, word, at in said:
        line = citation.lines.get(key.lower(), 1)
        if at and at.at > now:
            message = f"{key}: {word}{_WORDS.moment(at)} is yet to come: write when it was"
            yield Problem(citation.path, line, "date", message)
        elif at and published and _earlier(at, published, zone):
            message = (
                f"{key}: {word}{_WORDS.moment(at)} is before it was published,"
                f" {_WORDS.moment(published)}: mend one of the two"
            )
            yield Problem(citation.path, line, "date", message)


def _kept(entry: Entry, now: datetime, zone: ZoneInfo) -> Iterator[Problem]:
    """Nothing that is public was done on a day that is yet to come."""
    latest = max(now, entry.date).astimezone(zone).date()
    for promise in entry.commitments if not entry.is_draft else ():
        if promise.done and promise.done > latest:
            message = f"done:{promise.done} is yet to come: write the day when it was done"
            yield Problem(entry.path, promise.line, "date", message)


def _translated(entry: Entry, original: Entry, zone: ZoneInfo) -> Iterator[Problem]:
    """A translation was not there before its original."""
    at, first = _date(entry, zone), _date(original, zone)
    if entry.dated and original.dated and _earlier(at, first, zone):
        message = (
            f"warning: {_WORDS.moment(at)} is before the Date of what this translates, before"
            f" which nobody could read it, {_WORDS.moment(first)}: mend one of the two"
        )
        yield Problem(entry.path, entry.line("Date"), "date", message)


def _answered(incident: Incident, now: datetime, zone: ZoneInfo) -> Iterator[Problem]:
    """An entry answers what was there before it."""
    for citation in incident.citations:
        published = citation.published
        first = next(
            (entry for entry in incident.thread if citation in incident.answers(entry)), None
        )
        if not first or not first.dated or not published or published.at > now:
            continue
        if _earlier(_date(first, zone), published, zone):
            message = (
                f"warning: this was published {_WORDS.moment(published)}, after the {first.kind}"
                f" that answers it, {_WORDS.moment(_date(first, zone))}: see that both are right"
            )
            line = citation.lines.get("published", 1)
            yield Problem(citation.path, line, "date", message)


def _date(entry: Entry, zone: ZoneInfo) -> Moment:
    """An entry's date; at midnight it is most likely written as a day alone."""
    local = entry.date.astimezone(zone)
    return Moment(entry.date, bool(local.hour or local.minute))


def _earlier(one: Moment, other: Moment, zone: ZoneInfo) -> bool:
    """Whether one was certainly before another: to the minute, or by days where one is a day."""
    if one.has_time and other.has_time:
        return one.at + timedelta(minutes=1) <= other.at
    # A time of elsewhere may be of the day there, or of the day here.
    before, after = ({at.at.date(), at.at.astimezone(zone).date()} for at in (one, other))
    return max(before) < min(after)
