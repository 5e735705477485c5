"""``invoke deploy`` and what goes with it, typed as a person types them, in a real repository."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from newsroom.commands.deploying import held_back
from newsroom.commands.project import Project

from tests import deploys
from tests.servers.nginx import nginx
from tests.sites import Site

TARGETS = """
NEWSROOM_TARGETS = {
    "here": {"type": "folder", "path": "../srv"},
    "pages": {"type": "github-pages", "remote": "../pages.git"},
}
NEWSROOM_INDEXNOW_KEY = "0123456789abcdef"
NEWSROOM_INDEXNOW_ENDPOINT = "%(listener)s/indexnow"
NEWSROOM_WEBHOOK = "%(listener)s/hook"
"""
POST = "content/posts/2026/quince-week.md"


class Listener:
    """Hears what is announced."""

    def __init__(self) -> None:
        self.heard: dict[str, list[dict[str, object]]] = {}
        heard = self.heard

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                heard.setdefault(self.path, []).append(json.loads(body))
                self.send_response(202)
                self.end_headers()

            def log_message(self, format: str, *arguments: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, listener: Listener) -> Site:
    """The sample in git, with targets, committed and not yet pushed."""
    folder = tmp_path_factory.mktemp("deploy")
    made = Site.small(folder / "sample")
    conf = (made.folder / "publishconf.py").read_text("utf-8")
    made.write("publishconf.py", conf + TARGETS % {"listener": listener.address})
    made.write(".gitignore", "output*\n.*.build\n__pycache__\n")
    for name in ("origin.git", "pages.git"):
        git(folder, "init", "--bare", "--quiet", str(folder / name))
    git(made.folder, "init", "--quiet", "--initial-branch", "main")
    git(made.folder, "remote", "add", "origin", str(folder / "origin.git"))
    commit(made)
    return made


def git(folder: Path, *arguments: str) -> str:
    named = ["-c", "user.name=Mei-Lin Ashworth", "-c", "user.email=m@example.com"]
    command = ["git", *named, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def commit(site: Site, push: bool = False) -> None:
    git(site.folder, "add", "--all")
    git(site.folder, "commit", "--quiet", "--allow-empty", "-m", "What is to be public")
    if push:
        git(site.folder, "push", "--quiet", "origin", "main")


def live(site: Site) -> dict[str, str]:
    return deploys.contents(site.folder.parent / "srv" / "current")


def change(site: Site, path: str, old: str, new: str) -> None:
    site.edit(path, old, new)
    commit(site, push=True)


@contextmanager
def telling_picture(releases: Path) -> Iterator[None]:
    """Let the first release have a picture that the rules of today refuse."""
    record = min(releases.glob("*.json"))
    picture = min(record.with_suffix("").rglob("*.jpg"))
    bare, text = picture.read_bytes(), record.read_text("utf-8")
    telling = bare + b"where it was taken"
    picture.unlink()  # the other releases have the same file
    picture.write_bytes(telling)
    before, after = (sha256(data).hexdigest() for data in (bare, telling))
    record.write_text(text.replace(before, after), "utf-8")
    yield
    picture.write_bytes(bare)
    record.write_text(text, "utf-8")


def test_the_whole_story(site: Site, listener: Listener, tmp_path: Path) -> None:
    said = site.invoke("deploy", "here").fails().stderr
    assert "this commit is on no remote branch: push it, or deploy with --allow-dirty" in said
    site.write("content/posts/2026/unsaid.md", "Title: Unsaid\nStatus: draft\n\nx\n")
    said = site.invoke("deploy", "here").fails().stderr
    assert "not committed: content/posts/2026/unsaid.md" in said
    assert not (site.folder / "output").exists()
    commit(site, push=True)

    said = site.invoke("deploy", "here", "--dry-run").succeeds().stdout
    assert "assets: " in said
    assert "lists and feeds: " in said
    assert "this was a dry run: nothing has gone" in said
    assert not (site.folder.parent / "srv").exists()
    said = site.invoke("deploy", "here").succeeds().stdout
    assert "is live at https://newsroom.alderandquince.example" in said
    first = live(site)
    assert first == site.files()
    urls = listener.heard["/indexnow"][0]["urlList"]
    assert isinstance(urls, list)
    assert "https://newsroom.alderandquince.example/posts/quince-week/" in urls
    assert listener.heard["/hook"][0]["site"] == "https://newsroom.alderandquince.example"
    assert (site.output / "0123456789abcdef.txt").read_text("utf-8") == "0123456789abcdef"

    files = {file.name: file.read_text("utf-8") for file in hosting(site)}
    with nginx(site.folder.parent / "srv/current", files, tmp_path / "nginx") as address:
        checked = site.invoke("verify", address, "--target", "here")
        assert checked.succeeds().stdout.endswith("0 differences\n")
        change(site, POST, "Title: ", "Title: Still ")
        said = site.invoke("deploy", "here").succeeds().stdout
        assert "pages: " in said
        assert "  posts/quince-week/index.html" in said
        assert live(site) != first
        (site.folder.parent / "srv/current/foreign.txt").write_text("theirs", "utf-8")
        (site.folder.parent / "srv/current/robots.txt").unlink()
        said = site.invoke("verify", address, "--target", "here").fails().stdout
        assert "missing: " in said
        assert "foreign: " in said

    said = site.invoke("releases", "here").succeeds().stdout
    assert [line.split()[1] for line in said.splitlines()].count("live") == 1
    assert len(said.splitlines()) == 2
    with telling_picture(site.folder.parent / "srv/releases"):
        said = site.invoke("rollback", "here").fails().stderr
        assert "this image carries data after its end" in said
        assert "may not be published as it is" in said
    said = site.invoke("rollback", "here").succeeds().stdout
    assert "is live at" in said
    restored = live(site)
    assert {path: restored[path] for path in first} == first
    assert "rollback to" in site.invoke("releases", "here").succeeds().stdout

    change(site, POST, "Title: Still ", "Withdrawn: 2026-11-16 09:00 | It was not so.\nTitle: ")
    site.invoke("deploy", "here").succeeds()
    said = site.invoke("rollback", "here").fails().stderr
    assert f"{POST}:1: this has been withdrawn, " in said
    after = live(site)
    assert site.invoke("deploy", "here").succeeds().stdout.count("is up to date") == 1
    assert live(site) == after


@pytest.mark.full
def test_github_pages_carries_its_policy_in_the_pages(site: Site, tmp_path: Path) -> None:
    said = site.invoke("deploy", "pages", "--allow-dirty").succeeds().stdout
    assert "note: A public repository shows drafts" in said
    folder = tmp_path / "checkout"
    git(
        tmp_path,
        "clone",
        "--quiet",
        "-b",
        "gh-pages",
        str(site.folder.parent / "pages.git"),
        "checkout",
    )
    page = (folder / "index.html").read_text("utf-8")
    assert '<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;;' in page
    assert "frame-ancestors" not in page
    assert "wasm-unsafe-eval" in (folder / "search/index.html").read_text("utf-8")
    assert (folder / ".nojekyll").exists()
    assert not [path for path in folder.rglob("*") if path.suffix in (".br", ".gz")]


def test_what_waits_for_its_time_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Site.copy("sample", tmp_path / "sample")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", made.now)
    made.edit(POST, "Date: 2026-10-13 09:00", "Date: 2026-11-20 09:00")
    made.edit("content/pages/about.md", "Title:", "Date: 2026-11-18 10:30\nTitle:")
    conf = made.folder / "publishconf.py"
    said = list(held_back(Project(conf), "here"))
    assert said[:2] == [
        "held back until 2026-11-18 10:30 GMT: content/pages/about.md",
        f"held back until 2026-11-20 09:00 GMT: {POST}",
    ]
    assert "deploy here again then" in said[-1]
    made.edit(POST, "Title:", "Status: draft\nTitle:")
    made.edit("content/pages/about.md", "Date: 2026-11-18 10:30\n", "")
    said = list(held_back(Project(conf), "here"))
    assert [line.rpartition(": ")[2] for line in said[:-1]] == [
        "content/posts/2030/twenty-years.md"
    ]


def test_a_target_that_nobody_declared(site: Site) -> None:
    said = site.invoke("deploy", "hear").fails().stderr
    assert "NEWSROOM_TARGETS has no 'hear', did you mean here?" in said.replace("; ", ", ")
    said = site.invoke("due", "--target", "nowhere").fails().stderr
    assert "has no 'nowhere'" in said


def hosting(site: Site) -> list[Path]:
    folder = site.folder / "output.hosting"
    return [file for file in folder.iterdir() if file.is_file()]
