"""The HTML of bodies and summaries: converted once, and kept from build to build."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..incremental.build import Build
from ..incremental.digests import of_texts
from ..incremental.workers import share
from ..model.newsroom import Newsroom
from ..reading.bodies import BodyReader

HTML, SUMMARIES = "html", "summaries"


class Converted:
    """The HTML of a newsroom's files, by path; new files are converted in parallel.

    ``sources`` are the digests of their bytes. If it ``lasts``, the HTML depends on these
    bytes alone, and is kept.
    """

    def __init__(
        self,
        newsroom: Newsroom,
        reader: BodyReader,
        build: Build,
        sources: Mapping[str, str],
        lasts: bool,
    ) -> None:
        self.texts = {entry.path: (entry.body.text, entry.summary) for entry in newsroom.entries}
        self.texts |= {author.path: (author.biography.text, "") for author in newsroom.authors}
        self.texts |= {goal.path: (goal.body.text, "") for goal in newsroom.goals}
        self._reader, self._cache, self._lasts = reader, build.cache, lasts
        self._names = {path: f"{path} {sources[path]}" for path in self.texts}
        kept = self._cache.get(SUMMARIES, "all") if lasts else None
        before: dict[str, str] = json.loads(kept) if kept else {}
        missing = [path for path, name in self._names.items() if name not in before]
        done = share(
            len(missing) if build.key else 0, lambda number: self._convert(missing[number])
        )
        new = {path: done.get(at) or self._convert(path) for at, path in enumerate(missing)}
        self._html = {path: html for path, (html, _) in new.items()}
        self.summaries = {
            path: new[path][1] if path in new else before[name]
            for path, name in self._names.items()
        }
        now = {name: self.summaries[path] for path, name in self._names.items()}
        if lasts and now != before:
            html = {self._names[path]: html.encode() for path, html in self._html.items()}
            self._cache.put(HTML, html, before.keys() - now.keys())
            self._cache.put(SUMMARIES, {"all": json.dumps(now).encode()})

    def _convert(self, path: str) -> tuple[str, str]:
        body, summary = self.texts[path]
        html = self._reader.made.get(body)
        if html is None:
            html = self._reader.convert(body)
        return html, self._reader.convert(summary) if summary else ""

    def html(self, path: str) -> str:
        """Return the HTML of a body."""
        if path not in self._html:
            kept = self._cache.get(HTML, self._names[path])
            self._html[path] = self._convert(path)[0] if kept is None else kept.decode()
        return self._html[path]

    def said(self, path: str) -> str:
        """Return the digest of the HTML, if the file's bytes alone do not decide it; or nothing."""
        return "" if self._lasts else of_texts((self.html(path), self.summaries[path]))
