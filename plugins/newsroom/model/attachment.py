"""What goes with a text besides its pictures: documents to take along."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif")
NO_PICTURES = (".heic", ".heif", ".tif", ".tiff", ".bmp", ".jxl", ".jp2", ".psd")
"""Pictures that most browsers do not show, and that cannot be rid of what they say besides."""


@dataclass(frozen=True)
class Document:
    """A file to take along: ``path`` relative to the content folder, ``size`` in bytes."""

    path: str
    size: int
    sha256: str

    @property
    def kind(self) -> str:
        """What it is called after its ending: ``PDF``."""
        return PurePosixPath(self.path).suffix[1:].upper()
