"""A screenshot that was put into the folder by hand, covered by the command itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image

from tests.sites import Site

FOLDER = "content/incidents/flood-post"
CITE = f"{FOLDER}/original.cite.md"


@pytest.fixture
def newsroom(site: Callable[[str], Site]) -> Site:
    """The sample, with a photo as its original's screenshot, turned as a telephone does it."""
    sample = site("sample")
    turned = Image.Exif()
    turned[0x0112] = 6
    photo = sample.folder / FOLDER / "by-hand.jpg"
    Image.new("RGB", (300, 200), "white").save(photo, exif=turned)
    text = (sample.folder / CITE).read_text("utf-8")
    text = re.sub("(?m)^Screenshot: .*$", "Screenshot: by-hand.jpg", text)
    text = re.sub("(?m)^Sha256: .*$", f"Sha256: {sha256(photo.read_bytes()).hexdigest()}", text)
    sample.write(CITE, text)
    return sample


def test_a_jpeg_that_is_covered_becomes_a_png_that_says_so(newsroom: Site) -> None:
    folder = newsroom.folder / FOLDER
    newsroom.invoke("redact", CITE, "--box=190,0,10,9", "--why=a name").succeeds()
    assert not (folder / "by-hand.jpg").exists()
    assert "Screenshot: by-hand.png\n" in (folder / "original.cite.md").read_text("utf-8")
    with Image.open(folder / "by-hand.png") as picture:
        assert (picture.format, picture.size) == ("PNG", (200, 300))
        assert picture.getpixel((199, 0)) == (0, 0, 0)
        assert picture.getpixel((199, 9)) == (255, 255, 255)
    assert "screenshot" not in newsroom.invoke("check").succeeds().stderr


@pytest.mark.parametrize(
    ("box", "said"),
    [
        ("190,0,10,9", "by-hand.png is there already: move it away"),
        ("290,0,10,9", "the box 290,0,10,9 must lie in by-hand.jpg, which is 200 by 300 pixels"),
    ],
)
def test_what_cannot_be_covered_stays_as_it_was(newsroom: Site, box: str, said: str) -> None:
    folder: Path = newsroom.folder / FOLDER
    (folder / "by-hand.png").write_bytes(b"another")
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert said in newsroom.invoke("redact", CITE, f"--box={box}", "--why=x").fails().stderr
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_the_file_behind_a_link_does_not_stay_uncovered(newsroom: Site) -> None:
    folder: Path = newsroom.folder / FOLDER
    (folder / "by-hand.jpg").rename(folder / "real.jpg")
    (folder / "by-hand.jpg").symlink_to("real.jpg")
    said = newsroom.invoke("redact", CITE, "--box=190,0,10,9", "--why=a name").fails().stderr
    assert f"{FOLDER}/by-hand.jpg is a link" in said
    assert (folder / "by-hand.jpg").is_symlink()


def test_copies_of_what_is_covered_are_named(newsroom: Site) -> None:
    folder: Path = newsroom.folder / FOLDER
    images = newsroom.folder / "content/images"
    (images / "link.jpg").hardlink_to(folder / "by-hand.jpg")
    (images / "copy.jpg").write_bytes((folder / "by-hand.jpg").read_bytes())
    said = newsroom.invoke("redact", CITE, "--box=190,0,10,9", "--why=a name").succeeds().stderr
    for name in ("copy.jpg", "link.jpg"):
        assert f"warning: content/images/{name} is the same picture, uncovered" in said
    assert "marmalade-pan.jpg is" not in said
