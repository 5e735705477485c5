"""Targets that change at once, a folder, a server over ssh, a branch: the same is held of each."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from newsroom.deploy.plan import plan
from newsroom.deploy.release import Target
from newsroom.deploy.targets import declared
from newsroom.model.problems import CommandError
from newsroom.model.settings import Settings
from newsroom.publish.manifest import Manifest

from tests import deploys
from tests.servers.sshd import SshServer, sshd

ODD = {
    "posts/it’s “odd” $HOME/index.html": "quotes",
    "posts/a b/index.html": "a space",
    "posts/日本語/index.html": "letters",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    with sshd(tmp_path_factory.mktemp("ssh") / "server") as running:
        yield running


class Place:
    """A target, how it is declared, and what its readers see."""

    def __init__(
        self, options: Mapping[str, Any], folder: Path, public: Callable[[], Path]
    ) -> None:
        self.options, self.folder, self.public = options, folder, public

    @property
    def target(self) -> Target:
        settings = Settings(targets={"here": self.options})
        return declared("here", settings, self.folder / "project").target

    def files(self) -> dict[str, str]:
        return deploys.contents(self.public())


@pytest.fixture(params=["folder", "rsync", "github-pages"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    base = tmp_path / "it's the base"
    if request.param == "folder":
        return Place({"type": "folder", "path": str(base)}, tmp_path, lambda: base / "current")
    if request.param == "rsync":
        reached = asdict(request.getfixturevalue("server"))
        options = {"type": "rsync", "path": str(base)} | reached
        return Place(options, tmp_path, lambda: base / "current")
    subprocess.run(["git", "init", "--bare", "--quiet", str(base)], check=True)
    options = {"type": "github-pages", "remote": str(base), "domain": "news.example.com"}

    def checked_out() -> Path:
        folder = tmp_path / "checkout"
        shutil.rmtree(folder, ignore_errors=True)
        clone = ["git", "clone", "--quiet", "--branch", "gh-pages", str(base), str(folder)]
        subprocess.run(clone, check=True)
        log = ["git", "log", "--format=%H %P"]
        said = subprocess.run(log, cwd=folder, capture_output=True, text=True, check=True)
        assert len(said.stdout.split()) == 1, "a branch without history"
        assert (folder / "CNAME").read_text("utf-8").strip() == "news.example.com"
        for name in (".nojekyll", "CNAME"):
            (folder / name).unlink()
        shutil.rmtree(folder / ".git")
        return folder

    return Place(options, tmp_path, checked_out)


def two_versions(folder: Path) -> tuple[Manifest, Manifest]:
    """Two sites that share a page, besides what is changed, new and removed."""
    same = {"about/index.html": "the same in both"}
    first = deploys.write_site(folder / "1", 1, range(4), same | ODD)
    return first, deploys.write_site(folder / "2", 2, range(2, 6), same | ODD)


def test_deploys_follow_each_other_and_any_can_be_fetched(place: Place, tmp_path: Path) -> None:
    first, second = two_versions(tmp_path)
    deploys.deploy(place.target, deploys.source(tmp_path / "1", first))
    assert place.files() == dict(first.files)
    delivery = deploys.deploy(place.target, deploys.source(tmp_path / "2", second))
    assert "about/index.html" not in set(delivery.changed)
    releases = place.target.releases()
    assert [dict(item.files) for item in releases] == [dict(first.files), dict(second.files)]
    assert place.files() == releases[-1].everything
    kept = set(releases[-1].kept)
    assert kept == {path for path in first.files if "theme" in path and path not in second.files}
    assert place.target.listed() == set(releases[-1].everything)
    shutil.rmtree(tmp_path / "project", ignore_errors=True)  # as on another machine
    place.target.releases()
    (tmp_path / "back").mkdir()
    place.target.fetch(releases[0], tmp_path / "back")
    assert dict(first.files).items() <= deploys.contents(tmp_path / "back").items()


def test_a_picture_that_is_no_longer_shown_goes_at_once(place: Place, tmp_path: Path) -> None:
    pictures = {
        f"incidents/x/original-h{'a' * 12}-480.webp": "uncovered",
        f"authors/maya-h{'b' * 12}-96.webp": "a face",
        f"images/child-h{'c' * 12}-720.avif": "a child",
    }
    pictures[f"posts/x/card-h{'d' * 12}.png"] = "what it said"
    first = deploys.write_site(tmp_path / "1", 1, range(2), pictures)
    second = deploys.write_site(tmp_path / "2", 2, range(2))
    deploys.deploy(place.target, deploys.source(tmp_path / "1", first))
    deploys.deploy(place.target, deploys.source(tmp_path / "2", second))
    assert not place.files().keys() & pictures


@pytest.mark.full
def test_what_is_forgotten_is_gone(place: Place, tmp_path: Path) -> None:
    for version in range(3):
        folder = tmp_path / str(version)
        made = deploys.write_site(folder, version, range(1))
        deploys.deploy(place.target, deploys.source(folder, made), most=2)
    kept = place.target.releases()
    assert len(kept) == 2
    assert place.files() == kept[-1].everything


@pytest.mark.parametrize("place", ["folder"], indirect=True)
def test_styles_of_the_last_five_releases_stay(place: Place, tmp_path: Path) -> None:
    versions = [deploys.write_site(tmp_path / str(n), n, range(1)) for n in range(7)]
    for number, made in enumerate(versions):
        deploys.deploy(place.target, deploys.source(tmp_path / str(number), made))
    styles = {path for made in versions[1:-1] for path in made.files if path.endswith(".css")}
    assert set(place.target.releases()[-1].kept) == styles


@pytest.mark.parametrize("place", ["folder", "rsync"], indirect=True)
def test_an_unchanged_file_is_the_same_file_with_the_same_time(
    place: Place, tmp_path: Path
) -> None:
    first, second = two_versions(tmp_path)
    deploys.deploy(place.target, deploys.source(tmp_path / "1", first))
    before = {path: (place.public() / path).stat() for path in first.files}
    for file in (tmp_path / "2").rglob("*"):
        os.utime(file, (1, 1))
    deploys.deploy(place.target, deploys.source(tmp_path / "2", second))
    for path, old in before.items():
        new = (place.public() / path).stat() if (place.public() / path).exists() else None
        if second.files.get(path, first.files[path]) == first.files[path] and new:
            assert (new.st_ino, new.st_mtime) == (old.st_ino, old.st_mtime), path
            assert new.st_mode & 0o777 == 0o644
    assert (place.public() / "index.html").stat().st_mtime > 1


@pytest.mark.parametrize("place", ["folder", "rsync"], indirect=True)
def test_a_root_that_others_made_is_left_alone(place: Place, tmp_path: Path) -> None:
    root = Path(place.options["path"], "current")
    root.mkdir(parents=True)
    (root / "index.html").write_text("theirs", "utf-8")
    made = deploys.write_site(tmp_path / "1", 1, range(1))
    with pytest.raises(CommandError, match="no deploy has made"):
        deploys.deploy(place.target, deploys.source(tmp_path / "1", made))
    assert (root / "index.html").read_text("utf-8") == "theirs"


@pytest.mark.parametrize("place", ["github-pages"], indirect=True)
def test_a_branch_that_others_made_is_left_alone(place: Place, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    said = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    for command in (
        ("init", "--quiet", "--initial-branch", "gh-pages", str(theirs)),
        ("-C", str(theirs), *said, "commit", "--quiet", "--allow-empty", "-m", "ours"),
        ("-C", str(theirs), "push", "--quiet", place.options["remote"], "gh-pages"),
    ):
        subprocess.run(["git", *command], check=True)
    made = deploys.write_site(tmp_path / "1", 1, range(1))
    with pytest.raises(CommandError, match="no deploy has made"):
        deploys.deploy(place.target, deploys.source(tmp_path / "1", made))


def test_a_deploy_that_came_in_between_is_not_overwritten(place: Place, tmp_path: Path) -> None:
    first, second = two_versions(tmp_path)
    deploys.deploy(place.target, deploys.source(tmp_path / "1", first))
    late = plan(place.target, deploys.source(tmp_path / "1", first), datetime.now(UTC), 10)
    elsewhere = Place(place.options, tmp_path / "elsewhere", place.public)
    deploys.deploy(elsewhere.target, deploys.source(tmp_path / "2", second))
    with pytest.raises(CommandError, match=r"came in between|stale info"):
        place.target.send(late, deploys.silent)
    assert place.files() == elsewhere.target.releases()[-1].everything
