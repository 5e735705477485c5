"""What is remembered of single files is what would be read, whatever happens to them."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest
from newsroom.commands.project import read_settings
from newsroom.images.opening import ImageError
from newsroom.images.screenshots import read_picture
from newsroom.incremental.cache import Cache
from newsroom.model.keys import Picture
from newsroom.model.settings import Settings
from newsroom.reading import scan
from newsroom.reading.checks import Checkup, check
from newsroom.reading.memory import KIND, Memory
from PIL import Image as Pillow

from tests.sites import ROOT, SAMPLE_NOW, SITES

NOW = datetime.fromtimestamp(int(SAMPLE_NOW), UTC)
SETTINGS = Settings.read(read_settings(ROOT / "pelicanconf.py"))
FOLDERS = [ROOT / "content", *sorted(SITES.glob("*/content"))]

STATEMENT = "incidents/flood-post/statement.md"
POST = "posts/2024/paid-in-thirty-days.md"
PHOTO, PICTURE = "authors/roisin-calder.jpg", "images/quince-branch.jpg"
WITHOUT_DATE = "Title: Soon\nAuthor: Roisin Calder\nStatus: draft\n\nNot yet."


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's content folder with small pictures; and ``kept``, what it was read as."""
    folder = tmp_path_factory.mktemp("begun")
    shutil.copytree(ROOT / "content", folder / "content")
    for path in sorted((folder / "content").rglob("*.[jp][pn]g")):
        with Pillow.open(path) as picture:
            picture.resize((40, 30)).convert("RGB").save(path)
    remember(folder / "kept", folder / "content")
    return folder


@pytest.fixture
def content(tmp_path: Path, begun: Path) -> Path:
    """A content folder that a test may change."""
    return Path(shutil.copytree(begun / "content", tmp_path / "content"))


@pytest.fixture
def kept(tmp_path: Path, begun: Path) -> Path:
    """What that folder was read as before the test."""
    return Path(shutil.copytree(begun / "kept", tmp_path / "kept"))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of the files that are interpreted while the test runs."""
    paths: list[str] = []
    interpret = scan.read_source

    def noted(path: str, *rest: Any) -> Any:
        paths.append(path)
        return interpret(path, *rest)

    monkeypatch.setattr(scan, "read_source", noted)
    return paths


def remember(kept: Path, content: Path, now: datetime = NOW, fingerprint: str = "one") -> Checkup:
    """Check a folder with what was kept of it, and keep that."""
    store = stored(kept, fingerprint)
    memory = Memory(store.all(KIND))
    checkup = check(content, SETTINGS, now, memory)
    store.put(KIND, *memory.changes())
    return checkup


def stored(kept: Path, fingerprint: str = "one") -> Cache:
    """The store in a folder."""
    (cache := Cache(kept / "kept.sqlite3")).begin(fingerprint)
    return cache


def all_of(checkup: Checkup) -> dict[str, Any]:
    """All that a checkup holds: entries would else be compared by identity, lines not at all."""
    return asdict(checkup)


def assert_same(kept: Path, content: Path, now: datetime = NOW) -> Checkup:
    """With what was kept comes what comes without it, and again."""
    without = check(content, SETTINGS, now)
    for _ in range(2):
        assert all_of(remember(kept, content, now)) == all_of(without)
    return without


def written(kept: Path) -> dict[str, bytes]:
    return Cache(kept / "kept.sqlite3").all(KIND)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_what_is_remembered_is_what_is_read(folder: Path, tmp_path: Path, read: list[str]) -> None:
    first = all_of(remember(tmp_path, folder))
    read.clear()
    before = written(tmp_path)
    assert all_of(remember(tmp_path, folder)) == first == all_of(check(folder, SETTINGS, NOW))
    assert written(tmp_path) == before


def test_only_what_needs_a_picture_or_a_date_is_interpreted_again(
    content: Path, kept: Path, read: list[str]
) -> None:
    (content / "posts/soon.md").write_text(WITHOUT_DATE)
    remember(kept, content)
    read.clear()
    remember(kept, content)
    assert sorted(read) == sorted(["posts/soon.md", *_with_pictures(content)])


def _with_pictures(content: Path) -> list[str]:
    return [
        path.relative_to(content).as_posix()
        for path in content.rglob("*.md")
        if "\nPhoto: " in (text := path.read_text()) or "\nScreenshot: " in text
    ]


def test_a_picture_is_looked_into_once(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[tuple[str, bool]] = []

    def noted(data: bytes, path: str, pixels: bool) -> Picture:
        looked.append((path, pixels))
        return read_picture(data, path, pixels)

    monkeypatch.setattr("newsroom.reading.memory.read_picture", noted)
    memory = Memory()
    for _ in range(2):
        check(content, SETTINGS, NOW, memory)
        assert memory.pictures(content).open("images/x.md", "quince-branch.jpg").still
    assert len(looked) == len(set(looked))
    assert {(PHOTO, True), (PICTURE, True), (PICTURE, False)} <= set(looked)


def test_a_fault_in_the_pixels_is_not_one_at_a_glance(content: Path) -> None:
    (content / PHOTO).write_bytes(b"GIF89a\1\0\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\0;")  # no pixels
    pictures = Memory().pictures(content)
    for _ in range(2):
        with pytest.raises(ImageError, match="is damaged"):
            pictures.open("authors/roisin-calder.md", "roisin-calder.jpg")
        assert pictures.glance(PHOTO).width


def add(content: Path) -> None:
    (content / "posts/2026/new.md").write_text((content / POST).read_text())


def change(content: Path) -> None:
    (content / POST).write_text((content / POST).read_text() + "\n[x]({filename}/posts/no.md)\n")


def hold_back(content: Path) -> None:
    (content / STATEMENT).write_text("Status: draft\n" + (content / STATEMENT).read_text())


def remove(content: Path) -> None:
    (content / STATEMENT).unlink()


def rename(content: Path) -> None:
    (content / POST).rename(content / "posts/2024/renamed.md")


def translate(content: Path) -> None:
    (content / POST).rename(content / "posts/2026/quince-week.fr.md")


def exchange(content: Path) -> None:
    """Two files take each other's place, with their times."""
    (content / POST).rename(content / "kept")
    (content / "posts/2026/quince-week.md").rename(content / POST)
    (content / "kept").rename(content / "posts/2026/quince-week.md")


def change_unseen(content: Path) -> None:
    """Neither the size of the file nor its time tells that it has changed."""
    path = content / POST
    before, text = path.stat(), path.read_text()
    path.write_text(text.replace("Title: ", "Titel: "))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size


def spoil(content: Path) -> None:
    (content / POST).write_bytes(b"Status: draft\nTitle: \xff\n\nx")


def forget_the_date(content: Path) -> None:
    (content / "posts/soon.md").write_text(WITHOUT_DATE)


def replace_picture(content: Path) -> None:
    for name in (PHOTO, "incidents/flood-post/original.png"):
        shutil.copy(content / PICTURE, content / name)


def spoil_pictures(content: Path) -> None:
    for name in (PHOTO, PICTURE, "incidents/flood-post/original.png"):
        path = content / name
        path.write_bytes(path.read_bytes()[:-99])


def move_outside(content: Path) -> None:
    (content / PICTURE).rename(content.parent / "outside.jpg")
    (content / PICTURE).symlink_to(content.parent / "outside.jpg")


EDITS = [add, change, hold_back, remove, rename, translate, exchange, change_unseen, spoil]
EDITS += [forget_the_date, replace_picture, spoil_pictures, move_outside]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_after_any_edit(edit: Callable[[Path], None], content: Path, kept: Path) -> None:
    before = all_of(check(content, SETTINGS, NOW))
    edit(content)
    assert all_of(assert_same(kept, content)) != before


def test_edits_undone(content: Path, kept: Path) -> None:
    text = (content / POST).read_bytes()
    for edit in (change, spoil, hold_back, lambda _: (content / POST).write_bytes(text)):
        edit(content)
        assert_same(kept, content)


def test_at_any_moment(tmp_path: Path) -> None:
    """The site has embargoes, promises and commitments; a draft without date has that of today."""
    content = Path(shutil.copytree(SITES / "due/content", tmp_path / "content"))
    (content / "posts").mkdir(exist_ok=True)
    (content / "posts/soon.md").write_text(WITHOUT_DATE)
    entries = check(content, SETTINGS, NOW).newsroom.entries
    moments = {entry.date for entry in entries}
    moments |= {entry.next_update.end for entry in entries if entry.next_update}
    moments |= {item.at.at for entry in entries for item in entry.corrections}
    moments |= {NOW + timedelta(days=days) for days in range(-280, 0, 40)}
    second = timedelta(seconds=1)
    seen = set()
    for moment in sorted(moments, reverse=True):
        for now in (moment, moment - second, moment + second):
            found = all_of(remember(tmp_path / "kept", content, now))
            assert found == all_of(check(content, SETTINGS, now))
            seen.add(repr(found))
    assert len(seen) > len(moments), "the moments make a difference"


def test_digests_are_those_of_the_bytes_read(content: Path, kept: Path) -> None:
    remove(content)
    add(content)
    memory = Memory(stored(kept).all(KIND))
    check(content, SETTINGS, NOW, memory)
    assert memory.digests == {  # as `git hash-object` makes them
        path.relative_to(content).as_posix(): sha1(
            b"blob %d\0" % path.stat().st_size + path.read_bytes()
        ).hexdigest()
        for path in content.rglob("*")
        if path.suffix in (".md", ".sig")
    }


def test_only_what_has_changed_is_written(content: Path, kept: Path) -> None:
    before = written(kept)
    change(content)
    remember(kept, content)
    after = written(kept)
    assert len([name for name in after if after[name] != before.get(name)]) == 1
    add(content)
    remember(kept, content)
    assert len([name for name, file in written(kept).items() if file != after.get(name)]) == 1


def test_what_is_gone_is_forgotten(content: Path, kept: Path) -> None:
    for number in range(9):
        text = f"Date: 2026-01-01\n{WITHOUT_DATE} Forgotten."
        (content / f"posts/gone-{number}.md").write_text(text)
    for gone in (False, True):
        if gone:
            for path in content.glob("posts/gone-*"):
                path.unlink()
        remember(kept, content)
        assert any(b"Forgotten." in path.read_bytes() for path in kept.iterdir()) is not gone


@pytest.mark.parametrize("harm", ["cut", "turned", "foreign", "folder", "file"])
def test_a_damaged_memory_is_empty(harm: str, content: Path, kept: Path, read: list[str]) -> None:
    data = (path := kept / "kept.sqlite3").read_bytes()
    if harm == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif harm == "turned":
        path.write_bytes(data.replace(b"Author", b"Auhtor").replace(b"20", b"21"))
    elif harm == "foreign":
        path.write_bytes(pickle.dumps({POST: ("", 1)}))
    else:
        gone, made = (path, path.mkdir) if harm == "folder" else (kept, kept.touch)
        shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
        made()
    assert_same(kept, content)
    assert POST in read


@pytest.mark.parametrize("other", ["fingerprint", "no folder"])
def test_what_is_of_other_surroundings_is_read_again(
    other: str, content: Path, kept: Path, read: list[str]
) -> None:
    folder = kept / "none" if other == "no folder" else kept
    remember(folder, content, fingerprint="two" if other == "fingerprint" else "one")
    assert set(read) == {path.relative_to(content).as_posix() for path in content.rglob("*.md")}


def test_dates_with_zones_of_their_own_are_kept(content: Path, kept: Path, read: list[str]) -> None:
    forms = ["11 March 2026 09:20 +0100", "2026-03-11 09:20 Z", "2026-03-11T09:20-03:00"]
    forms += ["11 March 2026 09:20 GMT", "11 March 2026 09:20 UTC", "1 July 2026 09:20 UTC+0100"]
    for number, form in enumerate(forms):
        text = f"Title: Zone {number}\nAuthor: Roisin Calder\nDate: {form}\n\nText."
        (content / f"posts/zone-{number}.md").write_text(text)
    assert_same(kept, content)
    read.clear()
    remember(kept, content)
    assert not [path for path in read if "zone" in path]


def test_files_reached_by_links(tmp_path: Path) -> None:
    content = tmp_path / "content"
    for folder in ("content/posts/2026", "outside"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "outside/a.txt").write_text("a")
    (content / "posts/2026/b.txt").write_text("b")
    (content / "posts/2026/.hidden").write_text("c")
    links = {"up": "..", "out": "../../outside", "a.txt": "../../outside/a.txt"}
    links |= {"b.txt": "2026/b.txt", "none.txt": "none", "loop.txt": "loop.txt", "again": "2026"}
    for name, target in links.items():
        (content / "posts" / name).symlink_to(target)
    found = check(content, SETTINGS, NOW)
    assert found.newsroom.statics == {"posts/2026/b.txt", "posts/b.txt"}
    twice = [problem.path for problem in found.problems if problem.rule == "same-file"]
    assert twice == ["content/posts/again", "content/posts/up"]
