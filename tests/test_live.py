"""An incident's page that stays open: it hears of news, says so, and moves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.polled import FEED, Newsroom, newsroom
from tests.sites import SAMPLE_NOW
from tests.sizes import first

NOW = datetime.fromtimestamp(int(SAMPLE_NOW), UTC)
# The waits that the page plans, in milliseconds; its random part is fixed at 1, the longest.
PLANNED = """
window.planned = [];
Math.random = () => 1;
const set = setTimeout;
window.setTimeout = (call, wait) => { planned.push(wait); return set(call, wait); };
"""
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map((one) => one.value)))
  .observe({ type: "layout-shift" });
"""
ON_TOP = """(place) => {
  const top = document.querySelector(place)?.getBoundingClientRect().y;
  return scrollY > 1500 && 0 <= top && top <= 40;
}"""
FOCUS = "element => element.focus({ preventScroll: true })"
# A push that must be seen, so that what was not seen before it was not there.
PUSH = """(element) => {
  document.documentElement.style.overflowAnchor = "none";
  element.style.marginTop = "200px";
}"""
SHOWN = """(shown) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => !shown });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@dataclass
class Reader:
    """A page in a browser whose clock stands still until a test moves it."""

    page: Page
    news: Newsroom
    errors: list[str] = field(default_factory=list)

    def open(self, url: str) -> None:
        self.page.goto(url)
        self.page.wait_for_load_state("load")

    @property
    def status(self) -> Locator:
        return self.page.get_by_role("status")

    @property
    def waits(self) -> list[int]:
        """Every wait planned so far; the last one is running."""
        waits: list[int] = self.page.evaluate("planned")
        return waits

    @property
    def polls(self) -> int:
        """How often the incident's feed was asked for."""
        return len(self.news.desk.of(FEED))

    def wait(self) -> None:
        """Let the running wait pass, and see the answer dealt with."""
        waits = self.waits
        self.page.clock.run_for(waits[-1])
        self.page.wait_for_function("(known) => planned.length > known", arg=len(waits))

    def pass_by(self, seconds: int) -> None:
        """Let time pass in which the page is not expected to plan anything."""
        self.page.clock.run_for(seconds * 1000)

    def show(self, shown: bool) -> None:
        """Bring the page's tab to the front, or another."""
        self.page.evaluate(SHOWN, shown)

    def heard(self, message: ConsoleMessage) -> None:
        """Note an error, unless it is the browser's own line about an answer."""
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.errors.append(message.text)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("live") / "sample") as found:
        yield found


@pytest.fixture
def news(base: Newsroom, tmp_path: Path) -> Newsroom:
    """The incident as it was first published, to go on from."""
    return base.copy(tmp_path / "sample")


@pytest.fixture
def reader(browser: Browser, news: Newsroom) -> Iterator[Reader]:
    page = browser.new_page(viewport={"width": 1280, "height": 844})
    reader = Reader(page, news)
    page.on("pageerror", lambda error: reader.errors.append(str(error)))
    page.on("console", reader.heard)
    page.clock.install(time=NOW)
    page.clock.pause_at(NOW + timedelta(seconds=1))
    page.add_init_script(f"{{{PLANNED}}}")
    yield reader
    page.close()
    assert reader.errors == []


def test_news_is_announced_within_one_wait_and_moves_nothing(reader: Reader) -> None:
    reader.open(reader.news.incident)
    page = reader.page
    read = page.locator(".thread-entry .prose p").nth(6)
    read.evaluate("element => element.scrollIntoView({ block: 'center' })")
    page.locator(".thread-entry .position").last.evaluate(FOCUS)
    before = page.evaluate("scrollY"), read.bounding_box()
    assert before[0] > 1000
    page.evaluate(SHIFTS)

    reader.news.follow_up("review")
    assert reader.waits == [1000]
    reader.wait()
    expect(reader.status).to_have_text("1 new update")
    expect(page.get_by_role("link", name="Show it")).to_be_in_viewport()
    page.screenshot()  # a frame with it
    assert (page.evaluate("scrollY"), read.bounding_box()) == before
    assert page.evaluate("document.activeElement.className") == "position"

    reader.news.follow_up("training", "2026-11-11 10:00")
    reader.wait()
    expect(reader.status).to_have_text("2 new updates")
    page.screenshot()
    assert (page.evaluate("scrollY"), read.bounding_box()) == before
    assert page.evaluate("document.activeElement.className") == "position"
    assert page.evaluate("shifts") == []

    read.evaluate(PUSH)
    page.wait_for_function("shifts.length > 0")
    assert len(page.evaluate("shifts")) == 1


@pytest.mark.parametrize("how", first(1, ["key", "click"]))
@pytest.mark.full
def test_show_it_loads_the_page_anew_with_the_first_new_entry_on_top(
    reader: Reader, how: str
) -> None:
    reader.open(reader.news.incident)
    reader.page.evaluate("scrollTo(0, 1500)")
    reader.news.follow_up("review")
    reader.news.follow_up("training", "2026-11-11 10:00")
    reader.wait()
    show = reader.page.get_by_role("link", name="Show it")
    with reader.page.expect_navigation():
        if how == "click":
            show.click()
        else:
            show.focus()
            reader.page.keyboard.press("Enter")
    reader.page.wait_for_function(ON_TOP, arg="#entry-review")
    expect(reader.status).to_be_empty()
    expect(show).to_have_count(0)
    reader.wait()
    expect(reader.status).to_be_empty()


@pytest.mark.full
def test_show_it_gets_past_a_cache_that_holds_the_page(reader: Reader) -> None:
    reader.news.desk.lasting = 600
    reader.open(reader.news.incident)
    for what in ("It was 212 homes.", "It was 213 homes.", "It was 214 homes."):
        reader.news.correct(what)
        reader.wait()
        expect(reader.status).to_have_text("This page has been corrected")
        with reader.page.expect_navigation():
            reader.page.get_by_role("link", name="Show it").click()
        expect(reader.page.locator("#entry-statement")).to_contain_text(what)
        expect(reader.page).to_have_url(reader.news.incident)


@pytest.mark.full
def test_without_news_the_feed_is_not_sent_again_and_is_asked_for_less_and_less(
    reader: Reader,
) -> None:
    reader.open(reader.news.incident)
    for polls in range(1, 8):
        reader.page.clock.run_for(reader.waits[-1] - 1)
        assert reader.polls == polls - 1
        reader.page.clock.run_for(1)
        reader.page.wait_for_function("(known) => planned.length > known", arg=polls)
        assert reader.polls == polls
    first, *rest = reader.news.desk.of(FEED)
    assert (first.held, first.status) == ("", 200)
    assert all(one.held and one.status == 304 for one in rest)
    assert reader.waits == [1000, 1500, 2250, 3375, 5000, 5000, 5000, 5000]

    reader.news.follow_up("review")
    reader.wait()
    assert reader.news.desk.of(FEED)[-1].status == 200
    assert reader.waits[-1] == 1000, "where there is news there is soon more"


def test_not_all_readers_ask_at_one_moment(reader: Reader) -> None:
    reader.page.add_init_script("Math.random = () => 0")
    reader.open(reader.news.incident)
    assert reader.waits == [850]


@pytest.mark.full
def test_a_page_in_the_background_does_not_ask_and_asks_when_it_is_seen_again(
    reader: Reader,
) -> None:
    reader.open(reader.news.incident)
    reader.wait()
    reader.show(False)
    planned = len(reader.waits)
    reader.news.follow_up("review")
    reader.pass_by(3600)
    assert (reader.polls, len(reader.waits)) == (1, planned)
    expect(reader.status).to_be_empty()

    reader.show(True)
    assert reader.waits[-1] == 0
    reader.wait()
    expect(reader.status).to_have_text("1 new update")
    assert reader.polls == 2


def test_a_page_opened_in_the_background_waits_until_it_is_seen(reader: Reader) -> None:
    reader.page.add_init_script(f"({SHOWN})(false)")
    reader.open(reader.news.incident)
    reader.pass_by(3600)
    assert reader.polls == 0
    reader.show(True)
    reader.wait()
    assert reader.polls == 1


def test_coming_and_going_does_not_ask_more_often(reader: Reader) -> None:
    reader.open(reader.news.incident)
    reader.wait()
    for _ in range(5):
        reader.show(False)
        reader.show(True)
    reader.page.clock.run_for(999)
    assert reader.polls == 1


@pytest.mark.full
def test_a_resolved_incident_is_left_alone(reader: Reader) -> None:
    reader.news.follow_up("review", state="resolved")
    reader.open(reader.news.incident)
    expect(reader.page.locator(".incident-state")).to_contain_text("Resolved")
    reader.pass_by(3600)
    assert reader.waits == []
    assert reader.polls == 0


def test_the_update_that_resolves_it_is_announced_and_is_the_last_to_be_asked_for(
    reader: Reader,
) -> None:
    reader.open(reader.news.incident)
    reader.news.follow_up("review", state="resolved")
    reader.page.clock.run_for(1000)
    expect(reader.status).to_have_text("1 new update")
    reader.show(False)
    reader.show(True)
    reader.pass_by(3600)
    assert reader.waits == [1000]
    assert reader.polls == 1


BROKEN_FEEDS = [(500, b"oops"), (503, b""), (200, b"{}")]


@pytest.mark.parametrize(
    "answer",
    [
        (200, b"<html>"),
        *(pytest.param(each, marks=pytest.mark.full) for each in BROKEN_FEEDS),
    ],
    ids=["no JSON", "500", "503", "no feed"],
)
@pytest.mark.full
def test_a_broken_feed_is_not_spoken_of_and_asked_for_less(
    reader: Reader, answer: tuple[int, bytes]
) -> None:
    reader.open(reader.news.incident)
    reader.news.desk.instead[FEED] = answer
    for _ in range(6):
        reader.wait()
    expect(reader.status).to_be_empty()
    expect(reader.page.get_by_role("link", name="Show it")).to_have_count(0)
    assert reader.waits == sorted(reader.waits)
    assert reader.waits[-2:] == [5000, 5000]

    del reader.news.desk.instead[FEED]
    reader.news.follow_up("review")
    reader.wait()
    expect(reader.status).to_have_text("1 new update")


@pytest.mark.parametrize("status", [404, 410])
def test_a_feed_that_is_gone_is_not_spoken_of_and_not_asked_for_again(
    reader: Reader, status: int
) -> None:
    reader.open(reader.news.incident)
    reader.news.desk.instead[FEED] = (status, b"")
    with reader.page.expect_response(f"**{FEED}"):
        reader.pass_by(1)
    reader.pass_by(3600)
    reader.show(False)
    reader.show(True)
    reader.pass_by(3600)
    assert reader.polls == 1
    expect(reader.status).to_be_empty()
    expect(reader.page.get_by_role("link", name="Show it")).to_have_count(0)


@pytest.mark.full
def test_being_offline_is_not_spoken_of_and_ends(reader: Reader) -> None:
    reader.open(reader.news.incident)
    reader.page.route(f"**{FEED}", lambda route: route.abort())
    for _ in range(4):
        reader.wait()
    assert reader.waits == [1000, 2000, 4000, 5000, 5000]
    expect(reader.status).to_be_empty()
    reader.page.unroute(f"**{FEED}")
    reader.news.follow_up("review")
    reader.wait()
    expect(reader.status).to_have_text("1 new update")


@pytest.mark.full
def test_a_correction_alone_is_announced_as_one(reader: Reader) -> None:
    reader.open(reader.news.incident)
    reader.page.evaluate("scrollTo(0, 1500)")
    reader.news.correct()
    reader.wait()
    expect(reader.status).to_have_text("This page has been corrected")
    with reader.page.expect_navigation():
        reader.page.get_by_role("link", name="Show it").click()
    expect(reader.page.locator("#entry-statement")).to_contain_text("We first wrote 200 homes")
    expect(reader.page).to_have_url(reader.news.incident)
    reader.wait()
    expect(reader.status).to_be_empty()


@pytest.mark.full
def test_french_pages_announce_in_french(reader: Reader) -> None:
    reader.open(reader.news.french)
    status = reader.page.locator("[role=status]")
    assert status.evaluate("element => element.closest('[lang]').lang") == "fr"
    reader.news.follow_up("review")
    reader.wait()
    expect(status).to_have_text("1 nouveau point")
    reader.news.follow_up("training", "2026-11-11 10:00")
    reader.wait()
    expect(status).to_have_text("2 nouveaux points")
    with reader.page.expect_navigation():
        reader.page.get_by_role("link", name="Afficher").click()
    expect(reader.page).to_have_url(f"{reader.news.french}#entry-review")
    expect(reader.page.locator("#entry-review")).to_be_in_viewport()
    reader.news.correct()
    reader.wait()
    expect(status).to_have_text("Cette page a été corrigée")
