"""People without a photo: initials stand in its place, in any script, in ours and other themes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator

from tests.browser import SCREENS
from tests.serve import serving
from tests.sites import Site
from tests.test_accessibility import OPTIONS

FACELESS = {
    "ada-quill": ("Ada Quill", "AQ"),
    "anneliese": ("Anneliese von der Mühlen-Hohenstein", "AM"),
    "lin": ("林美玲", "林"),
    "muna": ("منى الخطيب", "م"),
    "plato": ("Plato", "P"),
}


@pytest.fixture(scope="module")
def address(sample: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the sample is served with five more people, who all sign one post."""
    site = sample.again(tmp_path_factory.mktemp("faces") / "sample")
    for slug, (name, _) in FACELESS.items():
        site.write(f"content/authors/{slug}.md", f"Name: {name}\nRole: Member of the Board\n")
    signed = "; ".join(("Tomasz Zieliński", *(name for name, _ in FACELESS.values())))
    site.write(
        "content/posts/board.md",
        f"Title: The board\nDate: 2026-11-16 09:00\nAuthors: {signed}\n\nAll of us.\n",
    )
    site.invoke("build").succeeds()
    with serving(site.output) as found:
        yield found


def places(faces: Locator) -> set[tuple[int, int]]:
    rooms = "all => all.map(one => one.getBoundingClientRect()).map(one => [one.width, one.height])"
    return {(width, height) for width, height in faces.evaluate_all(rooms)}


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_initials_take_the_place_of_a_photo(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    for url, face in (
        ("authors/", ".person-photo"),
        ("posts/board/", ".entry-header .byline-photo"),
        ("", ".entry-card .byline-photo"),
    ):
        page.goto(address + url)
        assert len(places(page.locator(face))) == 1, url
        letters = page.locator(f"{face}.initials").all_text_contents()
        assert set(letters) == {said for _, said in FACELESS.values()}, url
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        results = Axe().run(page, options=OPTIONS)
        assert [one["id"] for one in results.response["violations"]] == []
    page.goto(f"{address}authors/")
    names = page.locator(".person h2 a")
    lines = names.evaluate_all("all => all.map(one => one.getClientRects().length)")
    assert max(lines) <= 2
    assert len({box["x"] for box in map(Locator.bounding_box, names.all()) if box}) <= 4
    page.close()


def test_nothing_says_the_initials_aloud(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}authors/ada-quill/")
    said = page.locator(".profile-header").aria_snapshot()
    assert "Ada Quill" in said
    assert "AQ" not in said
    page.close()


def test_another_theme_shows_them_too(site: Callable[[str], Site], browser: Browser) -> None:
    copy = site("minimal")
    copy.build().succeeds()
    with serving(copy.output) as found:
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.goto(f"{found}authors/")
        face = page.locator("svg.person-photo")
        box, text = face.bounding_box(), face.locator("text").bounding_box()
        assert box
        assert text
        assert (box["width"], box["height"]) == (144, 144)
        assert abs(box["x"] + 72 - text["x"] - text["width"] / 2) < 2
        page.close()
