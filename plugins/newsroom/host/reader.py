"""Pelican's Markdown reader, without its reading of headers.

A header is interpreted once, by the scan. Pelican would interpret it again, in
its own way: stop at a date that it cannot read, skip a draft without a title.
Only the body and the summary are left to it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pelican.readers import MarkdownReader

_UNREAD = datetime(1970, 1, 1, tzinfo=UTC)


class EntryReader(MarkdownReader):  # type: ignore[misc]  # Pelican has no types
    """Gives a body with just the metadata that Pelican insists on; the join sets the rest."""

    def process_metadata(self, name: str, value: Any) -> Any:
        """Leave every value as it is written, but for the site's default category."""
        return super().process_metadata(name, value) if name == "category" else value

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """The body's HTML, and a title, date, status and summary to begin with."""
        content, written = super().read(source_path)
        metadata = {"title": "-", "date": _UNREAD, "status": "published"}
        return content, metadata | {"summary": written.get("summary", "")}
