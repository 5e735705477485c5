"""Sample sites, built by Pelican in a subprocess, seen as their readers see them."""

from __future__ import annotations

import posixpath
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import Tag

from tests.sites import Site, words

HOME = "https://copperline.example/"


def classed(site: Site, url: str, name: str) -> Tag:
    """The first element of a class on a built page."""
    found = site.page(url).find(class_=name)
    assert isinstance(found, Tag), f"no .{name} on {url}"
    return found


def dead_links(site: Site, siteurl: str = "") -> Iterator[str]:
    """Internal links and fragments of the output that lead to nothing."""
    pages = sorted(site.output.rglob("*.html"))
    for file in pages:
        here = file.relative_to(site.output).as_posix()
        page = site.page(here)
        for element in page.find_all(["a", "link", "img", "source", "script"]):
            target = str(element.get("href") or element.get("src") or "")
            if siteurl and target.startswith(siteurl):
                target = "/" + target.removeprefix(siteurl).lstrip("/")
            parts = urlsplit(target)
            if parts.scheme or parts.netloc or not target:
                continue
            path = unquote(parts.path)
            joined = posixpath.normpath(posixpath.join("/", posixpath.dirname(here), path))
            file_there = site.output / joined.lstrip("/") if path else file
            if file_there.is_dir():
                file_there /= "index.html"
            if not file_there.is_file():
                yield f"{here}: {target}"
            elif parts.fragment and file_there.suffix == ".html":
                there = site.page(file_there.relative_to(site.output).as_posix())
                if there.find(id=unquote(parts.fragment)) is None:
                    yield f"{here}: {target}"


@pytest.fixture(scope="module")
def minimal(tmp_path_factory: pytest.TempPathFactory) -> Site:
    built = Site.copy("minimal", tmp_path_factory.mktemp("minimal") / "minimal")
    built.build().succeeds()
    return built


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> Site:
    built = Site.copy("translations", tmp_path_factory.mktemp("fr") / "translations")
    built.build("-e", 'SITEURL="https://copperline.example"').succeeds()
    return built


class TestMinimal:
    """The least site, under Pelican's own theme, without a theme of ours."""

    def test_has_every_page(self, minimal: Site) -> None:
        made = {name for name in minimal.files() if name.endswith(".html")}
        assert made >= {
            "index.html",
            "404.html",
            "2026/index.html",
            "authors/index.html",
            "authors/ida-lund/index.html",
            "corrections/index.html",
            "goals/index.html",
            "incidents/index.html",
            "incidents/outage/index.html",
            "incidents/outage/statement/index.html",
        }
        assert (minimal.output / "favicon.ico").read_bytes()[:4] == b"\0\0\1\0"

    def test_an_incident_without_original_counts_from_nothing(self, minimal: Site) -> None:
        page = words(minimal.page("incidents/outage/").main)
        assert "Investigating" in page
        assert "after the" not in page
        assert "What this is about" not in page

    def test_every_link_leads_somewhere(self, minimal: Site) -> None:
        assert list(dead_links(minimal)) == []


class TestThread:
    """One incident with everything, under Pelican's ``simple`` theme."""

    def test_fragments(self, built_thread: Site, golden: Callable[[str, str], None]) -> None:
        incident = "incidents/rude-reply/"
        golden("byline.html", str(classed(built_thread, incident, "bylines")))
        golden("citation.html", str(classed(built_thread, incident, "citation-social-post")))
        golden("timeline.html", str(classed(built_thread, incident, "timeline")))
        golden("thread-entry.html", str(built_thread.page(incident).find(id="entry-what-we-found")))
        golden("heard.html", str(classed(built_thread, incident, "heard")))
        golden("commitments.html", str(classed(built_thread, incident, "commitments")))
        golden("corrections.html", str(classed(built_thread, "corrections/", "corrections")))

    def test_roles_are_those_of_the_day(self, built_thread: Site) -> None:
        then = words(classed(built_thread, "incidents/rude-reply/statement/", "bylines"))
        later = words(classed(built_thread, "incidents/rude-reply/review/", "bylines"))
        assert then == "Ada Quill Press Officer"
        assert later == "Ada Quill Head of Communications"

    def test_every_list_has_bylines(self, built_thread: Site) -> None:
        for url in ("", "incidents/", "authors/ada-quill/", "goals/repair-first/"):
            page = built_thread.page(url)
            cards = page.find_all(class_=["entry-card", "incident-card"])
            assert cards, url
            for card in cards:
                assert card.find(class_="byline-name"), url

    def test_an_entry_knows_its_place(self, built_thread: Site) -> None:
        middle = built_thread.page("incidents/rude-reply/what-we-found/")
        assert words(middle.find(class_="position")) == "Update 2 of 3"
        assert "newer update: What the review says" in words(middle.find(class_="newer"))
        place = [(link["rel"], link["href"]) for link in middle.select(".thread-nav a")]
        assert place == [
            (["prev"], "/incidents/rude-reply/statement/"),
            (["next"], "/incidents/rude-reply/review/"),
            (["up"], "/incidents/rude-reply/"),
        ]
        newest = built_thread.page("incidents/rude-reply/review/")
        assert newest.find(class_="newer") is None

    def test_other_peoples_words_are_text(self, built_thread: Site) -> None:
        quote = built_thread.page("incidents/rude-reply/").select_one("#original .citation-text")
        assert quote is not None
        assert quote.find("b") is None
        assert quote.find("em") is None
        assert "<b>love</b>." in quote.get_text()
        assert len(quote.find_all("br")) == 1

    def test_ids_are_unique_and_headings_in_order(self, built_thread: Site) -> None:
        page = built_thread.page("incidents/rude-reply/")
        ids = [str(element["id"]) for element in page.find_all(id=True)]
        assert len(ids) == len(set(ids))
        levels = [
            int(heading.name[1]) for heading in page.select("main :is(h1, h2, h3, h4, h5, h6)")
        ]
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in pairwise(levels))

    def test_no_style_and_no_script_inside_a_page(self, built_thread: Site) -> None:
        for file in built_thread.output.rglob("*.html"):
            page = built_thread.page(file.relative_to(built_thread.output).as_posix())
            assert page.find_all(style=True) == []
            assert page.find_all("style") == []
            assert all(script["src"] and not script.string for script in page.find_all("script"))

    def test_titles_are_escaped(self, built_thread: Site) -> None:
        for url in ("", "posts/open-day/", "2019/open-day.html", "old/open-day/", "tags/works/"):
            page = built_thread.page(url)
            assert page.find("works") is None, url
            assert "Come & see the <works>" in page.get_text(), url

    def test_old_urls_redirect(self, built_thread: Site) -> None:
        for old in ("2019/open-day.html", "old/open-day/"):
            meta = built_thread.page(old).find("meta", attrs={"http-equiv": "refresh"})
            assert isinstance(meta, Tag)
            assert meta["content"] == "0; url=/posts/open-day/"

    def test_every_link_leads_somewhere(self, built_thread: Site) -> None:
        assert list(dead_links(built_thread)) == []


class TestTranslations:
    def test_a_translation_is_a_page_of_its_own_linked_both_ways(self, translated: Site) -> None:
        url = "incidents/rude-reply/what-we-found/"
        french, english = translated.page(f"fr/{url}"), translated.page(url)
        assert (french.html["lang"], english.html["lang"]) == ("fr", "en")  # type: ignore[index]
        for page, other, lang in ((french, url, "en"), (english, f"fr/{url}", "fr")):
            assert page.select_one(f".translations a[hreflang={lang}][href='{HOME}{other}']")
            assert page.select_one(f"head link[hreflang={lang}][href='{HOME}{other}']")

    def test_a_translation_is_no_entry_of_the_thread_but_inherits(self, translated: Site) -> None:
        french = words(translated.page("fr/incidents/rude-reply/what-we-found/").main)
        assert "Point 2 sur 2" in french
        assert "Résolu" in french
        assert "We first wrote ten hours" in french
        assert "Notre réponse grossière" in french
        listed = words(translated.page("").main) + words(translated.page("incidents/").main)
        assert "Comment c’est arrivé" not in listed

    def test_an_original_in_another_language_keeps_the_usual_place(self, translated: Site) -> None:
        assert translated.page("posts/bonjour/").html["lang"] == "fr"  # type: ignore[index]

    def test_every_link_leads_somewhere(self, translated: Site) -> None:
        assert list(dead_links(translated, HOME)) == []


def test_everything_works_below_a_path_prefix(site: Callable[[str], Site]) -> None:
    thread = site("thread")
    thread.build("-e", 'SITEURL="https://example.com/newsroom"').succeeds()
    assert list(dead_links(thread, "https://example.com/newsroom")) == []
    feed = (thread.output / "feeds/all.atom").read_text("utf-8")
    assert "https://example.com/newsroom/incidents/rude-reply/review/" in feed
    assert "{static}" not in feed


def test_a_title_can_change_without_moving_the_page(site: Callable[[str], Site]) -> None:
    thread = site("thread")
    thread.edit("content/posts/2026/open-day.md", "Come & see the <works>", "Another title")
    thread.build().succeeds()
    assert "Another title" in words(thread.page("posts/open-day/").main)


@pytest.mark.full
def test_pelicans_own_autoreload_can_build_twice_in_one_process(
    site: Callable[[str], Site],
) -> None:
    thread = site("thread")
    thread.write(
        "twice.py",
        "from pelican import Pelican\n"
        "from pelican.settings import read_settings\n"
        "site = Pelican(read_settings('pelicanconf.py', override={'PATH': 'content'}))\n"
        "site.run()\nsite.run()\n",
    )
    thread.build().succeeds()
    once = thread.files()

    thread.run(sys.executable, "twice.py").succeeds()
    assert thread.files() == once


def test_two_builds_of_one_time_are_the_same_to_the_byte(site: Callable[[str], Site]) -> None:
    thread = site("thread")
    thread.build(PYTHONHASHSEED="1").succeeds()
    first = thread.files()
    thread.build(PYTHONHASHSEED="2").succeeds()
    assert thread.files() == first
