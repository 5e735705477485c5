"""Pictures of every mode, format and turn, taken in and covered: right to the pixel, as shown.

What is right is worked out here from the pixels that a picture was made of, not by the code.
"""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from newsroom.commands.evidence import cover, portrait, take_in
from newsroom.files import kept
from newsroom.images.metadata import without_extras
from newsroom.images.opening import ImageError
from newsroom.images.renditions import Renditions
from newsroom.images.screenshots import read_picture
from newsroom.model.keys import Picture
from newsroom.model.problems import CommandError
from PIL import Image, ImageCms

Pixel = tuple[int, ...]
WIDTH, HEIGHT = 12, 8
BOX = "3,2,4,3"
HIDDEN = (200, 10, 60)  # a colour that is only there where nothing is seen


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def spread() -> Image.Image:
    """Every pixel of another colour."""
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    picture.putdata([(9 * x + 40, 20 * y + 30, 7 * (x + y) + 20) for x, y in places(picture)])
    return picture


def places(picture: Image.Image) -> Iterator[tuple[int, int]]:
    return ((x, y) for y in range(picture.height) for x in range(picture.width))


def pixels(data: bytes) -> dict[tuple[int, int], Pixel]:
    """What a PNG shows: four channels; where nothing is seen, the colour that is there."""
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "PNG"
        shown = picture.convert("RGBA")
    return {place: at(shown, place) for place in places(shown)}


def at(picture: Image.Image, place: tuple[int, int]) -> Pixel:
    found = picture.getpixel(place)
    assert isinstance(found, tuple)
    return tuple(int(value) for value in found)


def wanted(colours: Image.Image, clear: bool = False) -> dict[tuple[int, int], Pixel]:
    """The pixels of an RGB picture; the left third of it is clear, and so of no colour."""
    return {
        (x, y): (0, 0, 0, 0) if clear and x < WIDTH // 3 else (*at(colours, (x, y)), 255)
        for x, y in places(colours)
    }


def half_clear(colours: Image.Image) -> Image.Image:
    """The same in RGBA, whose left third is clear over a hidden colour."""
    picture = colours.convert("RGBA")
    picture.paste((*HIDDEN, 0), (0, 0, WIDTH // 3, HEIGHT))
    return picture


def palette(clear: bool = False) -> tuple[bytes, Image.Image]:
    """As pngquant makes it; the clear entries differ in their colours."""
    few = spread().quantize(64, dither=Image.Dither.NONE)
    colours = few.convert("RGB")
    if not clear:
        return saved(few, "PNG"), colours
    few.putpalette([*(few.getpalette() or [])[: 64 * 3], *HIDDEN, 1, 2, 3])
    few.paste(64, (0, 0, 2, HEIGHT))
    few.paste(65, (2, 0, WIDTH // 3, HEIGHT))
    return saved(few, "PNG", transparency=bytes([255] * 64 + [0, 0])), colours


def png(depth: int, kind: int, rows: bytes, width: int, clear: bytes = b"") -> bytes:
    """A PNG of one row or more, as Pillow itself does not write it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + check

    size = struct.pack(">IIBBBBB", width, 1, depth, kind, 0, 0, 0)
    key = chunk(b"tRNS", clear) if clear else b""
    data = chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + key + data


def black_and_white() -> tuple[bytes, Image.Image]:
    picture = spread().convert("1")
    return saved(picture, "PNG"), picture.convert("RGB")


def decoded(data: bytes) -> tuple[bytes, Image.Image]:
    """A lossy picture, with the colours that it decodes to."""
    with Image.open(io.BytesIO(data)) as picture:
        return data, picture.convert("RGB")


def moving(form: str) -> tuple[bytes, Image.Image]:
    """An animation of which the second frame is another picture."""
    few = palette()[1]
    rest = [Image.new("RGB", few.size, "white")]
    lossless = {"lossless": True} if form == "WEBP" else {}
    return saved(few, form, save_all=True, append_images=rest, **lossless), few


GREY = spread().convert("L")
MODES: dict[str, tuple[bytes, Image.Image]] = {
    "png-rgb": (saved(spread(), "PNG"), spread()),
    "png-palette": palette(),
    "png-grey": (saved(GREY, "PNG"), GREY.convert("RGB")),
    "png-two-colours": black_and_white(),
    "png-opaque-alpha": (saved(spread().convert("RGBA"), "PNG"), spread()),
    "gif": (saved(palette()[1].quantize(64), "GIF"), palette()[1]),
    "gif-moving": moving("GIF"),
    "png-moving": moving("PNG"),
    "webp-moving": moving("WEBP"),
    "webp": (saved(spread(), "WEBP", lossless=True), spread()),
    "avif": decoded(saved(spread(), "AVIF")),
    "jpeg": decoded(saved(spread(), "JPEG")),
    "jpeg-cmyk": decoded(saved(spread().convert("CMYK"), "JPEG")),
    "jpeg-ycc-progressive": decoded(saved(spread(), "JPEG", progressive=True)),
    "jpeg-several": decoded(
        saved(spread(), "MPO", save_all=True, append_images=[Image.new("RGB", (12, 8))])
    ),
}
CLEAR: dict[str, tuple[bytes, Image.Image]] = {
    "png-rgba": (saved(half_clear(spread()), "PNG"), spread()),
    "png-palette": palette(clear=True),
    "png-grey-alpha": (saved(half_clear(GREY.convert("RGB")).convert("LA"), "PNG"), GREY),
    "webp": (saved(half_clear(spread()), "WEBP", lossless=True, exact=True), spread()),
}


@pytest.mark.parametrize("name", MODES)
def test_a_picture_is_taken_in_and_covered_as_it_is_shown(name: str) -> None:
    data, colours = MODES[name]
    shown = wanted(colours)
    assert pixels(take_in(data, name)) == shown
    assert pixels(cover(data, name, [BOX])) == covered(shown)


@pytest.mark.parametrize("name", CLEAR)
def test_where_nothing_is_seen_nothing_is_left(name: str) -> None:
    data, colours = CLEAR[name]
    shown = wanted(colours.convert("RGB"), clear=True)
    assert pixels(take_in(data, name)) == shown
    over = "0,2,12,3"  # also where it is clear
    assert pixels(cover(data, name, [over])) == covered(shown, over)


def covered(shown: dict[tuple[int, int], Pixel], box: str = BOX) -> dict[tuple[int, int], Pixel]:
    left, top, width, height = map(int, box.split(","))
    return {
        (x, y): (0, 0, 0, 255) if 0 <= x - left < width and 0 <= y - top < height else pixel
        for (x, y), pixel in shown.items()
    }


TURNED: dict[int, Callable[[int, int], tuple[int, int]]] = {  # Exif 2.3, table 4
    1: lambda x, y: (x, y),
    2: lambda x, y: (WIDTH - 1 - x, y),
    3: lambda x, y: (WIDTH - 1 - x, HEIGHT - 1 - y),
    4: lambda x, y: (x, HEIGHT - 1 - y),
    5: lambda x, y: (y, x),
    6: lambda x, y: (HEIGHT - 1 - y, x),
    7: lambda x, y: (HEIGHT - 1 - y, WIDTH - 1 - x),
    8: lambda x, y: (y, WIDTH - 1 - x),
}


@pytest.mark.parametrize("turn", TURNED)
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "palette"])
def test_a_turned_picture_is_covered_where_it_is_seen(turn: int, form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    picture = spread() if form != "palette" else spread().quantize(64, dither=Image.Dither.NONE)
    lossless = {"lossless": True} if form == "WEBP" else {}
    data = saved(picture, "PNG" if form == "palette" else form, exif=exif, **lossless)
    with Image.open(io.BytesIO(data)) as stored:
        flat = stored.convert("RGB")
        shown = {TURNED[turn](x, y): (*at(flat, (x, y)), 255) for x, y in places(flat)}
    assert pixels(take_in(data, "x")) == shown
    assert pixels(cover(data, "x", [BOX])) == covered(shown)
    seen = read_picture(data, "x", True)
    assert (seen.width, seen.height) == ((WIDTH, HEIGHT) if turn < 5 else (HEIGHT, WIDTH))


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (png(1, 0, b"\0\x50", 4, struct.pack(">H", 1)), [0, None, 0, None]),
        (png(8, 0, b"\0\x00\x07\x09\xff", 4, struct.pack(">H", 7)), [0, None, 9, 255]),
    ],
    ids=["1 bit", "8 bit"],
)
def test_a_colour_that_stands_for_clear_is_found(data: bytes, shown: list[int | None]) -> None:
    found = pixels(take_in(data, "x.png"))
    assert [found[x, 0] for x in range(4)] == [
        (0, 0, 0, 0) if value is None else (value, value, value, 255) for value in shown
    ]


def test_16_bits_of_grey_are_refused() -> None:
    with pytest.raises(CommandError, match="save it with 8 bits"):
        take_in(saved(Image.new("I;16", (4, 4)), "PNG"), "x.png")


def swapped() -> bytes:
    """A colour profile in which red and green are exchanged."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


PROFILED = {
    "rgb": lambda: Image.new("RGB", (40, 30), (220, 30, 30)),
    "rgba": lambda: Image.new("RGBA", (40, 30), (220, 30, 30, 120)),
    "palette": lambda: Image.new("RGB", (40, 30), (220, 30, 30)).quantize(4),
}


@pytest.mark.parametrize("name", PROFILED)
def test_colours_are_those_of_the_profile_in_every_mode(name: str, tmp_path: Path) -> None:
    data = saved(PROFILED[name](), "PNG", icc_profile=swapped())
    green = at(Image.open(io.BytesIO(take_in(data, "x.png"))), (5, 5))
    assert green[1] > 180 > 90 > green[0]
    assert green[3:] == ((120,) if name == "rgba" else ())
    assert at(rendered(data, tmp_path), (5, 5))[1] > 180


def test_grey_under_a_profile_of_three_colours_stays_grey_and_one_of_others_is_left_out() -> None:
    picture = Image.new("L", (40, 30), 99)
    for profile in (ImageCms.createProfile("sRGB"), None):
        data = ImageCms.ImageCmsProfile(profile).tobytes() if profile else b"\0" * 200
        taken = take_in(saved(picture, "PNG", icc_profile=data), "x.png")
        assert pixels(taken)[5, 5] == (99, 99, 99, 255)
    for form, mode in (("JPEG", "CMYK"), ("JPEG", "RGB")):
        notes: list[str] = []
        take_in(saved(Image.new(mode, (8, 8)), form, icc_profile=b"acsp" * 99), "x.jpg", notes)
        assert any("left out" in note for note in notes)


def rendered(data: bytes, folder: Path, kind: str = "webp") -> Image.Image:
    """The picture that a page shows, in RGBA."""
    (folder / "content").mkdir()
    (folder / "content/x.png").write_bytes(data)
    seen = read_picture(data, "x.png", True)
    shot = Picture("x.png", seen.width, seen.height, seen.sha256, "a picture")
    renditions = Renditions(folder / "content", folder / "kept", (480,))
    renditions.make([(shot, renditions.plan(shot))])
    (path,) = (item.kept for item in renditions.plan(shot) if item.type == f"image/{kind}")
    with Image.open(io.BytesIO(kept(path))) as picture:
        return picture.convert("RGBA")


@pytest.mark.parametrize("kind", ["avif", "webp"])
def test_a_rendition_hides_nothing_where_it_is_clear(tmp_path: Path, kind: str) -> None:
    picture = Image.effect_noise((400, 100), 90).convert("RGBA")
    picture.putalpha(0)
    picture.paste((10, 20, 30, 255), (360, 0, 400, 100))
    shown = rendered(saved(picture, "PNG"), tmp_path, kind)
    left = shown.crop((0, 0, 340, 100))
    assert left.getchannel("A").getextrema() == (0, 0)
    assert not left.convert("L").point(lambda value: value > 20).getbbox()


def exif_segment(tiff: bytes) -> bytes:
    data = saved(Image.new("RGB", (40, 20), "red"), "JPEG")
    body = b"Exif\0\0" + tiff
    return data[:2] + struct.pack(">BBH", 0xFF, 0xE1, len(body) + 2) + body + data[2:]


def directory(*entries: tuple[int, int, int, int], following: int = 0) -> bytes:
    tags = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return (
        b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + tags + struct.pack("<I", following)
    )


BROKEN = {
    "no directory": b"II*\0",
    "nothing": b"",
    "cut in its order": b"I",
    "no order": b"XX*\0\x08\0\0\0\0\0",
    "far away": b"II*\0\xff\xff\xff\xff",
    "many tags": b"II*\0\x08\0\0\0\xff\xff" + struct.pack("<HHII", 0x10F, 2, 1, 7),
    "a loop": directory((0x8769, 4, 1, 8), following=8),
    "a place far away": directory((0x8825, 4, 1, 0xFFFFFFF0)),
    "a place that is a word": directory((0x8825, 2, 4, 0x41414141)),
    "a word as orientation": directory((0x0112, 2, 1, 0x61)),
    "a fraction as orientation": directory((0x0112, 5, 1, 0xFFFFFF)),
    "an orientation of 99": directory((0x0112, 3, 1, 99)),
    "an unknown kind": directory((0x0112, 77, 1, 6), (0x10F, 0, 0xFFFFFFFF, 0xFFFFFFFF)),
    "a huge value": directory((0x927C, 7, 0xFFFFFFFF, 30)),
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_broken_exif_ends_nothing_and_is_cleaned_or_refused(name: str, form: str) -> None:
    tiff = BROKEN[name]
    picture = Image.new("RGB", (40, 20), "red")
    data = exif_segment(tiff) if form == "JPEG" else saved(picture, form, exif=b"Exif\0\0" + tiff)
    for png in (take_in(data, "x"), portrait(data, "x"), cover(data, "x", [BOX])):
        with Image.open(io.BytesIO(png)) as clean:
            assert clean.info == {}
    with suppress(ImageError):
        assert read_picture(data, "x", True).width == 40


def test_exif_that_cannot_be_read_may_say_where_it_was_taken() -> None:
    seen = read_picture(exif_segment(BROKEN["a place far away"]), "x", True)
    assert seen.fault == "carries EXIF: GPSInfo: run invoke strip on it"


def test_an_orientation_counts_though_what_follows_is_broken() -> None:
    tiff = b"II*\0\x08\0\0\0\xff\xff" + struct.pack("<HHII", 0x0112, 3, 1, 6)
    assert Image.open(io.BytesIO(take_in(exif_segment(tiff), "x"))).size == (20, 40)


@pytest.mark.parametrize("name", MODES | CLEAR)
def test_a_file_changed_at_random_is_taken_or_refused_in_one_line(name: str) -> None:
    data = (MODES | CLEAR)[name][0]
    chance = random.Random(name)
    for _ in range(60):
        odd = bytearray(data)
        for _change in range(chance.choice((1, 3, 12))):
            odd[chance.randrange(min(len(odd), 400))] = chance.randrange(256)
        changed = with_checks(bytes(odd[: chance.choice((len(odd), chance.randrange(len(odd))))]))
        said = [failure(take_in, changed, "x"), failure(read_picture, changed, "x", True)]
        said.append(failure(without_extras, changed))
        assert not any("\n" in message for message in said)


def failure(work: Callable[..., object], *given: object) -> str:
    """What is said of a picture that is refused; any other error fails the test."""
    try:
        work(*given)
    except (CommandError, ImageError) as error:
        return str(error)
    return ""


def with_checks(data: bytes) -> bytes:
    """A PNG with the checksums of its chunks put right, so that they are read at all."""
    whole, at = bytearray(data), 8
    while data.startswith(b"\x89PNG") and at + 12 <= len(data):
        (size,) = struct.unpack_from(">I", data, at)
        if at + 12 + size > len(data):
            break
        struct.pack_into(">I", whole, at + 8 + size, zlib.crc32(data[at + 4 : at + 8 + size]))
        at += 12 + size
    return bytes(whole)
