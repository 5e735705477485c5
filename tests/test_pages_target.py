"""The branch that GitHub Pages serves, against real repositories on disk."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from newsroom.deploy.github_pages import PagesTarget
from newsroom.deploy.plan import plan
from newsroom.deploy.release import Delivery, Release
from newsroom.model.problems import CommandError
from newsroom.publish.manifest import Manifest

from tests import deploys

BRANCH = "gh-pages"
RECORDS = "refs/newsroom/releases"
TWINS = {"index.html.gz", "index.html.br"}
OF_THE_HOST = {".nojekyll", "CNAME"}
LONG = 120  # seconds; nothing here takes nearly as long
ODD = {
    "posts/it’s “odd” $HOME/index.html": "quotes",
    '"so"/a b .html': "more quotes, and a space at an end",
    "posts/a b/index.html": "a space",
    "posts/日本語/index.html": "letters",
    "posts/x missing": "what git says of a file that is not there",
    "posts/-n/--help": "options",
    "posts/empty": "",
}


class Host:
    """A bare repository, as the host has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        subprocess.run(["git", "init", "--bare", "--quiet", str(folder)], check=True)

    def git(self, *arguments: str) -> str:
        return self.raw(*arguments).decode().rstrip("\n")

    def raw(self, *arguments: str) -> bytes:
        command = ["git", "--git-dir", str(self.folder), *arguments]
        plain = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1"}  # unlike the desk's
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, env=plain).stdout

    def refs(self) -> dict[str, str]:
        listed = self.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        return {name: commit for name, _, commit in (line.partition(" ") for line in listed)}

    def served(self) -> dict[str, bytes]:
        with tarfile.open(fileobj=BytesIO(self.raw("archive", "--format=tar", BRANCH))) as found:
            opened = {item.name: found.extractfile(item) for item in found if item.isfile()}
            return {name: file.read() for name, file in opened.items() if file}

    def site(self) -> dict[str, str]:
        """The hash of each file that readers are served, without those that are for the host."""
        served = self.served().items()
        return {path: sha256(data).hexdigest() for path, data in served if path not in OF_THE_HOST}

    def commit(self, path: str, text: str) -> None:
        """Somebody else puts a file into the branch."""
        is_there = f"refs/heads/{BRANCH}" in self.refs()
        told = f"commit refs/heads/{BRANCH}\ncommitter x <x@example.com> 0 +0000\ndata 0\n"
        told += f"from refs/heads/{BRANCH}^0\n" if is_there else ""
        told += f"M 100644 inline {path}\ndata {len(text)}\n{text}\n"
        command = ["git", "--git-dir", str(self.folder), "fast-import", "--quiet"]
        subprocess.run(command, check=True, input=told.encode())

    def hook(self, script: str) -> None:
        """What the host does before it takes a push."""
        file = self.folder / "hooks/pre-receive"
        file.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        file.chmod(0o755)


class Desk:
    """Somebody who deploys, from a folder with sites and a scratch repository."""

    def __init__(self, host: Host, folder: Path, domain: str = "") -> None:
        self.host, self.folder, self.remote = host, folder, str(host.folder)
        self.work = folder / "project/.output.build/pages-here"
        self.target = PagesTarget("there", self.remote, BRANCH, domain, self.work)

    def write(self, version: int, own: Mapping[str, str] | None = None) -> Path:
        site = self.folder / f"site-{version}"
        deploys.write_site(site, version, range(version, version + 2), own)
        return site

    def planned(self, site: Path, most: int = 10, commit: str = "") -> Delivery:
        manifest = Manifest.of(site, deploys.contents(site), deploys.BUILT)
        source = replace(deploys.source(site, manifest), commit=commit)
        return plan(self.target, source, datetime.now(UTC), most)

    def deploy(self, version: int, own: Mapping[str, str] | None = None, most: int = 10) -> Release:
        with self.target.held():
            delivery = self.planned(self.write(version, own), most)
            self.target.send(delivery, deploys.silent)
        assert self.host.site() == delivery.release.everything
        return delivery.release

    def started(self, version: int) -> int:
        """Deploy from a process of its own; returns how it ended."""
        options = {"type": "github-pages", "remote": self.remote, "branch": BRANCH}
        return deploys.start(options, self.write(version)).wait(LONG)


@pytest.fixture(autouse=True)
def settings_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody's own, and none of the machine's."""
    file = tmp_path / "gitconfig"
    file.touch()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(file))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("no_proxy", "*")
    for name in ("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.delenv(name, raising=False)
    return file


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path / "it's the host.git")


@pytest.fixture
def desk(host: Host, tmp_path: Path) -> Desk:
    return Desk(host, tmp_path / "desk")


def test_a_first_deploy_is_the_site_and_nothing_else(host: Host, tmp_path: Path) -> None:
    desk = Desk(host, tmp_path / "desk", "news.example.com")
    assert desk.target.releases() == ()
    assert desk.target.listed() == set()
    own = ODD | dict.fromkeys(TWINS, "a twin")
    with desk.target.held():
        site = desk.write(1, own)
        (site / "404.html").chmod(0o755)
        delivery = desk.planned(site, commit="0123abc")
        desk.target.send(delivery, deploys.silent)
    release = delivery.release
    assert host.site() == release.everything
    served = host.served()
    assert (served[".nojekyll"], served["CNAME"]) == (b"", b"news.example.com")
    assert set(served) == deploys.contents(site).keys() - TWINS | OF_THE_HOST
    modes = host.git("ls-tree", "-r", "--format=%(objectmode)", BRANCH)
    assert set(modes.split()) == {"100644"}
    assert set(host.refs()) == {f"refs/heads/{BRANCH}", f"{RECORDS}/{release.id}"}
    said = host.git("log", "--format=%P|%s|%cn <%ce>", BRANCH)
    assert said == f"|Release {release.id} of 0123abc|newsroom <newsroom@localhost>"
    assert desk.target.releases() == (release,)
    assert desk.target.listed() == set(release.files)


def test_a_second_one_takes_the_place_of_the_first(host: Host, desk: Desk) -> None:
    first = desk.deploy(1)
    gone = host.git("rev-parse", f"{BRANCH}:posts/p1/index.html")
    second = desk.deploy(2)
    assert set(second.files) - set(first.files)
    assert second.kept
    assert {path: first.files[path] for path in second.kept} == second.kept
    assert host.git("log", "--format=%P", BRANCH) == ""
    assert gone not in host.git("rev-list", "--objects", BRANCH)
    assert desk.target.releases() == (first, second)
    assert desk.deploy(1) == desk.target.releases()[-1]


def test_every_release_comes_back_to_the_byte(desk: Desk, tmp_path: Path) -> None:
    releases = desk.deploy(1, ODD), desk.deploy(2)
    shutil.rmtree(desk.work)
    for release in releases:
        folder = tmp_path / "back" / release.id
        folder.mkdir(parents=True)
        desk.target.fetch(release, folder)
        assert deploys.contents(folder).items() >= release.everything.items()
    shutil.rmtree(desk.work)
    assert desk.target.listed() == set(releases[1].everything)


def test_bytes_that_are_not_those_of_the_record_are_not_handed_out(desk: Desk) -> None:
    release = desk.deploy(1)
    (desk.folder / "back").mkdir()
    for path, digest in (("index.html", "0" * 64), ("none.html", sha256(b"").hexdigest())):
        wrong = replace(release, files={path: digest}, kept={})
        with pytest.raises(CommandError, match=rf"{path} of {release.id} is no longer there"):
            desk.target.fetch(wrong, desk.folder / "back")


def test_what_is_forgotten_is_gone_from_the_host(host: Host, desk: Desk) -> None:
    _, second, third = (desk.deploy(version, most=2) for version in range(3))
    records = {f"{RECORDS}/{second.id}", f"{RECORDS}/{third.id}"}
    assert set(host.refs()) == records | {f"refs/heads/{BRANCH}"}


@pytest.mark.parametrize("name", ["a\nb.html", ".git/config"])
def test_a_name_that_would_not_arrive_is_refused(host: Host, desk: Desk, name: str) -> None:
    with pytest.raises(CommandError, match=r"cannot hold a file of this name|could not open"):
        desk.deploy(1, {name: "text"})
    assert host.refs() == {}


def test_a_file_that_changed_since_the_plan_is_refused(host: Host, desk: Desk) -> None:
    site = desk.write(1)
    delivery = desk.planned(site)
    (site / "index.html").write_text("another build", "utf-8")
    with pytest.raises(CommandError, match="has changed meanwhile"):
        desk.target.send(delivery, deploys.silent)
    assert host.refs() == {}


class TestTwoAtOnce:
    @pytest.mark.parametrize("looked_again", [False, True])
    @pytest.mark.parametrize("is_first", [False, True])
    def test_from_two(
        self, host: Host, desk: Desk, tmp_path: Path, is_first: bool, looked_again: bool
    ) -> None:
        if not is_first:
            desk.deploy(1)
        late = desk.planned(desk.write(3))
        other = Desk(host, tmp_path / "other").deploy(2)
        if looked_again:
            desk.target.releases()
        before = host.refs()
        with pytest.raises(CommandError, match=r"another deploy came in between|stale info"):
            desk.target.send(late, deploys.silent)
        assert host.refs() == before
        assert host.site() == other.everything

    def test_within_the_push(self, host: Host, desk: Desk) -> None:
        desk.deploy(1)
        first = host.refs()[f"refs/heads/{BRANCH}"]
        second = desk.deploy(2)
        host.hook(f"env -u GIT_QUARANTINE_PATH git update-ref refs/heads/{BRANCH} {first}")
        before = host.refs() | {f"refs/heads/{BRANCH}": first}
        with pytest.raises(CommandError, match="rejected"):
            desk.deploy(3)
        assert host.refs() == before
        host.hook("exit 0")
        assert desk.target.releases()[-1] != second
        desk.deploy(3)


# A git that kills all that deploys: before or after the first of its commands that is named.
KILLER = """#!/bin/sh
for word; do
    if [ "$word" = {word} ]; then {deed}; fi
done
exec {git} "$@"
"""
BEFORE, AFTER = "kill -9 0", '{git} "$@"; kill -9 0'
HALF = 'head -c 2000 | {git} "$@"; kill -9 0'


class TestKilled:
    @pytest.mark.parametrize(
        ("word", "deed", "is_through"),
        [
            ("hash-object", HALF, False),
            ("commit-tree", AFTER, False),
            ("push", BEFORE, False),
            ("push", AFTER, True),
        ],
    )
    def test_with_all_its_children(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, word: str, deed: str, is_through: bool
    ) -> None:
        git = shutil.which("git")
        script = KILLER.format(word=word, deed=deed.format(git=git), git=git)
        file = desk.folder / "bin/git"
        file.parent.mkdir(parents=True)
        file.write_text(script, "utf-8")
        file.chmod(0o755)
        desk.deploy(1)
        with monkeypatch.context() as patched:
            patched.setenv("PATH", str(file.parent), os.pathsep)
            assert desk.started(2) == -9
        left = desk.target.releases()
        assert len(left) == (2 if is_through else 1)
        assert desk.host.site() == left[-1].everything
        desk.deploy(2)

    def test_while_the_host_is_at_it(self, host: Host, desk: Desk) -> None:
        first = desk.deploy(1)
        host.hook("kill -9 0")
        assert desk.started(2) == -9
        assert host.site() == first.everything
        host.hook("exit 0")
        desk.deploy(2)

    def test_leaving_half_a_repository(self, desk: Desk) -> None:
        desk.work.mkdir(parents=True)
        (desk.work / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
        desk.deploy(1)


class TestABranchOfOthers:
    @pytest.mark.parametrize("is_on_top", [False, True])
    def test_is_left_alone(self, host: Host, desk: Desk, is_on_top: bool) -> None:
        if is_on_top:
            desk.deploy(1)
        host.commit("index.html", "theirs")
        before = host.refs()
        with pytest.raises(CommandError, match="no deploy has made: delete it, or name another"):
            desk.deploy(2)
        assert host.refs() == before
        host.git("branch", "-m", BRANCH, f"{BRANCH}-old")
        desk.deploy(2)

    def test_came_after_the_plan(self, host: Host, desk: Desk) -> None:
        delivery = desk.planned(desk.write(1))
        host.commit("index.html", "theirs")
        with pytest.raises(CommandError, match="no deploy has made"):
            desk.target.releases()
        with pytest.raises(CommandError):
            desk.target.send(delivery, deploys.silent)
        assert host.served() == {"index.html": b"theirs"}

    def test_has_a_domain_that_its_host_has_put_there(self, host: Host, desk: Desk) -> None:
        desk.deploy(1)
        host.commit("CNAME", "news.example.com")
        desk.deploy(2)
        assert host.served()["CNAME"] == b"news.example.com"
        Desk(host, desk.folder / "named", "other.example.com").deploy(3)
        assert host.served()["CNAME"] == b"other.example.com"


class TestSurroundings:
    def test_a_hook_of_another(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        other = Host(desk.folder / "other.git")
        for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE"):
            monkeypatch.setenv(name, str(other.folder))
        monkeypatch.setenv("GIT_NAMESPACE", "elsewhere")
        first = desk.deploy(1)
        desk.deploy(2)
        (desk.folder / "back").mkdir()
        desk.target.fetch(first, desk.folder / "back")
        monkeypatch.undo()
        assert other.refs() == {}

    def test_settings_of_the_user(self, host: Host, desk: Desk, settings_of_git: Path) -> None:
        settings_of_git.write_text(
            "[user]\n\tname = Maya Okafor\n\temail = maya@example.com\n"
            "[safe]\n\tbareRepository = explicit\n"
            "[core]\n\tautocrlf = true\n\tquotePath = true\n",
            "utf-8",
        )
        first = desk.deploy(1, ODD | {"lines.txt": "a\r\nb\n"})
        (desk.folder / "back").mkdir()
        desk.target.fetch(first, desk.folder / "back")


class TestWords:
    def error(self, remote: str, folder: Path) -> str:
        target = PagesTarget("there", remote, BRANCH, "", folder / "work")
        with pytest.raises(CommandError) as caught:
            target.releases()
        assert "\n" not in str(caught.value)
        return repr(target) + str(caught.value)

    @pytest.mark.parametrize("user", ["x:hunter2", "hunter2", "x:hunter2@hunter2", "x:a/hunter2"])
    def test_nobody_is_told_the_password(self, tmp_path: Path, user: str) -> None:
        for scheme in ("https", "http", "ssh"):
            assert "hunter2" not in self.error(f"{scheme}://{user}@127.0.0.1:9/x.git", tmp_path)

    def test_nothing_is_there(self, tmp_path: Path) -> None:
        said = self.error(str(tmp_path / "none"), tmp_path)
        assert "does not appear to be a git repository" in said
        assert "onnect" in self.error("https://127.0.0.1:9/x.git", tmp_path)

    def test_of_a_host_that_refuses(self, host: Host, desk: Desk) -> None:
        host.hook("echo 'error: GH006: Protected branch update failed' >&2; exit 1")
        with pytest.raises(CommandError, match="GH006: Protected branch update failed"):
            desk.deploy(1)
        assert host.refs() == {}
