"""Say when a production build next comes out otherwise by time alone, for a scheduler.

A moment matters if a build then sees something otherwise than a build just before it: so what
is superseded, or waits for something else, is no moment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from ..deploy.targets import declared
from ..language.words import Words
from ..model.newsroom import Newsroom, instants, sight
from ..model.problems import CommandError, one_of
from ..model.settings import Settings
from ..reading.moments import read_moment
from .options import Given, Option, command
from .project import Project, Result

FORMS = ("text", "epoch", "json")
WORDS = Words()  # commands speak English


@command(
    Option("format", one_of(FORMS), choices=dict.fromkeys(FORMS, ""), closed=True),
    Option("since", "From when on to look, such as 2026-03-11T09:20 (default: now)"),
    Option("target", "Since the build that is live there"),
    Option("check", "Only say whether it has come: exit code 0, or 3 if not", action="store_true"),
    conf="publishconf.py",
)
def due(project: Project, given: Given) -> Result:
    """Name the next moment at which time alone changes the newsroom."""
    form, after = given["format"] and given.ask("format"), _after(project, given)
    found: tuple[Change, ...] = ()
    if after:
        found = next_change(project.newsroom, project.settings, after, project.content.name)
    if not given["check"]:
        return Result(notes=(due_text(found, form or "text"),))
    come = bool(found) and found[0].at <= project.now
    return Result(notes=("due" if come else "not due",), code=0 if come else 3)


def _after(project: Project, given: Given) -> datetime | None:
    """Return when to look from; None if the live release waits for no clock."""
    if given["since"]:
        zone = project.settings.zone
        read = given.ask("since", check=lambda text: read_moment(text, zone).at.isoformat())
        return datetime.fromisoformat(read)
    if not given["target"]:
        return project.now
    there = declared(given["target"], project.settings, project.root, *project.own)
    live = there.target.releases()[-1:]
    if not live:
        raise CommandError(f"nothing has been deployed to {given['target']} yet")
    # What somebody has brought back, no clock undoes.
    return None if live[0].note else datetime.fromisoformat(live[0].built)


@dataclass(frozen=True, order=True)
class Change:
    """The first second, in UTC, at which a build gives other output, and why, in a line."""

    at: datetime
    reason: str


def changes(
    newsroom: Newsroom, settings: Settings, after: datetime, folder: str = "content"
) -> Iterator[Change]:
    """Yield everything that changes in the whole newsroom by time alone after a build."""
    said, news = _told(newsroom, settings, after, folder)
    for at in instants(newsroom, after, settings.zone):
        said_now, news_now = _told(newsroom, settings, at, folder)
        for reason in sorted((said_now - said) | (news - news_now)):
            yield Change(at, reason)
        said, news = said_now, news_now


def next_change(
    newsroom: Newsroom, settings: Settings, after: datetime, folder: str = "content"
) -> tuple[Change, ...]:
    """Return all that changes at the next moment after a build; empty if nothing ever does."""
    groups = groupby(changes(newsroom, settings, after, folder), lambda change: change.at)
    return tuple(next((found for _, found in groups), ()))


def due_text(found: Sequence[Change], form: str) -> str:
    """Write the moment of ``next_change`` for people, in seconds since 1970, or as JSON."""
    iso = f"{found[0].at:%Y-%m-%dT%H:%M:%SZ}" if found else None
    epoch = int(found[0].at.timestamp()) if found else None
    reasons = [change.reason for change in found]
    if form == "json":
        return json.dumps({"at": iso, "epoch": epoch, "reasons": reasons}, indent=2)
    return str(epoch or "") if form == "epoch" else "\n  ".join((iso or "never", *reasons))


def _told(
    newsroom: Newsroom, settings: Settings, now: datetime, folder: str
) -> tuple[set[str], set[str]]:
    """Tell what a build sees by its clock: sentences that become true, and that cease to be."""
    seen = sight(newsroom.public(now), now, settings.zone)
    said = {f"embargo: {folder}/{path} is published" for path in seen.public}
    for path, promised in seen.late:
        when = WORDS.moment(promised)
        said.add(f"promise: the update promised in {folder}/{path} by {when} is late")
    for path, role, former in seen.roles:
        before = f", before: {', '.join(former)}" if former else ""
        said.add(f"role: {folder}/{path} says {role or 'that no role is held'}{before}")
    news = seen.news if settings.site_url else ()
    return said, {f"news: {folder}/{path} leaves the news sitemap" for path in news}
