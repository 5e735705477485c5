"""Cards for social networks, drawn for real: in every script, at every length, from any photo."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import typst
from newsroom.files import kept
from newsroom.machine.cards import (
    ACCENT,
    FONTS,
    HEIGHT,
    TEMPLATE,
    WIDTH,
    CardPerson,
    Cards,
    CardText,
    drawable,
)
from newsroom.model.letters import initials
from newsroom.model.settings import SettingsError
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFont

from tests.sites import Site

BAR, MARGIN = 14, 72  # in pixels, as the template has them
FACE = (MARGIN, 454, MARGIN + 120, 574)  # where the only person's is
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


def seen(cards: Cards, text: CardText) -> Image.Image:
    with Image.open(io.BytesIO(cards.draw(text))) as picture:
        assert (picture.size, picture.format) == ((WIDTH, HEIGHT), "PNG")
        return picture.convert("RGB")


def near(colour: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(a - b) < 60 for a, b in zip(colour, wanted, strict=True))


def count(picture: Image.Image, colour: tuple[int, int, int]) -> int:
    found = picture.getcolors(picture.width * picture.height) or []
    return sum(number for number, other in found if near(other, colour))


def ink(picture: Image.Image) -> tuple[int, int, int, int]:
    """The box, in pixels, of all below the bar that is not paper."""
    below = picture.crop((0, BAR, *picture.size))
    paper = Image.new("RGB", below.size, PAPER)
    box = ImageChops.difference(below, paper).convert("L").point([0] * 4 + [255] * 252).getbbox()
    return box or (MARGIN, MARGIN, MARGIN, MARGIN)


def assert_within_margins(picture: Image.Image, over: int = 6) -> None:
    left, top, right, bottom = ink(picture)
    assert left >= MARGIN - over  # a letter may overhang its own edge
    assert right <= WIDTH - MARGIN + over
    assert top >= 25
    assert bottom + BAR <= HEIGHT - 40


@pytest.mark.parametrize("lang", TITLES)
def test_every_script_stays_within_the_margins(lang: str, text: CardText, cards: Cards) -> None:
    title = TITLES[lang]
    assert drawable(title) == title
    who = replace(text.people[0], name=title[:12], role=title)
    picture = seen(cards, CardText(title, title, title, (who,), lang))
    assert_within_margins(picture)
    assert ink(picture.crop((0, 100, WIDTH, 420)))[2] > WIDTH / 2  # and it is all there


def test_every_letter_is_in_a_font_and_every_font_in_the_template() -> None:
    files = [path for path in FONTS.iterdir() if path.suffix in {".ttf", ".otf"}]
    fonts = [ImageFont.truetype(path, 20) for path in files if "Missing" not in path.name]
    missing = [bytes(font.getmask("\uffff")) for font in fonts]
    for letter in {letter for title in TITLES.values() for letter in title if letter.isalnum()}:
        masks = (bytes(font.getmask(letter)) for font in fonts)
        assert any(mask != box for mask, box in zip(masks, missing, strict=True)), letter
    families = typst.Fonts(False, False, [FONTS]).families()
    assert len(families) > 20
    template = TEMPLATE.read_text("utf-8")
    for family in families:
        assert f'"{family.removeprefix("Noto Serif ")}"' in template


@pytest.mark.parametrize("length", LENGTHS)
def test_nothing_overflows(length: str, cards: Cards) -> None:
    long = LENGTHS[length]
    for number, lang in ((0, "en"), (1, "ar"), (2, "en"), (3, "ar"), (3, "en"), (5, "ar")):
        people = (CardPerson(long, long, None),) * number
        assert_within_margins(seen(cards, CardText(long, long, long, people, lang)))


def test_random_text_never_fails(cards: Cards) -> None:
    chance = random.Random(7)
    letters = "".join(TITLES.values()) + " \u00ad\u200b\u200d\u00a0-–/()[]«»“”1234%$🎉\u0301"
    for lang in ("en", "ja", "ar", "th", "", "x" * 40, "not a language"):
        long = "".join(chance.choices(letters, k=120))
        people = (CardPerson(long[:30], long[30:90], None),) * 2
        assert_within_margins(seen(cards, CardText(long, long, long[:20], people, lang)), over=16)


def test_what_is_said_is_never_read_as_markup(cards: Cards, text: CardText) -> None:
    attack = '#rect(fill: red) *b* $x$ @a <a> // "#" \\ #read("card.typ") ] } #panic()'
    who = CardPerson(attack, attack, None)
    picture = seen(cards, CardText(attack, attack, attack, (who,), "en"))
    assert count(picture, (255, 65, 54)) == 0  # what Typst calls red
    assert_within_margins(picture)
    plain = seen(cards, replace(text, title="b b"))
    assert seen(cards, replace(text, title="*b* b")).tobytes() != plain.tobytes()


@pytest.mark.parametrize(
    ("said", "drawn"),
    [
        ("Great 🎉🎉! Jam 👩🏽‍🌾 for 🇬🇧 all ☂", "Great! Jam for all"),
        ("𝐁𝐨𝐥𝐝  and\n\u202eplain\ufe0f", "Bold and plain"),
        ("Over 1,000 ™ © ★ №", "Over 1,000 ™ © ★ №"),
        ("می‌خواهیم « bien »", "می‌خواهیم « bien »"),
        ("a\x00b\ud800", "ab"),
        ("e" + "\u0301" * 99, "e" + "\u0301" * 3),
    ],
)
def test_what_no_font_can_show_is_left_out_and_tidied_up(said: str, drawn: str) -> None:
    assert drawable(said) == drawn


def test_a_letter_that_no_font_has_is_marked(cards: Cards, text: CardText) -> None:
    """A name never silently becomes another."""
    bare, marked = (seen(cards, replace(text, kicker="", title=title)) for title in ("野", "𠮷野"))
    assert ink(marked.crop((0, 100, WIDTH, 420)))[2] > ink(bare.crop((0, 100, WIDTH, 420)))[2] + 50


def test_a_right_to_left_card_is_mirrored(cards: Cards, text: CardText) -> None:
    for lang, mirrored in (("en", False), ("ar", True), ("he", True), ("az-Arab", True)):
        picture = seen(cards, replace(text, title=TITLES.get(lang, "آ"), lang=lang))
        halves = [picture.crop((x, HEIGHT // 2, x + WIDTH // 2, HEIGHT)) for x in (0, WIDTH // 2)]
        there, elsewhere = (count(half, RED) for half in (halves[::-1] if mirrored else halves))
        assert there > 5000
        assert elsewhere == 0
        left, _, right, _ = ink(picture.crop((0, 0, WIDTH, HEIGHT // 2)))
        assert abs(WIDTH - MARGIN - right if mirrored else left - MARGIN) <= 6


def test_a_card_is_drawn_once_until_something_changes(
    cards: Cards, text: CardText, tmp_path: Path
) -> None:
    def drawn() -> int:
        return len(list(cards.folder.iterdir())) if cards.folder.exists() else 0

    digests = {cards.digest(text)}
    assert drawn() == 0
    first = cards.draw(text)
    assert (cards.draw(text), Cards(cards.folder).draw(text)) == (first, first)
    assert drawn() == 1
    for changed in (
        replace(text, title="Forty-one hours"),
        replace(text, kicker="Correction"),
        replace(text, company="Quince & Alder"),
        replace(text, lang="de"),
        replace(text, people=()),
    ):
        cards.draw(changed)
        digests.add(cards.digest(changed))
    template = tmp_path / "own" / "card.typ"
    template.parent.mkdir()
    template.write_text(TEMPLATE.read_text("utf-8").replace("72pt", "80pt"), "utf-8")
    styled = Cards(cards.folder, accent="#1d5c3a")
    photo(tmp_path, BLUE)
    for other in (styled, Cards(cards.folder), Cards(cards.folder, template)):
        other.draw(text)
        digests.add(other.digest(text))
    (template.parent / "Brand.ttf").write_bytes(b"a font, or a picture")
    digests.add(Cards(cards.folder, template).digest(text))
    assert (len(digests), drawn()) == (10, 9)


@pytest.mark.parametrize("damaged", [b"", b"\0" * 40, None], ids=["empty", "other", "flipped"])
def test_a_kept_card_that_was_damaged_is_drawn_again(
    cards: Cards, text: CardText, damaged: bytes | None
) -> None:
    drawn = cards.draw(text)
    [path] = cards.folder.iterdir()
    written = path.read_bytes()
    path.write_bytes(written[:-20] + b"\0" + written[-19:] if damaged is None else damaged)
    assert cards.draw(text) == kept(path) == drawn


def test_a_card_holds_pixels_only_and_the_same_ones_each_time(
    text: CardText, tmp_path: Path
) -> None:
    one, two = Cards(tmp_path / "one"), Cards(tmp_path / "two")
    for lang, title in list(TITLES.items())[::5]:
        two.draw(replace(text, title=title, lang=lang))
    data = two.draw(text)
    assert one.draw(text) == data
    assert len(data) < 60_000
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        assert picture.info == {}
        assert not picture.getexif()
    shown = seen(one, text)
    assert near(shown.getpixel((0, HEIGHT - 1)), PAPER)
    assert near(shown.getpixel((0, 0)), (0x7A, 0x1F, 0x3D))


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


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [value / 255 for value in bytes.fromhex(colour[1:])]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_house_colours_can_be_read_and_a_faint_accent_colours_no_words(
    cards: Cards, text: CardText
) -> None:
    template = TEMPLATE.read_text("utf-8")
    for shade in ("#1c1a18", "#56504a", ACCENT):
        assert shade in template or shade == ACCENT
        assert contrast(shade, "#fffdfa") >= 4.5
    for accent, readable in (("#ffe14d", False), ("#c0392b", True), ("#e74c3c", False)):
        assert (contrast(accent, "#fffdfa") >= 4.5) is readable
        picture = seen(Cards(cards.folder, accent=accent), text)
        red, green, blue = bytes.fromhex(accent[1:])
        colour = (red, green, blue)
        assert near(picture.getpixel((5, 5)), colour)
        assert (count(picture.crop((MARGIN, 110, WIDTH, 420)), colour) > 500) is readable


def test_a_site_may_have_a_card_of_its_own(site: Callable[[str], Site]) -> None:
    story = site("thread")
    options = ("-e", 'SITEURL="https://copperline.example"', 'THEME_TEMPLATES_OVERRIDES=["own"]')
    own = story.write(
        "own/newsroom/card/card.typ",
        "#let card = json(bytes(sys.inputs.card))\n"
        '#set page(width: 1200pt, height: 630pt, fill: blue)\n#image("red.png")#card.title\n',
    )
    photo(own.parent, RED, "red.png")
    story.build(*options).succeeds()
    found = list(story.output.rglob("card-*.png"))
    assert found
    for path in found:
        with Image.open(path) as picture:
            assert near(picture.convert("RGB").getpixel((1190, 620)), (0, 116, 217))
            assert count(picture.convert("RGB"), RED) > 50_000
    own.write_text(f"{own.read_text('utf-8')}#card.titel", "utf-8")
    said = story.build(*options).fails().stderr
    assert "card.typ" in said
    assert ":4" in said
    assert "titel" in said


def test_without_typst_a_build_says_so_in_one_line_and_names_no_image(
    site: Callable[[str], Site],
) -> None:
    thread = site("thread")
    thread.write("missing/sitecustomize.py", "import sys\nsys.modules['typst'] = None\n")
    path = f"{thread.folder / 'missing'}:{Path(__file__).parent.parent / 'plugins'}"
    arguments = ("-e", 'SITEURL="https://copperline.example"')
    done = thread.build(*arguments, PYTHONPATH=path).succeeds()
    assert "pip install '.[publish]'" in done.stdout
    assert done.stdout.count("Typst") == 1
    assert not list(thread.output.rglob("card-*"))
    assert "og:image" not in (thread.output / "incidents/rude-reply/index.html").read_text("utf-8")


def test_settings_error_for_a_template_that_is_none(tmp_path: Path, text: CardText) -> None:
    template = tmp_path / "card.typ"
    template.write_text("#let x = \n", "utf-8")
    with pytest.raises(SettingsError, match=r"card\.typ"):
        Cards(tmp_path / "kept", template).draw(text)
