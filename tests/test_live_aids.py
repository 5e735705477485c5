"""What the small script adds to a page: times that tick, promises marked late, quotations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.polled import INCIDENT, Newsroom, newsroom
from tests.sites import ROOT, SAMPLE_NOW

NOW = datetime.fromtimestamp(int(SAMPLE_NOW), UTC)
PROMISED = datetime(2027, 1, 29, 12, tzinfo=UTC)
LATER = str(int((PROMISED + timedelta(days=1)).timestamp()))
SAID = datetime(2026, 11, 3, 11, 20, tzinfo=UTC)
LATE = "This update is late."
SCRIPT = ROOT / "plugins/newsroom/static/newsroom.js"
MOST = 3_000  # bytes of the script, compressed

STATEMENT = "#entry-statement"
SUMMARY = (
    "This morning our company account made a sales joke of the flood in the Ettle Valley."
    " It was wrong, we have deleted it, and I am finding out how it was published."
)
SIGNED = "Thandiwe Marlowe, Head of Communications, Alder & Quince, 2 November 2026, 08:56 GMT"
SELECT = """(element) => {
  const text = element.firstChild;
  getSelection().setBaseAndExtent(text, 0, text, 27);
  return getSelection().toString();
}"""
SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => shifts.push(...list.getEntries().map((one) => one.value)))
  .observe({ type: "layout-shift" });
"""


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with newsroom(tmp_path_factory.mktemp("aids") / "sample") as found:
        yield found


@pytest.fixture
def context(browser: Browser, news: Newsroom) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 844})
    allowed = ["clipboard-read", "clipboard-write"]
    context.grant_permissions(allowed, origin=news.address)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def open_at(page: Page, url: str, at: datetime) -> None:
    """Open a page in a browser whose clock stands still at ``at``."""
    page.clock.install(time=at - timedelta(seconds=1))
    page.clock.pause_at(at)
    page.goto(url)


def unscripted(browser: Browser, url: str) -> Page:
    page = browser.new_page(java_script_enabled=False)
    page.goto(url)
    return page


class TestLate:
    @pytest.mark.parametrize("url", ["", "incidents/", INCIDENT])
    def test_a_promise_that_passes_is_marked_while_the_page_is_open(
        self, page: Page, news: Newsroom, url: str
    ) -> None:
        open_at(page, f"{news.address}/{url}", PROMISED - timedelta(seconds=30))
        late = page.locator(".late")
        expect(late).to_have_text(LATE)
        expect(late).to_be_hidden()
        page.clock.run_for(60_000)
        expect(late).to_be_visible()

    def test_the_mark_moves_nothing(self, page: Page, news: Newsroom) -> None:
        open_at(page, news.incident, PROMISED - timedelta(seconds=30))
        facts = page.locator(".standing .facts")
        before = facts.bounding_box()
        page.evaluate(SHIFTS)
        page.screenshot()
        page.clock.run_for(60_000)
        expect(page.locator(".late")).to_be_visible()
        page.screenshot()
        assert facts.bounding_box() == before
        assert page.evaluate("shifts") == []

    def test_french_pages_say_it_in_french(self, page: Page, news: Newsroom) -> None:
        open_at(page, news.french, PROMISED + timedelta(minutes=1))
        late = page.locator(".late")
        expect(late).to_be_visible()
        assert late.inner_text() != LATE
        assert late.evaluate("element => element.closest('[lang]').lang") == "fr"

    def test_one_that_was_late_at_the_build_is_marked_without_script(
        self, browser: Browser, news: Newsroom, tmp_path: Path
    ) -> None:
        served = news.desk.folder
        late = news.copy(tmp_path / "late")
        late.build(SOURCE_DATE_EPOCH=LATER)
        for url in ("", "incidents/", INCIDENT):
            page = unscripted(browser, f"{late.address}/{url}")
            expect(page.get_by_text(LATE)).to_be_visible()
            page.close()
        news.desk.folder = served

    def test_one_that_is_not_late_is_not_marked_without_script(
        self, browser: Browser, news: Newsroom
    ) -> None:
        page = unscripted(browser, news.incident)
        expect(page.get_by_text(LATE)).to_be_hidden()
        page.close()


class TestTimes:
    @pytest.mark.parametrize(
        ("url", "first", "second", "absolute"),
        [
            (INCIDENT, "42 minutes ago", "43 minutes ago", "3 November 2026, 11:20 GMT"),
            (
                f"fr/{INCIDENT}",
                "il y a 42 minutes",
                "il y a 43 minutes",
                "3 novembre 2026, 11:20 GMT",
            ),
        ],
    )
    def test_times_tick_beside_the_time_itself(
        self, page: Page, news: Newsroom, url: str, first: str, second: str, absolute: str
    ) -> None:
        open_at(page, f"{news.address}/{url}", SAID + timedelta(minutes=42, seconds=10))
        ago = page.locator(".standing-when .ago")
        expect(ago).to_have_text(first)
        page.clock.run_for(60_000)
        expect(ago).to_have_text(second)
        beside = ago.evaluate("element => element.previousElementSibling.outerHTML")
        assert beside.startswith("<time ")
        assert f">{absolute}<" in beside

    @pytest.mark.parametrize(
        ("after", "text"),
        [
            (timedelta(seconds=20), "this minute"),
            (timedelta(minutes=1), "1 minute ago"),
            (timedelta(minutes=59, seconds=59), "59 minutes ago"),
            (timedelta(hours=1), "1 hour ago"),
            (timedelta(hours=23, minutes=59), "23 hours ago"),
            (timedelta(days=1), "1 day ago"),
            (timedelta(days=40), "1 month ago"),
            (timedelta(days=400), "1 year ago"),
        ],
    )
    def test_a_time_is_told_in_its_greatest_whole_unit(
        self, page: Page, news: Newsroom, after: timedelta, text: str
    ) -> None:
        open_at(page, news.incident, SAID + after)
        expect(page.locator(".standing-when .ago")).to_have_text(text)

    def test_a_promise_is_counted_down(self, page: Page, news: Newsroom) -> None:
        open_at(page, news.incident, PROMISED - timedelta(hours=2, minutes=5))
        expect(page.locator(".facts-next .ago")).to_have_text("in 2 hours")

    def test_without_script_the_time_itself_stands_alone(
        self, browser: Browser, news: Newsroom
    ) -> None:
        page = unscripted(browser, news.incident)
        assert [ago.inner_text() for ago in page.locator(".ago").all()] == ["", ""]
        expect(page.get_by_text("3 November 2026, 11:20 GMT").first).to_be_visible()
        page.close()


def clipboard(page: Page) -> str:
    found: str = page.evaluate("navigator.clipboard.readText()")
    return found


def button(page: Page, name: str) -> Locator:
    """The statement's own button."""
    return page.locator(STATEMENT).get_by_role("button", name=name)


class TestCopies:
    def test_a_quotation_comes_with_who_said_it_when_and_where(
        self, page: Page, news: Newsroom
    ) -> None:
        page.goto(news.incident)
        button(page, "Copy quote").click()
        expect(page.get_by_role("status")).to_have_text("Copied")
        assert clipboard(page) == f"“{SUMMARY}” – {SIGNED}\n{news.incident}#entry-statement"

    @pytest.mark.parametrize("how", ["click", "key"])
    def test_what_is_selected_in_the_entry_is_quoted(
        self, page: Page, news: Newsroom, how: str
    ) -> None:
        page.goto(news.incident)
        selected = page.locator(f"{STATEMENT} .prose p").first.evaluate(SELECT)
        assert selected == "At 08:14 this morning our a"
        if how == "click":
            button(page, "Copy quote").click()
        else:
            button(page, "Copy quote").press("Enter")
        expect(page.get_by_role("status")).to_have_text("Copied")
        assert clipboard(page) == f"“{selected}” – {SIGNED}\n{news.incident}#entry-statement"

    def test_what_is_selected_in_another_entry_is_not(self, page: Page, news: Newsroom) -> None:
        page.goto(news.incident)
        page.locator(".latest .thread-entry").locator(".prose p").first.evaluate(SELECT)
        button(page, "Copy quote").click()
        expect(page.get_by_role("status")).to_have_text("Copied")
        assert clipboard(page).startswith(f"“{SUMMARY}”")

    def test_a_link_leads_to_the_entry_in_its_thread(self, page: Page, news: Newsroom) -> None:
        page.goto(news.incident)
        button(page, "Copy link").click()
        expect(page.get_by_role("status")).to_have_text("Copied")
        assert clipboard(page) == f"{news.incident}#entry-statement"
        page.goto(clipboard(page))
        expect(page.locator(STATEMENT)).to_be_in_viewport()

    def test_an_entrys_own_page_offers_its_own_address(self, page: Page, news: Newsroom) -> None:
        page.goto(f"{news.incident}statement/")
        page.get_by_role("button", name="Copy quote").click()
        expect(page.get_by_role("status")).to_have_text("Copied")
        assert clipboard(page) == f"“{SUMMARY}” – {SIGNED}\n{news.incident}statement/"

    def test_french_quotations_are_in_french(self, page: Page, news: Newsroom) -> None:
        page.goto(f"{news.french}what-happened-and-what-changes/")
        page.get_by_role("button", name="Copier la citation").click()
        expect(page.locator("[role=status]")).to_have_text("Copié")
        text = clipboard(page)
        assert text.startswith("«\u202fUne seule personne") or text.startswith("«\xa0Une seule")
        assert ", Alder & Quince, 3 novembre 2026, 11:20 GMT\n" in text
        assert text.endswith(page.url)

    def test_pages_without_a_clipboard_copy_all_the_same(
        self, context: BrowserContext, page: Page, news: Newsroom
    ) -> None:
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
        page.goto(news.incident)
        before = page.locator("textarea").count()
        button(page, "Copy quote").press("Enter")
        expect(page.get_by_role("status")).to_have_text("Copied")
        assert page.locator("textarea").count() == before
        assert page.evaluate("document.activeElement.textContent") == "Copy quote"
        other = context.new_page()
        other.goto(news.address)
        assert clipboard(other).startswith(f"“{SUMMARY}” – {SIGNED}\n")

    def test_the_note_goes_and_leaves_what_was_announced(self, page: Page, news: Newsroom) -> None:
        open_at(page, news.incident, NOW)
        feed = (news.desk.folder / INCIDENT / "feed.json").read_text("utf-8")
        newer = feed.replace('"number": 2', '"number": 3').encode("utf-8")
        news.desk.instead[f"/{INCIDENT}feed.json"] = (200, newer)
        page.clock.run_for(1000)
        status = page.get_by_role("status")
        expect(status).to_have_text("1 new update")
        button(page, "Copy link").click()
        expect(status).to_have_text("Copied")
        expect(page.get_by_role("link", name="Show it")).to_be_hidden()
        page.clock.run_for(4000)
        expect(status).to_have_text("1 new update")
        expect(page.get_by_role("link", name="Show it")).to_be_visible()
        news.desk.instead.clear()

    def test_the_note_goes_where_nothing_was_announced(self, page: Page, news: Newsroom) -> None:
        open_at(page, f"{news.incident}statement/", NOW)
        page.get_by_role("button", name="Copy link").click()
        expect(page.get_by_role("status")).to_have_text("Copied")
        page.clock.run_for(4000)
        expect(page.get_by_role("status")).to_be_empty()
        assert page.locator(".live").evaluate("element => element.clientHeight") == 0


def reached(page: Page) -> set[str]:
    """The kinds of element that the Tab key comes to."""
    kinds = set()
    for _ in range(page.locator("a, button, summary").count() + 5):
        page.keyboard.press("Tab")
        kinds.add(page.evaluate("document.activeElement.localName"))
    return kinds


class TestWithoutScript:
    def test_buttons_that_do_nothing_are_not_there(self, browser: Browser, news: Newsroom) -> None:
        page = unscripted(browser, news.incident)
        assert page.locator("button").count() > 2
        for one in page.locator("button").all():
            expect(one).to_be_hidden()
        assert reached(page) == {"a", "summary", "table", "body"}  # a table scrolls sideways
        page.close()

    def test_nor_are_they_if_the_script_did_not_arrive(self, page: Page, news: Newsroom) -> None:
        page.route("**/newsroom-h*.js", lambda route: route.abort())
        page.goto(news.incident)
        for one in page.locator("button").all():
            expect(one).to_be_hidden()
        assert "button" not in reached(page)


class TestScript:
    def test_it_is_small(self) -> None:
        assert len(brotli.compress(SCRIPT.read_bytes(), quality=11)) <= MOST

    def test_it_is_all_that_is_loaded(self, page: Page, news: Newsroom) -> None:
        asked: list[str] = []
        page.on("request", lambda one: asked.append(f"{one.resource_type} {one.url}"))
        page.goto(news.incident)
        page.wait_for_load_state("networkidle")
        scripts = [one for one in asked if one.startswith("script ")]
        (script,) = news.site.output.glob("newsroom*.js")
        assert scripts == [f"script {news.address}/{script.name}"]
        elements = page.locator("script[src]")
        expect(elements).to_have_count(1)
        expect(elements).to_have_attribute("type", "module")
        assert not [one for one in asked if f" {news.address}/" not in one]
        kinds = {one.split()[0] for one in asked}
        assert kinds <= {"document", "stylesheet", "script", "image", "fetch", "other"}
