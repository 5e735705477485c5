"""A live site held against what should be there: real trees, served whole and tampered with."""

from __future__ import annotations

import gzip
import re
import shutil
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from http.server import ThreadingHTTPServer
from pathlib import Path

import brotli
import pytest
from newsroom.deploy.live_site import AT_ONCE, GIVE_UP, Difference, Expected, verify
from newsroom.model.policy import SHORTLY

from tests.serve import Quiet, hosting

HEADERS = {"Cache-Control": SHORTLY, "X-Frame-Options": "DENY"}
PATHS = (
    "404.html",
    "a b/é.txt",
    "feeds/all.atom",
    "index.html",
    "logo.png",
    "posts/one/index.html",
    "posts/two/index.html",
    "sitemap.xml",
)


@dataclass
class Live:
    """A site that is live: its folder, its address, what the host sends with each file."""

    folder: Path
    base: str
    headers: dict[str, str]
    expected: list[Expected] = field(default_factory=list)

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

    def renew(self) -> None:
        """Make the site as it should be."""
        self.headers.clear()
        self.headers.update(HEADERS)
        shutil.rmtree(self.folder, ignore_errors=True)
        for path in PATHS:
            self.write(path, f"This is {path}: Straße")
        self.write("index.html", f'<a href="posts/one/">1</a> <a href="{self.base}/posts/two">2')
        urls = "".join(f"<url><loc>{self.base}/posts/{one}/</loc></url>" for one in ("one", "two"))
        self.write("sitemap.xml", f'<urlset xmlns="http://www.sitemaps.org/s">{urls}</urlset>')
        self.expected = [
            Expected(path, sha256((self.folder / path).read_bytes()).hexdigest(), HEADERS)
            for path in PATHS
        ]

    def verify(self, listed: Sequence[str] = (), kept: Sequence[str] = ()) -> list[Difference]:
        found = verify(self.base, self.expected, listed=listed, kept=kept, pause=0.0)
        assert all("\n" not in one.message for one in found)
        return found


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    root = tmp_path_factory.mktemp("live")
    headers: dict[str, str] = {}
    with hosting(root, headers) as address:
        yield Live(root, address.rstrip("/"), headers)


@pytest.fixture
def live(host: Live) -> Live:
    host.renew()
    return host


@pytest.fixture
def below_a_path(host: Live) -> Live:
    host.renew()
    below = Live(host.folder / "room", f"{host.base}/room", host.headers)
    below.renew()
    return below


Page = tuple[int, dict[str, str], bytes]


class Odd(Quiet):
    """A host that does to each path what it is told, and knows no other."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: object, pages: dict[str, Page], asked: list[str]) -> None:
        self.pages = pages
        self.asked = asked
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:  # noqa: N802 (the name is http.server's)
        self.asked.append(self.path)
        assert self.headers["Accept-Encoding"] == "identity"
        assert self.headers["Cache-Control"] == "no-cache"
        other = self.pages.get("*", (404, {}, b"not found"))
        status, headers, body = self.pages.get(self.path, other)
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = "Content-Length" in headers


@contextmanager
def odd(pages: dict[str, Page]) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = partial(Odd, pages=pages, asked=asked)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        # Looks for the end often: there are many servers, for a page or two each.
        threading.Thread(target=server.serve_forever, args=[0.005], daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def expect(path: str, body: bytes, **headers: str) -> Expected:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Expected(path, sha256(body).hexdigest(), named)


def kinds(found: Sequence[Difference]) -> list[tuple[str, str]]:
    """The address of the first file of each difference, below the host, and its kind."""
    first = [re.search(r"http://[\w.:]+/([^ ,]*?)(?:[:,] | and )", one.message) for one in found]
    return [(at[1] if at else "", one.kind) for at, one in zip(first, found, strict=True)]


def test_a_site_as_it_should_be(live: Live) -> None:
    seen: list[tuple[int, int]] = []
    found = verify(live.base, live.expected, listed=PATHS, watch=lambda *now: seen.append(now))
    assert found == []
    assert seen == [(number, len(PATHS)) for number in range(1, len(PATHS) + 1)]


def test_a_site_below_a_path(below_a_path: Live) -> None:
    live = below_a_path
    shutil.copy(live.folder / "404.html", live.folder.parent)
    assert live.verify(listed=PATHS) == []
    live.write("sitemap.xml", "<urlset></urlset>")
    assert kinds(live.verify()) == [("room/sitemap.xml", "stale")]


def test_what_has_not_arrived(live: Live) -> None:
    (live.folder / "posts/one/index.html").unlink()
    assert live.verify() == [
        Difference(
            "missing",
            f"127.0.0.1 answered 404: {live.base}/posts/one/:"
            " see that it is the right address, deploy again",
        )
    ]


def test_of_many_that_are_alike_three_are_named(live: Live) -> None:
    live.expected += [Expected(f"posts/{number}/index.html", "0" * 64) for number in range(40)]
    live.expected = [Expected(one.path, "0" * 64) for one in live.expected]
    found = verify(live.base, live.expected, pause=0)
    assert [one.files for one in found] == [1, len(PATHS) - 1, 40]
    assert "posts/1/, " in found[-1].message
    assert " and 37 more: see that it is the right address" in found[-1].message


def test_what_is_older(live: Live) -> None:
    live.write("a b/é.txt", "This was a b/é.txt")
    (found,) = live.verify()
    assert found.kind == "stale"
    assert found.message.startswith(f"not what this release holds: {live.base}/a%20b/%C3%A9.txt: ")


def test_another_page_for_what_does_not_exist(live: Live) -> None:
    live.write("404.html", "Oops")
    assert kinds(live.verify()) == [("404.html", "stale")]


def test_a_page_for_what_does_not_exist_must_say_so() -> None:
    home = b"All is well"
    with odd({"*": (200, {}, home)}) as (base, _):
        found = verify(base, [expect("404.html", home), expect("index.html", home)])
    assert kinds(found) == [("404.html", "missing")]
    assert "a page that does not exist answered 200" in found[0].message


def test_what_the_target_lists(live: Live) -> None:
    listed = (*PATHS, "theme/old-h0123456789ab.css", "drafts/secret/index.html")
    assert live.verify(listed, kept=["theme/old-h0123456789ab.css"]) == [
        Difference(
            "foreign",
            f"lies at the target, but is in no release: {live.base}/drafts/secret/: delete it",
        )
    ]


def test_one_wrong_header_is_one_difference(live: Live) -> None:
    live.headers["Cache-Control"] = "no-store"
    del live.headers["X-Frame-Options"]
    named = ", ".join(f"{live.base}/{path}" for path in ("404.html", "a%20b/%C3%A9.txt"))
    end = f"{named}, {live.base}/feeds/all.atom and 5 more: see the host's configuration"
    assert live.verify() == [
        Difference("header", f"{what}: {end}", 8)
        for what in (
            f"Cache-Control is “no-store”, but should be “{SHORTLY}”",
            "X-Frame-Options is not sent, but should be “DENY”",
        )
    ]


@pytest.mark.parametrize(
    ("wanted", "sent", "alike"),
    [
        ("text/html; charset=utf-8", 'Text/HTML;CHARSET="UTF-8"', True),
        ("application/json", "application/json; charset=utf-8", True),
        ("application/json", "application/json; charset=latin-1", False),
        ("text/html; charset=utf-8", "text/html", False),
        ("text/html; charset=utf-8", "text/plain; charset=utf-8", False),
    ],
)
def test_types_are_compared_by_their_meaning(wanted: str, sent: str, alike: bool) -> None:
    with odd({"/": (200, {"content-type": sent}, b"home")}) as (base, _):
        found = verify(base, [expect("index.html", b"home", Content_Type=wanted)])
    assert [one.kind for one in found] == ([] if alike else ["header"])


def test_spaces_and_capitals_of_headers_do_not_matter() -> None:
    with odd({"/": (200, {"x-frame-options": "DENY ", "A": "b   c"}, b"home")}) as (base, _):
        assert verify(base, [expect("index.html", b"home", X_Frame_Options="DENY", A="b c")]) == []


def test_what_comes_compressed_is_compared_unpacked() -> None:
    body = b"a page " * 50_000
    pages: dict[str, Page] = {
        "/": (200, {"Content-Encoding": "gzip"}, gzip.compress(body)),
        "/br/": (200, {"Content-Encoding": "br"}, brotli.compress(body)),
        "/xy/": (200, {"Content-Encoding": "xy"}, body[::-1]),
    }
    with odd(pages) as (base, _):
        paths = ("index.html", "br/index.html", "xy/index.html")
        found = verify(base, [expect(path, body) for path in paths])
    assert kinds(found) == [("xy/", "stale")]


def test_redirects_are_not_followed() -> None:
    with odd({"/": (200, {}, b"home")}) as (other, asked_there):
        with odd({"/away/": (301, {"Location": f"{other}/"}, b"")}) as (base, _):
            (found,) = verify(base, [expect("away/index.html", b"home")])
        assert (found.kind, asked_there) == ("missing", [])
        assert "127.0.0.1 answered 301: " in found.message


def test_a_host_that_cannot_be_reached_is_one_difference() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        base = f"http://127.0.0.1:{free.getsockname()[1]}"
    expected = [expect(f"{number}.html", b"") for number in range(30_000)]
    (found,) = verify(base, expected, listed=["x"], pause=0.0)
    assert found.kind == "unreachable"
    assert "Connection refused): nothing could be compared" in found.message


def test_a_host_that_keeps_silent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        base = f"http://127.0.0.1:{silent.getsockname()[1]}"
        (found,) = verify(base, [expect("index.html", b"")], timeout=0.05, pause=0.0)
    assert "Read timed out" in found.message


def test_a_host_that_has_had_enough_is_left_in_peace() -> None:
    """Its silence is one difference, and most files are not asked for."""
    with odd({"/": (200, {}, b"home"), "*": (503, {}, b"")}) as (base, asked):
        expected = [expect(f"{number}.html", b"") for number in range(5_000)]
        (found,) = verify(base, expected, pause=0.0)
    assert (found.kind, found.files) == ("unreachable", GIVE_UP)
    assert found.message.startswith(f"127.0.0.1 answered 503: {base}/0.html, ")
    assert len(asked) <= 3 * (GIVE_UP + AT_ONCE) + 1  # each three times, and the home page


def test_a_file_that_comes_short_is_asked_for_again() -> None:
    pages: dict[str, Page] = {
        "/": (200, {}, b"home"),
        "/short.txt": (200, {"Content-Length": "100"}, b"short"),
    }
    with odd(pages) as (base, asked):
        found = verify(
            base, [expect("index.html", b"home"), expect("short.txt", b"short")], pause=0.0
        )
    assert kinds(found) == [("short.txt", "unreachable")]
    assert asked.count("/short.txt") == 3
