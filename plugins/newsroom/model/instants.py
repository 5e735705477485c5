"""What time alone changes: what is public, what is late, who holds a role, and what is news.

A build takes these from its clock and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

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
    """Return what a build at ``now`` sees of what is public then; days begin in ``zone``."""
    today = now.astimezone(zone).date()
    promises = ((each.newest.path, each.next_update) for each in newsroom.incidents)
    roles = set()
    for author in newsroom.authors:
        role = author.role_on(today)
        past = [item.title for item in author.roles if item.since is None or item.since <= today]
        roles.add((author.path, role, tuple(title for title in past if title != role)))
    return Sight(
        frozenset(each.path for each in (*newsroom.entries, *newsroom.pages)),
        frozenset(
            (path, promised) for path, promised in promises if promised and promised.over(now)
        ),
        frozenset(roles),
        frozenset(entry.path for entry in news(newsroom, now)),
    )


def instants(newsroom: Newsroom, after: datetime, zone: ZoneInfo) -> list[datetime]:
    """List every instant after ``after``, in UTC, at which a build could see something else.

    ``newsroom`` is the whole one, what is not public yet included.
    """
    found = {page.date.at for page in newsroom.pages if page.date}
    for entry in newsroom.entries:
        found |= {entry.date, entry.date + NEWS_AGE + SECOND}  # what is news holds its own end
        if entry.next_update:
            found.add(entry.next_update.end)
    for author in newsroom.authors:
        days = (role.since for role in author.roles if role.since)
        found.update(datetime.combine(day, time(), zone) for day in days)
    return sorted(at.astimezone(UTC) for at in found if at > after)


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
