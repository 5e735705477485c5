"""Bodies of entries: read by Pelican's Markdown reader, and kept from build to build.

A header is interpreted once, by the scan. Pelican would interpret it again, in
its own way: stop at a date that it cannot read, skip a draft without a title.
Only the body and the summary are left to it.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pelican.contents import Content
from pelican.readers import MarkdownReader, Readers

from ..incremental.build import Build
from ..incremental.digests import of_texts
from ..incremental.trust import knows_markdown
from ..incremental.workers import noise, share

BODY, HTML = "body", "html"
_UNQUOTED = re.compile(r"""=\s*["']?[{|]\w+[|}](?P<value>[^\s"'>]*)""")
_ATTACHES = re.compile(r"[{|]attach[}|]")

logger = logging.getLogger(__name__)


class EntryReader(MarkdownReader):  # type: ignore[misc]  # Pelican has no types
    """Reads a body and its summary; the header is for the scan to read."""

    def process_metadata(self, name: str, value: Any) -> Any:
        """Leave every value as it is written."""
        return value

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """Return the body's HTML, and that of the summary."""
        content, written = super().read(source_path)
        return content, {"summary": written.get("summary", "")}


class AsRead(Content):  # type: ignore[misc]  # Pelican has no types
    """A content with what was read, and nothing made of it."""

    def __init__(
        self,
        content: str,
        metadata: Mapping[str, Any],
        settings: Mapping[str, Any],
        source_path: str,
        context: Mapping[str, Any],
    ) -> None:
        self._content, self.metadata, self.settings = content, metadata, settings
        self.source_path, self._context = source_path, context


@dataclass(frozen=True)
class Body:
    """What is known of a body without a look into it.

    ``source`` is the digest of its file, ``read`` of what was read: HTML and summary.
    ``named`` is what it links to inside the site, as written; ``statics`` are the files.
    """

    source: str
    read: str
    summary: str
    named: tuple[str, ...]
    statics: tuple[str, ...]
    is_pictured: bool
    attaches: bool


def named_in(html: str, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a text links to inside the site: each in all ways it may be meant."""
    if "{" not in html and "|" not in html:
        return ()
    named: dict[str, None] = {}
    # Pelican finds links in quotation marks, and a body that we have set something into has
    # them everywhere.
    pelicans = AsRead(html, {}, settings, "", {})._get_intrasite_link_regex()
    for regex in (pelicans, _UNQUOTED):
        for found in regex.finditer(html):
            for written in (found["value"], unescape(found["value"])):
                path = urlsplit(written).path
                named |= dict.fromkeys((path, unquote(path)))
    return tuple(named)


def attaches(html: str) -> bool:
    """Whether a text moves a static file beside it."""
    return bool(_ATTACHES.search(html))


@dataclass(frozen=True)
class BodyReader:
    """Reads the bodies below ``content``, whose files have the digests ``sources``.

    A body is kept if all that takes part in reading it is known.
    """

    readers: Readers
    content: Path
    settings: Mapping[str, Any]
    build: Build
    sources: Mapping[str, str]
    _html: dict[str, str] = field(default_factory=dict)

    def read_all(self, paths: Iterable[str]) -> dict[str, Body]:
        """Read bodies, those that are not kept, by path; one that cannot be read is missing."""
        keeps = bool(self.build.key) and knows_markdown(self.settings["MARKDOWN"])
        before = self.build.cache.all(BODY) if keeps else {}
        found = {path: body for path, kept in before.items() if (body := self._revived(path, kept))}
        wanted = list(paths)
        bodies = {path: found[path] for path in wanted if path in found}
        missing = [path for path in wanted if path not in found]
        new = self._read_missing(missing)
        if keeps:
            lasting = {path: body for path, (body, lasts) in new.items() if lasts}
            gone = before.keys() - bodies.keys() - lasting.keys()
            written = {path: json.dumps(asdict(body)).encode() for path, body in lasting.items()}
            html = {path: self._html[path].encode() for path in lasting}
            self.build.cache.put(HTML, html, gone)
            self.build.cache.put(BODY, written, gone)
        return bodies | {path: body for path, (body, _) in new.items()}

    def html(self, path: str) -> str:
        """Return the HTML of a body that was read."""
        if path not in self._html:
            kept = self.build.cache.get(HTML, path)
            # It was damaged since: what is read now is what was read then.
            self._html[path] = self._read(path)[1] if kept is None else kept.decode()
        return self._html[path]

    def _revived(self, path: str, kept: bytes) -> Body | None:
        """Return what was kept of a body, if its file is as it was."""
        said = json.loads(kept)
        if said["source"] != self.sources.get(path):
            return None
        said["named"], said["statics"] = tuple(said["named"]), tuple(said["statics"])
        return Body(**said)

    def _read_missing(self, paths: list[str]) -> dict[str, tuple[Body, bool]]:
        """Read bodies, in parallel; with each, whether it lasts: one that warns does so again."""
        work = len(paths) if self.build.key else 0
        done = share(work, lambda number: self._read(paths[number]))
        bodies: dict[str, tuple[Body, bool]] = {}
        for number, path in enumerate(paths):
            with noise() as heard:
                try:
                    body, html = done[number] if number in done else self._read(path)
                except Exception:
                    logger.exception("Could not process %s", path, exc_info=False)
                    continue
            bodies[path], self._html[path] = (body, not heard.count), html
        return bodies

    def _read(self, path: str) -> tuple[Body, str]:
        """Read one file. Raises whatever its reader raises."""
        found: AsRead = self.readers.read_file(
            str(self.content), path, content_class=AsRead, context={}
        )
        html, summary = found._content, str(found.metadata["summary"])
        body = Body(
            source=self.sources.get(path, ""),
            read=of_texts((html, summary)),
            summary=summary,
            named=named_in(html, self.settings),
            statics=tuple(found.get_static_links()),
            is_pictured="<img" in html,
            attaches=attaches(html) or attaches(summary),
        )
        return body, html
