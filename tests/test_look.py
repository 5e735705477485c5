"""Pieces of the theme's pages against pictures of them, in light and dark.

``pytest tests/test_look.py --update-goldens`` takes the pictures anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser import ARGUMENTS, find_or_install
from tests.look import NOW, Fragment, compare, distance, fragment_page, picture
from tests.serve import serving
from tests.sites import Site
from tests.sizes import first

GOLDENS = Path(__file__).parent / "goldens" / "look"
INCIDENT = "incidents/flood-post/"
FRENCH = f"fr/{INCIDENT}what-happened-and-what-changes/"
FRAGMENTS = (
    Fragment("byline", f"{INCIDENT}statement/", ".entry-header .bylines"),
    Fragment("states", "incidents/", ".incident-card .state"),
    Fragment("timeline", INCIDENT, ".timeline-section"),
    Fragment("overview", "incidents/", ".overview"),
    Fragment("citation", INCIDENT, "#original"),
    Fragment("citation-opened", INCIDENT, "#original", opened=True),
    Fragment("commitments", INCIDENT, ".commitments"),
    Fragment("incident-header-phone", INCIDENT, ".incident-header", width=390),
    Fragment("entry-header-french", FRENCH, ".entry-header", width=900),
)
NAMES = [fragment.name for fragment in FRAGMENTS]
BYLINE, STATES, OVERVIEW = FRAGMENTS[0], FRAGMENTS[1], FRAGMENTS[3]

# One small change to the theme each, in a piece that shows it.
CHANGES = {
    "a role is hidden": (BYLINE, ".byline-role { visibility: hidden; }"),
    "a face is not round": (BYLINE, ".byline-photo { border-radius: 0 !important; }"),
    "a name is not bold": (BYLINE, ".byline-name { font-weight: 400 !important; }"),
    "a byline is higher": (BYLINE, ".byline { padding-bottom: 3px; }"),
    "another colour": (STATES, ":root { --resolved-paper: #c8e6d2 !important; }"),
    "no colour": (STATES, ".state { background: none !important; }"),
    "names are gone": (OVERVIEW, ".overview tbody a { display: none; }"),
}


@pytest.fixture(scope="module")
def address(sample: Site) -> Iterator[str]:
    """Where the sample newsroom is served."""
    with serving(sample.output) as found:
        yield found


@pytest.fixture
def look(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str, Image.Image], None]:
    """Compare with ``tests/goldens/look/<name>.png``, or write it with --update-goldens."""

    def compare_or_write(name: str, new: Image.Image) -> None:
        golden = GOLDENS / f"{name}.png"
        if request.config.getoption("--update-goldens"):
            golden.parent.mkdir(parents=True, exist_ok=True)
            new.save(golden, optimize=True)
        compare(new, golden, tmp_path)

    return compare_or_write


def taken(browser: Browser, address: str, fragment: Fragment, style: str = "") -> Image.Image:
    """The fragment in light, with one more rule."""
    with fragment_page(browser, address + fragment.url, fragment.width, "light") as page:
        if style:
            page.add_style_tag(content=style)
        return picture(page, fragment)


def typefaces(page: Page, selector: str) -> set[str]:
    """The typefaces that a piece is drawn in; one of the machine's own is named so."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    found: set[str] = set()
    for which in (selector, f"{selector} *"):
        asked = {"nodeId": root, "selector": which}
        for node in session.send("DOM.querySelectorAll", asked)["nodeIds"]:
            fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
            found |= {
                font["familyName"] + ("" if font["isCustomFont"] else " (machine)")
                for font in fonts
            }
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("fragment", FRAGMENTS, ids=NAMES)
def test_pieces_look_as_they_should(
    browser: Browser,
    address: str,
    look: Callable[[str, Image.Image], None],
    fragment: Fragment,
    scheme: str,
) -> None:
    with fragment_page(browser, address + fragment.url, fragment.width, scheme) as page:
        look(f"{fragment.name}-{scheme}", picture(page, fragment))


@pytest.mark.parametrize("fragment", first(3, FRAGMENTS), ids=NAMES)
def test_pieces_are_drawn_in_typefaces_that_every_machine_has(
    browser: Browser, address: str, fragment: Fragment
) -> None:
    with fragment_page(browser, address + fragment.url, fragment.width, "light") as page:
        picture(page, fragment)
        assert typefaces(page, fragment.selector) == {"Noto Serif"}


def test_pieces_are_taken_at_the_time_of_the_build(browser: Browser, address: str) -> None:
    with fragment_page(browser, f"{address}{INCIDENT}", 1280, "light") as page:
        assert page.evaluate("Date.now()") == NOW.timestamp() * 1000


@pytest.mark.parametrize("change", first(1, CHANGES))
def test_a_small_change_is_caught(
    browser: Browser, address: str, change: str, tmp_path: Path
) -> None:
    fragment, style = CHANGES[change]
    golden = tmp_path / "golden.png"
    taken(browser, address, fragment).save(golden)
    failed = tmp_path / "failed"
    failed.mkdir()
    with pytest.raises(AssertionError, match=r"golden\.difference\.png .*--update-goldens"):
        compare(taken(browser, address, fragment, style), golden, failed)
    assert {one.name for one in failed.iterdir()} == {"golden.png", "golden.difference.png"}


@pytest.fixture(scope="module")
def other(browser: Browser) -> Iterator[Browser]:
    """A browser that draws letters with colours at their edges."""
    running = browser.browser_type.launch(
        executable_path=find_or_install(), args=[*ARGUMENTS, "--enable-lcd-text"]
    )
    yield running
    running.close()


@pytest.mark.full  # it is about the comparison, not about the pieces
@pytest.mark.parametrize("fragment", FRAGMENTS, ids=NAMES)
def test_another_way_to_draw_letters_is_no_change(
    browser: Browser, other: Browser, address: str, fragment: Fragment
) -> None:
    moved = taken(other, address, fragment, "main { translate: 0.3px 0.4px; }")
    assert distance(moved, taken(browser, address, fragment)) == ""
