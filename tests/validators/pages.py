"""Pages: HTML by two checkers, and the microformats in it as a parser takes them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import mf2py

from tests.validators.installed import HERE, java, node, node_package, run

# For a Java that runs for seconds: to compile better takes longer than it saves.
BRIEFLY = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss8m")


def html(folder_or_files: Path | Iterable[Path]) -> list[str]:
    """What the Nu Html Checker says of these pages, warnings too, all read by one Java."""
    files = _pages(folder_or_files)
    if not files:
        return ["no page to validate"]
    jar = node_package("vnu-jar/build/dist/vnu.jar")
    done = run(
        java(), *BRIEFLY, "-jar", str(jar), "--Werror", "--stdout", "--format", "json", *files
    )
    try:
        messages = json.loads(done.stdout)["messages"]
    except ValueError:
        return [f"vnu failed: {done.stdout[-300:]}{done.stderr[-300:]}"]
    return [_said_by_vnu(message) for message in messages]


def _said_by_vnu(message: dict[str, Any]) -> str:
    file = unquote(urlsplit(message.get("url", "")).path)
    line = message.get("lastLine", 1)
    return f"{file}:{line}: {message['message']} {message.get('extract', '')!r}"


def html_validate(files: Path | Iterable[Path]) -> list[str]:
    """What html-validate says of these pages, warnings too; README.md says which rules are off."""
    paths = _pages(files)
    if not paths:
        return ["no page to validate"]
    program = node_package("html-validate/bin/html-validate.mjs")
    settings = ("--config", str(HERE / "htmlvalidate.json"), "--formatter", "json")
    done = run(node(), str(program), *settings, *paths)
    try:
        reports = json.loads(done.stdout)
    except ValueError:
        return [f"html-validate failed: {done.stdout[-300:]}{done.stderr[-300:]}"]
    return [
        f"{report['filePath']}:{message['line']}: {message['message']} [{message['ruleId']}]"
        for report in reports
        for message in report["messages"]
    ]


def microformats(html: str, url: str) -> list[dict[str, Any]]:
    """The microformats2 items of a page that is at this URL."""
    items: list[dict[str, Any]] = mf2py.parse(doc=html, url=url)["items"]
    return items


def _pages(folder_or_files: Path | Iterable[Path]) -> list[str]:
    """Pages by name. A folder is searched here: vnu would take its pictures for pages as well."""
    if not isinstance(folder_or_files, Path):
        return [str(file) for file in folder_or_files]
    if folder_or_files.is_dir():
        return [str(file) for file in sorted(folder_or_files.rglob("*.html"))]
    return [str(folder_or_files)]
