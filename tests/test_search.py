"""The search: Pagefind's index over what is published, and a page that asks it."""

from __future__ import annotations

import gzip
import mimetypes
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from newsroom.model.policy import SECURITY, Policy
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import SCREENS
from tests.serve import hosting
from tests.sites import ROOT, Site
from tests.test_accessibility import OPTIONS
from tests.test_policy import policy


def search_policy() -> str:
    """The policy that hosts are told to send with the search page."""
    return Policy.of({}, has_search=True).headers("search/index.html")[SECURITY]


HEADERS = {"Content-Security-Policy": search_policy()}


@pytest.fixture(scope="module")
def searchable(sample: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The sample, built as `invoke build --search` does."""
    site = sample.again(tmp_path_factory.mktemp("search") / "sample")
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
        rumour = page.locator(".search-title", has_text="The rumour of 120-day payment")
        expect(rumour).to_be_visible()

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
        for kind, said in (("date", "2024"), ("authors", "Davinder Rai")):
            shown = page.locator(f".search-{kind}")
            expect(shown.filter(has_not_text=said)).to_have_count(0)
            expect(shown.filter(has_text=said)).not_to_have_count(0)

    def test_alone_list_what_there_is_newest_first(self, page: Page) -> None:
        page.select_option("#search-incident", "The Courier’s column on the plum harvest")
        expect(page.locator(".search-count")).to_have_text("3 results")
        expect(page.locator(".search-date").last).to_have_text("13 February 2025")

    @pytest.mark.full
    def test_more_than_ten_come_when_asked_for(self, page: Page) -> None:
        page.fill("#search-words", "we")
        expect(page.locator(".search-title")).to_have_count(10)
        page.locator(".search-more button").click()
        expect(page.locator(".search-result:nth-child(11) a")).to_be_focused()

    def test_more_come_while_the_same_is_asked_again(self, page: Page) -> None:
        page.fill("#search-words", "we")
        expect(page.locator(".search-title")).to_have_count(10)
        page.evaluate(
            """document.querySelector(".search-more button").click();
            document.querySelector(".search").requestSubmit();"""
        )
        expect(page.locator(".search-result:nth-child(11) a")).to_be_focused()


class TestAddress:
    def test_a_shared_link_is_the_search(self, page: Page, address: str) -> None:
        page.goto(f"{address}search/?q=quinces&author=Mei-Lin+Ashworth")
        expect(page.locator(".search-title").first).to_be_visible()
        expect(page.locator("#search-words")).to_have_value("quinces")
        expect(page.locator("#search-author")).to_have_value("Mei-Lin Ashworth")

    def test_going_back_goes_to_the_search_before(self, page: Page) -> None:
        look_for(page, "quinces")
        page.select_option("#search-year", "2026")
        expect(page).to_have_url(re.compile("year=2026"))
        page.go_back()
        expect(page).not_to_have_url(re.compile("year"))
        expect(page.locator("#search-year")).to_have_value("")
        expect(page.locator(".search-title").first).to_be_visible()

    def test_an_author_who_is_not_there_is_no_filter(self, page: Page, address: str) -> None:
        page.goto(f"{address}search/?q=quinces&author=Nobody")
        expect(page.locator(".search-title").first).to_be_visible()
        expect(page.locator("#search-author")).to_have_value("")


def test_the_keyboard_is_enough(page: Page) -> None:
    page.locator("#search-words").focus()
    page.keyboard.type("quinces")
    expect(page.locator(".search-title").first).to_be_visible()
    for _ in range(5):
        page.keyboard.press("Tab")
    expect(page.locator(".search-result :focus")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/search/"))


def test_without_a_script_the_page_leads_to_the_lists(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{address}search/")
    assert not page.locator("form.search").is_visible()
    assert page.locator("noscript p").is_visible()
    assert page.locator(".ways a").count() > 3
    page.close()


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
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


HIDDEN = """Title: Hidden canary
Date: 2026-01-01 10:00
Author: Bram Stone
Status: hidden
Summary: A canary with a page, and in no list.

Canary.
"""


def test_only_what_is_published_is_in_the_index(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    drafts.write("content/posts/unlisted.md", HIDDEN)
    drafts.build("-e", "NEWSROOM_SEARCH=true").succeeds()
    assert (drafts.output / "posts/unlisted/index.html").exists()
    said = texts(drafts)
    assert "/posts/public/" in said
    assert "canary" not in said.lower()
    assert "/posts/unlisted/" not in said


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


@pytest.mark.full
def test_a_search_that_fails_leaves_the_output_as_it_was(sample: Site, tmp_path: Path) -> None:
    sample = sample.again(tmp_path / "sample")
    before = sample.files()
    failing = sample.write(
        "failing", "#!/bin/sh\nhead -c 50 > /dev/null\necho no room >&2\nexit 3\n"
    )
    failing.chmod(0o755)
    run = sample.invoke("build", "--search", PAGEFIND_BINARY_PATH=str(failing)).fails()
    assert "error: the search index failed (no room): run pip install" in run.stderr
    sample.write("missing/sitecustomize.py", "import sys\nsys.modules['pagefind'] = None\n")
    path = f"{sample.folder / 'missing'}{os.pathsep}{ROOT / 'plugins'}"
    run = sample.invoke("build", "--search", PYTHONPATH=path).fails()
    assert (
        "error: the search index needs Pagefind: run pip install 'pelican-newsroom[search]'"
        in run.stderr
    )
    run = sample.build("-e", "NEWSROOM_SEARCH=true", PYTHONPATH=path).fails()
    assert (
        "error: the search index needs Pagefind: run pip install 'pelican-newsroom[search]'"
        in run.stderr
    )
    assert sample.files() == before


def test_a_newsroom_with_nothing_to_find_has_no_search(site: Callable[[str], Site]) -> None:
    minimal = site("minimal")
    minimal.edit("content/incidents/outage/statement.md", "Title:", "Status: draft\nTitle:")
    minimal.build("-e", "NEWSROOM_SEARCH=true").succeeds()
    assert not (minimal.output / "search").exists()


FRENCH = """Title: Nous avons été impolis
Lang: fr
Date: 2026-03-10 11:42
Author: Ada Quill
Incident: Notre réponse impolie
Summary: Notre compte a été impoli ce matin.

La page disait `<b>lisez</b> & <img src=x onerror=alert(1)>` à une cliente.
"""
BELOW = "https://copperline.example/news"


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site ``thread`` with a statement in French, under Pelican's theme ``simple``."""
    site = Site.copy("thread", tmp_path_factory.mktemp("below") / "thread")
    site.write("content/incidents/rude-reply/statement.fr.md", FRENCH)
    site.build("-e", f'SITEURL="{BELOW}"', "NEWSROOM_SEARCH=true").succeeds()
    return site


class TestBelowAPath:
    """Another theme, a path before every address, two languages, and the hosts' policies."""

    @pytest.fixture
    def page(self, browser: Browser, below: Site) -> Iterator[Page]:
        """A page whose host lets the search page alone, and none of its files, run WebAssembly."""
        opened = browser.new_page()
        said: list[str] = []

        def answer(route: Route) -> None:
            path = unquote(urlsplit(route.request.url).path).removeprefix("/news/")
            file = below.output / path
            file = file / "index.html" if file.is_dir() else file
            if not file.is_file():
                said.append(f"not there: {route.request.url}")
                route.abort()
                return
            kept = search_policy() if path == "search/" else policy()
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            headers = {"content-security-policy": kept, "content-type": kind}
            route.fulfill(body=file.read_bytes(), headers=headers)

        opened.route("**/*", answer)
        opened.on("console", lambda message: said.append(message.text))
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.on("worker", lambda worker: said.append(f"worker {worker.url}"))
        yield opened
        opened.close()
        assert said == []

    def test_a_result_leads_to_its_page(self, page: Page) -> None:
        page.goto(f"{BELOW}/search/?q=tired")
        page.locator(".search-result a").first.click()
        expect(page).to_have_url(f"{BELOW}/incidents/rude-reply/what-we-found/")

    def test_an_incident_has_one_name_to_filter_by(self, page: Page) -> None:
        page.goto(f"{BELOW}/search/")
        expect(page.locator("#search-incident option")).to_have_text(["All", "Our rude reply"])
        page.select_option("#search-incident", "Our rude reply")
        expect(page.locator(".search-title")).to_have_count(6)
        named = page.locator(".search-title", has_text="Notre réponse impolie")
        expect(named.first).to_be_visible()

    def test_each_part_of_a_result_says_its_language(self, page: Page) -> None:
        page.goto(f"{BELOW}/search/?q=impolie")
        result = page.locator(".search-result[lang=fr]", has_text="Notre réponse impolie").first
        expect(result.locator(".search-date")).to_have_text("14 mars 2026")
        assert result.locator(".search-excerpt").get_attribute("lang") == "en"

    def test_what_looks_like_markup_is_shown_as_it_was_written(self, page: Page) -> None:
        page.goto(f"{BELOW}/search/?q=lisez")
        text = page.locator(".search-excerpt").first
        expect(text).to_contain_text("<b>lisez</b> & <img src=x onerror=alert(1)>")
        expect(text.locator("mark").first).to_contain_text("lisez")
        assert text.locator(":not(mark)").count() == 0

    def test_words_typed_before_the_index_is_there_are_looked_for(self, page: Page) -> None:
        held: list[Route] = []
        page.route("**/pagefind.js", lambda route: held.append(route))
        with page.expect_request("**/pagefind.js"):
            page.goto(f"{BELOW}/search/")
        page.fill("#search-words", "tired")
        expect(page).to_have_url(f"{BELOW}/search/?q=tired")
        held[0].fallback()
        expect(page.locator(".search-title").first).to_be_visible()


def test_an_index_that_does_not_come_is_said_in_words(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.route("**/pagefind-entry.json*", lambda route: route.abort())
    page.goto(f"{address}search/?q=quinces")
    expect(page.locator(".search-count")).to_contain_text("The search does not work")
    assert page.locator(".ways a").first.is_visible()
    page.close()
