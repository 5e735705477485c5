"""The configurations of nginx and Caddy, proved on real ones: every file, every header."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

import brotli
import pytest
from newsroom.model.policy import FOR_EVER, SECURITY, SHORTLY, Policy, is_text
from newsroom.publish.hosting import hosting_files

from tests.servers.caddy import caddy
from tests.servers.nginx import brotli_module, nginx
from tests.sites import Site

HOST = "newsroom.alderandquince.example"
OWN = {"X-Own": '{"a": {"b": "$c"}}, and a \\', "X-Frame-Options": None}
POLICY = Policy.of(OWN, has_search=True)
PREFIXES = ("", "/newsroom")
BROWSER = "gzip, deflate, br"
TWINS = {"br": ".br", "gzip": ".gz"}
CODINGS = tuple(TWINS)
# What the sample does not have: hashed names, a search, a hidden file that is meant, and
# an archive, which is nobody's twin.
MORE = (
    ".well-known/security.txt",
    "images/a picture-h0123456789ab-480.avif",
    "images/portrait-h0123456789ab-1200.webp",
    "images/quarter-h1.png",
    "media-kit.tar.gz",
    "pagefind/fragment/en_1a2b3c.pf_fragment",
    "pagefind/pagefind.js",
    "search/index.html",
    "theme/css/newsroom-hba9876543210.css",
    "theme/logo-hba9876543210.svg",
)
HIDDEN = (".git/config", "posts/.htpasswd")

Server = Callable[[Path, Mapping[str, str], Path], AbstractContextManager[str]]


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for one, value in self.headers if one.lower() == name.lower()]


@dataclass(frozen=True)
class Served:
    """A tree, and a server that serves it below a prefix."""

    tree: Path
    prefix: str
    connection: HTTPConnection
    codings: tuple[str, ...]

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """Ask for a path of the site; ``_`` in the name of a header is a hyphen."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"{self.prefix}/{quote(path)}"
        self.connection.request(method, url, headers={"Accept-Encoding": "identity"} | named)
        answer = self.connection.getresponse()
        return Answer(answer.status, answer.getheaders(), answer.read())

    def missing(self, path: str) -> None:
        """Hold that a path gets the page for errors, with all its headers."""
        found = self.get(path)
        assert found.status == 404, path
        assert found.body == (self.tree / "404.html").read_bytes(), path
        sent(found, POLICY.headers("404.html"), path)


def sent(answer: Answer, headers: Mapping[str, str], path: str) -> None:
    """Hold that each header was sent once, with its value."""
    found = {name: answer.all(name) for name in headers}
    assert found == {name: [value] for name, value in headers.items()}, path


def files_of(tree: Path) -> list[str]:
    """The output paths of a tree, without twins and what is hidden."""
    paths = (file.relative_to(tree).as_posix() for file in tree.rglob("*") if file.is_file())
    twins = {f"{path}{twin}" for path in files_with_twins(tree) for twin in TWINS.values()}
    return sorted(path for path in paths if path not in twins and path not in HIDDEN)


def files_with_twins(tree: Path) -> list[str]:
    files = (file.relative_to(tree).as_posix() for file in tree.rglob("*") if file.is_file())
    return [path for path in files if is_text(path)]


@contextmanager
def serving(
    server: Server, tree: Path, files: Mapping[str, str], folder: Path, prefix: str = ""
) -> Iterator[Served]:
    """Serve a tree; below a prefix by way of a link in the root of the server."""
    root = tree
    if prefix:
        root = folder / "root"
        root.mkdir()
        (root / prefix[1:]).symlink_to(tree)
    without = server is nginx and brotli_module() is None
    with server(root, files, folder / "own") as address:
        where = urlsplit(address).netloc
        yield Served(tree, prefix, HTTPConnection(where, timeout=30), CODINGS[without:])


@pytest.fixture(scope="module")
def tree(published: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as it is published, with twins, and some files more."""
    root = tmp_path_factory.mktemp("hosting") / "release"
    shutil.copytree(published.output, root)
    for path in (*MORE, *HIDDEN):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"This is {path}.", "utf-8")
    for path in files_with_twins(root):
        body = (root / path).read_bytes()
        (root / f"{path}.br").write_bytes(brotli.compress(body, quality=4))
        (root / f"{path}.gz").write_bytes(gzip.compress(body, 5, mtime=0))
    return root


@pytest.fixture(scope="module", params=PREFIXES, ids=["at the root", "below a prefix"])
def prefix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def files(tree: Path, prefix: str) -> dict[str, str]:
    return hosting_files(POLICY, prefix, HOST, files_of(tree))


@pytest.fixture(scope="module", params=[nginx, caddy])
def served(
    request: pytest.FixtureRequest,
    tree: Path,
    prefix: str,
    files: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("server")
    with serving(request.param, tree, files, folder, prefix) as there:
        yield there


class TestServers:
    """nginx and Caddy, each at the root of a host and below a prefix."""

    def test_every_file(self, served: Served) -> None:
        for path in files_of(served.tree):
            found = served.get(path)
            assert found.status == 200, path
            assert found.body == (served.tree / path).read_bytes(), path
            assert found.all("Vary") == (["Accept-Encoding"] if is_text(path) else []), path
            assert found.all("Content-Encoding") == [], path
            sent(found, POLICY.headers(path), path)

    def test_every_folder_with_a_page(self, served: Served) -> None:
        pages = [path for path in files_of(served.tree) if path.endswith("index.html")]
        assert "search/index.html" in pages
        for path in pages:
            found = served.get(path.removesuffix("index.html"))
            assert found.status == 200, path
            assert found.body == (served.tree / path).read_bytes(), path
            sent(found, POLICY.headers(path), path)

    @pytest.mark.parametrize("coding", TWINS)
    def test_twins(self, served: Served, coding: str) -> None:
        if coding not in served.codings:
            pytest.skip("no ngx_http_brotli_static: install nginx's module for Brotli")
        for path in files_of(served.tree):
            found = served.get(path, Accept_Encoding=coding)
            there = is_text(path)
            twin = f"{path}{TWINS[coding]}" if there else path
            assert found.status == 200, path
            assert found.body == (served.tree / twin).read_bytes(), path
            assert found.all("Content-Encoding") == ([coding] if there else []), path
            assert found.all("Vary") == (["Accept-Encoding"] if there else []), path
            sent(found, POLICY.headers(path), path)

    def test_a_browser_gets_the_smallest(self, served: Served) -> None:
        found = served.get("", Accept_Encoding=BROWSER)
        assert found.all("Content-Encoding") == [served.codings[0]]

    def test_the_search_page_alone_may_run_its_search(self, served: Served) -> None:
        assert "wasm-unsafe-eval" in served.get("search/").all(SECURITY)[0]
        assert "wasm-unsafe-eval" not in served.get("").all(SECURITY)[0]

    def test_how_long_things_keep(self, served: Served) -> None:
        for_ever = {
            "images/a picture-h0123456789ab-480.avif",
            "images/portrait-h0123456789ab-1200.webp",
            "pagefind/fragment/en_1a2b3c.pf_fragment",
            "theme/css/newsroom-hba9876543210.css",
            "theme/logo-hba9876543210.svg",
        }
        kept = {path: served.get(path).all("Cache-Control") for path in MORE}
        assert kept == {path: [FOR_EVER if path in for_ever else SHORTLY] for path in MORE}

    @pytest.mark.parametrize(
        "path",
        [
            "nothing.html",
            "nothing/",
            "incidents/nothing",
            "feeds/nothing.json",
            "theme/css/nothing-hba9876543210.css",
            "images/",
        ],
    )
    def test_what_is_not_there(self, served: Served, path: str) -> None:
        served.missing(path)

    @pytest.mark.parametrize("path", [*HIDDEN, ".git/", "index.html.br", "feeds/all.atom.gz"])
    def test_what_is_there_and_not_shown(self, served: Served, path: str) -> None:
        assert (served.tree / path).exists()
        served.missing(path)

    def test_the_page_for_errors_is_compressed_too(self, served: Served) -> None:
        found = served.get("nothing/", Accept_Encoding=served.codings[0])
        twin = served.tree / f"404.html{TWINS[served.codings[0]]}"
        assert (found.status, found.body) == (404, twin.read_bytes())
        assert found.all("Content-Encoding") == [served.codings[0]]
        sent(found, POLICY.headers("404.html"), "404.html")

    @pytest.mark.parametrize("path", ["", "feeds/all.json", "theme/logo-hba9876543210.svg"])
    @pytest.mark.parametrize("coding", ["identity", "gzip"])
    def test_what_has_not_changed(self, served: Served, path: str, coding: str) -> None:
        first = served.get(path, Accept_Encoding=coding)
        [tag] = first.all("ETag")
        again = served.get(path, Accept_Encoding=coding, If_None_Match=tag)
        headers = POLICY.headers(path or "index.html")
        del headers["Content-Type"]  # it is about a body, which is not sent
        assert (again.status, again.body) == (304, b"")
        assert again.all("ETag") == [tag]
        assert again.all("Vary") == ["Accept-Encoding"]
        sent(again, headers, path)

    def test_no_body_for_those_who_want_none(self, served: Served) -> None:
        found = served.get("", method="HEAD")
        assert (found.status, found.body) == (200, b"")
        sent(found, POLICY.headers("index.html"), "")

    def test_a_folder_without_its_slash(self, served: Served) -> None:
        found = served.get("incidents")
        assert found.status in (301, 308)
        assert found.all("Location") == [f"{served.prefix}/incidents/"]
        assert found.all(SECURITY) == [POLICY.everywhere[SECURITY]]


@pytest.mark.parametrize("server", [nginx, caddy])
class TestOneServer:
    def test_beside_the_prefix_nothing_is_touched(self, server: Server, tmp_path: Path) -> None:
        files = hosting_files(POLICY, "/newsroom", HOST)
        (tmp_path / "site").mkdir()
        with serving(server, tmp_path / "site", files, tmp_path, "/newsroom") as there:
            root = replace(there, prefix="")
            assert root.get("newsroom").status == 301
            assert root.get("newsroom").all("Location") == ["/newsroom/"]
            assert root.get("elsewhere/").all(SECURITY) == []

    def test_a_link_that_is_swapped_is_another_site(self, server: Server, tmp_path: Path) -> None:
        for name in ("old", "new"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "index.html").write_text(name, "utf-8")
        current = tmp_path / "current"
        current.symlink_to("old")
        with serving(server, current, hosting_files(POLICY, "", HOST), tmp_path) as there:
            assert there.get("").body == b"old"
            (tmp_path / "next").symlink_to("new")
            (tmp_path / "next").replace(current)
            assert there.get("").body == b"new"


def test_nginx_without_its_brotli_module(tree: Path, tmp_path: Path) -> None:
    files = hosting_files(POLICY, "", HOST)
    del files["nginx-brotli.conf"]
    with serving(nginx, tree, files, tmp_path) as there:
        assert there.get("", Accept_Encoding=BROWSER).all("Content-Encoding") == ["gzip"]


def test_nginx_of_a_wrong_file_says_what_is_wrong(tree: Path, tmp_path: Path) -> None:
    with (
        pytest.raises(AssertionError, match="gzip_statik"),
        serving(nginx, tree, {"nginx.conf": "gzip_statik on;"}, tmp_path),
    ):
        pass
