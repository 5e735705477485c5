"""What an image says besides what it shows: found before it is published, and taken out.

Real image files. Each carries one thing; what is seen must come through `strip` as it was.
"""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from newsroom.commands.covering import stripped
from newsroom.model.problems import CommandError, Problem
from newsroom.publish.leaks import findings
from PIL import Image, ImageChops, ImageCms, ImageDraw, PngImagePlugin


def looked(folder: Path, name: str, data: bytes) -> list[Problem]:
    (folder / name).write_bytes(data)
    return findings(folder, [name])


def drawn(mode: str = "RGB") -> Image.Image:
    picture = Image.radial_gradient("L").resize((64, 48)).convert("RGB")
    ImageDraw.Draw(picture).rectangle((0, 0, 32, 24), fill=(220, 30, 30))
    return picture.convert(mode)


def saved(form: str, picture: Image.Image | None = None, **options: object) -> bytes:
    buffer = io.BytesIO()
    (picture or drawn()).save(buffer, form, **options)
    return buffer.getvalue()


def camera(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "Kettle Cam"
    exif[0x0132] = "2026:03:10 09:20:00"
    if orientation != 1:
        exif[0x0112] = orientation
    exif.get_ifd(0x8769)[0x927C] = b"made by Kettle"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 0.0), 3: "W", 4: (0.0, 7.0, 0.0)})
    return exif


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def texts() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "Somebody")
    info.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>exif:GPSLatitude</x:xmpmeta>")
    return info


def with_segment(marker: int, body: bytes) -> bytes:
    data = saved("JPEG")
    return data[:2] + struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body + data[2:]


def with_chunk(kind: bytes, body: bytes) -> bytes:
    data = saved("PNG")
    chunk = struct.pack(">I", len(body)) + kind + body
    return data[:33] + chunk + struct.pack(">I", zlib.crc32(kind + body)) + data[33:]


def in_gif(name: bytes, body: bytes) -> bytes:
    """A GIF with an extension of an application, before its picture."""
    data = saved("GIF")
    at = 13 + 3 * (2 << (data[10] & 7))
    return data[:at] + b"!\xff\x0b" + name + bytes((len(body),)) + body + b"\0" + data[at:]


def thumbnail() -> bytes:
    """Exif with no tag but a second directory, where a thumbnail's place is said."""
    first = b"II*\0" + struct.pack("<IHI", 8, 0, 14)
    entries = struct.pack("<HHII", 0x0201, 4, 1, 44) + struct.pack("<HHII", 0x0202, 4, 1, 4)
    return first + struct.pack("<H", 2) + entries + struct.pack("<I", 0) + b"\xff\xd8\xff\xd9"


XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><exif:GPSLatitude>51,30N</exif:GPSLatitude></x:xmpmeta>"
CAMERA = "EXIF: GPSInfo, Make, DateTime, MakerNote"
CARRIES: dict[str, tuple[bytes, str]] = {
    "jpeg-exif": (saved("JPEG", exif=camera(), icc_profile=profile()), CAMERA),
    "jpeg-exif-turned": (saved("JPEG", exif=camera(6)), CAMERA),
    "jpeg-progressive": (saved("JPEG", exif=camera(), progressive=True), CAMERA),
    "jpeg-xmp": (saved("JPEG", xmp=XMP), "XMP"),
    "jpeg-comment": (saved("JPEG", comment=b"by Anna"), "a comment"),
    "jpeg-iptc": (with_segment(0xED, b"Photoshop 3.0\x008BIM"), "a program's own data (APP13)"),
    "jpeg-thumbnail": (with_segment(0xE1, b"Exif\0\0" + thumbnail()), "EXIF: a thumbnail"),
    "jpeg-own": (with_segment(0xE5, b"Kettle"), "a program's own data (APP5)"),
    "jpeg-two": (saved("JPEG") + saved("JPEG"), "data after its end"),
    "png-exif": (saved("PNG", exif=camera(), icc_profile=profile()), CAMERA),
    "png-text": (
        saved("PNG", pnginfo=texts()),
        "text: Author; text: XML:com.adobe.xmp; XMP",
    ),
    "png-own": (with_chunk(b"ktLe", b"x"), "the chunk ktLe"),
    "png-cropped": (saved("PNG") + b"what was cut off", "data after its end"),
    "webp-exif": (saved("WEBP", exif=camera(), icc_profile=profile()), CAMERA),
    "webp-exif-turned": (saved("WEBP", exif=camera(8)), CAMERA),
    "webp-xmp": (saved("WEBP", xmp=XMP, lossless=True), "XMP"),
    "webp-more": (saved("WEBP") + b"what was cut off", "data after its end"),
    "avif-exif": (saved("AVIF", exif=camera(), icc_profile=profile()), CAMERA),
    "avif-exif-turned": (saved("AVIF", exif=camera(6)), CAMERA),
    "avif-xmp": (saved("AVIF", xmp=XMP), "XMP"),
    "gif-comment": (saved("GIF", comment=b"by Anna"), "a comment"),
    "gif-xmp": (in_gif(b"XMP DataXMP", XMP), "XMP"),
    "gif-own": (in_gif(b"KETTLES 1.0", b"x"), "a program's own data"),
    "gif-more": (saved("GIF") + b"what was cut off", "data after its end"),
}
BARE: dict[str, bytes] = {
    "png": saved("PNG", icc_profile=profile(), dpi=(144, 144)),
    "png-clear": saved("PNG", drawn("P"), transparency=3),
    "png-turned": saved("PNG", exif=turned(6)),
    "jpeg": saved("JPEG", icc_profile=profile(), dpi=(144, 144)),
    "jpeg-cmyk": saved("JPEG", drawn("CMYK"), progressive=True),
    "jpeg-turned": saved("JPEG", exif=turned(6)),
    "jpeg-upright": saved("JPEG", exif=turned(1)),
    "webp": saved("WEBP", icc_profile=profile()),
    "webp-moving": saved("WEBP", save_all=True, append_images=[drawn("L")]),
    "webp-turned": saved("WEBP", exif=turned(3)),
    "avif": saved("AVIF", icc_profile=profile()),
    "avif-moving": saved("AVIF", save_all=True, append_images=[drawn("L").convert("RGB")]),
    "gif": saved("GIF", save_all=True, append_images=[drawn("L")], loop=0),
}
DRAWING = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><metadata/></svg>"


@pytest.mark.parametrize("name", CARRIES)
def test_an_image_that_says_more_than_it_shows_is_found(tmp_path: Path, name: str) -> None:
    data, words = CARRIES[name]
    [problem] = looked(tmp_path, "photo.bin", data)  # told by what it is, not by its name
    assert (problem.line, problem.rule) == (1, "image-metadata")
    assert f"carries {words}" in problem.message or f"carries EXIF: {words}" in problem.message
    assert "invoke strip" in problem.message


@pytest.mark.parametrize("name", BARE)
def test_colours_orientation_and_movement_are_no_metadata(tmp_path: Path, name: str) -> None:
    assert looked(tmp_path, "photo.bin", BARE[name]) == []


SVG = """<?xml version="1.0"?>
<!-- a drawing -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:sodipodi="x" xmlns:inkscape="y"
  sodipodi:docname="rude reply, final.svg" viewBox="0 0 1 1"
  inkscape:export-filename="../../Desktop/x.png">
  <metadata id="m"><a sodipodi:docname="a.svg">by Anna</a></metadata>
  <path d="M0 0h1v1z"/>
</svg>
"""


def test_what_an_editor_leaves_in_a_drawing_is_found_on_its_line(tmp_path: Path) -> None:
    found = looked(tmp_path, "drawing.svg", SVG.encode())
    assert [(problem.line, problem.rule) for problem in found] == [
        (4, "image-metadata"),
        (5, "image-metadata"),
        (6, "image-metadata"),
        (6, "image-metadata"),
    ]
    assert all("save it as a plain SVG" in problem.message for problem in found)
    assert looked(tmp_path, "drawing.svg", DRAWING) == []


DAMAGED: dict[str, tuple[str, bytes, str]] = {
    "cut-png": ("photo.png", saved("PNG")[:-20], "is damaged"),
    "cut-jpeg": ("photo.jpg", saved("JPEG")[:-20], "ends too early"),
    "cut-webp": ("photo.webp", saved("WEBP")[:-20], "is damaged"),
    "cut-gif": ("photo.gif", saved("GIF")[:-20], "ends too early"),
    "flipped-png": ("photo.png", saved("PNG")[:60] + b"\0\0" + saved("PNG")[62:], "is damaged"),
    "page-as-jpeg": ("photo.jpg", b"<!doctype html><p>not found</p>", "save it as PNG or JPEG"),
    "empty": ("photo.png", b"", "is not an image"),
    "broken-svg": ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><p></svg>", "no SVG"),
    "svg-as-png": ("photo.png", DRAWING, "is not an image"),
    "png-as-svg": ("drawing.svg", saved("PNG"), "no SVG"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_an_image_that_cannot_be_read_is_found(tmp_path: Path, name: str) -> None:
    file, data, message = DAMAGED[name]
    [problem] = looked(tmp_path, file, data)
    assert problem.rule == "damaged-image"
    assert message in problem.message


def apart(one: Image.Image, other: Image.Image) -> int:
    """By how much two pictures differ where they differ most."""
    changed = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    return max(at for at, number in enumerate(changed.convert("L").histogram()) if number)


@pytest.mark.parametrize("name", CARRIES)
def test_stripping_leaves_the_picture_as_it_is(tmp_path: Path, name: str) -> None:
    data, words = CARRIES[name]
    path = tmp_path / "photo.bin"
    path.write_bytes(data)
    said = stripped(path)
    for what in words.split("; "):
        assert any(what in line for line in said)
    assert findings(tmp_path, ["photo.bin"]) == []
    with Image.open(io.BytesIO(data)) as before, Image.open(path) as after:
        assert after.format == before.format
        assert after.size == before.size
        assert apart(before, after) <= {"JPEG": 8, "AVIF": 12}.get(str(before.format), 0)
        assert after.info.get("icc_profile") == before.info.get("icc_profile")
        assert after.getexif().get(0x0112, 1) == before.getexif().get(0x0112, 1)
        assert set(after.getexif()) <= {0x0112}
    for secret in (b"Kettle", b"Anna", b"GPSLatitude", b"2026:03", b"what was cut off"):
        assert secret not in path.read_bytes()


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF", "AVIF"])
def test_a_moving_picture_is_left_as_it_is(tmp_path: Path, form: str) -> None:
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "lime", "blue")]
    said = {"comment": b"by Anna"} if form == "GIF" else {"exif": camera()}
    path = tmp_path / "photo.bin"
    path.write_bytes(saved(form, frames[0], save_all=True, append_images=frames[1:], **said))
    before = path.read_bytes()
    with pytest.raises(CommandError, match="moves, and is left as it is: save it again"):
        stripped(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", BARE)
def test_stripping_a_bare_picture_changes_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / "photo.bin"
    path.write_bytes(BARE[name])
    assert stripped(path) == [f"kept     {path}: it carries nothing besides the picture"]
    assert path.read_bytes() == BARE[name]


def test_what_is_no_image_is_not_stripped(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p>")
    with pytest.raises(CommandError, match=r"page\.html"):
        stripped(page)
    assert page.read_text() == "<p>"


def test_exif_with_data_that_no_tag_names_is_found(tmp_path: Path) -> None:
    hidden = turned(6).tobytes() + b"by Anna, who was there"
    [problem] = looked(tmp_path, "photo.jpg", with_segment(0xE1, hidden))
    assert "data that no tag names" in problem.message


def erased(mode: str) -> Image.Image:
    """A picture whose upper third was made fully transparent, over what it showed."""
    picture = drawn("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size).point(lambda a: a * (a > 90)))
    if mode != "P":
        return picture.convert(mode)
    few = picture.convert("RGB").quantize(32)  # as pngquant makes it: several entries are clear
    few.info["transparency"] = bytes(255 * (at % 3 > 0) for at in range(32))
    return few


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_colours_that_nobody_sees_are_taken_out_of_a_png(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(saved("PNG", erased(mode), icc_profile=profile(), pnginfo=texts()))
    with Image.open(path) as picture:
        seen = picture.convert("RGBA")
    assert any("colours where it is fully transparent" in line for line in stripped(path))
    with Image.open(path) as picture:
        assert picture.mode == "RGBA"
        assert picture.info.keys() == {"icc_profile"}
        bare = picture.copy()
    left = bare.convert("RGBA")
    assert left.convert("RGBa").tobytes() == seen.convert("RGBa").tobytes()  # all that is seen
    every = [(x, y) for x in range(left.width) for y in range(left.height)]
    clear = [place for place in every if not left.getchannel("A").getpixel(place)]
    assert clear
    assert len({bare.getpixel(place) for place in clear}) == 1
    assert stripped(path) == [f"kept     {path}: it carries nothing besides the picture"]


def test_two_colours_that_nobody_sees_can_be_words(tmp_path: Path) -> None:
    path = tmp_path / "note.png"
    picture = Image.new("RGBA", (30, 20), (255, 255, 255, 0))
    picture.paste((0, 0, 0, 0), (5, 5, 25, 15))  # black on white, and all of it erased
    path.write_bytes(saved("PNG", picture))
    assert any("colours where it is fully transparent" in line for line in stripped(path))
