"""What is deployed is what the commit holds, and is pushed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from unittest.mock import patch

import pytest
from newsroom.commands.deploying import _used
from newsroom.commands.project import Project
from newsroom.deploy.worktree import commit_of
from newsroom.model.problems import CommandError

from tests.sites import Site

POST = "content/posts/one.md"


HIDING = {
    "a file is assumed to be unchanged": ["update-index", "--assume-unchanged", POST],
    "a file is skipped": ["update-index", "--skip-worktree", POST],
    "nothing is hidden": ["config", "status.showUntrackedFiles", "no"],
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
    assert commit_of(project, allow_dirty=False) == git(project, "rev-parse", "HEAD").strip()


@pytest.mark.parametrize("hiding", HIDING)
def test_a_changed_file_is_found(project: Path, hiding: str) -> None:
    git(project, *HIDING[hiding])
    (project / POST).write_text("Title: Two\n\nTwo.\n", "utf-8")
    for _ in range(2):
        with pytest.raises(CommandError, match=rf"not committed: {POST}"):
            commit_of(project, allow_dirty=False)
        assert commit_of(project, allow_dirty=True).endswith("-dirty")
        git(project, "add", "--all")


def test_a_new_file_is_found(project: Path) -> None:
    git(project, "config", "status.showUntrackedFiles", "no")
    (project / "content/new.md").write_text("x", "utf-8")
    (project / "content/ignored.md").write_text("x", "utf-8")
    with pytest.raises(CommandError, match=r"not committed: content/new\.md: "):
        commit_of(project, allow_dirty=False)


def test_an_ignored_file_counts_if_it_is_used(project: Path) -> None:
    ignored = project / "content/ignored.md"
    ignored.write_text("x", "utf-8")
    commit_of(project, allow_dirty=False, used=[project / POST])
    with pytest.raises(CommandError, match=r"not committed: content/ignored\.md: "):
        commit_of(project, allow_dirty=False, used=[ignored])


def test_what_the_site_uses_is_looked_at(tmp_path: Path) -> None:
    site = Site.copy("sample", tmp_path / "sample")
    site.write("content/posts/draft.md", "Title: Unsaid\nStatus: draft\n\nx\n")
    with patch.dict("os.environ", SOURCE_DATE_EPOCH=site.now):
        used = _used(Project(site.folder / "publishconf.py"))
    assert all(path.is_file() for path in used)
    assert {".md", ".jpg", ".py"} <= {path.suffix for path in used}
    assert site.folder / "content/posts/draft.md" not in used


def test_a_file_left_out_of_a_sparse_checkout_is_missed(project: Path) -> None:
    git(project, "sparse-checkout", "set", "--no-cone", "/*", "!/content/posts/")
    assert not (project / POST).exists()
    with pytest.raises(CommandError, match=rf"not committed: {POST}"):
        commit_of(project, allow_dirty=False)


def test_a_link_that_leads_elsewhere_is_found(project: Path) -> None:
    (project / "content/link.md").unlink()
    (project / "content/link.md").symlink_to("posts/two.md")
    with pytest.raises(CommandError, match=r"not committed: content/link\.md"):
        commit_of(project, allow_dirty=False)


def test_another_repository_in_the_environment_says_nothing(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository(tmp_path / "other")
    (project / POST).write_text("changed", "utf-8")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    with pytest.raises(CommandError, match="not committed"):
        commit_of(project, allow_dirty=False)


def test_a_submodule_counts_too(project: Path, tmp_path: Path) -> None:
    part = repository(tmp_path / "part")
    origin = str(part.with_name("part.git"))
    git(project, "submodule", "--quiet", "add", "-b", "main", origin, "shared")
    save(project)
    inside = project / "shared"
    commit_of(project, allow_dirty=False, used=[inside / POST])
    git(project, "config", "diff.ignoreSubmodules", "all")
    git(inside, *HIDING["a file is assumed to be unchanged"])
    (inside / "content/ignored.md").write_text("x", "utf-8")
    with pytest.raises(CommandError, match=r"not committed: shared/content/ignored\.md: "):
        commit_of(project, allow_dirty=False, used=[inside / "content/ignored.md"])
    (inside / POST).write_text("changed", "utf-8")
    with pytest.raises(CommandError, match=rf"not committed: shared/{POST}"):
        commit_of(project, allow_dirty=False)
    git(inside, "update-index", "--no-assume-unchanged", POST)
    git(inside, "add", "--all")
    git(inside, "commit", "--quiet", "-m", "x")
    with pytest.raises(CommandError, match="not committed: shared: "):
        commit_of(project, allow_dirty=False)
    save(project)
    with pytest.raises(CommandError, match=r"shared \(its commit is on no remote branch\)"):
        commit_of(project, allow_dirty=False)


def test_a_project_in_a_folder_of_its_repository(project: Path) -> None:
    (project / "beside.txt").write_text("x", "utf-8")
    commit_of(project / "content", allow_dirty=False)
    (project / POST).write_text("changed", "utf-8")
    with pytest.raises(CommandError, match=r"not committed: posts/one\.md"):
        commit_of(project / "content", allow_dirty=False)


def test_what_is_not_pushed_and_what_is_in_no_repository(project: Path, tmp_path: Path) -> None:
    git(project, "commit", "--quiet", "--allow-empty", "-m", "not pushed")
    with pytest.raises(CommandError, match="on no remote branch"):
        commit_of(project, allow_dirty=False)
    (tmp_path / "bare").mkdir()
    with pytest.raises(CommandError, match="there is no commit to deploy"):
        commit_of(tmp_path / "bare", allow_dirty=False)
    assert commit_of(tmp_path / "bare", allow_dirty=True) == ""
