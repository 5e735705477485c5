"""Cards for social networks, drawn for real: in every script, at every length, from any photo."""

from __future__ import annotations

import io
import random
import re
import shutil
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
from PIL import Image, ImageChops, ImageFont

from tests.sites import Site
from tests.sizes import first

BAR, MARGIN = 14, 72  # in pixels, as the template has them
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


def card_text(folder: Path) -> CardText:
    people = (CardPerson("Ada Quill", "Head of Marmalade", photo(folder)),)
    return CardText("Forty hours of marmalade", "Statement · A jar", "Alder & Quince", people, "en")


@pytest.fixture
def text(tmp_path: Path) -> CardText:
    return card_text(tmp_path)


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
    template = TEMPLATE.with_name("kit.typ").read_text("utf-8")
    for family in families:
        assert f'"{family.removeprefix("Noto Serif ")}"' in template


@pytest.mark.parametrize("length", first(1, LENGTHS))
def test_nothing_overflows(length: str, cards: Cards) -> None:
    long = LENGTHS[length]
    for number, lang in ((0, "en"), (1, "ar"), (2, "en"), (3, "ar"), (5, "en")):
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
    shutil.copy(TEMPLATE.with_name("kit.typ"), template.parent)
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


def test_the_card_that_the_docs_show_can_be_drawn(tmp_path: Path, text: CardText) -> None:
    docs = Path(__file__).parent.parent / "docs" / "themes.md"
    [shown] = re.findall(r"```typst\n(.*?)```", docs.read_text("utf-8"), re.DOTALL)
    shutil.copytree(TEMPLATE.parent, tmp_path / "card")
    template = tmp_path / "card" / "card.typ"
    template.write_text(shown, "utf-8")
    picture = seen(Cards(tmp_path / "kept", template), text)
    assert near(picture.getpixel((5, 600)), (0x7A, 0x1F, 0x3D))
    assert count(picture, (255, 255, 255)) > 5000


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
    assert 'card.typ:4: dictionary does not contain key "titel"' in said
    assert len(said.splitlines()) == 1


def test_without_typst_a_build_says_so_in_one_line_and_names_no_image(
    site: Callable[[str], Site],
) -> None:
    thread = site("thread")
    thread.write("missing/sitecustomize.py", "import sys\nsys.modules['typst'] = None\n")
    path = f"{thread.folder / 'missing'}:{Path(__file__).parent.parent / 'plugins'}"
    arguments = ("-e", 'SITEURL="https://copperline.example"')
    done = thread.build(*arguments, PYTHONPATH=path).succeeds()
    assert "pip install 'pelican-newsroom[publish]'" in " ".join(done.stdout.split())
    assert done.stdout.count("Typst") == 1
    assert not list(thread.output.rglob("card-*"))
    assert "og:image" not in (thread.output / "incidents/rude-reply/index.html").read_text("utf-8")
