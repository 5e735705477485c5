"""The production build as Lighthouse sees it: home, an incident, a post.

Each visit is Lighthouse's default: a phone, with nothing in its cache, on a slow network and
processor that are simulated from what the real visit took. The site is built for the address
at which it is served, with the policy of hosts, compressed and cacheable. It runs at full size
alone: to install it takes longer than to ask it. What axe and the validators find is asked each
time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

from tests.lighthouse import Report, lighthouse
from tests.serve import hosting
from tests.sites import Site
from tests.test_policy import policy

pytestmark = pytest.mark.full
PAGES = (
    "/incidents/flood-post/",
    "/",
    "/posts/quince-week/",
    "/posts/",
    "/media/",
    "/incidents/payment-terms/",
    "/verify/",
)
PERFECT = ("accessibility", "best-practices", "seo")
RUNS = 5
ENOUGH = 95
# It must have connect-src 'self': Lighthouse fetches robots.txt as if the page did.
HEADERS = {"Content-Security-Policy": policy()}

BROKEN = """<!doctype html>
<html><head><title>A label</title></head>
<body><main><h1>A label</h1><p><img src="label.png">
<a href="/more/">click here</a></main></body></html>
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the sample is served: built with its production settings, for that very address."""
    site = Site.copy("sample", tmp_path_factory.mktemp("lighthouse") / "sample")
    with hosting(site.output, HEADERS) as found:
        url = found.rstrip("/")
        site.build("-e", f'SITEURL="{url}"', conf="publishconf.py").succeeds()
        yield url


@pytest.fixture(scope="module")
def visited(address: str) -> Callable[[str], Report]:
    """The first report on each page, which all tests share."""
    return cache(lambda page: lighthouse(address + page))


@pytest.mark.parametrize("page", PAGES)
def test_nothing_costs_a_point(visited: Callable[[str], Report], page: str) -> None:
    report = visited(page)
    lost = [f"{category}: {audit}" for category in PERFECT for audit in report.lost(category)]
    assert lost == [], "\n".join(("", *lost))
    assert [report.score(category) for category in PERFECT] == [100, 100, 100]


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_fast(visited: Callable[[str], Report], address: str, page: str) -> None:
    reports = [visited(page), *(lighthouse(address + page) for _ in range(RUNS - 1))]
    for report in reports:
        print(f"{page}: {report.figures()}")
    assert median(report.score("performance") for report in reports) >= ENOUGH


def test_what_costs_points_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(BROKEN, "utf-8")
    with hosting(tmp_path, {"X-Robots-Tag": "noindex"}) as address:
        report = lighthouse(address)
    said = {category: "\n".join(report.lost(category)) for category in PERFECT}
    assert "image-alt: Image elements do not have" in said["accessibility"]
    assert '<img src="label.png">' in said["accessibility"]
    assert "errors-in-console: Browser errors were logged" in said["best-practices"]
    assert "is-crawlable: Page is blocked from indexing" in said["seo"]
    assert all(report.score(category) < 100 for category in PERFECT)
