"""What an image file holds besides its picture: found to the byte, so that it can be left out.

The containers are read by hand: a library that decodes pictures passes over much of what
stands in one, and rewrites the pixels of what it saves.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .exif import only_orientation, orientation, told
from .heif import BRANDS
from .heif import stretches as heif_stretches

AFTER_END = "data after its end"


class DamagedError(ValueError):
    """An image that cannot be read; the message completes ``this image …``."""


@dataclass(frozen=True)
class Extra:
    """A stretch of an image file that its picture does not need.

    ``start`` and ``end`` count bytes from 0. ``what`` names it: ``EXIF: date``.
    ``instead`` is to be put in its place: what has to stay of it.
    """

    start: int
    end: int
    what: str
    instead: bytes = b""


def kind_of(data: bytes) -> str:
    """The format that the first bytes say: PNG, JPEG, WEBP, GIF, AVIF or SVG; else nothing."""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in BRANDS:
        return "AVIF"
    for kind, begins in _BEGINS.items():
        if data.startswith(begins):
            return kind
    return "SVG" if _SVG.match(data) else ""


def extras(data: bytes) -> list[Extra]:
    """All that an image holds besides its picture, its colour profile and its orientation.

    Raises DamagedError if it is no image of a known kind, is cut off or is malformed.
    """
    kind = kind_of(data)
    if not kind:
        raise DamagedError("is not a PNG, JPEG, WebP, AVIF, GIF or SVG")
    try:
        return list(_READERS[kind](data))
    except (struct.error, IndexError):
        raise DamagedError("ends too early") from None


def without(data: bytes, found: list[Extra]) -> bytes:
    """The image without some of its extras; its pixels as they were, to the byte.

    Raises DamagedError if its parts do not fit together.
    """
    parts, at = [], 0
    for extra in found:
        parts += [data[at : extra.start], extra.instead]
        at = extra.end
    bare = b"".join((*parts, data[at:]))
    try:
        return _webp_mended(bare) if kind_of(data) == "WEBP" else bare
    except (struct.error, IndexError):
        raise DamagedError("is malformed") from None


_BEGINS: dict[str, bytes | tuple[bytes, ...]] = {
    "PNG": b"\x89PNG\r\n\x1a\n",
    "JPEG": b"\xff\xd8\xff",
    "GIF": (b"GIF87a", b"GIF89a"),
}
# What may stand before the root of an SVG. Possessive: many comments must not be tried in turn.
_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?[^>]*>|<!--(?:(?!-->).)*+-->"
    rb"|<!DOCTYPE[^>\[]*+(?:\[[^\]]*+\]\s*)?>)*+<svg[\s>]",
    re.S,
)


# PNG, third edition, section 11, and APNG: chunks that the picture is made of or shown with.
_CHUNKS = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB cICP mDCV cLLI bKGD hIST pHYs sPLT"
    b" acTL fcTL fdAT".split()
)


def _png(data: bytes) -> Iterator[Extra]:
    at, kind = 8, b""
    while kind != b"IEND":
        size, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + size]
        (check,) = struct.unpack_from(">I", data, at + 8 + size)
        if zlib.crc32(body, zlib.crc32(kind)) != check:
            raise DamagedError(f"has a wrong checksum at byte {at}")
        if kind not in _CHUNKS and (extra := _png_chunk(kind, body)):
            what, instead = extra
            yield Extra(at, at + 12 + size, what, instead)
        at += 12 + size
    yield from _behind(data, at)


def _png_chunk(kind: bytes, body: bytes) -> tuple[str, bytes] | None:
    if kind == b"eXIf":
        return _exif(body, lambda bare: _chunk(b"eXIf", bare))
    if kind in (b"tEXt", b"zTXt", b"iTXt"):
        keyword = body.partition(b"\0")[0].decode("latin-1")
        return (_xmp(body) if "xmp" in keyword.lower() else f"text: {keyword}"), b""
    return {b"tIME": "date", b"caBX": CREDENTIALS}.get(
        kind, f"the chunk {kind.decode('latin-1')}"
    ), b""


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))
    return struct.pack(">I", len(body)) + kind + body + check


CREDENTIALS = "Content Credentials (C2PA)"
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.S)
# ITU-T T.81, annex B; JFIF 1.02; CIPA DC-007 for MPF.
_SOS, _EOI, _COMMENT = 0xDA, 0xD9, 0xFE


def _jpeg(data: bytes) -> Iterator[Extra]:
    at = 2
    while data[at + 1] != _EOI:
        if data[at] != 0xFF:
            raise DamagedError(f"is malformed at byte {at}")
        marker = data[at + 1]
        if marker == 0xFF:  # a byte to fill up with
            at += 1
            continue
        (size,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + size
        if end > len(data):
            raise IndexError
        if marker == _SOS:
            scan = _SCAN_END.search(data, end)
            if scan is None:
                raise IndexError
            at = scan.start()
            continue
        if extra := _jpeg_segment(marker, data[at + 4 : end]):
            what, instead = extra
            yield Extra(at, end, what, instead)
        at = end
    yield from _behind(data, at + 2)


def _jpeg_segment(marker: int, body: bytes) -> tuple[str, bytes] | None:
    if marker == _COMMENT:
        return "a comment", b""
    if not 0xE0 <= marker <= 0xEF:
        return None
    if marker == 0xE0 and body.startswith(b"JFIF\0"):
        return ("an embedded thumbnail", b"") if len(body) > 14 else None
    if (marker, body[:12]) == (0xE2, b"ICC_PROFILE\0") or (marker, body[:5]) == (0xEE, b"Adobe"):
        return None
    if marker == 0xE1 and body.startswith(b"Exif\0"):
        return _exif(body[6:], lambda bare: _segment(0xE1, b"Exif\0\0" + bare))
    if marker == 0xE1 and b"ns.adobe.com/x" in body[:40]:
        return _xmp(body), b""
    known = {
        (0xE0, b"JFXX"): "an embedded thumbnail",
        (0xE2, b"MPF\0"): "further pictures",
        (0xEB, b"JP\0\0"): CREDENTIALS,
        (0xED, b"Phot"): "IPTC and Photoshop data",
    }
    return known.get((marker, body[:4]), f"a program's own data (APP{marker - 0xE0})"), b""


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


# The WebP container, RFC 9649, section 2.7.
_WEBP_CHUNKS = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"))
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04


def _webp(data: bytes) -> Iterator[Extra]:
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data) + 1:  # an odd last chunk may lack its padding
        raise IndexError
    for at, kind, size in _webp_chunks(data, end):
        body = data[at + 8 : at + 8 + size]
        following = min(at + 8 + size + size % 2, len(data))
        if kind == b"EXIF":
            tiff = body.removeprefix(b"Exif\0\0")
            if extra := _exif(tiff, lambda bare: struct.pack("<4sI", b"EXIF", len(bare)) + bare):
                yield Extra(at, following, *extra)
        elif kind == b"XMP ":
            yield Extra(at, following, _xmp(body))
        elif kind not in _WEBP_CHUNKS:
            yield Extra(at, following, f"the chunk {kind.decode('latin-1')}")
    yield from _behind(data, end)


def _webp_chunks(data: bytes, end: int) -> Iterator[tuple[int, bytes, int]]:
    at = 12
    while at + 8 <= end:
        kind, size = struct.unpack_from("<4sI", data, at)
        if at + 8 + size > min(end, len(data)):
            raise IndexError
        yield at, kind, size
        at += 8 + size + size % 2


def _webp_mended(data: bytes) -> bytes:
    """The same with the length and the flags that its chunks call for."""
    chunks = [chunk for chunk in _webp_chunks(data, len(data)) if chunk[1].strip(b"\0")]
    at, _kind, size = chunks[-1]
    data = data[: at + 8 + size + size % 2]  # zeros behind the end are no chunks
    flags = 0xFF ^ _XMP_FLAG
    if all(kind != b"EXIF" for _at, kind, _size in chunks):
        flags ^= _EXIF_FLAG
    whole = bytearray(data)
    struct.pack_into("<I", whole, 4, len(data) - 8)
    for at, kind, _size in chunks:
        if kind == b"VP8X":
            whole[at + 8] &= flags
    return bytes(whole)


# GIF89a, sections 17 to 27; of the application extensions those that browsers heed.
_APPLICATIONS = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def _gif(data: bytes) -> Iterator[Extra]:
    at = 13 + _colours(data[10])
    while (block := data[at]) != 0x3B:
        if block == 0x2C:
            at = _sub_blocks_end(data, at + 11 + _colours(data[at + 9]))
        elif block == 0x21:
            end = _sub_blocks_end(data, at + 2)
            if what := _gif_extension(data[at + 1], data[at + 3 : end]):
                yield Extra(at, end, what)
            at = end
        else:
            raise DamagedError(f"is malformed at byte {at}")
    yield from _behind(data, at + 1)


def _gif_extension(label: int, body: bytes) -> str:
    if label == 0xFE:
        return "a comment"
    if label == 0xFF and body.startswith(b"XMP DataXMP"):
        return _xmp(body)
    if label == 0xF9 or (label == 0xFF and body.startswith(_APPLICATIONS)):
        return ""
    return "a program's own data"


def _colours(packed: int) -> int:
    """The length in bytes of the table of colours that a packed field announces."""
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _sub_blocks_end(data: bytes, at: int) -> int:
    while data[at]:
        at += data[at] + 1
    return at + 1


def _avif(data: bytes) -> Iterator[Extra]:
    for stretch in sorted(heif_stretches(data)):
        if stretch.kind == "Exif":
            skipped = 4 + int.from_bytes(stretch.body[:4], "big")
            if extra := _exif(stretch.body[skipped:], lambda _bare: b""):
                yield Extra(stretch.start, stretch.end, extra[0], stretch.blank)
        elif stretch.body.strip(b"\0 "):
            what = _xmp(stretch.body) if stretch.kind == "XMP" else f"the box {stretch.kind}"
            yield Extra(stretch.start, stretch.end, what, stretch.blank)


_SVG_EXTRAS = {
    "editor metadata": re.compile(
        rb"<((?:[\w-]+:)?metadata)\b[^>]*(?<!/)>(?!\s*</).*?</\1\s*>", re.S
    ),
    "the name or folder of a file": re.compile(
        rb"""(?<=\s)(?:sodipodi:(?:docname|docbase|absref)|inkscape:export-filename)\s*=\s*"""
        rb"""(?:"[^"]*"|'[^']*')"""
    ),
}


def _svg(data: bytes) -> Iterator[Extra]:
    """SVG 1.1, chapter 21 for metadata; the attributes are those of Inkscape."""
    found = [
        Extra(*match.span(), what)
        for what, pattern in _SVG_EXTRAS.items()
        for match in pattern.finditer(data)
    ]
    end = 0
    for extra in sorted(found, key=lambda extra: extra.start):
        if extra.start >= end:  # an attribute in the metadata goes with it
            yield extra
            end = extra.end


def _exif(tiff: bytes, wrapped: Callable[[bytes], bytes]) -> tuple[str, bytes] | None:
    """What Exif data tells, and what is to stay of it; nothing if it tells nothing."""
    words = told(tiff)
    if not words:
        return None
    turned = orientation(tiff)
    return f"EXIF: {', '.join(words)}", wrapped(only_orientation(turned)) if turned != 1 else b""


def _xmp(packet: bytes) -> str:
    return "XMP: GPS position" if b"GPSL" in packet or b"exif:GPS" in packet else "XMP"


def _behind(data: bytes, end: int) -> Iterator[Extra]:
    if data[end:].strip(b"\0"):
        yield Extra(end, len(data), AFTER_END)


_READERS: dict[str, Callable[[bytes], Iterator[Extra]]] = {
    "PNG": _png,
    "JPEG": _jpeg,
    "WEBP": _webp,
    "GIF": _gif,
    "AVIF": _avif,
    "SVG": _svg,
}
