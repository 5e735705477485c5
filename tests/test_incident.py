"""The pure model: threads, states, elapsed times, what answers what, roles over time."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from newsroom.language.words import Words
from newsroom.model.author import Author, Role
from newsroom.model.entry import ENDED, Change, Entry, Hotline
from newsroom.model.incident import Elapsed, Incident
from newsroom.model.moment import Moment
from newsroom.model.newsroom import Newsroom
from newsroom.model.settings import Settings
from newsroom.reading.checks import check

from tests.sites import SITES

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


def read(content: Path, now: datetime = NOW) -> Newsroom:
    settings = Settings.read({"SITENAME": "Copperline", "TIMEZONE": "Europe/London"})
    checkup = check(content, settings, now)
    assert not checkup.has_errors, "\n".join(map(str, checkup.problems))
    return checkup.newsroom


@pytest.fixture(scope="module")
def newsroom() -> Newsroom:
    return read(SITES / "thread" / "content")


@pytest.fixture(scope="module")
def incident(newsroom: Newsroom) -> Incident:
    return newsroom.by_id["rude-reply"]


def test_threads_statement_and_follow_ups_oldest_first(incident: Incident) -> None:
    assert [entry.stem for entry in incident.thread] == ["statement", "what-we-found", "review"]
    assert incident.statement is incident.thread[0]
    assert incident.newest is incident.thread[-1]
    assert [incident.position(entry) for entry in incident.thread] == [1, 2, 3]


def test_a_follow_up_without_state_keeps_the_last_one(incident: Incident) -> None:
    states = [incident.state_as_of(entry) for entry in incident.thread]
    assert states == ["investigating", "acting", "acting"]
    assert (incident.state, incident.is_open, incident.resolved_at) == ("acting", True, None)


def test_only_the_newest_entry_promises_a_next_update(incident: Incident) -> None:
    assert incident.thread[1].next_update is not None
    assert incident.next_update is None


def test_knows_what_each_entry_answers_and_who_answered(incident: Incident) -> None:
    statement, found, review = incident.thread
    assert [c.stem for c in incident.answers(statement)] == ["original"]
    assert [c.stem for c in incident.answers(found)] == ["reader", "blog"]
    assert incident.answers(review) == ()
    blog = next(c for c in incident.citations if c.stem == "blog")
    assert incident.answered_by(blog) == (found,)


def taking_back(incident: Incident, at: int) -> Incident:
    """The incident without what its entry at a place says."""
    gone = Change(Moment(incident.thread[at].date), "It was wrong.")
    thread = list(incident.thread)
    thread[at] = replace(thread[at], withdrawn=gone)
    return replace(incident, thread=tuple(thread))


def advising(incident: Incident, *advice: str) -> Incident:
    """The incident whose entries give this advice, or end it; an empty one says nothing of it."""
    return replace(
        incident,
        thread=tuple(
            replace(entry, advice=said if said == ENDED else "")
            if said in ("", ENDED)
            else replace(entry, body=replace(entry.body, advice=said))
            for entry, said in zip(incident.thread, advice, strict=True)
        ),
    )


@pytest.mark.parametrize(
    ("advice", "holds", "changes"),
    [
        (("", "", ""), None, ["", "", ""]),
        (("Boil it", "", ""), 0, ["", "", ""]),
        (("Boil it", "Do not", ""), 1, ["", "changed", ""]),
        (("", "Boil it", ENDED), None, ["", "new", "ended"]),
        (("Boil it", ENDED, "Do not"), 2, ["", "ended", "new"]),
        (("", "", ENDED), None, ["", "", ""]),
    ],
)
def test_the_newest_advice_holds_until_it_is_ended(
    incident: Incident, advice: tuple[str, ...], holds: int | None, changes: list[str]
) -> None:
    advised = advising(incident, *advice)
    assert advised.advises is (None if holds is None else advised.thread[holds])
    assert [advised.advice_change(entry) for entry in advised.thread] == changes


def test_advice_that_is_taken_back_leaves_the_one_before(incident: Incident) -> None:
    advised = taking_back(advising(incident, "Boil it", "Do not", ""), 1)
    assert advised.advises is advised.thread[0]
    ended = taking_back(advising(incident, "Boil it", ENDED, ""), 1)
    assert ended.advises is ended.thread[0]


def test_the_newest_hotlines_hold_until_none_is_said(incident: Incident) -> None:
    one = (Hotline("112", "tel:112"),)

    def gives(*said: tuple[Hotline, ...] | None) -> Entry | None:
        pairs = zip(incident.thread, said, strict=True)
        thread = tuple(replace(entry, hotlines=lines) for entry, lines in pairs)
        return replace(incident, thread=thread).gives_hotlines

    assert gives(None, None, None) is None
    for said in ((one, None, None), (None, one, None), (one, (), None)):
        found = gives(*said)
        assert found is not None
        assert found.hotlines == next(each for each in reversed(said) if each is not None)


def test_reads_commitments_with_their_keys(incident: Incident) -> None:
    said = [(c.html, c.kept, c.due, c.done) for _, c in incident.commitments]
    assert said == [
        ("End shifts after eight hours.", True, None, date(2026, 3, 12)),
        ("Publish our <code>house rules</code>.", False, date(2026, 5, 1), None),
    ]


def test_counts_from_the_original_in_minutes_and_in_days(incident: Incident) -> None:
    assert incident.elapsed(Moment(incident.statement.date), LONDON) == Elapsed(
        timedelta(minutes=42)
    )
    day = incident.elapsed(Moment(datetime(2026, 3, 12, tzinfo=LONDON), False), LONDON)
    assert day == Elapsed(timedelta(days=2), by_day=True)


def test_no_answer_is_counted_from_a_statement_that_was_taken_back(tmp_path: Path) -> None:
    folder = tmp_path / "incidents/flood"
    folder.mkdir(parents=True)
    said = "Author: A\nSummary: S\nTitle: T\n"
    (folder / "statement.md").write_text(
        f"{said}Date: 2026-03-10 10:00\nIncident: I\nState: acting\n"
        "Withdrawn: 2026-03-10 11:00 | No.\n\nText.\n"
    )
    (folder / "second.md").write_text(f"{said}Date: 2026-03-10 12:00\n\nText.\n")
    settings = Settings.read({"SITENAME": "Copperline", "TIMEZONE": "Europe/London"})
    [incident] = check(tmp_path, settings, NOW).newsroom.incidents
    assert incident.first_word == incident.thread[1].date
    assert incident.answered_after(LONDON) is None


def test_counts_across_a_clock_change_in_utc(incident: Incident) -> None:
    before = replace(incident.statement, date=datetime(2026, 3, 29, 0, 30, tzinfo=LONDON))
    after = Moment(datetime(2026, 3, 29, 2, 30, tzinfo=LONDON))
    assert Incident("x", (before,)).elapsed(after, LONDON) == Elapsed(timedelta(hours=1))
    assert (
        Incident("x", (replace(before, date=after.at),)).elapsed(Moment(before.date), LONDON)
        is None
    )


def test_order_and_changes_in_an_hour_that_comes_twice_are_those_of_the_instants(
    tmp_path: Path,
) -> None:
    """In the night of 25 October 2026, clocks in London show 01:00 to 02:00 twice."""
    shutil.copytree(SITES / "thread" / "content", tmp_path / "content")
    folder = tmp_path / "content" / "incidents" / "rude-reply"
    dates = {
        "statement": ("2026-03-10 09:42", "2026-10-25 00:20Z"),
        "what-we-found": ("2026-03-12 10:00", "2026-10-25 01:50 BST"),
        "review": ("2026-03-14 16:00", "2026-10-25 01:10 GMT"),
    }
    for name, (old, new) in dates.items():
        text = (folder / f"{name}.md").read_text("utf-8").replace(old, new)
        text = text.replace("2026-03-13 08:00", "2026-10-25 01:05 GMT")
        text = text.replace("2026-03-11 12:00", "2026-10-26").replace("2026-03-20", "2026-10-26")
        (folder / f"{name}.md").write_text(text, "utf-8")
    newsroom = read(tmp_path / "content", datetime(2026, 10, 26, tzinfo=UTC))
    thread = newsroom.by_id["rude-reply"].thread
    assert [entry.stem for entry in thread] == list(dates)
    between = [later.date - earlier.date for earlier, later in pairwise(thread)]
    assert between == [timedelta(minutes=30), timedelta(minutes=20)]
    corrected = datetime(2026, 10, 25, 1, 5, tzinfo=UTC)
    assert newsroom.updated(thread[1]) == corrected > thread[1].date


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=40), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=42), "42 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=2, minutes=5), "2 hours 5 minutes"),
        (timedelta(days=1, hours=3, minutes=6), "1 day 3 hours"),
        (timedelta(days=9, hours=3), "9 days"),
    ],
)
def test_says_lengths_in_words(length: timedelta, words: str) -> None:
    assert Words().length(length) == words


def test_says_elapsed_times_in_words() -> None:
    assert (
        Words().elapsed(Elapsed(timedelta(minutes=42)), "social-post")
        == "42 minutes after the post"
    )
    same = Elapsed(timedelta(0), by_day=True)
    assert Words().elapsed(same, "rumour") == "the same day as the rumour"


def test_names_the_zone_of_every_time() -> None:
    assert Words().time(datetime(2026, 7, 1, 9, tzinfo=LONDON)) == "1 July 2026, 09:00 BST"
    somewhere = datetime(2026, 7, 1, 9, tzinfo=ZoneInfo("America/Sao_Paulo"))
    assert Words().time(somewhere) == "1 July 2026, 09:00 UTC-0300"


def test_an_author_has_the_role_held_on_the_day() -> None:
    roles = (Role("Head", date(2026, 3, 12)), Role("Officer", date(2024, 1, 1)))
    ada = Author("authors/ada.md", "ada", "Ada", roles)
    assert ada.role_on(date(2026, 3, 12)) == "Head"
    assert ada.role_on(date(2026, 3, 11)) == "Officer"
    assert ada.role_on(date(2020, 1, 1)) == "Officer"
    assert Author("a", "a", "A", (Role("Founder"), *roles)).role_on(date(2020, 1, 1)) == "Founder"


def test_an_author_speaks_until_the_last_role_ends() -> None:
    ended = Role("Head", date(2026, 3, 12), until=date(2026, 9, 30))
    ada = Author("authors/ada.md", "ada", "Ada", (ended, Role("Officer", date(2024, 1, 1))))
    assert ada.speaks_on(date(2026, 9, 30))
    assert not ada.speaks_on(date(2026, 10, 1))
    assert ada.ended_before(date(2026, 10, 1)) == date(2026, 9, 30)
    back = Author("a", "a", "A", (*ada.roles, Role("Chair", date(2027, 1, 1))))
    days = (date(2026, 9, 30), date(2026, 10, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [back.speaks_on(day) for day in days] == [True, False, False, True]


def test_pairs_translations_with_their_originals() -> None:
    newsroom = read(SITES / "translations" / "content")
    french = newsroom.by_path["incidents/rude-reply/what-we-found.fr.md"]
    assert newsroom.original_of(french).path == "incidents/rude-reply/what-we-found.md"
    assert newsroom.translations[french.translates] == (french,)
    assert french not in newsroom.by_id["rude-reply"].thread
    assert newsroom.by_path["posts/bonjour.md"].translates == ""


def test_what_is_public_follows_status_date_and_statement(newsroom: Newsroom) -> None:
    assert {c.stem for c in newsroom.public(NOW).citations} == {"original", "blog", "reader"}
    early = newsroom.public(datetime(2026, 3, 11, tzinfo=UTC))
    assert [entry.stem for entry in early.by_id["rude-reply"].thread] == ["statement"]
    assert {c.stem for c in early.citations} == {"original"}
    before = newsroom.public(datetime(2026, 3, 10, 9, 30, tzinfo=UTC))
    assert before.incidents == ()
    assert before.citations == ()


def test_a_page_in_another_language_waits_for_its_original() -> None:
    newsroom = read(SITES / "bakery" / "content")
    both = {"pages/rules.md", "pages/rules.fr.md"}
    assert both <= {page.path for page in newsroom.public(NOW).pages}
    held = replace(
        newsroom,
        pages=tuple(
            replace(page, status="draft") if page.path == "pages/rules.md" else page
            for page in newsroom.pages
        ),
    )
    assert not both & {page.path for page in held.public(NOW).pages}


def test_a_profile_with_a_problem_that_only_a_draft_uses_is_not_public(tmp_path: Path) -> None:
    shutil.copytree(SITES / "thread" / "content", tmp_path / "content")
    profile = "Name: Nia Rees\nRole: Fitter\nPhoto: gone.jpg\n\nNia fits kettles.\n"
    (tmp_path / "content/authors/nia-rees.md").write_text(profile, "utf-8")
    post = "Title: Soon\nDate: 2026-03-01 09:00\nAuthor: Nia Rees\nStatus: draft\n\nSoon.\n"
    (tmp_path / "content/posts/soon.md").write_text(post, "utf-8")
    newsroom = read(tmp_path / "content")
    assert "Nia Rees" in newsroom.by_name
    assert "Nia Rees" not in newsroom.public(NOW).by_name


def test_a_resolved_incident_knows_since_when() -> None:
    incident = read(SITES / "translations" / "content").by_id["rude-reply"]
    assert incident.resolved_at == incident.newest.date
    assert not incident.is_open


def test_quotes_only_what_some_public_entry_uses(newsroom: Newsroom) -> None:
    early = newsroom.public(datetime(2026, 3, 11, tzinfo=UTC))
    assert {citation.stem for citation in early.by_id["rude-reply"].citations} == {"original"}


def test_a_planned_entry_may_link_to_one_that_is_planned_before_it(tmp_path: Path) -> None:
    shutil.copytree(SITES / "thread" / "content", tmp_path / "content")
    head = "Date: 2026-0{}-01 09:00\nAuthor: Bram Stone\nSummary: x\n\n"
    posts = tmp_path / "content" / "posts"
    (posts / "may.md").write_text("Title: May\n" + head.format(5) + "May.", "utf-8")
    (posts / "june.md").write_text(
        "Title: June\n" + head.format(6) + "See [May]({filename}may.md).", "utf-8"
    )
    assert "june" in {entry.stem for entry in read(tmp_path / "content").entries}
    (posts / "may.md").write_text(
        "Title: May\n" + head.format(5) + "See [June]({filename}june.md).", "utf-8"
    )
    settings = Settings.read({"TIMEZONE": "Europe/London"})
    [problem] = [p for p in check(tmp_path / "content", settings, NOW).problems if p.rule == "link"]
    assert problem.path == "content/posts/may.md"
