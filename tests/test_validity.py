"""What a build makes, held against validators that no one here wrote.

Four sites: the sample as it is published, while it has news, one incident with
everything under Pelican's own theme, and a site in two languages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import validators
from tests.sites import Site

DAY_AFTER = "1793793600"  # 2026-11-04 12:00 UTC, a day after the flood's follow-up
URL = 'SITEURL="https://copperline.example/news"'


@pytest.fixture(scope="module")
def news(published: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The sample newsroom on a day with news."""
    site = published.again(tmp_path_factory.mktemp("news") / "sample")
    site.build(conf="publishconf.py", SOURCE_DATE_EPOCH=DAY_AFTER).succeeds()
    return site


@pytest.fixture(scope="module")
def translated(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site in two languages."""
    site = Site.copy("translations", tmp_path_factory.mktemp("languages") / "translations")
    site.build("-e", URL).succeeds()
    return site


@pytest.fixture(scope="module")
def sites(published: Site, news: Site, published_thread: Site, translated: Site) -> list[Path]:
    """The output folders of all four."""
    return [site.output for site in (published, news, published_thread, translated)]


def found(folders: list[Path], pattern: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(folder.rglob(pattern))


def test_atom_feeds_are_rfc_4287(sites: list[Path]) -> None:
    feeds = list(found(sites, "*.atom"))
    assert len(feeds) > 30
    assert validators.atom(feeds) == []


def test_feed_readers_take_them(sites: list[Path]) -> None:
    assert [said for path in found(sites, "*.atom") for said in validators.feed(path)] == []


def test_json_feeds_are_version_1_1(sites: list[Path]) -> None:
    feeds = [path.with_suffix(".json") for path in found(sites, "*.atom")]
    assert [said for path in feeds for said in validators.json_feed(path)] == []


def test_sitemaps_follow_their_schemas(sites: list[Path]) -> None:
    names = {path.name for path in found(sites, "*sitemap*.xml")}
    assert names == {"sitemap.xml", "news-sitemap.xml"}
    paths = found(sites, "*sitemap*.xml")
    assert [said for path in paths for said in validators.sitemap(path)] == []


def test_pages_are_html(published: Site) -> None:
    assert validators.html(published.output) == []


@pytest.mark.full
def test_pages_are_html_to_a_second_opinion(published: Site) -> None:
    assert validators.html_validate(published.output) == []


def test_the_plugins_own_templates_are_html_without_a_site_url(built_thread: Site) -> None:
    """Under Pelican's theme, which writes ``<meta />`` and has an ``h1`` of its own."""
    themes_own = ("Trailing slash on void elements", "Consider using the “h1” element")
    said = validators.html(built_thread.output)
    assert [line for line in said if not any(own in line for own in themes_own)] == []


def test_structured_data_is_schema_orgs(sites: list[Path]) -> None:
    complaints = [
        f"{path.parent.name}: {said}"
        for path in found(sites, "*.html")
        for said in validators.vocabulary(validators.json_ld(path.read_text("utf-8")))
    ]
    assert complaints == []


@pytest.mark.full
def test_structured_data_has_the_types_of_schema_dts(sites: list[Path]) -> None:
    nodes = [
        node
        for path in found(sites, "*.html")
        for node in validators.json_ld(path.read_text("utf-8"))
    ]
    assert len(nodes) > 60
    # The compiler tells texts apart by little: of nodes with one shape it sees the first.
    shapes = {json.dumps(shape(node)): node for node in reversed(nodes)}
    assert validators.typed(shapes.values()) == []


def shape(value: object, key: str = "") -> object:
    """What the types of schema-dts can see of a value: not which text it is."""
    if isinstance(value, dict):
        return {name: shape(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(shape(each, key)) for each in value})
    if isinstance(value, str) and key not in ("@context", "@type") and "schema.org" not in value:
        return "text"
    return value


def test_every_page_but_a_few_lists_has_structured_data(published: Site) -> None:
    without = {
        path.relative_to(published.output).as_posix()
        for path in published.output.rglob("*.html")
        if not validators.json_ld(path.read_text("utf-8"))
    }
    assert all(
        path.split("/")[0] in {"404.html", "categories", "tags", "about", "media-contact"}
        or path == "verify/checker.html"
        or path[:4].isdigit()
        for path in without
    ), without
