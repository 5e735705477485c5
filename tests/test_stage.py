"""Stage, then commit: killed anywhere, the output is never torn and the next build is right."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import newsroom.incremental.stage
import pytest
from newsroom.incremental.stage import Stage, StageError

from tests.forked import Run
from tests.sites import Site

KILLER = """
import os, signal
from pelican import signals
import newsroom.incremental.stage

WRITTEN, RENAMED = int(os.environ["KILL_WRITTEN"]), int(os.environ["KILL_RENAMED"])
counts = {"written": 0, "renamed": 0}
renaming = newsroom.incremental.stage._replace

def count(kind, limit):
    counts[kind] += 1
    if counts[kind] == limit:
        os.kill(os.getpid(), signal.SIGKILL)

def after_writing(path, context):
    count("written", WRITTEN)

def renaming_and_counting(staged, final):
    renaming(staged, final)
    count("renamed", RENAMED)

def register():
    newsroom.incremental.stage._replace = renaming_and_counting
    signals.content_written.connect(after_writing)
"""


def write(stage: Any, **files: str) -> None:
    for name, text in files.items():
        path = stage.folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def read(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "output")


def commit(stage: Any, **files: str) -> dict[str, str]:
    stage.begin()
    write(stage, **files)
    stage.commit()
    stage.release()
    return read(stage.output)


def test_replaces_what_differs_and_removes_what_an_earlier_build_made(stage: Stage) -> None:
    assert commit(stage, a_html="1", b__c_html="1") == {"a.html": "1", "b/c.html": "1"}
    untouched = (stage.output / "a.html").stat().st_mtime_ns
    assert commit(stage, a_html="1", d_html="2") == {"a.html": "1", "d.html": "2"}
    assert (stage.output / "a.html").stat().st_mtime_ns == untouched
    assert not (stage.output / "b").exists()


def test_pages_come_after_what_they_use(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    renamed: list[str] = []
    replace = newsroom.incremental.stage._replace

    def noting(staged: Path, final: Path) -> None:
        renamed.append(final.name)
        replace(staged, final)

    monkeypatch.setattr(newsroom.incremental.stage, "_replace", noting)
    commit(stage, a_html="1", z_css="1", index_html="1", b_png="1")
    assert renamed == ["b.png", "z.css", "a.html", "index.html"]


def test_leaves_alone_what_no_build_made(stage: Stage) -> None:
    commit(stage, a_html="1")
    (stage.output / "CNAME").write_text("mine", "utf-8")
    assert commit(stage, b_html="2") == {"b.html": "2", "CNAME": "mine"}


class TestFilesOfOthers:
    def test_a_folder_of_others_does_not_make_way(self, tmp_path: Path) -> None:
        theirs = tmp_path / "home" / "posts" / "letter.txt"
        theirs.parent.mkdir(parents=True)
        theirs.write_text("mine", "utf-8")
        with pytest.raises(RuntimeError, match=r"posts is a folder that no build has made"):
            commit(Stage(tmp_path / "home"), posts="1", a_html="1")
        assert read(tmp_path / "home") == {"posts/letter.txt": "mine"}

    @pytest.mark.parametrize("name", ["../letter.txt", "x/../../letter.txt"])
    def test_a_record_names_nothing_outside(self, tmp_path: Path, name: str) -> None:
        stage = Stage(tmp_path / "output")
        commit(stage, a_html="1", x__b_html="1")
        (tmp_path / "letter.txt").write_text("mine", "utf-8")
        record = {"made": ["a.html", "x/b.html", name]}
        (stage.home / "record.json").write_text(json.dumps(record), "utf-8")
        commit(Stage(stage.output), x__b_html="1")
        assert (tmp_path / "letter.txt").exists()


def test_a_home_folder_named_by_mistake_keeps_what_is_there(site: Callable[[str], Site]) -> None:
    made = site("thread")
    home = made.folder.parent / "home"
    (home / "letters").mkdir(parents=True)
    (home / "letters/one.txt").write_text("mine", "utf-8")
    made.build("-o", str(home), "-d").succeeds()
    assert (home / "letters/one.txt").read_text("utf-8") == "mine"


def test_a_file_may_become_a_folder_and_back(stage: Stage) -> None:
    assert commit(stage, a="1") == {"a": "1"}
    assert commit(stage, a__index_html="2") == {"a/index.html": "2"}
    assert commit(stage, a="3") == {"a": "3"}


def test_a_second_build_is_refused_while_one_runs(stage: Stage) -> None:
    stage.begin()
    with pytest.raises(StageError, match="another build is writing output/"):
        Stage(stage.output).begin()
    stage.release()
    Stage(stage.output).begin()


def test_an_interrupted_commit_is_finished_by_the_next_build(stage: Stage) -> None:
    commit(stage, a_html="1", b_html="1", c_html="1")
    stage.begin()
    write(stage, a_html="2", b_html="2")
    made = ["a.html", "b.html"]
    plan = {"made": made, "staged": made, "stale": ["c.html"]}
    (stage.home / "plan.json").write_text(json.dumps(plan), "utf-8")
    (stage.folder / "a.html").replace(stage.output / "a.html")
    stage.release()
    Stage(stage.output).begin()
    assert read(stage.output) == {"a.html": "2", "b.html": "2"}


def test_a_corrupt_record_is_no_obstacle(stage: Stage) -> None:
    commit(stage, a_html="1")
    (stage.home / "record.json").write_text("{", "utf-8")
    assert commit(stage, a_html="2") == {"a.html": "2"}


DAMAGED = ["", "{", "[]", "{}", '{"made": 1, "stale": []}', '{"made": ["../x"], "stale": []}']


@pytest.mark.parametrize("name", ["record.json", "plan.json"])
@pytest.mark.parametrize("text", [*DAMAGED, '{"made": [], "stale": ["../precious"]}'])
def test_a_damaged_memory_is_no_memory(name: str, text: str, stage: Stage) -> None:
    commit(stage, a_html="1")
    (stage.output.parent / "precious").write_text("precious")
    (stage.home / name).write_text(text, "utf-8")
    assert commit(stage, a_html="2") == {"a.html": "2"}
    assert (stage.output.parent / "precious").exists()


def killed(site: Site, written: int = 0, renamed: int = 0) -> Run:
    return site.build(
        "-e",
        'PLUGINS=["newsroom", "killer"]',
        KILL_WRITTEN=str(written),
        KILL_RENAMED=str(renamed),
    )


@pytest.fixture
def edited(site: Callable[[str], Site]) -> Site:
    """A site that was built, then edited so that every page differs and one goes."""
    thread = site("thread")
    thread.write("killer.py", KILLER)
    with (thread.folder / "pelicanconf.py").open("a", encoding="utf-8") as conf:
        conf.write('PLUGIN_PATHS = ["."]\n')
    thread.build().succeeds()
    thread.edit("pelicanconf.py", "Copperline Kettles newsroom", "Copperline newsroom")
    (thread.folder / "content/posts/2026/open-day.md").unlink()
    return thread


@pytest.mark.full
def test_killed_while_rendering_the_last_good_output_is_whole(edited: Site, full: bool) -> None:
    before = edited.files()
    pages = sum(name.endswith(".html") for name in before)
    for point in range(1, pages - 5) if full else (pages // 2,):
        assert killed(edited, written=point).code == -9
        assert edited.files() == before, f"killed after {point} files"
    edited.build().succeeds()
    assert edited.files() != before


@pytest.mark.full
def test_killed_while_committing_every_file_is_whole_and_the_next_build_is_right(
    edited: Site, full: bool, tmp_path: Path
) -> None:
    before = edited.files()
    clean = Site(tmp_path / "clean")
    shutil.copytree(edited.folder, clean.folder, ignore=shutil.ignore_patterns("output", ".*"))
    clean.build().succeeds()
    after = clean.files()
    changed = sum(before.get(name) != digest for name, digest in after.items())
    for point in range(1, changed + 1) if full else (changed // 2, changed):
        assert killed(edited, renamed=point).code == -9
        torn = {
            name
            for name, digest in edited.files().items()
            if digest not in (before.get(name), after.get(name))
        }
        assert not torn, f"killed after {point} renames"
        edited.build().succeeds()
        assert edited.files() == after
        edited.edit("pelicanconf.py", "Copperline newsroom", "Copperline Kettles newsroom")
        edited.build().succeeds()
        before = edited.files()
        edited.edit("pelicanconf.py", "Copperline Kettles newsroom", "Copperline newsroom")
