"""Release folders here and over ssh: what a kill, a umask, or a stranger's files do to them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from newsroom.deploy import folders
from newsroom.deploy.release import Release, Target
from newsroom.deploy.targets import declared
from newsroom.model.problems import CommandError
from newsroom.model.settings import Settings, SettingsError
from newsroom.publish.manifest import Manifest

from tests import deploys
from tests.servers.sshd import SshServer, sshd
from tests.sites import ROOT
from tests.sizes import first

ODD = {
    "-n/index.html": "a dash in front",
    "a\nb/index.html": "two lines",
    "a\u2028b/index.html": "a separator of lines",
    "it’s 'a' “$(touch x)” `b`/*?[a].html": "quotes",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    """Its user has a umask by which nobody else may read."""
    before = os.umask(0o077)
    try:
        with sshd(tmp_path_factory.mktemp("ssh") / "server") as running:
            yield running
    finally:
        os.umask(before)


@pytest.fixture(params=["folder", "rsync"])
def options(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A target as the settings declare it, for somebody with that umask."""
    reached = asdict(request.getfixturevalue("server")) if request.param == "rsync" else {}
    before = os.umask(0o077)
    yield {"type": request.param, "path": str(tmp_path / "the 'base'")} | reached
    os.umask(before)


def target_of(options: Mapping[str, Any]) -> Target:
    return declared("here", Settings(targets={"here": options}), ROOT).target


def two_sites(folder: Path) -> tuple[Manifest, Manifest]:
    """The second changes pages and styles, lacks a page, has a new one, and keeps the odd ones."""
    first = deploys.write_site(folder / "1", 1, range(3), ODD)
    return first, deploys.write_site(folder / "2", 2, range(1, 4), ODD)


def put(options: Mapping[str, Any], folder: Path, made: Manifest) -> Release:
    return deploys.deploy(target_of(options), deploys.source(folder, made)).release


def test_a_web_server_may_read_everything(options: dict[str, Any], tmp_path: Path) -> None:
    first, second = two_sites(tmp_path)
    put(options, tmp_path / "1", first)
    put(options, tmp_path / "2", second)  # with assets of the first that are kept
    base = Path(options["path"])
    found = [base, base / "current", *(base / "current/").resolve().rglob("*")]
    modes = {(item.is_dir(), item.stat().st_mode & 0o777) for item in found}
    assert modes == {(True, 0o755), (False, 0o644)}
    assert target_of(options).listed() == set(deploys.contents(base / "current"))
    assert set(ODD) <= target_of(options).listed()


@pytest.mark.full
def test_kept_assets_are_the_same_files(options: dict[str, Any], tmp_path: Path) -> None:
    first, second = two_sites(tmp_path)
    put(options, tmp_path / "1", first)
    current = Path(options["path"], "current")
    before = {path: (current / path).stat() for path in first.files}
    release = put(options, tmp_path / "2", second)
    assert release.kept
    for path in release.kept:
        now = (current / path).stat()
        assert (now.st_ino, now.st_mtime_ns) == (before[path].st_ino, before[path].st_mtime_ns)


@pytest.mark.parametrize("dies_at", [pytest.param(0, marks=pytest.mark.full), 1])
def test_a_kill_in_the_middle_changes_nothing_and_the_next_one_finishes(
    options: dict[str, Any], tmp_path: Path, dies_at: int
) -> None:
    first, second = two_sites(tmp_path)
    put(options, tmp_path / "1", first)
    current, before = Path(options["path"], "current"), set(tmp_path.iterdir())
    assert deploys.start(options, tmp_path / "2", dies_at).wait() == -signal.SIGKILL
    assert deploys.contents(current) == dict(first.files)
    assert set(tmp_path.iterdir()) == before, "what is left there would have to be committed"
    release = put(options, tmp_path / "2", second)
    assert deploys.is_whole(release, current)
    assert target_of(options).releases()[-1] == release
    left = current.parent / "incoming"
    for file in left.iterdir():  # it stays for a day, as another deploy may be at work
        os.utime(file, (1, 1))
    put(options, tmp_path / "1", first)
    assert not list(left.iterdir())


def test_a_kill_just_before_the_swap(options: dict[str, Any], tmp_path: Path) -> None:
    first, second = two_sites(tmp_path)
    live = put(options, tmp_path / "1", first)
    put(options, tmp_path / "2", second)
    current = Path(options["path"], "current")
    current.unlink()
    current.symlink_to(f"releases/{live.id}")  # as it was, with the second recorded already
    assert target_of(options).releases()[-1] == live
    third = deploys.write_site(tmp_path / "3", 3, range(3))
    release = put(options, tmp_path / "3", third)
    assert deploys.is_whole(release, current)


def test_a_reader_always_finds_a_page(options: dict[str, Any], tmp_path: Path) -> None:
    sites = [(tmp_path / str(number), made) for number, made in enumerate(two_sites(tmp_path), 1)]
    put(options, *sites[0])
    page, over, lost = Path(options["path"], "current/index.html"), threading.Event(), []

    def read() -> None:
        while not over.is_set():
            try:
                assert page.read_text("utf-8").endswith("\n")
            except (OSError, AssertionError) as error:
                lost.append(error)
                return

    reader = threading.Thread(target=read)
    reader.start()
    put(options, *sites[1])
    over.set()
    reader.join()
    assert lost == []


def test_what_somebody_spoilt_there_is_mended(options: dict[str, Any], tmp_path: Path) -> None:
    first, second = two_sites(tmp_path)
    put(options, tmp_path / "1", first)
    current = Path(options["path"], "current")
    gone, changed = list(ODD)[:2]
    (current / gone).unlink()
    (current / changed).write_text("by hand", "utf-8")
    release = put(options, tmp_path / "2", second)
    assert deploys.is_whole(release, current)


@pytest.mark.parametrize("options", ["rsync"], indirect=True)
@pytest.mark.full
def test_a_kept_asset_that_somebody_removed_stops_nothing(
    options: dict[str, Any], tmp_path: Path
) -> None:
    first, second = two_sites(tmp_path)
    put(options, tmp_path / "1", first)
    current = Path(options["path"], "current")
    shutil.rmtree(current / "images")
    release = put(options, tmp_path / "2", second)
    assert set(release.files.items()) <= set(deploys.contents(current).items())


def test_the_releases_of_another_tool_are_left_alone(
    options: dict[str, Any], tmp_path: Path
) -> None:
    theirs = Path(options["path"], "releases", "20260101120000", "index.html")
    theirs.parent.mkdir(parents=True)
    theirs.write_text("theirs", "utf-8")
    current = Path(options["path"], "current")
    current.symlink_to("releases/20260101120000")
    first, _ = two_sites(tmp_path)
    with pytest.raises(CommandError, match="no deploy has made"):
        put(options, tmp_path / "1", first)
    assert (current / "index.html").read_text("utf-8") == "theirs"
    current.unlink()
    put(options, tmp_path / "1", first)
    assert theirs.read_text("utf-8") == "theirs"


def test_what_others_keep_there_is_neither_emptied_nor_followed(
    options: dict[str, Any], tmp_path: Path
) -> None:
    base, elsewhere = Path(options["path"]), tmp_path / "elsewhere"
    half = "20260101T120000Z-0123abcd"
    places = ["releases/2026-Trip1Z-photos", f"releases/{half}", "incoming", f"incoming/{half}"]
    letters = [folder / "letter.txt" for folder in (elsewhere, *(base / one for one in places))]
    for letter in letters:
        letter.parent.mkdir(parents=True, exist_ok=True)
        letter.write_text("theirs", "utf-8")
        os.utime(letter.parent, (1, 1))
    (base / f"incoming/{half[:-1]}e").symlink_to(elsewhere)
    put(options, tmp_path / "1", two_sites(tmp_path)[0])
    assert {letter.read_text("utf-8") for letter in letters} == {"theirs"}
    assert not list(Path(base, "current/").rglob(".newsroom*"))


@pytest.mark.parametrize("name", ["releases", "incoming"])
def test_a_link_that_leads_elsewhere_is_not_followed(
    options: dict[str, Any], tmp_path: Path, name: str
) -> None:
    base, elsewhere = Path(options["path"]), tmp_path / "elsewhere"
    base.mkdir()
    elsewhere.mkdir()
    (base / name).symlink_to(elsewhere)
    with pytest.raises(CommandError, match=f"{name} is a link"):
        put(options, tmp_path / "1", two_sites(tmp_path)[0])
    assert list(elsewhere.iterdir()) == []


@pytest.mark.full
def test_a_live_folder_with_a_link_in_it_gives_nothing_on(
    options: dict[str, Any], tmp_path: Path
) -> None:
    first, second = two_sites(tmp_path)
    put(options, tmp_path / "1", first)
    current, outside = Path(options["path"], "current"), tmp_path / "outside"
    shutil.copytree(tmp_path / "2", outside)
    shutil.rmtree(current / "posts")
    (current / "posts").symlink_to(outside / "posts")  # with the very bytes that come next
    release = put(options, tmp_path / "2", second)
    assert set(release.files.items()) <= set(deploys.contents(current).items())
    assert not [file for file in current.resolve().rglob("*") if file.is_symlink()]
    pages = [current / path for path in second.files if path.startswith("posts/")]
    assert {page.stat().st_nlink for page in pages} == {1}, "one that somebody else can change"


@pytest.mark.parametrize(
    "spoilt",
    first(
        1,
        [
            {"id": "../../elsewhere"},
            {"kept": {"../../../elsewhere/letter.txt": "0" * 64}},
            {"files": {"/etc/hostname": "0" * 64}},
            {"files": ["index.html"]},
        ],
    ),
)
def test_a_record_leads_nowhere_else(
    options: dict[str, Any], tmp_path: Path, spoilt: dict[str, Any]
) -> None:
    sites = [deploys.write_site(tmp_path / str(n), n, range(2)) for n in range(2)]
    release = put(options, tmp_path / "0", sites[0])
    theirs = tmp_path / "elsewhere" / "letter.txt"
    theirs.parent.mkdir()
    theirs.write_text("theirs", "utf-8")
    record = Path(options["path"], "releases", f"{release.id}.json")
    record.write_text(json.dumps(json.loads(release.text()) | spoilt), "utf-8")
    with pytest.raises(CommandError, match=rf"the record .*{release.id}\.json is damaged"):
        put(options, tmp_path / "1", sites[1])
    assert theirs.read_text("utf-8") == "theirs"


@pytest.mark.parametrize("text", first(2, ["", "half a\nrecord", "{", "null"]))
def test_a_broken_record_is_named(options: dict[str, Any], tmp_path: Path, text: str) -> None:
    release = put(options, tmp_path / "1", two_sites(tmp_path)[0])
    Path(options["path"], "releases", f"{release.id}.json").write_text(text, "utf-8")
    with pytest.raises(CommandError, match=rf"{release.id}\.json is damaged"):
        target_of(options).releases()


@pytest.mark.parametrize("path", [".", "output", "output/site", "~", "~/srv", "../words/x", "../o"])
def test_a_target_is_no_folder_of_the_project(tmp_path: Path, path: str) -> None:
    root = tmp_path / "site"
    root.mkdir()
    (root / "output").symlink_to("../o")
    settings = Settings(targets={"here": {"type": "folder", "path": path}})
    with pytest.raises(SettingsError, match=r"path: "):
        declared("here", settings, root, tmp_path / "words", root / "output")


def test_the_name_of_a_target_is_no_path(tmp_path: Path) -> None:
    settings = Settings(targets={"../x": {"type": "github-pages", "remote": "r"}})
    with pytest.raises(SettingsError, match="a target's name"):
        declared("../x", settings, tmp_path)


def test_looking_makes_nothing(options: dict[str, Any]) -> None:
    target = target_of(options)
    assert target.releases() == ()
    assert target.listed() == set()
    assert not Path(options["path"]).exists()


def test_a_file_that_changes_after_the_build_is_not_sent(
    options: dict[str, Any], tmp_path: Path
) -> None:
    first, _ = two_sites(tmp_path)
    (tmp_path / "1" / "index.html").write_text("another build", "utf-8")
    with pytest.raises(CommandError, match=r"index.html has changed meanwhile"):
        put(options, tmp_path / "1", first)
    assert not Path(options["path"], "current").exists()


def test_a_fetch_of_what_is_gone_names_it(options: dict[str, Any], tmp_path: Path) -> None:
    first, _ = two_sites(tmp_path)
    release = put(options, tmp_path / "1", first)
    Path(options["path"], "current", "404.html").unlink()
    (tmp_path / "back").mkdir()
    with pytest.raises(CommandError, match=rf"404.html of {release.id} is no longer there"):
        target_of(options).fetch(release, tmp_path / "back")


@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_half_a_script_does_nothing(tmp_path: Path, shell: str) -> None:
    body = "rm -rf releases/20261125T065400Z-1a2b3c4d\ncat > x <<'END'\n}\nEND\n"
    whole = folders.script(str(tmp_path / "b"), body)
    kept = tmp_path / "b" / "releases" / "20261124T065400Z-1a2b3c4d"
    kept.mkdir(parents=True)
    for length in range(0, len(whole.rstrip("}\n")), 61):
        subprocess.run([shell, "-s"], input=whole[:length].encode(), stderr=subprocess.DEVNULL)
        assert kept.exists()
        assert not (tmp_path / "b" / "x").exists()
    subprocess.run([shell, "-s"], input=whole.encode(), check=True)
    assert (tmp_path / "b" / "x").read_text("utf-8") == "}\n"


def test_a_server_whose_key_is_not_known(server: SshServer, tmp_path: Path) -> None:
    unknown = ("UserKnownHostsFile=/dev/null", "StrictHostKeyChecking=yes")
    there = asdict(server) | {"type": "rsync", "path": str(tmp_path), "ssh_options": unknown}
    with pytest.raises(CommandError, match="Host key verification failed") as caught:
        target_of(there).releases()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"type": "ftp"}, "type: expected one of s3, rsync, github-pages, folder, got 'ftp'"),
        ({"type": "rsync", "path": "/srv"}, "host: expected a text, got nothing"),
        ({"type": "rsync", "path": "", "host": "h"}, "path: expected a text, got ''"),
        ({"type": "rsync", "path": "/srv", "host": "h", "port": "22"}, "port: expected a whole"),
        ({"type": "rsync", "path": "/srv", "host": "h", "ssh_options": "A=b"}, "expected a list"),
        (
            {"type": "folder", "path": "/srv", "pth": "x"},
            "unknown option 'pth'; did you mean path?",
        ),
        ({"type": "folder", "path": "/srv", "releases_kept": 5}, "a whole number from 6"),
    ],
)
def test_an_option_that_cannot_be(tmp_path: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        declared("here", Settings(targets={"here": options}), tmp_path)
    assert said in str(caught.value)
