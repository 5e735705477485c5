"""The first visit to an incident's page in its production build: small, alone and still.

Nothing is in the browser's cache, and the hosts' policy holds. Pictures and scripts come only
after the page has been painted, as on a slow network: whatever they move, moves before the
reader's eyes. Chromium records a trace of it, while the page is scrolled to its end and back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import brotli
import pytest
from playwright.sync_api import Browser, Page, Route

from tests.serve import hosting
from tests.sites import Site
from tests.sizes import first
from tests.test_policy import policy

INCIDENT = "incidents/flood-post/"
MOST = 14_000  # bytes: what a server may send before it must wait for an answer
SIZES = ((390, 844), (1280, 800))
ELSEWHERE = "https://counter.example/pixel.png"
HEADERS = {"Content-Security-Policy": policy()}
CATEGORIES = ["blink.user_timing", "devtools.timeline", "loading"]

PAINTED = """() => new Promise((done, fail) => {
    const isPainted = () => document.readyState !== "loading"
        && performance.getEntriesByName("first-contentful-paint").length;
    const settle = () => requestAnimationFrame(done);
    const look = () => requestAnimationFrame(isPainted() ? settle : look);
    look();
    setTimeout(() => fail(new Error("nothing is painted before pictures and scripts come")), 5000);
})"""
SCROLLED = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const inView = image => {
        const box = image.getBoundingClientRect();
        return image.checkVisibility() && box.bottom > 0 && box.top < innerHeight;
    };
    const loaded = image => image.complete || new Promise(done => {
        image.addEventListener("load", done);
        image.addEventListener("error", done);
    });
    const goTo = async top => {
        scrollTo({top, behavior: "instant"});
        await frame();
        await Promise.all([...document.images].filter(inView).map(loaded));
        await frame();
    };
    const end = () => document.documentElement.scrollHeight - innerHeight;
    for (let top = 0; top < end(); top += innerHeight / 2) await goTo(top);
    await goTo(end());
    const reached = scrollY;
    for (let top = end(); top > 0; top -= innerHeight / 2) await goTo(top);
    await goTo(0);
    return [reached, end()];
}"""
OBSERVED = """() => new Promise(done => {
    const shifts = [];
    const keep = entries => shifts.push(...entries.filter(entry => !entry.hadRecentInput));
    const observer = new PerformanceObserver(list => keep(list.getEntries()));
    observer.observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => {
        keep(observer.takeRecords());
        done(shifts.map(({value, sources}) =>
            [value, ...sources.map(({node}) => node?.outerHTML ?? node?.textContent ?? "")]));
    }));
})"""
BLOCKING = """() => performance.getEntriesByType("resource")
    .filter(entry => entry.renderBlockingStatus === "blocking").map(entry => entry.name)"""


@dataclass(frozen=True)
class Visit:
    """What happened from the first request until the page had been scrolled and back."""

    asked: list[str]
    blocking: list[str]
    observed: list[list[object]]
    trace: list[dict[str, Any]]

    def elsewhere(self, address: str) -> list[str]:
        """What was asked of other hosts."""
        return [url for url in self.asked if not url.startswith(address)]

    @property
    def moved(self) -> list[dict[str, Any]]:
        """The layout shifts in the trace that no input called for."""
        shifts = [event["args"]["data"] for event in self.trace if event["name"] == "LayoutShift"]
        return [shift for shift in shifts if not shift["had_recent_input"]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Where the sample is served, built for that very address, and its folder."""
    site = Site.copy("sample", tmp_path_factory.mktemp("first") / "sample")
    with hosting(site.output, HEADERS) as address:
        url = address.rstrip("/")
        site.build("-e", f'SITEURL="{url}"', conf="publishconf.py").succeeds()
        yield address, site.output


def visit(browser: Browser, url: str, width: int, height: int) -> Visit:
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    browser.start_tracing(page=page, categories=CATEGORIES)
    try:
        open_on_a_slow_network(page, url)
        reached, end = page.evaluate(SCROLLED)
        observed = page.evaluate(OBSERVED)
        blocking = page.evaluate(BLOCKING)
    finally:
        trace = json.loads(browser.stop_tracing())["traceEvents"]
        context.close()
    assert reached == pytest.approx(end, abs=1)
    assert any(event["name"] == "firstContentfulPaint" for event in trace)
    return Visit(asked, blocking, observed, trace)


def open_on_a_slow_network(page: Page, url: str) -> None:
    held: list[Route] = []
    painted = False

    def answer(route: Route) -> None:
        if painted or route.request.resource_type not in ("image", "script"):
            route.continue_()
        else:
            held.append(route)

    page.route("**/*", answer)
    page.goto(url, wait_until="commit")
    page.evaluate(PAINTED)
    painted = True
    for route in held:
        route.continue_()
    page.wait_for_load_state("load")


def stylesheet(output: Path) -> str:
    """The path of the one stylesheet, whose name changes with what is in it."""
    (file,) = output.glob("theme/css/*.css")
    return file.relative_to(output).as_posix()


def test_page_and_stylesheet_fit_into_the_first_answer(published: Site) -> None:
    sheets = published.page(INCIDENT).select("link[rel~=stylesheet]")
    style = stylesheet(published.output)
    assert [urlsplit(str(sheet["href"])).path for sheet in sheets] == [f"/{style}"]
    files = (published.output / INCIDENT / "index.html", published.output / style)
    sizes = {file.name: len(brotli.compress(file.read_bytes(), quality=11)) for file in files}
    print(sizes)
    assert sum(sizes.values()) <= MOST, sizes


@pytest.mark.parametrize("url", first(1, [INCIDENT, "", "incidents/", "posts/quince-week/"]))
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_first_visit_waits_for_one_file_and_nothing_moves(
    browser: Browser, built: tuple[str, Path], url: str, width: int, height: int
) -> None:
    address, output = built
    seen = visit(browser, address + url, width, height)
    assert seen.blocking == [address + stylesheet(output)]
    assert seen.elsewhere(address) == []
    assert seen.observed == []
    assert sum(shift["weighted_score_delta"] for shift in seen.moved) == 0, seen.moved


def test_what_a_broken_page_does_is_seen(browser: Browser, built: tuple[str, Path]) -> None:
    address, output = built
    page = (output / INCIDENT / "index.html").read_text("utf-8")
    head, body = page.split("</head>")
    style = address + stylesheet(output)
    sheet = f'<link rel="stylesheet" href="{style}?again"></head>'
    pictures = f'<img src="{ELSEWHERE}" width="1" height="1"><img src="original.png"><main'
    broken = head + sheet + body.replace("<main", pictures, 1)
    (output / INCIDENT / "broken.html").write_text(broken, "utf-8")
    seen = visit(browser, f"{address}{INCIDENT}broken.html", *SIZES[0])
    assert seen.blocking == [style, f"{style}?again"]
    assert seen.elsewhere(address) == [ELSEWHERE]
    assert sum(shift["weighted_score_delta"] for shift in seen.moved) > 0
    assert "<main" in str(seen.observed)
