"""The public site as it was published, looked at on this machine before it goes anywhere.

Its pages name the address at which readers will find them, styles and scripts
included. So that address is replaced in what is sent; no written file is touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ..model.policy import Policy, is_text
from ..model.problems import CommandError
from ..model.settings import Settings, SettingsError
from .preview import OwnHandler, listening


class PublicHandler(OwnHandler):
    """Serves a published folder as a host does: below the site's path, with its headers."""

    def __init__(self, *arguments: object, folder: Path, site: str, policy: Policy) -> None:
        self.folder, self.site, self.policy = folder.resolve(), site.rstrip("/"), policy
        super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

    def do_GET(self) -> None:  # noqa: N802  (http.server's name)
        """A file, or the site's own page for what is not there."""
        below = urlsplit(self.site).path
        asked = unquote(urlsplit(self.path).path)
        if asked in ("/", below) and below:
            self._move(f"{below}/")
            return
        path = asked[len(below) + 1 :] if asked.startswith(f"{below}/") else "404.html"
        if path and not path.endswith("/") and (self.folder / path).is_dir():
            self._move(f"{asked}/")
            return
        named = f"{path}index.html" if not path or path.endswith("/") else path
        found = named if self._is_ours(named) else "404.html"
        self._send(found, 200 if found == named and named != "404.html" else 404)

    do_HEAD = do_GET  # noqa: N815

    def _is_ours(self, path: str) -> bool:
        file = (self.folder / path).resolve()
        return file.is_file() and file.is_relative_to(self.folder)

    def _send(self, path: str, status: int) -> None:
        data = (self.folder / path).read_bytes() if self._is_ours(path) else b""
        if is_text(path):
            port = self.connection.getsockname()[1]
            here = f"http://127.0.0.1:{port}{urlsplit(self.site).path}"
            data = (
                data
                if not self.site
                else data.replace(self.site.encode("utf-8"), here.encode("utf-8"))
            )
        sent = self.policy.headers(path) | {"Content-Length": str(len(data))}
        self.send_response(status)
        for name, value in (sent | {"Cache-Control": "no-store"}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _move(self, where: str) -> None:
        self.send_response(301)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()


def serve_settings(folder: Path, conf: Mapping[str, Any], port: str) -> None:
    """Serve what ``invoke publish`` has made with these settings, until Ctrl-C.

    Raises CommandError if it has made nothing, or a setting is wrong.
    """
    if not (folder / "index.html").is_file():
        raise CommandError(f"there is no site in {folder.name}/: run invoke publish first")
    site = str(conf.get("SITEURL", ""))
    try:
        policy = Policy.of(Settings.read(conf).headers, has_search=True)
    except SettingsError as error:
        raise CommandError(str(error)) from None
    handler = partial(PublicHandler, folder=folder, site=site, policy=policy)
    server = listening("127.0.0.1", port, handler)
    where = f"http://127.0.0.1:{server.server_port}{urlsplit(site).path.rstrip('/')}/"
    print(f"What will be public: {where}  (Ctrl-C ends it)", flush=True)
    server.serve_forever()
