"""Files are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from newsroom.files import write_whole


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "a.md"
    for text in ("first", "second"):
        write_whole(file, text)
        assert file.read_text("utf-8") == text
    assert list(file.parent.iterdir()) == [file]
    assert file.stat().st_mode & 0o777 == 0o644


def test_a_disk_that_is_full_leaves_all_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "a.md").write_text("first", "utf-8")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(tmp_path / "a.md", "second")
    assert [file.read_text("utf-8") for file in tmp_path.iterdir()] == ["first"]
