"""Which versions of an entry were public, by the git history of its file."""

from __future__ import annotations

import os
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from newsroom.history import branch
from newsroom.history.repository import Repository as Reader
from newsroom.incremental.cache import Cache

from tests.repository import Repository, entry, statement

POST = "posts/mill.md"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.begin(tmp_path / "site")


def test_each_change_of_what_is_public_is_a_version(repository: Repository) -> None:
    repository.put("2026-02-01 10:00", POST, entry("One"))
    assert repository.told(POST) == []  # what never changed has no history
    repository.put("2026-02-02 10:00", POST, entry("Two"))
    repository.put("2026-02-03 10:00", "posts/other.md", entry("Other"))
    repository.put("2026-02-04 10:00", POST, entry("One"))
    told = [("2026-02-04 10:00", "One"), ("2026-02-02 10:00", "Two"), ("2026-02-01 10:00", "One")]
    assert repository.told(POST) == told


def test_a_version_counts_from_its_date(repository: Repository) -> None:
    repository.put("2026-02-01", POST, entry("Planned", date="2026-03-01 09:00"))
    repository.put("2026-02-02", POST, entry("Still planned", date="2026-03-01 09:00"))
    repository.put("2026-03-02", POST, entry("Mended", date="2026-03-01 09:00"))
    told = [("2026-03-02 00:00", "Mended"), ("2026-03-01 09:00", "Still planned")]
    assert repository.told(POST) == told


@pytest.mark.parametrize("status", ["draft", "skip", "hidden"])
def test_what_was_held_back_was_no_version(repository: Repository, status: str) -> None:
    repository.put("2026-02-01", POST, entry("Held back", Status=status))
    repository.put("2026-02-02", POST, entry("One"))
    repository.put("2026-02-03", POST, entry("Held back", Status=status))
    repository.put("2026-02-04", POST, entry("Two"))
    told = [("2026-02-04 00:00", "Two"), ("2026-02-02 00:00", "One")]
    assert repository.told(POST) == told
    repository.put("2026-02-05", POST, entry("Two", Status=status))
    assert repository.told(POST) == []


def test_what_was_withdrawn_was_no_version(repository: Repository) -> None:
    repository.put("2026-02-01", POST, entry("One"))
    gone = repository.put("2026-02-02", POST, entry("Two", Withdrawn="2026-02-02 | Wrong."))
    assert repository.told(POST) == []
    repository.put("2026-02-03", POST, entry("Three"))
    told = [("2026-02-03 00:00", "Three"), ("2026-02-01 00:00", "One")]
    assert repository.told(POST) == told
    repository.git("checkout", "-q", gone)
    assert repository.told(POST) == []


@pytest.mark.parametrize(
    "text",
    [
        "Title: No empty line\nbelow the header",
        "No header at all.",
        entry("Not a date", date="soon"),
        entry("[[to be written]]"),
        entry("One", "We lost [[how many]] jars."),
        entry("One", "Status: draft\n\nIn the wrong place."),
        entry("A conflict", "<<<<<<< HEAD\nOne.\n=======\nTwo.\n>>>>>>> other"),
        "\N{REPLACEMENT CHARACTER}\0",
    ],
)
def test_what_could_not_be_built_was_no_version(repository: Repository, text: str) -> None:
    repository.put("2026-02-01", POST, entry("One"))
    repository.put("2026-02-02", POST, text)
    repository.put("2026-02-03", POST, entry("Two"))
    told = [("2026-02-03 00:00", "Two"), ("2026-02-01 00:00", "One")]
    assert repository.told(POST) == told


def test_what_looks_unfinished_in_code_was_a_version(repository: Repository) -> None:
    repository.put("2026-02-01", POST, entry("One", "Write `[[x]]` and:\n\n    Status: draft"))
    repository.put("2026-02-02", POST, entry("Two"))
    assert [title for _, title in repository.told(POST)] == ["Two", "One"]


def test_a_follow_up_was_public_only_with_its_statement(repository: Repository) -> None:
    path, first = "incidents/fire/found.md", "incidents/fire/statement.md"
    repository.write(first, statement("First", Status="draft"))
    repository.put("2026-02-01", path, entry("Before the statement"))
    repository.put("2026-02-02", path, entry("With the statement"))
    repository.put("2026-02-03 08:00", first, statement("First", date="2026-01-01"))
    repository.put("2026-02-04", path, entry("After it"))
    told = [("2026-02-04 00:00", "After it"), ("2026-02-03 08:00", "With the statement")]
    assert repository.told(path) == told


def test_a_translation_was_public_only_with_its_original(repository: Repository) -> None:
    path = "posts/mill.fr.md"
    repository.put("2026-02-01", path, entry("Un", Lang="fr"))
    repository.put("2026-02-02", POST, entry("One"))
    repository.put("2026-02-03", path, entry("Deux", Lang="fr"))
    repository.put("2026-02-04", POST, entry("One", Withdrawn="2026-02-04 | Wrong."))
    repository.put("2026-02-05", path, entry("Trois", Lang="fr"))
    assert repository.told(path) == []
    repository.put("2026-02-06", POST, entry("Two"))
    repository.put("2026-02-07", path, entry("Quatre", Lang="fr"))
    told = [
        *[("2026-02-07 00:00", "Quatre"), ("2026-02-06 00:00", "Trois")],
        *[("2026-02-03 00:00", "Deux"), ("2026-02-02 00:00", "Un")],
    ]
    assert repository.told(path) == told


def test_renames_are_followed(repository: Repository) -> None:
    long = "\n\n".join(f"Paragraph {number} of a long text." for number in range(9))
    repository.put("2026-02-01", "posts/old.md", entry("One", long))
    repository.put("2026-02-02", "posts/old.md", entry("Two", long))
    repository.move("posts/old.md", "posts/2026/new.md")
    repository.commit("2026-02-02")
    repository.put("2026-02-03", "posts/old.md", entry("Another", "Quite another text."))
    repository.move("posts/2026/new.md", POST)
    repository.put("2026-02-04", POST, entry("Three", long))
    repository.put("2026-02-05", "posts/old.md", entry("Another again", "Quite another text."))
    told = [("2026-02-04 00:00", "Three"), ("2026-02-02 00:00", "Two"), ("2026-02-01 00:00", "One")]
    assert repository.told(POST) == told
    told = [("2026-02-05 00:00", "Another again"), ("2026-02-03 00:00", "Another")]
    assert repository.told("posts/old.md") == told


@pytest.mark.parametrize(
    "place", ["notes/mill.md", "posts/.mill.md", "posts/#mill.md", "pages/mill.md", "../mill.md"]
)
def test_what_was_no_entry_then_was_never_public(repository: Repository, place: str) -> None:
    repository.put("2026-02-01", place, entry("One"))
    repository.put("2026-02-02", place, entry("Two"))
    repository.move(place, POST)
    repository.commit("2026-02-03")
    assert repository.told(POST) == []
    repository.put("2026-02-04", POST, entry("Three"))
    told = [("2026-02-04 00:00", "Three"), ("2026-02-03 00:00", "Two")]
    assert repository.told(POST) == told


def test_a_link_was_no_version(repository: Repository) -> None:
    repository.put("2026-02-01", "texts/mill.md", entry("Elsewhere"))
    (repository.content / "posts").mkdir()
    (repository.content / POST).symlink_to("../texts/mill.md")
    repository.commit("2026-02-02")
    (repository.content / POST).unlink()
    repository.put("2026-02-03", POST, entry("Three"))
    assert repository.told(POST) == []


def test_only_what_the_branch_held_was_public(repository: Repository) -> None:
    repository.put("2026-02-01", POST, entry("One"))
    repository.git("checkout", "-qb", "work")
    repository.put("2026-02-02", POST, entry("Only on the branch"))
    repository.put("2026-02-03", POST, entry("As it was merged"))
    repository.git("checkout", "-q", "main")
    repository.put("2026-02-04", "posts/other.md", entry("Other"))
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "work", at="2026-02-05 07:00")
    told = [("2026-02-05 07:00", "As it was merged"), ("2026-02-01 00:00", "One")]
    assert repository.told(POST) == told


def test_clocks_that_run_backwards(repository: Repository) -> None:
    repository.put("2026-02-05", POST, entry("One"))
    repository.put("2026-02-03", POST, entry("Two"))
    repository.put("2026-02-04", POST, entry("Three"))
    told = [("2026-02-04 00:00", "Three"), ("2026-02-03 00:00", "Two"), ("2026-02-03 00:00", "One")]
    assert repository.told(POST) == told


def test_a_clock_that_was_ahead_ends_no_embargo(repository: Repository) -> None:
    repository.put("2030-01-01", POST, entry("Planned", date="2026-06-01"))
    repository.put("2026-02-02", POST, entry("Still planned", date="2026-06-01"))
    repository.put("2026-07-01", POST, entry("Mended", date="2026-06-01"))
    assert [title for _, title in repository.told(POST)] == ["Mended", "Still planned"]


def test_approval_and_the_ends_of_lines_make_no_version(repository: Repository) -> None:
    repository.put("2026-02-01", POST, entry("One"))
    repository.put("2026-02-02", POST, entry("One", Approved_by="Ada Quill"))
    repository.put("2026-02-03", POST, entry("One").replace("\n", "\r\n"))
    assert repository.told(POST) == []
    repository.put("2026-02-04", POST, entry("Two"))
    told = [("2026-02-04 00:00", "Two"), ("2026-02-01 00:00", "One")]
    assert repository.told(POST) == told


def test_what_is_not_committed_is_the_newest_version(repository: Repository) -> None:
    repository.put("2026-02-01", POST, entry("One"))
    repository.write(POST, entry("Two", Modified="2026-02-03 10:00 | More."))
    told = [("2026-02-03 10:00", "Two"), ("2026-02-01 00:00", "One")]
    assert repository.told(POST) == told
    text = repository.histories().versions[POST][0]
    assert text.digest == sha256((repository.content / POST).read_bytes()).hexdigest()
    repository.write(POST, entry("One", Approved_by="Ada Quill"))
    repository.write("posts/new.md", entry("New"))
    assert repository.histories().versions == {}


def test_history_cuts_off(repository: Repository) -> None:
    repository.put("2026-02-01", POST, entry("One"))
    repository.put("2026-02-02", POST, entry("Two"))
    repository.put("2026-02-03", POST, entry("Three", History="since 2026-02-02 | A name."))
    assert [title for _, title in repository.told(POST)] == ["Three", "Two"]
    repository.put("2026-02-04", POST, entry("Four", History="none | A name."))
    assert [title for _, title in repository.told(POST)] == ["Four"]


HOSTILE = {
    "log.showSignature": "true",
    "log.showRoot": "false",
    "log.diffMerges": "combined",
    "log.decorate": "full",
    "log.follow": "true",
    "log.abbrevCommit": "true",
    "core.quotePath": "true",
    "core.abbrev": "4",
    "core.pager": "cat > /dev/null",
    "color.ui": "always",
    "diff.renames": "false",
    "diff.renameLimit": "1",
    "diff.relative": "false",
    "diff.orderFile": "/does/not/exist",
    "diff.noprefix": "true",
    "diff.ignoreSubmodules": "all",
    "format.pretty": "fuller",
    "i18n.logOutputEncoding": "utf-16",
    "notes.displayRef": "*",
}


def test_nothing_that_is_configured_changes_what_is_read(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = "posts/Überall \N{SNOWMAN}.md"
    long = "\n\n".join(f"Paragraph {number} of a long text." for number in range(9))
    first = repository.put("2026-02-01", "posts/old.md", entry("One", long))
    second = repository.put("2026-02-02", "posts/old.md", entry("Two", long))
    repository.git("checkout", "-qb", "work")
    repository.move("posts/old.md", path)
    repository.put("2026-02-03", path, entry("Three", long))
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "merge", "work", at="2026-02-04")
    expected = [title for _, title in repository.told(path)]
    assert expected == ["Three", "Two", "One"]
    for key, value in HOSTILE.items():
        repository.git("config", key, value)
    repository.git("replace", second, first)
    grafts = repository.folder / ".git" / "info" / "grafts"
    grafts.write_text(f"{second}\n", "utf-8")
    other = Repository.begin(tmp_path / "other")
    other.put("2026-02-01", POST, entry("Another repository"))
    for name, value in {
        "GIT_DIR": str(other.folder / ".git"),
        "GIT_WORK_TREE": str(other.folder),
        "GIT_INDEX_FILE": "/does/not/exist",
        "GIT_EXTERNAL_DIFF": "false",
        "GIT_DIFF_OPTS": "-u9",
        "GIT_TRACE": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "log.showRoot",
        "GIT_CONFIG_VALUE_0": "false",
        "GIT_PAGER": "false",
        "GIT_LITERAL_PATHSPECS": "1",
    }.items():
        monkeypatch.setenv(name, value)
    assert [title for _, title in repository.told(path)] == expected


@pytest.mark.parametrize("inside", ["site/de ep/content", "."])
def test_the_content_may_lie_anywhere_in_the_repository(tmp_path: Path, inside: str) -> None:
    repository = Repository.begin(tmp_path / "site", inside)
    (repository.folder / os.fsdecode(b"bytes \xff\n\t:\x01")).write_text("x", "utf-8")
    repository.put("2026-02-01", POST, entry("One"))
    repository.put("2026-02-02", POST, entry("Two"))
    told = [("2026-02-02 00:00", "Two"), ("2026-02-01 00:00", "One")]
    assert repository.told(POST) == told


def test_names_of_any_bytes_are_passed_over(repository: Repository) -> None:
    (repository.content / "posts").mkdir()
    for name in (b"\xff.md", b":100644 a b c M.md", b"a\nb.md", b" .md", b"\x01.md"):
        (repository.content / "posts" / os.fsdecode(name)).write_text(entry("X"), "utf-8")
    repository.put("2026-02-01", POST, entry("One"))
    repository.put("2026-02-02", POST, entry("Two"))
    told = [("2026-02-02 00:00", "Two"), ("2026-02-01 00:00", "One")]
    assert repository.told(POST) == told


def test_a_repository_with_longer_hashes(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", "--object-format=sha256", str(folder)], check=True)
    repository = Repository.begin(folder)
    repository.put("2026-02-01", POST, entry("One"))
    assert repository.told(POST) == []
    repository.put("2026-02-02", POST, entry("Two"))
    assert [title for _, title in repository.told(POST)] == ["Two", "One"]


def test_without_a_history_it_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Repository.begin(tmp_path / "whole")
    whole.put("2026-02-01", POST, entry("One"))
    whole.put("2026-02-02", POST, entry("Two"))
    folder = tmp_path / "shallow"
    whole.git("clone", "-q", "--depth", "1", f"file://{whole.folder}", str(folder))
    shallow = Repository(folder, folder / "content")
    assert shallow.told(POST) == []
    assert "shallow clone" in shallow.histories().why
    empty = Repository.begin(tmp_path / "empty")
    assert empty.histories().why
    (whole.folder / ".git").rename(tmp_path / "away")
    assert "not a git repository" in whole.histories().why
    monkeypatch.setenv("PATH", "")
    assert "git is not here" in whole.histories().why


def test_a_repository_that_lacks_files_fetches_nothing(tmp_path: Path) -> None:
    whole = Repository.begin(tmp_path / "whole")
    whole.put("2026-02-01", POST, entry("One"))
    whole.put("2026-02-02", POST, entry("Two"))
    whole.git("config", "uploadpack.allowFilter", "true")
    folder = tmp_path / "partial"
    whole.git("clone", "-q", "--filter=blob:none", f"file://{whole.folder}", str(folder))
    partial = Repository(folder, folder / "content")
    assert partial.told(POST) == []
    assert partial.histories().why


def test_only_what_is_new_is_read(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[str, ...]] = []
    run = Reader._run

    def noted(self: Reader, *arguments: str, **more: object) -> object:
        ran.append(tuple(part for part in arguments if part in ("log", "cat-file", "rev-parse")))
        return run(self, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Reader, "_run", noted)
    store = Cache(tmp_path / "kept.sqlite3")
    store.begin("one")

    def read() -> tuple[list[str], list[str]]:
        ran.clear()
        kept = repository.histories(store=store).versions
        commands = [name for names in ran for name in names]
        new = repository.histories().versions
        assert {
            path: [(each.since, each.digest) for each in found] for path, found in new.items()
        } == {path: [(each.since, each.digest) for each in found] for path, found in kept.items()}
        return [each.entry.title for each in kept.get(POST, ())], commands

    repository.put("2026-02-01", POST, entry("One"))
    second = repository.put("2026-02-02", POST, entry("Two"))
    assert read() == (["Two", "One"], ["rev-parse", "log", "cat-file"])
    assert read() == (["Two", "One"], ["rev-parse"])
    third = repository.put("2026-02-03", POST, entry("Three"))
    assert read() == (["Three", "Two", "One"], ["rev-parse", "log", "cat-file"])
    repository.git("checkout", "-q", second)  # an older commit
    assert read() == (["Two", "One"], ["rev-parse"])
    repository.put("2026-02-04", POST, entry("Four"))  # another line from there on
    assert read() == (["Four", "Two", "One"], ["rev-parse", "log", "log", "cat-file"])
    repository.git("checkout", "-q", third)
    repository.git("merge", "-q", "-s", "ours", "-m", "merge", "HEAD@{1}", at="2026-02-05")
    assert read()[0] == ["Three", "Two", "One"]  # what was kept is in it, but not on its line
    repository.git("commit", "-q", "--amend", "-m", "again", at="2026-02-06")
    assert read()[0] == ["Three", "Two", "One"]


def test_what_is_kept_may_be_another_repositorys(tmp_path: Path) -> None:
    store = Cache(tmp_path / "kept.sqlite3")
    store.begin("one")
    for name in ("a", "b"):
        repository = Repository.begin(tmp_path / name)
        repository.put("2026-02-01", POST, entry(f"One of {name}"))
        repository.put("2026-02-02", POST, entry("Two"))
        found = repository.histories(store=store).versions[POST]
        assert [each.entry.title for each in found] == ["Two", f"One of {name}"]
    assert store.get(branch.KIND, "commits")
