"""Faces for cards: from any kind of photo, or initials."""

from __future__ import annotations

from pathlib import Path

import pytest
from newsroom.images.portraits import read_square
from newsroom.model.letters import initials
from PIL import Image, ImageCms, ImageDraw

from tests.test_cards import BLUE, RED, near


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Quill", "AQ"),
        ("ada", "A"),
        ("Ada de la Mare", "AM"),
        ("Élodie Ørn", "ÉØ"),
        ("林美玲", "林"),
        ("منى الخطيب", "م"),
        ("क्षितिज", "क्षि"),
        ("เอก", "เอ"),
        ("E\u0301lodie", "E\u0301"),
        ("ნინო ქავთარაძე", "ნ"),
        ("(x)", ""),
        ("", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def two_halves(mode: str = "RGB", size: tuple[int, int] = (600, 300)) -> Image.Image:
    """Red above, blue below, with white at the left and right that a square leaves out."""
    picture = Image.new("RGB", size, (255, 255, 255))
    pen, (width, height) = ImageDraw.Draw(picture), size
    pen.rectangle((width // 4, 0, 3 * width // 4, height), fill=BLUE)
    pen.rectangle((width // 4, 0, 3 * width // 4, height // 2), fill=RED)
    return picture.convert(mode)


@pytest.mark.parametrize(
    ("mode", "form"),
    [
        ("RGB", "JPEG"),
        ("CMYK", "JPEG"),
        ("L", "JPEG"),
        ("P", "PNG"),
        ("P", "GIF"),
        ("RGBA", "PNG"),
        ("RGBA", "WEBP"),
        ("RGB", "AVIF"),
    ],
)
def test_photos_of_every_kind_become_the_middle_square(
    mode: str, form: str, tmp_path: Path
) -> None:
    path = tmp_path / "photo"
    two_halves(mode).save(path, form)
    square = read_square(path, "#fffdfa")
    assert square is not None
    assert square.width == square.height
    grey = mode == "L"
    assert near(square.getpixel((10, 10)), (87, 87, 87) if grey else RED)
    assert near(square.getpixel((245, 245)), (53, 53, 53) if grey else BLUE)


def test_photos_are_turned_upright_and_deep_ones_are_not_blown_out(tmp_path: Path) -> None:
    path, exif = tmp_path / "photo", Image.Exif()
    exif[0x0112] = 3  # upside down
    two_halves().save(path, "JPEG", exif=exif)
    turned = read_square(path, "#fffdfa")
    assert turned is not None
    assert near(turned.getpixel((128, 10)), BLUE)
    Image.new("I;16", (50, 50), 128 * 256).save(path, "PNG")
    deep = read_square(path, "#fffdfa")
    assert deep is not None
    assert near(deep.getpixel((9, 9)), (128, 128, 128))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for data in (profile, b"no profile"):
        two_halves().save(path, "PNG", icc_profile=data)
        kept = read_square(path, "#fffdfa")
        assert kept is not None
        assert near(kept.getpixel((10, 10)), RED)
