"""What is taken back says nothing any more: no state, no promise, no answer, no bare title."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from newsroom.model.newsroom import Newsroom
from newsroom.model.settings import Settings
from newsroom.reading.checks import check

from tests.sites import ROOT, SITES, Site, words

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
SETTINGS = Settings.read({"SITENAME": "Copperline", "TIMEZONE": "Europe/London"})
CONTENT = SITES / "taken-back" / "content"

# In each language: the titles of what is withdrawn, and what stands before them.
TAKEN_BACK = {
    "Withdrawn: ": (
        "Every kettle is safe again",
        "Our customer list was stolen",
        "Nobody was hurt",
        "The spring range is here & “new”",
    ),
    "Retiré : ": ("Toutes les bouilloires sont sûres",),
}


@pytest.fixture(scope="module")
def newsroom() -> Newsroom:
    return check(CONTENT, SETTINGS, NOW).newsroom.public(NOW)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site, built once for https://copperline.example/news."""
    site = Site.copy("taken-back", tmp_path_factory.mktemp("taken-back") / "site")
    site.build("-e", 'SITEURL="https://copperline.example/news"').succeeds()
    return site


def test_what_resolved_an_incident_opens_it_again(newsroom: Newsroom) -> None:
    incident = newsroom.by_id["glass-in-jars"]
    assert (incident.state, incident.is_open, incident.resolved_at) == ("acting", True, None)
    assert incident.newest.stem == "the-supplier"
    assert incident.next_update == incident.newest.next_update
    assert incident.commitments == ()
    assert newsroom.citations == newsroom.by_id["early-word"].citations


def test_what_is_wholly_taken_back_is_neither_open_nor_resolved(newsroom: Newsroom) -> None:
    incident = newsroom.by_id["no-such-leak"]
    assert (incident.state, incident.is_open) == ("withdrawn", False)
    assert (incident.resolved_at, incident.next_update, incident.first_word) == (None, None, None)


def test_a_first_word_that_is_taken_back_was_none(newsroom: Newsroom) -> None:
    incident = newsroom.by_id["early-word"]
    assert (incident.state, incident.resolved_at) == ("responding", None)
    assert incident.first_word == datetime(2026, 3, 8, 10, tzinfo=LONDON)


@pytest.mark.parametrize("text", sorted(text for texts in TAKEN_BACK.values() for text in texts))
def test_no_file_has_a_withdrawn_title_without_saying_so(built: Site, text: str) -> None:
    before = next(key for key, texts in TAKEN_BACK.items() if text in texts)
    found = {path: bare(path, text, before) for path in built.output.rglob("*") if path.is_file()}
    assert [path for path, wrong in found.items() if wrong] == []
    shown = [path for path, wrong in found.items() if wrong is not None]
    assert {".html", ".atom", ".json", ".txt"} <= {path.suffix for path in shown}


def bare(path: Path, text: str, before: str) -> bool | None:
    """Whether a file has a text without what should stand before it; None if it has it not."""
    written = unescape(unescape(path.read_text("utf-8", "replace")).replace("\\u0026", "&"))
    written = " ".join(written.replace("\\u201c", "“").replace("\\u201d", "”").split())
    places = [found.start() for found in re.finditer(re.escape(text), written)]
    if not places:
        return None
    return any(not written[:place].endswith(" ".join(before.split()) + " ") for place in places)


def test_the_incidents_page_says_what_stands(built: Site) -> None:
    page = built.page("incidents/glass-in-jars/")
    assert words(page.select_one(".incident-state .state")) == "State: Acting"
    standing = page.select_one(".standing")
    assert "The splinters come from one delivery." in words(standing)
    assert "10 March 2026" in words(standing)
    assert "Resolved" not in words(standing)
    assert "Next update promised by 16 March 2026" in words(standing)
    assert page.select(".heard, .commitments-section") == []
    french = built.page("fr/incidents/glass-in-jars/")
    assert "Toutes ont été échangées" not in str(french)
    assert words(french.select_one(".incident-state .state")) == "État : Mesures en cours"


def test_no_withdrawn_page_shows_a_state(built: Site) -> None:
    for url in ("incidents/glass-in-jars/all-safe/", "fr/incidents/glass-in-jars/all-safe/"):
        page = built.page(url)
        assert page.select(".state, .next-update, .newer") == []
        assert page.select_one(".withdrawal")
    before = built.page("incidents/glass-in-jars/the-supplier/")
    assert before.select(".newer") == []
    assert "16 March 2026" in words(before.select_one(".next-update"))


def test_machines_hear_what_stands(built: Site) -> None:
    feed = json.loads((built.output / "incidents/glass-in-jars/feed.json").read_text("utf-8"))
    said = feed["_newsroom"]
    assert (said["state"], said["is_open"], said["resolved"]) == ("acting", True, None)
    assert [item["_newsroom"].get("state") for item in feed["items"]] == [
        None,
        "acting",
        "investigating",
    ]
    page = (built.output / "incidents/glass-in-jars/index.html").read_text("utf-8")
    assert '"coverageEndTime"' not in page
    assert '"creativeWorkStatus":"Acting"' in page
    place = "<loc>https://copperline.example/news/incidents/glass-in-jars/</loc>"
    sitemap = (built.output / "sitemap.xml").read_text("utf-8")
    assert f"{place}<lastmod>2026-03-13T09:00:00+00:00</lastmod>" in sitemap
    gone = json.loads((built.output / "incidents/no-such-leak/feed.json").read_text("utf-8"))
    assert (gone["_newsroom"]["state"], gone["_newsroom"]["is_open"]) == ("withdrawn", False)


def test_home_lists_what_is_open_by_its_latest_update(built: Site) -> None:
    names = [words(name) for name in built.page("").select(".home-open .incident-card-name")]
    assert names == ["Late refunds", "Splinters in kettle lids", "The fire in Leeds"]


def test_the_overview_counts_what_stands(built: Site) -> None:
    rows = [words(row) for row in built.page("incidents/").select(".overview tr")]
    assert "The fire in Leeds 1 hour 30 minutes still open" in rows
    assert "A list of customers – –" in rows
    assert [row for row in rows if row.startswith("Median")] == ["Median 1 hour 30 minutes –"]


def test_status_says_what_stands(site: Callable[[str], Site]) -> None:
    copy = site("taken-back")
    shutil.copy(ROOT / "tasks.py", copy.folder)
    said = copy.invoke("status").succeeds().stdout.splitlines()
    rows = {named.strip(): row for row, named in pairwise(said)}
    assert "Acting" in rows["glass-in-jars"]
    assert "16 March 2026, 09:00 GMT" in rows["glass-in-jars"]
    assert "Withdrawn" in rows["no-such-leak"]
    assert "1 hour 30 minutes" in rows["early-word"]


def test_a_translation_that_is_taken_back_alone_changes_no_state(
    site: Callable[[str], Site],
) -> None:
    copy = site("taken-back")
    path = "content/incidents/glass-in-jars/all-safe.md"
    copy.edit(path, "Withdrawn: 2026-03-13 09:00 | Two deliveries were left out.\n", "")
    french = "content/incidents/glass-in-jars/all-safe.fr.md"
    copy.edit(french, "Lang: fr\n", "Lang: fr\nWithdrawn: 2026-03-13 09:00 | Mal traduit.\n")
    copy.build().succeeds()
    page = copy.page("fr/incidents/glass-in-jars/")
    assert words(page.select_one(".incident-state .state")) == "État : Résolu"
    assert "All of them have been exchanged." in words(page.select_one(".standing"))
    assert "Test every delivery from now on." in words(page.select_one(".commitments"))
    entry = copy.page("fr/incidents/glass-in-jars/all-safe/")
    assert words(entry.select_one(".entry h1")) == "Retiré : Toutes les bouilloires sont sûres"
    assert entry.select(".state") == []
    assert words(copy.page("incidents/glass-in-jars/all-safe/").select_one(".entry h1")) == (
        "Every kettle is safe again"
    )


def test_check_says_from_what_to_what() -> None:
    said = [str(p) for p in check(CONTENT, SETTINGS, NOW).problems if p.rule == "withdrawal"]
    assert [line.partition(": warning: ")[2] for line in said] == [
        "without this entry, 'The fire in Leeds' is responding and no longer resolved: write a"
        " follow-up that says where it stands  [withdrawal]",
        "without this entry, 'Splinters in kettle lids' is acting and no longer resolved: write a"
        " follow-up that says where it stands  [withdrawal]",
        "without this entry, 'A list of customers' is withdrawn and no longer responding: write a"
        " follow-up that says where it stands  [withdrawal]",
    ]


def test_nothing_is_said_once_a_later_entry_states_it(site: Callable[[str], Site]) -> None:
    copy = site("taken-back")
    for incident in ("glass-in-jars", "early-word", "no-such-leak"):
        copy.write(
            f"content/incidents/{incident}/now.md",
            "Title: Where it stands\nDate: 2026-03-15 10:00\nAuthor: Ada Quill\n"
            "State: acting\nSummary: We are at it.\n\nMore to come.\n",
        )
    problems = check(copy.folder / "content", SETTINGS, NOW).problems
    assert [problem for problem in problems if problem.rule == "withdrawal"] == []


def test_the_desk_says_where_the_incident_stands(site: Callable[[str], Site]) -> None:
    copy = site("sample")
    path = "content/incidents/flood-post/what-happened-and-what-changes.md"
    done = copy.invoke("withdraw", path, "It was not so.").succeeds()
    assert (
        "'Our post about the Ettle Valley flood' is investigating now and no longer acting:"
        " say where it stands with invoke followup flood-post"
    ) in done.stdout


def test_a_follow_up_of_what_is_all_withdrawn_begins_again(site: Callable[[str], Site]) -> None:
    copy = site("taken-back")
    shutil.copy(ROOT / "tasks.py", copy.folder)
    copy.invoke("followup", "no-such-leak", "--title=Again", "--author=Ada Quill").succeeds()
    draft = copy.folder / "content/incidents/no-such-leak/again.md"
    assert "State: responding\n" in draft.read_text("utf-8")
