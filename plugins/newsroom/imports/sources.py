"""Which kind of source a file or folder is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path

from ..model.problems import CommandError
from .source import Source


def read_source(named: Path, home: str, posts: str, zone: tzinfo) -> Source:
    """Read a source; ``home`` is the address of the old site, if the person said it.

    ``posts`` is the folder of the posts in a folder. Raises CommandError for what is none.
    """
    shown = str(named)
    if named.is_dir():
        from .markdown_sites import read_folder

        if posts and not (named / posts).resolve().is_relative_to(named.resolve()):
            raise CommandError(f"--posts: {posts} is no folder of {shown}")
        return read_folder(named, shown, posts, home, zone)
    data = named.read_bytes()
    found = _reader(data)
    if found is None:
        raise CommandError(
            f"{shown} is none that can be read: neither a WordPress export, nor Atom, RSS or a"
            " JSON Feed; and no folder"
        )
    source = found(shown, data, zone)
    beside = tuple(
        folder
        for name in ("wp-content/uploads", "uploads")
        if (folder := named.parent / name).is_dir()
    )
    return replace(source, home=(home or source.home).rstrip("/"), folders=beside)


def _reader(data: bytes) -> Callable[[str, bytes, tzinfo], Source] | None:
    """Return what reads a file, by how it begins. Each needs libraries of its own."""
    if b"wp:wxr_version" in data[:20_000]:
        from .wordpress import read_wordpress

        return read_wordpress
    from . import feed_files

    if feed_files.is_json_feed(data):
        return feed_files.read_json_feed
    return feed_files.read_xml_feed if feed_files.is_xml_feed(data) else None
