"""Holding statements: what an incident begins with, for each kind of case."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.sites import ROOT, Site
from tests.test_desk import read, with_desk

STATEMENTS = ROOT / "plugins/newsroom/statements"


@pytest.fixture
def newsroom(site: Callable[[str], Site]) -> Site:
    return with_desk(site("sample"))


def test_templates_are_listed_with_what_they_are_for(newsroom: Site) -> None:
    said = newsroom.invoke("templates").succeeds().stdout
    for name in (
        "accident", "coverage", "data-exposure", "offensive-post", "outage", "recall", "rumour"
    ):  # fmt: skip
        assert name in said


def test_a_template_asks_for_what_its_kind_of_case_wants(newsroom: Site) -> None:
    given = ("incident", "--author=Mei-Lin Ashworth", "--hotline=0800 496 0140 | until ten")
    newsroom.invoke(*given, "--name=Down", "--template=outage", "--began=09:05").succeeds()
    down = read(newsroom, "content/incidents/down/statement.md")
    assert "Began: 2026-11-16 09:05\n" in down
    assert "Hotline: 0800 496 0140 | until ten\n" in down
    recall = (*given, "--name=Glass", "--template=recall")
    newsroom.invoke(*recall, "--noticed=2026-11-15 16:00").succeeds()
    glass = read(newsroom, "content/incidents/glass/statement.md")
    assert "Event: 2026-11-15 16:00 | [[how you learned of it" in glass
    run = newsroom.invoke(*recall, "--name=More", "--began=09:05").fails()
    assert "error: --began: the template recall.md has no {began}" in run.stderr
    run = newsroom.invoke(*given[:2], "--name=More", "--hotline=ring us").fails()
    assert "error: --hotline: write a number, mail address or URL first" in run.stderr


def test_one_is_copied_to_be_changed(newsroom: Site) -> None:
    own = newsroom.folder / "overrides/statements/outage.md"
    said = newsroom.invoke("templates", "outage").succeeds().stdout
    assert said == "created  overrides/statements/outage.md\n"
    assert own.read_bytes() == (STATEMENTS / "outage.md").read_bytes()
    newsroom.edit("overrides/statements/outage.md", "About: ", "About: ours, ")
    said = newsroom.invoke("templates").succeeds().stdout
    assert said.count("outage") == 1
    assert "  ours, " in said
    run = newsroom.invoke("templates", "outage").fails()
    assert run.stderr == "error: overrides/statements/outage.md is there already: edit it\n"
    assert "did you mean recall?" in newsroom.invoke("templates", "recal").fails().stderr


IN_ORDER = {
    "": ("sorry", "What we do not know yet:", "What we are doing:", "{.advice}", "When I"),
    "de": ("tut (?:mir|uns)", "Was wir noch nicht wissen:", "Was wir tun:", "{.advice}", "Wann"),
    "es": ("siento|sentimos", "Lo que aún no sabemos:", "Lo que estamos", "{.advice}", "Cuándo"),
    "fr": ("excuses|regrette", "Ce que nous ne savons pas encore", "Ce que nous faisons",
           "{.advice}", "Quand je"),
}  # fmt: skip


@pytest.mark.parametrize("lang", IN_ORDER)
def test_templates_say_things_in_one_order(lang: str) -> None:
    """Sorry, what is known, what is not, what is done, what to do, when more is said."""
    sorry, *rest = IN_ORDER[lang]
    for path in STATEMENTS.glob("*.md"):
        text = (STATEMENTS / lang / path.name).read_text("utf-8").partition("\n\n")[2]
        found = re.search(sorry, text)
        assert found, path.name
        places = [found.start(), *(text.index(each) for each in rest)]
        assert places == sorted(places), path.name


@pytest.mark.parametrize("lang", [*IN_ORDER][1:])
def test_templates_ask_for_the_same_in_each_language(lang: str) -> None:
    """Their headers are the same but for texts, and so are the times and lists that they hold."""
    names = {path.name for path in STATEMENTS.glob("*.md")}
    assert names == {path.name for path in (STATEMENTS / lang).glob("*.md")}
    for name in names:
        ours, theirs = (path.read_text("utf-8") for path in (STATEMENTS / name,
                                                             STATEMENTS / lang / name))  # fmt: skip
        for pattern in (r"\{.*?\}", r"(?m)^[A-Z][a-z_]*:(?! ?\[\[)", r"(?m)^(?:## |[-1-9])"):
            found, wanted = re.findall(pattern, theirs), re.findall(pattern, ours)
            assert found == wanted, (lang, name, pattern)
        assert "About: " in theirs
        assert theirs.count("[[") == theirs.count("]]")


def test_a_site_begins_in_its_own_language(newsroom: Site) -> None:
    newsroom.edit("pelicanconf.py", 'DEFAULT_LANG = "en"', 'DEFAULT_LANG = "de-ch"')
    assert "Ein falsches Gerücht" in newsroom.invoke("templates").succeeds().stdout
    given = ("--author=Mei-Lin Ashworth", "--name=Unser Scherz", "--template=outage")
    newsroom.invoke("incident", *given).succeeds()
    text = read(newsroom, "content/incidents/unser-scherz/statement.md")
    assert "\nWas wir noch nicht wissen: " in text
    newsroom.invoke("followup", "unser-scherz", given[0], "--title=Es geht").succeeds()
    text = read(newsroom, "content/incidents/unser-scherz/es-geht.md")
    assert "## Was wir tun\n\n[[jeder Schritt" in text
    assert "[[gilt der Rat aus statement.md noch?" in text


def test_every_template_makes_a_statement(newsroom: Site) -> None:
    names = sorted(path.stem for path in STATEMENTS.glob("*.md"))
    for name in names:
        given = ("--author=Mei-Lin Ashworth", f"--name=Case of {name}", f"--template={name}")
        newsroom.invoke("incident", *given).succeeds()
    said = newsroom.invoke("check").succeeds().stderr.splitlines()
    for name in names:
        new = [line for line in said if f"/case-of-{name}/statement.md" in line]
        assert len(new) > 8, name
        assert all(line.endswith("[placeholder]") for line in new), name


def test_a_follow_up_asks_whether_it_is_over_and_the_advice_still_holds(newsroom: Site) -> None:
    keys = "Title: The shop is down\nDate: 2026-11-16 09:20\nAuthor: Mei-Lin Ashworth\n"
    keys += "Incident: Down\nState: investigating\nBegan: 2026-11-16 09:05\nSummary: Since 09:05.\n"
    advice = "We look.\n\n## What you should do now {.advice}\n\nRing us.\n"
    newsroom.write("content/incidents/down/statement.md", f"{keys}\n{advice}")
    given = ("followup", "down", "--author=Mei-Lin Ashworth", "--ended=10:40")
    newsroom.invoke(*given, "--title=It is over").succeeds()
    text = read(newsroom, "content/incidents/down/it-is-over.md")
    assert "Ended: 2026-11-16 10:40\n" in text
    assert "[[does the advice of statement.md still hold?" in text
