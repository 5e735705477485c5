"""What files of entries said at earlier commits, as far as it decides whether that was public."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from ..images.screenshots import PictureFolder
from ..model.body import Body, Link, find_placeholders
from ..model.entry import Entry
from ..model.settings import Settings
from ..model.signed import signed_text
from ..model.version import Said, shown_text
from ..reading.bodies import BodyReader
from ..reading.fields import Context
from ..reading.scan import read_source
from ..reading.signs import held_back_in_vain
from .branch import KIND, Store
from .repository import Repository

_FACTS = "facts"
TEXTS = "versions"
# What is wrong in a text that was never meant to be published as it was.
_UNFINISHED = {"placeholder", "status", "unknown-key"}
_NAMED = re.compile(r"[{|]filename[}|]([^\s()<>\"'#?|]+)")

Blob = tuple[str, str]
"""The path of a file at a commit, and the hash of its bytes."""


class Earlier(NamedTuple):
    """A file at a commit: from when on it was due, if ever, and whether it was shown then.

    ``digest`` is the SHA-256 of its signed text, ``alike`` that of what is shown of it, ``links``
    are the paths that its text leads to.
    """

    due: datetime | None = None
    shown: bool = False
    digest: str = ""
    alike: str = ""
    links: frozenset[str] = frozenset()


class _Bodies(BodyReader):
    """Converts a body only where it may say that it is not finished."""

    def read(self, text: str, first_line: int) -> Body:
        if find_placeholders(text) or any(held_back_in_vain(text, True)):
            return self.read_whole(text, first_line)
        return Body(text, line=first_line)


@dataclass(frozen=True)
class Files:
    """The files of earlier commits, from what is kept or from git."""

    repository: Repository
    context: Context
    store: Store

    @classmethod
    def of(
        cls,
        repository: Repository,
        content: Path,
        settings: Settings,
        now: datetime,
        store: Store,
    ) -> Files:
        """Return those of a repository, to be read with the settings of a site."""
        pictures = PictureFolder(content)
        return cls(repository, Context(settings, now, pictures, _Bodies(settings)), store)

    def facts(self, wanted: Iterable[Blob]) -> Mapping[Blob, Earlier]:
        """Return what decides whether files were public. Raises HistoryError."""
        stored = self.store.get(KIND, _FACTS)
        kept = pickle.loads(stored) if stored else {}
        found = {each: Earlier(*kept[each]) for each in wanted if each in kept}
        paths: dict[str, list[str]] = {}
        for path, blob in wanted:
            if (path, blob) not in found:
                paths.setdefault(blob, []).append(path)
        texts = {}
        for blob, source in self.repository.blobs(paths) if paths else ():
            for path in paths[blob]:
                found[path, blob], said = self._read(path, source)
                if said:
                    texts[f"{blob} {path}"] = pickle.dumps(said, 5)
        if texts or found.keys() != kept.keys():
            gone = (f"{blob} {path}" for path, blob in kept.keys() - found.keys())
            self.store.put(TEXTS, texts, gone)
            facts = {each: tuple(earlier) for each, earlier in found.items()}
            self.store.put(KIND, {_FACTS: pickle.dumps(facts, 5)})
        return found

    def said(self, path: str, blob: str) -> Said:
        """Return the text and the entry of a file that was shown. Raises HistoryError."""
        stored = self.store.get(TEXTS, f"{blob} {path}")
        if stored:
            said: Said = pickle.loads(stored)
            return said
        (_, source), *_ = self.repository.blobs([blob])
        _, said_there = self._read(path, source)
        assert said_there, "it was an entry when the facts were read"
        return said_there

    def _read(self, path: str, source: bytes) -> tuple[Earlier, Said | None]:
        """Read a file as it was. What is no entry, or no finished one, was never due."""
        reading = read_source(path, "entry", source, self.context)
        entry = reading.made
        broken = any(not each.is_warning and each.rule in _UNFINISHED for each in reading.problems)
        if not isinstance(entry, Entry) or reading.is_draft or not entry.dated or broken:
            return Earlier(), None
        shown, text = entry.status != "hidden" and not entry.withdrawn, signed_text(source)
        digest, alike = digests_of(text)
        named = _NAMED.findall(text.decode("utf-8", "replace"))
        links = frozenset(Link("filename", each, 1).target_from(path) for each in named)
        earlier = Earlier(entry.date, shown, digest, alike, links)
        return earlier, (text, replace(entry, body=Body(""))) if shown else None


def digests_of(text: bytes) -> tuple[str, str]:
    """Return the SHA-256 of a text, and that of what is shown of it."""
    return sha256(text).hexdigest(), sha256(shown_text(text).encode()).hexdigest()
