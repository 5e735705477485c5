"""Files at hand, such as pictures: found by their old addresses, cleaned, and taken in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from ..attachments import documents
from ..attachments.faults import DocumentError
from ..files import sha256_of, write_whole
from ..images.opening import ImageError
from ..images.screenshots import cleaned
from ..model.attachment import NO_PICTURES, PICTURES, RECORDINGS
from ..reading.slugs import slug_of
from .ledger import Ledger

DOCUMENTS = (*documents.LOOKED_INTO, ".csv", ".txt", ".ics")
FILES = (*PICTURES, *NO_PICTURES, *RECORDINGS, ".svg", *DOCUMENTS, *documents.NOT_CLEANED)
_SIZE = re.compile(r"-(?:\d+x\d+|scaled|rotated)(?=\.\w+$)")
_USUAL = frozenset("wp-content uploads static assets images img media content public files".split())
_LARGEST = 100_000_000


class NotTakenError(ValueError):
    """A file that cannot be carried over; the message says why, and what to do."""


@dataclass
class Files:
    """The folders that files may come from, and what was taken out of them into the content."""

    content: Path
    folders: tuple[Path, ...]
    ledger: Ledger
    taken: dict[Path, str] = field(default_factory=dict)

    def take(self, address: str, beside: Path | None) -> str:
        """Take a file in; return its path in the content folder, empty if it is not at hand.

        Raises NotTakenError.
        """
        file = self._found(unquote(urlsplit(address).path, errors="replace"), beside)
        if file is None:
            return ""
        if file not in self.taken:
            self.taken[file] = self._taken(file)
        return self.taken[file]

    def _found(self, path: str, beside: Path | None) -> Path | None:
        """Return the file of an address; none that is hidden, or leads out of its folder."""
        parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
        if not parts or "\0" in path or not parts[-1].lower().endswith(FILES):
            return None
        whole = _SIZE.sub("", parts[-1])
        for name in dict.fromkeys((whole, parts[-1])):
            wanted = [*parts[:-1], name]
            if beside and not path.startswith("/") and (file := self._inside(beside, wanted)):
                return file
            for folder in self.folders:
                for begin in range(len(wanted)):
                    if file := self._inside(folder, wanted[begin:]):
                        return file
        return None

    def _inside(self, folder: Path, parts: list[str]) -> Path | None:
        try:
            file = folder.joinpath(*parts).resolve()
            tops = [top.resolve() for top in (folder, *self.folders)]
            inside = next((top for top in tops if file.is_relative_to(top)), None)
            if inside is None or not file.is_file():
                return None
        except (OSError, ValueError, RuntimeError):
            return None
        return (
            None if any(part.startswith(".") for part in file.relative_to(inside).parts) else file
        )

    def _taken(self, file: Path) -> str:
        ending = file.suffix.lower()
        if ending in RECORDINGS:
            remedy = (
                "put it into the content folder with its still and transcript (invoke docs content)"
            )
            raise NotTakenError(f"is a recording: {remedy}")
        if ending == ".svg":
            raise NotTakenError("is an SVG, which may hold scripts: save it as PNG")
        if file.stat().st_size > _LARGEST:
            raise NotTakenError("is larger than 100 MB: make it smaller")
        data = file.read_bytes()
        try:
            is_picture = ending in PICTURES + NO_PICTURES
            _, clean = (cleaned if is_picture else documents.cleaned)(data, file.name)
        except (ImageError, DocumentError) as error:
            raise NotTakenError(str(error)) from None
        kind = "docs" if ending in DOCUMENTS else "images"
        return self._kept(file, kind, sha256_of(data), clean)

    def _kept(self, file: Path, kind: str, source: str, data: bytes) -> str:
        """Write a file where it keeps its name, and overwrite none that is another."""
        parts = [slug_of(part) for part in self._named(file).parts if part.lower() not in _USUAL]
        stem = slug_of(file.stem) or source[:12]
        folder = "/".join(part for part in parts[:-1] if part)
        number = 1
        while True:
            more = f"-{number}" if number > 1 else ""
            path = f"{kind}/{folder and f'{folder}/'}{stem}{more}{file.suffix.lower()}"
            there = self.content / path
            if self.ledger.made.get(path) == source and there.exists():
                return path  # taken before, and perhaps changed by a writer since
            if not there.exists():
                write_whole(there, data)
            elif there.read_bytes() != data:
                number += 1
                continue
            self.ledger.note(path, source, data)
            return path

    def _named(self, file: Path) -> PurePosixPath:
        tops = [top.resolve() for top in self.folders]
        inside = [file.relative_to(top) for top in tops if file.is_relative_to(top)]
        return PurePosixPath(min(inside, key=lambda path: len(path.parts), default=file.name))
