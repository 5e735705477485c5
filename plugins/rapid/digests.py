"""Digests of files and of settings: what results are kept by, in place of time stamps."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from types import CodeType, FunctionType, MethodType
from typing import Any

SIZE = 16


def of_bytes(data: bytes) -> str:
    """The digest of some bytes, in hex."""
    return blake2b(data, digest_size=SIZE).hexdigest()


def of_text(*parts: str) -> str:
    """The digest of some texts, in hex; where one ends and the next begins makes a difference."""
    return of_bytes("".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "replace"))


def of_file(path: str | Path) -> str:
    """The digest of a file's bytes, in hex; empty if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return of_bytes(file.read())
    except OSError:
        return ""


def of_folder(folder: str | Path, skip: Callable[[str], bool] = lambda _: False) -> str:
    """The digest of every file below a folder, with its name; empty folders do not count.

    Links to folders are followed, as those do who read templates and modules.
    ``skip`` is asked for each path, relative to the folder.
    """
    found = [
        f"{path}\0{of_file(os.path.join(folder, path))}"
        for path in files_in(folder, follow=True)
        if not skip(path) and "__pycache__" not in path
    ]
    return of_text(*found)


def files_in(folder: str | Path, follow: bool = False) -> list[str]:
    """Every file below a folder, relative to it, with ``/``, sorted.

    A link to a folder is a file, unless links are to be followed (``follow``); each is so once.
    """
    root, found, waiting = os.fspath(folder), [], [""]
    seen: set[str] = set()
    while waiting:
        place = waiting.pop()
        try:
            entries = os.scandir(f"{root}/{place}")
        except OSError:
            continue
        with entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=follow):
                    if entry.is_symlink():  # it may lead back to where we came from
                        real = os.path.realpath(entry.path)
                        if real in seen:
                            continue
                        seen.add(real)
                    waiting.append(f"{place}{entry.name}/")
                else:
                    found.append(place + entry.name)
    return sorted(found)


class UnknownError(ValueError):
    """A value of which no digest can be taken that holds in another process."""


def of_value(value: Any) -> str:
    """The digest of a setting: data, and functions and classes by their code.

    Raises UnknownError for an object that looks different in every process.
    """
    return of_text(*_parts(value, ()))


def _parts(value: Any, seen: tuple[int, ...]) -> Iterator[str]:
    """A value as texts that are the same in every process."""
    if id(value) in seen:
        yield "again"
        return
    seen = (*seen, id(value))
    kind = type(value)
    if value is None or kind in (bool, int, float, str, bytes):
        yield f"{kind.__name__} {value!r}"
    elif isinstance(value, Mapping):
        yield f"{kind.__name__} {len(value)}"
        yield from sorted(of_text(*_parts(key, seen), *_parts(value[key], seen)) for key in value)
    elif isinstance(value, set | frozenset):
        yield kind.__name__
        yield from sorted(of_text(*_parts(item, seen)) for item in value)
    elif isinstance(value, list | tuple):
        yield f"{kind.__name__} {len(value)}"
        for item in value:
            yield from _parts(item, seen)
    elif isinstance(value, FunctionType):
        yield from _function(value, seen)
    elif isinstance(value, MethodType):
        yield from _parts(value.__func__, seen)
        yield from _parts(value.__self__, seen)
    elif isinstance(value, type):
        yield f"{value.__module__}.{value.__qualname__}"
        yield of_file(getattr(sys.modules.get(value.__module__), "__file__", None) or "")
    elif isinstance(value, CodeType):
        yield from _code(value)
    else:
        yield from _object(value)


def _object(value: Any) -> Iterator[str]:
    """Any other object: as it is pickled, if that says all."""
    yield f"{type(value).__module__}.{type(value).__qualname__}"
    try:
        yield of_bytes(pickle.dumps(value, protocol=5))
    except Exception as error:
        raise UnknownError(f"{type(value).__name__}: {error}") from None


def _function(function: FunctionType, seen: tuple[int, ...]) -> Iterator[str]:
    """A function: its code, and the file that it comes from, for what it calls there."""
    yield f"{function.__module__}.{function.__qualname__}"
    yield of_file(function.__code__.co_filename)
    yield from _code(function.__code__)
    yield from _parts(function.__defaults__, seen)
    yield from _parts(function.__kwdefaults__, seen)
    for cell in function.__closure__ or ():
        yield from _parts(cell.cell_contents, seen)


def _code(code: CodeType) -> Iterator[str]:
    yield of_bytes(code.co_code)
    yield repr((code.co_names, code.co_varnames))
    for constant in code.co_consts:
        yield from _code(constant) if isinstance(constant, CodeType) else (repr(constant),)


def installed(path: Iterable[str] | None = None) -> str:
    """The digest of which distributions, in which versions, Python can import."""
    found: list[str] = []
    for folder in sys.path if path is None else path:
        try:
            found += [name for name in os.listdir(folder) if name.endswith((".dist-info", ".pth"))]
        except OSError:
            continue
    return of_text(*sorted(found))
