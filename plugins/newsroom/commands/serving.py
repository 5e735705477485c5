"""Show the newsroom on this machine: with drafts, rebuilt and reloaded on save, or as published.

The preview is built into a folder of its own, so that no draft ever lies in the output. Only
requests to a name of this machine itself are answered: any web page can give its own name this
machine's address (DNS rebinding), and would else read the drafts in the browser of who writes them.
"""

from __future__ import annotations

import contextlib
import html
import io
import logging
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from ..files import OVERRIDES
from ..model.policy import Policy, is_text
from ..model.problems import CommandError
from .building import run_pelican
from .options import Given, Option, command
from .project import Project, Result

HOST = "127.0.0.1"
OWN_NAMES = ("localhost", HOST, "[::1]")
RELOAD_PATH = "/.newsroom-reload"
_SCRIPT = f"""<script>setInterval(async () => {{
  const answer = await fetch("{RELOAD_PATH}");
  if (await answer.text() !== "BUILDS") location.reload();
}}, 500)</script>"""
_NOT_BUILT = Path(__file__).with_name("not_built.html")


@dataclass
class Preview:
    """What the builder tells the server: how often it has built, and what it said if it failed."""

    folder: Path
    builds: int = 0
    broken: str = ""

    def rebuild(self, build: Callable[[], int]) -> None:
        """Build, and note what was said if it failed."""
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            try:
                code = build()
            except Exception as error:  # the preview outlives whatever a save breaks
                print(f"error: {error}", file=said)
                code = 1
        sys.stderr.write(said.getvalue())
        self.broken = (said.getvalue() or "the build failed") if code else ""
        self.builds += 1


class PreviewHandler(SimpleHTTPRequestHandler):
    """Serves the preview folder, with the reloading script in its pages."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: object, preview: Preview) -> None:
        self.preview = preview
        super().__init__(*arguments, directory=str(preview.folder))  # type: ignore[arg-type]  # of socketserver

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

    def do_GET(self) -> None:
        """Send a page with the script, the problems instead of it, or any other file."""
        path = Path(self.translate_path(self.path))
        is_folder = path.is_dir() and self.path.split("?")[0].endswith("/")
        page = path / "index.html" if is_folder else path
        if self.path == RELOAD_PATH:
            self._send(200, {"Content-Type": "text/plain"}, str(self.preview.builds).encode())
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
        script = _SCRIPT.replace("BUILDS", str(self.preview.builds))
        data = text.replace("</body>", f"{script}</body>").encode("utf-8")
        self._send(status, {"Content-Type": "text/html; charset=utf-8"}, data)

    def _send(self, status: int, headers: Mapping[str, str], data: bytes = b"") -> None:
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


class PublicHandler(PreviewHandler):
    """Serves what was published as a host does: below the site's path, with its headers."""

    def __init__(self, *arguments: object, preview: Preview, site: str, policy: Policy) -> None:
        self.site, self.policy = site.rstrip("/"), policy
        super().__init__(*arguments, preview=preview)

    def do_GET(self) -> None:
        """Send a file, or the site's own page for what is not there."""
        asked, below = self.path.partition("?")[0], urlsplit(self.site).path
        is_ours = f"{asked}/".startswith(f"{below}/")
        file = Path(self.translate_path(asked.removeprefix(below)))
        if not is_ours and asked == "/":
            return self._send(301, {"Location": f"{below}/"})
        if is_ours and file.is_dir() and not asked.endswith("/"):
            return self._send(301, {"Location": f"{asked}/"})
        page = file / "index.html" if file.is_dir() else file
        is_there = is_ours and page.is_file()
        page = page if is_there else self.preview.folder / "404.html"
        data = page.read_bytes() if page.is_file() else b""
        if is_text(page.name) and self.site:  # its addresses are those that readers will find
            data = data.replace(
                self.site.encode(), f"http://{self.headers['Host']}{below}".encode()
            )
        name = page.relative_to(self.preview.folder).as_posix()
        return self._send(200 if is_there else 404, self.policy.headers(name), data)

    do_HEAD = do_GET  # noqa: N815


def _listening(port: str, handler: Callable[..., PreviewHandler]) -> ThreadingHTTPServer:
    """Return a server that listens. Raises CommandError if the port cannot be used."""
    try:
        return ThreadingHTTPServer((HOST, int(port or 8000)), handler)
    except (OSError, OverflowError, ValueError) as error:
        why = getattr(error, "strerror", None) or "there are 1 to 65535"
        raise CommandError(f"port {port} cannot be used ({why}): name another") from None


@command(
    Option("port", "The port to listen on (default: 8000)"),
    Option("public", "Show what invoke publish has made", action="store_true"),
)
def serve(project: Project, given: Given) -> Result:
    """Preview with drafts, rebuilt and reloaded on save, or what is published, until Ctrl-C."""
    if given["public"]:
        _serve_public(Project(project.root / "publishconf.py"), given["port"])
    else:
        _serve_drafts(project, given["port"])
    return Result()


def _serve_public(project: Project, port: str) -> None:
    if not (project.output / "index.html").is_file():
        raise CommandError("there is no site in output/: run invoke publish first")
    site, policy = project.settings.site_url, Policy.of(project.settings.headers, has_search=True)
    preview = Preview(project.output)
    server = _listening(port, partial(PublicHandler, preview=preview, site=site, policy=policy))
    where = f"http://{HOST}:{server.server_port}{urlsplit(site).path.rstrip('/')}/"
    print(f"What will be public: {where}  (Ctrl-C ends it)", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


def _serve_drafts(project: Project, port: str) -> None:
    from watchfiles import watch

    preview = Preview(project.root / "preview")
    watched = (project.content, project.theme, project.root / OVERRIDES, project.conf)
    server = _listening(port, partial(PreviewHandler, preview=preview))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://{HOST}:{server.server_port}"

    def build() -> int:
        # Where pages name the site, they would lead away from the preview.
        site = here if project.settings.site_url else ""
        return run_pelican(project, preview.folder, NEWSROOM_DRAFTS=True, SITEURL=site)

    preview.rebuild(build)
    print(f"Preview with drafts: {here}/  (Ctrl-C ends it)", flush=True)
    logging.getLogger("watchfiles").setLevel(logging.ERROR)  # it would warn of Ctrl-C
    try:
        for _ in watch(*filter(Path.exists, watched), step=20, debounce=50, raise_interrupt=False):
            preview.rebuild(build)
    finally:
        server.shutdown()
