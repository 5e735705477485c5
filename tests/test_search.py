"""The search: Pagefind's index over what is published, and a page that asks it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.serve import hosting
from tests.sites import ROOT, Site
from tests.test_accessibility import OPTIONS


def search_policy() -> str:
    """The policy that the README has for the search page."""
    found = re.findall(
        r"`Content-Security-Policy: ([^`]*wasm[^`]*)`", (ROOT / "README.md").read_text("utf-8")
    )
    assert len(found) == 1
    return str(found[0])


HEADERS = {"Content-Security-Policy": search_policy()}


@pytest.fixture(scope="module")
def searchable(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The sample, built as `invoke build --search` does."""
    site = Site.copy("sample", tmp_path_factory.mktemp("search") / "sample")
    site.invoke("build", "--search").succeeds()
    return site


@pytest.fixture(scope="module")
def address(searchable: Site) -> Iterator[str]:
    with hosting(searchable.output, HEADERS) as found:
        yield found


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The search page in a browser that reports everything and asks nobody else."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    said: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(f"{address}search/")
    yield opened
    opened.close()
    assert said == []
    assert [url for url in asked if not url.startswith(address)] == []


def results(page: Page) -> list[str]:
    return page.locator(".search-title").all_inner_texts()


def look_for(page: Page, words: str) -> list[str]:
    page.fill("#search-words", words)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q="))
    expect(page.locator(".search-count")).not_to_have_text("")
    return results(page)


class TestFinding:
    def test_an_entry_by_a_word_of_its_body(self, page: Page) -> None:
        page.fill("#search-words", "windfalls")
        expect(page.locator(".search-count")).to_have_text("1 result")
        assert results(page) == ["Bring us your quinces"]
        result = page.locator(".search-result")
        expect(result.locator("mark")).to_have_text("Windfalls")
        expect(result.locator(".search-authors")).to_have_text("Mei-Lin Ashworth")
        expect(result.locator(".search-kicker")).to_have_text(re.compile("Post.*13 October 2026"))
        result.locator("a").click()
        expect(page.locator("h1")).to_have_text("Bring us your quinces")

    def test_other_peoples_words_through_the_incidents_page(self, page: Page) -> None:
        page.fill("#search-words", "120 days")
        expect(page.locator(".search-title").first).to_be_visible()
        assert "The rumour of 120-day payment" in results(page)

    def test_what_is_behind_a_warning_is_not_quoted(self, page: Page, address: str) -> None:
        page.goto(f"{address}search/?q=Flash+Flood+Sale+SOAKED")
        expect(page.locator(".search-count")).not_to_have_text("")
        assert "SOAKED" not in " ".join(page.locator(".search-excerpt").all_inner_texts())

    def test_a_translation(self, page: Page) -> None:
        page.fill("#search-words", "inondation")
        expect(page.locator(".search-result[lang=fr]").first).to_be_visible()
        link = page.locator(".search-result[lang=fr] a").first
        assert "/fr/incidents/flood-post/" in str(link.get_attribute("href"))

    def test_nothing(self, page: Page) -> None:
        page.fill("#search-words", "zzyzx")
        expect(page.locator(".search-count")).to_contain_text("Nothing was found")
        assert results(page) == []


class TestFilters:
    def test_narrow_what_is_found(self, page: Page) -> None:
        page.fill("#search-words", "growers")
        expect(page.locator(".search-title").first).to_be_visible()
        before = len(results(page))
        page.select_option("#search-author", "Davinder Rai")
        expect(page).to_have_url(re.compile("author=Davinder"))
        page.select_option("#search-year", "2024")
        expect(page.locator(".search-count")).not_to_have_text(f"{before} results")
        dates = page.locator(".search-date").all_inner_texts()
        assert dates
        assert all("2024" in date for date in dates)
        authors = page.locator(".search-authors").all_inner_texts()
        assert all("Davinder Rai" in names for names in authors)

    def test_alone_list_what_there_is_newest_first(self, page: Page) -> None:
        page.select_option("#search-incident", "The Courier’s column on the plum harvest")
        expect(page.locator(".search-count")).to_have_text("3 results")
        assert page.locator(".search-date").all_inner_texts()[-1] == "13 February 2025"

    def test_more_than_ten_come_when_asked_for(self, page: Page) -> None:
        page.fill("#search-words", "we")
        expect(page.locator(".search-title")).to_have_count(10)
        page.locator(".search-more button").click()
        expect(page.locator(".search-result:nth-child(11) a")).to_be_focused()


class TestAddress:
    def test_a_shared_link_is_the_search(self, page: Page, address: str) -> None:
        page.goto(f"{address}search/?q=quinces&author=Mei-Lin+Ashworth")
        expect(page.locator(".search-title").first).to_be_visible()
        assert page.input_value("#search-words") == "quinces"
        assert page.input_value("#search-author") == "Mei-Lin Ashworth"

    def test_going_back_goes_to_the_search_before(self, page: Page) -> None:
        look_for(page, "quinces")
        page.select_option("#search-year", "2026")
        expect(page).to_have_url(re.compile("year=2026"))
        page.go_back()
        expect(page).not_to_have_url(re.compile("year"))
        assert page.input_value("#search-year") == ""
        expect(page.locator(".search-title").first).to_be_visible()

    def test_an_author_who_is_not_there_is_no_filter(self, page: Page, address: str) -> None:
        page.goto(f"{address}search/?q=quinces&author=Nobody")
        expect(page.locator(".search-title").first).to_be_visible()
        assert page.input_value("#search-author") == ""


def test_the_keyboard_is_enough(page: Page) -> None:
    page.locator("#search-words").focus()
    page.keyboard.type("quinces")
    expect(page.locator(".search-title").first).to_be_visible()
    for _ in range(5):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.search-result') !== null")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/search/"))


def test_without_a_script_the_page_leads_to_the_lists(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{address}search/")
    assert not page.locator("form.search").is_visible()
    assert page.locator("noscript p").is_visible()
    assert page.locator(".ways a").count() > 3
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [*product((390, 1280), ("light", "dark"))])
def test_axe_finds_nothing(browser: Browser, address: str, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{address}search/?q=quinces")
    expect(page.locator(".search-title").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options=OPTIONS).response["violations"]
    page.close()
    assert found == []


def texts(site: Site) -> str:
    """All that the index says, unpacked."""
    found = []
    for path in (site.output / "pagefind").rglob("*"):
        if path.suffix.startswith(".pf_"):
            found.append(gzip.decompress(path.read_bytes()).decode("utf-8", "replace"))
    return " ".join(found)


def test_only_what_is_published_is_in_the_index(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    drafts.build("-e", "NEWSROOM_SEARCH=true").succeeds()
    said = texts(drafts)
    assert "/posts/public/" in said
    assert "CANARY" not in said.upper().replace("CANARY-PAGE", "")
    hidden = [path.parent for path in drafts.output.rglob("index.html") if "hidden" in str(path)]
    assert all(f"/{path.name}/" not in said for path in hidden)


def test_a_preview_has_no_search(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    drafts.build("-e", "NEWSROOM_SEARCH=true", "NEWSROOM_DRAFTS=true").succeeds()
    assert not (drafts.output / "pagefind").exists()


def test_a_plain_build_makes_none(sample: Site) -> None:
    assert not [path for path in sample.files() if path.startswith(("search", "pagefind"))]
    assert "search/" not in (sample.output / "index.html").read_text("utf-8")


def test_the_page_loads_and_the_index_holds_only_what_it_needs(searchable: Site) -> None:
    names = {Path(path).name for path in searchable.files() if path.startswith("pagefind/")}
    assert not [name for name in names if "ui" in name.split(".")[0].split("-")]


def test_a_search_that_fails_leaves_the_output_as_it_was(site: Callable[[str], Site]) -> None:
    sample = site("sample")
    sample.invoke("build").succeeds()
    before = sample.files()
    sample.write("broken/pagefind/__init__.py", "")
    sample.write("broken/pagefind/index.py", "raise ImportError('not here')\n")
    path = f"{sample.folder / 'broken'}:{ROOT / 'plugins'}"
    run = sample.invoke("build", "--search", PYTHONPATH=path).fails()
    assert "run pip install '.[search]'" in run.stderr
    assert sample.files() == before
