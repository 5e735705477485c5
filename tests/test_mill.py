"""A mill that answers rumours: what was found of them, and what else pages say beside texts."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from newsroom.language.words import Words
from newsroom.view.post_lists import post_lists

from tests.sites import ROOT, Site, words
from tests.validators.structured import json_ld, roots

THEME = str(ROOT / "theme")
CHALK = "incidents/chalk-in-the-flour/"


@pytest.fixture(scope="module")
def mill(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site, built once."""
    site = Site.copy("mill", tmp_path_factory.mktemp("mill") / "mill")
    shutil.copytree(ROOT / "overrides", site.folder / "overrides")
    run = site.build("-t", THEME).succeeds()
    assert "warning" not in run.stderr
    return site


def reviews(site: Site, url: str) -> list[dict[str, object]]:
    page = (site.output / url / "index.html").read_text("utf-8")
    return [node for node in roots(json_ld(page)) if node["@type"] == "ClaimReview"]


def test_a_finding_stands_before_what_it_is_about(mill: Site) -> None:
    caption = mill.page(CHALK).select_one("#original figcaption")
    said = words(caption)
    assert "Our finding: False . The laboratory found 0.2 % ash in every bag" in said
    assert mill.page(CHALK).select_one("#cite-reader details .citation-finding") is None
    assert "Our finding: Unproven" in words(mill.page(CHALK).select_one("#cite-reader"))


def test_a_finding_is_said_in_the_language_of_the_page(mill: Site) -> None:
    said = words(mill.page(f"fr/{CHALK}").select_one("#original .citation-finding"))
    assert said.startswith("Notre constat : Faux")
    reason = mill.page(f"fr/{CHALK}").select_one("#original .citation-finding [lang=en]")
    assert words(reason).startswith("The laboratory")


@pytest.mark.parametrize(
    ("url", "where"),
    [(f"{CHALK}what-the-laboratory-found/", ".answers > *"), (CHALK, ".thread-entry-links li")],
)
def test_lists_of_citations_say_what_was_found(mill: Site, url: str, where: str) -> None:
    said = [words(item) for item in mill.page(url).select(where)]
    assert any("The Weekly Crumb" in item and "Our finding: Misleading" in item for item in said)
    assert any("Dilys" in item and "Our finding: Unproven" in item for item in said)


def test_what_is_shown_further_up_is_listed_with_its_finding(mill: Site) -> None:
    said = words(mill.page(CHALK).select_one(".heard .citation-place"))
    assert said == "Article: Owen Trask, The Weekly Crumb Our finding: Misleading"


def test_the_page_of_an_entry_shows_what_it_answers_and_nothing_twice(mill: Site) -> None:
    page = mill.page(f"{CHALK}statement/")
    assert "Penhallow is cutting" in words(page.select_one(".answers figure"))
    page = mill.page(f"{CHALK}what-the-laboratory-found/")
    shown = [figure["data-citation"] for figure in page.select("figure.citation")]
    assert shown == ["cite-column", "cite-reader"]
    assert page.select_one(".prose figure.citation[data-citation=cite-column]") is not None


def test_a_finding_goes_where_the_citation_is_embedded_and_told_in_plain_text(mill: Site) -> None:
    body = mill.page(f"{CHALK}what-the-laboratory-found/").select_one(".e-content")
    assert "Our finding: Misleading . Calcium carbonate is chalk" in words(body)
    feed = json.loads((mill.output / CHALK / "feed.json").read_text("utf-8"))
    assert any("Misleading" in item["content_html"] for item in feed["items"])
    text = (mill.output / CHALK / "index.txt").read_text("utf-8")
    assert "Our finding: False. The laboratory found 0.2 % ash" in text
    assert "Our finding: Unproven" in text


def test_machines_are_told_a_finding_as_a_review_of_the_claim(mill: Site) -> None:
    false, misleading, unproven = reviews(mill, CHALK)
    site = "https://news.penhallowmill.example/"
    assert false == {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"{site}{CHALK}#original",
        "claimReviewed": (
            "Penhallow is cutting its white flour with chalk. My cousin loads the lorries there."
        ),
        "inLanguage": "en",
        "author": {"@id": f"{site}#organization"},
        "reviewBody": "The laboratory found 0.2 % ash in every bag that we kept, and no chalk.",
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": "forwarded voice message, sender unknown"},
            "datePublished": "2026-03-02",
        },
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": 1,
            "bestRating": 5,
            "worstRating": 1,
            "alternateName": "False",
        },
    }
    appeared = {"@type": "CreativeWork", "url": "https://weeklycrumb.example/what-is-in-your-loaf"}
    claim, rating = misleading["itemReviewed"], unproven["reviewRating"]
    assert isinstance(claim, dict)
    assert claim["appearance"] == appeared
    assert rating == {"@type": "Rating", "alternateName": "Unproven"}
    assert reviews(mill, f"fr/{CHALK}")[0]["inLanguage"] == "fr"
    assert not reviews(mill, f"{CHALK}what-the-laboratory-found/")


def test_related_incidents_are_shown_on_both_pages_with_where_they_stand(mill: Site) -> None:
    said = words(mill.page(CHALK).select_one(".related"))
    assert said == "Related incidents The shop in our name State: Acting"
    said = words(mill.page("incidents/look-alike-shop/").select_one(".related"))
    assert said == "Related incidents The rumour of chalk in our flour State: Resolved"
    link = mill.page(f"fr/{CHALK}").select_one(".related a")
    assert link is not None
    assert (link["lang"], words(link)) == ("en", "The shop in our name")
    assert str(link["href"]).endswith(".example/incidents/look-alike-shop/")
    text = (mill.output / CHALK / "index.txt").read_text("utf-8")
    assert "The shop in our name, Acting\nhttps://news.penhallowmill.example/incidents" in text
    feed = json.loads((mill.output / CHALK / "feed.json").read_text("utf-8"))
    assert feed["_newsroom"]["related"] == ["look-alike-shop"]
    page = (mill.output / CHALK / "index.html").read_text("utf-8")
    (blog,) = [node for node in roots(json_ld(page)) if node["@type"] == "LiveBlogPosting"]
    assert [other["name"] for other in blog["mentions"]] == ["The shop in our name"]


def test_a_related_incident_that_is_not_public_is_nowhere(mill: Site) -> None:
    for file in mill.output.rglob("*"):
        assert not file.is_file() or b"rit in a bag" not in file.read_bytes(), file


MORE = """\
Title: More
Date: 2026-03-12 09:00
Author: Ruth Penhallow
Summary: More of it.

More of it.
"""


def test_a_change_of_one_incident_is_seen_on_the_page_of_the_other(
    mill: Site, tmp_path: Path
) -> None:
    site = mill.again(tmp_path / "mill")
    shop = "content/incidents/look-alike-shop/statement.md"
    site.edit(shop, "Incident: The shop in our name", "Incident: The false shop")
    site.edit(shop, "State: acting", "State: resolved")
    more = site.folder / "content/incidents/look-alike-shop/more.md"
    more.write_text(MORE, "utf-8")
    site.build("-t", THEME).succeeds()
    said = words(site.page(CHALK).select_one(".related"))
    assert said == "Related incidents The false shop State: Resolved"
    more.with_name("more.fr.md").write_text(f"Lang: fr\n{MORE}", "utf-8")
    site.build("-t", THEME).succeeds()
    for name in ("index.html", "index.txt"):
        said = (site.output / f"fr/{CHALK}{name}").read_text("utf-8")
        assert "/fr/incidents/look-alike-shop/" in said
    site.edit(shop, "Related: chalk-in-the-flour\n", "")
    site.build("-t", THEME).succeeds()
    assert site.page(CHALK).select_one(".related") is None


def test_what_was_changed_stands_beside_the_time(mill: Site) -> None:
    note = "Changed 6 March 2026, 08:30 GMT : The link to the law works again."
    for url in (CHALK, f"{CHALK}what-the-laboratory-found/"):
        assert words(mill.page(url).select_one(".entry-modified")) == note
    text = (mill.output / CHALK / "what-the-laboratory-found/index.txt").read_text("utf-8")
    assert note.replace(" :", ":") in " ".join(text.split())
    feed = json.loads((mill.output / CHALK / "feed.json").read_text("utf-8"))
    assert feed["items"][0]["_newsroom"]["modified"] == {
        "date": "2026-03-06T08:30:00+00:00",
        "note": "The link to the law works again.",
    }


def test_who_has_left_is_not_among_those_who_speak(mill: Site) -> None:
    page = mill.page("authors/")
    assert "Jory" not in words(page.select_one(".people"))
    said = words(page.select_one(".former"))
    assert said == "Who spoke for us before Jory Pascoe , Managing Director until 27 February 2026"
    profile = words(mill.page("authors/jory-pascoe/").select_one(".profile-header"))
    assert (
        profile == "JP Jory Pascoe Managing Director until 27 February 2026 Before: Sales Manager"
    )
    page_source = (mill.output / "authors/jory-pascoe/index.html").read_text("utf-8")
    (profile_node,) = [n for n in roots(json_ld(page_source)) if n["@type"] == "ProfilePage"]
    assert not {"jobTitle", "worksFor"} & profile_node["mainEntity"].keys()


def test_a_leading_picture_is_above_the_text_and_beside_the_title_in_lists(mill: Site) -> None:
    figure = mill.page("posts/new-stones/").select_one(".e-content > figure:first-child")
    assert mill.page("posts/new-stones/").select_one(".e-content > figure + p") is not None
    assert figure is not None
    assert words(figure) == "The runner stone Drawing: R. Penhallow"
    picture = figure.select_one("img")
    assert picture is not None
    assert picture["alt"] == "A grey millstone with its eye"
    assert (picture["width"], picture["height"]) == ("640", "400")
    assert "image/avif" in [source["type"] for source in figure.select("source")]
    cards = mill.page("").select(".entry-card")
    shown = {
        words(card.select_one("h3")): card.select_one(".entry-card-picture img") for card in cards
    }
    assert shown["New stones from the old quarry"] is not None
    assert shown["Withdrawn: The tallest chimney in the county"] is None
    page = mill.page("about/").select_one(".prose > figure img")
    assert page is not None
    assert page["src"] == "https://news.penhallowmill.example/images/millstone.png"
    thread = mill.page("incidents/look-alike-shop/").select_one(".e-content > figure img")
    assert thread is not None


def test_a_post_is_shared_with_its_picture_and_an_incident_is_not(mill: Site) -> None:
    def shared(url: str) -> list[object]:
        return [each["content"] for each in mill.page(url).select('[property^="og:image"]')]

    picture = "https://news.penhallowmill.example/images/millstone.png"
    shows = "A grey millstone with its eye"
    assert shared("posts/new-stones/") == [picture, "image/png", "640", "400", shows]
    assert "card-h" in str(shared("incidents/look-alike-shop/statement/")[0])
    assert not list((mill.output / "posts/new-stones").glob("card-*"))
    feed = json.loads((mill.output / "feeds/all.json").read_text("utf-8"))
    (post,) = [item for item in feed["items"] if item["url"].endswith("/new-stones/")]
    assert post["image"] == picture
    assert f'src="{picture}"' in post["content_html"]


def test_the_picture_of_what_is_not_public_or_taken_back_is_not_published(mill: Site) -> None:
    assert not list(mill.output.rglob("secret*"))


def test_all_posts_are_listed_by_year_with_their_categories(mill: Site) -> None:
    page = mill.page("posts/")
    assert [words(title) for title in page.select("main h2")] == ["2026"]
    assert [words(title) for title in page.select("main h3")] == [
        "New stones from the old quarry",
        "Withdrawn: The tallest chimney in the county",
    ]
    filters = {words(link): str(link["href"]) for link in page.select(".filters a")}
    assert filters["Mill"].endswith("/categories/mill/")
    assert filters["2026 2"].endswith("/2026/posts/")
    assert page.select(".entry-card .kicker a[href$='/categories/mill/']")
    assert [words(title) for title in mill.page("2026/posts/").select("h1")] == ["Posts: 2026"]
    assert mill.page("").select_one(".more a[href$='/posts/']") is not None
    assert "/2026/posts/" in (mill.output / "sitemap.xml").read_text("utf-8")


def test_the_first_page_of_posts_has_whole_years(monkeypatch: pytest.MonkeyPatch) -> None:
    def post(year: int) -> object:
        return SimpleNamespace(model=SimpleNamespace(date=datetime(year, 5, 1, tzinfo=UTC)))

    monkeypatch.setattr("newsroom.view.post_lists.MOST", 3)
    posts = [post(year) for year in (2026, 2026, 2025, 2024)]
    first, *rest = post_lists(posts, UTC, Words())  # type: ignore[arg-type]
    assert [year.label for year in first.years] == ["2026", "2025"]
    assert [(page.url, len(page.years[0].posts)) for page in rest] == [
        ("2026/posts/", 2),
        ("2025/posts/", 1),
        ("2024/posts/", 1),
    ]
    posts = [post(2026)] * 5
    assert [len(year.posts) for year in post_lists(posts, UTC, Words())[0].years] == [5]  # type: ignore[arg-type]


def test_journalists_find_all_that_they_take_along(mill: Site) -> None:
    page = mill.page("media/")
    said = words(page.main)
    assert "Press contact Wenna Tyack , Press Officer" in said
    assert "Who we are Penhallow has milled flour on a creek since 1742." in said
    assert "Ruth Penhallow Head Miller" in said
    assert "Jory" not in said
    links = {words(link): str(link["href"]) for link in page.select("main a[download]")}
    site = "https://news.penhallowmill.example/"
    assert links == {
        "Portrait of Ruth Penhallow": f"{site}authors/ruth-penhallow.png",
        "logo.svg": f"{site}theme/logo.svg",
        "logo-2048.png": f"{site}theme/logo-2048.png",
    }
    assert "logo.svg (SVG) logo-2048.png (PNG, 2048 × 2048 pixels)" in said
    assert f"{site}media/" in (mill.output / "sitemap.xml").read_text("utf-8")


def test_a_logo_that_is_not_there_is_named(mill: Site, tmp_path: Path) -> None:
    site = mill.again(tmp_path / "mill")
    site.edit("pelicanconf.py", '"logo.svg"', '"emblem.svg"')
    run = site.build("-t", THEME).fails()
    assert "NEWSROOM_LOGO_FILES: 'emblem.svg' in the theme's static folder is missing" in run.stderr
