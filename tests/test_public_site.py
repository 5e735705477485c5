"""The published site, looked at on this machine: its paths, its styles, its headers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.client import HTTPConnection
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from newsroom.commands.serving import Preview, PublicHandler
from newsroom.model.policy import SECURITY, Policy

from tests.sites import Site

SITE = "https://example.com/newsroom"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    folder = tmp_path / "output"
    (folder / "posts").mkdir(parents=True)
    (folder / "index.html").write_text(f'<link href="{SITE}/theme/a.css">', "utf-8")
    (folder / "posts/index.html").write_text("posts", "utf-8")
    (folder / "404.html").write_text("gone", "utf-8")
    (folder / "a.png").write_bytes(SITE.encode())
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    policy = Policy.of({}, has_search=True)
    handler = partial(PublicHandler, preview=Preview(folder), site=SITE, policy=policy)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def get(
    port: int, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    found = (answer.status, dict(answer.getheaders()), answer.read().decode("utf-8", "replace"))
    connection.close()
    return found


def test_pages_find_their_styles_here(port: int) -> None:
    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        status, headers, text = get(port, "/newsroom/", Host=host)
        assert (status, text) == (200, f'<link href="http://{host}/newsroom/theme/a.css">')
        assert headers[SECURITY].startswith("default-src 'none'")
        assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert get(port, "/newsroom/a.png")[2] == SITE  # only what is text is changed
    status, headers, text = get(port, "/newsroom/", "HEAD")
    assert (status, text) == (200, "")
    assert SECURITY in headers


def test_the_site_stands_at_its_own_path(port: int) -> None:
    assert get(port, "/")[1]["Location"] == "/newsroom/"
    assert get(port, "/newsroom")[1]["Location"] == "/newsroom/"
    assert get(port, "/newsroom/posts")[1]["Location"] == "/newsroom/posts/"
    assert get(port, "/newsroom/posts/?a=b")[2] == "posts"
    for gone in ("/posts/", "/newsroomposts/", "/newsroom/nothing", "/newsroom/../secret.txt",
                 "/newsroom/%2e%2e/secret.txt"):  # fmt: skip
        assert get(port, gone)[::2] == (404, "gone")


def test_only_this_machine_is_answered(port: int) -> None:
    assert get(port, "/newsroom/", Host="rebound.example")[0] == 421


def test_before_a_publish_it_says_so(site: Callable[[str], Site]) -> None:
    run = site("sample").invoke("serve", "--public").fails()
    assert run.stderr == "error: there is no site in output/: run invoke publish first\n"
