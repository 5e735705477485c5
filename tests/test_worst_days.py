"""Sites made of what has happened in public: what readers find on the page of the incident."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.sites import Site, words
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


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Ended: 2026-03-06 15:02", "Ended: 2026-03-06 11:02", "is before it began, 6 March"),
        ("Ended: 2026-03-06 15:02", "Ended: 2026-03-06 18:02", "is after the Date of this entry"),
        ("Ended: 2026-03-06 15:02", "Began: 2026-03-07", "is after the Date of this entry"),
        ("Ended: 2026-03-06 15:02", "Ended: soon", "Ended: "),
        ("Ended: 2026-03-06 15:02", "Event: 2026-03-06 16:00 | Late", "is after the Date of this"),
        ("Ended: 2026-03-06 15:02", "Event: 2026-03-06 15:00", "must be a date, a bar and a text"),
    ],
)
def test_times_that_cannot_be_are_refused(
    site: Callable[[str], Site], old: str, new: str, said: str
) -> None:
    outage = site("outage")
    outage.edit("content/incidents/card-payments/over-since-three.md", old, new)
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
    assert [figure["id"] for figure in page.select(".heard figure")] == ["cite-blog", "cite-reader"]
