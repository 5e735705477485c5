"""Any theme: what readers find under Pelican's `simple`, and in a theme from the package index."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, ConsoleMessage, Page, Route

from tests.sites import ROOT, SITES, Site, words
from tests.sizes import first
from tests.test_sites import dead_links

HOME = "https://copperline.example/"
INCIDENT = "incidents/rude-reply/"
FOLLOW_UP = f"{INCIDENT}what-we-found/"
OURS = (
    "",
    "incidents/",
    "states/acting/",
    "states/resolved/",
    "2026/incidents/",
    INCIDENT,
    f"{INCIDENT}statement/",
    FOLLOW_UP,
    "posts/open-day/",
    "posts/spring-range/",
    "authors/",
    "authors/ada-quill/",
    "goals/",
    "goals/repair-first/",
    "corrections/",
    "404.html",
)
FOR_SCRIPTS = {"data-format", "data-forms"}  # these hold braces for the script to fill
LEFT_OVER = re.compile(r"\{\w*\}|\{[{%#]|%\(\w+\)|\bNone\b|\bUndefined\b")
# What Reflex needs of any site: its footer asks for a licence, its links for ids of its own pages.
REFLEX = ("CC_LICENSE={}", "DISABLE_URL_HASH=true", "MAIN_MENU=true")


def promised(name: str, to: Path) -> Site:
    """A copy of a site, in whose incident a next update is promised."""
    site = Site.copy(name, to)
    newest = "review" if name == "thread" else "what-we-found"
    site.edit(f"content/{INCIDENT}{newest}.md", "\nSummary:", "\nNext_update: 2026-03-20\nSummary:")
    if name == "translations":
        site.edit(f"content/{INCIDENT}{newest}.md", "State: resolved", "State: acting")
    return site


def in_simple(name: str, to: Path) -> Site:
    site = promised(name, to)
    site.build("-e", f'SITEURL="{HOME[:-1]}"').succeeds()
    return site


def in_bare_reflex(name: str, to: Path) -> Site:
    """The theme as it is installed, and nothing done for it."""
    site = promised(name, to)
    site.build("-t", "reflex", "-e", f'SITEURL="{HOME[:-1]}"', *REFLEX).succeeds()
    return site


def in_reflex(name: str, to: Path) -> Site:
    """As docs/themes.md says: templates laid over the theme's, and a stylesheet."""
    site = promised(name, to)
    templates = ROOT / "plugins" / "newsroom" / "templates"
    shutil.copytree(templates, to / "templates", ignore=shutil.ignore_patterns("newsroom"))
    shutil.copytree(SITES / "reflex", to, dirs_exist_ok=True)
    site.build(conf="reflexconf.py").succeeds()
    return site


DRESS = {"simple": in_simple, "bare reflex": in_bare_reflex, "reflex": in_reflex}


@pytest.fixture(scope="module", params=DRESS)
def dressed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site `thread` in each theme; none of them is ours."""
    return DRESS[request.param]("thread", tmp_path_factory.mktemp("dressed") / "site")


@pytest.fixture(scope="module", params=DRESS)
def spoken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site `translations` in each theme."""
    return DRESS[request.param]("translations", tmp_path_factory.mktemp("spoken") / "site")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return in_bare_reflex("thread", tmp_path_factory.mktemp("bare") / "site")


@pytest.fixture(scope="module")
def reflex(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return in_reflex("thread", tmp_path_factory.mktemp("reflex") / "site")


def part(page: BeautifulSoup, selector: str) -> Tag:
    found = page.select_one(f"main {selector}")
    assert found is not None, selector
    return found


def has(page: BeautifulSoup, selector: str, *texts: str) -> None:
    said = words(part(page, selector))
    for text in texts:
        assert text in said, f"{text!r} is not in {selector}: {said}"


class TestEveryPageIsComplete:
    def test_an_incident_says_where_it_stands_and_who_says_so(self, dressed: Site) -> None:
        page = dressed.page(INCIDENT)
        has(page, "h1.p-name", "Our rude reply")
        has(page, ".incident-state", "State: Acting", "We know what happened")
        has(page, ".standing", "The review is done", "Next update promised by 20 March 2026")
        has(page, ".standing", "First statement 42 minutes after the post")
        has(page, ".standing .byline", "Ada Quill", "Head of Communications")
        assert part(page, ".standing .byline img")["src"] == f"{HOME}authors/ada-quill.png"
        feeds = {str(link["href"]) for link in page.select(".follow a")}
        assert feeds == {f"{HOME}{INCIDENT}feed.atom", f"{HOME}{INCIDENT}feed.json"}
        assert part(page, ".standing .take a")["href"] == f"{HOME}{INCIDENT}index.txt"
        has(page, ".contact", "Noor Haddad", "press@copperline.example")

    def test_an_incident_shows_the_original_behind_its_warning(self, dressed: Site) -> None:
        page = dressed.page(INCIDENT)
        warned = part(page, ".original details")
        assert not warned.has_attr("open")
        has(page, ".original details summary", "Warning: rude to a customer.", "Show it")
        assert "learn to read" in str(part(page, ".original details img")["alt"])
        has(page, ".original details", "Learn to read, <b>love</b>.")
        has(page, ".original", "@copperline", "Chirrup", "Deleted 10 March 2026", "A. Customer")

    def test_an_incident_has_timeline_thread_and_answers(self, dressed: Site) -> None:
        page = dressed.page(INCIDENT)
        has(page, ".timeline", "20 minutes after the post", "The post is deleted")
        assert len(page.select(".timeline > li")) == 8  # one of them a correction
        thread = page.select(".thread-entry")
        assert [words(entry.h3) for entry in thread] == [  # the newest first, for it is open
            "What the review says",
            "How the reply came about",
            "We were rude to a customer",
        ]
        assert all(entry.select_one(".byline-name") for entry in thread)
        has(page, ".thread #cite-reader", "My gran cannot read.")
        has(page, ".heard", "Comment: Tom", "Answered in How the reply came about")
        has(page, ".commitments .commitment-kept", "Kept: End shifts", "(done 12 March 2026")
        has(page, ".commitments .commitment-open", "Open: Publish our house rules")
        has(page, ".corrections", "Corrected 13 March 2026", "in fact it was twelve")

    def test_an_entry(self, dressed: Site) -> None:
        page = dressed.page(FOLLOW_UP)
        has(page, "h1", "How the reply came about")
        has(page, ".entry-header .bylines", "Ada Quill", "Bram Stone Managing Director")
        has(page, ".entry-facts", "2 days 1 hour after the post", "Changed 13 March 2026")
        assert {fact.name for fact in part(page, ".entry-facts").find_all(recursive=False)} == {"p"}
        has(page, ".entry-place", "State: Acting", "Update 2 of 3")
        has(page, ".newer", "There is a newer update: What the review says")
        has(page, ".entry-footer", "Comment: Tom, our help page", "Repair first")
        has(page, ".entry-footer #corrections", "We first wrote that the shift was ten hours")
        has(page, ".thread-nav", "Before:", "After:", "All of it: Our rude reply")
        has(dressed.page(f"{INCIDENT}statement/"), ".entry-approved", "Approved by Bram Stone")

    def test_a_post_and_one_withdrawn(self, dressed: Site) -> None:
        has(dressed.page("posts/open-day/"), ".entry-post", "The gates open at nine.", "Bram Stone")
        withdrawn = dressed.page("posts/spring-range/")
        has(withdrawn, ".withdrawal", "Withdrawn 2 February 2026", "was never made")
        assert "SECRETWITHDRAWN" not in withdrawn.get_text()

    def test_people_goals_and_corrections(self, dressed: Site) -> None:
        has(dressed.page("authors/"), ".people", "Ada Quill", "Managing Director")
        author = dressed.page("authors/ada-quill/")
        has(author, ".profile-header", "Head of Communications", "Before: Press Officer")
        has(author, ".profile .prose", "reads what it is told")
        has(author, ".profile .entries", "What the review says")
        assert author.select_one("main .profile-photo")
        has(dressed.page("goals/"), ".goal-list", "Repair first", "2 entries in its name")
        has(dressed.page("goals/repair-first/"), ".entries", "How the reply came about")
        has(
            dressed.page("corrections/"), ".corrections", "Withdrawn: The spring range", "Corrected"
        )

    def test_the_overview_has_filters_and_a_table(self, dressed: Site) -> None:
        page = dressed.page("incidents/")
        assert [urlsplit(str(link["href"])).path for link in page.select(".filters a")] == [
            "/incidents/",
            *(f"/states/{state}/" for state in ("responding", "investigating", "acting")),
            "/states/resolved/",
            "/2026/incidents/",
        ]
        has(page, ".overview table", "Our rude reply 42 minutes", "still open")
        has(dressed.page("2026/incidents/"), ".incidents", "Our rude reply")
        assert "There is none." in words(dressed.page("states/resolved/").main)

    def test_home_has_what_is_open_and_what_is_new(self, dressed: Site) -> None:
        page = dressed.page("")
        has(page, ".home-open", "State: Acting", "Our rude reply", "Next update by 20 March 2026")
        has(page, ".home-latest", "What the review says", "Come & see the <works>")
        assert page.select("main .years a")


class TestEveryPageIsInOrder:
    def test_headings_have_no_jumps(self, dressed: Site) -> None:
        for url in OURS:
            levels = [
                int(heading.name[1])
                for heading in dressed.page(url).select("main :is(h1,h2,h3,h4,h5,h6)")
            ]
            assert levels[0] == 1, url
            assert levels.count(1) == 1, url
            assert all(after - before <= 1 for before, after in pairwise(levels)), (url, levels)

    def test_nothing_is_left_over_of_a_template(self, dressed: Site) -> None:
        for url in OURS:
            page = dressed.page(url)
            for element in page.find_all(True):
                for name, value in element.attrs.items():
                    if name not in FOR_SCRIPTS:
                        assert not LEFT_OVER.search(str(value)), f"{url}: {name}={value}"
                if element.name not in ("script", "style"):
                    for text in element.find_all(string=True, recursive=False):
                        assert not LEFT_OVER.search(text), f"{url}: {text}"

    def test_what_needs_a_script_is_hidden_and_leaves_no_gap(self, dressed: Site) -> None:
        for url in OURS:
            page = dressed.page(url)
            assert all(button.has_attr("hidden") for button in page.find_all("button")), url
            for hidden in page.find_all(hidden=True):
                hidden.decompose()
            empty = [item for item in page.select("main li") if not words(item)]
            assert not empty, f"{url}: {empty}"

    def test_incidents_are_in_the_menu(self, dressed: Site) -> None:
        for url in ("", INCIDENT, "about/"):
            links = dressed.page(url).select(f"nav a[href='{HOME}incidents/']")
            assert "Incidents" in [words(link) for link in links], url

    def test_every_link_leads_somewhere(self, dressed: Site) -> None:
        assert list(dead_links(dressed, HOME)) == []

    def test_each_page_says_its_language(self, spoken: Site) -> None:
        for lang, prefix in (("en", ""), ("fr", "fr/")):
            for url in (INCIDENT, FOLLOW_UP):
                page = spoken.page(prefix + url)
                assert part(page, ":is(.incident, .entry)")["lang"] == lang, prefix + url
        french = spoken.page(f"fr/{FOLLOW_UP}")
        has(french, ".entry-place", "État :", "Point 2 sur 2")
        has(french, ".translations a[lang=en]", "English")
        has(french, ".corrections p[lang=en]", "We first wrote ten hours")
        has(spoken.page(f"fr/{INCIDENT}"), "h1", "Notre réponse grossière")
        has(spoken.page(f"fr/{INCIDENT}"), ".standing", "Une personne fatiguée")


@pytest.mark.parametrize("dress", ["simple", "reflex"])
def test_the_head_says_to_machines_what_ours_does(dress: str, tmp_path: Path) -> None:
    """Where a theme has a block `head`, or is given one."""
    site = DRESS[dress]("thread", tmp_path / "site")
    for url in (INCIDENT, FOLLOW_UP, "posts/open-day/", "authors/ada-quill/", "about/"):
        head = site.page(url).head
        assert head is not None
        assert [link["href"] for link in head.select("link[rel=canonical]")] == [HOME + url]
        assert len(head.select("meta[property='og:title']")) == 1, url
        data = head.select_one("script[type='application/ld+json']")
        assert data is not None, url
        assert json.loads(data.get_text())["@context"] == "https://schema.org"
    head = site.page(INCIDENT).head
    assert head is not None
    assert head.select(f"link[type='application/atom+xml'][href='{HOME}{INCIDENT}feed.atom']")
    assert head.select(f"link[type='text/plain'][href='{HOME}{INCIDENT}index.txt']")
    assert head.select(f"script[type=module][src='{HOME}newsroom.js']")


def test_a_page_says_its_language_where_the_frame_does_not(tmp_path: Path) -> None:
    page = in_reflex("translations", tmp_path / "site").page("fr/about/")
    assert page.html is not None
    assert page.html["lang"] == "en"  # Reflex says the site's, on every page
    assert part(page, ".entry-page")["lang"] == "fr"


def test_a_theme_without_a_block_for_the_head_loses_nothing_that_people_read(bare: Site) -> None:
    page = bare.page(INCIDENT)
    assert page.select("script[src$='newsroom.js']") == []
    assert page.select("link[rel=canonical]") == []
    has(page, ".thread-entry", "What the review says")


def at_home(site: Site) -> Callable[[Route], None]:
    """Serve the output where its links lead, and nothing of any other host."""

    def serve(route: Route) -> None:
        url = route.request.url
        path = site.output / urlsplit(url).path.lstrip("/")
        file = path / "index.html" if path.is_dir() else path
        if url.startswith(HOME) and file.is_file():
            route.fulfill(path=file)
        else:
            route.abort()

    return serve


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    yield page
    page.close()


class TestReflex:
    """`pelican-theme-reflex`, as it is and as docs/themes.md fits it to the newsroom."""

    def test_its_own_frame_is_around_ours(self, bare: Site) -> None:
        for url in (INCIDENT, FOLLOW_UP, "posts/open-day/", "authors/ada-quill/"):
            page = bare.page(url)
            assert page.select_one("body > aside nav a[href$='/about/']"), url
            assert page.select_one(f"main > nav a[href='{HOME}']"), url
            assert "using Reflex theme" in words(page.select_one("main > footer")), url
            assert page.select_one("head link[href$='/theme/stylesheet/style.min.css']"), url

    def test_the_lists_of_categories_have_bylines_if_ours_are_laid_over_its_own(
        self, bare: Site, reflex: Site
    ) -> None:
        assert "We were rude to a customer" in words(bare.page("categories/news/").main)
        assert not bare.page("categories/news/").select(".byline-name")
        assert reflex.page("categories/news/").select(".byline-name")
        assert reflex.page("tags/works/").select(".byline-name")

    @pytest.mark.parametrize("dress", first(1, ["reflex", "bare"]))
    def test_pages_fit_a_phone_and_report_nothing(
        self, dress: str, request: pytest.FixtureRequest, phone: Page
    ) -> None:
        site: Site = request.getfixturevalue(dress)
        said: list[str] = []

        def hear(message: ConsoleMessage) -> None:
            if message.location["url"].startswith(HOME):  # not what the theme has elsewhere
                said.append(message.text)

        phone.route("**/*", at_home(site))
        phone.on("console", hear)
        phone.on("pageerror", lambda error: said.append(str(error)))
        for url in OURS:
            phone.goto(HOME + url)
            phone.evaluate(
                "for (const hidden of document.querySelectorAll('details')) hidden.open = true"
            )
            assert phone.evaluate("document.documentElement.scrollWidth") <= 390, url
        assert said == []

    def test_it_asks_no_other_host_once_fitted(self, reflex: Site, phone: Page) -> None:
        asked: list[str] = []
        phone.on("request", lambda made: asked.append(made.url))
        phone.route("**/*", at_home(reflex))
        for url in OURS:
            phone.goto(HOME + url)
        assert not [url for url in asked if not url.startswith(HOME)]

    def test_its_look_is_its_own_and_the_script_works_in_it(
        self, reflex: Site, phone: Page
    ) -> None:
        phone.route("**/*", at_home(reflex))
        phone.goto(HOME + INCIDENT)
        aside = "getComputedStyle(document.querySelector('aside')).backgroundColor"
        assert phone.evaluate(aside) == "rgb(51, 51, 51)"
        phone.get_by_role("button", name="Copy quote").first.wait_for()
        assert phone.locator(".standing .ago").first.inner_text().endswith("ago")

    def test_the_plugins_stylesheet_makes_a_badge_of_the_state(
        self, bare: Site, reflex: Site, phone: Page
    ) -> None:
        assert not (bare.output / "newsroom.css").exists()
        assert (reflex.output / "newsroom.css").stat().st_size < 3_584
        phone.route("**/*", at_home(reflex))
        phone.goto(HOME + INCIDENT)
        style = "getComputedStyle(document.querySelector('main .state'), {})"
        assert phone.evaluate(style.format("null") + ".borderStyle") == "solid"
        assert "▸" in phone.evaluate(style.format("'::before'") + ".content")

    def test_without_a_script_no_button_is_shown(self, reflex: Site, browser: Browser) -> None:
        page = browser.new_page(java_script_enabled=False)
        page.route("**/*", at_home(reflex))
        page.goto(HOME + INCIDENT)
        assert page.get_by_role("button").count() == 0
        page.get_by_role("link", name="Plain text").first.wait_for()
        page.close()
