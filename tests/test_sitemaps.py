"""What search engines are told, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from newsroom.model.settings import Settings
from newsroom.reading.checks import check
from newsroom.reading.urls import unlisted_files

from tests.sites import Site

HOME = "https://newsroom.alderandquince.example/"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
# The flood's follow-up is of 3 November 2026, 11:20 UTC.
DAY_AFTER = "1793793600"  # 2026-11-04 12:00 UTC
TWO_DAYS_LATER = "1793877600"  # 2026-11-05 11:20 UTC
A_SECOND_MORE = "1793877601"


def urls(site: Site, path: str) -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring((site.output / path).read_bytes())
    return {(place.findtext(f"{MAP}loc") or ""): place for place in root}


def test_the_sitemap_lists_every_page_once_and_no_other(published: Site) -> None:
    pages = {
        HOME + path.relative_to(published.output).as_posix().removesuffix("index.html")
        for path in published.output.rglob("index.html")
    }
    assert set(urls(published, "sitemap.xml")) == pages


def test_a_page_changed_when_its_entries_did(published: Site) -> None:
    places = urls(published, "sitemap.xml")
    changed = "2026-11-03T17:45:00+00:00"
    follow_up = "incidents/flood-post/what-happened-and-what-changes/"
    for url in ("incidents/flood-post/", follow_up):
        assert places[HOME + url].findtext(f"{MAP}lastmod") == changed, url
    assert places[f"{HOME}about/"].find(f"{MAP}lastmod") is None


def test_languages_name_each_other(published: Site) -> None:
    follow_up = "incidents/flood-post/what-happened-and-what-changes/"
    places = urls(published, "sitemap.xml")
    for url in (follow_up, f"fr/{follow_up}"):
        versions = {
            link.attrib["hreflang"]: link.attrib["href"]
            for link in places[HOME + url].findall(f"{XHTML}link")
        }
        assert versions == {"en": HOME + follow_up, "fr": f"{HOME}fr/{follow_up}"}


def test_there_is_no_news_sitemap_without_news(published: Site) -> None:
    assert not (published.output / "news-sitemap.xml").exists()
    for path in published.output.rglob("*"):
        if path.is_file():
            assert b"news-sitemap" not in path.read_bytes(), path


@pytest.mark.full
def test_news_is_two_days_old_at_most(site: Callable[[str], Site]) -> None:
    sample = site("sample")
    for now, expected in ((DAY_AFTER, 2), (TWO_DAYS_LATER, 2), (A_SECOND_MORE, 0)):
        sample.build(conf="publishconf.py", SOURCE_DATE_EPOCH=now).succeeds()
        there = (sample.output / "news-sitemap.xml").exists()
        assert there == bool(expected), now
        robots = (sample.output / "robots.txt").read_text()
        assert ("news-sitemap.xml" in robots) == there
        if there:
            found = urls(sample, "news-sitemap.xml")
            fresh = [url for url in found if "what-happened" in url]
            assert len(fresh) == expected
    sample.build(conf="publishconf.py", SOURCE_DATE_EPOCH=DAY_AFTER).succeeds()
    found = urls(sample, "news-sitemap.xml")
    french = next(place for url, place in found.items() if "/fr/" in url).find(f"{NEWS}news")
    assert french is not None
    assert french.findtext(f"{NEWS}publication/{NEWS}name") == "Alder & Quince newsroom"
    assert french.findtext(f"{NEWS}publication/{NEWS}language") == "fr"
    assert french.findtext(f"{NEWS}publication_date") == "2026-11-03T11:20:00+00:00"
    assert (french.findtext(f"{NEWS}title") or "").startswith("Comment notre message")


def test_a_preview_asks_not_to_be_found(site: Callable[[str], Site]) -> None:
    drafts = site("drafts")
    drafts.build("-e", "NEWSROOM_DRAFTS=true").succeeds()
    assert "Disallow: /\n" in (drafts.output / "robots.txt").read_text()
    assert not (drafts.output / "sitemap.xml").exists()


def test_what_is_hidden_is_hidden_in_every_language(site: Callable[[str], Site]) -> None:
    story = site("story")
    story.write("content/pages/unsaid.md", "Title: Unsaid\nStatus: hidden\n\nFor some.\n")
    story.write("content/pages/unsaid.fr.md", "Title: Tu\nLang: fr\n\nPour certains.\n")
    story.build().succeeds()
    assert (story.output / "fr/unsaid/index.html").exists()
    assert "unsaid" not in (story.output / "sitemap.xml").read_text("utf-8")
    found = check(story.folder / "content", Settings(), datetime.now(UTC)).newsroom
    assert unlisted_files(found) == {"unsaid/index.html", "fr/unsaid/index.html"}


def test_a_sites_own_robots_file_stays(site: Callable[[str], Site]) -> None:
    story = site("story")
    story.write("content/extra/robots.txt", "User-agent: *\nDisallow: /private/\n")
    story.edit(
        "pelicanconf.py",
        'THEME = "simple"',
        'THEME = "simple"\nSTATIC_PATHS = ["extra"]\n'
        'EXTRA_PATH_METADATA = {"extra/robots.txt": {"path": "robots.txt"}}',
    )
    story.build().succeeds()
    assert "Disallow: /private/" in (story.output / "robots.txt").read_text()
