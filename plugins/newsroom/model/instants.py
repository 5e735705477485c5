"""What time alone changes: which entries are public, what is late, who holds a role, what is news.

A build takes these from its clock and nothing else. Here they are said once: for the scheduler
that asks when to build again, for the build that asks whether anything has changed, and for the
news sitemap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .author import Author
from .entry import Entry
from .moment import Moment
from .newsroom import Newsroom

SECOND = timedelta(seconds=1)
NEWS_AGE = timedelta(days=2)
MOST_NEWS = 1_000
"""Google: news is what was published in the last two days, at most so many URLs."""


@dataclass(frozen=True)
class Sight:
    """What a build sees by its clock.

    ``public`` are paths of entries and pages; ``late`` the paths of incidents' newest entries
    with the update that they promised; ``roles`` a profile's path with the role held and those
    held before; ``news`` the paths of what the news sitemap lists.
    """

    public: frozenset[str]
    late: frozenset[tuple[str, Moment]]
    roles: frozenset[tuple[str, str, tuple[str, ...]]]
    news: frozenset[str]


def sight(newsroom: Newsroom, now: datetime, zone: ZoneInfo) -> Sight:
    """Say what a build at ``now`` sees of what is public then; days begin in ``zone``."""
    return Sight(
        frozenset(
            (*(entry.path for entry in newsroom.entries), *(page.path for page in newsroom.pages))
        ),
        frozenset(_late(newsroom, now)),
        frozenset(_roles(newsroom.authors, now.astimezone(zone).date())),
        frozenset(entry.path for entry in news(newsroom, now)),
    )


def instants(newsroom: Newsroom, after: datetime, zone: ZoneInfo) -> list[datetime]:
    """List every whole second after ``after`` at which a build could see something else.

    ``newsroom`` is the whole one, what is not public yet included; instants are in UTC.
    """
    found = {
        *_of_entries(newsroom.entries),
        *(_second(page.date.at) for page in newsroom.pages if page.date),
        *_of_roles(newsroom.authors, after.astimezone(zone).date(), zone),
    }
    return sorted(at for at in found if at > after)


def news(newsroom: Newsroom, now: datetime) -> list[Entry]:
    """Return what is news at ``now``, newest first; nothing that was withdrawn."""
    fresh = [
        entry
        for entry in newsroom.entries
        if timedelta(0) <= now - entry.date <= NEWS_AGE
        and newsroom.is_listed(entry)
        and not newsroom.withdrawal(entry)
    ]
    fresh.sort(key=lambda entry: (entry.date, not entry.translates, entry.path), reverse=True)
    return fresh[:MOST_NEWS]


def _late(newsroom: Newsroom, now: datetime) -> Iterator[tuple[str, Moment]]:
    """Yield promised updates that pages mark as late; a commitment's day marks nothing."""
    for incident in newsroom.incidents:
        promised = incident.next_update
        if promised and promised.over(now):
            yield incident.newest.path, promised


def _roles(authors: Iterable[Author], today: date) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for author in authors:
        role = author.role_on(today)
        past = [item.title for item in author.roles if item.since is None or item.since <= today]
        yield author.path, role, tuple(title for title in past if title != role)


def _of_entries(entries: Iterable[Entry]) -> Iterator[datetime]:
    for entry in entries:
        yield _second(entry.date)
        # The news window holds its own end: an entry is gone a second later.
        yield (entry.date + NEWS_AGE).astimezone(UTC).replace(microsecond=0) + SECOND
        if entry.next_update:
            yield _second(entry.next_update.end)


def _of_roles(authors: Iterable[Author], today: date, zone: ZoneInfo) -> Iterator[datetime]:
    """Yield when the day begins, in the site's zone, on which an author takes a role."""
    for author in authors:
        for role in author.roles:
            if role.since and role.since > today and role.since.year < MAXYEAR:
                yield _second(datetime.combine(role.since, time(), zone))


def _second(at: datetime) -> datetime:
    """Return the first whole second that is not before ``at``, in UTC."""
    utc = at.astimezone(UTC)
    return utc.replace(microsecond=0) + (SECOND if utc.microsecond else timedelta())
