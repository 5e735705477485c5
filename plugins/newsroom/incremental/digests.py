"""Digests of files, settings and code, which builds compare in place of time stamps.

The fingerprint is the digest of all that every page depends on. It is the same on another machine
and in another folder, unless something differs that a page could show.
"""

from __future__ import annotations

import inspect
import locale
import os
import pickle
import sys
import sysconfig
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from ..files import files_in

# Settings that say only where things lie, and those that a build itself narrows.
LEFT_OUT = {"PATH", "OUTPUT_PATH", "THEME", "PLUGIN_PATHS", "CACHE_PATH", "NEWSROOM_ROOT"}
LEFT_OUT |= {"ARTICLE_PATHS", "PAGE_PATHS", "NEWSROOM_INCREMENTAL", "NEWSROOM_SIGN_KEY"}
STARTERS = {"tasks", "newsroom_script"}  # modules that start a build: as `invoke` or as `newsroom`
ENVIRONMENT = ("TZ", "LANG", "LANGUAGE", "LC_ALL", "LC_TIME", "LC_CTYPE")


def of_bytes(data: bytes) -> str:
    """Return the digest of some bytes, in hex."""
    return blake2b(data, digest_size=16).hexdigest()


def of_texts(texts: Iterable[str]) -> str:
    """Return the digest of a sequence of texts; ``ab, c`` differs from ``a, bc``."""
    return of_bytes(repr(tuple(texts)).encode("utf-8", "replace"))


def of_file(path: Path) -> str:
    """Return the digest of a file's bytes, in hex; empty if it cannot be read."""
    try:
        return of_bytes(path.read_bytes())
    except OSError:
        return ""


def of_folder(folder: Path) -> str:
    """Return the digest of every file below a folder, with its name; links are followed."""
    if not folder.is_dir():
        return of_file(folder)
    names = [name for name in files_in(folder, follow=True) if "__pycache__" not in name]
    return of_texts(f"{name} {of_file(folder / name)}" for name in names)


class UnknownError(ValueError):
    """A value that has no digest that is the same in every process."""


def of_value(value: object, root: str) -> str:
    """Return the digest of a setting: of data, and of the files that define functions and classes.

    A path below ``root`` counts from there. Raises UnknownError for an object that
    looks different in every process.
    """
    kind = type(value).__name__
    if isinstance(value, str | Path):
        said = repr(str(value).replace(root, "."))
    elif value is None or type(value) in (bool, int, float, bytes):
        said = repr(value)
    elif isinstance(value, Mapping | set | frozenset):
        items = value.items() if isinstance(value, Mapping) else value
        said = repr(sorted(of_value(item, root) for item in items))
    elif isinstance(value, list | tuple):
        said = repr([of_value(item, root) for item in value])
    elif isinstance(value, FunctionType | type):
        if getattr(value, "__closure__", None):
            raise UnknownError(f"{value.__qualname__} holds values of another function")
        said = f"{value.__module__}.{value.__qualname__}"
        with suppress(TypeError, OSError):  # a built-in class has no file
            said += of_file(Path(inspect.getfile(value)))
    else:
        try:
            said = of_bytes(pickle.dumps(value, protocol=5))
        except Exception as error:
            raise UnknownError(f"{kind}: {error}") from None
    return of_texts((kind, said))


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
            f"{time.localtime().tm_year}",  # dateutil reads years of two digits by the current one
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
    """Return the folders of standard and installed modules, whose versions stand for them."""
    paths = sysconfig.get_paths()
    return tuple(paths[name] + os.sep for name in ("stdlib", "purelib", "platlib"))


def code(plugins: Iterable[ModuleType]) -> Iterator[str]:
    """Yield the digests of plugins' folders, and of loaded modules that no library brought."""
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
