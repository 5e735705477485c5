"""Recordings: what lies beside one is read, how long it is, and what its tags tell.

Of MP4 and M4A (ISO/IEC 14496-12) and MP3 (ID3v2) the tags are looked into; of WebM and Ogg not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import BinaryIO

from ..images.opening import ImageError
from ..images.screenshots import PictureFolder
from ..model.attachment import Recording, beside

_LARGEST = 64_000_000  # bytes of an index, or of tags
_HOLDERS = (b"trak", b"udta", b"meta", b"ilst")
_PLACE, _DEVICE, _PERSON, _PROGRAM = "a place", "a device", "a person", "a program"
_TAGS = {
    **dict.fromkeys((b"\xa9xyz", b"loci"), _PLACE),
    **dict.fromkeys((b"\xa9mak", b"\xa9mod", b"manu", b"modl"), _DEVICE),
    **dict.fromkeys((b"\xa9ART", b"aART", b"\xa9aut", b"\xa9wrt", b"auth", b"perf"), _PERSON),
    **dict.fromkeys((b"\xa9swr", b"uuid", b"XMP_"), _PROGRAM),
    **dict.fromkeys((b"TPE1", b"TPE2", b"TPE4", b"TCOM", b"TENC", b"TOWN"), _PERSON),
    **dict.fromkeys((b"PRIV", b"GEOB"), _PROGRAM),
    b"COMM": "a comment",
    b"\xa9cmt": "a comment",
}
# Apple's and Android's names for the same.
_KEYS = {
    b"location": _PLACE,
    b"make": _DEVICE,
    b"model": _DEVICE,
    b"author": _PERSON,
    b"artist": _PERSON,
    b"software": _PROGRAM,
    b"com.android.": _DEVICE,
}


def read_recording(content: Path, path: str, files: Collection[str]) -> Recording:
    """Read a recording and what lies beside it; what is missing or broken there is left out."""
    there = beside(path, files)
    try:
        still = PictureFolder(content).glance(there.still) if there.still else None
    except ImageError:
        still = None
    transcripts = tuple(
        (lang, (content / text).read_text("utf-8-sig", "replace").strip())
        for lang, text in there.transcripts
    )
    file = content / path
    size, seconds = file.stat().st_size, _seconds(file)
    return Recording(path, size, still, there.captions, transcripts, seconds)


def captions_fault(data: bytes) -> str:
    """Say what is wrong with captions (WebVTT, section 4); empty if browsers can show them."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "is not UTF-8: save it as UTF-8"
    if not re.match(r"WEBVTT(?:[ \t\r\n]|$)", text):
        return "does not begin with WEBVTT, so no browser reads it: write that into its first line"
    return "" if "-->" in text else "holds no captions: write 00:00.000 --> 00:04.000 and a text"


def told_by(file: Path) -> tuple[str, ...]:
    """Name what the tags of a recording tell besides what is seen and heard."""
    with file.open("rb") as opened:
        found = sorted(set(_of_mp3(opened) if opened.read(3) == b"ID3" else _of_mp4(opened)))
    return tuple(found)


def _seconds(file: Path) -> int | None:
    """Return how long an MP4 or M4A is, rounded; None if it does not say, or is another kind."""
    with file.open("rb") as opened:
        for kind, body in _boxes(_index(opened)):
            if kind == b"mvhd" and len(body) >= 32:
                at, width = (20, 8) if body[0] == 1 else (12, 4)
                scale = int.from_bytes(body[at : at + 4], "big")
                units = int.from_bytes(body[at + 4 : at + 4 + width], "big")
                return round(units / scale) if scale else None
    return None


def _index(file: BinaryIO) -> bytes:
    """Return the content of the box ``moov``, which may stand at the end; empty without one."""
    file.seek(0)
    while len(head := file.read(8)) == 8:
        size, behind = int.from_bytes(head[:4], "big"), 8
        if size == 1:
            size, behind = int.from_bytes(file.read(8), "big"), 16
        if head[4:] == b"moov":
            return file.read(min(size - behind, _LARGEST)) if size > behind else b""
        if size < behind:  # it goes on to the end, or this is another kind of file
            break
        file.seek(size - behind, 1)
    return b""


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the boxes in a box: each one's kind and content."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size < 8:
            break
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size


def _of_mp4(file: BinaryIO) -> Iterator[str]:
    waiting = [_index(file)]
    while waiting:
        for kind, body in _boxes(waiting.pop()):
            if kind in _TAGS:
                yield _TAGS[kind]
            elif kind == b"keys":
                yield from (said for name, said in _KEYS.items() if name in body)
            elif kind in _HOLDERS:
                # Most write a version before what `meta` holds.
                waiting.append(body[4:] if kind == b"meta" and body[4:8] != b"hdlr" else body)


def _of_mp3(file: BinaryIO) -> Iterator[str]:
    file.seek(0)
    head = file.read(10)
    size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
    data, at = file.read(min(size, _LARGEST)), 0
    while at + 10 <= len(data) and data[at : at + 4].isalnum():
        if said := _TAGS.get(data[at : at + 4]):
            yield said
        length = data[at + 4 : at + 8]
        bits = 7 if head[3] == 4 else 8  # ID3v2.4 leaves the first bit of each byte free
        at += 10 + sum(byte << bits * place for place, byte in enumerate(reversed(length)))
