"""Which kind of source a file or folder is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import tzinfo
from pathlib import Path

from ..model.problems import CommandError
from .source import Source


def read_source(named: Path, home: str, posts: str, zone: tzinfo) -> Source:
    """Read a source; ``home`` is the address of the old site, if the person said it.

    ``posts`` names the folder of the posts in a folder, or their kind in a WordPress export.
    Raises CommandError for what is no source.
    """
    if named.is_dir():
        from .markdown_sites import read_folder

        if posts and not (named / posts).resolve().is_relative_to(named.resolve()):
            raise CommandError(f"--posts: {posts} is no folder of {named}")
        return read_folder(named, str(named), posts, home, zone)
    source = _read_file(named, posts, zone)
    beside = (named.parent / name for name in ("wp-content/uploads", "uploads"))
    folders = tuple(folder for folder in beside if folder.is_dir())
    return replace(source, home=(home or source.home).rstrip("/"), folders=folders)


def _read_file(file: Path, posts: str, zone: tzinfo) -> Source:
    """Read a file by how it begins. Each kind needs libraries of its own."""
    data, shown = file.read_bytes(), str(file)
    begins = data[:20_000].replace(b"\\/", b"/")
    if b"wp:wxr_version" in begins:
        from .wordpress import read_wordpress

        return read_wordpress(shown, data, posts, zone)
    from .feed_files import read_json_feed, read_xml_feed

    if b"jsonfeed.org/version" in begins and not begins.lstrip().startswith(b"<"):
        return read_json_feed(shown, data, zone)
    if re.search(rb"<(?:rss|feed|rdf:RDF)[\s>]", begins):
        return read_xml_feed(shown, data, zone)
    raise CommandError(
        f"{shown} is none that can be read: neither a WordPress export, nor Atom, RSS or a"
        " JSON Feed; and no folder"
    )
