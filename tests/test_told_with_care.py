"""What is told holds wherever it is quoted: in lists, beside other texts, in other languages."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from newsroom.model.addresses import telephone_url
from newsroom.reading.interpret import read_hotline

from tests.sites import SITES, Site, words
from tests.test_themes import part

FOLDER = "content/incidents/rude-reply"
ADVISES = """\
Title: Do not use the blue kettle
Date: 2026-03-14 10:00
Author: Bram Stone
State: acting
Event: 2026-03-14 09:00 | The lid of a blue kettle breaks.
Hotline: 0800 111 | day and night
Summary: The lid of the blue kettle may break.

Read [what to do](#switch).

## Switch off `BK-2` *now* {#switch .advice}

Do not fill it.[^1] The number is [below it](#number), see
[what we found]({filename}what-we-found.md).

![]({cite}letter)

### The number {#number}

It begins with BK-2.

[^1]: Not even with cold water.
"""
LETTER = """\
Kind: comment
Author: “Copperline Refunds”
Medium: mail

Send us your card number.
"""
WITHDRAWN_IN_FRENCH = """\
Title: Éteignez la bouilloire
Lang: fr
Date: 2026-03-14 10:00
Author: Bram Stone
Withdrawn: 2026-03-14 12:00 | Le numéro était faux.
Hotline: 0800 999 | erreur
Event: 2026-03-14 09:00 | Erreur.
Summary: Erreur.

## Erreur {.advice}

Erreur.
"""
SAYS_NOTHING_NEW = """\
Title: We are at it
Date: 2026-03-14 11:00
Author: Bram Stone
Summary: We have begun to ring all shops.

All shops know by tonight.

![A lid]({static}/images/the lid's place, 5% off.png)
"""
ADVISES_IN_FRENCH_ALONE = """\
Title: Nous y travaillons
Lang: fr
Date: 2026-03-14 11:00
Author: Bram Stone
Hotline: 0800 222
Summary: Nous appelons tous les magasins.

## Que faire {.advice}

Rapportez-la.
"""


BOILERPLATE = """\
Title: About Copperline
Status: hidden

## Kettles since 1904 {#documents}

We make [what boils](#documents).
"""


@pytest.fixture(scope="module")
def kettle(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Two follow-ups: the French version of one is withdrawn, of the other says more."""
    site = Site.copy("translations", tmp_path_factory.mktemp("kettle") / "translations")
    site.write(f"{FOLDER}/blue-kettle.md", ADVISES)
    site.write(f"{FOLDER}/letter.cite.md", LETTER)
    site.write(f"{FOLDER}/blue-kettle.fr.md", WITHDRAWN_IN_FRENCH)
    site.write(f"{FOLDER}/at-it.md", SAYS_NOTHING_NEW)
    site.write(f"{FOLDER}/at-it.fr.md", ADVISES_IN_FRENCH_ALONE)
    statement = f"{FOLDER}/statement.fr.md"
    site.edit(
        statement, "Summary: ", "Withdrawn: 2026-03-14 12:00 | Mal traduit.\nSummary: Erreur. "
    )
    site.write("content/pages/boilerplate.md", BOILERPLATE)
    picture = site.folder / "content/images/the lid's place, 5% off.png"
    picture.parent.mkdir()
    shutil.copy(SITES / "thread/content/images/withdrawn.png", picture)
    site.build("-e", "RELATIVE_URLS=true", 'SITEURL=""').succeeds()
    return site


def test_what_a_withdrawn_translation_told_is_told_nowhere(kettle: Site) -> None:
    page = kettle.page("fr/incidents/rude-reply/")
    hotline = part(page, "#advice .hotline")
    assert (words(hotline), hotline["dir"]) == ("0800 111", "ltr")
    there = part(kettle.page("fr/incidents/rude-reply/statement/"), ".advice-there")
    assert words(there) == "Switch off BK-2 now"
    texts = [file.read_text("utf-8") for file in kettle.output.rglob("*.*") if file.suffix in
             (".html", ".txt", ".json", ".atom")]  # fmt: skip
    assert texts
    assert [text for text in texts if "0800 999" in text or "Erreur" in text] == []


def test_where_a_translation_was_withdrawn_its_original_says_what_happened(kettle: Site) -> None:
    happened = part(kettle.page("fr/incidents/rude-reply/"), ".what-happened")
    assert (words(happened), happened["lang"]) == ("Our account was rude to a customer.", "en")


def test_the_date_of_advice_is_in_the_words_of_the_page(kettle: Site) -> None:
    given = part(kettle.page("fr/incidents/rude-reply/"), "#advice .advice-given time")
    assert words(given).startswith("14 mars 2026")


def test_advice_of_a_translation_alone_is_not_said_to_be_over(kettle: Site) -> None:
    assert kettle.page("fr/incidents/rude-reply/at-it/").select(".advice-over") == []
    assert kettle.page("fr/incidents/rude-reply/").select(".advice-over") == []


def test_headings_in_advice_are_below_its_own(kettle: Site) -> None:
    page = kettle.page("incidents/rude-reply/")
    levels = [int(found.name[1]) for found in page.select("h1, h2, h3, h4, h5, h6")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert words(part(page, "#advice h3")) == "The number"


def test_what_leads_to_the_advice_of_a_body_leads_to_its_place(kettle: Site) -> None:
    page = kettle.page("incidents/rude-reply/")
    link = part(page, '#entry-blue-kettle a[href="#entry-blue-kettle-switch"]')
    assert words(link) == "what to do"
    assert words(part(page, "#entry-blue-kettle-switch")) == "Switch off BK-2 now"


def test_a_citation_in_advice_stands_there_alone(kettle: Site) -> None:
    page = kettle.page("incidents/rude-reply/")
    assert page.select("figure.citation") == page.select("#advice #cite-letter")
    assert words(part(page, '.heard a[href="#cite-letter"]')).startswith("Comment")


def test_notes_stay_below_the_text_that_has_them(kettle: Site) -> None:
    page = kettle.page("incidents/rude-reply/")
    assert page.select("#advice .footnote, section.advice .footnote") == []
    note = part(page, "#entry-blue-kettle .footnote li")
    assert part(page, "#advice a.footnote-ref")["href"] == f"#{note['id']}"


def test_advice_in_a_list_leads_to_pages_and_nowhere_else(kettle: Site) -> None:
    for url, root in (("", "./"), ("incidents/", "../"), ("states/acting/", "../../")):
        advice = part(kettle.page(url), ".incident-card .advice")
        links = [str(link["href"]) for link in advice.select("a") if ":" not in link["href"]]
        there = "incidents/rude-reply/"
        assert links[:2] == [f"{root}{there}#advice", f"{root}{there}what-we-found/"], url
        assert not [link for link in links if link.startswith("#")]
        assert advice.select(".prose [id], .prose sup, .prose h5") == []
        assert "The number is below it" in words(advice)


@pytest.mark.parametrize(
    ("number", "url"),
    [
        ("+44 (0)800 496-0140", "tel:+448004960140"),
        ("0800 496 0140", "tel:08004960140"),
        ("(0800) 496.0140", "tel:08004960140"),
        ("+1 (800) 555/0100", "tel:+18005550100"),
    ],
)
def test_a_number_is_dialled_as_it_is_meant(number: str, url: str) -> None:
    assert telephone_url(number) == url


def test_a_picture_is_shown_whatever_its_file_is_called(kettle: Site) -> None:
    picture = part(kettle.page("incidents/rude-reply/at-it/"), ".prose img")
    assert str(picture["src"]).endswith("/images/the%20lid's%20place,%205%25%20off.png")
    assert (picture["width"], picture["height"]) == ("60", "40")


def test_a_page_for_journalists_has_the_boilerplate_without_its_places(kettle: Site) -> None:
    page = kettle.page("media/")
    assert words(part(page, "section[aria-labelledby=about]")) == (
        "Who we are Kettles since 1904 We make what boils."
    )
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_a_boilerplate_that_is_skipped_stands_in_no_preview(kettle: Site, tmp_path: Path) -> None:
    site = kettle.again(tmp_path / "skipped")
    site.edit("content/pages/boilerplate.md", "Status: hidden", "Status: skip")
    site.build("-e", "NEWSROOM_DRAFTS=true").succeeds()
    assert site.page("media/").select("section[aria-labelledby=about]") == []


@pytest.mark.parametrize(
    ("reach", "is_one"),
    [
        ("112", True),
        ("116 123", True),
        ("(800) 555-0100", True),
        ("24/7", False),
        ("0800 496 0144 / 0800 496 0145", False),
        ("javascript:alert(1)", False),
        ("help@copperline.example?bcc=me@else.example", False),
    ],
)
def test_what_people_can_reach_is_a_hotline(reach: str, is_one: bool) -> None:
    assert bool(read_hotline(f"{reach} | every day")) is is_one
