"""A reader who keeps asking while one deploy follows another, some of them killed half-way."""

from __future__ import annotations

import random
import re
import signal
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from newsroom.deploy.s3 import S3Target
from newsroom.deploy.targets import declared
from newsroom.model.policy import Policy
from newsroom.model.settings import Settings
from newsroom.publish.hosting import hosting_files

from tests import deploys
from tests.deploys import Counted
from tests.servers.nginx import nginx
from tests.servers.stores import CREDENTIALS, make_bucket, moto

_NAMED = re.compile(r'(href|src)="/([^"#]*)"')


class Reader:
    """Reads page after page, as a browser does: the page, then all that it names.

    ``missing`` lists what a page named and was not there: a style or script at once, and a link
    or a picture of content if the page still names it when it is loaded anew. A picture that
    was replaced goes at once, for it may have shown what nobody is to see.
    """

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self.missing: list[str] = []
        self.pages = 0
        self.versions: set[str] = set()
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> Reader:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._enough.set()
        self._thread.join()

    def _read(self) -> None:
        chance = random.Random(6)
        while not self._enough.is_set():
            home = self._visit("")
            links = [link for _, link in _NAMED.findall(home) if link.startswith("posts/")]
            for link in chance.sample(links, min(3, len(links))):
                self._visit(link)

    def _visit(self, path: str) -> str:
        page = self._get(path)
        if page is None:
            return ""
        self.pages += 1
        self.versions.update(re.findall(r"version (\d+)", page))
        for kind, named in _NAMED.findall(page):
            at_once = "theme/" in named or (kind == "src" and not named.startswith("images/"))
            if self._get(named) is None and (at_once or f'="/{named}"' in (self._get(path) or "")):
                self.missing.append(f"/{path} names /{named}")
        return page

    def _get(self, path: str) -> str | None:
        asked = f"{path}index.html" if path.endswith("/") or not path else path
        try:
            with urllib.request.urlopen(f"{self.address}/{asked}", timeout=30) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            if error.code not in (403, 404):
                raise
            return None


@contextmanager
def storage(tmp_path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    with moto(tmp_path) as store:
        for name in ("site", "releases"):
            make_bucket(store, name)
        places = {"bucket": "site", "releases": "releases", "endpoint": store}
        yield {"type": "s3", "region": "us-east-1"} | places, f"{store}/site"


@contextmanager
def served_folder(tmp_path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    base = tmp_path / "srv"
    files = hosting_files(Policy.of({}, has_search=False), "", "example.com")
    base.mkdir()
    with nginx(base / "current", files, tmp_path / "nginx") as address:
        yield {"type": "folder", "path": str(base)}, address


@pytest.mark.parametrize("kind", [storage, served_folder], ids=["s3", "folder"])
@pytest.mark.full
def test_no_page_ever_names_what_is_not_there(
    kind: Any, tmp_path: Path, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    deployed = 20 if full else 5
    with kind(tmp_path) as (options, address):
        there = declared("here", Settings(targets={"here": options}), tmp_path / "project").target
        made = deploys.write_site(tmp_path / "site-0", 0, range(8))
        deploys.deploy(there, deploys.source(tmp_path / "site-0", made))
        counted = Counted()
        with Reader(address) as reader:
            for version in range(1, deployed + 1):
                site = tmp_path / f"site-{version}"
                made = deploys.write_site(site, version, range(version, version + 8))
                if version % 2 == 0:  # the one before was whole, and has counted
                    dies_at = version * 7 // 2 % counted.calls
                    killed = deploys.start(options, site, dies_at)
                    assert killed.wait() == -signal.SIGKILL
                    if isinstance(there, S3Target):
                        there.write(f"{there.store}/lock", b"")  # its time is over
                counted = Counted()
                deploys.deploy(there, deploys.source(site, made), watch=counted)
        assert reader.missing == []
        assert reader.pages > deployed
        assert len(reader.versions) > deployed / 2
