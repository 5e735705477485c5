"""Settings: taken from Pelican's, refused with a remedy."""

from __future__ import annotations

from typing import Any

import pytest
from newsroom.model.settings import Contact, Settings, SettingsError


def test_takes_what_is_declared_and_defaults_to_the_site_name() -> None:
    settings = Settings.read(
        {
            "SITENAME": "A site",
            "TIMEZONE": "Europe/Paris",
            "NEWSROOM_CONTACT": {"name": "Ida", "mail": "ida@a.example"},
            "NEWSROOM_NO_PERSONS": ["Kettle Bot"],
        }
    )
    assert settings.company == "A site"
    assert settings.zone.key == "Europe/Paris"
    assert settings.contact == Contact("Ida", mail="ida@a.example")
    assert {"kettle bot", "a site", "admin"} <= settings.no_person_names


@pytest.mark.parametrize(
    "conf",
    [
        {"DEFAULT_METADATA": {"note": "the 'status' quo"}},
        {"DEFAULT_METADATA": (("note", "'status'"),)},
        {"EXTRA_PATH_METADATA": {"status": {"path": "status/index.html"}}},
        {"DEFAULT_METADATA": None, "EXTRA_PATH_METADATA": None},
    ],
)
def test_a_word_is_no_status(conf: dict[str, Any]) -> None:
    Settings.read(conf)


@pytest.mark.parametrize(
    "conf",
    [
        {"DEFAULT_METADATA": {"status": "draft"}},
        {"DEFAULT_METADATA": {"Status": "published"}},
        {"DEFAULT_METADATA": (("status", "draft"),)},
        {"EXTRA_PATH_METADATA": {"posts/a.md": {"status": "draft"}}},
    ],
)
def test_a_status_stands_in_each_file(conf: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="a status stands in each file"):
        Settings.read(conf)


@pytest.mark.parametrize("url", ["", "/blog", "..", "//a.example"])
def test_machines_need_a_whole_site_url(url: str) -> None:
    assert Settings.read({"SITEURL": url}).site_url == ""


def test_the_feed_tag_names_who_and_since_when() -> None:
    conf = {"SITEURL": "https://a.example/news/", "NEWSROOM_FEED_TAG": "a.example,2019-05"}
    settings = Settings.read(conf)
    assert settings.site_url == "https://a.example/news"
    assert settings.feed_tag is not None
    assert settings.feed_tag("posts/x") == "tag:a.example,2019-05:posts/x"
    assert settings.feed_tag.since.isoformat() == "2019-05-01T00:00:00+00:00"


@pytest.mark.parametrize(
    ("conf", "message"),
    [
        ({"RAPID": False}, "is called NEWSROOM_INCREMENTAL since 1.0.0: rename it"),
        ({"NEWSROOM_SECURITY": {}}, "is gone since 1.0.0: take it out, and put a security.txt"),
        ({"NEWSROOM_CONTAKT": {}}, "unknown setting; did you mean NEWSROOM_CONTACT?"),
        ({"NEWSROOM_PUBLISH": True, "NEWSROOM_DRAFTS": True}, "would publish every draft"),
        ({"NEWSROOM_CONTACT": {"nam": "x"}}, "NEWSROOM_CONTACT: expected a dict with name"),
        ({"NEWSROOM_CONTACT": {"name": "x", "fone": "1"}}, "expected a dict with name"),
        ({"NEWSROOM_REQUIRE_APPROVAL": "yes"}, "expected True or False, got 'yes'"),
        ({"NEWSROOM_LATEST": 0}, "expected a whole number from 1"),
        ({"NEWSROOM_NO_PERSONS": "bot"}, "expected a list of texts"),
        ({"NEWSROOM_COMPANY": ""}, "expected a text"),
        ({"TIMEZONE": "Mars/Base"}, "no time zone is called 'Mars/Base'"),
        ({"SITEURL": "a.example"}, "write it whole, such as https://newsroom.example.com"),
        ({"SITEURL": "https://ä.example"}, "no address: write ü as xn--… in the domain"),
        ({"SITEURL": "https://a.example"}, 'add the line NEWSROOM_FEED_TAG = "a.example,YYYY"'),
        ({"NEWSROOM_FEED_TAG": "A.example"}, "is no authority and date, as in example.com,2026"),
        ({"NEWSROOM_FEED_TAG": "a.example,2026-02-30"}, "day is out of range for month"),
        ({"NEWSROOM_FEED_TAG": "ü@a.example,2026"}, "is no authority and date"),
        ({"SITEURL": "https://a.example/a b"}, "is no address"),
        ({"NEWSROOM_FEED_TAG": "a.example,26"}, "is no authority and date"),
        ({"SITEURL": 'https://a.example/"><b>'}, "is no address"),
        ({"SITEURL": "https://a.example/?x=1"}, "is no address"),
        ({"DEFAULT_LANG": "en_US"}, "expected a language such as en or pt-br"),
        ({"DEFAULT_LANG": None}, "expected a language"),
        ({"NEWSROOM_LOGO": "../logo.png"}, "expected a file in the theme's static folder"),
        ({"NEWSROOM_CARD_ACCENT": "red"}, "expected a colour such as #1d70b8"),
        ({"NEWSROOM_WEBSUB_HUB": "hub"}, "expected a whole URL that begins with https"),
        ({"FEED_MAX_ITEMS": "many"}, "FEED_MAX_ITEMS: expected a whole number"),
        ({"PAGE_PATHS": ["../pages"]}, "PAGE_PATHS: expected folders in the content folder"),
        ({"PAGE_PATHS": ["/pages"]}, "PAGE_PATHS: expected folders in the content folder"),
        ({"PAGE_PATHS": [""]}, "PAGE_PATHS: expected a text"),
    ],
)
def test_refuses_what_is_wrong(conf: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message.replace("?", r"\?")):
        Settings.read(conf)
