"""The last line of defence: all that is about to be copied, whatever has named it.

Pelican finds links where the rules see none, in a comment for instance; and settings, themes and
symbolic links lead anywhere.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path

from pelican.generators import Generator

from ..files import files_in
from ..model.problems import Problem
from ..model.settings import SettingsError
from .edition import Edition


def look_once_more(edition: Edition, generator: Generator) -> None:
    """Hold every file that would be copied against what is public.

    A picture that a setting names and only a draft uses is not copied. Raises ContentError or
    SettingsError for what must not be.
    """
    withheld, context = edition.withheld, generator.context
    if withheld is None:  # a preview shows everything
        return
    linked = {posixpath.normpath(path) for path in context["static_links"]}
    hidden = sorted(
        path for path in linked - withheld.linkable if Path(generator.path, path).is_file()
    )
    if hidden:
        message = "a public page links to this file, which is not public: take the link out"
        edition.stop(Problem(path, 1, "link", message) for path in hidden)
    copied = context["static_content"]
    for path in sorted(copied.keys() - linked):
        file = Path(generator.path, path)
        if withheld.is_unused(file):  # one person's draft stops nobody: it is not copied
            context["staticfiles"].remove(copied.pop(path))
        elif reason := withheld.reason(file):
            raise SettingsError(f"STATIC_PATHS: would publish {path}, which {reason}")
    for name, file in _named_by_settings(generator):
        if reason := withheld.reason(file):
            raise SettingsError(f"{name}: would publish {file}, which {reason}")


def _named_by_settings(generator: Generator) -> Iterator[tuple[str, Path]]:
    """Yield files that are published, or that templates may print, without a page's saying so."""
    settings, theme = generator.settings, Path(generator.theme)
    folders = [("THEME_STATIC_PATHS", theme / each) for each in settings["THEME_STATIC_PATHS"]]
    folders += [("THEME", theme / "templates")]
    overrides = settings["THEME_TEMPLATES_OVERRIDES"]
    folders += [("THEME_TEMPLATES_OVERRIDES", Path(each)) for each in overrides]
    for name, folder in folders:
        if folder.is_file():
            yield name, folder
        inside = (folder / file for file in files_in(folder, follow=True))
        yield from ((name, file) for file in inside if file.is_file())
    for source in settings["TEMPLATE_PAGES"] or ():
        yield "TEMPLATE_PAGES", Path(generator.path, source)
