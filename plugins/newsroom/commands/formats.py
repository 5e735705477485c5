"""The list of problems, for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ..model.problems import Problem

FORMATS = ("text", "json", "github")


def formatted(problems: Iterable[Problem], form: str) -> str:
    """Problems as ``text`` (a line each), ``json`` (an array) or ``github`` (annotations).

    Raises ValueError for another form.
    """
    if form == "text":
        return "".join(f"{problem}\n" for problem in problems)
    if form == "json":
        return json.dumps([_record(problem) for problem in problems], indent=2) + "\n"
    if form == "github":
        return "".join(f"{_annotation(problem)}\n" for problem in problems)
    raise ValueError(f"--format is {form!r}, but must be one of: {', '.join(FORMATS)}")


def _record(problem: Problem) -> dict[str, str | int]:
    return {
        "path": problem.path,
        "line": problem.line,
        "severity": problem.severity.value,
        "rule": problem.rule,
        "message": problem.message,
    }


def _annotation(problem: Problem) -> str:
    """A workflow command of GitHub Actions, escaped as its documentation says."""
    message = _data(problem.message)
    path, rule = _property(problem.path), _property(problem.rule)
    return f"::{problem.severity} file={path},line={problem.line},title={rule}::{message}"


def _data(text: str) -> str:
    plain = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return plain.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
