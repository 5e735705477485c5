"""Atom and JSON feeds: threads, authors, corrections, and the words in them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from tests.sites import SITES, Site

HOME = "https://copperline.example/news/"
TAG = "tag:copperline.example,2019:"
ATOM = "{http://www.w3.org/2005/Atom}"
THREAD = "{http://purl.org/syndication/thread/1.0}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
RUDE = f"{HOME}incidents/rude-reply/"


def atom(site: Site, path: str) -> Element:
    return ElementTree.fromstring((site.output / path).read_bytes())


def said(element: Element, name: str) -> str:
    found = element.find(ATOM + name)
    assert found is not None, name
    return found.text or ""


def entries(feed: Element) -> dict[str, Element]:
    """The entries of a feed by what their id says after the authority."""
    return {said(entry, "id").removeprefix(TAG): entry for entry in feed.iter(f"{ATOM}entry")}


def links(element: Element, rel: str, type: str = "") -> list[str]:
    return [
        link.attrib["href"]
        for link in element.findall(f"{ATOM}link")
        if link.attrib.get("rel") == rel and type in link.attrib.get("type", "")
    ]


def json_feed(site: Site, path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site.output / path).read_text("utf-8"))
    return found


def every_feed(site: Site) -> Iterator[str]:
    for path in sorted(site.output.rglob("*.atom")):
        yield path.relative_to(site.output).as_posix()


def test_the_set_of_feeds(published_thread: Site) -> None:
    stems = {path.removesuffix(".atom") for path in every_feed(published_thread)}
    assert stems == {
        "corrections/feed",
        "feeds/all",
        "feeds/authors/ada-quill",
        "feeds/authors/bram-stone",
        "incidents/rude-reply/feed",
    }
    for stem in stems:
        assert json_feed(published_thread, f"{stem}.json")["feed_url"] == f"{HOME}{stem}.json"
        assert links(atom(published_thread, f"{stem}.atom"), "self") == [f"{HOME}{stem}.atom"]


def test_a_thread_is_told_by_its_replies(published_thread: Site) -> None:
    thread = entries(atom(published_thread, "incidents/rude-reply/feed.atom"))
    statement = thread["incidents/rude-reply/statement"]
    answered = [
        reply.attrib
        for reply in thread["incidents/rude-reply/what-we-found"].findall(f"{THREAD}in-reply-to")
    ]
    assert answered == [
        {
            "ref": f"{TAG}incidents/rude-reply/statement",
            "href": f"{RUDE}statement/",
            "type": "text/html",
        },
        {
            "ref": "https://kitchencounter.example/rude?a=1&b=2",
            "href": "https://kitchencounter.example/rude?a=1&b=2",
            "type": "text/html",
        },
    ]
    (original,) = statement.findall(f"{THREAD}in-reply-to")
    assert original.attrib["ref"] == "https://chirrup.example/copperline/1"


def test_every_author_is_named_with_an_address(published_thread: Site) -> None:
    found = entries(atom(published_thread, "feeds/all.atom"))["incidents/rude-reply/what-we-found"]
    authors = [
        (said(person, "name"), said(person, "uri")) for person in found.iter(f"{ATOM}author")
    ]
    assert authors == [
        ("Ada Quill", f"{HOME}authors/ada-quill/"),
        ("Bram Stone", f"{HOME}authors/bram-stone/"),
    ]


def test_an_entry_is_whole_and_its_links_work_elsewhere(published_thread: Site) -> None:
    for path in every_feed(published_thread):
        for entry in atom(published_thread, path).iter(f"{ATOM}entry"):
            html = said(entry, "content")
            for url in re.findall(r'(?:href|src|cite)="([^"]*)"', html):
                assert re.match("https?://|mailto:", url), (path, url)
            assert "{" not in html
            assert "style=" not in html
    found = entries(atom(published_thread, "feeds/all.atom"))["incidents/rude-reply/what-we-found"]
    assert said(found, "summary").startswith("The reply came from a tired person")
    html = said(found, "content")
    assert "My gran cannot read." in html
    assert f'href="{RUDE}#cite-blog"' in html
    assert f'href="{RUDE}what-we-found/#fn:1"' in html
    assert links(found, "alternate", "text/plain") == [f"{RUDE}what-we-found/index.txt"]


def test_updated_moves_with_a_correction_and_not_before(published_thread: Site) -> None:
    thread = entries(atom(published_thread, "incidents/rude-reply/feed.atom"))
    times = {
        key.rpartition("/")[2]: (said(e, "published"), said(e, "updated"))
        for key, e in thread.items()
    }
    assert times == {
        "statement": ("2026-03-10T09:42:00+00:00", "2026-03-10T09:42:00+00:00"),
        "what-we-found": ("2026-03-12T10:00:00+00:00", "2026-03-13T08:00:00+00:00"),
        "review": ("2026-03-14T16:00:00+00:00", "2026-03-14T16:00:00+00:00"),
    }
    feed = atom(published_thread, "incidents/rude-reply/feed.atom")
    assert said(feed, "updated") == "2026-03-14T16:00:00+00:00"
    assert feed.find(f"{HISTORY}complete") is not None


def test_the_incidents_feed_says_where_it_stands(published_thread: Site) -> None:
    feed = json_feed(published_thread, "incidents/rude-reply/feed.json")
    assert feed["_newsroom"] == {
        "incident": "rude-reply",
        "name": "Our rude reply",
        "state": "acting",
        "state_label": "Acting",
        "is_open": True,
        "next_update": None,
        "began": None,
        "ended": None,
        "advice": None,
        "hotlines": [],
        "resolved": None,
        "updates": 3,
        "related": [],
    }
    numbers = {item["id"].rpartition("/")[2]: item["_newsroom"]["number"] for item in feed["items"]}
    assert numbers == {"statement": 1, "what-we-found": 2, "review": 3}
    (item,) = [item for item in feed["items"] if item["id"].endswith("what-we-found")]
    assert item["authors"][0] == {
        "name": "Ada Quill",
        "url": f"{HOME}authors/ada-quill/",
        "avatar": f"{HOME}authors/ada-quill.png",
    }
    assert item["_newsroom"]["corrections"] == [
        {
            "date": "2026-03-13T08:00:00+00:00",
            "text": "We first wrote that the shift was ten hours; in fact it was twelve.",
        }
    ]


def test_what_needs_a_warning_stays_out_of_feeds(site: Callable[[str], Site]) -> None:
    """A feed reader may show at once what our page keeps behind a click."""
    thread = site("thread")
    thread.edit(
        "content/incidents/rude-reply/statement.md",
        "The reply was",
        "![]({cite}original)\n\nThe reply was",
    )
    thread.build("-e", 'SITEURL="https://copperline.example"').succeeds()
    for path in (*every_feed(thread), "feeds/all.json", "incidents/rude-reply/statement/index.txt"):
        text = (thread.output / path).read_text("utf-8")
        assert "original.png" not in text, path
        assert "Learn to read" not in text, path
    html = said(
        entries(atom(thread, "feeds/all.atom"))["incidents/rude-reply/statement"], "content"
    )
    assert "Warning: rude to a customer" in html
    assert 'href="https://copperline.example/incidents/rude-reply/#original"' in html
    page = thread.page("incidents/rude-reply/statement/")
    assert page.select_one("details.citation-warning img")


def test_what_was_corrected_has_a_feed_of_its_own(published_thread: Site) -> None:
    found = entries(atom(published_thread, "corrections/feed.atom"))
    assert {key: said(entry, "title") for key, entry in found.items()} == {
        "incidents/rude-reply/what-we-found": "How the reply came about",
        "posts/spring-range": "Withdrawn: The spring range",
    }
    corrected = said(found["incidents/rude-reply/what-we-found"], "content")
    assert "<p>CORRECTION 13 March 2026, 08:00 GMT: We first wrote that the shift" in corrected


@pytest.mark.full
def test_a_feed_holds_what_changed_last_however_old(site: Callable[[str], Site]) -> None:
    sample = site("sample")
    sample.edit(
        "content/posts/2024/no-more-palm-oil.md",
        "Author:",
        "Correction: 2026-11-15 09:00 | It was March; in fact it was April.\nAuthor:",
    )
    sample.build("-e", "FEED_MAX_ITEMS=1", conf="publishconf.py").succeeds()
    feed = atom(sample, "feeds/all.atom")
    assert said(feed, "updated") == "2026-11-15T09:00:00+00:00"
    (held,) = entries(feed)
    assert held.endswith("posts/no-more-palm-oil")


def lay_over(site: Site, step: str) -> None:
    """Lay the files of one step of ``tests/sites/across`` over a copy of it."""
    shutil.copytree(SITES / "across" / "steps" / step, site.folder, dirs_exist_ok=True)


def test_a_feed_without_entries_does_not_read_the_clock(site: Callable[[str], Site]) -> None:
    story = site("story")
    story.build().succeeds()
    first = (story.output / "feeds/all.atom").read_bytes()
    story.build(SOURCE_DATE_EPOCH="1800000000").succeeds()
    assert (story.output / "feeds/all.atom").read_bytes() == first
    assert said(atom(story, "feeds/all.atom"), "updated") == "2019-01-01T00:00:00+00:00"


def test_a_hub_is_named_where_there_is_one(site: Callable[[str], Site]) -> None:
    story = site("story")
    story.build("-e", 'NEWSROOM_WEBSUB_HUB="https://hub.example/"').succeeds()
    assert links(atom(story, "feeds/all.atom"), "hub") == ["https://hub.example/"]
    assert json_feed(story, "feeds/all.json")["hubs"] == [
        {"type": "WebSub", "url": "https://hub.example/"}
    ]


def test_a_translation_is_an_entry_with_an_id_and_a_language(site: Callable[[str], Site]) -> None:
    translated = site("translations")
    translated.build("-e", 'SITEURL="https://copperline.example"').succeeds()
    feed = entries(atom(translated, "feeds/all.atom"))
    french = feed["incidents/rude-reply/what-we-found.fr"]
    assert french.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "fr"
    (reply, *_) = french.findall(f"{THREAD}in-reply-to")
    assert reply.attrib["ref"] == f"{TAG}incidents/rude-reply/statement.fr"
    thread = entries(atom(translated, "incidents/rude-reply/feed.atom"))
    assert set(thread) == {
        f"incidents/rude-reply/{stem}" for stem in ("statement", "what-we-found")
    }
    only_french = entries(atom(translated, "feeds/languages/fr.atom"))
    assert all(key.endswith(".fr") or key == "posts/bonjour" for key in only_french)


def test_feeds_need_a_tag_and_the_message_gives_the_line(site: Callable[[str], Site]) -> None:
    story = site("story")
    story.edit("pelicanconf.py", 'NEWSROOM_FEED_TAG = "copperline.example,2019"\n', "")
    run = story.build().fails()
    assert "error: NEWSROOM_FEED_TAG is missing" in run.stderr
    assert 'add the line NEWSROOM_FEED_TAG = "copperline.example,YYYY"' in run.stderr


def test_a_hidden_post_and_a_hidden_translation_are_in_no_feed(site: Callable[[str], Site]) -> None:
    across = site("across")
    lay_over(across, "translation")
    across.edit("content/posts/works.md", "Author:", "Status: hidden\nAuthor:")
    across.write(
        "content/posts/bells.md", "Title: Bells\nDate: 2026-01-03\nAuthor: Ada Quill\n\nRing.\n"
    )
    across.write(
        "content/posts/bells.fr.md",
        "Title: Cloches\nLang: fr\nDate: 2026-01-03\nAuthor: Ada Quill\nStatus: hidden\n\nOui.\n",
    )
    across.build().succeeds()
    for path in (*every_feed(across), "sitemap.xml"):
        text = (across.output / path).read_text("utf-8")
        assert "posts/works" not in text, path
        assert "fr/posts/bells" not in text, path
    assert (across.output / "posts/works/index.txt").exists()
    assert (across.output / "fr/posts/bells/index.html").exists()


def test_an_id_cannot_be_that_of_another_entrys_file(site: Callable[[str], Site]) -> None:
    across = site("across")
    across.write(
        "content/posts/renamed.md",
        f"Title: Renamed\nDate: 2026-01-03\nAuthor: Ada Quill\nId: {TAG}posts/works\n\nText.\n",
    )
    run = across.build().fails()
    assert "content/posts/works.md:1: feeds would know this entry" in run.stderr


def test_a_logo_that_is_not_there_stops_the_build(site: Callable[[str], Site]) -> None:
    run = site("across").build("-e", 'NEWSROOM_LOGO="none.png"').fails()
    assert "error: NEWSROOM_LOGO: 'none.png' in the theme's static folder is missing" in run.stderr


def test_principles_that_no_page_states_are_a_warning(site: Callable[[str], Site]) -> None:
    across = site("across")
    run = across.build("-e", 'NEWSROOM_PRINCIPLES="abuot/"').succeeds()
    assert "warning: NEWSROOM_PRINCIPLES: no page is at abuot/" in run.stderr
    assert "abuot" not in (across.output / "index.html").read_text("utf-8")
