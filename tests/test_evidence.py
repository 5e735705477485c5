"""Pictures in, made fit to be published; pictures out, in modern formats. Real image files."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from newsroom.commands.evidence import cover, keep_received, portrait, take_in
from newsroom.files import kept
from newsroom.images.renditions import Renditions
from newsroom.model.keys import Picture
from newsroom.model.problems import CommandError
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from tests.sites import Site

RED, GREEN, BLUE = (220, 30, 30), (30, 200, 30), (30, 30, 220)


def drawn(width: int = 300, height: int = 200, mode: str = "RGB") -> Image.Image:
    """A picture whose upper left quarter is red, the rest blue."""
    picture = Image.new("RGB", (width, height), BLUE)
    ImageDraw.Draw(picture).rectangle((0, 0, width // 2, height // 2), fill=RED)
    return picture.convert(mode)


def saved(picture: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def with_gps() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Kettle Cam"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 0.0)})
    return exif


def opened(png: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(png))
    assert picture.format == "PNG"
    picture.load()
    return picture


def near(colour: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(a - b) < 40 for a, b in zip(colour, wanted, strict=False))


def header_of_png(width: int, height: int) -> bytes:
    """The beginning of a PNG that claims to be as large as this."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    ihdr = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", ihdr) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("original.png", b"not here")
    return buffer.getvalue()


HOSTILE: dict[str, tuple[bytes, str]] = {
    "truncated": (saved(drawn(), "PNG")[:400], "is damaged"),
    "bomb": (header_of_png(50_000, 50_000), "is absurdly large"),
    "long": (header_of_png(100, 30_000), "is absurdly large .100 by 30000."),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>", "not an image"),
    "zip": (zipped(), "not an image"),
    "empty": (b"", "not an image"),
    "text": (b"hello", "not an image"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_refuses_what_is_no_screenshot(name: str) -> None:
    data, message = HOSTILE[name]
    with pytest.raises(CommandError, match=message) as caught:
        take_in(data, "original.png")
    assert str(caught.value).startswith("original.png")


def test_a_real_picture_of_absurd_size_is_refused_in_the_content_too(
    site: Callable[[str], Site],
) -> None:
    thread = site("thread")
    picture = thread.folder / "content/incidents/rude-reply/original.png"
    Image.new("1", (10, 25_000)).save(picture)
    said = thread.build().fails().stderr
    assert "original.cite.md:9: Screenshot 'original.png' is absurdly large (10 by 25000)" in said


def test_takes_off_all_metadata() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "Somebody")
    info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>exif:GPSLatitude</x:xmpmeta>")
    for data in (
        saved(drawn(), "PNG", pnginfo=info, exif=with_gps(), dpi=(144, 144)),
        saved(drawn(), "JPEG", exif=with_gps(), comment=b"secret"),
        saved(drawn(mode="CMYK"), "JPEG", exif=with_gps()),
        saved(drawn(), "WEBP", exif=with_gps()),
        saved(drawn(), "AVIF", exif=with_gps()),
    ):
        taken = take_in(data, "x")
        picture = opened(taken)
        assert picture.info == {}
        assert not picture.getexif()
        assert near(picture.getpixel((10, 10)), RED)


def test_turns_a_picture_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned a quarter to the right
    notes: list[str] = []
    taken = take_in(saved(drawn(), "JPEG", exif=exif), "x.jpg", notes)
    assert opened(taken).size == (200, 300)
    assert near(opened(taken).getpixel((190, 10)), RED)
    assert "turned upright" in notes


def test_converts_to_srgb() -> None:
    lab = ImageCms.createProfile("LAB")
    assert lab is not None
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = bytearray(profile)
    red, green = swapped.index(b"rXYZ"), swapped.index(b"gXYZ")
    swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
    notes: list[str] = []
    taken = take_in(saved(drawn(), "PNG", icc_profile=bytes(swapped)), "p3.png", notes)
    assert near(opened(taken).getpixel((10, 10)), GREEN)
    assert "icc_profile" not in opened(taken).info
    assert any("to sRGB" in note for note in notes)


def test_a_broken_colour_profile_is_left_out() -> None:
    taken = take_in(saved(drawn(), "PNG", icc_profile=b"no profile"), "x.png")
    assert near(opened(taken).getpixel((10, 10)), RED)


def test_keeps_transparency_and_bounds_the_width() -> None:
    clear = drawn(3000, 200).convert("RGBA")
    clear.putalpha(120)
    taken = take_in(saved(clear, "PNG"), "x.png")
    assert opened(taken).size == (2400, 160)
    assert opened(taken).mode == "RGBA"


def test_takes_the_first_frame_of_a_moving_picture() -> None:
    frames = [drawn(), Image.new("RGB", (300, 200), GREEN)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    notes: list[str] = []
    taken = take_in(data, "x.gif", notes)
    assert near(opened(taken).getpixel((10, 10)), RED)
    assert any("first frame" in note for note in notes)


def test_portraits_are_square() -> None:
    assert opened(portrait(saved(drawn(900, 1200), "JPEG"), "x.jpg")).size == (640, 640)


def test_covers_boxes_with_solid_black() -> None:
    data = take_in(saved(drawn(), "PNG"), "x.png")
    covered = cover(data, "x.png", ["0,0,50,40", "280,190,20,10"])
    picture = opened(covered)
    for place in ((0, 0), (49, 39), (280, 190), (299, 199)):
        assert picture.getpixel(place) == (0, 0, 0)
    assert near(picture.getpixel((50, 40)), RED)


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "1,2,3,4.5", ""])
def test_refuses_boxes_that_are_none(box: str) -> None:
    with pytest.raises(CommandError, match="box"):
        cover(saved(drawn(), "PNG"), "x.png", [box])


@pytest.mark.parametrize(
    "box",
    ["300,0,5,5", "0,200,5,5", "298,0,5,5", "0,198,5,5", "-1,0,5,5", "0,0,0,5", "0,0,5,-1"],
)
def test_refuses_a_box_that_is_not_wholly_in_the_picture(box: str) -> None:
    said = rf"the box {box} must lie in x\.png, which is 300 by 200 pixels"
    with pytest.raises(CommandError, match=said):
        cover(saved(drawn(), "PNG"), "x.png", [box])


def test_keeps_what_was_received_once_under_a_safe_name(tmp_path: Path) -> None:
    at = datetime(2026, 3, 10, 9, 20, tzinfo=UTC)
    first = keep_received(tmp_path / "kept", b"data", "../a b\u00e9.png", at)
    assert first.parent == tmp_path / "kept"
    assert first.read_bytes() == b"data"
    assert keep_received(tmp_path / "kept", b"data", "other.png", at) == first


class TestRenditions:
    @pytest.fixture
    def shot(self, tmp_path: Path) -> Picture:
        data = saved(drawn(1000, 500), "PNG")
        (tmp_path / "content/incidents/x").mkdir(parents=True)
        (tmp_path / "content/incidents/x/original.png").write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        return Picture("incidents/x/original.png", 1000, 500, digest, "a picture")

    def test_are_made_once_never_wider_than_the_screenshot(
        self, shot: Picture, tmp_path: Path
    ) -> None:
        renditions = Renditions(tmp_path / "content", tmp_path / "kept", (480, 720, 1200))
        assert renditions.make([(shot, renditions.plan(shot))]) == 6
        assert renditions.make([(shot, renditions.plan(shot))]) == 0
        plan = renditions.plan(shot)
        assert [(item.type, item.width) for item in plan] == [
            (type, width) for type in ("image/avif", "image/webp") for width in (480, 720, 1000)
        ]
        for item in plan:
            with Image.open(io.BytesIO(kept(item.kept))) as picture:
                assert picture.get_format_mimetype() == item.type
                assert picture.size == (item.width, item.width // 2)
                assert not picture.getexif()
                assert near(picture.convert("RGB").getpixel((10, 10)), RED)

    @pytest.mark.parametrize("left", [0, 31, 200, -1])
    def test_what_was_kept_and_is_damaged_is_made_again(
        self, shot: Picture, tmp_path: Path, left: int
    ) -> None:
        renditions = Renditions(tmp_path / "content", tmp_path / "kept", (480, 720, 1200))
        plan = renditions.plan(shot)
        renditions.make([(shot, plan)])
        made = [kept(item.kept) for item in plan]
        first, second, third = (item.kept for item in plan[:3])
        first.write_bytes(first.read_bytes()[:left])
        second.write_bytes(third.read_bytes())  # whole, but another
        assert renditions.make([(shot, plan)]) == 2
        assert [kept(item.kept) for item in plan] == made

    def test_can_be_turned_off(self, shot: Picture, tmp_path: Path) -> None:
        assert Renditions(tmp_path, tmp_path, ()).plan(shot) == ()


def test_pages_offer_the_renditions_and_the_file_itself(sample: Site) -> None:
    page = sample.page("incidents/flood-post/")
    picture = page.select_one("#original picture")
    assert picture is not None
    types = [source["type"] for source in picture.select("source")]
    assert list(dict.fromkeys(types)) == ["image/avif", "image/webp"]
    for source in picture.select("source"):
        for item in str(source["srcset"]).split(", "):
            url, width = item.split()
            with Image.open(sample.output / "incidents/flood-post" / url) as rendition:
                assert f"{rendition.width}w" == width
    assert picture.select_one("img[src$='original.png']")


def test_no_picture_in_the_output_has_metadata(sample: Site) -> None:
    for path in sample.output.rglob("*"):
        if path.suffix in (".png", ".jpg", ".avif", ".webp"):
            with Image.open(path) as picture:
                assert not picture.getexif(), path
                assert not {"xmp", "comment", "XML:com.adobe.xmp"} & set(picture.info), path


@pytest.mark.parametrize("name", [*HOSTILE, "gps"])
def test_a_hostile_screenshot_in_the_content_stops_the_build_with_its_line(
    name: str, site: Callable[[str], Site]
) -> None:
    thread = site("thread")
    data = saved(drawn(), "JPEG", exif=with_gps()) if name == "gps" else HOSTILE[name][0]
    (thread.folder / "content/incidents/rude-reply/original.png").write_bytes(data)
    run = thread.build().fails()
    assert (
        "content/incidents/rude-reply/original.cite.md:9: Screenshot 'original.png'" in run.stderr
    )
    assert not thread.output.exists()
