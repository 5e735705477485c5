"""What a page says about a post, without a browser."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom.commands.claims import Claims, Source, read_claims
from newsroom.model.citation import KINDS
from newsroom.model.moment import Moment

ZONE = ZoneInfo("Europe/London")
KEYS = ("@type", "@id", "@value", "@graph", "url", "name", "author", "publisher", "headline")
NAMELESS = "<div class=h-entry id=b>No name. <time datetime='2026-03-11'></div>"


def claims(*linked_data: str, html: str = NAMELESS, is_main: bool = True) -> Claims:
    source = Source("https://perch.example/1", html, is_main, linked_data=linked_data)
    return read_claims(source, ZONE)


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
        ("Comment", ""),  # an answer to what the page is about
        ("JobPosting", ""),
    ],
)
def test_kinds_by_the_types_of_schema_org(type: str, kind: str) -> None:
    said = claims(f'{{"@type": "{type}", "url": "https://perch.example/1/"}}')
    assert said.kind == kind
    assert kind in ("", *KINDS)


def test_a_reply_is_named_by_its_own_html_alone() -> None:
    linked = """{"@type": "DiscussionForumPosting", "author": "Hester Vane", "comment": [
      {"@type": "Comment", "url": "#a", "author": {"name": "Basil Thorne"}}]}"""
    assert claims(linked).author == "Hester Vane", "the page's main post"
    assert claims(linked, is_main=False).author == ""
    signed = "<div class=h-entry><a class='p-author h-card'>Wilf Ashdown</a></div>"
    assert claims(linked, html=signed, is_main=False).author == "Wilf Ashdown"
    assert claims(linked, html=signed).author == "Wilf Ashdown", "what it says itself comes first"


@given(
    st.recursive(
        st.none() | st.integers() | st.text() | st.sampled_from(["Comment", "https://[", "\ud800"]),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner),
        max_leaves=40,
    )
)
def test_no_json_ld_raises_or_breaks_a_line(data: object) -> None:
    said = claims(json.dumps(data), json.dumps({"@type": "NewsArticle", "author": data}))
    for value in (said.author, said.author_url, said.publication, said.lang):
        assert len(value) <= 200
        assert len(value.splitlines()) <= 1
        value.encode()
