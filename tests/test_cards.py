"""Cards for social networks, drawn for real: in every script, at every length, from any photo."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from newsroom.cards.cards import (
    BAR,
    HEIGHT,
    MARGIN,
    WIDTH,
    CardFile,
    CardPerson,
    Cards,
    CardStyle,
    CardText,
    contrast,
)
from newsroom.files import kept
from PIL import Image, ImageChops, features

PAPER, RED, BLUE = (255, 253, 250), (220, 30, 30), (30, 30, 220)
TITLES = {
    "en": "What we got wrong about the “Ettle Valley” flood – and 41,000 meals",
    "de": "Das Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",
    "fr": "Pourquoi nous ne disons plus « neutre en carbone » : une année d’erreurs",
    "pl": "Przepraszamy mieszkańców doliny: źle policzyliśmy posiłki",
    "vi": "Chúng tôi đã sai khi nói về trận lũ ở thung lũng",
    "el": "Τι κάναμε λάθος με την ανάρτησή μας για την πλημμύρα",
    "ru": "Мы ошиблись в подсчётах: сорок одна тысяча обедов учтена дважды",
    "uk": "Що ми зробили не так із дописом про повінь у долині",
    "tr": "Sel gönderimizde yaptığımız yanlış ve İstanbul’daki sonuçları",
    "ar": "ما أخطأنا فيه بشأن فيضان الوادي: اعتذار Alder & Quince لأهالي 41 قرية",
    "he": "מה עשינו לא נכון בפוסט על השיטפון בעמק – התנצלות בפני 1,200 תושבים",
    "fa": "آنچه دربارهٔ سیل دره اشتباه گفتیم و می‌خواهیم جبران کنیم",
    "hi": "बाढ़ पर हमारी पोस्ट में क्या ग़लत था, और हम आगे क्या करेंगे",
    "bn": "বন্যা নিয়ে আমাদের পোস্টে কী ভুল ছিল এবং আমরা কী করব",
    "ta": "வெள்ளம் குறித்த எங்கள் பதிவில் நாங்கள் செய்த தவறு என்ன",
    "te": "వరద గురించి మా పోస్ట్‌లో తప్పు ఏమిటి",
    "th": "สิ่งที่เราทำผิดในโพสต์เกี่ยวกับน้ำท่วมในหุบเขาและสิ่งที่เราจะทำ",
    "km": "អ្វីដែលយើងបានធ្វើខុសនៅក្នុងការបង្ហោះអំពីទឹកជំនន់",
    "my": "ရေကြီးမှုအကြောင်း ကျွန်ုပ်တို့၏ပို့စ်တွင် မှားယွင်းခဲ့သည့်အရာ",
    "ka": "რა შეგვეშალა წყალდიდობის შესახებ ჩვენს პოსტში",
    "hy": "Ինչում սխալվեցինք ջրհեղեղի մասին մեր գրառման մեջ",
    "am": "ስለ ጎርፉ በለጠፍነው ጽሑፍ የተሳሳትነው ምንድን ነው?",
    "zh-Hans": "关于山谷洪水的帖子，我们错在哪里：向 Alder & Quince 的 1,200 位邻居致歉",
    "zh-Hant": "關於山谷洪水的貼文，我們錯在哪裡，以及接下來會直接做些什麼",
    "ja": "渓谷の洪水に関する投稿について、私たちが誤っていたこと――41,000人の皆さまへ",
    "ko": "에틀 계곡 홍수에 관한 게시물에서 우리가 잘못한 점과 앞으로의 약속",
}
LENGTHS = {
    "a word": "Sorry",
    "nothing": "",
    "300 characters": ("Thereafter nobody could agree how many jars were counted twice. " * 5)[
        :300
    ],
    "no space": "x" * 300,
    "wide": "W" * 300,
    "ideographs": "洪" * 300,
    "arabic": "فيضان" * 60,
    "thai": "ก" * 300,
    "marks": "e" + "\u0301" * 300,
    "emoji": "🎉" * 300,
    "controls": "a\u202eb\x00c\ud800d\u2066e",
}


def photo(folder: Path, colour: tuple[int, int, int] = RED, name: str = "ada.jpg") -> Path:
    path = folder / name
    Image.new("RGB", (300, 200), colour).save(path)
    return path


@pytest.fixture
def cards(tmp_path: Path) -> Cards:
    return Cards(tmp_path / "kept")


@pytest.fixture
def text(tmp_path: Path) -> CardText:
    people = (CardPerson("Ada Quill", "Head of Marmalade", photo(tmp_path)),)
    return CardText("Forty hours of marmalade", "Statement · A jar", "Alder & Quince", people, "en")


@pytest.fixture
def drawn(cards: Cards) -> Callable[[CardText], Image.Image]:
    def draw(text: CardText) -> Image.Image:
        cards.make([text])
        with Image.open(io.BytesIO(kept(cards.plan(text).kept))) as picture:
            assert (picture.size, picture.format) == ((WIDTH, HEIGHT), "PNG")
            return picture.convert("RGB")

    return draw


def ink(picture: Image.Image) -> tuple[int, int, int, int]:
    """The box, in pixels, of all below the bar that is not paper."""
    below = picture.crop((0, BAR, *picture.size))
    paper = Image.new("RGB", below.size, PAPER)
    box = ImageChops.difference(below, paper).convert("L").point([0] * 4 + [255] * 252).getbbox()
    return box or (MARGIN, MARGIN, MARGIN, MARGIN)


def assert_within_margins(picture: Image.Image) -> None:
    left, top, right, bottom = ink(picture)
    assert left >= MARGIN - 6  # a letter may overhang its own edge
    assert right <= WIDTH - MARGIN + 6
    assert top >= 25
    assert bottom + BAR <= HEIGHT - 40


@pytest.mark.parametrize("lang", TITLES)
def test_every_script_stays_within_the_margins(
    lang: str, text: CardText, drawn: Callable[[CardText], Image.Image]
) -> None:
    title = TITLES[lang]
    who = replace(text.people[0], name=title[:12], role=title)
    assert_within_margins(
        drawn(replace(text, title=title, kicker=title, company=title, people=(who,), lang=lang))
    )


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 6])
def test_nothing_overflows(
    length: str, number: int, text: CardText, drawn: Callable[[CardText], Image.Image]
) -> None:
    long = LENGTHS[length]
    people = (CardPerson(long, long, None),) * number
    assert_within_margins(drawn(CardText(long, long, long, people, "en")))
    assert_within_margins(drawn(CardText(long, long, long, people, "ar")))


def test_random_text_never_fails(drawn: Callable[[CardText], Image.Image]) -> None:
    chance = random.Random(7)
    letters = "".join(TITLES.values()) + " \u00ad\u200b\u200d\u00a0-–/()[]«»“”1234%$🎉\u0301"
    for lang in ("en", "ja", "ar", "th", "", "x" * 40, "not a language"):
        long = "".join(chance.choices(letters, k=120))
        people = (CardPerson(long[:30], long[30:90], None),) * 2
        assert_within_margins(drawn(CardText(long, long, long[:20], people, lang)))


def test_a_right_to_left_card_is_mirrored(
    text: CardText, drawn: Callable[[CardText], Image.Image]
) -> None:
    def redness(picture: Image.Image, left: int, right: int) -> int:
        half = picture.crop((left, HEIGHT // 2, right, HEIGHT))
        found = half.getcolors(half.width * half.height) or []
        return sum(count for count, colour in found if near(colour, RED))

    for lang, mirrored in (("en", False), ("ar", True), ("he", True), ("az-Arab", True)):
        picture = drawn(replace(text, title=TITLES.get(lang, "آ"), lang=lang))
        first, second = redness(picture, 0, WIDTH // 2), redness(picture, WIDTH // 2, WIDTH)
        there, elsewhere = (second, first) if mirrored else (first, second)
        assert there > 5000
        assert elsewhere == 0
        above = picture.crop((0, 0, WIDTH, HEIGHT // 2))
        left, _, right, _ = ink(above)
        assert abs(WIDTH - MARGIN - right if mirrored else left - MARGIN) <= 6


def test_a_card_is_drawn_once_until_something_changes(
    cards: Cards, text: CardText, tmp_path: Path
) -> None:
    assert not cards.plan(text).kept.exists()
    assert cards.make([text, text]) == 1
    assert cards.make([text]) == 0
    assert Cards(cards.folder).make([text]) == 0
    seen = {cards.plan(text).digest}
    for changed in (
        replace(text, title="Forty-one hours"),
        replace(text, kicker="Correction"),
        replace(text, company="Quince & Alder"),
        replace(text, lang="de"),
        replace(text, people=()),
    ):
        assert cards.make([changed]) == 1
        seen.add(cards.plan(changed).digest)
    styled = Cards(cards.folder, CardStyle(accent="#1d5c3a"))
    assert styled.make([text]) == 1
    photo(tmp_path, BLUE)
    assert cards.make([text]) == 1
    seen |= {styled.plan(text).digest, cards.plan(text).digest}
    assert len(seen) == 8


@pytest.mark.parametrize("damaged", [b"", b"\0" * 40, None], ids=["empty", "other", "flipped"])
def test_a_kept_card_that_was_damaged_is_drawn_again(
    cards: Cards, text: CardText, damaged: bytes | None
) -> None:
    cards.make([text])
    path = cards.plan(text).kept
    drawn, written = kept(path), path.read_bytes()
    path.write_bytes(written[:-20] + b"\0" + written[-19:] if damaged is None else damaged)
    assert cards.make([text]) == 1
    assert kept(path) == drawn


def test_a_card_holds_pixels_only_and_the_same_ones_each_time(
    text: CardText, tmp_path: Path
) -> None:
    one, two = Cards(tmp_path / "one"), Cards(tmp_path / "two")
    others = [replace(text, title=title, lang=lang) for lang, title in TITLES.items()]
    one.make([text])
    two.make([*others, text])
    first: CardFile = one.plan(text)
    assert first.kept.read_bytes() == two.plan(text).kept.read_bytes()
    assert (first.width, first.height, first.type) == (1200, 630, "image/png")
    assert len(kept(first.kept)) < 60_000
    with Image.open(io.BytesIO(kept(first.kept))) as picture:
        picture.load()
        assert picture.info == {}
        assert not picture.getexif()
        assert picture.convert("RGB").getpixel((0, HEIGHT - 1)) == PAPER
        assert picture.convert("RGB").getpixel((0, 0)) == (0x7A, 0x1F, 0x3D)


def test_initials_stand_for_a_photo_that_is_missing_or_corrupt(
    text: CardText, tmp_path: Path, drawn: Callable[[CardText], Image.Image]
) -> None:
    (tmp_path / "bad.jpg").write_bytes(photo(tmp_path).read_bytes()[:300])
    (tmp_path / "words.jpg").write_text("no picture")
    pictures = [
        drawn(replace(text, people=(replace(text.people[0], photo=path),)))
        for path in (None, tmp_path / "bad.jpg", tmp_path / "words.jpg", tmp_path / "none.jpg")
    ]
    assert all(picture.tobytes() == pictures[0].tobytes() for picture in pictures)
    assert drawn(text).tobytes() != pictures[0].tobytes()


def near(colour: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(a - b) < 60 for a, b in zip(colour, wanted, strict=True))


def test_a_logo_takes_the_far_corner_and_a_broken_one_nothing(
    cards: Cards, text: CardText, tmp_path: Path
) -> None:
    logo = photo(tmp_path, BLUE, "logo.png")
    for lang, corner in (("en", (WIDTH - MARGIN - 20, 70)), ("he", (MARGIN + 20, 70))):
        branded = Cards(cards.folder, CardStyle(logo=logo))
        branded.make([replace(text, lang=lang)])
        with Image.open(io.BytesIO(kept(branded.plan(replace(text, lang=lang)).kept))) as picture:
            assert near(picture.convert("RGB").getpixel(corner), BLUE)
    logo.write_bytes(b"broken")
    assert Cards(cards.folder, CardStyle(logo=logo)).make([text]) == 1


def test_the_house_colours_can_be_read_and_a_faint_accent_colours_no_words(
    cards: Cards, text: CardText
) -> None:
    style = CardStyle()
    for colour in (style.ink, style.accent, style.muted):
        assert contrast(colour, style.paper) >= 4.5
    faint = Cards(cards.folder, CardStyle(accent="#ffe14d"))
    faint.make([text])
    with Image.open(io.BytesIO(kept(faint.plan(text).kept))) as picture:
        words = picture.convert("RGB").crop((MARGIN, BAR + 1, WIDTH - MARGIN, 400))
        assert not [c for _, c in words.getcolors(500_000) or [] if near(c, (255, 225, 77))]


def test_without_shaping_cards_are_still_drawn(
    text: CardText, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shaped = Cards(tmp_path).plan(text)
    monkeypatch.setattr(features, "check", lambda feature: False)
    plain = Cards(tmp_path)
    assert plain.plan(text).digest != shaped.digest  # so that they are drawn anew with it
    texts = [replace(text, title=title, lang=lang) for lang, title in TITLES.items()]
    assert plain.make(texts) == len(texts)
    for one in texts:
        assert_within_margins(Image.open(io.BytesIO(kept(plain.plan(one).kept))).convert("RGB"))
