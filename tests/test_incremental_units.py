"""What of a build is kept for the next one, told of units without a site."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

import pytest
from newsroom.incremental.build import Build
from newsroom.incremental.stage import Stage

log = logging.getLogger("newsroom")


def build(folder: Path, warning: dict[str, str] | None = None) -> list[str]:
    """Build two pages from the same inputs as ever; returns those that were made.

    Some are made with a ``warning``. Pelican says a text once, so each is another.
    """
    content, made = folder / "content", []
    content.mkdir(exist_ok=True)
    this = Build.of(content, Stage(folder / "output"))

    def page(path: str) -> list[str]:
        made.append(path)
        if warning and path in warning:
            log.warning("%s: %s", path, warning[path])
        return [this.write(path, b"a page")]

    this.begin("the same code")
    if not this.keeps_all("the same content"):
        for path in ("one.html", "two.html"):
            this.make(path, "the same inputs", partial(page, path))
        this.make_all()
    this.commit()
    return made


def test_what_has_not_changed_is_kept(tmp_path: Path) -> None:
    assert build(tmp_path) == ["one.html", "two.html"]
    assert build(tmp_path) == []


def test_what_warned_is_made_again_to_warn_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    build(tmp_path, {"two.html": "something is odd"})
    caplog.clear()
    assert build(tmp_path, {"two.html": "it is still odd"}) == ["two.html"]
    assert caplog.messages == ["two.html: it is still odd"]
    assert build(tmp_path) == ["two.html"]
    assert build(tmp_path) == []
