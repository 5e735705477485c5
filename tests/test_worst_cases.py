"""Well-known bad days, as sites of companies that do not exist: what their incidents' pages say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4.element import Tag
from playwright.sync_api import Browser

from tests.kept import once
from tests.serve import serving
from tests.sites import ROOT, Site, words
from tests.test_accessibility import OPTIONS

# When each is built, in UTC, and its incidents' pages.
CASES = {
    "airline": ("2017-04-28 12:00", ["incidents/flight-2306/"]),
    "outage": ("2026-03-15 12:00", ["incidents/card-payments/"]),
    "rumour": ("2020-09-19 12:00", ["incidents/cabinet-names/", "incidents/burnt-returns/"]),
}


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[Site, list[str]]:
    """Each of the sites, with the pages of its incidents."""
    return built(request.param), CASES[request.param][1]


def built(name: str) -> Site:
    """A site as it was on its day, in our theme: without a problem, and without a warning."""
    folder = name if name == "outage" else f"worst/{name}"
    now = str(int(datetime.fromisoformat(f"{CASES[name][0]}+00:00").timestamp()))

    def make(to: Path) -> None:
        site = replace(Site.copy(folder, to), now=now)
        run = site.build("-t", str(ROOT / "theme"), "-e", "RELATIVE_URLS=true").succeeds()
        assert "warning" not in run.stderr.lower()

    return replace(Site.of(folder, once(f"worst-{name}", make)), now=now)


def page(name: str, number: int = 0) -> Callable[[str], list[Tag]]:
    """Find elements in the page of a site's incident."""
    site, (_, pages) = built(name), CASES[name]
    return site.page(pages[number]).select


def test_a_first_statement_that_was_taken_back_is_shown_as_such() -> None:
    find = page("airline")
    entries = [words(title) for title in find(".thread-entry h3")]
    assert entries[0] == "Withdrawn: Flight 2306 on Sunday"
    assert "re-seat these customers" not in words(find("main")[0])
    assert "It was wrong in every line." in words(find(".thread-entry .withdrawal")[0])
    (original,) = find(".original figure")
    assert "Warning: a man is hurt" in words(original)
    (memo,) = find(".heard figure")
    assert "disruptive and belligerent" in words(memo)
    facts = words(find(".facts")[0])
    assert "First statement 1 day 17 hours after the post" in facts
    assert [words(item).split(":")[0] for item in find(".commitments > *")] == ["Kept", "Kept"]


def test_an_outage_ends_with_its_report() -> None:
    find = page("outage")
    facts = words(find(".facts")[0])
    assert "after 3 hours 42 minutes" in facts
    links = [str(link["href"]) for link in find("main a") if words(link).startswith("Final report")]
    assert links
    assert all(link.endswith("/final-report.pdf") for link in links)
    assert (built("outage").output / "incidents/card-payments/final-report.pdf").is_file()


def test_a_rumour_has_a_finding_and_another_has_none_that_holds() -> None:
    false, unproven = (words(page("rumour", n)(".original figure")[0]) for n in (0, 1))
    assert "False" in false
    assert "The names come from a list that a program draws on" in false
    assert "Unproven" in unproven
    assert "We have no records from that yard before May 2019" in unproven


@pytest.fixture(scope="module")
def address(case: tuple[Site, list[str]]) -> Iterator[str]:
    """Where a site is served."""
    with serving(case[0].output) as found:
        yield found


def test_pages_of_incidents_fit_a_small_phone_and_axe_finds_nothing(
    browser: Browser, case: tuple[Site, list[str]], address: str
) -> None:
    shown = browser.new_page(viewport={"width": 320, "height": 640})
    said: list[str] = []
    shown.on("console", lambda message: said.append(message.text))
    for url in case[1]:
        shown.goto(address + url)
        assert shown.evaluate("document.documentElement.scrollWidth") <= 320, url
        shown.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert shown.evaluate("document.documentElement.scrollWidth") <= 320, url
        violations = Axe().run(shown, options=OPTIONS).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in violations] == [], url
    shown.close()
    assert said == []
