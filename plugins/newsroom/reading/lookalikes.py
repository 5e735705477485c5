"""What looks like a link, a task or the day of one, and would be shown as it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ..model.problems import Severity

WHATS = ("cite", "filename", "static", "attach", "category", "tag", "index")
OUR_MARK = re.compile(rf"\{{(?:{'|'.join(WHATS)}|author)\}}(?=\S)")
_NO_TASK = re.compile(
    r"(?:^|\n)[ \t]*(?:[-*+\u2022]|\d+[.)])?[ \t]*(?P<box>\[\s*[xX\u2713\u2714]?\s*\])"
)
_NO_DAY = re.compile(r"(?<![\w/])(?:due|done)\s?:\s?\d{4}-\d", re.I)
_NO_DAY_IN_TASK = re.compile(r"(?<![\w/])(?:due|done)\s?:", re.I)
_NO_LINK = re.compile(
    r"(?<!\w)!?\[(?!\d+\])[^\[\]]+\]\[[^\[\]]*\]|\[[^\[\]]*\]\s?\((?:https?:|mailto:)"
)
_NO_ADVICE = re.compile(r"\{:?\s*\.?advice\s*\}", re.I)
_NO_LINKS = (
    (OUR_MARK, "[text]({}…), or put it between backticks"),
    (_NO_LINK, "[text](address), or the line that says where the reference leads"),
)


def lookalikes(
    text: str, in_task: bool, written: Callable[[int], str]
) -> Iterator[tuple[int, str, str, Severity]]:
    """Yield where in the text of a block something is none, the rule, and what to do.

    ``written`` returns the line of the source that an offset in the text is in.
    """
    for pattern, remedy in _NO_LINKS:
        for found in pattern.finditer(text):
            shown = " ".join(found[0].split())
            message = f"{shown} is no link here and would be shown as it is: write"
            yield found.start(), "link", f"{message} {remedy.format(shown)}", Severity.ERROR
    for found in _NO_ADVICE.finditer(text):
        message = f"{found[0]} begins no advice here and would be shown as it is: end a heading"
        remedy = "with it, ## What you should do now {.advice}"
        yield found.start(), "advice", f"{message} {remedy}", Severity.ERROR
    for found in _NO_TASK.finditer(text):
        box, line = found["box"], written(found.start("box"))
        if box in line and f"\\{box}" not in line:
            message = f"{box} makes no task here and would be shown as it is: write an item"
            remedy = "of a list, - [ ] Text or - [x] Text"
            yield found.start("box"), "commitment", f"{message} {remedy}", Severity.WARNING
    for found in (_NO_DAY_IN_TASK if in_task else _NO_DAY).finditer(text):
        message = f"{found[0].strip()} is read as no day: put due:2026-05-01 or"
        message = f"{message} done:2026-05-01 into the first paragraph of a task, - [ ] Text"
        yield found.start(), "commitment", message, Severity.WARNING
