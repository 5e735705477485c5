"""What was read from single files, kept by their bytes."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from hashlib import new
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..attachments.documents import extras
from ..attachments.faults import DocumentError, NoLibraryError
from ..images.opening import ImageError
from ..images.screenshots import PictureFolder, read_picture
from ..model.keys import Picture
from ..model.signed import SignatureFile
from .bodies import BodyReader
from .signature_files import checked_signature, signature_file

KIND = "checked"


class Memory:
    """What was read from single files, by their paths and the hashes of their bytes.

    ``stored`` is what earlier builds kept, pickled. ``digests`` are those of all Markdown and
    signature files that were read: path relative to the content folder, to hex digits; ``bodies``
    has read what is below their headers.
    """

    def __init__(self, stored: Mapping[str, bytes] = MappingProxyType({})) -> None:
        self.digests: dict[str, str] = {}
        self.bodies: BodyReader | None = None
        self._stored = stored
        self._used: set[str] = set()
        self._new: dict[str, object] = {}

    def changes(self) -> tuple[dict[str, bytes], set[str]]:
        """Return what is new, pickled, and the names of what nothing has asked for."""
        new = {key: pickle.dumps(value, 5) for key, value in self._new.items()}
        return new, self._stored.keys() - self._used

    def recall(self, key: str) -> Any:
        """Return what was kept by a key; None if nothing was."""
        if key not in self._stored:
            return self._new.get(key)
        self._used.add(key)
        return pickle.loads(self._stored[key])

    def keep(self, key: str, value: object) -> None:
        """Remember what was read."""
        self._new[key] = value

    def extras(self, data: bytes, path: str) -> tuple[str, ...]:
        """Name what a document says besides its content, looked into when its bytes are new.

        Raises DocumentError.
        """
        key = f"{path}\0extras\0{digest_of(data)}"
        found: tuple[str, ...] | str | None = self.recall(key)
        if found is None:
            try:
                found = extras(data, path)
            except NoLibraryError:
                raise
            except DocumentError as error:
                found = str(error)
            self.keep(key, found)
        if isinstance(found, str):
            raise DocumentError(found)
        return found

    def signatures(
        self, files: Mapping[str, bytes | None], text: bytes, domain: str
    ) -> tuple[SignatureFile, ...]:
        """Hold signature files, those that could be read, against the text that they sign.

        Without a domain that they are for, none is checked.
        """
        read = {path: data for path, data in files.items() if data is not None}
        self.digests.update({path: digest_of(data) for path, data in read.items()})
        return tuple(self._signature(*file, text, domain) for file in read.items())

    def _signature(self, path: str, armoured: bytes, text: bytes, domain: str) -> SignatureFile:
        file = signature_file(path, armoured)
        key = f"{path}\0{domain}\0{self.digests[path]}\0{digest_of(text)}"
        found: SignatureFile | None = self.recall(key) if domain else file
        if found is None:
            found = checked_signature(file, text, domain)
            self.keep(key, found)
        return found

    def pictures(self, content: Path) -> PictureFolder:
        """Return the pictures of a content folder; each is looked into when its bytes are new."""
        return PictureFolder(content, self._picture)

    def _picture(self, data: bytes, path: str, pixels: bool) -> Picture:
        """Read as ``read_picture`` does. What is wrong with a picture is remembered as well."""
        key = f"{path}\0{pixels:d}\0{digest_of(data)}"
        found: Picture | str | None = self.recall(key)
        if found is None:
            try:
                found = read_picture(data, path, pixels)
            except ImageError as error:
                found = str(error)
            self.keep(key, found)
        if isinstance(found, str):
            raise ImageError(found)
        return found


def digest_of(data: bytes, algorithm: str = "sha1") -> str:
    """Return the hex digits by which a file's bytes are known: here, and to git."""
    digest = new(algorithm, b"blob %d\0" % len(data), usedforsecurity=False)
    digest.update(data)
    return digest.hexdigest()
