"""What a PDF or an office file says besides its content: found, and taken out."""

from __future__ import annotations

from pathlib import PurePosixPath

from . import office, pdf
from .faults import DocumentError

PDF = (".pdf",)
LOOKED_INTO = PDF + office.ENDINGS
NOT_CLEANED = (".doc", ".xls", ".ppt", ".rtf")
"""Documents whose makers cannot be taken out of them here."""


def extras(data: bytes, name: str) -> tuple[str, ...]:
    """Name what a document says of who made it, and where; nothing of a kind not looked into.

    Raises DocumentError if it cannot be read, or its format cannot be cleaned.
    """
    ending = PurePosixPath(name).suffix.lower()
    if ending in NOT_CLEANED:
        raise DocumentError("is of a kind that cannot be rid of who made it: save it as PDF")
    if ending in PDF or data.startswith(pdf.BEGINS):
        return pdf.extras(data)
    return office.extras(data) if ending in office.ENDINGS else ()


def without_extras(data: bytes, name: str) -> bytes:
    """Write a document anew without what ``extras`` finds. Raises DocumentError."""
    is_pdf = PurePosixPath(name).suffix.lower() in PDF or data.startswith(pdf.BEGINS)
    bare = pdf.without_extras(data) if is_pdf else office.without_extras(data)
    if left := extras(bare, name):
        raise DocumentError(f"cannot be rid of {left[0]}: save it again without")
    return bare


def cleaned(data: bytes, name: str) -> tuple[tuple[str, ...], bytes]:
    """Return what a document says besides its content, and its bytes without that."""
    found = extras(data, name)
    return found, without_extras(data, name) if found else data
