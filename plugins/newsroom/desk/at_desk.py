"""Work at the desk from the command line: done, told, and what is to be written opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from .. import command
from .plainly import said_plainly


def work_at(conf: Path, work: Callable[..., list[str]], given: dict[str, Any], *first: str) -> None:
    """Do some work at the desk, say what was done, and open what is to be written."""
    # Here, so that a build need not wait for what only the desk uses.
    from .desk import how_to_publish, open_editor
    from .terminal import say

    with said_plainly():
        desk = command.open_desk(conf, given.get("content") or None)
        options = {key: value for key, value in given.items() if isinstance(value, str)}
        said = work(desk, *first, options)
        say(said)
        draft = drafted(said, desk.content)
        if draft and "no_editor" in given:
            if not given["no_editor"]:
                open_editor(desk, draft)
            say(how_to_publish(desk, draft))


def drafted(said: list[str], content: Path) -> str:
    """The last file that was created, relative to the content folder."""
    marks = [line.split()[1] for line in said if line.startswith("created ")]
    return marks[-1].removeprefix(f"{content.name}/") if marks else ""
