"""What a site has otherwise than the theme, in ``overrides/``: words, templates, static files."""

from __future__ import annotations

from pathlib import Path

import pytest
from newsroom.commands.project import Project

from tests.sites import ROOT, Site, words

CATALOGUE = "overrides/locale/en/LC_MESSAGES/newsroom.po"
COLOURS = "overrides/static/css/colours.css"
PARTIAL = "overrides/templates/newsroom/_page_end.html"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site with overrides of each kind."""
    made = Site.copy("thread", tmp_path_factory.mktemp("overrides") / "thread")
    made.edit("pelicanconf.py", '"simple"', repr(str(ROOT / "theme")))
    made.write(CATALOGUE, 'msgid ""\nmsgstr ""\n\nmsgid "Incidents"\nmsgstr "Matters"\n')
    made.write(COLOURS, ":root { --accent: #004d40; }\n")
    made.write("overrides/static/favicon.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    made.write(PARTIAL, "<p class='ours'>Ask us at the gate.</p>")
    made.write("publishconf.py", "from pelicanconf import *\nNEWSROOM_HASHED_NAMES = True\n")
    return made


def build(site: Site) -> None:
    site.build(conf="publishconf.py").succeeds()


def shown(site: Site) -> tuple[str, ...]:
    """The word, the colours and the partial that the page of an incident shows."""
    page = site.page("incidents/rude-reply/")
    *_, linked = page.select("link[rel=stylesheet]")
    styles = (site.output / str(linked["href"]).lstrip("/")).read_text("utf-8")
    return words(page.select_one(".masthead-nav li")), styles, words(page.select_one(".ours"))


def test_a_site_overrides_and_a_build_sees_each_change(site: Site) -> None:
    build(site)
    assert shown(site) == ("Matters", ":root{--accent:#004d40}", "Ask us at the gate.")
    (icon,) = (site.output / "theme").glob("favicon-h*.svg")
    assert icon.read_text("utf-8") == "<svg xmlns='http://www.w3.org/2000/svg'/>"
    site.edit(CATALOGUE, "Matters", "Cases")
    build(site)
    assert shown(site)[0] == "Cases"
    site.edit(COLOURS, "004d40", "0d47a1")
    build(site)
    assert shown(site)[1] == ":root{--accent:#0d47a1}"
    site.edit(PARTIAL, "gate", "bridge")
    build(site)
    assert shown(site)[2] == "Ask us at the bridge."


def test_words_of_a_new_language_are_known(site: Site) -> None:
    italian = site.write("italian.py", 'from pelicanconf import *\nDEFAULT_LANG = "it"\n')
    without = {problem.rule for problem in Project(italian).checkup.problems}
    site.write(CATALOGUE.replace("/en/", "/it/"), 'msgid ""\nmsgstr ""\n')
    with_it = {problem.rule for problem in Project(italian).checkup.problems}
    assert without - with_it == {"catalogue"}


def test_no_draft_gets_out_through_overrides(site: Site, tmp_path: Path) -> None:
    made = site.again(tmp_path / "thread")
    (made.folder / "overrides/static/more").symlink_to(made.folder / "content/incidents")
    run = made.build(conf="publishconf.py").fails()
    assert "THEME_STATIC_PATHS: would publish " in run.stderr
