"""Check the content without building, for people and for machines."""

from __future__ import annotations

from dataclasses import dataclass

from ..model.problems import CommandError, one_of
from .options import ContentOptions, command, flag, option
from .project import Project
from .results import Result, count

FORMS = ("text", "json", "github")


@dataclass(frozen=True)
class CheckOptions(ContentOptions):
    """Of a check."""

    format: str = option("text, json or github")
    strict: bool = flag("Fail on warnings as well as on errors")


@command(CheckOptions)
def check(project: Project, given: CheckOptions) -> Result:
    """List what is wrong in the content, without building."""
    form = given.format or "text"
    if form not in FORMS:
        raise CommandError(f"--format is {form!r}, but must be one of: {one_of(FORMS)}")
    problems = project.checkup.problems
    warnings = sum(problem.is_warning for problem in problems)
    errors = len(problems) - warnings
    counted = f"{count(errors, 'error')}, {count(warnings, 'warning')}"
    notes = (counted,) if form == "text" else ()
    code = 1 if errors or (given.strict and warnings) else 0
    return Result(problems=problems, form=form, notes=notes, code=code)
