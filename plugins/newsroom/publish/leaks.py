"""The last look at a finished site: each picture and document, for what it says besides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

from ..attachments import documents
from ..attachments.documents import LOOKED_INTO, NOT_CLEANED
from ..attachments.faults import DocumentError
from ..images.metadata import extras
from ..images.opening import ImageError
from ..model.problems import Problem

IMAGE_METADATA = "image-metadata"
DAMAGED_IMAGE = "damaged-image"
DOCUMENT_METADATA = "document-metadata"

_STRIP = "run invoke strip on the file that it comes from"
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".gif")
_BEGINS = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8")
_BRANDS = (b"WEBP", b"avif", b"avis")  # from the ninth byte on
# SVG 1.1, chapter 21, for metadata; the attributes are those of Inkscape.
_IN_DRAWINGS = {
    "editor metadata": re.compile(rb"<(?:[\w-]+:)?metadata\b[^>]*(?<!/)>(?!\s*</)"),
    "the name or folder of a file": re.compile(
        rb"\s(?:sodipodi:(?:docname|docbase|absref)|inkscape:export-filename)\s*="
    ),
}


def findings(folder: Path, paths: Iterable[str]) -> list[Problem]:
    """Look through the files ``paths`` of the site in ``folder`` for what must not be published.

    ``paths`` are POSIX and relative to the site's root, and so are those of the problems.
    Raises OSError if a file cannot be read.
    """
    return sorted(
        {problem for path in paths for problem in _of_file(path, (folder / path).read_bytes())}
    )


def _of_file(path: str, data: bytes) -> Iterator[Problem]:
    if path.lower().endswith(LOOKED_INTO + NOT_CLEANED):
        yield from _of_document(path, data)
    elif path.lower().endswith(".svg"):
        yield from _of_drawing(path, data)
    elif path.lower().endswith(_PICTURES) or data.startswith(_BEGINS) or data[8:12] in _BRANDS:
        try:
            found = extras(data)
        except ImageError as error:
            yield Problem(path, 1, DAMAGED_IMAGE, f"this file {error}")
            return
        if found:
            yield Problem(
                path,
                1,
                IMAGE_METADATA,
                f"this image carries {'; '.join(found)}: {_STRIP}, most likely content/{path},"
                " and build again",
            )


def _of_document(path: str, data: bytes) -> Iterator[Problem]:
    try:
        found = documents.extras(data, path)
    except DocumentError as error:
        yield Problem(path, 1, DOCUMENT_METADATA, f"this document {error}")
        return
    if found:
        message = f"this document carries {'; '.join(found)}: {_STRIP}, most likely content/{path}"
        yield Problem(path, 1, DOCUMENT_METADATA, f"{message}, and build again")


def _of_drawing(path: str, data: bytes) -> Iterator[Problem]:
    try:
        ElementTree.fromstring(data)
    except (SyntaxError, ValueError) as error:
        yield Problem(path, 1, DAMAGED_IMAGE, f"this drawing is no SVG ({error}): save it again")
        return
    for what, pattern in _IN_DRAWINGS.items():
        for found in pattern.finditer(data):
            line = data.count(b"\n", 0, found.end()) + 1
            message = f"this drawing carries {what}: save it as a plain SVG, and build again"
            yield Problem(path, line, IMAGE_METADATA, message)
