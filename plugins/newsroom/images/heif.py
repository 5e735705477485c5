"""The metadata of an AVIF or HEIF file: where its bytes are, and what may stand in their place.

Every address in such a file counts from its beginning. So nothing is taken out: what is not
wanted is written over, and the picture stays where it is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from .exif import only_orientation

# ISO 14496-12, 23008-12 and AV1-AVIF: brands of still and moving pictures, none of films.
BRANDS = (b"avif", b"avis", b"mif1", b"msf1", b"heic", b"heix", b"heif")
_PICTURE = frozenset((b"ftyp", b"meta", b"mdat", b"moov", b"free", b"skip", b"pdin", b"sidx"))


@dataclass(frozen=True, order=True)
class Stretch:
    """Some bytes of the file, from ``start`` to ``end``.

    ``kind`` is Exif, XMP or the name of a box; ``body`` the whole of what is said, also
    where it lies in several stretches. ``blank`` says nothing, in as many bytes.
    """

    start: int
    end: int
    kind: str
    body: bytes
    blank: bytes


@dataclass(frozen=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


def stretches(data: bytes) -> Iterator[Stretch]:
    """All that the file holds besides pictures. Raises IndexError or struct.error if cut off."""
    for box in _boxes(data, 0, len(data)):
        if box.kind == b"meta":
            yield from _of_items(data, box)
        elif box.kind not in _PICTURE:
            name = box.kind.decode("latin-1")
            size = box.end - box.start
            blank = struct.pack(">I4s", size, b"free") if box.body - box.start == 8 else b""
            yield Stretch(
                box.start, box.end, name, data[box.body : box.end], blank.ljust(size, b"\0")
            )


def _boxes(data: bytes, at: int, end: int) -> Iterator[_Box]:
    while at < end:
        size, kind = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, body)
            body += 8
        elif size == 0:
            size = end - at
        if at + size > end or at + size < body:
            raise IndexError
        yield _Box(kind, at, body, at + size)
        at += size


def _of_items(data: bytes, meta: _Box) -> Iterator[Stretch]:
    inside = {box.kind: box for box in _boxes(data, meta.body + 4, meta.end)}
    if b"iinf" not in inside or b"iloc" not in inside:
        return
    kinds = dict(_items(data, inside[b"iinf"]))
    idat = inside[b"idat"].body if b"idat" in inside else 0
    for item, extents in _extents(data, inside[b"iloc"], idat):
        if item not in kinds or not extents:
            continue
        if any(end > len(data) for _start, end in extents):
            raise IndexError
        body = b"".join(data[start:end] for start, end in extents)
        # An Exif item begins with the distance to its TIFF header (23008-12, annex A).
        empty = b"\0" * 4 + only_orientation(1) if kinds[item] == "Exif" else b""
        blank = empty.ljust(len(body), b" " if kinds[item] == "XMP" else b"\0")[: len(body)]
        for start, end in extents:
            yield Stretch(start, end, kinds[item], body, blank[: end - start])
            blank = blank[end - start :]


def _items(data: bytes, iinf: _Box) -> Iterator[tuple[int, str]]:
    """The numbers of the items that hold Exif, XMP or other texts, with what they hold."""
    for box in _boxes(data, iinf.body + (6 if data[iinf.body] == 0 else 8), iinf.end):
        version = data[box.body]
        if box.kind != b"infe" or version < 2:
            continue
        number = ">HH4s" if version == 2 else ">IH4s"
        item, _protection, kind = struct.unpack_from(number, data, box.body + 4)
        rest = data[box.body + 4 + struct.calcsize(number) : box.end]
        if kind == b"Exif":
            yield item, "Exif"
        elif kind == b"mime":
            yield item, "XMP" if b"rdf+xml" in rest else "mime"


def _extents(data: bytes, iloc: _Box, idat: int) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Each item's number, and from where to where in the file it lies (14496-12, 8.11.3)."""
    version, sizes = data[iloc.body], struct.unpack_from(">H", data, iloc.body + 4)[0]
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    at = iloc.body + 6

    def number(width: int) -> int:
        nonlocal at
        at += width
        if at > iloc.end:
            raise IndexError
        return int.from_bytes(data[at - width : at], "big")

    for _item in range(number(4 if version == 2 else 2)):
        item = number(4 if version == 2 else 2)
        method = number(2) & 15 if version else 0
        number(2)  # which file: this one
        start = number(base) + (idat if method == 1 else 0)
        extents = []
        for _extent in range(number(2)):
            if version:
                number(index)
            begins = start + number(offset)
            extents.append((begins, begins + number(length)))
        yield item, extents if method < 2 else []
