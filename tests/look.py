"""Pictures of pieces of pages, the same on any machine, and how near two of them are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Browser, Locator, Page, Route, ViewportSize

from tests.sites import ROOT, SAMPLE_NOW

FONTS = ROOT / "plugins/newsroom/fonts"
NOW = datetime.fromtimestamp(int(SAMPLE_NOW), UTC)
# The typeface that the plugin ships, instead of those of the machine.
TYPE = """
@font-face { font-family: Look; font-weight: 400; src: url("/look/NotoSerif-Regular.ttf"); }
@font-face { font-family: Look; font-weight: 700; src: url("/look/NotoSerif-Bold.ttf"); }
:root { --text: Look !important; }
code, pre, kbd, samp { font-family: Look; }
"""
READY = """async () => {
  await Promise.all([document.fonts.load("400 16px Look"), document.fonts.load("700 16px Look")]);
  await document.fonts.ready;
  return document.fonts.check("700 16px Look");
}"""
LOADED = """async (element) => {
  const images = [...element.querySelectorAll("img")].filter((one) => one.checkVisibility());
  for (const image of images) image.loading = "eager";
  await Promise.all(images.map((image) => image.decode()));
}"""
OPEN = "element => element.querySelectorAll('details').forEach((one) => (one.open = true))"

SIZE = 2  # pixels by which a picture may be wider or higher
AMOUNT = 24  # of 255 by which a colour may differ, after a slight blur
BLUR = 2
SHARE = 0.02  # of the pixels may differ,
TILE = 16  # and in no square of this size
PLACE = 0.5  # more than this share, so that a large picture does not hide a small loss
GAP = 8


@dataclass(frozen=True)
class Fragment:
    """A piece of a page: all that ``selector`` finds, one below the other."""

    name: str
    url: str
    selector: str
    width: int = 1280
    opened: bool = False


@contextmanager
def fragment_page(browser: Browser, url: str, width: int, scheme: str) -> Iterator[Page]:
    """A page at the sample's build time, in the plugin's own typeface."""
    size = ViewportSize(width=width, height=1600)
    page = browser.new_page(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page.clock.set_fixed_time(NOW)
    page.route("**/look/*.ttf", _font)
    page.goto(url)
    page.add_style_tag(content=TYPE)
    assert page.evaluate(READY)
    yield page
    page.close()


def _font(route: Route) -> None:
    name = route.request.url.rpartition("/")[2]
    route.fulfill(body=(FONTS / name).read_bytes(), content_type="font/ttf")


def picture(page: Page, fragment: Fragment) -> Image.Image:
    """What the fragment looks like."""
    pieces = page.locator(fragment.selector).all()
    assert pieces, f"nothing matches {fragment.selector}"
    return stacked([_shot(piece, fragment.opened) for piece in pieces])


def _shot(piece: Locator, opened: bool) -> Image.Image:
    if opened:
        piece.evaluate(OPEN)
    piece.scroll_into_view_if_needed()
    piece.evaluate(LOADED)
    return Image.open(BytesIO(piece.screenshot(animations="disabled"))).convert("RGB")


def stacked(pictures: list[Image.Image]) -> Image.Image:
    """Pictures one below the other, on white."""
    height = sum(one.height for one in pictures) + GAP * (len(pictures) - 1)
    whole = Image.new("RGB", (max(one.width for one in pictures), height), "white")
    top = 0
    for one in pictures:
        whole.paste(one, (0, top))
        top += one.height + GAP
    return whole


def differing(one: Image.Image, other: Image.Image) -> Image.Image:
    """White where two pictures differ by more than a typeface's edges, black elsewhere."""
    common = (0, 0, min(one.width, other.width), min(one.height, other.height))
    soft = [image.crop(common).filter(ImageFilter.GaussianBlur(BLUR)) for image in (one, other)]
    red, green, blue = ImageChops.difference(*soft).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point(lambda value: 255 if value > AMOUNT else 0)


def distance(new: Image.Image, golden: Image.Image) -> str:
    """In what two pictures differ too much; empty if they look the same."""
    if abs(new.width - golden.width) > SIZE or abs(new.height - golden.height) > SIZE:
        return f"{new.width}×{new.height} pixels, not {golden.width}×{golden.height}"
    found = differing(new, golden)
    share = found.histogram()[255] / (found.width * found.height)
    tiles = (max(1, found.width // TILE), max(1, found.height // TILE))
    place = max(found.resize(tiles, Image.Resampling.BOX).tobytes()) / 255
    if share <= SHARE and place <= PLACE:
        return ""
    return f"{share:.1%} of the pixels differ, and {place:.0%} in one place"


def compare(new: Image.Image, golden: Path, folder: Path) -> None:
    """Fail with the new picture and the difference in ``folder`` unless it looks the same."""
    with Image.open(golden) as opened:
        old = opened.convert("RGB")
    reason = distance(new, old)
    if not reason:
        return
    now, difference = folder / golden.name, folder / f"{golden.stem}.difference.png"
    new.save(now)
    stacked([old, new, differing(new, old).convert("RGB")]).save(difference)
    raise AssertionError(
        f"{golden.name}: {reason}. See {now}, and {difference} (golden, new, difference); if it is"
        " meant, run pytest --update-goldens"
    )
