"""Documents: what a link to a file says of it, and where pages, feeds and machines name it."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from xml.etree import ElementTree

import pytest
from newsroom.language.words import Languages

from tests import validators
from tests.sites import Site, words

URL = "https://copperline.example/news"
ATOM = "{http://www.w3.org/2005/Atom}"
REVIEW = "content/incidents/rude-reply/review.md"
LIST = b"batch,sold\n" + b"K7-114,2026-02-11\n" * 150
DRAFT = """\
Title: Not yet
Date: 2026-03-13 10:00
Author: Ada Quill
Status: draft
Summary: Not yet.

See [the canary]({static}/docs/canary.csv).
"""
FRENCH = """\
Title: La liste
Lang: fr
Date: 2026-03-10 10:00
Author: Ada Quill

Voici [la liste]({static}/docs/the list.csv).
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """An incident with a follow-up that links to a document twice, and to a picture."""
    site = Site.copy("thread", tmp_path_factory.mktemp("documents") / "thread")
    docs = site.folder / "content/docs"
    docs.mkdir()
    (docs / "the list.csv").write_bytes(LIST)
    (docs / "canary.csv").write_bytes(b"canary")
    review = (site.folder / REVIEW).read_text("utf-8")
    more = (
        "\n\nThe batches are in [the **list**]({static}/docs/the list.csv),"
        " or [here]({static}/docs/the%20list.csv); see [the picture]({static}original.png).\n"
    )
    site.write(REVIEW, review + more)
    site.write("content/posts/2026/canary.md", DRAFT)
    site.write("content/posts/2026/list.md", FRENCH.replace("Lang: fr\n", ""))
    site.write("content/posts/2026/list.fr.md", FRENCH)
    about = (site.folder / "content/pages/about.md").read_text("utf-8")
    site.write("content/pages/about.md", f"{about}\n\n[Batches]({{static}}/docs/the list.csv)\n")
    site.build("-e", f'SITEURL="{URL}"').succeeds()
    return site


def test_a_link_says_what_the_file_is_and_how_large(site: Site) -> None:
    prose = site.page("incidents/rude-reply/review/").select_one(".prose")
    assert prose is not None
    said = " ".join(prose.get_text().split())
    assert "the list (CSV, 3 kB), or here (CSV, 3 kB); see the picture." in said
    assert "Batches (CSV, 3 kB)" in words(site.page("about/").main)
    assert "la liste (CSV, 3 ko)" in words(site.page("fr/posts/list/").select_one(".prose"))


@pytest.mark.parametrize("url", ["incidents/rude-reply/review/", "incidents/rude-reply/"])
def test_a_page_lists_documents_with_their_hash(site: Site, url: str) -> None:
    (section,) = site.page(url).select(".documents-section")
    (link,) = section.select("li > a")
    assert link["href"] == f"{URL}/docs/the%20list.csv"
    assert link["type"] == "text/csv"
    assert words(link) == "the list"
    assert section.select_one("details:not([open])") is not None
    code = section.select_one("code")
    assert code is not None
    assert code.get_text() == sha256(LIST).hexdigest()


def test_feeds_have_it_as_an_enclosure(site: Site) -> None:
    feed = ElementTree.parse(site.output / "incidents/rude-reply/feed.atom")
    (link,) = feed.findall(f"{ATOM}entry/{ATOM}link[@rel='enclosure']")
    assert link.attrib == {
        "rel": "enclosure",
        "href": f"{URL}/docs/the%20list.csv",
        "type": "text/csv",
        "length": str(len(LIST)),
        "title": "the list",
    }
    found = json.loads((site.output / "incidents/rude-reply/feed.json").read_text("utf-8"))
    (attached,) = [each for item in found["items"] for each in item.get("attachments", ())]
    assert attached["url"] == link.attrib["href"]
    assert (attached["mime_type"], attached["size_in_bytes"]) == ("text/csv", len(LIST))
    assert validators.atom([site.output / "incidents/rude-reply/feed.atom"]) == []
    assert validators.json_feed(site.output / "incidents/rude-reply/feed.json") == []


def test_plain_text_and_structured_data_name_it(site: Site) -> None:
    page = "incidents/rude-reply/review/"
    text = (site.output / page / "index.txt").read_text("utf-8")
    assert re.search(
        r"the list \[\d\] \(CSV, 3 kB\), or here \[\d\] \(CSV, 3 kB\)", " ".join(text.split())
    )
    nodes = validators.json_ld((site.output / page / "index.html").read_text("utf-8"))
    assert [said for node in nodes for said in validators.vocabulary([node])] == []
    posting = json.dumps(nodes)
    assert '"DigitalDocument"' in posting
    assert sha256(LIST).hexdigest() in posting


def test_what_only_a_draft_links_to_is_not_there(site: Site) -> None:
    assert not [path for path in site.output.rglob("*") if "canary" in path.name]


def test_sizes_are_said_as_the_language_does() -> None:
    english, french = Languages("en").of("en"), Languages("en").of("fr")
    assert [english.size(size) for size in (0, 1, 219_600, 999_400)] == [
        *("1 kB", "1 kB", "220 kB", "999 kB"),
    ]
    assert [english.size(size) for size in (999_500, 2_440_000)] == ["1 MB", "2.4 MB"]
    assert french.size(2_440_000) == "2,4\u202fMo" or french.size(2_440_000) == "2,4\u00a0Mo"
