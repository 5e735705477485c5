"""Faces and logos on cards: from any kind of photo, or initials."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from newsroom.machine.cards import WIDTH, Cards, CardText
from newsroom.model.letters import initials
from PIL import Image, ImageCms, ImageDraw

from tests.test_cards import (
    BLUE,
    MARGIN,
    PAPER,
    RED,
    assert_within_margins,
    card_text,
    near,
    photo,
    seen,
)

FACE = (MARGIN, 454, MARGIN + 120, 574)  # where the only person's is


@pytest.fixture
def cards(tmp_path: Path) -> Cards:
    return Cards(tmp_path / "kept")


@pytest.fixture
def text(tmp_path: Path) -> CardText:
    return card_text(tmp_path)


def test_initials_stand_for_a_photo_that_is_missing_or_corrupt(
    cards: Cards, text: CardText, tmp_path: Path
) -> None:
    (tmp_path / "bad.jpg").write_bytes(photo(tmp_path).read_bytes()[:300])
    (tmp_path / "words.jpg").write_text("no picture")
    pictures = [
        seen(cards, replace(text, people=(replace(text.people[0], photo=path),)))
        for path in (None, tmp_path / "bad.jpg", tmp_path / "words.jpg", tmp_path / "none.jpg")
    ]
    assert all(picture.tobytes() == pictures[0].tobytes() for picture in pictures)
    assert seen(cards, text).tobytes() != pictures[0].tobytes()


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Quill", "AQ"),
        ("ada", "A"),
        ("Ada de la Mare", "AM"),
        ("Élodie Ørn", "ÉØ"),
        ("林美玲", "林"),
        ("منى الخطيب", "م"),
        ("क्षितिज", "क"),
        ("เอก", "เ"),
        ("ნინო ქავთარაძე", "ნ"),
        ("(x)", ""),
        ("", ""),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def two_halves(mode: str = "RGB") -> Image.Image:
    """Red above, blue below, with white at the left and right that a square leaves out."""
    picture = Image.new("RGB", (600, 300), (255, 255, 255))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((150, 0, 450, 300), fill=BLUE)
    pen.rectangle((150, 0, 450, 150), fill=RED)
    return picture.convert(mode)


@pytest.mark.parametrize(
    ("mode", "form", "turned"),
    [
        ("RGB", "JPEG", False),
        ("RGB", "JPEG", True),
        ("CMYK", "JPEG", False),
        ("L", "JPEG", False),
        ("P", "PNG", False),
        ("P", "GIF", False),
        ("RGBA", "PNG", False),
        ("RGBA", "WEBP", False),
        ("RGB", "AVIF", False),
    ],
)
def test_the_middle_of_any_photo_fills_a_circle_upright(
    mode: str, form: str, turned: bool, cards: Cards, text: CardText, tmp_path: Path
) -> None:
    path, exif = tmp_path / "photo", Image.Exif()
    exif[0x0112] = 3 if turned else 1  # upside down
    picture: Image.Image = two_halves(mode).rotate(180 if turned else 0)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture.save(path, form, exif=exif, icc_profile=profile if mode == "RGB" else None)
    person = replace(text.people[0], photo=path)
    face = seen(cards, replace(text, people=(person,))).crop(FACE)
    above, below = ((87,) * 3, (53,) * 3) if mode == "L" else (RED, BLUE)
    for x in (8, 60, 112):
        assert near(face.getpixel((x, 50)), above)
        assert near(face.getpixel((x, 70)), below)
    for corner in ((8, 8), (111, 8), (8, 111), (111, 111)):
        assert near(face.getpixel(corner), PAPER)


def test_a_logo_takes_the_far_corner_and_a_broken_one_nothing(
    cards: Cards, text: CardText, tmp_path: Path
) -> None:
    logo = photo(tmp_path, BLUE, "logo.png")
    for lang, corner in (("en", (WIDTH - MARGIN - 20, 70)), ("he", (MARGIN + 20, 70))):
        branded = seen(Cards(cards.folder, logo=logo), replace(text, lang=lang))
        assert near(branded.getpixel(corner), BLUE)
        assert_within_margins(branded)
    logo.write_bytes(b"broken")
    bare = seen(cards, text)
    assert seen(Cards(cards.folder, logo=logo), text).tobytes() == bare.tobytes()
    Image.new("RGB", (3000, 100), BLUE).save(logo)
    assert_within_margins(seen(Cards(cards.folder, logo=logo), replace(text, company="W" * 99)))
