"""Keys of headers, each declared once, where the dataclass has the field that it fills."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Generic, TypeVar

from .moment import Moment

T = TypeVar("T")


@dataclass(frozen=True)
class Kind(Generic[T]):
    """A kind of value; ``empty`` is the value where nothing is written."""

    name: str
    empty: T


TEXT = Kind("text", "")
CHOICE = Kind("choice", "")  # one of the key's ``words``
LINK = Kind("link", "")  # an http(s) URL
LINKS: Kind[tuple[str, ...]] = Kind("links", ())  # one a line
DIGEST = Kind("digest", "")  # SHA-256 in hex digits
MOMENT: Kind[Moment | None] = Kind("moment", None)
WORDS: Kind[tuple[str, ...]] = Kind("words", ())  # separated by commas
NAMES: Kind[tuple[str, ...]] = Kind("names", ())  # separated by semicolons


@dataclass(frozen=True)
class Key:
    """A key that a file may have, ``only`` in some sorts of files, and ``required`` in some.

    A translation may leave out what is ``inherited``. ``note`` says when else it is required.
    ``also`` is a second name for it. A ``repeatable`` key is a list.
    """

    name: str
    meaning: str
    only: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    note: str = ""
    words: tuple[str, ...] = ()
    also: str = ""
    repeatable: bool = False
    inherited: bool = False

    def of(self, kind: Kind[T]) -> T:
        """Declare a field that this key fills, read by its kind."""
        return field(default=kind.empty, metadata={"keys": (self,), "kind": kind})


def made_of(empty: T, *keys: Key) -> T:
    """Declare a field that the interpreter of the file makes of these keys."""
    return field(default=empty, metadata={"keys": keys})


def keys_of(kind: type) -> Iterator[Key]:
    """Yield the keys that a dataclass declares, in their order."""
    for each in fields(kind):
        yield from each.metadata.get("keys", ())


@cache
def read_by_kind(kind: type) -> Mapping[str, tuple[Kind[object], Key]]:
    """Return the fields that are read by their kind alone, with their keys."""
    return {
        each.name: (each.metadata["kind"], each.metadata["keys"][0])
        for each in fields(kind)
        if "kind" in each.metadata
    }


@dataclass(frozen=True, eq=False)
class ContentFile:
    """A file of the content folder, and the ``lines`` of its keys, which are in lower case."""

    path: str
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False, kw_only=True)

    def line(self, key: str) -> int:
        """Return the number of the line that ``key`` stands on; 1 where it is missing."""
        return self.lines.get(key.lower(), 1)


@dataclass(frozen=True)
class Picture:
    """A picture file: ``path`` relative to the content folder, sizes in pixels, as shown.

    An animation is not ``still``; ``extras`` name what it says besides what it shows.
    """

    path: str
    width: int
    height: int
    sha256: str
    alt: str = ""
    still: bool = True
    extras: tuple[str, ...] = ()

    @property
    def fault(self) -> str:
        """What keeps it from being published, to complete ``Screenshot 'x' …``; or nothing."""
        return f"carries {'; '.join(self.extras)}: run invoke strip on it" if self.extras else ""
