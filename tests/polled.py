"""An open incident of the sample, served where its pages ask, with what they asked for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from tests.serve import Quiet, running
from tests.sites import Site

INCIDENT = "incidents/flood-post/"
FEED = f"/{INCIDENT}feed.json"
FOLDER = f"content/{INCIDENT}"
FOLLOW_UP = """Title: {title}
Date: {date}
Author: Thandiwe Marlowe
State: {state}
Summary: {title}, in one sentence.

{title}, told at length.
"""
TITLES = {"review": "What the review asks", "training": "Who was trained"}


@dataclass(frozen=True)
class Asked:
    """One request: its path, the ETag that the browser held, and the answer's status."""

    path: str
    held: str
    status: int


@dataclass
class Desk:
    """What a server serves now, what it was asked for, and what it answers instead of a file.

    ``lasting`` says for how many seconds a browser may show a page without asking again.
    """

    folder: Path
    asked: list[Asked] = field(default_factory=list)
    instead: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    lasting: int = 0

    def of(self, path: str) -> list[Asked]:
        """The requests for one path."""
        return [one for one in self.asked if one.path == path]


class Validating(Quiet):
    """Sends an ETag with each file, and 304 to whom has it already."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: object, desk: Desk) -> None:
        self.desk = desk
        super().__init__(*arguments, directory=str(desk.folder))  # type: ignore[arg-type]

    def do_GET(self) -> None:  # noqa: N802 (the name is http.server's)
        path = urlsplit(self.path).path
        file = Path(self.translate_path(path))
        file = file / "index.html" if file.is_dir() else file
        there = (200, file.read_bytes()) if file.is_file() else (404, b"")
        status, body = self.desk.instead.get(path, there)
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        held = self.headers.get("If-None-Match", "")
        if status == 200 and etag in held:
            status, body = 304, b""
        self.desk.asked.append(Asked(path, held, status))
        self.send_response(status)
        if status in (200, 304):
            self.send_header("ETag", etag)
        kind = self.guess_type(str(file))
        lasting = self.desk.lasting if kind == "text/html" else 0
        self.send_header("Cache-Control", f"max-age={lasting}" if lasting else "no-cache")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@dataclass
class Newsroom:
    """A site, built for the address at which it is served; each page asks every second."""

    site: Site
    desk: Desk
    address: str
    corrections: int = 0

    @property
    def incident(self) -> str:
        """The open incident's page."""
        return f"{self.address}/{INCIDENT}"

    @property
    def french(self) -> str:
        """The open incident's page in French."""
        return f"{self.address}/fr/{INCIDENT}"

    def build(self, **environment: str) -> None:
        """Build into the folder that is being served."""
        settings = (f'SITEURL="{self.address}"', "NEWSROOM_POLL_SECONDS=1")
        self.site.build("-e", *settings, conf="publishconf.py", **environment).succeeds()

    def follow_up(self, slug: str, date: str = "2026-11-10 10:00", state: str = "acting") -> None:
        """Write one more entry of the thread, and publish it."""
        text = FOLLOW_UP.format(title=TITLES[slug], date=date, state=state)
        self.site.write(f"{FOLDER}{slug}.md", text)
        self.build()

    def correct(self, what: str = "We first wrote 200 homes; there were 212.") -> None:
        """Correct the statement, and publish that."""
        self.corrections += 1
        correction = f"Correction: 2026-11-12 09:{self.corrections:02} | {what}\n"
        self.site.edit(f"{FOLDER}statement.md", "State:", f"{correction}State:")
        self.build()

    def copy(self, to: Path) -> Newsroom:
        """A copy in a folder of its own, served at the same address from now on."""
        shutil.copytree(self.site.folder, to)
        site = Site(to, self.site.now)
        self.desk.folder = site.output
        self.desk.asked.clear()
        self.desk.instead.clear()
        self.desk.lasting = 0
        return Newsroom(site, self.desk, self.address)


@contextmanager
def newsroom(folder: Path) -> Iterator[Newsroom]:
    """The sample with nothing but its open incident, built and served."""
    site = Site.copy("sample", folder)
    shutil.rmtree(site.folder / "content/posts")
    for other in ("payment-terms", "harvest-column"):
        shutil.rmtree(site.folder / "content/incidents" / other)
    desk = Desk(site.output)
    with running(partial(Validating, desk=desk)) as address:
        found = Newsroom(site, desk, address.rstrip("/"))
        found.build()
        yield found
