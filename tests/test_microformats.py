"""Pages read as IndieWeb readers read them, with a parser that no one here wrote."""

from __future__ import annotations

from typing import Any

import mf2py
import pytest

from tests.sites import Site

HOME = "https://newsroom.alderandquince.example/"
FLOOD = "incidents/flood-post/"
FOLLOW_UP = f"{FLOOD}what-happened-and-what-changes/"


def items(site: Site, url: str) -> list[dict[str, Any]]:
    """The microformats2 of a built page."""
    html = (site.output / url / "index.html").read_text("utf-8")
    found: list[dict[str, Any]] = mf2py.parse(doc=html, url=HOME + url)["items"]
    return found


def first(site: Site, url: str, type: str) -> dict[str, Any]:
    return next(item for item in items(site, url) if type in item["type"])


def test_an_entry_says_who_when_and_what_it_answers(published: Site) -> None:
    entry = first(published, FOLLOW_UP, "h-entry")
    said = entry["properties"]
    assert said["name"] == ["How the flood post happened, and what we are changing"]
    assert said["url"] == said["uid"] == [HOME + FOLLOW_UP]
    assert said["published"][0].startswith("2026-11-03T11:20:00")
    assert said["updated"][0].startswith("2026-11-03T17:45:00")
    assert said["in-reply-to"] == [
        f"{HOME}{FLOOD}statement/",
        "https://northmerecourier.example/news/ettle-flood-jam-sale#comment-118",
        "https://shelftalk.example/opinion/alder-quince-flood-joke",
    ]
    assert said["summary"][0].startswith("One person could write")
    assert said["content"][0]["value"].startswith("On Monday morning")
    (author,) = said["author"]
    assert author["type"] == ["h-card"]
    assert author["properties"]["name"] == ["Thandiwe Marlowe"]
    assert author["properties"]["job-title"] == ["Head of Communications"]
    assert author["properties"]["url"] == [f"{HOME}authors/thandiwe-marlowe/"]
    assert author["properties"]["photo"][0]["value"] == f"{HOME}authors/thandiwe-marlowe.jpg"


def test_a_citation_is_an_h_cite_with_its_author(published: Site) -> None:
    cite, *_ = first(published, FOLLOW_UP, "h-entry")["children"]
    assert cite["type"] == ["h-cite"]
    assert cite["properties"]["author"][0]["properties"]["name"] == ["Helen Pryce, Low Ettle"]
    assert cite["properties"]["published"][0].startswith("2026-11-02T10:47:00")
    assert cite["properties"]["accessed"][0].startswith("2026-11-02T11:05:00")
    assert cite["properties"]["content"][0].startswith("My mother is 81.")


def test_an_incident_is_a_feed_of_its_thread(published: Site) -> None:
    feed = first(published, FLOOD, "h-feed")
    said = feed["properties"]
    assert said["name"] == ["Our post about the Ettle Valley flood"]
    assert said["uid"] == [HOME + FLOOD]
    assert said["author"][0]["properties"]["name"] == ["Thandiwe Marlowe"]
    entries = [child for child in feed["children"] if "h-entry" in child["type"]]
    assert [entry["properties"]["uid"] for entry in entries] == [
        [HOME + FOLLOW_UP],
        [f"{HOME}{FLOOD}statement/"],
    ]
    original = next(child for child in feed["children"] if "h-cite" in child["type"])
    assert original["properties"]["url"] == ["https://chirrup.example/alderandquince/118442097"]


def test_a_profile_is_its_persons_card(published: Site) -> None:
    """A representative h-card: its url and uid are the page's own."""
    url = "authors/thandiwe-marlowe/"
    card = first(published, url, "h-card")["properties"]
    assert card["uid"] == [HOME + url]
    assert card["url"][0] == HOME + url
    assert "https://chirrup.example/thandiwemarlowe" in card["url"]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("", "Latest"),
        ("authors/thandiwe-marlowe/", "Signed by Thandiwe Marlowe"),
        ("goals/speak-plainly/", "What was done in its name"),
        ("2026/", "2026"),
        ("categories/growers/", "Growers"),
    ],
)
def test_lists_are_feeds_of_signed_entries(published: Site, url: str, name: str) -> None:
    feed = first(published, url, "h-feed")
    assert feed["properties"]["name"] == [name]
    entries = [child for child in feed["children"] if "h-entry" in child["type"]]
    assert entries
    for entry in entries:
        assert entry["properties"]["author"][0]["properties"]["url"]
        assert entry["properties"]["published"]
