"""At which moments a build comes out otherwise by time alone, and that it does at no others."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from newsroom.commands.due import FORMS, Change, changes, due_text, next_change
from newsroom.commands.due import due as due_command
from newsroom.commands.options import Given
from newsroom.commands.project import Project, read_settings
from newsroom.model.author import Role
from newsroom.model.moment import Moment
from newsroom.model.newsroom import MOST_NEWS, SECOND, Newsroom
from newsroom.model.problems import CommandError
from newsroom.model.settings import Settings
from newsroom.reading.checks import check
from newsroom.reading.headers import minute
from newsroom.reading.moments import read_moment

from tests.sites import SAMPLE_NOW, SITES, Site

START = "2026-03-20T12:00:00Z"
GANGWAY = "content/incidents/gangway"
STATEMENT, FOLLOW_UP = f"{GANGWAY}/statement.md", f"{GANGWAY}/new-bolts.md"
BOATS, BATEAUX = "content/posts/summer-boats.md", "content/posts/summer-boats.fr.md"

# What is planned in tests/sites/due: the moment, why, and files that it changes.
PLANNED = {
    "2026-03-21T12:30:00Z": (
        [f"promise: the update promised in {STATEMENT} by 21 March 2026, 12:30 GMT is late"],
        {"index.html", "incidents/index.html", "incidents/gangway/index.html"},
    ),
    "2026-03-22T10:00:01Z": (
        [f"news: {STATEMENT} leaves the news sitemap"],
        {"news-sitemap.xml", "robots.txt"},
    ),
    "2026-03-25T09:00:00Z": (
        [f"embargo: {FOLLOW_UP} is published"],
        {"index.html", "incidents/gangway/new-bolts/index.html", "feeds/all.atom"},
    ),
    "2026-03-27T09:00:01Z": (
        [f"news: {FOLLOW_UP} leaves the news sitemap"],
        {"news-sitemap.xml", "robots.txt"},
    ),
    # The day ends an hour early by UTC: summer time began that morning.
    "2026-03-29T23:00:00Z": (
        [f"promise: the update promised in {FOLLOW_UP} by 29 March 2026 is late"],
        {"index.html", "incidents/index.html", "incidents/gangway/index.html"},
    ),
    # The translation, of an earlier date, had to wait.
    "2026-03-31T06:00:00Z": (
        [f"embargo: {BATEAUX} is published", f"embargo: {BOATS} is published"],
        {"posts/summer-boats/index.html", "fr/posts/summer-boats/index.html", "sitemap.xml"},
    ),
    "2026-04-01T23:00:00Z": (
        [
            "embargo: content/pages/tours.md is published",
            "role: content/authors/ines-carrow.md says Head of Communications,"
            " before: Press Officer",
        ],
        {"tours/index.html", "authors/index.html", "authors/ines-carrow/index.html"},
    ),
    "2026-04-02T06:00:01Z": (
        [f"news: {BOATS} leaves the news sitemap"],
        {"news-sitemap.xml", "robots.txt"},
    ),
}


def read(folder: Path, after: datetime, conf: str = "pelicanconf.py") -> tuple[Newsroom, Settings]:
    """A site's whole newsroom and settings, as ``invoke due`` reads them."""
    settings = Settings.read(read_settings(folder / conf))
    return check(folder / "content", settings, after).newsroom, settings


def planned(folder: Path, after: str = START) -> list[Change]:
    """All that changes at a site after a moment."""
    at = datetime.fromisoformat(after)
    return list(changes(*read(folder, at), at))


def differing(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The files that one of two builds does not have, or has otherwise."""
    return {path for path in before | after if before.get(path) != after.get(path)}


def epoch(at: datetime) -> str:
    return str(int(at.timestamp()))


@pytest.fixture
def due(site: Callable[[str], Site]) -> Site:
    """A copy of the site with plans, to change them."""
    return site("due")


class TestMoments:
    def test_each_kind_has_its_second(self) -> None:
        expected = [
            Change(datetime.fromisoformat(at), reason)
            for at, (reasons, _) in PLANNED.items()
            for reason in reasons
        ]
        assert planned(SITES / "due") == expected

    def test_what_has_been_seen_is_not_named_again(self) -> None:
        for at in PLANNED:
            moment = datetime.fromisoformat(at)
            assert all(change.at > moment for change in planned(SITES / "due", at))
            just_before = planned(SITES / "due", (moment - SECOND).isoformat())
            assert just_before[0].at == moment

    def test_the_next_ones_are_those_of_one_moment(self) -> None:
        after = datetime(2026, 4, 1, tzinfo=UTC)
        found = next_change(*read(SITES / "due", after), after)
        assert [change.reason.partition(":")[0] for change in found] == ["embargo", "role"]

    def test_after_the_last_there_is_none(self) -> None:
        after = datetime(2026, 5, 1, tzinfo=UTC)
        found = next_change(*read(SITES / "due", after), after)
        assert found == ()

    def test_a_promise_that_is_kept_in_time_is_never_late(self, due: Site) -> None:
        due.edit(STATEMENT, "Next_update: 2026-03-21 12:30", "Next_update: 2026-03-25 09:00")
        late = [change.at for change in planned(due.folder) if "promise" in change.reason]
        assert late == [datetime(2026, 3, 29, 23, tzinfo=UTC)]

    def test_a_follow_up_waits_for_its_statement(self, due: Site) -> None:
        due.edit(STATEMENT, "Date: 2026-03-20 10:00", "Date: 2026-03-26 10:00")
        found = {c.reason: c.at for c in planned(due.folder) if c.reason.startswith("embargo")}
        statement = datetime(2026, 3, 26, 10, tzinfo=UTC)
        assert found[f"embargo: {STATEMENT} is published"] == statement
        assert found[f"embargo: {FOLLOW_UP} is published"] == statement

    def test_what_was_withdrawn_or_is_hidden_is_no_news(self, due: Site) -> None:
        due.edit(STATEMENT, "State:", "Withdrawn: 2026-03-20 11:00 | It was not so.\nState:")
        due.edit(BOATS, "Author:", "Status: hidden\nAuthor:")
        news = [change.reason for change in planned(due.folder) if "news" in change.reason]
        assert news == [f"news: {FOLLOW_UP} leaves the news sitemap"]

    def test_without_an_address_there_is_no_news(self, due: Site) -> None:
        due.edit("pelicanconf.py", "https://harbourlane.example", "")
        assert not [change for change in planned(due.folder) if "news" in change.reason]

    def test_fractions_of_a_second_are_left_out(self, due: Site) -> None:
        due.edit(FOLLOW_UP, "Date: 2026-03-25 09:00", "Date: 2026-03-25 09:00:00.5")
        found = {change.reason: change.at for change in planned(due.folder)}
        assert found[f"embargo: {FOLLOW_UP} is published"] == datetime(2026, 3, 25, 9, tzinfo=UTC)

    def test_a_day_may_begin_at_one_in_the_morning(self) -> None:
        """In Chile, clocks go forward at midnight: 6 September 2026 begins at 01:00, UTC-3."""
        after = datetime(2026, 9, 1, tzinfo=UTC)
        newsroom, settings = read(SITES / "due", after)
        day = datetime(2026, 9, 6).date()
        [author] = newsroom.authors
        changed = replace(author, roles=(*author.roles, Role("Chair", day)))
        chile = replace(settings, zone=ZoneInfo("America/Santiago"))
        found = next_change(replace(newsroom, authors=(changed,)), chile, after)
        assert [change.at for change in found] == [datetime(2026, 9, 6, 4, tzinfo=UTC)]
        assert "says Chair" in found[0].reason

    def test_what_a_full_news_sitemap_has_no_room_for_does_not_leave_it(self) -> None:
        first = datetime(2026, 5, 1, tzinfo=UTC)
        newsroom, settings = read(SITES / "due", first)
        post = newsroom.by_path["posts/summer-boats.md"]
        many = tuple(
            replace(post, path=f"posts/{number}.md", date=first + number * SECOND)
            for number in range(MOST_NEWS + 1)
        )
        after = first + timedelta(hours=47)
        found = next_change(replace(newsroom, entries=many), settings, after)
        assert [change.reason for change in found] == [
            "news: content/posts/1.md leaves the news sitemap"
        ]


@dataclass(frozen=True)
class Night:
    """A change of clocks: the moment of it, and where."""

    zone: str
    change: datetime


NIGHTS = [
    Night("Europe/London", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    Night("Europe/London", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    Night("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    Night("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    Night("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    Night("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    Night("America/Santiago", datetime(2026, 4, 5, 3, tzinfo=UTC)),
    Night("America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
]


@pytest.mark.parametrize(
    "night", NIGHTS, ids=lambda night: f"{night.zone}-{night.change:%m}".replace("/", "-")
)
class TestClockChanges:
    """What a build sees, asked at every quarter of an hour around a change of clocks."""

    def newsroom(self, night: Night) -> tuple[Newsroom, Settings]:
        """The site with plans, its moments before, in and after the hour of the change."""
        zone = ZoneInfo(night.zone)

        def written(hours: float) -> Moment:
            return read_moment(
                minute((night.change + timedelta(hours=hours)).astimezone(zone)), zone
            )

        newsroom, settings = read(SITES / "due", night.change)
        [author] = newsroom.authors
        day = night.change.astimezone(zone).date()
        statement = replace(
            newsroom.by_path["incidents/gangway/statement.md"],
            date=written(-47).at,
            next_update=written(0.5),
        )
        follow_up = replace(
            newsroom.by_path["incidents/gangway/new-bolts.md"],
            date=written(1).at,
            next_update=read_moment(f"{day:%Y-%m-%d}", zone),
        )
        post = newsroom.by_path["posts/summer-boats.md"]
        posts = [
            replace(post, path=f"posts/{hours}.md", date=written(hours).at)
            for hours in (-30, -1.5, -0.75, -0.25, 0, 0.25, 0.75, 1.5)
        ]
        next_day = day + timedelta(days=1)
        roles = (Role("Officer"), Role("Head", day), Role("Chair", next_day, until=next_day))
        return (
            Newsroom((replace(author, roles=roles),), entries=(statement, follow_up, *posts)),
            replace(settings, zone=zone),
        )

    def seen(self, newsroom: Newsroom, settings: Settings, now: datetime) -> object:
        """What differs in the pages of a build at ``now``, reckoned in UTC."""
        public = newsroom.public(now)
        ages = {item.path: now - item.date.astimezone(UTC) for item in public.entries}
        [author] = newsroom.authors
        today = now.astimezone(settings.zone).date()
        late = [
            promised
            and (
                promised.at.astimezone(UTC) <= now
                if promised.has_time
                else promised.at.astimezone(settings.zone).date() < today
            )
            for promised in (incident.next_update for incident in public.incidents)
        ]
        news = {path for path, age in ages.items() if age <= timedelta(hours=48)}
        return set(ages), news, late, author.role_on(today), author.speaks_on(today)

    def test_due_names_every_moment_and_no_other(self, night: Night) -> None:
        newsroom, settings = self.newsroom(night)
        start = night.change - timedelta(hours=26)
        quarters = [start + timedelta(minutes=15 * number) for number in range(4 * 90)]
        times = [at + wait for at in quarters for wait in (-SECOND, timedelta(), SECOND)]
        seen = [self.seen(newsroom, settings, at) for at in times]
        expected = [
            now
            for (_, before), (now, after) in pairwise(zip(times, seen, strict=True))
            if before != after
        ]
        found = {change.at for change in changes(newsroom, settings, times[0])}
        assert sorted(at for at in found if at <= times[-1]) == expected
        assert len(expected) > 12


class TestBuilds:
    """The proof: builds differ at each moment, and only there."""

    @pytest.mark.full
    def test_every_moment_and_nothing_between_changes_the_output(self, tmp_path: Path) -> None:
        moments = [datetime.fromisoformat(at) for at in PLANNED]
        times = [datetime.fromisoformat(START)]
        for moment in moments:
            times += [moment - SECOND, moment]

        def build(at: datetime) -> dict[str, str]:
            made = Site.copy("due", tmp_path / epoch(at))
            made.build(SOURCE_DATE_EPOCH=epoch(at)).succeeds()
            return made.files()

        with ThreadPoolExecutor(max_workers=2) as pool:
            built = dict(zip(times, pool.map(build, times), strict=True))
        for start, end in zip(times[::2], times[1::2], strict=False):
            assert differing(built[start], built[end]) == set(), f"{start} to {end}"
        for moment, (_, files) in zip(moments, PLANNED.values(), strict=True):
            assert files <= differing(built[moment - SECOND], built[moment]), moment

    def test_the_sample_changes_when_it_is_said_to(
        self, site: Callable[[str], Site], full: bool
    ) -> None:
        sample = site("sample")
        start = datetime.fromtimestamp(int(SAMPLE_NOW), UTC)
        newsroom, settings = read(sample.folder, start, "publishconf.py")
        first = next_change(newsroom, settings, start)
        second = next_change(newsroom, settings, first[0].at)
        assert first[0].reason.startswith("promise: ")
        assert second[0].reason.startswith("embargo: ")

        if not full:  # two moments of the sample are five builds of it
            return

        def build(at: datetime) -> dict[str, str]:
            options = ("-e", "NEWSROOM_CARDS=false")
            sample.build(*options, conf="publishconf.py", SOURCE_DATE_EPOCH=epoch(at)).succeeds()
            return sample.files()

        one, other = first[0].at, second[0].at
        times = (start, one - SECOND, one, other - SECOND, other)
        built = [build(at) for at in times]
        differ = [bool(differing(before, after)) for before, after in pairwise(built)]
        assert differ == [False, True, False, True]


class TestForms:
    FOUND = (
        Change(datetime(2026, 12, 31, 23, 59, 1, tzinfo=UTC), "embargo: a.md is published"),
        Change(datetime(2026, 12, 31, 23, 59, 1, tzinfo=UTC), "role: b.md says Chair"),
    )

    @pytest.mark.parametrize(
        ("form", "text"),
        [
            ("text", "2026-12-31T23:59:01Z\n  embargo: a.md is published\n  role: b.md says Chair"),
            ("epoch", "1798761541"),
        ],
    )
    def test_a_moment_is_said_as_a_scheduler_takes_it(self, form: str, text: str) -> None:
        assert due_text(self.FOUND, form) == text

    def test_json_has_it_all(self) -> None:
        assert json.loads(due_text(self.FOUND, "json")) == {
            "at": "2026-12-31T23:59:01Z",
            "epoch": 1798761541,
            "reasons": ["embargo: a.md is published", "role: b.md says Chair"],
        }

    def test_never_is_said_too(self) -> None:
        said = {form: due_text((), form) for form in FORMS}
        nothing = json.loads(said.pop("json"))
        assert nothing == {"at": None, "epoch": None, "reasons": []}
        assert said == {"text": "never", "epoch": ""}

    def asked(self, **values: str) -> str:
        """What the command says about the site with plans."""
        project = Project(SITES / "due" / "pelicanconf.py")
        options = {option.name: option for option in due_command.options}
        return "\n".join(due_command.work(project, Given(options, values, False)).notes)

    def test_a_wrong_option_is_refused(self) -> None:
        with pytest.raises(CommandError, match="--format: 'ical' is none of: text, epoch, json"):
            self.asked(format="ical")
        with pytest.raises(CommandError, match="--since: 'yesterday'"):
            self.asked(since="yesterday")

    @pytest.mark.parametrize("since", ["2026-03-24T09:00:00Z", "2026-03-24 09:00"])
    def test_since_is_a_time_with_or_without_zone(self, since: str) -> None:
        assert self.asked(since=since).startswith("2026-03-25T09:00:00Z\n  embargo: ")
