"""What one render has read so far, and what its template sees of that.

Lists and dicts of the context are seen as ``proxies``, and tuples made anew with such in them.
All else is the thing itself, known by where it was read.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from pelican.contents import Content
from pelican.urlwrappers import URLWrapper

from .values import (
    DICTS,
    OP,
    SCALARS,
    SPECIAL,
    STEP,
    Known,
    UnrecordableError,
    digest,
    is_scalar,
    token,
)
from .verifying import evaluate


class Traced:
    """A list or dict of the context that reports what is read of it."""

    __slots__ = ()
    raw: Any
    path: str


class View:
    """What ``keys``, ``values`` and ``items`` of a dict give."""

    of: Any
    name: ClassVar[str]

    def stock(self) -> Any:
        """What the dict itself gives."""
        return getattr(self.of.raw, self.name)()


# What lists and dicts are seen as: ``proxies`` puts it here.
PROXIES: dict[type, Callable[[Any, str], Traced]] = {}


class Recording:
    """What one render has read so far."""

    active: ClassVar[Recording | None] = None

    # What most pages read: a name's value, what templates see, and its digest; the elements of
    # lists, what templates see, and the places and tuples in them; lists, and their digests.
    @classmethod
    def forget(cls) -> None:
        """Let go of what is remembered between pages."""
        for each in (cls._named, cls._steps, cls._iterated):
            each.clear()

    _named: ClassVar[dict[str, tuple[Any, Any, str]]] = {}
    _steps: ClassVar[dict[str, list[tuple[Any, Any, list[Any], list[Any]]]]] = {}
    _iterated: ClassVar[dict[str, tuple[list[Any], str]]] = {}

    def __init__(
        self, roots: Mapping[str, Any], globals: Mapping[str, Any], imported: bool = False
    ) -> None:
        self.roots = roots
        self.imported = imported  # a template that sees no names of the context
        self.globals = globals
        self.known = Known.of(roots)
        self.always = ""
        self.names: dict[str, tuple[Any, Any]] = {}  # what was found, and what the template sees
        self.reads: dict[str, str] = {}
        self.templates: dict[tuple[str, str], None] = {}
        self.heads: dict[str, list[Any]] = {}  # of a list: itself, how many were read, to the end?
        self._places: dict[int, tuple[Any, str]] = {}
        self._log: tuple[list[Any], list[Any]] = ([], [])  # places and tuples, since it was reset
        self._equals: dict[type, dict[str, None]] = {}  # the paths of objects equal to no other
        self._tuples: dict[int, tuple[Any, Any, str]] = {}  # made anew: itself, the original, path
        self._values: dict[str, tuple[Any, Any]] = {}  # by path: itself, what the template sees

    def give_up(self, reason: str) -> None:
        """Say why the page can never be left out."""
        self.always = self.always or reason

    def read(self, path: str, op: str, obj: Any) -> None:
        """Report an operation on what is at a path."""
        if self.always:
            return
        try:
            self.note(path + OP + op, evaluate(op, obj, self.known))
        except UnrecordableError as error:
            self.give_up(str(error))

    def note(self, key: str, said: str) -> None:
        """Report what was said to a key."""
        short = digest(said)
        if self.reads.setdefault(key, short) != short:
            self.give_up("something changed while it was rendered")

    def take(self, value: Any, path: str) -> Any:
        """What a template sees of a value that it reads at a path; reports what it is."""
        if self.always:
            return value
        known = self._values.get(path)
        if known is not None and known[0] is value:
            return known[1]
        try:
            self.note(path + OP + "val", token(value, self.known))
        except UnrecordableError as error:
            self.give_up(str(error))
            return value
        return self.child(value, path)

    def name(self, value: Any, path: str) -> Any:
        """What a template sees of a name's value: of most pages' names the same."""
        kind = type(value)
        if kind not in SCALARS and kind is not list and kind not in DICTS:
            return self.take(value, path)
        key = f"{path}{OP}val"
        known = self._named.get(key)
        if known is not None and known[0] is value:
            self.reads[key] = known[2]
            return known[1]
        seen = self.take(value, path)
        if not self.always:
            self._named[key] = (value, seen, self.reads[key])
        return seen

    def child(self, value: Any, path: str) -> Any:
        """What a template sees of a value whose token was reported with what it is part of."""
        kind = type(value)
        if kind in SCALARS or self.always:
            return value
        known = self._values.get(path)
        if known is not None and known[0] is value:
            return known[1]
        seen = value
        if kind is list:
            seen = PROXIES[list](value, path)
        elif kind in DICTS:
            seen = PROXIES[dict](value, path)
        elif isinstance(value, tuple):
            seen = self._tuple(value, path)
        elif not is_scalar(value) and not self._content(value):
            self._place(value, path)
        self._values[path] = (value, seen)
        return seen

    def _content(self, value: Any) -> str:
        return self.known.path(value) if isinstance(value, Content) else ""

    def _tuple(self, value: tuple[Any, ...], path: str) -> tuple[Any, ...]:
        parts = [self.child(each, f"{path}{STEP}#{index}") for index, each in enumerate(value)]
        if all(new is old for new, old in zip(parts, value, strict=True)):
            return value
        made: tuple[Any, ...] = tuple.__new__(type(value), parts)
        self._tuples[id(made)] = (made, value, path)
        self._log[1].append(self._tuples[id(made)])
        return made

    def _place(self, value: Any, path: str) -> None:
        self._log[0].append((value, path))
        known = self._places.setdefault(id(value), (value, path))
        if known[1] != path:
            self.reads[OP.join((path, "is", known[1]))] = "same"
        elif "__eq__" not in SPECIAL[type(value)] and not callable(value):
            self._equals.setdefault(type(value), {})[path] = None

    def path(self, obj: Any) -> str:
        """Where an object was read; empty if that is not known."""
        if isinstance(obj, Traced):
            return obj.path
        known = self._places.get(id(obj))
        return self._content(obj) or (known[1] if known else "")

    def original(self, value: Any) -> Any:
        """The thing itself for what a template sees of it."""
        if isinstance(value, Traced):
            return value.raw
        known = self._tuples.get(id(value))
        return known[1] if known else value

    def plain(self, value: Any) -> Any:
        """A value as code that is no template gets it: all of it counts as read."""
        if isinstance(value, Traced):
            self.read(value.path, "deep", value.raw)
            return value.raw
        if isinstance(value, View):
            self.read(value.of.path, "deep", value.of.raw)
            return value.stock()
        kind = type(value)
        if id(value) in self._tuples:
            _, raw, path = self._tuples[id(value)]
            self.read(path, "deep", raw)
            return raw
        if kind is list or isinstance(value, tuple):
            parts = [self.plain(each) for each in value]
            if all(new is old for new, old in zip(parts, value, strict=True)):
                return value
            return parts if kind is list else tuple.__new__(kind, parts)
        if kind is dict:
            pairs = {key: self.plain(each) for key, each in value.items()}
            return value if all(pairs[key] is value[key] for key in pairs) else pairs
        return value

    def walk(self, raw: list[Any], path: str) -> Iterator[Any]:
        """The elements of a list, of which those count as read that were asked for."""
        head = self.heads.setdefault(path, [raw, 0, False])
        steps = self._steps.setdefault(path, []) if path[:1] == "n" else []
        for index, value in enumerate(raw):
            if head[1] <= index:
                head[1] = index + 1
            kept = steps[index] if index < len(steps) else None
            if kept is not None and kept[0] is value:
                for place in kept[2]:
                    self._place(*place)
                for made in kept[3]:
                    self._tuples[id(made[0])] = made
                yield kept[1]
            else:
                self._log = ([], [])
                seen = self.child(value, f"{path}{STEP}#{index}")
                if path[:1] == "n" and index <= len(steps):
                    steps[index:] = [(value, seen, [*self._log[0]], [*self._log[1]])]
                yield seen
        head[2] = True

    def finish(self) -> None:
        """Report what is known only at the end."""
        for paths in self._equals.values():
            if len(paths) > 1:
                first, *others = paths
                self.reads[OP.join((first, "distinct", *others))] = "distinct"
        for path, (raw, count, ended) in self.heads.items():
            if not ended and count:
                self.read(path, f"head:{count}", raw)
            elif ended and not self.always:
                key = f"{path}{OP}iter"
                elements, said = self._iterated.get(path, (None, ""))
                if (
                    elements is None
                    or len(elements) != len(raw)
                    or not all(map(operator.is_, elements, raw))
                ):
                    self.read(path, "iter", raw)
                    if path[:1] == "n" and all(map(_lasting, raw)):
                        self._iterated[path] = (list(raw), self.reads.get(key, ""))
                elif self.reads.setdefault(key, said) != said:
                    self.give_up("something changed while it was rendered")

    def add(self, other: Recording) -> None:
        """Report all that another one has."""
        for key, said in other.reads.items():
            if self.reads.setdefault(key, said) != said:
                self.give_up("something changed while it was rendered")
        self.templates |= other.templates
        self._tuples |= other._tuples
        for value, path in other._places.values():
            self._place(value, path)
        if other.always:
            self.give_up(other.always)


def _lasting(value: Any) -> bool:
    """Whether the token of a value is the same as long as it is the same object."""
    kind = type(value)
    if kind in SCALARS or kind is list or kind in DICTS:
        return True
    return isinstance(value, Content | URLWrapper) or (
        isinstance(value, tuple) and all(map(_lasting, value))
    )


def recording() -> Recording | None:
    """The recording that is to be told of reads, if there is one."""
    found = Recording.active
    return None if found is None or found.always else found


def whole(value: Any) -> Any:
    """A value without proxies, all of it read."""
    found = Recording.active
    if found is not None:
        return found.plain(value)
    return value.raw if isinstance(value, Traced) else value
