"""Files of Markdown with a header in YAML, TOML or JSON."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

ENDINGS = (".md", ".markdown", ".mdown", ".mkd")
_LARGEST = 5_000_000


class _Toml(BaseHandler):
    """Reads ``+++`` with the standard library: frontmatter's own handler needs another."""

    FM_BOUNDARY = re.compile(r"^\+{3,}\s*$", re.M)
    START_DELIMITER = END_DELIMITER = "+++"

    def load(self, fm: str, **_options: object) -> dict[str, Any]:
        return tomllib.loads(fm)


_HANDLERS = (YAMLHandler(), _Toml(), JSONHandler())


@dataclass(frozen=True)
class MarkdownFile:
    """A file with its header, whose keys are in small letters, and its body from a line on."""

    said: dict[str, Any]
    body: str
    line: int


def read_front_matter(file: Path) -> MarkdownFile | None:
    """Read a file; None if it has no header. Raises ValueError with what is wrong with it."""
    data = file.read_bytes()
    if len(data) > _LARGEST:
        raise ValueError("is larger than 5 MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    handler = next((one for one in _HANDLERS if one.detect(text)), None)
    if handler is None:
        return None
    try:
        header, body = handler.split(text)
        found = handler.load(header)
    except Exception as error:  # each format has its own
        raise ValueError(
            f"has a header that cannot be read: {' '.join(str(error).split())}"
        ) from None
    if not isinstance(found, dict):
        return None
    said = {str(key).lower(): value for key, value in found.items()}
    return MarkdownFile(said, body, text.count("\n", 0, len(text) - len(body)) + 1)
