"""Lists and dicts of a context that report what is read of them."""

from __future__ import annotations

import operator
from collections.abc import Callable, ItemsView, Iterator, KeysView, ValuesView
from typing import Any, SupportsIndex

from pelican.contents import Content

from .recording import PROXIES, Recording, Traced, View, recording, whole
from .values import MISSING, STEP, UnrecordableError, code, sliced

CHANGES = "it changes what other pages read"


def _compared(name: str) -> Callable[[Any, Any], Any]:
    def compare(self: Any, other: Any) -> Any:
        return getattr(whole(self), name)(whole(other))

    compare.__name__ = name
    return compare


def _changing(name: str, base: type) -> Callable[..., Any]:
    def change(self: Any, *args: Any, **kwargs: Any) -> Any:
        found = Recording.active
        if found is not None:
            found.give_up(f"{name}: {CHANGES}")
        result = getattr(self.raw, name)(*args, **kwargs)
        base.clear(self)  # type: ignore[attr-defined]
        (base.extend if base is list else base.update)(self, self.raw)  # type: ignore[attr-defined]
        return self if name.startswith("__i") else result

    change.__name__ = name
    return change


def _text(self: Any) -> str:
    found = recording()
    text = repr(self.raw)
    if found is not None:
        found.read(self.path, "deep", self.raw)
        if " at 0x" in text:
            found.give_up("it prints where objects are in memory")
    return text


def _size(self: Any) -> int:
    if (found := recording()) is not None:
        found.read(self.path, "len", self.raw)
    return len(self.raw)


def _truth(self: Any) -> bool:
    if (found := recording()) is not None:
        found.read(self.path, "bool", self.raw)
    return bool(self.raw)


def _contains(self: Any, wanted: Any) -> bool:
    found = recording()
    if found is None:
        return whole(wanted) in self.raw
    try:
        place = found.path(wanted) if isinstance(wanted, Content) else ""
        if isinstance(wanted, Content) and not place:
            raise UnrecordableError
        found.read(self.path, f"in:{'c' + place if place else code(wanted)}", self.raw)
    except UnrecordableError:
        found.read(self.path, "deep", self.raw)
    return found.plain(wanted) in self.raw


class TracedList(Traced, list[Any]):
    """A list of the context. What is read of it is reported, what is taken out of it traced."""

    __slots__ = ("path", "raw")
    __hash__ = None

    def __init__(self, raw: list[Any], path: str) -> None:
        super().__init__(raw)  # for code in C that looks into lists itself
        self.raw = raw
        self.path = path

    def __iter__(self) -> Iterator[Any]:
        found = recording()
        return iter(self.raw) if found is None else found.walk(self.raw, self.path)

    def __reversed__(self) -> Iterator[Any]:
        backwards: list[Any] = self[::-1]
        return iter(backwards)

    def __getitem__(self, index: Any) -> Any:
        found = recording()
        if found is None:
            return self.raw[index]
        if isinstance(index, slice):
            part = self.raw[index]
            path = f"{self.path}{STEP}~{sliced(index)}"
            found.read(path, "iter", part)
            return [found.child(each, f"{path}{STEP}#{at}") for at, each in enumerate(part)]
        index = operator.index(index)
        path = f"{self.path}{STEP}[{code(index)}"
        try:
            value = self.raw[index]
        except IndexError:
            found.take(MISSING, path)
            raise
        return found.take(value, path)

    def __add__(self, other: Any) -> Any:
        mine = [*self]
        return mine + other

    def __radd__(self, other: Any) -> Any:
        mine = [*self]
        return other + mine

    def __mul__(self, other: Any) -> Any:
        return [*self] * other

    def __rmul__(self, other: Any) -> Any:
        return [*self] * other

    def copy(self) -> list[Any]:
        """A list of its own."""
        return [*self]

    def index(self, *args: Any) -> int:
        """Where something is in it."""
        return int(whole(self).index(*map(whole, args)))

    def count(self, value: Any) -> int:
        """How often something is in it."""
        return int(whole(self).count(whole(value)))

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return list, (whole(self),)


class TracedDict(Traced, dict[Any, Any]):
    """A dict of the context. What is read of it is reported, what is taken out of it traced."""

    __slots__ = ("path", "raw")
    __hash__ = None

    def __init__(self, raw: dict[Any, Any], path: str) -> None:
        super().__init__(raw)
        self.raw = raw
        self.path = path

    def _value(self, found: Recording, key: Any) -> Any:
        try:
            return found.take(self.raw[key], f"{self.path}{STEP}[{code(key)}")
        except UnrecordableError:
            for index, each in enumerate(self.items()):
                if found.original(each[0]) is key or each[0] == key:
                    return found.child(self.raw[key], f"{self.path}{STEP}V{index}")
            return self.raw[key]

    def __getitem__(self, key: Any) -> Any:
        found = recording()
        if found is None:
            return self.raw[whole(key)]
        if key not in self.raw:
            self._lacks(found, key)
            if hasattr(self.raw, "__missing__"):
                found.give_up(f"a new item: {CHANGES}")
            return self.raw[key]
        return self._value(found, key)

    def _lacks(self, found: Recording, key: Any) -> None:
        try:
            found.take(MISSING, f"{self.path}{STEP}[{code(key)}")
        except UnrecordableError:
            found.read(self.path, "keys", self.raw)

    def get(self, key: Any, default: Any = None) -> Any:
        """The value of a key, or a default."""
        found = recording()
        if found is None:
            return self.raw.get(key, default)
        if key in self.raw:
            return self._value(found, key)
        self._lacks(found, key)
        return default

    def __iter__(self) -> Iterator[Any]:
        found = recording()
        if found is None:
            yield from self.raw
            return
        found.read(self.path, "keys", self.raw)
        for index, key in enumerate(self.raw):
            yield found.child(key, f"{self.path}{STEP}K{index}")

    def __reversed__(self) -> Iterator[Any]:
        return iter([*self][::-1])

    def pairs(self) -> list[tuple[Any, Any]]:
        """Its items, all of them read."""
        found = recording()
        if found is None:
            return [*self.raw.items()]
        found.read(self.path, "items", self.raw)
        return [
            (
                found.child(key, f"{self.path}{STEP}K{index}"),
                found.child(value, f"{self.path}{STEP}V{index}"),
            )
            for index, (key, value) in enumerate(self.raw.items())
        ]

    def keys(self) -> Any:
        """As of a dict."""
        return _Keys(self)

    def values(self) -> Any:
        """As of a dict."""
        return _Values(self)

    def items(self) -> Any:
        """As of a dict."""
        return _Items(self)

    def copy(self) -> dict[Any, Any]:
        """A dict of its own."""
        return dict(self.pairs())

    def __or__(self, other: Any) -> Any:
        return dict(self.pairs()) | whole(other)

    def __ror__(self, other: Any) -> Any:
        return whole(other) | dict(self.pairs())

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return type(self.raw), (whole(self),)


for _name in ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"):
    setattr(TracedList, _name, _compared(_name))
    if _name in ("__eq__", "__ne__"):
        setattr(TracedDict, _name, _compared(_name))
for _name in (
    "append", "extend", "insert", "pop", "remove", "reverse", "sort", "clear", "__setitem__",
    "__delitem__", "__iadd__", "__imul__",
):  # fmt: skip
    setattr(TracedList, _name, _changing(_name, list))
for _name in (
    "pop", "popitem", "setdefault", "update", "clear", "__setitem__", "__delitem__", "__ior__",
):  # fmt: skip
    setattr(TracedDict, _name, _changing(_name, dict))
for _class in (TracedList, TracedDict):
    for _name, _method in {
        "__repr__": _text, "__str__": _text, "__len__": _size, "__bool__": _truth,
        "__contains__": _contains,
    }.items():  # fmt: skip
        setattr(_class, _name, _method)


class _Readable:
    """What all views of a dict can do."""

    of: Any
    stock: Callable[[], Any]

    def __repr__(self) -> str:
        _text(self.of)
        return repr(self.stock())

    def __len__(self) -> int:
        return _size(self.of)

    def __reversed__(self) -> Iterator[Any]:
        parts: list[Any] = list(self)  # type: ignore[call-overload]
        return iter(parts[::-1])


class _Keys(_Readable, View, KeysView[Any]):
    name = "keys"

    def __init__(self, of: TracedDict) -> None:
        super().__init__(of)
        self.of = of


class _Values(_Readable, View, ValuesView[Any]):
    name = "values"

    def __init__(self, of: TracedDict) -> None:
        super().__init__(of)
        self.of = of

    def __iter__(self) -> Iterator[Any]:
        return (value for _, value in self.of.pairs())

    def __contains__(self, value: Any) -> bool:
        return whole(value) in whole(self)


class _Items(_Readable, View, ItemsView[Any, Any]):
    name = "items"

    def __init__(self, of: TracedDict) -> None:
        super().__init__(of)
        self.of = of

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return iter(self.of.pairs())

    def __contains__(self, pair: object) -> bool:
        return whole(pair) in whole(self)


PROXIES[list] = TracedList
PROXIES[dict] = TracedDict
