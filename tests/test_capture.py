"""Posts photographed in a real browser, from pages on a real server."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from newsroom.commands import browser as room
from newsroom.commands.answers import web_address
from newsroom.commands.browser import Capture, photograph
from newsroom.model.moment import Moment
from newsroom.model.problems import CommandError
from PIL import Image
from playwright.sync_api import Browser

from tests.browser import find_or_install
from tests.sizes import first

PAGES = Path(__file__).parent / "pages" / "capture"
ZONE = ZoneInfo("Europe/London")
NOW = datetime(2026, 3, 11, 10, 5, 42, 123456, timezone(timedelta(hours=2)))

MARKER, BANNER = (200, 30, 90), (0, 160, 80)
BLUE, YELLOW, WHITE = (20, 60, 220), (240, 200, 0), (255, 255, 255)


class Take(Protocol):
    def __call__(self, path: str, selector: str = "", timeout: float = 20.0) -> Capture: ...


class Handler(BaseHTTPRequestHandler):
    """The pages in the folder, and answers as only a bad server gives them."""

    over: threading.Event  # set when the tests are, so that no request outlives them
    wrong: dict[str, tuple[int, dict[str, str], bytes]]

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path in self.wrong:
            self.answer(*self.wrong[path])
        elif path == "/never":
            self.over.wait()
        elif path == "/endless":
            self.stream()
        elif (page := PAGES / path.strip("/")).is_file():
            self.answer(200, {"Content-Type": "text/html; charset=utf-8"}, page.read_bytes())
        else:
            self.answer(404, {"Content-Type": "text/html"}, b"<main>No such post, sorry.</main>")

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def stream(self) -> None:
        kind = "text/event-stream" if "events" in self.path else "text/html"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(b"<article role=article><p>The first of many words.</p></article>\n")
        try:
            while not self.over.wait(0.02):
                self.wfile.write(b"data: more\n\n")
                self.wfile.flush()
        except OSError:
            pass

    def log_message(self, format: str, *args: object) -> None:
        pass


def png_of(colour: tuple[int, int, int]) -> bytes:
    file = BytesIO()
    Image.new("RGB", (70, 40), colour).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a server on this machine, without a slash at its end."""
    Handler.over = threading.Event()
    Handler.wrong = {
        "/moved": (302, {"Location": "/moved-on"}, b""),
        "/moved-on": (301, {"Location": "/social.html"}, b""),
        "/away": (200, {"Content-Type": "text/html"}, b"<meta http-equiv=refresh content=0;gone>"),
        "/gone": (410, {"Content-Type": "text/html"}, b""),
        "/broken": (500, {"Content-Type": "text/html"}, b""),
        "/lead.png": (200, {"Content-Type": "image/png"}, png_of(BLUE)),
        "/notes.txt": (200, {"Content-Type": "text/plain"}, b"words"),
        "/report.zip": (200, {"Content-Type": "application/zip"}, b"PK\3\4"),
        "/empty": (200, {"Content-Type": "text/html"}, b""),
    }
    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    Handler.over.set()
    running.shutdown()
    running.server_close()


@pytest.fixture
def take(server: str, monkeypatch: pytest.MonkeyPatch) -> Take:
    monkeypatch.setenv("CHROME_PATH", find_or_install())

    def take(path: str, selector: str = "", timeout: float = 20.0) -> Capture:
        return photograph(f"{server}{path}", selector, now=lambda: NOW, zone=ZONE, timeout=timeout)

    return take


def picture(captured: Capture) -> Image.Image:
    return Image.open(BytesIO(captured.png)).convert("RGB")


def colours(captured: Capture) -> set[object]:
    return {colour for _, colour in picture(captured).getcolors(maxcolors=1 << 24) or ()}


def test_a_social_network(take: Take, server: str) -> None:
    captured = take("/social.html")
    shown = colours(captured)
    assert picture(captured).width == 2 * 600
    assert MARKER in shown
    assert not shown & {BANNER, BLUE, YELLOW}, "a banner or another post is in the picture"
    assert captured.text == (
        "Brambleway Jams\n\nNobody needs farmers.\n\nFruit grows by itself.\n\n7:42"
    )
    assert captured.author == "Brambleway Jams"
    assert captured.author_url == "https://perch.example/@bramblewayjams"
    assert captured.publication == "Perch"
    assert captured.published == Moment(datetime(2026, 3, 11, 7, 42, 10, tzinfo=UTC))
    assert captured.kind == "social-post"
    assert captured.lang == "en-GB"
    assert captured.url == f"{server}/social.html"
    assert captured.accessed == datetime(2026, 3, 11, 8, 5, 42, tzinfo=UTC)
    assert captured.accessed.tzinfo is UTC


@pytest.mark.full
def test_a_forum(take: Take, server: str) -> None:
    captured = take("/forum.html", "#post-3")
    shown = colours(captured)
    assert picture(captured).width == 2 * 900
    assert MARKER in shown
    assert BANNER not in shown
    assert captured.text.endswith("All of them. They put it there on purpose.")
    assert "Which batch?" in captured.text, "what the post quotes belongs to its text"
    assert "I found plastic" not in captured.text
    assert captured.author == "Wilf Ashdown"
    assert captured.author_url == f"{server}/user/wilf"
    assert captured.publication == "Preserving Talk"
    assert captured.published == Moment(datetime(2026, 3, 2, 9, 15, tzinfo=ZONE))
    assert captured.kind == "comment"


@pytest.mark.full
def test_a_link_to_one_post_of_a_thread(take: Take) -> None:
    captured = take("/forum.html#post-3")
    assert captured.author == "Wilf Ashdown"
    assert captured.url.endswith("/forum.html#post-3")


def test_a_post_without_a_name_gets_nobody_elses(take: Take) -> None:
    captured = take("/forum.html", "#post-4")
    assert captured.text == "No names here at all."
    assert (captured.author, captured.author_url, captured.published) == ("", "", None)


def test_a_newspaper(take: Take, server: str) -> None:
    captured = take("/newspaper.html")
    image, shown = picture(captured), colours(captured)
    assert image.width == 2 * 700
    assert image.height > 2 * 6000, "the page's wall cuts the article off"
    assert {MARKER, BLUE} <= shown, "the end or the picture far down is missing"
    assert not shown & {BANNER, YELLOW}
    assert image.getpixel((1390, 1500)) == WHITE, "something hovers over the article"
    assert captured.text == (
        "Jam maker under fire\n\nBy Cordelia Finch and Jasper Holloway\n\n"
        "Growers are furious.\n\nThe company did not comment."
    )
    assert captured.author == "Cordelia Finch, Jasper Holloway"
    assert captured.author_url == f"{server}/people/cordelia-finch"
    assert captured.publication == "Fenwick Courier (social)"
    assert captured.published == Moment(datetime(2026, 3, 11, 17, 30, tzinfo=UTC))
    assert captured.kind == "article"
    assert captured.lang == "en-GB"


@pytest.mark.full
def test_beside_a_browser_in_the_same_thread(take: Take, browser: Browser) -> None:
    assert browser.is_connected()
    assert take("/social.html").author == "Brambleway Jams"


@pytest.mark.full
def test_a_page_that_resists(take: Take) -> None:
    captured = take("/resisting.html", "#inner")
    assert captured.text == "The post, in a shadow."
    assert BANNER not in colours(captured)


def test_a_page_that_meddles_with_the_browser(take: Take) -> None:
    with pytest.raises(CommandError, match="meddles with the browser"):
        take("/meddling.html")


@pytest.mark.full
def test_a_page_that_never_finishes_loading(take: Take) -> None:
    captured = take("/unfinished.html")
    assert captured.text == "This stands already."
    assert MARKER in colours(captured)


@pytest.mark.full
def test_a_page_that_never_ends(take: Take) -> None:
    assert take("/endless").text == "The first of many words."


@pytest.mark.parametrize(
    ("path", "message"),
    first(1, [("/never", "did not answer within 1"), ("/loop.html", "was not ready")]),
)
def test_a_page_that_cannot_be_waited_for(take: Take, path: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        take(path, timeout=4)


def test_a_tall_post(take: Take) -> None:
    image = picture(take("/tall.html?stripes=22"))
    assert image.size == (300, 22_000)
    for stripe in range(22):
        colour = (stripe * 10, 255 - stripe * 10, stripe % 2 * 200)
        for row in (0, 1, 500, 998, 999):
            assert image.getpixel((150, stripe * 1000 + row)) == colour, (stripe, row)


@pytest.mark.full
def test_a_tall_post_at_two_pixels_each(take: Take) -> None:
    image = picture(take("/tall.html?stripes=6"))
    assert image.size == (600, 12_000)
    edges = [y for y in range(1, 12_000) if image.getpixel((9, y)) != image.getpixel((9, y - 1))]
    assert edges == [2000, 4000, 6000, 8000, 10_000]


@pytest.mark.full
def test_a_post_too_tall_for_a_picture(take: Take) -> None:
    with pytest.raises(CommandError, match=r"60000 tall, .* at most .* 24000: .* --selector"):
        take("/tall.html?stripes=60")
    assert picture(take("/tall.html?stripes=60", "article > :nth-child(50)")).size == (600, 2000)


@pytest.mark.parametrize(
    ("path", "message"),
    first(
        1,
        [
            ("/deleted.html", "answers 404 Not Found: .* deleted"),
            ("/gone", "answers 410"),
            ("/away", "answers 410"),
            ("/broken", "answers 500"),
            ("/notes.txt", "is text/plain, not a page"),
            ("/lead.png", "is image/png, not a page"),
            ("/report.zip", "is application/zip, not a page"),
            ("/empty", "nothing of the post"),
        ],
    ),
)
def test_what_is_no_page(take: Take, path: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        take(path)


@pytest.mark.full
def test_a_redirect(take: Take, server: str) -> None:
    captured = take("/moved")
    assert captured.url == f"{server}/social.html"
    assert captured.author == "Brambleway Jams"


@pytest.mark.parametrize(
    ("selector", "message"),
    first(
        1,
        [
            ("#post-9", "nothing visible .* '#post-9'"),
            ("p[", "check --selector"),
            ("title", "visible"),
        ],
    ),
)
def test_a_selector_that_is_of_no_use(take: Take, selector: str, message: str) -> None:
    with pytest.raises(CommandError, match=message):
        take("/forum.html", selector)


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "javascript:alert(1)", "perch.example/1", "https://", "http://[x", ""],
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(ValueError, match=r"begins with https://|Invalid IPv6 URL"):
        web_address(url)


@pytest.mark.full
def test_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROME_PATH", find_or_install())
    with pytest.raises(CommandError, match=r"cannot open .* \(net::ERR_.*\): check the address"):
        photograph("http://nobody.invalid/", now=lambda: NOW, zone=ZONE)


def test_hostile_claims(take: Take) -> None:
    captured = take("/hostile.html")
    assert captured.text == "xsoon\n\nPlain words."
    assert captured.author.startswith("Mallory [31m Crow Status: published bold AAAA")
    assert len(captured.author) == 200
    assert captured.publication == "Rook Status: published Author: Somebody"
    assert (captured.author_url, captured.published, captured.lang) == ("", None, "")
    for said in (captured.author, captured.publication):
        assert said.isprintable()
        assert "<" not in said


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    with pytest.raises(CommandError, match=r"pip install 'pelican-newsroom\[capture\]'"):
        photograph("https://perch.example/1", now=lambda: NOW, zone=ZONE)


def test_the_room_opens_without_the_extra() -> None:
    code = "import newsroom.commands.browser, sys; print('playwright' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(room.__file__).parent.parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


def test_without_a_browser(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHROME_PATH", str(tmp_path / "no-browser"))
    monkeypatch.setattr(room, "BROWSERS", ())
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    with pytest.raises(CommandError, match=r"no browser was found: install Chromium .*CHROME_PATH"):
        photograph("https://perch.example/1", now=lambda: NOW, zone=ZONE)


def test_a_browser_that_does_not_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "chromium"
    broken.write_text("not a program")
    monkeypatch.setenv("CHROME_PATH", str(broken))
    with pytest.raises(CommandError, match=r"does not start .*CHROME_PATH"):
        photograph("https://perch.example/1", now=lambda: NOW, zone=ZONE)
