"""What headers and settings of other programs say, in YAML, TOML or JSON."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from frontmatter.default_handlers import BaseHandler, JSONHandler, YAMLHandler

ENDINGS = (".md", ".markdown", ".mdown", ".mkd")


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
    text = file.read_text("utf-8-sig", "replace")
    handler = next((one for one in _HANDLERS if one.detect(text)), None)
    if handler is None:
        return None
    try:
        header, body = handler.split(text)
        said = in_small_letters(handler.load(header))
    except Exception as error:  # each format has its own
        why = " ".join(str(error).split())
        raise ValueError(f"has a header that cannot be read: {why}") from None
    return MarkdownFile(said, body, text.count("\n", 0, len(text) - len(body)) + 1)


def read_settings(file: Path) -> dict[str, Any]:
    """Read a file of settings; nothing if it cannot be read."""
    load = {".toml": tomllib.loads, ".json": json.loads}.get(file.suffix, yaml.safe_load)
    try:
        return in_small_letters(load(file.read_text("utf-8-sig")))
    except (OSError, ValueError, yaml.YAMLError):
        return {}


def in_small_letters(said: object) -> dict[str, Any]:
    """Return settings by their names in small letters; none if they are of another form."""
    found = said if isinstance(said, dict) else {}
    return {str(key).lower(): value for key, value in found.items()}


def listed(said: Mapping[str, Any], *names: str) -> list[str]:
    """Return the texts of the first of some keys that is there; one text may name several."""
    found: Any = next((said[name] for name in names if said.get(name)), [])
    parts = found.split(",") if isinstance(found, str) else found
    if isinstance(parts, dict):
        parts = [parts]
    texts = list[str]()
    for part in parts if isinstance(parts, list) else ():
        text = part.get("name") or part.get("title") if isinstance(part, dict) else part
        texts.append(str(text or "").strip())
    return [text for text in texts if text]
