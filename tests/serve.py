"""A folder served over HTTP on a free port of this machine, for as long as a test needs it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import brotli

# What gains by compression, and is written in UTF-8.
TEXTS = ("text/", "application/json", "application/xml", "application/atom+xml", "image/svg+xml")
QUALITY = 5  # as hosts compress while one waits


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


class Host(Quiet):
    """Answers as a good web host does: compressed, cacheable, on connections that stay open."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or a body waits 40 ms for its headers to be acknowledged
    extensions_map = Quiet.extensions_map | {
        ".atom": "application/atom+xml",
        ".avif": "image/avif",
        ".webp": "image/webp",
    }

    def __init__(self, *arguments: object, headers: Mapping[str, str], directory: str) -> None:
        self.own = headers
        super().__init__(*arguments, directory=directory)  # type: ignore[arg-type]

    def send_head(self) -> BytesIO:
        """Send the status and the headers. What is returned, GET sends after them."""
        file = self._file()
        self.send_response(HTTPStatus.OK if file else HTTPStatus.NOT_FOUND)
        found = file or Path(self.directory, "404.html")
        kind = self.guess_type(str(found))
        is_text = kind.startswith(TEXTS)
        body = found.read_bytes() if found.is_file() else b""
        if is_text and "br" in self.headers.get("Accept-Encoding", ""):
            body = brotli.compress(body, quality=QUALITY)
            self.send_header("Content-Encoding", "br")
        fresh = "no-cache" if kind == "text/html" else "public, max-age=31536000"
        own = {
            "Content-Type": f"{kind}; charset=utf-8" if is_text else kind,
            "Content-Length": str(len(body)),
            "Cache-Control": fresh,
            "Vary": "Accept-Encoding",
        }
        for name, value in (own | dict(self.own)).items():
            self.send_header(name, value)
        self.end_headers()
        return BytesIO(body)

    def _file(self) -> Path | None:
        path = Path(self.translate_path(self.path))
        file = path / "index.html" if path.is_dir() else path
        return file if file.is_file() else None


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address at which ``folder`` is served."""
    with running(partial(Quiet, directory=str(folder))) as address:
        yield address


@contextmanager
def hosting(folder: Path, headers: Mapping[str, str]) -> Iterator[str]:
    """The address at which ``folder`` is served as a web host would, with these headers.

    The folder may be made afterwards, so that a site can be built for the address.
    """
    with running(partial(Host, directory=str(folder), headers=headers)) as address:
        yield address


@contextmanager
def running(handler: Callable[..., SimpleHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
