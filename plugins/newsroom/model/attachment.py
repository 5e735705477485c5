"""What goes with a text besides its pictures: documents to take along, and recordings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from .keys import Picture

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif")
NO_PICTURES = (".heic", ".heif", ".tif", ".tiff", ".bmp", ".jxl", ".jp2", ".psd")
"""Pictures that most browsers do not show, and that cannot be rid of what they say besides."""

VIDEO = (".mp4", ".webm")
RECORDINGS = (*VIDEO, ".m4a", ".mp3", ".ogg")
_STILLS = (".jpg", ".jpeg", ".png", ".webp")
_LANG = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]+)*")


def kind_of(path: str) -> str:
    """Return what a file is called after its ending: ``PDF``."""
    return PurePosixPath(path).suffix[1:].upper()


@dataclass(frozen=True)
class Beside:
    """The files beside a recording, by its name: paths, the still's is empty without one.

    Transcripts and captions have a language, which is empty where the name has none.
    """

    still: str = ""
    transcripts: tuple[tuple[str, str], ...] = ()
    captions: tuple[tuple[str, str], ...] = ()

    @property
    def files(self) -> frozenset[str]:
        """All of them."""
        texts = {path for _, path in (*self.transcripts, *self.captions)}
        return frozenset({self.still, *texts} - {""})


def beside(path: str, files: Collection[str]) -> Beside:
    """Find what lies beside the recording at ``path``, among the files of the content folder."""
    stem = path.rpartition(".")[0]
    still = next((stem + ending for ending in _STILLS if stem + ending in files), "")
    others = [other for other in files if other.startswith(f"{stem}.")]

    def texts(ending: str) -> Iterator[tuple[str, str]]:
        for other in others:
            lang = other[len(stem) + 1 : -len(ending)]
            if other == stem + ending or (other.endswith(ending) and _LANG.fullmatch(lang)):
                yield lang, other

    return Beside(still, tuple(sorted(texts(".txt"))), tuple(sorted(texts(".vtt"))))


@dataclass(frozen=True)
class Recording:
    """A video or sound of our own: ``size`` in bytes, ``seconds`` where that is known.

    ``captions`` are languages and paths, as in ``Beside``; ``transcripts`` languages and texts.
    """

    path: str
    size: int
    still: Picture | None
    captions: tuple[tuple[str, str], ...]
    transcripts: tuple[tuple[str, str], ...]
    seconds: int | None

    @property
    def kind(self) -> str:
        """What it is called after its ending: ``MP4``."""
        return kind_of(self.path)

    @property
    def is_video(self) -> bool:
        """Whether there is something to see."""
        return self.path.lower().endswith(VIDEO)


@dataclass(frozen=True)
class Document:
    """A file to take along: ``path`` relative to the content folder, ``size`` in bytes."""

    path: str
    size: int
    sha256: str

    @property
    def kind(self) -> str:
        """What it is called after its ending: ``PDF``."""
        return kind_of(self.path)
