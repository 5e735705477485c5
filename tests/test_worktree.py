"""What is deployed is what the commit holds, whatever git has been told to overlook."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from newsroom.deploy.worktree import refuse_dirty, standing
from newsroom.model.problems import CommandError

POST = "content/posts/one.md"
HIDING = {
    "untracked files are not shown": ["config", "status.showUntrackedFiles", "no"],
    "a file is assumed to be unchanged": ["update-index", "--assume-unchanged", POST],
    "a file is skipped": ["update-index", "--skip-worktree", POST],
    "aliases": ["config", "alias.ls-tree", "!true"],
}


def git(folder: Path, *arguments: str) -> str:
    named = [
        "-c",
        "user.name=Ada",
        "-c",
        "user.email=a@b.example",
        "-c",
        "protocol.file.allow=always",
    ]
    command = ["git", *named, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def repository(folder: Path) -> Path:
    """A project that is committed and pushed."""
    (folder / POST).parent.mkdir(parents=True)
    (folder / POST).write_text("Title: One\n\nOne.\n", "utf-8")
    (folder / ".gitignore").write_text("ignored.md\n", "utf-8")
    (folder / "content/link.md").symlink_to("posts/one.md")
    origin = folder.with_name(f"{folder.name}.git")
    git(folder.parent, "init", "--quiet", "--bare", str(origin))
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "remote", "add", "origin", str(origin))
    save(folder)
    return folder


def save(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "x")
    git(folder, "push", "--quiet", "origin", "main")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return repository(tmp_path / "site")


def test_what_is_committed_and_pushed_may_go(project: Path) -> None:
    refuse_dirty(project, [project / POST])
    assert standing(project).name == git(project, "rev-parse", "HEAD").strip()


@pytest.mark.parametrize("hiding", HIDING)
def test_a_changed_file_is_found(project: Path, hiding: str) -> None:
    git(project, *HIDING[hiding])
    (project / POST).write_text("Title: Two\n\nTwo.\n", "utf-8")
    with pytest.raises(CommandError, match=rf"not committed: {POST}"):
        refuse_dirty(project)
    assert standing(project).name.endswith("-dirty")


def test_a_new_file_is_found(project: Path) -> None:
    git(project, "config", "status.showUntrackedFiles", "no")
    (project / "content/new.md").write_text("x", "utf-8")
    with pytest.raises(CommandError, match=r"not committed: content/new\.md"):
        refuse_dirty(project)


def test_an_ignored_file_counts_if_it_is_used(project: Path) -> None:
    ignored = project / "content/ignored.md"
    ignored.write_text("x", "utf-8")
    refuse_dirty(project)
    with pytest.raises(CommandError, match=r"not committed: content/ignored\.md"):
        refuse_dirty(project, [ignored])


def test_a_file_left_out_of_a_sparse_checkout_is_missed(project: Path) -> None:
    git(project, "sparse-checkout", "set", "--no-cone", "/*", "!/content/posts/")
    assert not (project / POST).exists()
    with pytest.raises(CommandError, match=rf"not committed: {POST}"):
        refuse_dirty(project)


def test_a_link_that_leads_elsewhere_is_found(project: Path) -> None:
    (project / "content/link.md").unlink()
    (project / "content/link.md").symlink_to("posts/two.md")
    assert standing(project).differing == ("content/link.md",)


def test_another_repository_in_the_environment_says_nothing(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository(tmp_path / "other")
    (project / POST).write_text("changed", "utf-8")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    with pytest.raises(CommandError, match="not committed"):
        refuse_dirty(project)


def test_a_submodule_counts_too(project: Path, tmp_path: Path) -> None:
    part = repository(tmp_path / "part")
    origin = str(part.with_name("part.git"))
    git(project, "submodule", "--quiet", "add", "-b", "main", origin, "shared")
    save(project)
    inside = project / "shared"
    refuse_dirty(project, [inside / POST])
    ignored = inside / "content/ignored.md"
    ignored.write_text("x", "utf-8")
    with pytest.raises(CommandError, match=r"shared/content/ignored\.md"):
        refuse_dirty(project, [ignored])
    (inside / POST).write_text("changed", "utf-8")
    git(project, "config", "diff.ignoreSubmodules", "all")
    with pytest.raises(CommandError, match=rf"not committed: shared/{POST}"):
        refuse_dirty(project)
    git(inside, "add", "--all")
    git(inside, "commit", "--quiet", "-m", "x")
    assert standing(project).differing == ("shared",)


def test_a_project_in_a_folder_of_its_repository(project: Path) -> None:
    (project / "content/.gitattributes").write_text("*.md text eol=crlf\n", "utf-8")
    save(project)
    (project / POST).write_bytes(b"Title: One\r\n\r\nOne.\r\n")  # as git itself would check it out
    assert standing(project / "content").differing == ()
    (project / POST).write_text("changed", "utf-8")
    assert standing(project / "content").differing == ("posts/one.md",)


def test_what_is_not_pushed_and_what_is_in_no_repository(project: Path, tmp_path: Path) -> None:
    git(project, "commit", "--quiet", "--allow-empty", "-m", "not pushed")
    with pytest.raises(CommandError, match="on no remote branch"):
        refuse_dirty(project)
    (tmp_path / "bare").mkdir()
    with pytest.raises(CommandError, match="there is no commit to deploy"):
        refuse_dirty(tmp_path / "bare")
