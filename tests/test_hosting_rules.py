"""The rules of ``_headers`` read as the hosts read them, and what CloudFront is given."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from newsroom.model.policy import OTHER_TYPE, SHORTLY, Policy, media_type
from newsroom.publish.hosting import hosting_files

from tests.sites import Site
from tests.validators import installed

HOST = "newsroom.alderandquince.example"
POLICY = Policy.of({"X-Own": "a value: with a colon", "X-Frame-Options": None}, has_search=True)
PREFIXES = ("", "/newsroom")
PICTURES = (".avif", ".jpg", ".png", ".webp")
PAGE = media_type("index.html")
MORE = (
    "images/a picture-h0123456789ab-480.avif",
    "images/a picture-h0123456789ab-480.webp",
    "images/quarter-h1.png",
    "pagefind/fragment/en_1a2b3c.pf_fragment",
    "pagefind/pagefind.js",
    "search/index.html",
    "theme/css/newsroom-hba9876543210.css",
)

Rules = list[tuple[str, list[tuple[str, str | None]]]]
Host = Callable[[Rules, str], dict[str, str]]


def rules_of(text: str) -> Rules:
    """The rules of a ``_headers`` file: patterns, each with its headers; None takes one away."""
    found: Rules = []
    for line in text.splitlines():
        if line.startswith("/"):
            found.append((line, []))
        elif line.startswith("  ! "):
            found[-1][1].append((line.removeprefix("  ! "), None))
        elif line and not line.startswith("#"):
            name, value = line.split(":", 1)
            found[-1][1].append((name.strip(), value.strip()))
    return found


def cloudflare(rules: Rules, url: str) -> dict[str, str]:
    """Values add up, unless one is taken away first."""
    found: dict[str, str] = {}
    for pattern, headers in rules:
        assert pattern.count("*") <= 1, pattern
        if re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), url):
            for name, value in headers:
                if value is None:
                    found.pop(name, None)
                else:
                    found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def netlify(rules: Rules, url: str) -> dict[str, str]:
    """The last value holds; a line that takes one away is read over. A slash at the end is free."""
    found: dict[str, str] = {}
    for pattern, headers in rules:
        parts = [
            "?(.*)" if part == "*" else re.escape(part).replace(r"\*", ".*")
            for part in pattern.split("/")
            if part
        ]
        if re.fullmatch(f"/{'/'.join(parts)}/?", url, re.IGNORECASE):
            found |= {name: value for name, value in headers if value is not None}
    return found


def addresses(prefix: str, path: str) -> list[str]:
    """The URLs at which a file is asked for."""
    url = f"{prefix}/{quote(path)}"
    return [url, url.removesuffix("index.html")] if path.endswith("index.html") else [url]


@pytest.fixture(params=PREFIXES, ids=["at the root", "below a prefix"])
def prefix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def files(prefix: str) -> dict[str, str]:
    return hosting_files(POLICY, prefix, HOST)


@pytest.mark.parametrize("host", [cloudflare, netlify])
def test_rules_add_up_to_the_policy(published: Site, host: Host, prefix: str) -> None:
    paths = [*published.files(), *MORE]
    rules = rules_of(hosting_files(POLICY, prefix, HOST, paths)["_headers"])
    for path in paths:
        wanted = POLICY.headers(path)
        if wanted["Content-Type"] in (PAGE, OTHER_TYPE):  # so hosts call these by themselves
            del wanted["Content-Type"]
        if path.endswith(PICTURES):
            wanted["Cache-Control"] = SHORTLY
        for url in addresses(prefix, path):
            assert host(rules, url) == wanted, url


def test_there_are_no_more_rules_than_are_read(published: Site) -> None:
    pictures = [f"images/picture-h{number:012x}-480.avif" for number in range(500)]
    paths = [*published.files(), *pictures, *MORE]
    assert len(rules_of(hosting_files(POLICY, "", HOST, paths)["_headers"])) < 100


def test_a_sites_own_cache_control_stands_alone() -> None:
    policy = Policy.of({"Cache-Control": "no-store"}, has_search=False)
    rules = rules_of(hosting_files(policy, "", HOST, MORE)["_headers"])
    for path in MORE:
        assert cloudflare(rules, f"/{quote(path)}")["Cache-Control"] == "no-store"


def test_without_a_search_one_policy_is_for_all() -> None:
    files = hosting_files(Policy.of({}, has_search=False), "", HOST)
    assert not [text for text in files.values() if "wasm-unsafe-eval" in text]
    assert "search" not in files["README.md"]


def test_every_file_is_in_the_list() -> None:
    files = hosting_files(POLICY, "/newsroom", HOST)
    named = set(re.findall(r"^\| `([^`]+)`", files["README.md"], re.MULTILINE))
    assert named == set(files) - {"README.md"}


class TestCloudFront:
    def test_its_headers_are_listed(self, files: dict[str, str]) -> None:
        listed = re.findall(r"^    ([\w-]+): (.*)$", files["README.md"], re.MULTILINE)
        assert listed == [*POLICY.everywhere.items(), *POLICY.search.items()]

    @pytest.mark.parametrize(
        ("asked", "name"),
        [
            ("/", "/index.html"),
            ("/posts/one/", "/posts/one/index.html"),
            ("/feeds/all.atom", "/feeds/all.atom"),
            ("/.well-known/acme-challenge/token", "/.well-known/acme-challenge/token"),
        ],
    )
    def test_what_is_asked_of_the_storage(
        self, files: dict[str, str], prefix: str, tmp_path: Path, asked: str, name: str
    ) -> None:
        said = viewer_request(files, tmp_path, f"{prefix}{asked}", {"q": {"value": "a"}})
        assert said["uri"] == f"{prefix}{name}"
        assert said["querystring"] == {"q": {"value": "a"}}

    @pytest.mark.parametrize(
        ("query", "kept"),
        [
            ({}, ""),
            ({"q": {"value": "soaked%20homes"}, "page": {"value": ""}}, "?q=soaked%20homes&page"),
            (
                {"q": {"value": "a", "multiValue": [{"value": "a"}, {"value": "b"}]}},
                "?q=a&q=b",
            ),
        ],
    )
    def test_a_page_without_its_slash(
        self, files: dict[str, str], prefix: str, tmp_path: Path, query: Any, kept: str
    ) -> None:
        said = viewer_request(files, tmp_path, f"{prefix}/posts/one", query)
        assert said["statusCode"] == 301
        assert said["headers"] == {"location": {"value": f"{prefix}/posts/one/{kept}"}}

    @pytest.mark.parametrize("asked", ["//other.example", "/\\other.example/a", "///other.example"])
    def test_no_way_to_another_host(self, tmp_path: Path, asked: str) -> None:
        said = viewer_request(hosting_files(POLICY, "", HOST), tmp_path, f"{asked}/x", {})
        assert re.match(r"/[^/\\]", said["headers"]["location"]["value"])

    def test_beside_the_prefix_nothing_is_touched(self, tmp_path: Path) -> None:
        files = hosting_files(POLICY, "/newsroom", HOST)
        for asked in ("/", "/newsrooms/", "/elsewhere"):
            assert viewer_request(files, tmp_path, asked, {})["uri"] == asked
        assert viewer_request(files, tmp_path, "/newsroom", {})["statusCode"] == 301


def viewer_request(files: dict[str, str], folder: Path, uri: str, query: Any) -> Any:
    """What the function for CloudFront says to a request, under Node."""
    script = folder / "run.js"
    event = json.dumps({"request": {"method": "GET", "uri": uri, "querystring": query}})
    text = files["cloudfront-function.js"]
    script.write_text(f"{text}\nconsole.log(JSON.stringify(handler({event})));\n", "utf-8")
    done = subprocess.run(
        [installed.node(), str(script)], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)
