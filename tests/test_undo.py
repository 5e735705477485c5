"""Files that are put back as they were when something fails."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from newsroom.publish.undo import as_they_were


def read(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text("utf-8")
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    for name in ("output/a.html", "output/b/c.html", "output/b/d.html", "list.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("old", "utf-8")
    (folder / "output/link").symlink_to("a.html")
    return folder


def change(site: Path) -> None:
    """Everything that can become of a file."""
    (site / "new").write_text("new", "utf-8")
    (site / "new").replace(site / "output/a.html")
    (site / "output/b/c.html").unlink()
    (site / "output/b/c.html").mkdir()
    (site / "output/b/c.html/index.html").write_text("new", "utf-8")
    (site / "output/b/d.html").unlink()
    (site / "output/link").unlink()
    (site / "hosting").mkdir()
    (site / "hosting/nginx.conf").write_text("new", "utf-8")
    (site / "list.json").unlink()


def change_and_fail(site: Path, kind: type[BaseException]) -> None:
    change(site)
    raise kind


@pytest.mark.parametrize("linking", [True, False])
@pytest.mark.parametrize("kind", [OSError, KeyboardInterrupt])
def test_all_is_put_back(
    site: Path, kind: type[BaseException], linking: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_given: object, **_how: object) -> None:
        raise PermissionError("this file system has no links")

    if not linking:
        monkeypatch.setattr(os, "link", cannot)
    before = read(site)
    places = [site / name for name in ("output", "list.json", "hosting")]
    with pytest.raises(kind), as_they_were(places, site / "work"):
        change_and_fail(site, kind)
    assert read(site) == before
    assert (site / "output/link").readlink() == Path("a.html")
    assert not (site / "hosting").exists()
    assert not (site / "work").exists()


def test_nothing_is_put_back_where_nothing_fails(site: Path) -> None:
    with as_they_were([site / "output"], site / "work"):
        change(site)
    assert read(site / "output") == {"a.html": "new", "b/c.html/index.html": "new"}
    assert not (site / "work").exists()
