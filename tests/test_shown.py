"""What a rollback may not bring back: whatever the content of today no longer publishes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from newsroom.deploy.shown import shown, taken_back
from newsroom.model.settings import Settings
from newsroom.reading.checks import check

from tests.sites import Site
from tests.sizes import first

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
POST = "posts/2026/quince-week.md"
CITE = "incidents/flood-post/original.cite.md"
MEI = "authors/mei-lin-ashworth.md"
PAGE = "pages/about.md"
GOAL = "goals/speak-plainly.md"
CHANGED = "this has been withdrawn, corrected, hidden, covered or changed since"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site.copy("sample", tmp_path / "sample")


def today(site: Site) -> dict[str, str]:
    return shown(check(site.folder / "content", Settings(), NOW).newsroom, NOW)


@pytest.mark.parametrize(
    ("path", "old", "new", "why"),
    first(
        9,
        [
            (POST, "Title:", "Status: draft\nTitle:", "no longer public"),
            (POST, "Date: 2026-10-13", "Date: 2027-10-13", "no longer public"),
            (POST, "Title:", "Withdrawn: 2026-11-12 10:00 | No.\nTitle:", CHANGED),
            (POST, "Title:", "Correction: 2026-11-12 10:00 | No.\nTitle:", CHANGED),
            (POST, "Title:", "Status: hidden\nTitle:", CHANGED),
            (POST, "Title:", "History: none | A name.\nTitle:", CHANGED),
            (PAGE, "Title:", "Status: draft\nTitle:", "no longer public"),
            (CITE, "Author: @alderandquince", "Author: somebody", CHANGED),
            (CITE, "/118442097", "/1", CHANGED),
            (CITE, "Kind:", "Warning: threats\nKind:", CHANGED),
            (CITE, "Sha256: a1b7", "Sha256: ffff", ""),  # what counts is the picture itself
            (MEI, "Name: Mei-Lin Ashworth", "Name: M. L. Ashworth", CHANGED),
            (MEI, "Photo: ", "X-Photo: ", CHANGED),
            (MEI, "Email: ", "X-Email: ", CHANGED),
            (MEI, "+44 1632", "+44 1633", CHANGED),
            (MEI, "chirrup.example/meilinashworth", "chirrup.example/m", CHANGED),
            (CITE, "Author_url: ", "X-Author-url: ", CHANGED),
            (CITE, "Credit: Jess Amadi", "Credit: a reader", CHANGED),
            (CITE, "/jessamadi", "/j", CHANGED),
            (CITE, "Alt: A post", "Alt: The post", CHANGED),
            (MEI, "Role: ", "Role: Friend\nRole: ", ""),
            (POST, "There is a quince", "There was a quince", ""),
        ],
    ),
)
def test_what_was_changed_for_a_reason(site: Site, path: str, old: str, new: str, why: str) -> None:
    before = today(site)
    site.edit(f"content/{path}", old, new)
    found = dict(taken_back(before, today(site)))
    assert why in found.get(path, "")
    assert set(found) == ({path} if why else set())


@pytest.mark.parametrize("path", [POST, PAGE, GOAL, MEI, CITE])
def test_what_was_deleted(site: Site, path: str) -> None:
    before = today(site)
    (site.folder / "content" / path).unlink()
    assert "no longer public" in dict(taken_back(before, today(site)))[path]


def test_a_transcript_that_was_covered(site: Site) -> None:
    before = today(site)
    file = site.folder / "content" / CITE
    file.write_text(file.read_text("utf-8") + "\nand one name less\n", "utf-8")
    found = dict(taken_back(before, today(site)))
    assert found == {CITE: CHANGED}


def test_what_is_new_or_was_taken_back_already_stops_nothing(site: Site) -> None:
    site.edit(f"content/{POST}", "Title:", "Withdrawn: 2026-11-12 10:00 | No.\nTitle:")
    before = today(site)
    site.write("content/goals/more.md", "Title: More\n\nMore.\n")
    assert not dict(taken_back(before, today(site)))


def test_what_was_left_of_a_withdrawn_entry_and_is_gone_too(site: Site) -> None:
    site.edit(f"content/{POST}", "Title:", "Withdrawn: 2026-11-12 10:00 | No.\nTitle:")
    before = today(site)
    (site.folder / "content" / POST).unlink()
    assert dict(taken_back(before, today(site))) == {POST: "this is no longer public"}


def test_what_was_hidden_and_is_listed_again_may_come_back(site: Site) -> None:
    site.edit(f"content/{POST}", "Title:", "Status: hidden\nTitle:")
    before = today(site)
    site.edit(f"content/{POST}", "Status: hidden\n", "")
    assert not dict(taken_back(before, today(site)))


def test_a_screenshot_that_was_covered(site: Site) -> None:
    assert dict(taken_back({CITE: "0" * 64}, today(site))) == {CITE: CHANGED}
