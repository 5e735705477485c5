"""Files are written whole or not at all, on every file system."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from newsroom.files import write_whole


@pytest.fixture(params=["with links", "without links"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def cannot(*_given: object, **_how: object) -> None:
        raise PermissionError(1, "Operation not permitted")  # exFAT says so

    if request.param == "without links":
        monkeypatch.setattr(os, "link", cannot)
    return tmp_path


def test_a_new_file_takes_the_place_of_none(folder: Path) -> None:
    write_whole(folder / "a.md", "first", exclusive=True)
    with pytest.raises(FileExistsError):
        write_whole(folder / "a.md", "second", exclusive=True)
    assert {file.name: file.read_text("utf-8") for file in folder.iterdir()} == {"a.md": "first"}


def test_nor_that_of_a_link_to_nothing(folder: Path) -> None:
    (folder / "a.md").symlink_to("nothing")
    with pytest.raises(FileExistsError):
        write_whole(folder / "a.md", "mine", exclusive=True)
    assert not (folder / "nothing").exists()


def test_a_disk_that_is_full_leaves_nothing_behind(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(folder / "a.md", "text", exclusive=True)
    assert list(folder.iterdir()) == []
