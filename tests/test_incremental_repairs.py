"""A build trusts neither the output nor what it kept: whatever happened, the next one is right.

Only what no build made stays as it is.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import twins
from tests.sites import ROOT
from tests.sizes import first
from tests.twins import Twin

FOREIGN = {
    "CNAME": b"saltmarsh.example\n",
    "posts/old-photo.jpg": b"JFIF",
    ".git/HEAD": b"ref: x\n",
}
HEADER = "Title: Oven\nDate: 2025-07-28 10:00\nAuthor: Hugo Marsh\nSummary: New.\n"
OVEN = "content/posts/2025/new-oven.md"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> tuple[Twin, Twin]:
    """The newsroom, built, and what to come back to."""
    twin = Twin.copy("bakery", tmp_path_factory.mktemp("repairs"), theme=str(ROOT / "theme"))
    twin.build().succeeds()
    twin.stock().succeeds()
    return twin, twin.keep("kept")


@pytest.fixture
def built(base: tuple[Twin, Twin]) -> Twin:
    """The site, built; a clean build of it is there too."""
    twin, kept = base
    twin.come_back(kept)
    return twin


@pytest.fixture
def edited(built: Twin) -> Twin:
    """The site, built, then edited."""
    built.edit(OVEN, "ninety loaves", "a hundred loaves")
    built.remove("content/posts/2025/night-shift.md")
    return built


def builds_right(twin: Twin, after: str, settings: dict[str, object] | None = None) -> None:
    """Build, and compare with the clean build that is there."""
    twin.compare(after, twin.build(settings).succeeds())


def write_foreign(output: Path) -> None:
    for name, data in FOREIGN.items():
        (output / name).parent.mkdir(parents=True, exist_ok=True)
        (output / name).write_bytes(data)


@pytest.mark.full
def test_what_no_build_made_stays(edited: Twin) -> None:
    write_foreign(edited.output)
    (edited.output / "link").symlink_to("CNAME")
    edited.build().succeeds()
    edited.stock().succeeds()
    for name, data in FOREIGN.items():
        assert (edited.output / name).read_bytes() == data
        (edited.output / name).unlink()
    assert (edited.output / "link").is_symlink()
    (edited.output / "link").unlink()
    edited.compare("files of others have gone")


@pytest.mark.full
def test_what_no_build_made_stays_at_a_first_build(built: Twin) -> None:
    shutil.rmtree(built.output)
    shutil.rmtree(built.cache)
    write_foreign(built.output)
    built.build().succeeds()
    for name, data in FOREIGN.items():
        assert (built.output / name).read_bytes() == data
        (built.output / name).unlink()
    built.compare("a first build beside files of others")


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def garbled(file: Path) -> None:
    data = bytearray(file.read_bytes())
    for place in range(0, len(data), 97):
        data[place] ^= 0x55
    file.write_bytes(data)


def garbled_unseen(file: Path) -> None:
    before = file.stat()
    garbled(file)
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def removed(file: Path) -> None:
    file.unlink()


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()
    (file / "inside").write_bytes(b"x")


def a_dangling_link(file: Path) -> None:
    file.unlink()
    file.symlink_to("nowhere")


DAMAGES = (garbled_unseen, removed, truncated, emptied, garbled, a_folder, a_dangling_link)
Damage = Callable[[Path], None]


def test_without_what_was_kept(edited: Twin) -> None:
    shutil.rmtree(edited.cache)
    edited.check("all that was kept has gone")


@pytest.mark.parametrize("damage", first(1, DAMAGES), ids=lambda damage: damage.__name__)
def test_with_a_damaged_cache(edited: Twin, damage: Damage) -> None:
    """All of its files at once, and, as no damage may hide another, the largest alone."""
    edited.stock().succeeds()
    files = [*edited.cache.glob("*.sqlite3"), edited.cache / ".gitignore"]
    kept = edited.keep("damaged")
    damage(max(files, key=lambda file: file.stat().st_size))
    builds_right(edited, f"the cache is {damage.__name__}")
    edited.come_back(kept)
    for file in files:
        damage(file)
    builds_right(edited, f"all of the cache is {damage.__name__}")
    assert "Traceback" not in edited.build().stderr


@pytest.mark.full
def test_with_the_cache_of_an_earlier_build(edited: Twin) -> None:
    """A backup, or a cache of a CI server, that is older than the output beside it."""
    older = shutil.copytree(edited.cache, edited.folder.parent / "older", dirs_exist_ok=True)
    edited.build().succeeds()
    shutil.rmtree(edited.cache)
    shutil.move(older, edited.cache)
    edited.edit(OVEN, "a hundred loaves", "ninety loaves")
    edited.check("the cache is that of an earlier build")


@pytest.mark.parametrize(
    "damage", [each for each in DAMAGES if each is not a_folder], ids=lambda damage: damage.__name__
)
def test_damaged_output(built: Twin, damage: Damage) -> None:
    """Pages, a feed and a picture, changed by hand."""
    for name in ("posts/new-oven/index.html", "feeds/all.atom", "images/loaf.png", "index.html"):
        damage(built.output / name)
    builds_right(built, f"the output is {damage.__name__}")


@pytest.mark.full
def test_folders_of_the_output_are_files_or_gone(built: Twin) -> None:
    shutil.rmtree(built.output / "posts")
    (built.output / "posts").write_text("a file", "utf-8")
    shutil.rmtree(built.output / "tags")
    builds_right(built, "folders have gone")
    shutil.rmtree(built.output)
    builds_right(built, "the output has gone")


def test_two_builds_at_once(edited: Twin) -> None:
    """The second waits, or refuses in one line; the output is right in any case."""
    first, second = edited.begin(), edited.begin()
    runs = [first.wait(), second.wait()]
    assert any(run.code == 0 for run in runs), runs
    for run in runs:
        said = f"{run.stdout}\n{run.stderr}"
        assert "Traceback" not in said, said
        assert run.code == 0 or "another build" in " ".join(said.split()), said
    edited.stock().succeeds()
    edited.compare("two builds at once", runs[0])
    edited.check("another one")


@pytest.mark.full
def test_sources_that_change_while_a_build_runs(built: Twin) -> None:
    """What that build makes is nobody's promise; the next one must not believe it."""
    for number in range(2):
        building = built.begin()
        while not building.done():
            built.write(OVEN, f"{HEADER}Tags: x{number}\n\n{time.time_ns()}\n")
        building.wait()
        built.write(OVEN, f"{HEADER}\nRound {number}.\n")
        built.check(f"a source changed during build {number}")


def test_the_comparison_sees_what_is_missing_added_and_different(built: Twin) -> None:
    (built.output / "index.html").unlink()
    (built.output / "more.html").write_text("more", "utf-8")
    (built.output / "robots.txt").write_text("other", "utf-8")
    lines = twins.differences(built.clean, built.output).splitlines()
    assert lines[0] == "index.html is missing"
    assert lines[1] == "more.html should not be there"
    assert lines[2] == "robots.txt differs in line 1:"
