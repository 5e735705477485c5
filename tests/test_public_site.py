"""The published site, looked at on this machine: its paths, its styles, its headers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path

import pytest
from newsroom.commands.serving import PublicHandler, listening
from newsroom.model.policy import SECURITY, Policy

from tests.sites import ROOT

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
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    policy = Policy.of({}, has_search=True)
    server = listening(0, partial(PublicHandler, folder=folder, site=SITE, policy=policy))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def get(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    found = (answer.status, dict(answer.getheaders()), answer.read().decode("utf-8", "replace"))
    connection.close()
    return found


def test_pages_find_their_styles_here(port: int) -> None:
    status, headers, text = get(port, "/newsroom/")
    assert (status, text) == (200, f'<link href="http://127.0.0.1:{port}/newsroom/theme/a.css">')
    assert headers[SECURITY].startswith("default-src 'none'")
    assert get(port, "/newsroom/a.png")[2] == SITE  # only what is text is changed


def test_the_site_stands_at_its_own_path(port: int) -> None:
    assert get(port, "/")[1]["Location"] == "/newsroom/"
    assert get(port, "/newsroom/posts")[1]["Location"] == "/newsroom/posts/"
    assert get(port, "/newsroom/posts/?a=b")[2] == "posts"
    for gone in ("/posts/", "/newsroom/nothing", "/newsroom/../secret.txt", "/newsroom/link.txt",
                 "/newsroom/%2e%2e/secret.txt"):  # fmt: skip
        assert get(port, gone)[::2] == (404, "gone")


def test_only_this_machine_is_answered(port: int) -> None:
    assert get(port, "/newsroom/", Host="rebound.example")[0] == 421


def test_the_picture_of_the_rehearsal_is_the_one_that_the_readme_names() -> None:
    picture = (ROOT / "docs/images/borrowed-photo.png").read_bytes()
    readme = (ROOT / "README.md").read_text("utf-8")
    assert (
        "cp docs/images/borrowed-photo.png content/incidents/borrowed-photo/original.png" in readme
    )
    assert f"Sha256: {sha256(picture).hexdigest()[:8]}…" in readme
