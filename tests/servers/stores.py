"""Object storage on this machine: moto, which knows conditional writes, and rclone, which
checks signatures; and a gate before them that can stop a deploy at any file.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from newsroom.publish.programs import program

KEY, SECRET = "newsroom-tests", "a-secret-of-the-tests"
CREDENTIALS: Mapping[str, str] = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}


@contextmanager
def moto(folder: Path) -> Iterator[str]:
    """The address of a moto server; what it says goes into a file in ``folder``."""
    port = free_port()
    command = (sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port))
    with _running(command, folder / "moto.log", port) as address:
        yield address


@contextmanager
def rclone_store(folder: Path) -> Iterator[str]:
    """The address of rclone serving ``folder`` by S3, each subfolder being a bucket."""
    port = free_port()
    options = ("--auth-key", f"{KEY},{SECRET}", "--addr", f"127.0.0.1:{port}")
    command = (program("rclone"), "serve", "s3", *options, str(folder))
    with _running(command, folder.with_suffix(".log"), port) as address:
        yield address


@contextmanager
def gate(store: str, passes: Callable[[str, str], bool]) -> Iterator[str]:
    """An address before ``store`` that asks ``passes(method, path)`` before each request.

    What may not pass gets no answer at all.
    """
    host = store.removeprefix("http://")
    handler = partial(_Gate, store=host, passes=passes)
    server = _Patient(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Patient(ThreadingHTTPServer):
    """Says nothing of connections that a kill has cut."""

    def handle_error(self, *_about: object) -> None:
        pass


class _Gate(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, *arguments: object, store: str, passes: Callable[[str, str], bool]) -> None:
        self.store, self.passes = store, passes
        super().__init__(*arguments)  # type: ignore[arg-type]

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.passes(self.command, self.path):
            self.close_connection = True
            return
        asked = http.client.HTTPConnection(self.store, timeout=30)
        asked.request(self.command, self.path, body, dict(self.headers))
        answer = asked.getresponse()
        data = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else str(len(data))
        self.send_header("Content-Length", length or "0")
        self.end_headers()
        self.wfile.write(data)
        asked.close()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _forward  # noqa: N815  (as its host says)


def make_bucket(store: str, name: str) -> None:
    """Make a bucket that everybody may read, as moto lets one."""
    open_to_all = {"x-amz-acl": "public-read-write"}
    request = urllib.request.Request(f"{store}/{name}", method="PUT", headers=open_to_all)
    urllib.request.urlopen(request).close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def _running(command: tuple[str, ...], log: Path, port: int) -> Iterator[str]:
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, stdout=said, stderr=said, start_new_session=True, env=os.environ
        )
        try:
            _wait_for(port, process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until it answers, whatever it answers."""
    while True:
        assert process.poll() is None, log.read_text("utf-8", "replace")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            continue
        return
