"""Documents: what a link to a file says of it, and where pages, feeds and machines name it."""

from __future__ import annotations

import json
from hashlib import sha256
from xml.etree import ElementTree

import pytest
from newsroom.language.words import Languages

from tests import validators
from tests.sites import SITES, Site, words

URL = "https://harrowlifts.example/news"
ATOM = "{http://www.w3.org/2005/Atom}"
STATEMENT = "incidents/lift-gate/statement/"
CSV = "docs/lifts out of service.csv"
LIST = (SITES / "gate/content" / CSV).read_bytes()


def test_a_link_says_what_the_file_is_and_how_large(attached: Site) -> None:
    prose = attached.page(STATEMENT).select_one(".prose")
    assert prose is not None
    said = " ".join(prose.get_text().split())
    assert "every lift of this kind (CSV, 2 kB) out of service, here (CSV, 2 kB) as a list" in said
    assert "Our lifts (CSV, 2 kB)" in words(attached.page("about/").main)
    french = attached.page(f"fr/{STATEMENT}").select_one(".prose")
    assert "la liste des ascenseurs (CSV, 2 ko)" in words(french)


@pytest.mark.parametrize("url", [STATEMENT, "incidents/lift-gate/"])
def test_a_page_lists_documents_with_their_hash(attached: Site, url: str) -> None:
    (section,) = attached.page(url).select(".documents-section")
    (link,) = section.select("li > a")
    assert link["href"] == f"{URL}/docs/lifts%20out%20of%20service.csv"
    assert link["type"] == "text/csv"
    assert words(link) == "every lift of this kind"
    assert section.select_one("details:not([open])") is not None
    code = section.select_one("code")
    assert code is not None
    assert code.get_text() == sha256(LIST).hexdigest()


def test_feeds_have_it_as_an_enclosure(attached: Site) -> None:
    feed = ElementTree.parse(attached.output / "incidents/lift-gate/feed.atom")
    (link,) = feed.findall(f"{ATOM}entry/{ATOM}link[@type='text/csv']")
    assert link.attrib == {
        "rel": "enclosure",
        "href": f"{URL}/docs/lifts%20out%20of%20service.csv",
        "type": "text/csv",
        "length": str(len(LIST)),
        "title": "every lift of this kind",
    }
    found = json.loads((attached.output / "incidents/lift-gate/feed.json").read_text("utf-8"))
    given = [each for item in found["items"] for each in item.get("attachments", ())]
    assert (link.attrib["href"], "text/csv", len(LIST)) in [
        (each["url"], each["mime_type"], each["size_in_bytes"]) for each in given
    ]
    assert validators.atom([attached.output / "incidents/lift-gate/feed.atom"]) == []
    assert validators.json_feed(attached.output / "incidents/lift-gate/feed.json") == []


def test_plain_text_and_structured_data_name_it(attached: Site) -> None:
    page = STATEMENT
    text = (attached.output / page / "index.txt").read_text("utf-8")
    assert "every lift of this kind [1] (CSV, 2 kB) out of service, here [1]" in " ".join(
        text.split()
    )
    nodes = validators.json_ld((attached.output / page / "index.html").read_text("utf-8"))
    assert [said for node in nodes for said in validators.vocabulary([node])] == []
    posting = json.dumps(nodes)
    assert '"DigitalDocument"' in posting
    assert sha256(LIST).hexdigest() in posting


def test_sizes_are_said_as_the_language_does() -> None:
    english, french = Languages("en").of("en"), Languages("en").of("fr")
    assert [english.size(size) for size in (0, 1, 219_600, 999_400)] == [
        *("1 kB", "1 kB", "220 kB", "999 kB"),
    ]
    assert [english.size(size) for size in (999_500, 2_440_000)] == ["1 MB", "2.4 MB"]
    assert french.size(2_440_000) == "2,4\u202fMo" or french.size(2_440_000) == "2,4\u00a0Mo"
