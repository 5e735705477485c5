"""Every kind of page held against axe: WCAG 2.2 AA and best practice, in both schemes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser import SCREENS
from tests.serve import serving
from tests.sites import SITES, Site
from tests.sizes import first
from tests.test_screens import PAGES

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# axe leaves target-size off unless it is asked for (WCAG 2.2, 2.5.8).
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
KINDS = (*PAGES, "categories/", "categories/growers/", "tags/", "tags/payment/", "media-contact/")


@pytest.fixture(scope="module")
def address(sample: Site) -> Iterator[str]:
    """Where the sample is served; its links are relative, so that it finds its stylesheet."""
    with serving(sample.output) as found:
        yield found


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_axe_finds_nothing(
    browser: Browser, address: str, width: int, scheme: str, full: bool
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    found = []
    for url in KINDS if full else KINDS[width > 390 :: 2]:  # each once, on a phone or a desktop
        page.goto(address + url)
        for details in page.locator("details").all():
            details.evaluate("element => element.open = true")
        results = Axe().run(page, options=OPTIONS)
        found += [
            f"{url}: {one['id']}: {node['html'][:120]}"
            for one in results.response["violations"]
            for node in one["nodes"]
        ]
    page.close()
    assert found == []


@pytest.fixture(scope="module")
def wide(sample: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the sample is served with a body that no phone has room for, in every kind of text."""
    site = sample.again(tmp_path_factory.mktemp("wide") / "sample")
    body = (SITES.parent / "prose" / "wide.md").read_text("utf-8")
    signed = "Summary: What it says.\nDate: 2026-11-16 10:00\nAuthor: Tomasz Zieliński"
    for path, header in {
        "posts/log.md": f"Title: The log\n{signed}",
        "incidents/flood-post/log.md": f"Title: The log\n{signed}",
        "pages/log.md": "Title: The log",
        "goals/fair-to-growers.md": "Title: Fair to growers",
        "authors/thandiwe-marlowe.md": "Name: Thandiwe Marlowe\nRole: Chief Executive",
    }.items():
        site.write(f"content/{path}", f"{header}\n\n{body}")
    site.invoke("build").succeeds()
    with serving(site.output) as found:
        yield found


@pytest.mark.parametrize(
    "url",
    first(
        2,
        [
            "incidents/flood-post/",
            "posts/log/",
            "incidents/flood-post/log/",
            "log/",
            "goals/fair-to-growers/",
            "authors/thandiwe-marlowe/",
        ],
    ),
)
def test_what_scrolls_sideways_takes_the_keyboard(browser: Browser, wide: str, url: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(wide + url)
    scrolling = page.locator(".prose :is(pre, table)").evaluate_all(
        "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.tabIndex)"
    )
    assert scrolling == [0] * 6
    results = Axe().run(page, options=OPTIONS)
    assert [one["id"] for one in results.response["violations"]] == []
    page.locator(".prose pre").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.prose pre').scrollLeft > 0")
    page.close()
