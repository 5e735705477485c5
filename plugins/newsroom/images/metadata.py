"""What a picture file says besides the picture: found, and left out by writing the file anew."""

from __future__ import annotations

import io
from collections.abc import Iterator
from textwrap import shorten
from typing import Any

from PIL import ExifTags, GifImagePlugin, Image, ImageFile, JpegImagePlugin, PngImagePlugin

from .colours import as_shown, blanked, hides_colours
from .opening import ImageError, decoding, exif_of, is_animated, open_picture, orientation_of

HIDDEN = "colours where it is fully transparent"
_NO_WORD = {ExifTags.IFD.Exif, ExifTags.IFD.Interop, ExifTags.Base.Orientation}
# Segments of a JPEG that the picture needs, or that are read as Exif, XMP or a comment.
_SEGMENTS = {
    "APP0": (b"JFIF\0",),
    "APP1": (b"Exif\0", b"http://ns.adobe.com/xap/1.0/\0"),
    "APP2": (b"ICC_PROFILE\0",),
    "APP14": (b"Adobe",),
    "COM": (b"",),
}
# Extensions of a GIF that browsers heed, and one that is read otherwise.
_EXTENSIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012", b"XMP DataXMP")
# How each format is written anew, as near to the pixels as Pillow can.
_OPTIONS: dict[str, dict[str, Any]] = {
    "PNG": {"optimize": True},
    "JPEG": {"quality": "keep", "optimize": True},
    "WEBP": {"lossless": True},
    "AVIF": {"quality": 95, "subsampling": "4:4:4"},
    "GIF": {},
}
_LOSSLESS = ("PNG", "WEBP", "GIF")


@decoding()
def extras(data: bytes) -> tuple[str, ...]:
    """Name all that a file holds besides its picture, its colour profile and its orientation.

    The pixels are not unpacked. Raises ImageError if it is no picture, or is cut off.
    """
    picture = open_picture(data, pixels=False)
    found = [_of_exif(picture), *_of_format(picture)]
    # Pillow does not read the XMP of a GIF.
    if picture.info.get("xmp") or (picture.format == "GIF" and b"XMP DataXMP" in data):
        found.append("XMP")
    if "comment" in picture.info:
        found.append("a comment")
    if picture.format == "PNG":
        Image.open(io.BytesIO(data)).verify()
    if data[_end(picture, data) :].strip(b"\0"):
        found.append("data after its end")
    return tuple(dict.fromkeys(filter(None, found)))


@decoding()
def without_extras(data: bytes) -> bytes:
    """Write a picture anew with nothing but what is seen, its colour profile and its orientation.

    A PNG hides no colours any more. Pixels stay as they are; in a JPEG, whose tables are kept,
    and in an AVIF nearly. Raises ImageError if what is seen would not stay.
    """
    picture: Image.Image = open_picture(data)
    form = "JPEG" if picture.format == "MPO" else str(picture.format)
    if is_animated(picture) and form != "JPEG":
        raise ImageError("moves, and is left as it is: save it again, without metadata")
    options = dict(_OPTIONS[form], icc_profile=picture.info.get("icc_profile"))
    if (turn := orientation_of(picture)) != 1:
        options["exif"] = Image.Exif()
        options["exif"][ExifTags.Base.Orientation] = turn
    if form == "JPEG":
        picture.format = form  # of several pictures in one file the first
        options["progressive"] = "progressive" in picture.info
    elif hides_colours(picture):
        picture = blanked(picture.convert("RGBA"))
    clear = picture.info.get("transparency")  # Pillow would write other things, such as a comment
    picture.info = {} if clear is None else {"transparency": clear}
    made = io.BytesIO()
    picture.save(made, form, **options)
    if form in _LOSSLESS and _shown(data) != _shown(made.getvalue()):
        raise ImageError("cannot be written anew as it is: save it again, without metadata")
    return made.getvalue()


def _shown(data: bytes) -> bytes:
    return as_shown(open_picture(data)).tobytes()


def _of_exif(picture: Image.Image) -> str:
    """Say what Exif data tells, by the names of its tags; nothing if it has only an orientation."""
    exif = exif_of(picture)
    with decoding():
        below = exif.get_ifd(ExifTags.IFD.Exif)
        tags = [*sorted(exif), *sorted(below)]
        names = [ExifTags.TAGS.get(tag, f"tag {tag}") for tag in tags if tag not in _NO_WORD]
        names += ["a thumbnail"] if exif.get_ifd(ExifTags.IFD.IFD1) else []
    if names:
        names.sort(key=lambda name: name != "GPSInfo")
        return f"EXIF: {shorten(', '.join(names), 80, placeholder=' …')}"
    rest = bytes(picture.info.get("exif", b"")).strip(b"\0")
    # With no tag but an orientation it has no more than 40 bytes.
    return "EXIF: data that no tag names" if len(rest) > 40 else ""


def _of_format(picture: Image.Image) -> Iterator[str]:
    """Say what stands in the parts of a file that only its format has."""
    if isinstance(picture, JpegImagePlugin.JpegImageFile):
        for name, body in picture.applist:
            if not body.startswith(_SEGMENTS.get(name, ())):
                yield f"a program's own data ({name})"
    elif isinstance(picture, PngImagePlugin.PngImageFile):
        texts = (name for name, value in picture.info.items() if isinstance(value, str))
        yield from (f"text: {name}" for name in texts)
        yield from (f"the chunk {chunk[0].decode('latin-1')}" for chunk in picture.private_chunks)
    elif isinstance(picture, GifImagePlugin.GifImageFile):
        extension = picture.info.get("extension", (b"",))[0]
        if extension and not extension.startswith(_EXTENSIONS):
            yield "a program's own data"


def _end(picture: ImageFile.ImageFile, data: bytes) -> int:
    """Return where a picture ends in its file. Raises ImageError if the file ends before that."""
    if picture.format == "WEBP":
        return 8 + int.from_bytes(data[4:8], "little")
    marks = {"PNG": b"IEND\xaeB`\x82", "JPEG": b"\xff\xd9", "GIF": b"\0;"}
    mark = marks.get(str(picture.format))
    if mark is None:
        return len(data)
    # Exif and a colour profile may hold the mark, too: in a JPEG it counts after the last of them.
    start = picture.fp.tell() if picture.format == "JPEG" and picture.fp else 0
    at = data.rfind(mark) if picture.format == "GIF" else data.find(mark, start)
    if at < 0:
        raise ImageError("ends too early: save it again")
    return at + len(mark)
