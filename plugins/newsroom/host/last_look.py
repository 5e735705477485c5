"""The last check against leaks: every file that is about to be copied, whoever names it.

Pelican also finds links that the rules do not, such as in a comment; and settings, themes and
symbolic links may name any file.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path

from pelican.generators import Generator

from ..files import files_in
from ..model.problems import Problem, Severity
from ..model.settings import SettingsError
from ..reading.rulebook import located
from ..reading.scan import is_pelicans
from ..reading.urls import alias_clashes, used_files
from ..reading.withheld import Withheld
from .edition import Edition
from .reports import print_problems

_LEFT_OUT = (
    "no public text uses this file, so it is not copied, whatever STATIC_PATHS says: if the theme"
    " needs it, move it to another folder"
)


def look_once_more(edition: Edition, generator: Generator) -> None:
    """Compare every file that would be copied with what is public.

    A picture that a setting names and only a draft uses is left out; and of a guest's folders
    all that no public page uses. Raises ContentError or SettingsError for any other file that is
    not public.
    """
    withheld, context = edition.withheld, generator.context
    if withheld is None:  # a preview shows everything
        return
    linked = {posixpath.normpath(path) for path in context["static_links"]}
    is_guest, places = edition.settings.is_guest, withheld.places
    hidden = sorted(
        path
        for path in linked - withheld.linkable
        for file in [Path(generator.path, path)]
        if file.is_file() and (places.reason(file) or not is_guest)
    )
    if hidden:
        message = "a public page links to this file, which is not public: take the link out"
        edition.stop(Problem(path, 1, "link", message) for path in hidden)
    copied = context["static_content"]
    for path in sorted(copied.keys() - linked):
        file = Path(generator.path, path)
        # Only a draft uses it, or a guest's folder lies in the path: leave it out, but build.
        if places.reason(file) if is_guest else withheld.is_unused(file):
            context["staticfiles"].remove(copied.pop(path))
        elif not is_guest and (reason := withheld.reason(file)):
            raise SettingsError(f"STATIC_PATHS: would publish {path}, which {reason}")
    if is_guest:
        left = (
            Problem(path, 1, "place", _LEFT_OUT, Severity.WARNING)
            for path in _left_out(edition, withheld, linked)
        )
        print_problems(problem.below(edition.content.name) for problem in left)
    settings = generator.settings
    others = [(file.save_as, "a file that settings name") for file in context["staticfiles"]]
    others += [(place, "TEMPLATE_PAGES") for place in (settings["TEMPLATE_PAGES"] or {}).values()]
    others.append((settings["THEME_STATIC_DIR"], "the theme"))
    if found := list(located("url", alias_clashes(edition.newsroom, others))):
        edition.stop(found)
    for name, file in _named_by_settings(generator):
        if reason := withheld.reason(file):
            raise SettingsError(f"{name}: would publish {file}, which {reason}")


def _left_out(edition: Edition, withheld: Withheld, linked: set[str]) -> Iterator[str]:
    """Yield files of a guest's folders that ``STATIC_PATHS`` names and no text uses."""
    named = [posixpath.normpath(path) for path in edition.settings.static_paths]
    for path in sorted(withheld.newsroom.statics - linked - used_files(withheld.newsroom)):
        if (
            not is_pelicans(path, edition.settings)
            and any(Path(path).is_relative_to(each) for each in named)
            and not withheld.is_unused(edition.content / path)
        ):
            yield path


def _named_by_settings(generator: Generator) -> Iterator[tuple[str, Path]]:
    """Yield files that settings or the theme publish or print, though no page links to them."""
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
