"""Settings: taken from Pelican's, refused with a remedy."""

from __future__ import annotations

from typing import Any

import pytest
from newsroom.settings import Contact, Settings, SettingsError


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
    ("conf", "message"),
    [
        ({"NEWSROOM_CONTAKT": {}}, "unknown setting; did you mean NEWSROOM_CONTACT?"),
        ({"NEWSROOM_CONTACT": {"nam": "x"}}, "NEWSROOM_CONTACT: expected a dict with name"),
        ({"NEWSROOM_CONTACT": {"name": "x", "fone": "1"}}, "unknown key 'fone'"),
        ({"NEWSROOM_REQUIRE_APPROVAL": "yes"}, "expected True or False, got 'yes'"),
        ({"NEWSROOM_LATEST": 0}, "expected a whole number from 1"),
        ({"NEWSROOM_NO_PERSONS": "bot"}, "expected a list of texts"),
        ({"NEWSROOM_COMPANY": ""}, "expected a text"),
        ({"TIMEZONE": "Mars/Base"}, "no time zone is called 'Mars/Base'"),
        ({"STATIC_PATHS": ["incidents"]}, "would publish pictures of drafts"),
    ],
)
def test_refuses_what_is_wrong(conf: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message.replace("?", r"\?")):
        Settings.read(conf)
