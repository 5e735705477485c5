"""The sample newsroom in a real browser, at phone and desktop width, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser import SCREENS
from tests.serve import serving
from tests.sites import Site

PAGES = (
    "",
    "incidents/",
    "states/resolved/",
    "2026/incidents/",
    "incidents/flood-post/",
    "fr/incidents/flood-post/",
    "incidents/flood-post/statement/",
    "incidents/flood-post/what-happened-and-what-changes/",
    "fr/incidents/flood-post/what-happened-and-what-changes/",
    "posts/carbon-neutral-apricot-bites/",
    "posts/quince-week/",
    "incidents/payment-terms/",
    "authors/",
    "authors/thandiwe-marlowe/",
    "goals/",
    "goals/fair-to-growers/",
    "corrections/",
    "2026/",
    "posts/",
    "media/",
    "verify/",
    "about/",
    "404.html",
)
ENTRIES = tuple(
    url for url in PAGES if "flood-post/" in url or (url.startswith("posts/") and url != "posts/")
)[2:]
Scheme = Literal["light", "dark"]


@pytest.fixture(scope="module")
def address(sample: Site) -> Iterator[str]:
    """Where the sample newsroom is served."""
    with serving(sample.output) as found:
        yield found


def open_page(browser: Browser, url: str, width: int, scheme: Scheme) -> Page:
    viewport = {"width": width, "height": 844}
    return browser.new_page(viewport=viewport, color_scheme=scheme)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("width", "scheme"),
    [(320, "light"), pytest.param(320, "dark", marks=pytest.mark.full), *SCREENS],
)
def test_pages_fit_ask_nobody_else_and_report_nothing(
    browser: Browser, address: str, width: int, scheme: Scheme
) -> None:
    page = open_page(browser, address, width, scheme)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for url in PAGES:
        page.goto(address + url)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, url
    page.close()
    assert {url for url in asked if not url.startswith(address)} == set()
    assert said == []


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_face_and_name_are_on_the_first_screen_of_every_entry(
    browser: Browser, address: str, width: int, scheme: Scheme
) -> None:
    page = open_page(browser, address, width, scheme)
    for url in ENTRIES:
        page.goto(address + url)
        for part in (".byline-photo", ".byline-name", ".byline-role"):
            box = page.locator(f".entry-header {part}").first.bounding_box()
            assert box is not None, url
            assert box["y"] + box["height"] < 844, url
        photo = page.locator(".entry-header .byline-photo").first
        assert photo.evaluate("image => image.complete && image.naturalWidth > 0")
        assert photo.evaluate("image => image.clientWidth") >= 64
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "light"), (1280, "dark")])
def test_the_screenshot_is_seen_only_when_asked_for(
    browser: Browser, address: str, width: int, scheme: Scheme, tmp_path: Path
) -> None:
    page = open_page(browser, address, width, scheme)
    page.goto(f"{address}incidents/flood-post/")
    shot = page.locator("#original .citation-screenshot img")
    assert not shot.is_visible()
    page.locator("#original .citation-warning summary").click()
    shot.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('#original img').complete")
    assert shot.is_visible()
    picture = Image.open(BytesIO(shot.screenshot())).convert("RGB")
    colours = picture.getcolors(maxcolors=picture.width * picture.height)
    assert colours is not None
    assert len(colours) > 500, "the screenshot is a picture, not a blank box"
    page.close()


def test_pages_look_right_when_opened_from_the_disk(browser: Browser, sample: Site) -> None:
    page = browser.new_page()
    page.goto((sample.output / "incidents/index.html").as_uri())
    card = "document.querySelector('.incident-card')"
    border = page.evaluate(f"getComputedStyle({card}).borderLeftWidth")
    assert border == "6px"
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    page.close()
