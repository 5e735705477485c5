"""Digests of files, settings and code: what things are known by, in place of time stamps."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from types import CodeType, FunctionType, MethodType

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


def of_value(value: object, root: Path) -> str:
    """Return the digest of a setting: data, and functions and classes by their code.

    A path below ``root`` counts from there. Raises UnknownError for an object that
    looks different in every process.
    """
    return of_texts(_parts(value, str(root), ()))


def _parts(value: object, root: str, seen: tuple[int, ...]) -> Iterator[str]:
    """Yield texts that say a value, the same in every process."""
    if id(value) in seen:
        yield "again"
        return
    inside = (*seen, id(value))
    kind = type(value)
    if isinstance(value, str | Path):
        yield f"{kind.__name__} {str(value).replace(root, '.')!r}"
    elif value is None or kind in (bool, int, float, bytes):
        yield f"{kind.__name__} {value!r}"
    elif isinstance(value, Mapping):
        yield f"{kind.__name__} {len(value)}"
        yield from sorted(of_texts(_parts(pair, root, inside)) for pair in value.items())
    elif isinstance(value, set | frozenset):
        yield kind.__name__
        yield from sorted(of_texts(_parts(item, root, inside)) for item in value)
    elif isinstance(value, list | tuple):
        yield f"{kind.__name__} {len(value)}"
        for item in value:
            yield from _parts(item, root, inside)
    elif isinstance(value, FunctionType):
        yield f"{value.__module__}.{value.__qualname__} {of_file(Path(value.__code__.co_filename))}"
        cells = [cell.cell_contents for cell in value.__closure__ or ()]
        for part in (value.__code__, value.__defaults__, value.__kwdefaults__, cells):
            yield from _parts(part, root, inside)
    elif isinstance(value, MethodType):
        yield from _parts((value.__func__, value.__self__), root, inside)
    elif isinstance(value, type):
        file = getattr(sys.modules.get(value.__module__), "__file__", None)
        yield f"{value.__module__}.{value.__qualname__} {of_file(Path(file)) if file else ''}"
    elif isinstance(value, CodeType):
        yield of_bytes(value.co_code)
        yield from _parts((value.co_names, value.co_varnames, value.co_consts), root, inside)
    else:
        yield from _pickled(value)


def _pickled(value: object) -> Iterator[str]:
    """Say any other object as it is pickled, if that says all. Raises UnknownError."""
    yield f"{type(value).__module__}.{type(value).__qualname__}"
    try:
        yield of_bytes(pickle.dumps(value, protocol=5))
    except Exception as error:
        raise UnknownError(f"{type(value).__name__}: {error}") from None
