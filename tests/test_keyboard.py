"""Pages without a mouse: the Tab key's way, landmarks, zoom, less motion, forced colours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.serve import serving
from tests.sites import Site
from tests.sizes import first
from tests.test_accessibility import KINDS

WALKED = (
    "",
    "incidents/",
    "incidents/flood-post/",
    "incidents/flood-post/statement/",
    "posts/quince-week/",
    "authors/thandiwe-marlowe/",
    "corrections/",
    "posts/",
    "media/",
    "verify/",
    "404.html",
)
INCIDENT = WALKED[2]

# Everything that the Tab key should come to, in the order of the document. A box that scrolls
# and holds nothing of the kind is a stop too, so that arrow keys can scroll it.
STOPS = """() => {
  const links = "a[href]:not([tabindex='-1'])";
  const kinds = `${links}, button, summary, input, select, textarea, [tabindex='0']`;
  const shown = (one) => one.checkVisibility({ visibilityProperty: true });
  const scrolls = (one) =>
    /auto|scroll/.test(getComputedStyle(one).overflow) &&
    (one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight) &&
    !one.querySelector(kinds);
  const main = [...document.body.querySelectorAll("*")];
  window.stops = main.filter((one) => shown(one) && (one.matches(kinds) || scrolls(one)));
  return stops.map((one) => `${one.localName} ${one.textContent.trim().slice(0, 40)}`);
}"""
# Where the focus is, whether one sees it, and whether each of its lines is free of what covers.
FOCUS = """() => {
  const one = document.activeElement;
  const style = getComputedStyle(one);
  const lines = [...one.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
  const free = lines.filter((box) => {
    const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return hit !== null && one.contains(hit);
  });
  return {
    at: stops.indexOf(one),
    outline: style.outlineStyle,
    width: parseFloat(style.outlineWidth),
    lines: lines.length,
    free: free.length,
  };
}"""
# Whether some part of the focused element is not covered, which WCAG 2.4.11 asks for.
PARTLY_SEEN = """() => {
  const one = document.activeElement;
  const seen = (x, y) => one.contains(document.elementFromPoint(x, y));
  return [...one.getClientRects()].some((box) =>
    [0.05, 0.5, 0.95].some((across) =>
      [0.1, 0.5, 0.9].some((down) =>
        seen(box.x + box.width * across, box.y + box.height * down))));
}"""
# News, as the script announces it; test_live.py has it from the script itself.
ANNOUNCED = """() => {
  const live = document.querySelector(".live");
  live.dataset.says = "news";
  live.querySelector(".live-status").textContent = "2 new updates";
  const link = document.createElement("a");
  link.className = "live-show";
  link.href = "#main";
  link.textContent = "Show it";
  live.append(link);
}"""
LANDMARKS = """() => {
  const inside = "article, aside, main, nav, section";
  const frame = (name) =>
    [...document.querySelectorAll(name)].filter((one) => !one.parentElement.closest(inside)).length;
  const named = (one) =>
    one.getAttribute("aria-label") ||
    document.getElementById(one.getAttribute("aria-labelledby"))?.textContent || "";
  return {
    main: document.querySelectorAll("main, [role=main]").length,
    banner: frame("header") + document.querySelectorAll("[role=banner]").length,
    contentinfo: frame("footer") + document.querySelectorAll("[role=contentinfo]").length,
    navs: [...document.querySelectorAll("nav, [role=navigation]")].map((one) => named(one).trim()),
    headings: [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")]
      .map((one) => Number(one.localName[1])),
  };
}"""
# What moves, or would if something changed, or would scroll smoothly.
MOVING = """() => {
  const moving = [];
  for (const one of document.querySelectorAll("*")) {
    for (const part of [undefined, "::before", "::after", "::marker", "::details-content"]) {
      const style = getComputedStyle(one, part);
      const seconds = style.transitionDuration.split(",").map(parseFloat);
      const animated = style.animationName !== "none" || style.scrollBehavior === "smooth";
      if (animated || seconds.some(Boolean))
        moving.push(`${one.localName}.${one.className}${part ?? ""}`);
    }
  }
  return moving.concat(document.getAnimations().map((one) => String(one)));
}"""


@dataclass(frozen=True)
class Stop:
    """What the Tab key came to."""

    at: int
    outline: str
    width: float
    lines: int
    free: int

    @property
    def is_plain(self) -> bool:
        """Whether one sees that the focus is here, and all of what it is on."""
        outlined = self.outline != "none" and self.width >= 2
        return outlined and self.lines > 0 and self.free == self.lines


@pytest.fixture(scope="module")
def address(sample: Site) -> Iterator[str]:
    """Where the sample newsroom is served."""
    with serving(sample.output) as found:
        yield found


def opened(browser: Browser, url: str, width: int = 1280, **how: Any) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 844}, **how)
    page.goto(url)
    return page


def tab(page: Page) -> Stop:
    page.keyboard.press("Tab")
    return Stop(**page.evaluate(FOCUS))


@pytest.mark.parametrize("url", WALKED)
def test_the_first_stop_is_a_link_past_the_frame(browser: Browser, address: str, url: str) -> None:
    page = opened(browser, address + url)
    page.evaluate(STOPS)
    skip = page.locator(".skip")
    expect(skip).not_to_be_in_viewport()
    assert tab(page).is_plain
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{address}{url}#main")
    expect(page.locator("#main")).to_be_in_viewport()
    page.keyboard.press("Tab")
    if page.locator("main a").count():
        expect(page.locator("#main :focus")).to_have_count(1)
    page.close()


@pytest.mark.parametrize("width", first(1, [390, 1280]))
@pytest.mark.parametrize("url", WALKED)
def test_tab_comes_to_everything_once_in_order_and_one_sees_where(
    browser: Browser, address: str, url: str, width: int
) -> None:
    page = opened(browser, address + url, width)
    stops: list[str] = page.evaluate(STOPS)
    assert len(stops) > 8
    for number, what in enumerate(stops):
        stop = tab(page)
        assert stop.at == number, f"expected {what!r}, came to {stops[stop.at]!r}"
        assert stop.is_plain, f"{what!r}: {stop}"
    assert tab(page).at in (-1, 0), "the way has an end"
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_shift_and_tab_goes_all_the_way_back(browser: Browser, address: str, width: int) -> None:
    page = opened(browser, address + INCIDENT, width)
    stops: list[str] = page.evaluate(STOPS)
    page.evaluate("stops.at(-1).focus()")
    for number in range(len(stops) - 2, -1, -1):
        page.keyboard.press("Shift+Tab")
        stop = Stop(**page.evaluate(FOCUS))
        assert stop.at == number
        assert stop.is_plain, f"{stops[number]!r}: {stop}"
    page.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_an_announcement_hides_nothing_that_has_the_focus(
    browser: Browser, address: str, width: int
) -> None:
    page = opened(browser, address + INCIDENT, width)
    page.evaluate(ANNOUNCED)
    hidden = []
    for what in page.evaluate(STOPS):
        page.keyboard.press("Tab")
        if not page.evaluate(PARTLY_SEEN):
            hidden.append(what)
    page.close()
    assert hidden == []


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_keyboard_opens_and_closes_the_warning(
    browser: Browser, address: str, key: str
) -> None:
    page = opened(browser, address + INCIDENT)
    page.evaluate(STOPS)
    shot = page.locator("#original .citation-screenshot img")
    expect(shot).to_be_hidden()
    while page.evaluate("document.activeElement.localName") != "summary":
        assert tab(page).at >= 0
    page.keyboard.press(key)
    expect(shot).to_be_visible()
    expect(page.locator("#original .citation-warning summary")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(":focus img")).to_have_count(1)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press(key)
    expect(shot).to_be_hidden()
    page.close()


@pytest.mark.parametrize("url", KINDS)
def test_pages_have_one_frame_and_headings_without_gaps(
    browser: Browser, address: str, url: str
) -> None:
    page = opened(browser, address + url)
    found = page.evaluate(LANDMARKS)
    page.close()
    assert (found["main"], found["banner"], found["contentinfo"]) == (1, 1, 1)
    assert all(found["navs"])
    assert len(found["navs"]) == len(set(found["navs"])) > 0
    levels = found["headings"]
    assert levels.count(1) == 1
    assert levels[0] == 1
    gaps = [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]
    assert gaps == []


@pytest.mark.parametrize(("zoom", "width"), first(1, [(4, 320), (2, 640)]))
def test_zoomed_pages_scroll_one_way_only(
    browser: Browser, address: str, zoom: int, width: int
) -> None:
    """WCAG 1.4.10: a screen 1280 wide has 640 or 320 left at these zooms."""
    page = opened(browser, address, width, device_scale_factor=zoom)
    for url in KINDS:
        page.goto(address + url)
        for one in page.locator("details").all():
            one.evaluate("element => element.open = true")
        page.evaluate("scrollTo(1000, 0)")
        assert page.evaluate("[scrollX, document.documentElement.scrollWidth]") == [0, width], url
    page.close()


@pytest.mark.parametrize("url", WALKED)
def test_nothing_moves_for_those_who_ask_for_that(browser: Browser, address: str, url: str) -> None:
    page = opened(browser, address + url, reduced_motion="reduce")
    assert page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    for one in page.locator("details").all():
        one.evaluate("element => element.open = true")
    assert page.evaluate(MOVING) == []
    page.close()


def test_what_moves_would_be_found(browser: Browser, address: str) -> None:
    page = opened(browser, address, reduced_motion="reduce")
    page.add_style_tag(content="h1 { transition: color 1s; } main::before { animation: x 1s; }")
    assert sorted(page.evaluate(MOVING)) == ["h1.", "main.::before"]
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_states_can_be_read_in_forced_colours(browser: Browser, address: str, scheme: str) -> None:
    page = opened(browser, f"{address}incidents/", forced_colors="active", color_scheme=scheme)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    said = []
    for state in page.locator(".state").all():
        said.append(state.inner_text())
        picture = Image.open(BytesIO(state.screenshot())).convert("L")
        darkest, lightest = picture.getextrema()
        assert isinstance(darkest, int)
        assert isinstance(lightest, int)
        assert lightest - darkest > 150, "text differs from its ground"
    page.close()
    assert len(said) == 3
    assert all(text.startswith("State: ") and len(text) > 7 for text in said)


@pytest.mark.full
def test_the_focus_is_seen_in_forced_colours(browser: Browser, address: str) -> None:
    page = opened(browser, f"{address}incidents/", forced_colors="active")
    for _ in page.evaluate(STOPS):
        assert tab(page).is_plain
    page.close()
