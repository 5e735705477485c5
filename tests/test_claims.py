"""What a page says about a post, without a browser."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom.commands.claims import Claims, PageSource, PostSource, read_claims
from newsroom.model.citation import KINDS
from newsroom.model.moment import Moment

ZONE = ZoneInfo("Europe/London")
KEYS = ("@type", "@id", "@value", "@graph", "url", "name", "author", "publisher", "headline")
NAMELESS = PostSource("<div class=h-entry id=b>No name. <time datetime='2026-03-11'></div>")


def claims(*linked_data: str, post: PostSource = NAMELESS) -> Claims:
    page = PageSource("https://perch.example/1", "Perch", linked_data)
    return read_claims(page, post, ZONE)


def test_a_date_alone_has_no_time() -> None:
    assert claims().published == Moment(datetime(2026, 3, 11, tzinfo=ZONE), has_time=False)


def test_a_page_that_says_nothing_is_named_for_its_host() -> None:
    assert claims().publication == "perch.example"


@pytest.mark.parametrize(
    ("type", "kind"),
    [
        ("https://schema.org/SocialMediaPosting", "social-post"),
        ("DiscussionForumPosting", "social-post"),
        ("ReportageNewsArticle", "article"),
        ("BlogPosting", "article"),
        ("Comment", "comment"),
        ("JobPosting", ""),
    ],
)
def test_kinds_by_the_types_of_schema_org(type: str, kind: str) -> None:
    said = claims(f'{{"@type": "{type}", "url": "https://perch.example/1/"}}')
    assert said.kind == kind
    assert kind in ("", *KINDS)


def test_a_reply_is_named_by_the_json_ld_that_gives_its_address() -> None:
    linked = """{"@type": "DiscussionForumPosting", "author": "Hester Vane", "comment": [
      {"@type": "Comment", "url": "#a", "author": {"name": "Basil Thorne"}},
      {"@type": "Comment", "url": "https://perch.example/1#b", "author": [{"name": "Wilf Ashdown"}]}
    ]}"""
    assert claims(linked).author == "Hester Vane", "the page's main post"
    reply = PostSource(NAMELESS.html, "b", is_main=False)
    assert claims(linked, post=reply).author == "Wilf Ashdown"
    assert claims(linked, post=PostSource("<p>", "c", is_main=False)).author == ""


@given(
    st.recursive(
        st.none() | st.integers() | st.text() | st.sampled_from(["Comment", "https://[", "\ud800"]),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner),
        max_leaves=40,
    )
)
def test_no_json_ld_raises_or_breaks_a_line(data: object) -> None:
    said = claims(json.dumps(data), json.dumps({"@type": "NewsArticle", "author": data}))
    for value in (said.author, said.author_url, said.publication, said.title, said.lang):
        assert len(value) <= 200
        assert len(value.splitlines()) <= 1
        value.encode()
