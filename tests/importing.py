"""The command ``import``, run in this process on a small site."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

from newsroom.commands.importing import import_
from newsroom.commands.options import Given
from newsroom.commands.project import Project, Result
from newsroom.imports.ledger import NAME
from PIL import Image

from tests.sites import Site

SOURCES = Path(__file__).parent / "imports"


def bring(
    site: Site, source: Path, interactive: bool = False, home: str = "", **given: str
) -> Result:
    """Import a source into a site."""
    values = {"source": str(source), "site": home, **given}
    options = {option.name: option for option in import_.options}
    return import_.work(
        Project(site.folder / "pelicanconf.py"), Given(options, values, interactive)
    )


def source(name: str, to: Path) -> Path:
    """Return a copy of a source in ``tests/imports``, with the pictures that it has."""
    file = SOURCES / name
    if file.is_file():
        return Path(shutil.copy(file, to))
    copy = Path(shutil.copytree(file, to / name))
    places = ("hugo/static/img/weir.png", "hugo/content/posts/kettle/kettle.png",
              "jekyll/assets/cup.png")  # fmt: skip
    for place in places:
        if place.startswith(f"{name}/"):
            picture(to / place)
    return copy


def picture(file: Path, colour: str = "navy") -> Path:
    """Draw a picture."""
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 40), colour).save(file)
    return file


def said(result: Result) -> str:
    """Return the report, a line each."""
    return "\n".join(map(str, result.problems))


def post(site: Site, path: str) -> str:
    """Return the text of a post that was written."""
    return (site.folder / "content/posts" / path).read_text("utf-8")


def content(site: Site) -> dict[str, str]:
    """Return every file of the content, but for the list of what was imported, with its hash."""
    folder = site.folder / "content"
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != NAME
    }


def errors(site: Site) -> list[str]:
    """Return the errors that the check finds."""
    problems = Project(site.folder / "pelicanconf.py").checkup.problems
    return [str(problem) for problem in problems if not problem.is_warning]
