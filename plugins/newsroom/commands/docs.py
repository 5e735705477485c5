"""Show the docs in the terminal, as they came with this version."""

from __future__ import annotations

from pathlib import Path

from ..model.problems import CommandError, nearest
from .options import Given, Option, command
from .project import Project, Result

_ABOVE = Path(__file__).parents[2]
_INSTALLED, _IN_WORKING_TREE = _ABOVE / "newsroom_docs", _ABOVE.parent / "docs"
DOCS = _INSTALLED if _INSTALLED.is_dir() else _IN_WORKING_TREE


@command(Option("page", "Which page (default: the one that leads on)", positional=True), conf="")
def docs(_project: Project, given: Given) -> Result:
    """Show a page of the docs, as they came with this version."""
    files = (*DOCS.glob("*.md"), *DOCS.parent.glob("CHANGELOG.md"))
    pages = {file.stem.lower(): file for file in files}
    name = Path(given["page"].partition("#")[0] or "README").stem.lower()
    if name not in pages:
        known = f"the pages are {', '.join(sorted(pages))}"
        raise CommandError(f"there is no page {name}{nearest(name, pages)} ({known})")
    return Result(page=pages[name].read_text("utf-8"))
