"""Work at the desk from the command line: done, told, and what is to be written opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .. import command
from .plainly import said_plainly

if TYPE_CHECKING:
    from .desk import Desk
    from .result import Result


def work_at(conf: str, work: Callable[..., Result], given: dict[str, Any], *first: str) -> None:
    """Do some work at the desk, say what was done, and open what is to be written."""
    # Here, so that a build need not wait for what only the desk uses.
    from .desk import open_editor, told
    from .next_steps import next_steps
    from .terminal import say

    with said_plainly():
        desk = command.open_desk(command.project_file(conf), given.get("content") or None)
        options = {key: value for key, value in given.items() if isinstance(value, str)}
        result = _worked(desk, lambda desk: work(desk, *first, options))
        say(told(desk, result))
        if result.draft and not given.get("no_editor"):
            open_editor(desk, result.draft)
        say(next_steps(desk, result, given.get("content") or ""))


def _worked(desk: Desk, work: Callable[[Desk], Result]) -> Result:
    """The work done; begun anew, with the answers so far, if the person went back a question."""
    from .asking import GoBack

    while True:
        try:
            return work(desk)
        except GoBack:
            desk.asker.back()
            desk = desk.again()
