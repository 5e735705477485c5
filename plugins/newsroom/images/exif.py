"""What Exif data in an image says, in words; and the little of it that a picture needs."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

# Exif 2.32, tables 4 to 8 and 15; for XP…, Microsoft's property names; for 700 and on, TIFF.
_ORIENTATION = 0x0112
_GPS = 0x8825
_BELOW = (0x8769, 0xA005)  # pointers to the directories of Exif itself and of interoperability
_PLACE = {0x0002, 0x0004}  # GPSLatitude, GPSLongitude
_WORDS: dict[str, frozenset[int]] = {
    "the camera's make": frozenset((0x010F, 0xA433)),
    "the camera's model": frozenset((0x0110, 0xA434)),
    "a serial number": frozenset((0xA431, 0xA435, 0xA420)),
    "a name": frozenset((0x013B, 0x8298, 0x9C9D, 0xA430)),
    "date": frozenset((0x0132, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012)),
    "the program": frozenset((0x0131, 0x000B)),
    "the computer": frozenset((0x013C,)),
    "a description": frozenset((0x010E, 0x9286, 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F)),
    "MakerNotes": frozenset((0x927C,)),
    "XMP": frozenset((0x02BC,)),
    "IPTC": frozenset((0x83BB, 0x8649)),
}
_NAMED = frozenset().union(*_WORDS.values())
UNREADABLE = "data that cannot be read"
_ORDERS = {b"II": "<", b"MM": ">"}
_SHORT = 3  # a number of two bytes
_DEEPEST = 8  # directories: a real file has five


@dataclass(frozen=True)
class _Directory:
    """Tags with the first number of each value; where the next directory is, and this one's end."""

    tags: dict[int, int]
    next: int
    end: int


def told(tiff: bytes) -> list[str]:
    """What Exif data tells, in words; nothing if it has no tag but the orientation.

    ``tiff`` begins with its TIFF header. What stands behind the last tag counts, too.
    """
    try:
        first, *others = _directories(tiff)
        place = _place(tiff, first)
    except (struct.error, KeyError, ValueError):
        return [UNREADABLE] if tiff.strip(b"\0") else []
    thumbnail = bool(first.next)
    tags = {tag for directory in (first, *others) for tag in directory.tags}
    words = [word for word, known in _WORDS.items() if tags & known]
    if place is not None:
        words.append("GPS position" if _PLACE & place.tags.keys() else "GPS data")
    if thumbnail:
        words.append("an embedded thumbnail")
    rest = tags - _NAMED - {_ORIENTATION, _GPS, *_BELOW}
    if rest and not thumbnail:
        words.append(f"{len(rest)} technical {'value' if len(rest) == 1 else 'values'}")
    if not words and tiff[first.end :].strip(b"\0"):
        words.append("data that no tag names")
    return words


def orientation(tiff: bytes) -> int:
    """How the picture is to be turned, 1 to 8 as in Exif; 1, upright, if that is not said.

    As browsers read it: what is broken behind this one tag makes no difference.
    """
    try:
        order = _ORDERS[tiff[:2]]
        (at,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, number, value = struct.unpack_from(order + "HHIH", tiff, entry)
            if tag == _ORIENTATION:
                return value if (kind, number) == (_SHORT, 1) and 1 <= value <= 8 else 1
    except (struct.error, KeyError):
        pass
    return 1


def only_orientation(value: int) -> bytes:
    """Exif data, from its TIFF header on, that holds an orientation, or no tag if upright."""
    tags = struct.pack(">HHIHH", _ORIENTATION, _SHORT, 1, value, 0) if value != 1 else b""
    return b"MM\0\x2a" + struct.pack(">IH", 8, len(tags) // 12) + tags + b"\0\0\0\0"


def _directories(tiff: bytes) -> Iterator[_Directory]:
    """The first directory, those that it points to, and the thumbnail's."""
    order = _ORDERS[tiff[:2]]
    ahead = [struct.unpack_from(order + "I", tiff, 4)[0]]
    seen: set[int] = set()
    while ahead and len(seen) < _DEEPEST:
        at = ahead.pop(0)
        if at in seen:
            continue
        seen.add(at)
        directory = _read(tiff, at, order)
        ahead += [directory.tags[tag] for tag in _BELOW if tag in directory.tags]
        ahead += [directory.next] if directory.next else []
        yield directory


def _place(tiff: bytes, first: _Directory) -> _Directory | None:
    """The directory of the GPS, whose numbers for tags mean other things than elsewhere."""
    if _GPS not in first.tags:
        return None
    return _read(tiff, first.tags[_GPS], _ORDERS[tiff[:2]])


def _read(tiff: bytes, at: int, order: str) -> _Directory:
    """One directory. Raises struct.error if it is cut off."""
    (count,) = struct.unpack_from(order + "H", tiff, at)
    tags: dict[int, int] = {}
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, _number = struct.unpack_from(order + "HHI", tiff, entry)
        (tags[tag],) = struct.unpack_from(order + ("H" if kind == _SHORT else "I"), tiff, entry + 8)
    end = at + 2 + 12 * count
    (following,) = struct.unpack_from(order + "I", tiff, end)
    return _Directory(tags, following, end + 4)
