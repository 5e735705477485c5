"""Pelican's Markdown reader, without its reading of headers.

A header is interpreted once, by the scan. Pelican would interpret it again, in
its own way: stop at a date that it cannot read, skip a draft without a title.
Only the body and the summary are left to it.

With the body go a few notes of what is in it, so that a build which does not show
it need not look into it. Pelican makes attributes of the content of them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pelican.readers import MarkdownReader

from .inputs import digest_of, named_in

_UNREAD = datetime(1970, 1, 1, tzinfo=UTC)


class EntryReader(MarkdownReader):  # type: ignore[misc]  # Pelican has no types
    """Gives a body with just the metadata that Pelican insists on; the join sets the rest."""

    def process_metadata(self, name: str, value: Any) -> Any:
        """Leave every value as it is written, but for the site's default category."""
        return super().process_metadata(name, value) if name == "category" else value

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """The body's HTML; a title, date, status and summary to begin with; and the notes.

        ``newsroom_read`` is the digest of HTML and summary, which may be made of more files
        than their own: Markdown has such extensions. ``newsroom_pictured`` is whether the body
        may show pictures, ``newsroom_named`` what it links to inside the site, as written.
        """
        content, written = super().read(source_path)
        summary = written.get("summary", "")
        notes = {
            "newsroom_read": digest_of((content, summary)),
            "newsroom_pictured": "<img" in content,
            "newsroom_named": named_in(content, self.settings),
        }
        metadata = {"title": "-", "date": _UNREAD, "status": "published", **notes}
        return content, metadata | {"summary": summary}
