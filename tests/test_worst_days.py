"""Sites made of what has happened in public: what readers find on the page of the incident."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.sites import Site, words
from tests.sizes import first
from tests.test_themes import part
from tests.validators.structured import json_ld, roots


@pytest.fixture(scope="module")
def outage(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A fix was declared too early; nothing that others published is answered."""
    site = Site.copy("outage", tmp_path_factory.mktemp("outage") / "outage")
    run = site.build().succeeds()
    assert "warning" not in run.stderr
    return site


def test_an_outage_says_when_it_began_and_how_long_it_lasted(outage: Site) -> None:
    facts = outage.page("incidents/card-payments/").select_one(".facts")
    said = words(facts)
    assert "Began 6 March 2026, 11:20 GMT" in said
    assert "Ended 6 March 2026, 15:02 GMT , after 3 hours 42 minutes" in said
    assert "First statement 14 minutes" in said


def test_elapsed_times_count_from_the_beginning(outage: Site) -> None:
    timeline = outage.page("incidents/card-payments/").select(".timeline-item")
    said = [words(item) for item in timeline]
    assert said[0] == "6 March 2026, 11:20 GMT It began"
    assert "14 minutes after it began" in said[1]
    assert said[2] == (
        "6 March 2026, 11:48 GMT 28 minutes after it began All payments are moved to the other"
        " gateway."
    )
    url = "https://news.tallowpay.example/incidents/card-payments/"
    assert [link["href"] for link in timeline[2].select("a")] == [f"{url}#entry-over-since-three"]
    assert [item["class"][1] for item in timeline] == [
        "timeline-began",
        "timeline-statement",
        "timeline-event",
        "timeline-follow-up",
        "timeline-follow-up",
        "timeline-event",
        "timeline-ended",
        "timeline-follow-up",
        "timeline-follow-up",
    ]


def test_machines_are_told_when_it_began_and_ended(outage: Site) -> None:
    page = (outage.output / "incidents/card-payments/index.html").read_text("utf-8")
    (blog,) = [node for node in roots(json_ld(page)) if node["@type"] == "LiveBlogPosting"]
    assert blog["about"] == {
        "@type": "Event",
        "name": "Card payments failed on 6 March",
        "startDate": "2026-03-06T11:20:00+00:00",
        "endDate": "2026-03-06T15:02:00+00:00",
    }
    feed = json.loads((outage.output / "incidents/card-payments/feed.json").read_text("utf-8"))
    assert feed["_newsroom"]["ended"] == "2026-03-06T15:02:00+00:00"
    text = (outage.output / "incidents/card-payments/index.txt").read_text("utf-8")
    assert "Ended 6 March 2026, 15:02 GMT, after 3 hours 42 minutes" in text


def test_an_end_that_was_declared_too_early_is_taken_back(site: Callable[[str], Site]) -> None:
    outage = site("outage")
    (outage.folder / "content/incidents/card-payments/over-since-three.md").unlink()
    outage.build().succeeds()
    facts = words(outage.page("incidents/card-payments/").select_one(".facts"))
    assert "Began 6 March 2026, 11:20 GMT" in facts
    assert "Ended" not in facts


NOT_OVER = "incidents/card-payments/it-is-not-over/"


@pytest.fixture(scope="module")
def advised(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The outage at half past one: what to do holds, and the newest update does not repeat it."""
    site = Site.copy("outage", tmp_path_factory.mktemp("advised") / "outage")
    folder = "content/incidents/card-payments"
    for later in ("over-since-three.md", "final-report.md"):
        (site.folder / folder / later).unlink()
    site.write(f"{folder}/seven-of-eight.md", SEVEN_OF_EIGHT)
    site.build().succeeds()
    return site


SEVEN_OF_EIGHT = """\
Title: Seven of eight are up again
Date: 2026-03-06 13:31
Author: Ines Okafor
Summary: Of the shops that were still down at one o’clock, seven of eight take cards again.

We have rung them. The rest we ring in the next hour.
"""


def test_what_to_do_comes_first_with_its_date_and_the_hotline(advised: Site) -> None:
    page = advised.page("incidents/card-payments/")
    parts = [part["class"][0] for part in page.select(".incident > *") if part.name != "script"]
    assert parts[:4] == ["incident-header", "advice", "standing", "latest"]
    advice = part(page, "#advice")
    assert words(advice.h2) == "What you should do now"
    assert "Switch it on again. Then it works." in words(advice)
    assert "Unchanged since 6 March 2026, 12:58 GMT : It is not over" in words(advice)
    assert [link["href"] for link in advice.select(".hotline")] == [
        "tel:+441632960170", "mailto:shops@tallowpay.example",
    ]  # fmt: skip
    assert "day and night English, Polish" in words(advice)
    assert str(page).count("wait until the light is out") == 2  # once more, in JSON-LD
    assert page.select_one('.thread-entry .advice-place a[href="#advice"]')


def test_every_other_way_to_hear_of_it_says_what_to_do(advised: Site) -> None:
    home = part(advised.page(""), ".incident-card .advice")
    assert "Switch it on again" in words(home)
    assert home.select_one('a[href$="/incidents/card-payments/#advice"]')
    text = (advised.output / "incidents/card-payments/index.txt").read_text("utf-8")
    assert text.index("1. Switch the terminal off") < text.index("Seven of eight are up again")
    assert "+44 1632 960170, day and night, English, Polish" in text
    feed = json.loads((advised.output / "incidents/card-payments/feed.json").read_text("utf-8"))
    assert feed["_newsroom"]["advice"]["title"] == "What you should do now"
    assert [line["reach"] for line in feed["_newsroom"]["hotlines"]] == [
        "+44 1632 960170", "shops@tallowpay.example",
    ]  # fmt: skip
    first = "<p><strong>This update says what you should do.</strong></p>"
    assert [item["content_html"].startswith(first) for item in feed["items"][:2]] == [False, True]
    (blog,) = [
        node for node in roots(json_ld(str(advised.page("incidents/card-payments/"))))
        if node["@type"] == "LiveBlogPosting"
    ]  # fmt: skip
    assert blog["hasPart"]["name"] == "What you should do now"
    assert blog["mentions"][0]["availableLanguage"] == ["English", "Polish"]


def test_other_entries_lead_to_what_to_do(advised: Site) -> None:
    statement = advised.page("incidents/card-payments/statement/")
    assert statement.select_one('.advice-there a[href$="/incidents/card-payments/#advice"]')
    giver = advised.page(NOT_OVER)
    assert giver.select_one(".prose section.advice")
    assert giver.select(".advice-there, .advice-over") == []


def test_advice_that_has_ended_is_marked_where_it_stands(outage: Site) -> None:
    page = outage.page("incidents/card-payments/")
    assert page.select("#advice, .hotlines") == []
    assert "What we advised before no longer holds." in words(page.select_one(".thread"))
    for url in ("incidents/card-payments/", NOT_OVER):
        note = outage.page(url).select_one("section.advice > .advice-over")
        assert words(note) == "This advice no longer holds."
    feed = (outage.output / "incidents/card-payments/feed.json").read_text("utf-8")
    assert "This advice no longer holds." in feed


def test_what_reopened_is_said_so(outage: Site) -> None:
    states = outage.page("incidents/card-payments/").select(".timeline .state")
    assert [words(state) for state in states] == [
        "Investigating", "Resolved", "Reopened", "Resolved",
    ]  # fmt: skip
    said = words(outage.page("incidents/card-payments/").select(".timeline-follow-up")[1])
    assert "46 minutes later" in said


@pytest.mark.parametrize(
    ("new", "said"),
    first(
        2,
        [
            ("Ended: 2026-03-06 11:02", "is before it began, 6 March"),
            ("Ended: 2026-03-06 18:02", "is after the Date of this entry"),
            ("Began: 2026-03-07", "is after the Date of this entry"),
            ("Ended: soon", "Ended: "),
            ("Event: 2026-03-06 16:00 | Late", "is after the Date of this"),
            ("Event: 2026-03-06 15:00", "must be a date, a bar and a text"),
        ],
    ),
)
def test_times_that_cannot_be_are_refused(site: Callable[[str], Site], new: str, said: str) -> None:
    outage = site("outage")
    outage.edit(
        "content/incidents/card-payments/over-since-three.md", "Ended: 2026-03-06 15:02", new
    )
    run = outage.build().fails()
    assert "over-since-three.md:7: " in run.stderr
    assert said in run.stderr


SECOND = """\
Kind: social-post
Author: @copperline
Publication: Perch
Url: https://perch.example/copperline/77
Published: 2026-03-10 08:31
Accessed: 2026-03-10 09:00

Some people cannot even read a label.
"""


def test_two_posts_on_two_networks_are_both_answered(site: Callable[[str], Site]) -> None:
    thread = site("thread")
    folder = "content/incidents/rude-reply"
    thread.write(f"{folder}/second.cite.md", SECOND)
    assert "second.cite.md:1: warning: nothing answers" in thread.build().succeeds().stderr
    thread.edit(f"{folder}/statement.md", "State:", "Answers: original, second\nState:")
    assert "unused-citation" not in thread.build().succeeds().stderr
    page = thread.page("incidents/rude-reply/")
    shown = [figure["id"] for figure in page.select(".original figure")]
    assert shown == ["cite-second", "original"]
    kinds = [item["class"][1] for item in page.select(".timeline-item")]
    assert kinds[:2] == ["timeline-original", "timeline-original"]
    assert "1 hour 11 minutes after the post" in words(page.select_one(".timeline-statement"))
    assert [figure["id"] for figure in page.select(".heard figure")] == ["cite-blog"]
    # What an update shows stands once; the list leads there.
    assert page.select_one(".thread-entry #cite-reader")
    assert page.select_one('.heard a[href="#cite-reader"]')
