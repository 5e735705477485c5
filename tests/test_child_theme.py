"""A theme of one's own, `tests/sites/child/theme`, with templates made of the plugin's partials."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.sites import ROOT, SITES, Site, words
from tests.test_sites import dead_links
from tests.test_themes import FOLLOW_UP, HOME, INCIDENT, has, part


def dressed(name: str, to: Path) -> Site:
    site = Site.copy(name, to)
    shutil.copytree(SITES / "child" / "theme", to / "theme")
    return site


def test_its_own_templates_show_what_the_partials_print(tmp_path: Path) -> None:
    site = dressed("thread", tmp_path / "site")
    site.build("-t", "theme", "-e", f'SITEURL="{HOME[:-1]}"').succeeds()
    entry = site.page(f"{INCIDENT}statement/")
    has(entry, ".child-article", "State: Investigating", "The reply was ours.")
    has(entry, ".child-article .citation", "Learn to read, <b>love</b>.")
    has(site.page("posts/open-day/"), ".child-article h1", "Come & see the <works>")
    has(site.page("posts/spring-range/"), ".child-article .withdrawal", "was never made")
    has(site.page(""), ".child-incident", "Our rude reply", "State: Acting")
    assert entry.select_one("head link[rel=canonical]")
    for url in ("", INCIDENT, f"{INCIDENT}statement/", "authors/"):
        nav = site.page(url).select_one(".child-nav")
        assert words(nav) == "Front page Incidents", url
    assert list(dead_links(site, HOME)) == []


def test_a_partial_of_its_own_stands_everywhere(tmp_path: Path) -> None:
    site = dressed("thread", tmp_path / "site")
    site.build("-t", "theme").succeeds()
    for url in ("", INCIDENT, FOLLOW_UP, "authors/ada-quill/", "tags/works/", "2026/"):
        page = site.page(url)
        assert page.select("main .child-signed strong"), url
        assert not page.select(".byline"), url


def test_its_catalogue_wins_and_the_plugins_fills_the_rest(tmp_path: Path) -> None:
    site = dressed("translations", tmp_path / "site")
    site.build("-t", "theme").succeeds()
    french = site.page(f"fr/{FOLLOW_UP}")
    assert words(french.select_one(".child-nav")) == "La une Incidents"
    has(french, ".child-article", "Où nous en sommes : Résolu", "Toute l’affaire :")
    assert "Point 2 sur 2" in words(site.page(f"fr/{INCIDENT}").main)
    assert "State: Resolved" in words(site.page(FOLLOW_UP).main)


def test_right_to_left_stands_on_the_outermost_element(tmp_path: Path) -> None:
    site = dressed("translations", tmp_path / "site")
    catalogue = 'msgid ""\nmsgstr "Language: ar\\n"\n\nmsgid "Incidents"\nmsgstr "حوادث"\n'
    site.write("theme/locale/ar/LC_MESSAGES/newsroom.po", catalogue)
    head = "Title: نعتذر\nDate: 2026-03-12 12:00\nLang: ar\nAuthor: Bram Stone\n"
    site.write(f"content/{INCIDENT}what-we-found.ar.md", f"{head}Summary: نعتذر.\n\nنعتذر.\n")
    site.build("-t", "theme").succeeds()
    for url, name in ((INCIDENT, ".incident"), (FOLLOW_UP, ".child-article")):
        outermost = part(site.page(f"ar/{url}"), name)
        assert (outermost["lang"], outermost["dir"]) == ("ar", "rtl")


def test_the_docs_name_every_macro_with_its_parameters() -> None:
    docs = (ROOT / "docs" / "themes.md").read_text("utf-8")
    for path in sorted((ROOT / "plugins/newsroom/templates/newsroom").glob("_*.html")):
        assert f"`{path.name}`" in docs
        for macro in re.findall(r"{% macro (.+?\)) %}", path.read_text("utf-8")):
            assert f"`{macro}`" in docs, f"{path.name}: {macro}"


def test_the_docs_show_the_templates_that_are_tested() -> None:
    docs = (ROOT / "docs" / "themes.md").read_text("utf-8")
    frame = (SITES / "reflex" / "templates" / "base.html").read_text("utf-8").splitlines()[1:]
    assert "\n".join(f"    {line}" for line in frame) in docs
    catalogue = (SITES / "child" / "theme/locale/fr/LC_MESSAGES/newsroom.po").read_text("utf-8")
    shown = docs.partition('```text\nmsgid ""\n')[2].partition("```")[0]
    assert all(line in catalogue for line in shown.splitlines())
    assert 'msgstr "Où nous en sommes :"' in shown
