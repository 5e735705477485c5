"""Articles and pages as they were read, kept by the content of their files, and read in parallel.

What is kept is the finished object as Pelican's reader gives it, before any
generator has touched it. It holds while the file has the same bytes, and every
other file that was opened to read it (an ``include``), too. What a plugin must
be told about, what warns, and what starts another program is never kept.
"""

from __future__ import annotations

import locale
import logging
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

import pelican.readers
from markdown import Markdown
from pelican.contents import Content
from pelican.generators import CachingGenerator

from .digests import of_file
from .lazily import freeze, lazy, revive
from .ledger import read_kept, write_kept
from .opens import Opened, opened
from .workers import Noise, share

SHARDS = 64
FEWEST_IN_PARALLEL = 48


class Kept(NamedTuple):
    """One file as it was read: its digest, other files with theirs, and the content taken apart.

    ``place`` is the locale that making it set for the whole process; empty if none.
    """

    digest: str
    others: tuple[tuple[str, str], ...]
    place: str
    light: dict[str, Any]
    rest: bytes

    def holds(self, digest: str) -> bool:
        """Whether it would be read in the same way."""
        return self.digest == digest and all(of_file(path) == was for path, was in self.others)


class Shelf:
    """What one generator reads, kept between builds; takes the place of Pelican's own cache.

    ``folder`` holds the shards, which are as good as ``fingerprint``;
    ``read_already`` are digests of files by path, of those that somebody has read.
    """

    def __init__(
        self,
        generator: CachingGenerator,
        folder: Path,
        fingerprint: str,
        read_already: Mapping[str, str],
        **how: Any,
    ) -> None:
        self.generator = generator
        self.folder = folder
        self.fingerprint = fingerprint
        self.read_already = read_already
        self.how = how
        self.kind = lazy(how["content_class"])
        self.shards: dict[int, dict[str, Kept]] = {}
        self.found: dict[str, Kept] = {}
        self.asked: dict[str, Kept | None] = {}
        self.digests: dict[str, str] = {}
        self.filled = False
        self.shared = {"settings": generator.settings, "context": generator.context}
        self.reading: tuple[str, AbstractContextManager[Opened], Opened, Noise] | None = None

    def load(self) -> None:
        """Read the shards; damaged ones, and those of other settings or code, are empty."""
        for number in range(SHARDS):
            found = read_kept(self.folder / f"{number:02}")
            same = isinstance(found, tuple) and found[0] == self.fingerprint
            rows = found[1] if same else {}
            self.shards[number] = {path: Kept._make(row) for path, row in rows.items()}

    def get(self, path: str, default: Any = None) -> Any:
        """The content of a file, as a new object; ``default`` if it must be read."""
        self._end_reading()
        kept = self._kept(path)
        if kept is None and not self.filled:
            self._fill()
            kept = self._kept(path)
        content = self._revive(kept) if kept else None
        self.asked[path] = kept
        if content is None:
            self._begin_reading(path)
            return default
        return content

    def put(self, path: str, content: Any) -> None:
        """Keep what has just been read."""
        found, noise = self._end_reading()
        if found and not noise:
            self.asked[path] = self._freeze(path, content, found)

    def save(self) -> None:
        """Keep what this build asked for, and no more; shards that stay the same are not written.

        Raises OSError.
        """
        self._end_reading()
        new: dict[int, dict[str, Kept]] = {number: {} for number in range(SHARDS)}
        for path, kept in self.asked.items():
            if kept:
                new[crc32(path.encode()) % SHARDS][path] = kept
        for number, rows in new.items():
            old = self.shards[number]
            if rows.keys() != old.keys() or any(rows[path] is not old[path] for path in rows):
                value = {path: tuple(kept) for path, kept in rows.items()}
                write_kept(self.folder / f"{number:02}", (self.fingerprint, value))
        for each in (self.asked, self.found, self.shards):  # nothing is asked for any more
            each.clear()

    def _kept(self, path: str) -> Kept | None:
        kept = self.found.get(path) or self.shards[crc32(path.encode()) % SHARDS].get(path)
        return kept if kept and kept.holds(self._digest(path)) else None

    def _digest(self, path: str) -> str:
        if path not in self.digests:
            self.digests[path] = self.read_already.get(path) or of_file(
                os.path.join(self.generator.path, path)
            )
        return self.digests[path]

    def _begin_reading(self, path: str) -> None:
        """The generator reads the file itself now: note what it opens and whether it warns."""
        watching, noise = opened(), Noise()
        logging.getLogger().addHandler(noise)
        self.reading = (path, watching, watching.__enter__(), noise)

    def _end_reading(self) -> tuple[Opened | None, int]:
        if self.reading is None:
            return None, 0
        _, watching, found, noise = self.reading
        self.reading = None
        watching.__exit__(None, None, None)
        logging.getLogger().removeHandler(noise)
        return found, noise.count

    def _fill(self) -> None:
        """Read in parallel what is not kept, if that is much."""
        self.filled = True
        missing = [path for path in self._paths() if self._kept(path) is None]
        if len(missing) < FEWEST_IN_PARALLEL:
            return
        for number, kept in share(len(missing), lambda number: self._read(missing[number])):
            if kept is not None:
                self.found[missing[number]] = kept

    def _paths(self) -> list[str]:
        """The files that the generator is about to read."""
        name = self.kind.__name__.upper()
        settings = self.generator.settings
        found = self.generator.get_files(
            settings[f"{name}_PATHS"], exclude=settings[f"{name}_EXCLUDES"]
        )
        return sorted(found)

    def _read(self, path: str) -> Kept | None:
        """Read one file, in a worker; None if that must be seen to happen."""
        # One instance for all files, for a new one costs as much as a short text. Here, in a
        # process of its own, nobody else's readers are touched.
        if pelican.readers.Markdown is Markdown:
            pelican.readers.Markdown = _Reused()
        with opened() as found:
            content = self.generator.readers.read_file(
                base_path=self.generator.path,
                path=path,
                context=self.generator.context,
                **self.how,
            )
        if not isinstance(content, Content) or not content.is_valid():
            return None
        return self._freeze(path, content, found)

    def _freeze(self, path: str, content: Any, found: Opened) -> Kept | None:
        if found.unseen or not self._holds_tomorrow(content):
            return None
        try:
            light, rest = freeze(content, self.shared)
        except Exception:  # a plugin put something there that no other process can have
            return None
        full = os.path.join(self.generator.path, path)
        if of_file(full) != self._digest(path):  # it was changed while it was read
            return None
        others = found.digests(besides=full)
        return Kept(self._digest(path), others, self._locale(content), light, rest)

    def _locale(self, content: Any) -> str:
        """The locale that making this content set for the whole process; empty if none."""
        formats = self.generator.settings["DATE_FORMATS"].get(getattr(content, "lang", None))
        chosen = formats or self.generator.settings["DEFAULT_DATE_FORMAT"]
        return chosen[0] if isinstance(chosen, tuple) else ""

    def _holds_tomorrow(self, content: Any) -> bool:
        """Whether time alone leaves the content as it is: not one that becomes public by it."""
        date = getattr(content, "date", None)
        if self.generator.settings["WITH_FUTURE_DATES"] or not isinstance(date, datetime):
            return True
        now = datetime.now(UTC) if date.tzinfo else datetime.now()
        return date <= now

    def _revive(self, kept: Kept) -> Any:
        """A new object of what was kept; None if it is not what it was."""
        content = revive(self.kind, kept.light, kept.rest, self.shared)
        if not self._holds_tomorrow(content):  # the clock went back
            return None
        if kept.place:  # as making it does
            locale.setlocale(locale.LC_ALL, kept.place)
        return content


class _Reused:
    """Makes Markdown converters like the class, but gives the same one for the same settings."""

    def __init__(self) -> None:
        self.made: list[tuple[dict[str, Any], Markdown, Any]] = []

    def __call__(self, **settings: Any) -> Markdown:
        """A converter, as good as new."""
        for known, converter, meta in self.made:
            if known == settings:
                if "meta" not in converter.preprocessors:  # Pelican takes it out of every one
                    converter.preprocessors.register(meta, "meta", META_PRIORITY)
                return converter.reset()
        converter = Markdown(**settings)
        if "meta" in converter.preprocessors and all(
            type(each).__module__.startswith(OWN) for each in converter.registeredExtensions
        ):
            self.made.append((dict(settings), converter, converter.preprocessors["meta"]))
        return converter


META_PRIORITY = 27  # as markdown.extensions.meta registers itself
# Extensions of which it is known that ``reset`` brings them back to their beginning.
OWN = ("markdown.extensions.", "newsroom.", "pelican.plugins.newsroom.")
