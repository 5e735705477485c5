"""The server of ``invoke serve``: drafts are for who asks this machine by a name of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest
from newsroom.commands.serving import RELOAD_PATH, Preview, PreviewHandler

from tests.forked import usual_environment
from tests.sites import Site
from tests.sizes import first
from tests.test_guest import guest

DRAFT = "What is not announced yet"

Ask = Callable[..., str]


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """Send a request as it is written to a preview of one draft; what is answered."""
    (tmp_path / "index.html").write_text(f"<body>{DRAFT}</body>", "utf-8")
    (tmp_path / "feed.json").write_text(DRAFT, "utf-8")
    preview = Preview(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(PreviewHandler, preview=preview))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def send(*lines: str, until: str = "") -> str:
        with socket.create_connection(("127.0.0.1", server.server_port), 20) as connection:
            text = "\r\n".join((*lines, "Connection: close", "", ""))
            connection.sendall(text.replace("PORT", str(server.server_port)).encode("latin-1"))
            answer = b""
            while piece := connection.recv(4096):
                answer += piece
                if until and until.encode() in answer:
                    break
        return answer.decode("utf-8", "replace")

    yield send
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "host", ["localhost:PORT", "LOCALHOST:PORT", "127.0.0.1:PORT", "[::1]:PORT"]
)
def test_this_machine_is_answered(host: str, ask: Ask) -> None:
    for version in ("1.0", "1.1"):
        assert DRAFT in ask(f"GET / HTTP/{version}", f"Host: {host}")


FOREIGN = {
    "another name": ["Host: evil.example:PORT"],
    "another name without a port": ["Host: evil.example"],
    "no name": [],
    "an empty name": ["Host:"],
    "two names, ours first": ["Host: localhost:PORT", "Host: evil.example:PORT"],
    "two names, ours last": ["Host: evil.example:PORT", "Host: localhost:PORT"],
    "a name twice": ["Host: localhost:PORT", "Host: localhost:PORT"],
    "another port": ["Host: localhost:1"],
    "no port": ["Host: localhost"],
    "a name below ours": ["Host: evil.localhost:PORT"],
    "a name above ours": ["Host: localhost.evil.example:PORT"],
    "our name as who asks": ["Host: localhost:PORT@evil.example"],
    "our name with a dot": ["Host: localhost.:PORT"],
    "another form of our number": ["Host: 127.1:PORT"],
    "all numbers": ["Host: 0.0.0.0:PORT"],
    "a line that goes on": ["Host: localhost:PORT", " evil.example"],
    "a space before the colon": ["Host : localhost:PORT"],
}


@pytest.mark.parametrize("name", first(6, FOREIGN))
def test_anybody_else_is_refused_whatever_is_asked(name: str, ask: Ask) -> None:
    for method in ("GET", "HEAD", "POST", "OPTIONS"):
        for path in ("/", "/index.html", "/feed.json", "/nothing", RELOAD_PATH):
            for version in ("1.0", "1.1"):
                answer = ask(f"{method} {path} HTTP/{version}", *FOREIGN[name], until="\n\n")
                status = answer.split(" ")[1]
                assert status in ("400", "421"), f"{method} {path}: {answer}"
                assert DRAFT not in answer


@pytest.mark.parametrize("target", ["http://evil.example/", "http://localhost:PORT/", "*", "x"])
def test_a_target_that_is_no_path_is_refused(target: str, ask: Ask) -> None:
    answer = ask(f"GET {target} HTTP/1.1", "Host: localhost:PORT")
    assert " 400 " in answer.splitlines()[0]
    assert DRAFT not in answer


def test_the_oldest_form_of_a_request_gets_no_draft(ask: Ask) -> None:
    assert DRAFT not in ask("GET /")


def test_pages_hear_of_the_next_build(ask: Ask) -> None:
    answer = ask(f"GET {RELOAD_PATH} HTTP/1.1", "Host: localhost:PORT")
    assert answer.endswith("\r\n\r\n0")
    assert '!== "0") location.reload()' in ask("GET / HTTP/1.1", "Host: localhost:PORT")


@pytest.mark.parametrize("port", ["99999", "-1", "65536", "abc", "80.5"])
def test_a_port_that_is_none_is_said_in_one_line(port: str, site: Callable[[str], Site]) -> None:
    run = site("sample").invoke("serve", f"--port={port}").fails()
    assert run.stderr == f"error: port {port} cannot be used (there are 1 to 65535): name another\n"


@pytest.mark.full
def test_a_preview_of_a_public_site_leads_nowhere_else(tmp_path: Path) -> None:
    twin = guest(tmp_path, "simple")
    conf = twin.read("pelicanconf.py").replace('"notmyidea"', '"simple"')
    twin.write("pelicanconf.py", f"{conf}NEWSROOM_CARDS = False\n")
    code = "from newsroom_script import main; raise SystemExit(main())"
    command = (sys.executable, "-c", code, "serve", "--port=0")
    environment = usual_environment() | {"SOURCE_DATE_EPOCH": twin.now}
    with subprocess.Popen(command, cwd=twin.folder, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True) as running:  # fmt: skip
        assert running.stdout
        try:
            said = next(line for line in running.stdout if "Preview with drafts: " in line)
            here = said.split()[3]
            with urlopen(f"{here}incidents/wasps/", timeout=20) as answer:
                page = answer.read().decode()
        finally:
            running.send_signal(signal.SIGINT)
    assert f'href="{here}incidents/"' in page
    assert "tarnside.example/" not in page
