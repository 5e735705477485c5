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
LEFT_OUT = {"PATH", "OUTPUT_PATH", "THEME", "PLUGIN_PATHS", "CACHE_PATH"}
LEFT_OUT |= {"ARTICLE_PATHS", "PAGE_PATHS", "NEWSROOM_INCREMENTAL"}
STARTERS = {"tasks", "newsroom_script"}  # what begins a build, as invoke or as newsroom
ENVIRONMENT = ("TZ", "LANG", "LANGUAGE", "LC_ALL", "LC_TIME", "LC_CTYPE")


def fingerprint(settings: Mapping[str, Any], plugins: Iterable[ModuleType]) -> str:
    """Return the digest of all that can change any page.

    Raises UnknownError for a setting that has no lasting value.
    """
    root = str(Path(settings["PATH"]).parent.absolute())
    chosen = {name: value for name, value in settings.items() if name not in LEFT_OUT}
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
    packages = {plugin.__name__ for plugin in plugins if hasattr(plugin, "__path__")}
    covered = libraries()
    for name, module in sorted(sys.modules.items()):  # a package comes before its modules
        file = Path(getattr(module, "__file__", None) or "")
        if not file.name or str(file).startswith(covered):
            continue
        if name in packages:
            covered = (*covered, f"{file.parent}{os.sep}")
            yield f"{name} {of_folder(file.parent)}"
        elif name not in STARTERS and not name.endswith("main__"):
            yield f"{name} {of_file(file)}"
