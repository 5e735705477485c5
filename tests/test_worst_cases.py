"""Well-known bad days, as sites of companies that do not exist: what their incidents' pages say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import brotli
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, expect

from tests.kept import once
from tests.serve import hosting, serving
from tests.sites import ROOT, Site, words
from tests.sizes import first
from tests.test_accessibility import OPTIONS
from tests.test_policy import policy

MOST = 60_000  # bytes of HTML and CSS for the page of an incident with forty updates

# Without what takes longer than all the rest, and is tested elsewhere.
QUICK = ("NEWSROOM_CARDS=false", "NEWSROOM_RENDITION_WIDTHS=[]")
# When each is built, in UTC, and its incidents' pages.
CASES = {
    "airline": ("2017-04-28 12:00", ["incidents/flight-2306/"]),
    "breach": ("2018-05-08 12:00", ["incidents/stolen-records/", "incidents/look-alike-site/"]),
    "outage": ("2026-03-15 12:00", ["incidents/card-payments/"]),
    "ransomware": (
        "2019-06-04 12:00",
        ["incidents/locked-computers/", "fr/incidents/locked-computers/"],
    ),
    "recall": ("2022-06-20 12:00", ["incidents/hazel-hearts/"]),
    "recall, reopened": ("2022-04-08 12:00", ["incidents/hazel-hearts/"]),
    "rumour": ("2020-09-19 12:00", ["incidents/cabinet-names/", "incidents/burnt-returns/"]),
}


def built(name: str) -> Site:
    """A site as it was on its day, in our theme: without a problem, and without a warning."""
    at, _ = CASES[name]
    folder = name if name == "outage" else f"worst/{name.partition(',')[0]}"
    now = str(int(datetime.fromisoformat(f"{at}+00:00").timestamp()))

    def make(to: Path) -> None:
        site = replace(Site.copy(folder, to), now=now)
        if name == "recall, reopened":
            before_the_cause_was_found(site)
        run = site.build("-t", str(ROOT / "theme"), "-e", "RELATIVE_URLS=true", *QUICK).succeeds()
        assert "warning" not in run.stderr.lower()

    return replace(Site.of(folder, once(f"worst-{name}", make)), now=now)


def before_the_cause_was_found(recall: Site) -> None:
    folder = "content/incidents/hazel-hearts"
    for later in ("where-it-came-from", "open-again"):
        (recall.folder / folder / f"{later}.md").unlink()
    promise = "Say publicly how salmonella got into our chocolate, whatever the answer is."
    kept = f"[x] {promise} due:2022-05-31 done:2022-05-27"
    recall.edit(f"{folder}/at-the-end-of-the-first-day.md", kept, f"[ ] {promise} due:2022-05-31")


def page(name: str, number: int = 0) -> BeautifulSoup:
    """The page of an incident."""
    return built(name).page(CASES[name][1][number])


def all_words(page: BeautifulSoup, selector: str) -> list[str]:
    return [words(element) for element in page.select(selector)]


def states(page: BeautifulSoup) -> list[str]:
    """What the timeline says of the state, oldest first."""
    return all_words(page, ".timeline .state")


def test_a_recall_that_opened_again_says_what_to_do_now() -> None:
    found = page("recall, reopened")
    advice = words(found.select_one("#advice"))
    assert "anything with a code that begins with L22" in advice
    assert [link["href"] for link in found.select(".advice .hotline")] == [
        "tel:+448081570140",
        "tel:+448081570141",
        "tel:+448081570142",
    ]
    assert all(language in advice for language in ("English", "Cymraeg", "Polski"))
    assert "Unchanged since" not in advice, "the newest entry gives it"
    assert states(found) == ["Investigating", "Acting", "Resolved", "Reopened"]
    (latest,) = found.select(".latest .thread-entry")
    assert "This update changes what you should do." in words(latest)
    assert "L22081 or L22082" in words(found.select_one("#entry-a-second-batch"))
    assert "This advice no longer holds." in words(found.select_one("#entry-a-second-batch"))
    assert [figure["id"] for figure in found.select(".original figure")] == [
        "original",
        "cite-our-reply",
    ]
    assert "1 hour 43 minutes after the post" in words(found.select_one(".facts"))
    assert "1 kept, 1 open" in words(found.select_one(".facts"))


def test_a_recall_that_is_over_ends_its_advice() -> None:
    found = page("recall")
    assert found.select_one("#advice") is None
    assert states(found) == [
        "Investigating",
        "Acting",
        "Resolved",
        "Reopened",
        "Acting",
        "Resolved",
    ]
    assert "What we advised before no longer holds." in words(found.select_one(".latest"))
    site = built("recall")
    folder = site.folder / "content/incidents/hazel-hearts"
    lists = words(found.select_one(".documents")).replace(" ", "")
    for name in ("recall-list-2-april.pdf", "recall-list-8-april.pdf"):
        assert sha256((folder / name).read_bytes()).hexdigest() in lists
    assert "One digit of the number for Polish mended." in words(found)
    captions = all_words(found, "figcaption")
    assert any(caption.startswith("On the box: at the bottom") for caption in captions)


def test_forty_updates_fold_and_their_causes_are_corrected() -> None:
    found = page("ransomware")
    assert len(found.select(".thread-entry")) == 40
    assert len(found.select("details.thread-entry")) > 30
    assert "The attack has cost us" not in words(found), "it is written for the next day"
    assert words(found.select_one(".corrections-section")).count("maintenance firm") == 1
    assert "after 51 days" in words(found.select_one(".facts"))
    assert found.select_one("#advice") is None
    (heard,) = found.select(".heard figure")
    assert "False" in words(heard)
    french = page("ransomware", 1)
    assert words(french.h1) == "L’attaque contre nos ordinateurs"
    assert "usine par usine, à midi" in words(french).lower()


@pytest.mark.parametrize(("number", "lang", "said"), [(0, "en", "Good"), (1, "fr", "Bonjour.")])
def test_a_webcast_has_captions_and_a_transcript(number: int, lang: str, said: str) -> None:
    (figure,) = page("ransomware", number).select("#entry-the-webcast figure")
    assert [track["srclang"] for track in figure.select("track")] == ["en", "fr"]
    assert [track["srclang"] for track in figure.select("track[default]")] == [lang]
    assert said in words(figure.select_one(".transcript"))
    names = [str(element["src"]) for element in figure.select("[src]")]
    folder = built("ransomware").output / "incidents/locked-computers"
    assert all((folder / name.rpartition("/")[2]).is_file() for name in names)


def test_a_page_of_forty_updates_is_light() -> None:
    output = built("ransomware").output
    (style,) = output.glob("theme/css/newsroom*.css")
    for url in CASES["ransomware"][1]:
        files = (output / url / "index.html", style)
        assert sum(len(brotli.compress(file.read_bytes())) for file in files) < MOST


@pytest.mark.parametrize("script", [True, False])
def test_a_link_to_the_first_of_forty_updates_opens_it(browser: Browser, script: bool) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=script
    )
    shown = context.new_page()
    with serving(built("ransomware").output) as address:
        shown.goto(f"{address}incidents/locked-computers/#entry-statement")
        first = shown.get_by_text("We think that it is a fault in the network")
        expect(first).to_be_visible()
        expect(first).to_be_in_viewport()
        expect(shown.get_by_text("We do not intend to. We have backups")).not_to_be_visible()
    context.close()


def test_a_breach_that_grew_twice_is_reopened_twice() -> None:
    found = page("breach")
    assert states(found) == [
        "Investigating",
        "Acting",
        "Resolved",
        "Reopened",
        "Resolved",
        "Reopened",
        "Resolved",
    ]
    advice = words(found.select_one("#advice"))
    assert "No letter asks you to ring back or to pay." in advice
    assert "Unchanged since 1 March 2018" in advice
    assert "By May 7" not in advice
    assert "after 78 days" in words(found.select_one(".facts"))
    assert "A look-alike of our help site" in words(found.select_one(".related"))
    other = page("breach", 1)
    assert "The theft of data about 148 million people" in words(other.select_one(".related"))


def test_who_has_left_signs_what_he_signed() -> None:
    found = page("breach")
    assert "Richard Toller Chief Executive" in words(found.select_one("#entry-statement"))
    authors = words(built("breach").page("authors/").main)
    assert "Who spoke for us before Richard Toller , Chief Executive until 26 Sept" in authors


def test_a_first_statement_that_was_taken_back_is_shown_as_such() -> None:
    found = page("airline")
    said = words(found.main)
    assert "Withdrawn: Flight 2306 on Sunday" in all_words(found, ".thread-entry h3")
    assert "needed for operational reasons" not in said
    assert "It was wrong in every line." in words(found.select_one("#entry-statement .withdrawal"))
    assert "Warning: a man is hurt" in words(found.select_one(".original figure"))
    assert said.count("He shouted, would not listen and left nobody a choice.") == 1
    assert "First statement 1 day 17 hours after the post" in words(found.select_one(".facts"))
    promised = words(found.select_one(".commitments-section"))
    assert promised.count("Kept:") == 2


def test_an_outage_ends_with_its_report() -> None:
    found = page("outage")
    assert "after 3 hours 42 minutes" in words(found.select_one(".facts"))
    assert "Final report on the outage of 6 March 2026 (PDF, 18" in words(found.main)
    assert (built("outage").output / "incidents/card-payments/final-report.pdf").is_file()


def test_a_rumour_has_a_finding_and_so_has_what_nobody_can_prove() -> None:
    false, unproven = (words(page("rumour", n).select_one(".original figure")) for n in (0, 1))
    assert "Our finding: False" in false
    assert "The names come from a list that a program draws on" in false
    assert "Our finding: Unproven" in unproven
    assert "We have no records from that yard before May 2019" in unproven


@pytest.mark.parametrize("name", first(3, CASES))
def test_pages_of_incidents_fit_a_small_phone_and_axe_finds_nothing(
    browser: Browser, name: str
) -> None:
    shown = browser.new_page(viewport={"width": 320, "height": 640})
    said: list[str] = []
    shown.on("console", lambda message: said.append(message.text))
    with hosting(built(name).output, {"Content-Security-Policy": policy()}) as address:
        for url in CASES[name][1]:
            shown.goto(address + url)
            assert shown.evaluate("document.documentElement.scrollWidth") <= 320, url
            shown.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert shown.evaluate("document.documentElement.scrollWidth") <= 320, url
            if not url.startswith("fr/"):
                violations = Axe().run(shown, options=OPTIONS).response["violations"]
                assert [(one["id"], one["nodes"][0]["html"][:120]) for one in violations] == []
    shown.close()
    assert said == []


def test_what_to_do_can_be_read_in_the_dark(browser: Browser) -> None:
    shown = browser.new_page(viewport={"width": 1280, "height": 844}, color_scheme="dark")
    with serving(built("recall, reopened").output) as address:
        shown.goto(f"{address}{CASES['recall, reopened'][1][0]}")
        assert Axe().run(shown, options=OPTIONS).response["violations"] == []
    shown.close()
