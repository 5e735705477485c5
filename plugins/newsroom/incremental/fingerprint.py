"""What every page depends on: settings, templates, code, versions, the environment.

The fingerprint is the same on another machine and in another folder, as long as nothing differs
that a page could show.
"""

from __future__ import annotations

import locale
import os
import sys
import sysconfig
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from .digests import of_file, of_folder, of_texts, of_value

# Where things lie, which is no part of what they say, and what is narrowed within each build.
PLACES = {"PATH", "OUTPUT_PATH", "THEME", "PLUGIN_PATHS", "CACHE_PATH"}
NARROWED = {"ARTICLE_PATHS", "PAGE_PATHS", "NEWSROOM_INCREMENTAL"}
STARTERS = {"tasks", "newsroom_script"}  # what begins a build, as invoke or as newsroom
ENVIRONMENT = ("TZ", "LANG", "LANGUAGE", "LC_ALL", "LC_TIME", "LC_CTYPE")


def fingerprint(settings: Mapping[str, Any], plugins: Iterable[ModuleType]) -> str:
    """Return the digest of all that can change any page.

    Raises UnknownError for a setting that has no lasting value.
    """
    root = Path(settings["PATH"]).parent.absolute()
    left_out = PLACES | NARROWED
    chosen = {name: value for name, value in settings.items() if name not in left_out}
    folders = [Path(settings["THEME"], "templates")]
    folders += [Path(folder) for folder in settings["THEME_TEMPLATES_OVERRIDES"]]
    folders += [Path(settings["PATH"], source) for source in settings["TEMPLATE_PAGES"] or ()]
    return of_texts(
        (
            sys.version,
            f"{time.localtime().tm_year}",  # by it, dateutil reads years of two digits
            str(locale.setlocale(locale.LC_ALL)),
            *(f"{name}={os.environ.get(name, '')}" for name in ENVIRONMENT),
            *installed(),
            of_value(chosen, root),
            *map(of_folder, folders),
            *code(plugins),
        )
    )


def installed() -> list[str]:
    """Name every distribution that Python can import, with its version."""
    found: set[str] = set()
    for folder in filter(Path.is_dir, map(Path, sys.path)):
        found.update(path.name for path in folder.iterdir() if path.suffix == ".dist-info")
    return sorted(found)


@cache
def libraries() -> tuple[str, ...]:
    """Return the folders of Python's own modules and of installed ones: their versions count."""
    paths = sysconfig.get_paths()
    return tuple(paths[name] + os.sep for name in ("stdlib", "purelib", "platlib"))


def code(plugins: Iterable[ModuleType]) -> Iterator[str]:
    """Yield the digests of plugins' folders, and of all modules that no library brought."""
    own = [(name, str(getattr(found, "__file__", None) or "")) for name, found in _loaded()]
    packages = (plugin for plugin in plugins if hasattr(plugin, "__path__") and plugin.__file__)
    folders = {Path(str(plugin.__file__)).parent for plugin in packages}
    folders = {folder for folder in folders if not f"{folder}{os.sep}".startswith(libraries())}
    within = tuple(f"{folder}{os.sep}" for folder in folders)
    yield from sorted(f"{folder.name} {of_folder(folder)}" for folder in folders)
    for name, file in sorted(own):
        if file and not file.startswith((*libraries(), *within)):
            yield f"{name} {of_file(Path(file))}"


def _loaded() -> list[tuple[str, ModuleType]]:
    return [
        (name, module)
        for name, module in list(sys.modules.items())
        if not name.endswith("main__") and name not in STARTERS
    ]
