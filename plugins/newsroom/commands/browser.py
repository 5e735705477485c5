"""Photograph a post on the web in a real browser, with what its page says about it.

Only the page's own requests are made, and everything is bounded in time: a page
may stream for ever, never load, or loop in a script.
"""

from __future__ import annotations

import asyncio
import math
import os
import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ..model.problems import CommandError
from .claims import Claims, Source, read_claims, safe_link

if TYPE_CHECKING:
    from playwright.async_api import Browser, FloatRect, Page, Playwright, Response

SHELL = "chromium-headless-shell"  # it does the same with a fifth of the work
BROWSERS = (SHELL, *"chromium chromium-browser google-chrome google-chrome-stable chrome".split())
ARGUMENTS = "--disable-background-networking --disable-component-update --force-color-profile=srgb"
WIDTH, HEIGHT = 1280, 1600  # of the window, in CSS px, as all lengths below
SHARP_HEIGHT = 8_000  # up to here a picture has two pixels per CSS px, beyond it one
MAX_WIDTH, MAX_HEIGHT = 2_560, 24_000
LONGEST_REASON = 160
STARTING, CLOSING = 20.0, 5.0  # seconds
# Shares of the time for a page; what is left is for looking and for the picture.
ANSWERING, LOADING, SETTLING, FINDING, DECODING = 0.4, 0.2, 0.15, 0.05, 0.05

_BY_HAND = "take the screenshot by hand"
_INSTALL = "install Chromium (on Debian: apt-get install chromium) or name one in CHROME_PATH"
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_PAGES = ("text/html", "application/xhtml+xml")
_PREPARE = Path(__file__).with_name("prepare_post.js")


@dataclass(frozen=True, kw_only=True)
class Capture(Claims):
    """A post as it was at ``accessed``, and what its page claims about it.

    ``png`` is its picture, two pixels per CSS pixel, or one if it is very tall;
    ``text`` its visible text, with at most one blank line in a row; ``accessed``
    is aware, in UTC, to the second; ``url`` is where redirects led.
    """

    png: bytes
    text: str
    accessed: datetime
    url: str


def photograph(
    url: str,
    selector: str = "",
    *,
    now: Callable[[], datetime],
    zone: ZoneInfo,
    timeout: float = 20.0,
) -> Capture:
    """Photograph the post at ``url`` and read what its page says about it.

    ``selector`` is CSS for the post, if it is not the page's main one; ``timeout`` is that of
    the page, in seconds. Raises CommandError, with the remedy, if there is no whole picture.
    """
    # In a thread of its own, since the caller's may have a running event loop.
    with ThreadPoolExecutor(1) as pool:
        visit = _visit(url, selector, now, timeout)
        png, accessed, text, source = pool.submit(asyncio.run, visit).result()
    lines = [line.rstrip() for line in _NOT_TEXT.sub("", text).split("\n")]
    return Capture(
        png=png,
        text=re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n"),
        accessed=accessed,
        url=safe_link(source.url),
        **vars(read_claims(source, zone)),
    )


Shot = tuple[bytes, datetime, str, Source]  # the picture, when it was taken, the visible text


async def _visit(url: str, selector: str, now: Callable[[], datetime], timeout: float) -> Shot:
    try:
        from playwright.async_api import Error, async_playwright
    except ImportError:
        raise CommandError(
            "no browser's driver is installed: pip install 'pelican-newsroom[capture]',"
            f" or {_BY_HAND}"
        ) from None
    # Ctrl-C ends the driver first, and asyncio would print what was then under way.
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    async with async_playwright() as playwright:
        browser = await _launch(playwright)
        try:
            async with asyncio.timeout(timeout):
                return await _take(browser, url, selector, now, timeout)
        except TimeoutError:
            raise CommandError(
                f"{url} was not ready for its picture within {timeout:g} seconds: try again,"
                f" or {_BY_HAND}"
            ) from None
        except Error as error:
            raise CommandError(
                f"cannot capture {url} ({_reason(error)}): try again, or {_BY_HAND}"
            ) from None
        finally:
            with suppress(Error, TimeoutError):
                await asyncio.wait_for(browser.close(), CLOSING)


def browser_on_path() -> str:
    """Return the browser that ``CHROME_PATH`` names, or one on the path; empty for none."""
    named = os.environ.get("CHROME_PATH", "")
    if named and Path(named).exists():
        return named
    return next(filter(None, map(shutil.which, BROWSERS)), "")


async def _launch(playwright: Playwright) -> Browser:
    """Start the browser that ``CHROME_PATH`` names, one on the PATH, or Playwright's own."""
    from playwright.async_api import Error

    path = browser_on_path() or playwright.chromium.executable_path
    if not Path(path).exists():
        raise CommandError(f"no browser was found: {_INSTALL}")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = [*ARGUMENTS.split(), *(["--no-sandbox"] if root else [])]
    try:
        return await playwright.chromium.launch(
            executable_path=path, args=arguments, timeout=STARTING * 1000
        )
    except Error as error:
        raise CommandError(f"{path} does not start ({_reason(error)}): {_INSTALL}") from None


async def _take(
    browser: Browser, url: str, selector: str, now: Callable[[], datetime], timeout: float
) -> Shot:
    from playwright.async_api import Error

    page = await browser.new_page(
        viewport={"width": WIDTH, "height": HEIGHT},
        device_scale_factor=2,
        accept_downloads=False,
        service_workers="block",
        reduced_motion="reduce",
    )
    page.set_default_timeout(timeout * 1000)
    await _open(page, url, timeout)
    given = None
    if selector:
        try:
            wait = timeout * FINDING * 1000
            given = await page.wait_for_selector(f"css={selector}", timeout=wait)
        except Error as error:
            raise CommandError(
                f"nothing visible on the page matches {selector!r} ({_reason(error)}): check"
                " --selector"
            ) from None
    question = {"given": given, "wait": timeout * DECODING * 1000}
    found = await page.evaluate(_PREPARE.read_text("utf-8"), question)
    try:
        clip = _clip(*map(float, found["box"]))
        text = str(found["text"])
        source = Source(
            url=page.url,
            html=str(found["html"]),
            is_main=bool(found["main"]),
            lang=str(found["lang"]),
            linked_data=tuple(map(str, found["linked"])),
            meta={str(name): str(content) for name, content in found["meta"].items()},
        )
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        raise CommandError(
            f"{url} meddles with the browser and cannot be read: {_BY_HAND}"
        ) from None
    accessed = now().astimezone(UTC).replace(microsecond=0)
    png = await page.screenshot(
        clip=clip,
        full_page=True,
        animations="disabled",
        scale="device" if clip["height"] <= SHARP_HEIGHT else "css",
    )
    return png, accessed, text, source


async def _open(page: Page, url: str, timeout: float) -> None:
    """Go there and wait, within bounds, until the page is still, or taken as it is by then."""
    from playwright.async_api import Error
    from playwright.async_api import TimeoutError as TooLate

    failure = ""
    documents: list[Response] = []

    def note(response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == page.main_frame:
            documents.append(response)

    page.on("response", note)
    try:
        await page.goto(url, wait_until="commit", timeout=timeout * ANSWERING * 1000)
        with suppress(TooLate):
            await page.wait_for_load_state("load", timeout=timeout * LOADING * 1000)
            await page.wait_for_load_state("networkidle", timeout=timeout * SETTLING * 1000)
    except TooLate:
        raise CommandError(
            f"{url} did not answer within {timeout * ANSWERING:g} seconds: try again, or {_BY_HAND}"
        ) from None
    except Error as error:
        failure = f"cannot open {url} ({_reason(error)}): check the address"
    for last in documents[-1:]:
        kind = last.headers.get("content-type", _PAGES[0]).partition(";")[0].strip().lower()
        if last.status >= 400:
            failure = (
                f"{url} answers {last.status} {last.status_text}".rstrip()
                + ": check the address; if the post is deleted, use the screenshot that you have"
            )
        elif kind not in _PAGES:
            failure = f"{url} is {kind}, not a page: save the file, or {_BY_HAND}"
    if failure:
        raise CommandError(failure)


def _clip(x: float, y: float, width: float, height: float) -> FloatRect:
    """Return the box of a post, in CSS px. Raises CommandError if it is empty or too large."""
    # Rounded inwards: half a pixel more would show the neighbours.
    left, top = max(0, math.ceil(x)), max(0, math.ceil(y))
    wide, tall = math.floor(x + width) - left, math.floor(y + height) - top
    if wide <= 0 or tall <= 0:
        raise CommandError(
            f"there is nothing of the post to be seen: name it with --selector, or {_BY_HAND}"
        )
    if wide > MAX_WIDTH or tall > MAX_HEIGHT:
        raise CommandError(
            f"the post is {wide} pixels wide and {tall} tall, and a picture takes at most"
            f" {MAX_WIDTH} and {MAX_HEIGHT}: name a smaller part of the page with --selector"
        )
    return {"x": left, "y": top, "width": wide, "height": tall}


def _reason(error: Exception) -> str:
    """Return a driver's message without its log: the first line, shortened."""
    return str(error).partition("\n")[0].partition(": ")[2][:LONGEST_REASON] or "no reason given"
