"""Telling who should know after a deploy, to real servers that accept, refuse, or keep silent."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from email.message import Message
from functools import partial
from http.server import ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from newsroom.deploy import hosts
from newsroom.deploy.channels import News, Told, announce
from newsroom.deploy.hosts import url_of
from newsroom.model.settings import Settings

from tests.serve import Quiet

SITE = "https://news.example/room"
NEWS = News(
    SITE,
    "2026-11-10-1",
    changed=("404.html", "corrections/feed.json", "feeds/all.atom", "index.html", "logo.png"),
    deleted=("incidents/x/index.html", "posts/old.html"),
)
KEY = "0123456789abcdef"


@dataclass(frozen=True)
class Letter:
    """What was posted."""

    path: str
    headers: Message
    body: bytes

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode())


@dataclass
class Box:
    """A server that takes letters: it gives these answers in turn, and then 204 to all."""

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    url: str = ""


class Taking(Quiet):
    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: object, box: Box) -> None:
        self.box = box
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_POST(self) -> None:  # noqa: N802 (the name is http.server's)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.box.letters.append(Letter(self.path, self.headers, body))
        status, headers = self.box.answers.pop(0) if self.box.answers else (204, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", "0")
        self.end_headers()


@contextmanager
def taking(*answers: int | tuple[int, dict[str, str]]) -> Iterator[Box]:
    box = Box([one if isinstance(one, tuple) else (one, {}) for one in answers])
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Taking, box=box)) as server:
        box.url = f"http://127.0.0.1:{server.server_port}/"
        # Looks for the end often: there are many servers, for a letter or two each.
        threading.Thread(target=server.serve_forever, args=[0.005], daemon=True).start()
        yield box
        server.shutdown()


@contextmanager
def raw(answer: bytes = b"", for_ever: bool = False) -> Iterator[str]:
    """A server that says these bytes, once or without end; with none, it never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                talking, _ = listening.accept()
                with talking:
                    talking.recv(65536)
                    talking.sendall(answer)
                    while for_ever:
                        talking.sendall(answer)

        if answer:
            threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


def tell(channels: Settings, news: News = NEWS, timeout: float = 60.0) -> list[Told]:
    told = list(announce(news, channels, timeout=timeout, pause=0.0))
    assert all("\n" not in one.message for one in told)
    return told


def test_what_is_not_configured_is_not_told() -> None:
    assert tell(Settings()) == []


def test_a_hub_that_refuses_twice_is_asked_again() -> None:
    with taking(503, 500) as hub:
        assert tell(Settings(websub_hub=hub.url)) == [
            Told(True, "WebSub: 127.0.0.1 knows of 2 feeds")
        ]
    topics = [letter.form["hub.url"] for letter in hub.letters]
    site, corrections = f"{SITE}/feeds/all.atom", f"{SITE}/corrections/feed.json"
    assert topics == [[site], [site], [site], [corrections]]
    for letter in hub.letters:
        assert letter.headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert letter.form["hub.mode"] == ["publish"]
        assert letter.form["hub.topic"] == letter.form["hub.url"]


def test_one_channel_that_fails_does_not_stop_another() -> None:
    with taking(503, 503, 503) as hub, taking() as own:
        told = tell(Settings(websub_hub=hub.url, webhook=own.url))
    assert told == [
        Told(
            False,
            "WebSub: 127.0.0.1 answered 503; the deploy stands;"
            " run invoke announce TARGET to try again",
        ),
        Told(True, "Webhook: 127.0.0.1 knows of 7 files"),
    ]
    assert len(hub.letters) == 3


@pytest.mark.parametrize("status", [400, 401, 404, 410])
def test_what_will_not_pass_is_not_tried_again(status: int) -> None:
    with taking(status) as box:
        (told,) = tell(Settings(webhook=box.url))
    assert told.message == (
        f"Webhook: 127.0.0.1 answered {status}; the deploy stands;"
        " check NEWSROOM_WEBHOOK, then run invoke announce TARGET to try again"
    )
    assert len(box.letters) == 1


def test_a_redirect_is_told_and_not_followed() -> None:
    with taking() as other, taking((308, {"Location": f"{other.url}T0/secret"})) as box:
        (told,) = tell(Settings(webhook=box.url))
    assert not told.ok
    assert "127.0.0.1 answered 308;" in told.message
    assert "check NEWSROOM_WEBHOOK" in told.message
    assert other.letters == []


def test_a_host_says_when_to_come_back() -> None:
    with taking((429, {"Retry-After": "0"})) as box:
        (told,) = announce(NEWS, Settings(webhook=box.url), pause=3600)
    assert told.ok
    assert len(box.letters) == 2


def test_nobody_waits_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "LONGEST_PAUSE", 0.01)
    hour, year = {"Retry-After": "3600"}, {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}
    with taking((429, hour), (503, year)) as box:
        (told,) = tell(Settings(webhook=box.url))
    assert told.ok
    assert len(box.letters) == 3


def test_addresses_of_odd_files() -> None:
    paths = ("a b/é?#%.html", "index.html", "x/index.html", "x/no-index.html", "\udcff.txt")
    assert [url_of(SITE, path).removeprefix(SITE) for path in paths] == [
        "/a%20b/%C3%A9%3F%23%25.html",
        "/",
        "/x/",
        "/x/no-index.html",
        "/%FF.txt",
    ]


def test_silence_has_an_end() -> None:
    with raw() as address:
        (told,) = tell(Settings(websub_hub=address), timeout=0.05)
    assert told.message == (
        "WebSub: 127.0.0.1 could not be asked (Read timed out. (read timeout=0.05));"
        " the deploy stands; run invoke announce TARGET to try again"
    )


def test_failures_are_said_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/"
    addresses = (nobody, "https://nowhere.invalid/", "ftp://files.example/")
    said = [tell(Settings(webhook=address))[0].message for address in addresses]
    for message, words in zip(
        said, ("Connection refused", "Name or service", "Scheme"), strict=True
    ):
        assert "could not be asked (" in message
        assert words in message


def test_indexnow_gets_the_pages() -> None:
    with taking(202) as engine:
        (told,) = tell(Settings(indexnow_key=KEY, indexnow_endpoint=f"{engine.url}indexnow"))
    (letter,) = engine.letters
    assert letter.path == "/indexnow"
    assert letter.headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(letter.body) == {
        "host": "news.example",
        "key": KEY,
        "keyLocation": f"{SITE}/{KEY}.txt",
        "urlList": [f"{SITE}/", f"{SITE}/incidents/x/", f"{SITE}/posts/old.html"],
    }
    assert told == Told(True, "IndexNow: 127.0.0.1 knows of 3 pages")


def test_search_engines_hear_of_nothing_that_is_hidden() -> None:
    with taking(202) as engine:
        hidden = frozenset({"posts/old.html", "incidents/x/index.html"})
        (told,) = tell(
            Settings(indexnow_key=KEY, indexnow_endpoint=engine.url), replace(NEWS, unlisted=hidden)
        )
    assert told.ok
    assert json.loads(engine.letters[0].body)["urlList"] == [f"{SITE}/"]


def test_indexnow_gets_many_pages_in_parts() -> None:
    many = tuple(f"posts/{number}/index.html" for number in range(20_001))
    with taking(200, 200, 403) as engine:
        channels = Settings(indexnow_key=KEY, indexnow_endpoint=engine.url)
        (told,) = tell(channels, replace(NEWS, changed=many, deleted=()))
    sent = [json.loads(letter.body)["urlList"] for letter in engine.letters]
    assert [len(urls) for urls in sent] == [10_000, 10_000, 1]
    assert len({url for urls in sent for url in urls}) == 20_001
    assert "answered 403 after 20,000 pages; the deploy stands; check NEWS" in told.message


def test_a_webhook_is_signed() -> None:
    with taking() as own:
        list(announce(NEWS, Settings(webhook=f"{own.url}hook"), "Straße"))
    (letter,) = own.letters
    right = hmac.new("Straße".encode(), letter.body, hashlib.sha256).hexdigest()
    assert letter.headers["X-Hub-Signature-256"] == f"sha256={right}"
    assert json.loads(letter.body) == {
        "event": "deploy",
        "site": SITE,
        "release": "2026-11-10-1",
        "changed": [
            f"{SITE}/404.html",
            f"{SITE}/corrections/feed.json",
            f"{SITE}/feeds/all.atom",
            f"{SITE}/",
            f"{SITE}/logo.png",
        ],
        "deleted": [f"{SITE}/incidents/x/", f"{SITE}/posts/old.html"],
    }


def test_without_a_secret_nothing_is_signed() -> None:
    with taking() as own:
        tell(Settings(webhook=own.url))
    assert "X-Hub-Signature-256" not in own.letters[0].headers


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 Oh\r\nthis is no header\r\nA: b\r\n\r\n",
        b"HTTP/1.1 301 Moved\r\nLocation: /T0/SECRET\r\nContent-Length: 0\r\n\r\n",
        b"rubbish",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n",
    ],
)
def test_nothing_secret_is_said(answer: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with raw(answer) as address:
        secret = f"{address.replace('//', '//me:SECRET@')}T0/SECRET?key=SECRET"
        (told,) = announce(NEWS, Settings(webhook=secret), "SECRET", timeout=0.5, pause=0)
    assert "127.0.0.1" in told.message
    assert "SECRET" not in told.message + caplog.text
    assert "T0" not in told.message + caplog.text


def test_who_has_no_news_is_left_in_peace() -> None:
    with taking() as box:
        channels = Settings(
            websub_hub=box.url, indexnow_key=KEY, indexnow_endpoint=box.url, webhook=box.url
        )
        told = tell(channels, replace(NEWS, changed=(), deleted=()))
        told += tell(replace(channels, webhook=""), replace(NEWS, changed=("a.css",), deleted=()))
    assert all(one.ok for one in told)
    assert [one.message for one in told] == [
        "WebSub: no feed has changed, so there is nothing to tell",
        "IndexNow: no page has changed, so there is nothing to tell",
        "Webhook: no file has changed, so there is nothing to tell",
        "WebSub: no feed has changed, so there is nothing to tell",
        "IndexNow: no page has changed, so there is nothing to tell",
    ]
    assert box.letters == []
