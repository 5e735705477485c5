"""Every kind of page held against axe: WCAG 2.2 AA and best practice, in both schemes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.serve import serving
from tests.sites import Site
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


@pytest.mark.parametrize(("width", "scheme"), [*product((390, 1280), ("light", "dark"))])
def test_axe_finds_nothing(browser: Browser, address: str, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    found = []
    for url in KINDS:
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
