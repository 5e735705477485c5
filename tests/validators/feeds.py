"""Feeds: Atom against RFC 4287, JSON Feed against its schema, both as a reader takes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import feedparser
from jsonschema import Draft4Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from tests.validators.installed import grammar, jing, run

LOCATED = re.compile(r"^(?P<file>.+?):(?P<line>\d+):\d+: (?:fatal|error|warning): (?P<text>.+)$")


def atom(files: Iterable[Path]) -> list[str]:
    """What RFC 4287 forbids in these feeds, all read by one jing.

    At a file that is no XML it stops, and says nothing of those that come after.
    """
    paths = [str(file) for file in files]
    if not paths:
        return ["no Atom feed to validate"]
    done = run(jing(), "-c", str(grammar("rfc4287.rnc")), *paths)
    complaints = [_readable(line) for line in done.stdout.splitlines()]
    if done.returncode != 0 and not complaints:
        return [f"jing failed: {done.stderr.strip()}"]
    return complaints


def _readable(line: str) -> str:
    found = LOCATED.match(line)
    return f"{found['file']}:{found['line']}: {found['text']}" if found else line


def feed(path: Path) -> list[str]:
    """What a feed reader stumbles over."""
    # Bytes, since feedparser would take a path for an address.
    parsed = feedparser.parse(path.read_bytes())
    if parsed.bozo:
        return [f"{path}: {parsed.bozo_exception}"]
    return [] if parsed.version else [f"{path}: no feed"]


def json_feed(file: Path) -> list[str]:
    """What JSON Feed 1.1 forbids in this feed."""
    schema, older = (
        json.loads(grammar(name).read_text("utf-8"))
        for name in ("json-feed.json", "json-feed-1.json")
    )
    # The newer schema refers to the older by the address that is its id: it is not fetched.
    known = Registry().with_resource(older["id"], DRAFT4.create_resource(older))
    validator = Draft4Validator(
        schema, registry=known, format_checker=Draft4Validator.FORMAT_CHECKER
    )
    try:
        document = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        return [f"{file}: {error}"]
    return [
        f"{file}: {error.json_path}: {error.message[:300]}"
        for error in validator.iter_errors(document)
    ]
