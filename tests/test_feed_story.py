"""A feed reader's story: what a subscriber sees while an incident goes on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import feedparser
import pytest

from tests.serve import serving
from tests.sites import SITES, Site

STATEMENT = "tag:copperline.example,2019:incidents/lids/statement"
FOLLOW_UP = "tag:copperline.example,2019:incidents/lids/what-we-found"
FILES = "content/incidents/lids"


@dataclass
class Reader:
    """Remembers entries by their id, as feed readers do."""

    site: Site
    address: str

    def __post_init__(self) -> None:
        self.known: dict[str, Any] = {}

    def fetch(self) -> dict[str, Any]:
        """Build, fetch the feed over HTTP and give the entries known so far."""
        self.site.build().succeeds()
        parsed = feedparser.parse(f"{self.address}feeds/all.atom")
        assert not parsed.bozo, parsed.get("bozo_exception")
        self.known |= {entry.id: entry for entry in parsed.entries}
        return self.known


def at(entry: Any, what: str) -> datetime:
    year, month, day, hour, minute, second = entry[f"{what}_parsed"][:6]
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


@pytest.mark.full
def test_a_subscriber_sees_two_entries_and_every_change(site: Callable[[str], Site]) -> None:
    story = site("story")
    story.output.mkdir()
    with serving(story.output) as address:
        reader = Reader(story, address)
        assert reader.fetch() == {}

        publish(story, "statement")
        assert list(reader.fetch()) == [STATEMENT]
        first = at(reader.known[STATEMENT], "updated")
        assert first == at(reader.known[STATEMENT], "published")

        publish(story, "follow-up")
        assert set(reader.fetch()) == {STATEMENT, FOLLOW_UP}
        assert at(reader.known[STATEMENT], "updated") == first

        story.edit(f"{FILES}/statement.md", "Some lids come off", "Some of our lids come off")
        reader.fetch()
        assert reader.known[STATEMENT].title == "Some of our lids come off"
        assert at(reader.known[STATEMENT], "updated") == first

        story.edit(f"{FILES}/what-we-found.md", "2026-03-12 11:30", "2026-03-12 11:45")
        reader.fetch()
        moved = at(reader.known[FOLLOW_UP], "published")
        assert moved == datetime(2026, 3, 12, 11, 45, tzinfo=UTC)
        assert at(reader.known[STATEMENT], "updated") == first

        correction = "Correction: 2026-03-13 09:00 | We first wrote February; it was January too.\n"
        story.edit(f"{FILES}/statement.md", "State:", f"{correction}State:")
        reader.fetch()
        assert at(reader.known[STATEMENT], "updated") == datetime(2026, 3, 13, 9, tzinfo=UTC)
        assert at(reader.known[STATEMENT], "published") == first
        assert at(reader.known[FOLLOW_UP], "updated") == moved

        # What is no correction is told on the page, and moves nothing here.
        story.edit(
            f"{FILES}/what-we-found.md", "State:", "Modified: 2026-03-14 10:00 | A link.\nState:"
        )
        reader.fetch()
        assert at(reader.known[FOLLOW_UP], "updated") == moved
        page = (story.output / "incidents/lids/what-we-found/index.html").read_text("utf-8")
        assert '"dateModified":"2026-03-14T10:00:00+00:00"' in page.replace(": ", ":")
        assert "<lastmod>2026-03-14T10:00:00" in (story.output / "sitemap.xml").read_text("utf-8")

        assert set(reader.known) == {STATEMENT, FOLLOW_UP}


def publish(story: Site, step: str) -> None:
    """Lay the files of one step over the site."""
    shutil.copytree(SITES / "story" / "steps" / step, story.folder, dirs_exist_ok=True)


def test_a_new_address_and_a_new_host_change_no_id(site: Callable[[str], Site]) -> None:
    story = site("story")
    publish(story, "statement")
    publish(story, "follow-up")
    story.edit("pelicanconf.py", "https://copperline.example", "https://kettles.example/news")
    story.edit(f"{FILES}/what-we-found.md", "State: acting", "Slug: found\nState: acting")
    story.build().succeeds()
    parsed = feedparser.parse(str(story.output / "feeds/all.atom"))
    assert {entry.id for entry in parsed.entries} == {STATEMENT, FOLLOW_UP}
    assert parsed.entries[0].link == "https://kettles.example/news/incidents/lids/found/"


def test_an_imported_entry_keeps_the_id_that_it_came_with(site: Callable[[str], Site]) -> None:
    story = site("story")
    publish(story, "statement")
    story.edit(f"{FILES}/statement.md", "State:", "Id: https://old.example/?p=12\nState:")
    story.build().succeeds()
    (entry,) = feedparser.parse(str(story.output / "feeds/all.atom")).entries
    assert entry.id == "https://old.example/?p=12"


def test_a_withdrawn_entry_says_so_and_keeps_its_id(site: Callable[[str], Site]) -> None:
    story = site("story")
    publish(story, "statement")
    publish(story, "follow-up")
    withdrawn = "Withdrawn: 2026-03-14 10:00 | The count was wrong."
    story.edit(f"{FILES}/what-we-found.md", "State: acting", f"{withdrawn}\nState: acting")
    story.build().succeeds()
    feed = feedparser.parse(str(story.output / "feeds/all.atom"))
    entry = next(entry for entry in feed.entries if entry.id == FOLLOW_UP)
    assert "Withdrawn" in entry.content[0].value
    assert "The count was wrong." in entry.content[0].value
    assert at(entry, "updated") == datetime(2026, 3, 14, 10, tzinfo=UTC)
    text = (story.output / "feeds/all.atom").read_text("utf-8")
    assert "worn" not in text
