"""What single files were read as, kept from one build to the next.

Nothing is kept that depends on more than a file's path and bytes, and on what the whole cache
depends on: the plugin's code, the settings and the versions.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ..images.opening import ImageError
from ..images.screenshots import Image, PictureFolder, read_picture

KIND = "checked"


class Memory:
    """What was read from single files, by their paths and the hashes of their bytes.

    ``stored`` is what earlier builds kept, pickled. ``digests`` are those of all Markdown files
    that were read: path relative to the content folder, to hex digits.
    """

    def __init__(self, stored: Mapping[str, bytes] = MappingProxyType({})) -> None:
        self.digests: dict[str, str] = {}
        self._stored = stored
        self._known: dict[str, object] = {}
        self._used: set[str] = set()

    def changes(self) -> tuple[dict[str, bytes], set[str]]:
        """Return what is new, pickled, and the names of what nothing has asked for."""
        new = {key: pickle.dumps(self._known[key], 5) for key in self._used - self._stored.keys()}
        return new, self._stored.keys() - self._used

    def recall(self, key: str) -> Any:
        """Return what was kept by a key; None if nothing was."""
        if key not in self._known and key in self._stored:
            self._known[key] = pickle.loads(self._stored[key])
        if key in self._known:
            self._used.add(key)
        return self._known.get(key)

    def keep(self, key: str, value: object) -> None:
        """Remember what was read."""
        self._known[key] = value
        self._used.add(key)

    def pictures(self, content: Path) -> PictureFolder:
        """Return the pictures of a content folder; each is looked into when its bytes are new."""
        return PictureFolder(content, self._picture)

    def _picture(self, data: bytes, path: str, pixels: bool) -> Image:
        """Read as ``read_picture`` does. What is wrong with a picture is remembered as well."""
        key = f"{path}\0{pixels:d}\0{digest_of(data)}"
        found: Image | str | None = self.recall(key)
        if found is None:
            try:
                found = read_picture(data, path, pixels)
            except ImageError as error:
                found = str(error)
            self.keep(key, found)
        if isinstance(found, str):
            raise ImageError(found)
        return found


def digest_of(data: bytes) -> str:
    """Return the hex digits by which a file's bytes are known."""
    return blake2b(data, digest_size=16).hexdigest()
