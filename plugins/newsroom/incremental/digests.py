"""Digests of files, settings and code: what things are known by, in place of time stamps."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from types import FunctionType

from ..files import files_in


def of_bytes(data: bytes) -> str:
    """Return the digest of some bytes, in hex."""
    return blake2b(data, digest_size=16).hexdigest()


def of_texts(texts: Iterable[str]) -> str:
    """Return the digest of some texts; where one ends and the next begins makes a difference."""
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
    """A value of which no digest can be taken that holds in another process."""


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
