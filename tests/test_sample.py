"""The sample newsroom, as ``invoke build`` makes it."""

from __future__ import annotations

from collections.abc import Callable

from tests.sites import Site, words
from tests.test_sites import dead_links

FLOOD = "incidents/flood-post/"
FOLLOW_UP = f"{FLOOD}what-happened-and-what-changes/"


def test_there_are_three_incidents_the_open_one_first_at_home(sample: Site) -> None:
    cards = sample.page("incidents/").find_all(class_="incident-card-name")
    assert [words(card) for card in cards] == [
        "Our post about the Ettle Valley flood",
        "The rumour of 120-day payment",
        "The Courier’s column on the plum harvest",
    ]
    home = sample.page("")
    first = words(home.find(class_=["incident-card", "entry-card"]))
    assert "Acting" in first
    assert "Our post about the Ettle Valley flood" in first


def test_the_offensive_post_page_shows_all_of_it(sample: Site) -> None:
    page = sample.page(FLOOD)
    text = words(page.find("main"))
    assert "State: Acting" in words(page.find(class_="incident-header"))
    assert "42 minutes after the post" in text
    warning = page.select_one("#original details.citation-warning")
    assert warning is not None
    assert not warning.has_attr("open")
    shot = warning.select_one("img")
    assert shot is not None
    assert shot.has_attr("width")
    assert shot.has_attr("height")
    assert shot.has_attr("alt")
    entries = page.find_all(class_="thread-entry")
    assert [words(entry.find(class_="kicker")) for entry in entries] == [
        "Follow-up Update 2 of 2 Acting",
        "Statement Update 1 of 2 Investigating",
    ]
    for entry in entries:
        assert entry.select_one(".byline img.byline-photo")
        assert "Thandiwe Marlowe Head of Communications" in words(entry.find(class_="byline"))
    assert "She buys your damson." in words(page.find(id="cite-reader-comment"))
    assert page.select_one("a[href$='goals/speak-plainly/']")
    assert len(page.select(".commitments > .commitment-kept")) == 2
    assert len(page.select(".commitments > .commitment-open")) == 2
    assert "We first wrote" in words(page.find(class_="corrections"))


def test_the_french_follow_up_is_a_page_of_its_own(sample: Site) -> None:
    french, english = sample.page(f"fr/{FOLLOW_UP}"), sample.page(FOLLOW_UP)
    assert french.select_one("html[lang=fr]")
    assert french.select_one(".translations a[hreflang=en]")
    assert english.select_one(".translations a[hreflang=fr]")


def test_who_signs_is_shown_with_the_role_of_the_day(sample: Site) -> None:
    page = words(sample.page("incidents/harvest-column/where-the-plums-went/").find("main"))
    assert "Thandiwe Marlowe Deputy Head of Communications" in page
    assert "Tomasz Zieliński Finance Director" in page


def test_the_corrections_page_has_corrections_and_the_withdrawal(sample: Site) -> None:
    items = [words(item) for item in sample.page("corrections/").find_all(class_="correction")]
    assert len(items) == 4
    assert sum("Withdrawn: " in item for item in items) == 1


def test_draft_and_planned_post_are_nowhere(sample: Site) -> None:
    names = " ".join(sample.files())
    assert "what-the-ettle-valley-taught-us" not in names
    assert "twenty-years" not in names
    for path in sample.output.rglob("*"):
        if path.is_file():
            assert "Twenty years of" not in path.read_bytes().decode("utf-8", "ignore")


def test_contact_is_on_every_page(sample: Site) -> None:
    for path in sample.output.rglob("*.html"):
        page = sample.page(path.relative_to(sample.output).as_posix())
        assert len(page.select(".contact a[href^='mailto:press@']")) == 1, path


def test_every_link_leads_somewhere(sample: Site) -> None:
    assert list(dead_links(sample)) == []


def test_production_has_absolute_urls_and_feeds(site: Callable[[str], Site]) -> None:
    newsroom = site("sample")
    newsroom.build(conf="publishconf.py").succeeds()
    home = "https://newsroom.alderandquince.example"
    assert list(dead_links(newsroom, home)) == []
    for path in newsroom.output.rglob("*.html"):
        page = newsroom.page(path.relative_to(newsroom.output).as_posix())
        if page.select_one("link[rel=canonical]"):
            assert page.select_one("meta[name=description]"), path
    feed = (newsroom.output / "feeds/all.atom").read_text("utf-8")
    assert f"{home}/{FOLLOW_UP}" in feed
    assert (newsroom.output / "feeds/authors/thandiwe-marlowe.atom").is_file()


def test_check_finds_no_error_and_names_the_draft_as_such(site: Callable[[str], Site]) -> None:
    run = site("sample").invoke("check").succeeds()
    assert run.stdout.startswith("0 errors")
    assert all(": warning: " in line for line in run.stderr.splitlines())


def test_the_next_update_and_the_first_statement_are_said_with_their_times(sample: Site) -> None:
    facts = words(sample.page(FLOOD).find(class_="facts"))
    assert "Next update promised by 29 January 2027, 12:00 GMT" in facts
    assert "As of 3 November 2026, 11:20 GMT" in words(sample.page(FLOOD).find(class_="standing"))
    assert "First statement 42 minutes after the post, 2 November 2026, 08:56 GMT" in facts
    for url in ("", "incidents/"):
        card = words(sample.page(url).find(class_="incident-card"))
        assert "First statement 42 minutes after the post, 2 November 2026, 08:56 GMT" in card
        assert "Next update by 29 January 2027, 12:00 GMT" in card


def test_the_list_of_authors_has_todays_roles(sample: Site) -> None:
    said = words(sample.page("authors/").find(class_="people"))
    assert "Thandiwe Marlowe Head of Communications" in said
    assert "Deputy" not in said
