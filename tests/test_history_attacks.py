"""What earlier versions must not tell: a build refused it then, or what it names is held back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repository import Repository, entry, statement

POST, SECRET = "posts/mill.md", "incidents/recall/statement.md"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository.begin(tmp_path / "site")
    made.write(SECRET, statement("The recall", Status="draft"))
    made.put("2026-02-01", POST, entry("One"))
    return made


@pytest.mark.parametrize(
    "link",
    ["[x]({filename}/incidents/recall/statement.md#what)", "[x]({filename}../incidents/recall)"],
)
def test_a_version_that_links_to_what_is_held_back(repository: Repository, link: str) -> None:
    """No build took it; it is shown no sooner than what it names."""
    repository.put("2026-02-02", POST, entry("Two", link))
    repository.put("2026-02-03", POST, entry("Three"))
    assert [title for _, title in repository.told(POST)] == ["Three", "One"]
    repository.put("2026-02-04", SECRET, statement("The recall"))
    assert [title for _, title in repository.told(POST)] == ["Three", "Two", "One"]


def test_a_version_with_a_key_that_is_none(repository: Repository) -> None:
    repository.put("2026-02-02", POST, entry("Two", Remark="Ask Tom's lawyer."))
    repository.put("2026-02-03", POST, entry("Three"))
    assert [title for _, title in repository.told(POST)] == ["Three", "One"]
