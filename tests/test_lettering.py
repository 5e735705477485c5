"""Lettering: which font draws what, in which order, in which lines."""

from __future__ import annotations

import pytest
from newsroom.cards.bidi import in_visual_order
from newsroom.cards.lettering import Lettering, Room, is_right_to_left
from newsroom.cards.linebreaks import clusters, pieces
from newsroom.cards.typefaces import FACES, FONTS, Typefaces, covered
from PIL import ImageFont

from tests.test_cards import TITLES


@pytest.mark.parametrize("lang", TITLES)
def test_every_script_has_its_letters(lang: str) -> None:
    faces, title = Typefaces(), TITLES[lang]
    assert faces.cleaned(title, lang) == title
    for face, part in faces.runs(title, lang):
        assert faces.covers(face, part)
        font = ImageFont.truetype(FONTS / face.bold, 40)
        missing = bytes(font.getmask("\uffff"))
        assert not [c for c in part if c.isalnum() and bytes(font.getmask(c)) == missing]


def test_direction_follows_the_language_or_its_script() -> None:
    assert [is_right_to_left(lang) for lang in ("ar-EG", "fa", "pa-Arab", "ku_Arab")] == [True] * 4
    assert [is_right_to_left(lang) for lang in ("en", "", "ug-Latn", "ja")] == [False] * 4


def test_pieces_of_a_mixed_line_are_in_visual_order() -> None:
    assert in_visual_order("abc", False) == [("abc", False)]
    assert in_visual_order("", True) == []
    assert in_visual_order("אב abc (12%)!", True) == [
        ("!", True),
        ("abc (12%)", False),
        ("אב ", True),
    ]
    assert in_visual_order("abc אב 12 גד.", False) == [
        ("abc ", False),
        (" גד", True),
        ("12", False),
        ("אב ", True),
        (".", False),
    ]


def test_what_no_font_has_is_left_out_and_tidied_up() -> None:
    faces = Typefaces()
    assert faces.cleaned("Great 🎉🎉! Jam 👩🏽‍🌾 for 🇬🇧 all ☂", "en") == "Great! Jam for all"
    assert faces.cleaned("𝐁𝐨𝐥𝐝  and\n\u202eplain\ufe0f", "en") == "Bold and plain"
    assert faces.cleaned("𠮷野", "ja") == "〓野"  # a name never silently becomes another
    assert faces.cleaned("喆 桲 髙", "zh") == "喆 桲 髙"


def test_both_weights_of_a_face_cover_the_same() -> None:
    for face in FACES:
        assert covered(FONTS / face.regular) == covered(FONTS / face.bold)


def test_all_that_is_shipped_is_used() -> None:
    used = {name for face in FACES for name in (face.regular, face.bold)}
    assert used == {path.name for path in FONTS.iterdir() if path.suffix in {".ttf", ".otf"}}


class TestLines:
    @pytest.fixture
    def english(self) -> Lettering:
        return Lettering(Typefaces(), "en")

    def lines(self, lettering: Lettering, text: str, room: Room) -> list[str]:
        block = lettering.fit(text, room)
        assert block.width <= room.width
        assert block.height <= room.height
        assert len(block.lines) <= room.lines
        return ["".join(run.text for run in line.runs) for line in block.lines]

    def test_shrink_before_they_break_a_word(self, english: Lettering) -> None:
        room = Room(600, 300, (70, 50, 40), lines=3)
        assert english.fit("Marmalade Preserves", room).size == 70
        assert english.fit("Incomprehensibilities", room).size == 50

    def test_divide_a_compound_at_its_joint_with_a_hyphen(self, english: Lettering) -> None:
        room = Room(1056, 300, (70, 50, 40), lines=3)
        first, second, _ = self.lines(english, TITLES["de"], room)
        assert first == "Das Rindfleischetikettierungs-"
        assert second.startswith("überwachungsaufgaben")

    def test_end_in_an_ellipsis_after_a_word(self, english: Lettering) -> None:
        room = Room(400, 50, (30,), lines=1)
        [line] = self.lines(english, "Nobody could agree how many jars, really", room)
        assert line == "Nobody could agree how…"

    def test_are_balanced(self, english: Lettering) -> None:
        room = Room(500, 300, (40,), lines=3, balanced=True)
        block = english.fit("We counted forty-one thousand meals twice", room)
        widths = [line.width for line in block.lines]
        assert min(widths) > 0.6 * max(widths)

    def test_break_where_each_script_may(self) -> None:
        def parts(text: str) -> list[str]:
            return [piece.text for piece in pieces(text)]

        assert parts("yes – no") == ["yes\u00a0–", "no"]
        assert parts("« bien » !") == ["«\u00a0bien\u00a0»\u00a0!"]
        assert parts("Trust-Fund 2024-25") == ["Trust-", "Fund", "2024-25"]
        assert parts("写真、「洪水」。") == ["写", "真、", "「洪", "水」。"]
        assert parts("向 Alder & Co 的") == ["向", "Alder\u00a0&\u00a0Co", "的"]
        assert parts("投稿について私たちが") == ["投稿について", "私たちが"]
        assert parts("น้ำท่วมในหุบเขา") == ["น้ำท่วม", "ในหุบ", "เขา"]
        assert parts("super\u00adwide") == ["super", "wide"]

    def test_marks_stay_with_their_letters(self) -> None:
        assert list(clusters("e\u0301क्षिน้ำ")) == ["e\u0301", "क्षि", "น้ำ"]
