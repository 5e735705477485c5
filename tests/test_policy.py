"""The production build under the strict Content-Security-Policy that hosts are told to send."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from urllib.parse import unquote, urlsplit

from newsroom.model.policy import SECURITY, Policy
from playwright.sync_api import Browser, Route

from tests.sites import Site
from tests.test_accessibility import KINDS

HOME = "https://newsroom.alderandquince.example/"


def policy() -> str:
    """The policy that hosts are told to send with a page."""
    return Policy.of({}, has_search=True).headers("index.html")[SECURITY]


def test_every_kind_of_page_keeps_the_policy(browser: Browser, published: Site) -> None:
    """Structured data stands in a script element, which browsers do not run."""
    page = browser.new_page()
    said: list[str] = []
    asked: set[str] = set()

    def answer(route: Route) -> None:
        url = urlsplit(route.request.url)
        asked.add(f"{url.scheme}://{url.netloc}/")
        path = Path(published.output, unquote(url.path).lstrip("/"))
        file = path / "index.html" if path.is_dir() else path
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        headers = {"content-security-policy": policy(), "content-type": kind}
        route.fulfill(body=file.read_bytes(), headers=headers)

    page.route("**/*", answer)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for url in KINDS:
        page.goto(HOME + url)
        own = url == "verify/"
        assert page.evaluate("document.styleSheets.length") == 1 + own, url
    page.close()
    assert said == []
    assert asked == {HOME}
