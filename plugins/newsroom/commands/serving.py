"""Serve the newsroom on this machine: with drafts, rebuilt and reloaded on save, or in public.

The preview is built into a folder of its own, so that no draft ever lies in the output. The
reloading script is added to pages as they are sent. The pages of a published site name the
address at which readers will find them, styles and scripts included: that is replaced in what
is sent. No written file is touched.

Only requests to a name of this machine itself are answered. Any web page can give its own name
this machine's address (DNS rebinding), and would else read the drafts in the browser of who
writes them.
"""

from __future__ import annotations

import contextlib
import html
import io
import logging
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..model.policy import Policy, is_text
from ..model.problems import CommandError
from .building import run_pelican
from .options import ContentOptions, command, flag, option
from .project import Project
from .results import Result

HOST = "127.0.0.1"
OWN_NAMES = ("localhost", HOST, "[::1]")
RELOAD_PATH = "/.newsroom-reload"
_SCRIPT = f"<script>new EventSource('{RELOAD_PATH}').onmessage = () => location.reload()</script>"
_NOT_BUILT = Path(__file__).with_name("not_built.html")


@dataclass
class Preview:
    """The state that the builder and the server share."""

    folder: Path
    builds: int = 0
    broken: str = ""
    changed: threading.Condition = field(default_factory=threading.Condition)

    def rebuild(self, build: Callable[[], int]) -> None:
        """Build, note what was said if it failed, and tell the open pages."""
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            try:
                code = build()
            except Exception as error:  # the preview outlives whatever a save breaks
                print(f"error: {error}", file=said)
                code = 1
        sys.stderr.write(said.getvalue())
        with self.changed:
            self.broken = (said.getvalue() or "the build failed") if code else ""
            self.builds += 1
            self.changed.notify_all()


class OwnHandler(SimpleHTTPRequestHandler):
    """Answers only at the names of this machine, and says nothing in the terminal."""

    protocol_version = "HTTP/1.1"

    def parse_request(self) -> bool:
        """Whether to answer: whatever the method and the path, only what is asked of us."""
        if not super().parse_request():
            return False
        port = self.connection.getsockname()[1]
        own = [f"{name}:{port}" for name in OWN_NAMES] + (list(OWN_NAMES) if port == 80 else [])
        hosts = self.headers.get_all("Host", [])
        if len(hosts) != 1 or not self.path.startswith("/"):  # RFC 9112, 3.2; we are no proxy
            self.send_error(400, explain=f"Ask for http://{own[0]}/.")
            return False
        if hosts[0].lower() not in own:
            self.send_error(421, explain=f"The preview is at http://{own[0]}/ and nowhere else.")
            return False
        return True

    def answer(self, status: int, headers: Mapping[str, str], data: bytes = b"") -> None:
        """Send an answer that no browser keeps."""
        self.send_response(status)
        sent = {**headers, "Content-Length": str(len(data)), "Cache-Control": "no-store"}
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the builds have the terminal."""


class PreviewHandler(OwnHandler):
    """Serves the preview folder, with the reloading script in its pages."""

    def __init__(self, *arguments: object, preview: Preview) -> None:
        self.preview = preview
        super().__init__(*arguments, directory=str(preview.folder))  # type: ignore[arg-type]  # of socketserver

    def do_GET(self) -> None:
        """Send a page with the script, the problems instead of it, or any other file."""
        path = Path(self.translate_path(self.path))
        is_folder = path.is_dir() and self.path.split("?")[0].endswith("/")
        page = path / "index.html" if is_folder else path
        if self.path == RELOAD_PATH:
            self._send_events()
        elif page.suffix == ".html" or not page.exists():
            self._send_page(page)
        else:
            super().do_GET()

    def _send_page(self, page: Path) -> None:
        status = 200
        if self.preview.broken:
            problems = html.escape(self.preview.broken)
            text = _NOT_BUILT.read_text("utf-8").replace("PROBLEMS", problems)
        else:
            if not page.is_file():
                status, page = 404, self.preview.folder / "404.html"
            text = page.read_text("utf-8") if page.is_file() else "</body>"
        data = text.replace("</body>", f"{_SCRIPT}</body>").encode("utf-8")
        self.answer(status, {"Content-Type": "text/html; charset=utf-8"}, data)

    def _send_events(self) -> None:
        """Send one server-sent event after the next build, then close the connection."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        with contextlib.suppress(OSError):  # the page was closed
            with self.preview.changed:
                seen = self.preview.builds
                while self.preview.builds == seen:
                    self.preview.changed.wait(15)
                    self.wfile.write(b": still here\n\n")
            self.wfile.write(b"data: reload\n\n")
        self.close_connection = True


class PublicHandler(OwnHandler):
    """Serves a published folder as a host does: below the site's path, with its headers."""

    def __init__(self, *arguments: object, folder: Path, site: str, policy: Policy) -> None:
        self.folder, self.site, self.policy = folder.resolve(), site.rstrip("/"), policy
        super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]  # of socketserver

    def do_GET(self) -> None:
        """Send a file, or the site's own page for what is not there."""
        below = urlsplit(self.site).path
        asked = unquote(urlsplit(self.path).path)
        path = asked[len(below) + 1 :] if asked.startswith(f"{below}/") else "404.html"
        if asked in ("/", below) and below:
            self.answer(301, {"Location": f"{below}/"})
        elif path and not path.endswith("/") and (self.folder / path).is_dir():
            self.answer(301, {"Location": f"{asked}/"})
        else:
            named = f"{path}index.html" if not path or path.endswith("/") else path
            found = named if self._is_ours(named) else "404.html"
            self._send(found, 200 if found == named and named != "404.html" else 404)

    do_HEAD = do_GET  # noqa: N815

    def _is_ours(self, path: str) -> bool:
        file = (self.folder / path).resolve()
        return file.is_file() and file.is_relative_to(self.folder)

    def _send(self, path: str, status: int) -> None:
        data = (self.folder / path).read_bytes() if self._is_ours(path) else b""
        if is_text(path) and self.site:
            port = self.connection.getsockname()[1]
            here = f"http://{HOST}:{port}{urlsplit(self.site).path}"
            data = data.replace(self.site.encode("utf-8"), here.encode("utf-8"))
        self.answer(status, self.policy.headers(path), data)


def listening(port: str | int, handler: Callable[..., OwnHandler]) -> ThreadingHTTPServer:
    """Return a server that listens. Raises CommandError if the port cannot be used."""
    try:
        server = ThreadingHTTPServer((HOST, int(port)), handler)
    except (OSError, OverflowError, ValueError) as error:
        why = getattr(error, "strerror", None) or "there are 1 to 65535"
        raise CommandError(f"port {port} cannot be used ({why}): name another") from None
    server.daemon_threads = True
    return server


@dataclass(frozen=True)
class ServeOptions(ContentOptions):
    """Of a preview."""

    port: str = option("The port to listen on (default: 8000)")
    public: bool = flag("Show what invoke publish has made, as readers will see it")


@command(ServeOptions)
def serve(project: Project, given: ServeOptions) -> Result:
    """Preview with drafts, rebuilt and reloaded on save; or the public site as it was made."""
    port = given.port or "8000"
    if given.public:
        _serve_public(Project(project.root / "publishconf.py"), port)
    else:
        _serve_drafts(project, port)
    return Result()


def _serve_public(project: Project, port: str) -> None:
    """Serve what ``invoke publish`` has made, until Ctrl-C. Raises CommandError for nothing."""
    if not (project.output / "index.html").is_file():
        raise CommandError("there is no site in output/: run invoke publish first")
    site = str(project.declared.get("SITEURL", ""))
    policy = Policy.of(project.settings.headers, has_search=True)
    handler = partial(PublicHandler, folder=project.output, site=site, policy=policy)
    server = listening(port, handler)
    where = f"http://{HOST}:{server.server_port}{urlsplit(site).path.rstrip('/')}/"
    print(f"What will be public: {where}  (Ctrl-C ends it)", flush=True)
    server.serve_forever()


def _serve_drafts(project: Project, port: str) -> None:
    """Build and serve, and rebuild whenever a source changes, until Ctrl-C."""
    from watchfiles import watch

    preview = Preview(project.root / "preview")
    watched = (project.folder, project.root / "theme", project.conf)
    server = listening(port, partial(PreviewHandler, preview=preview))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def build() -> int:
        return run_pelican(project, preview.folder, drafts=True)

    preview.rebuild(build)
    print(f"Preview with drafts: http://{HOST}:{server.server_port}/  (Ctrl-C ends it)", flush=True)
    logging.getLogger("watchfiles").setLevel(logging.ERROR)  # it would warn of Ctrl-C
    try:
        for _ in watch(*filter(Path.exists, watched), step=20, debounce=50, raise_interrupt=False):
            preview.rebuild(build)
    finally:
        server.shutdown()
