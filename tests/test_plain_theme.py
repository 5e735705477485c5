"""Pelican's `simple`, which has no CSS: faces and pictures have sensible sizes all the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.sites import Site
from tests.test_pictures import draw
from tests.test_themes import HOME, INCIDENT, OURS, at_home, promised


@pytest.fixture(scope="module")
def simple(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site `thread` with a large photo and a large picture."""
    site = promised("thread", tmp_path_factory.mktemp("simple") / "site")
    draw(site.folder / "content/images/wide.png", 1400, 700)
    draw(site.folder / "content/authors/ada-quill.png", 640, 640)
    post = (site.folder / "content/posts/2026/open-day.md").read_text("utf-8")
    site.write("content/posts/2026/open-day.md", post + "\n![Wide]({static}/images/wide.png)\n")
    site.build("-e", f'SITEURL="{HOME[:-1]}"').succeeds()
    return site


@pytest.fixture(scope="module")
def phone(simple: Site, browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.route("**/*", at_home(simple))
    yield page
    page.close()


@pytest.mark.parametrize("url", OURS)
def test_pages_fit_a_phone(phone: Page, url: str) -> None:
    phone.goto(HOME + url)
    phone.evaluate("for (const hidden of document.querySelectorAll('details')) hidden.open = true")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(
    ("url", "selector", "width"),
    [
        ("authors/ada-quill/", ".profile-photo", 192),
        (INCIDENT, ".standing .byline-photo", 96),
        ("posts/open-day/", ".prose img", 288),
    ],
)
def test_faces_are_small_and_pictures_narrow(
    phone: Page, url: str, selector: str, width: int
) -> None:
    phone.goto(HOME + url)
    box = phone.locator(selector).first.bounding_box()
    assert box
    assert box["width"] == width
