"""Pages of earlier versions: what readers could have seen, and nothing else."""

from __future__ import annotations

import json
import subprocess
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from newsroom.model.signed import signed_text
from playwright.sync_api import Browser, Route

from tests import validators
from tests.kept import once
from tests.replay import SHOWN, expected, png, replay
from tests.repository import MAIL, MESSAGE, Repository, moment
from tests.sites import ROOT, Site, words
from tests.test_accessibility import OPTIONS
from tests.twins import Twin

URL = "https://mill.example/news/"
CONF = f"""
SITENAME = "Mill"
SITEURL = "https://mill.example/news"
TIMEZONE = "UTC"
THEME = {str(ROOT / "theme")!r}
PLUGINS = ["newsroom"]
NEWSROOM_COMPANY = "The Mill"
NEWSROOM_FEED_TAG = "mill.example,2026"
NEWSROOM_CARDS = False
"""
NOW = f"{moment('2026-04-01 09:00'):%s}"


def site_of(repository: Repository) -> Site:
    """Its site, with settings that are not in git."""
    (repository.folder / "pelicanconf.py").write_text(CONF, "utf-8")
    return Site(repository.folder, NOW)


@pytest.fixture(scope="module")
def replayed() -> Site:
    """The site of the story, built once."""

    def make(folder: Path) -> None:
        site_of(replay(folder)).build().succeeds()

    return Site(once("replayed", make), NOW)


@pytest.mark.parametrize("name", SHOWN)
def test_what_readers_could_have_seen(replayed: Site, name: str) -> None:
    versions = expected(name)
    if not SHOWN[name]:
        assert len(versions) == 1
        return
    page = replayed.page(f"{SHOWN[name]}history/")
    sections = page.select("section.version")
    said = [words(section) for section in sections]
    assert len(said) == len(versions)
    for text, version, before in zip(said, versions, [*versions[1:], ""], strict=True):
        assert version in text
        assert before in text


def test_no_other_entry_has_a_history(replayed: Site) -> None:
    found = {path.parent for path in replayed.output.rglob("history/index.html")}
    pages = {f"{path.parent.relative_to(replayed.output).as_posix()}/" for path in found}
    assert pages == {url for url in SHOWN.values() if url}


def objects(site: Site, *asked: str) -> bytes:
    """What git says of the objects in a site's repository."""
    command = ["git", "cat-file", *asked]
    return subprocess.run(command, cwd=site.folder, capture_output=True, check=True).stdout


def test_the_lists_name_the_version_before(replayed: Site) -> None:
    listed = {}
    for path in (replayed.output / ".well-known/newsroom").glob("statements-*.json"):
        for each in json.loads(path.read_text("utf-8"))["statements"]:
            listed[each["url"].removeprefix("https://mill.example/news/")] = each
    every = objects(replayed, "--batch-all-objects", "--batch-check").decode()
    blobs = [line.split()[0] for line in every.splitlines() if " blob " in line]
    texts = (objects(replayed, "blob", name) for name in blobs)
    known = {sha256(signed_text(text)).hexdigest() for text in texts}
    before = {url: each["previous"] for url, each in listed.items() if each["previous"]}
    assert set(before) == {url for name, url in SHOWN.items() if len(expected(name)) > 1}
    assert set(before.values()) <= known
    assert not [url for url in before if before[url] == listed[url]["source"]["sha256"]]


def test_nothing_else_is_in_any_file(replayed: Site) -> None:
    uncovered = sha256(png("never-uncovered")).hexdigest()
    covered = sha256(png("covered")).hexdigest()
    never = [text.encode() for text in ("never-", "Never Seen", MAIL, MESSAGE, uncovered)]
    shots = set()
    for path in replayed.output.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        assert not [text for text in never if text in data], path
        shots.add(sha256(data).hexdigest())
    assert covered in shots
    assert uncovered not in shots


def test_a_history_shows_no_picture(replayed: Site) -> None:
    for path in replayed.output.rglob("history/index.html"):
        page = replayed.page(path.relative_to(replayed.output).as_posix())
        assert page.main
        assert not page.main.select("img, picture, video, audio, iframe")


@pytest.mark.full
def test_the_pages_are_html(replayed: Site) -> None:
    assert validators.html(replayed.output.rglob("history/index.html")) == []


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_the_pages_can_be_read_by_all(
    replayed: Site, browser: Browser, width: int, scheme: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]

    def answer(route: Route) -> None:
        file = replayed.output / urlsplit(route.request.url).path.removeprefix("/news/")
        route.fulfill(path=file / "index.html" if file.is_dir() else file)

    page.route(f"{URL}**", answer)
    for name in ("mill", "all", "moulin")[width > 320 :: 2]:
        page.goto(f"{URL}{SHOWN[name]}history/")
        for details in page.locator("details").all():
            details.evaluate("element => element.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") == width
        violations = Axe().run(page, options=OPTIONS).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:99]) for each in violations] == []
    page.close()


def test_what_is_said_of_the_page(replayed: Site) -> None:
    page = replayed.page("incidents/fire/found/history/")
    assert page.title
    assert page.title.text == "A title – Earlier versions"
    assert page.select_one('meta[name="robots"]')["content"] == "noindex"  # type: ignore[index]
    url = f"{URL}incidents/fire/found/history/"
    assert page.select_one('link[rel="canonical"]')["href"] == url  # type: ignore[index]
    assert "/history/" not in (replayed.output / "sitemap.xml").read_text("utf-8")
    links = [link["href"] for link in page.select("article a")]
    assert links == [url.removesuffix("found/history/"), url.removesuffix("history/")]
    assert "Versions before that are shown no more: A name." in words(
        replayed.page("posts/cut/history/").main
    )


def clone(site: Site, folder: Path, *options: str) -> Site:
    """Another clone of a site's repository, in a folder of another name."""
    source = Repository(site.folder, site.folder / "content")
    source.git("clone", "-q", *options, f"file://{site.folder}", str(folder))
    return site_of(Repository(folder, folder / "content"))


def test_two_clones_make_the_same_bytes(replayed: Site, tmp_path: Path) -> None:
    other = clone(replayed, tmp_path / "another")
    other.build().succeeds()
    assert other.files() == replayed.files()


def test_a_shallow_clone_builds_without_history_and_says_so(replayed: Site, tmp_path: Path) -> None:
    shallow = clone(replayed, tmp_path / "shallow", "--depth", "1")
    run = shallow.build().succeeds()
    notes = [line for line in run.stdout.splitlines() if line.startswith("note: ")]
    assert len(notes) == 1
    assert "shallow clone" in notes[0]
    whole = {path for path in replayed.files() if not path.endswith("history/index.html")}
    assert whole == set(shallow.files())
    assert "history/" not in (shallow.output / "posts/mill/index.html").read_text("utf-8")


def test_each_build_is_that_of_a_clean_one(tmp_path: Path) -> None:
    """After an edit, a commit, an older commit, a rewritten history, in a shallow repository."""
    twin = Twin.copy("minimal", tmp_path)
    repository = Repository(twin.folder, twin.folder / "content")
    path = "content/incidents/outage/statement.md"
    page = "incidents/outage/statement/history/index.html"
    repository.git("init", "-q", "-b", "main")
    repository.git("add", "content")

    def commit(at: str, *options: str) -> None:
        repository.git("commit", "-q", "-a", "-m", "x", *options, at=f"2026-03-14 {at}")

    def made(after: str) -> list[str]:
        twin.check(after)
        assert twin.last.always == {}
        return [name for name in twin.last.rendered if "history/" in name]

    commit("10:00")
    twin.build().succeeds()
    twin.build().succeeds()
    assert twin.last.rendered == []
    twin.write(path, twin.read(path) + "\nMore.\n")
    assert made("an edit") == [page]
    commit("11:00")
    assert made("a commit") == [page]  # it says since when
    twin.write(path, twin.read(path) + "\nEven more.\n")
    commit("12:00")
    twin.build().succeeds()
    assert "Even more." in twin.output.joinpath(page).read_text("utf-8")
    repository.git("checkout", "-q", "HEAD~1")
    assert made("an older commit") == [page]
    commit("13:00", "--amend")
    assert made("a rewritten history") == [page]
    (twin.folder / ".git" / "shallow").write_text(repository.git("rev-parse", "HEAD") + "\n")
    assert made("a shallow repository") == []
    assert not (twin.output / page).exists()
