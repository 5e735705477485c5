"""Every file of a published site with its hash, and when the site was built."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path


@dataclass(frozen=True)
class Manifest:
    """What a publish made.

    ``files`` are paths relative to the site's root (POSIX), each with the SHA-256 of
    its bytes in hex; ``built`` is the one time that the build read.
    """

    built: datetime
    files: Mapping[str, str]

    @classmethod
    def of(cls, folder: Path, paths: Iterable[str], built: datetime) -> Manifest:
        """Hash the files of a folder."""
        return cls(built, {path: hash_of(folder / path) for path in sorted(paths)})

    @classmethod
    def read(cls, text: str) -> Manifest:
        """Read what ``text`` wrote. Raises ValueError for what is no manifest."""
        try:
            found = json.loads(text)
            return cls(datetime.fromisoformat(found["built"]), dict(found["files"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"this is no manifest: {error}") from None

    def text(self) -> str:
        """Write it as JSON: one file a line, in the order of their paths."""
        written = {"built": self.built.isoformat(), "files": dict(sorted(self.files.items()))}
        return json.dumps(written, ensure_ascii=False, indent=1) + "\n"


def hash_of(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    return sha256(file.read_bytes()).hexdigest()
