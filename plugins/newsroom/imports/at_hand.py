"""Files at hand, such as pictures: found by their old addresses, cleaned, and taken in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import unquote

from ..attachments import documents
from ..attachments.faults import DocumentError
from ..files import sha256_of, write_whole
from ..images.opening import ImageError
from ..images.screenshots import cleaned
from ..model.attachment import NO_PICTURES, PICTURES, RECORDINGS
from ..reading.slugs import slug_of
from .ledger import Ledger
from .source import split

DOCUMENTS = (*documents.LOOKED_INTO, ".csv", ".txt", ".ics")
FILES = (*PICTURES, *NO_PICTURES, *RECORDINGS, ".svg", *DOCUMENTS, *documents.NOT_CLEANED)
_SIZE = re.compile(r"-(?:\d+x\d+|scaled|rotated)(?=\.\w+$)")
_USUAL = frozenset("wp-content uploads static assets images img media content public files".split())


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
        file = self._found(unquote(split(address).path, errors="replace"), beside)
        if file is None:
            return ""
        if file not in self.taken:
            self.taken[file] = self._taken(file)
        return self.taken[file]

    def _found(self, path: str, beside: Path | None) -> Path | None:
        """Return the file of an address; none that is hidden, or leads out of its folder.

        WordPress names pictures by their sizes: the whole one is taken.
        """
        parts = [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]
        if not parts or not parts[-1].lower().endswith(FILES):
            return None
        for name in dict.fromkeys((_SIZE.sub("", parts[-1]), parts[-1])):
            wanted = [*parts[:-1], name]
            ways = [(beside, wanted)] if beside and not path.startswith("/") else []
            ways += [(top, wanted[at:]) for top in self.folders for at in range(len(wanted))]
            if file := next(filter(None, (self._inside(*way) for way in ways)), None):
                return file
        return None

    def _inside(self, folder: Path, parts: list[str]) -> Path | None:
        """Return a file below one of the folders."""
        try:
            file = folder.joinpath(*parts).resolve()
            inside = self._below(file, folder)
            is_hidden = inside is None or any(part.startswith(".") for part in inside.parts)
            return file if not is_hidden and file.is_file() else None
        except (OSError, ValueError, RuntimeError):  # no name of a file
            return None

    def _below(self, file: Path, *folders: Path) -> Path | None:
        """Return the path of a file below the first of the folders that it is in."""
        tops = (top.resolve() for top in (*folders, *self.folders))
        return next((file.relative_to(top) for top in tops if file.is_relative_to(top)), None)

    def _taken(self, file: Path) -> str:
        """Clean a file, and write it where it keeps its name and overwrites no other."""
        ending = file.suffix.lower()
        if ending in RECORDINGS:
            remedy = "put it into the content folder with its still and transcript"
            raise NotTakenError(f"is a recording: {remedy} (invoke docs content)")
        if ending == ".svg":
            raise NotTakenError("is an SVG, which may hold scripts: save it as PNG")
        data = file.read_bytes()
        try:
            is_picture = ending in PICTURES + NO_PICTURES
            _, clean = (cleaned if is_picture else documents.cleaned)(data, file.name)
        except (ImageError, DocumentError) as error:
            raise NotTakenError(str(error)) from None
        source = sha256_of(data)
        inside = self._below(file) or Path(file.name)
        folders = [slug_of(part) for part in inside.parts[:-1] if part.lower() not in _USUAL]
        kind = "docs" if ending in DOCUMENTS else "images"
        stem = "/".join(filter(None, [kind, *folders, slug_of(file.stem) or source[:12]]))
        for number in count(1):
            path = f"{stem}{f'-{number}' if number > 1 else ''}{ending}"
            there = self.content / path
            if self.ledger.source_of(path) == source and there.exists():
                break  # taken before, and perhaps changed by a writer since
            if there.exists() and there.read_bytes() != clean:
                continue
            if not there.exists():
                write_whole(there, clean)
            self.ledger.note(path, source, clean)
            break
        return path
