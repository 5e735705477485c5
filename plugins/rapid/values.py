"""What a render read, as keys and digests that another process can find and compare again.

A key is a path and an operation. A path starts at a name of the context ("n:pages"), at a
global of Jinja's environment ("g:plots") or at a content ("G:posts/x.md"), and has a step for
each attribute, item, element and call. Contents have one path, however they were reached.
"""

from __future__ import annotations

import datetime
import functools
import json
import re
from collections import OrderedDict, defaultdict, namedtuple
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from hashlib import blake2b
from pathlib import PurePath
from types import (
    BuiltinFunctionType,
    FunctionType,
    GeneratorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
)
from typing import Any, Final
from uuid import UUID

from jinja2 import Undefined
from markupsafe import Markup
from pelican.contents import Content
from pelican.paginator import Page
from pelican.settings import Settings
from pelican.urlwrappers import URLWrapper
from pelican.utils import SafeDatetime

STEP, OP = "\x1f", "\x1e"
Reads = tuple[tuple[str, str], ...]


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
DICTS: Final = frozenset((dict, defaultdict, OrderedDict, Settings))
SCALARS: Final = frozenset(
    (
        str, Markup, bytes, int, float, complex, bool, type(None), SafeDatetime, datetime.datetime,
        datetime.date, datetime.time, datetime.timedelta, Decimal, Fraction, UUID, range,
        type(Ellipsis),
    )
)  # fmt: skip
_FUNCTIONS = (
    type, FunctionType, BuiltinFunctionType, MethodType, MethodWrapperType, ModuleType,
    functools.partial,
)  # fmt: skip
_TEXT = {"__str__", "__repr__", "__format__", "__html__"}
_WORTH = {"__eq__", "__ne__", "__hash__", "__lt__", "__le__", "__gt__", "__ge__", "__bool__"}
_OWN_CODE = {
    "__len__", "__iter__", "__next__", "__getitem__", "__contains__", "__reversed__", "__add__",
    "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__", "__mod__", "__rmod__", "__truediv__",
    "__floordiv__", "__pow__", "__neg__", "__pos__", "__int__", "__float__", "__index__",
    "__aiter__", "__html_format__",
}  # fmt: skip


class UnrecordableError(Exception):
    """Something was read of which another process could not tell whether it is the same."""


def digest(token: str) -> str:
    """A token, short: itself, or a digest of it."""
    if len(token) < 20 and token[:1] != "#":
        return token
    return "#" + blake2b(token.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def joined(tokens: Iterable[str]) -> str:
    """Tokens in a row; where one ends and the next begins makes a difference."""
    return "".join(f"{len(each)}:{each}" for each in tokens)


@dataclass(frozen=True)
class Known:
    """The contents of a site that Pelican knows by their paths, by which they are found again."""

    generated: Mapping[str, Content]
    static: Mapping[str, Content]

    @classmethod
    def of(cls, context: Mapping[str, Any]) -> Known:
        """Those of a context."""
        return cls(context.get("generated_content") or {}, context.get("static_content") or {})

    def path(self, content: Content) -> str:
        """The path of a content; empty if it cannot be found by one."""
        place = getattr(content, "relative_source_path", None)
        if place is None or not _STOCK[type(content)]:
            return ""
        if self.generated.get(place) is content:
            return f"G:{place}"
        return f"S:{place}" if self.static.get(place) is content else ""

    def find(self, root: str) -> Any:
        """The content at a path, or MISSING."""
        return (self.generated if root[0] == "G" else self.static).get(root[2:], MISSING)


def is_scalar(value: Any) -> bool:
    """Whether a value has no parts that could be read one by one, and never changes."""
    return type(value) in SCALARS or isinstance(
        value, Enum | PurePath | datetime.tzinfo | re.Pattern
    )


def scalar(value: Any) -> str:
    """The token of a scalar."""
    kind = type(value)
    if kind is str:
        return f"s{value}"
    if isinstance(value, Enum):
        return f"e{kind.__module__}.{kind.__qualname__}.{value.name}"
    if isinstance(value, PurePath):
        return f"p{kind.__name__} {value}"
    if isinstance(value, re.Pattern):
        return f"x{value.flags} {value.pattern!r}"
    text = repr(value)
    if " at 0x" in text and kind is not Markup:  # a time zone of someone's own
        if not isinstance(value, datetime.datetime):
            raise UnrecordableError(f"{kind.__qualname__} that cannot be written down")
        text = f"{value.isoformat()} {value.tzname()}"
    return f"v{kind.__module__}.{kind.__name__} {text}"


def token(value: Any, known: Known, within: tuple[int, ...] | None = None) -> str:
    """What a value is, without what could be read of it later: that is a read of its own.

    With ``within``, the objects that it is part of, all of it. Raises UnrecordableError.
    """
    kind = type(value)
    if kind in SCALARS:
        return scalar(value)
    if value is MISSING or isinstance(value, Undefined):
        return "missing"
    if isinstance(value, Content):
        place = known.path(value)
        return f"c{place}" if place else _object(value, known, within)
    if isinstance(value, tuple):
        if not _TUPLES[kind]:
            raise UnrecordableError(f"a {_NAMES[kind]}, which may have code of its own")
        return f"({_NAMES[kind]} " + joined([token(each, known, within) for each in value])
    if kind is list or kind in DICTS or kind in (set, frozenset):
        return _container(value, known, within)
    return scalar(value) if is_scalar(value) else _object(value, known, within)


def _container(value: Any, known: Known, within: tuple[int, ...] | None) -> str:
    kind = type(value)
    if kind in (set, frozenset):
        if not all(map(is_scalar, value)):
            raise UnrecordableError("a set of objects, which has another order in every process")
        return f"{{{kind.__name__} " + joined(sorted(map(scalar, value)))
    if within is None:
        return f"[{_NAMES[kind]}"
    if id(value) in within:
        return "again"
    inside = (*within, id(value))
    parts = value if kind is list else [part for pair in value.items() for part in pair]
    return f"[{_NAMES[kind]} " + joined([token(each, known, inside) for each in parts])


def deep(value: Any, known: Known) -> str:
    """The token of a value with all that is in it. Raises UnrecordableError."""
    return token(value, known, ())


class _Names(dict[type, str]):
    def __missing__(self, kind: type) -> str:
        self[kind] = f"{kind.__module__}.{kind.__qualname__}"
        return self[kind]


class _Special(dict[type, frozenset[str]]):
    """The methods of a class by which Python's operators would read its objects."""

    def __missing__(self, kind: type) -> frozenset[str]:
        found: set[str] = set()
        for each in kind.__mro__:
            if each is not object:
                found |= each.__dict__.keys() & (_TEXT | _WORTH | _OWN_CODE)
        self[kind] = frozenset(found)
        return self[kind]


class _Tuples(dict[type, bool]):
    """Whether a class of tuples has no code of its own."""

    def __missing__(self, kind: type) -> bool:
        fields = getattr(kind, "_fields", ())
        plain = namedtuple("Plain", fields) if kind is not tuple and fields else tuple
        names = vars(plain).keys() | {"__annotations__", "__orig_bases__", "__module__", "__doc__"}
        self[kind] = kind is tuple or (kind.__bases__ == (tuple,) and vars(kind).keys() <= names)
        return self[kind]


class _Stock(dict[type, bool]):
    """Whether a class of contents has nothing that Python's operators would read."""

    def __missing__(self, kind: type) -> bool:
        self[kind] = SPECIAL[kind] == SPECIAL[Content]
        return self[kind]


_STOCK = _Stock()
_NAMES, SPECIAL, _TUPLES = _Names(), _Special(), _Tuples()


def _object(value: Any, known: Known, within: tuple[int, ...] | None) -> str:
    kind = type(value)
    name = _NAMES[kind]
    if isinstance(value, _FUNCTIONS):
        if isinstance(value, functools.partial):
            return f"f{name} " + token(value.func, known, within)
        where = getattr(value, "__module__", None)
        return f"f{where}.{getattr(value, '__qualname__', '') or value.__name__}"
    own = SPECIAL[kind] - ({"__str__"} if isinstance(value, Content) else set())
    if isinstance(value, URLWrapper) and own == SPECIAL[URLWrapper]:
        return f"u{name} " + joined([str(value.name), str(value.slug), str(value)])
    if isinstance(value, Page) and kind is Page:
        return f"o{name} {value!r}"
    if isinstance(value, Iterator | GeneratorType):
        raise UnrecordableError(f"an iterator ({name}), which can be read only once")
    if own & _OWN_CODE:
        raise UnrecordableError(f"an object with code of its own ({name})")
    if isinstance(value, Content) and not own:
        if within is not None:
            raise UnrecordableError(f"a content that is known by no path ({value})")
        return f"C{name} {value}"
    if not own:
        if within is not None:
            raise UnrecordableError(f"an object that is equal to no other ({name})")
        return f"o{name}"
    around = within or ()
    if id(value) in around:
        return "again"
    text = str(value) if own & _TEXT and not hasattr(kind, "__dataclass_fields__") else ""
    if " at 0x" in text:
        raise UnrecordableError(f"an object with its address in its text ({name})")
    html = str(value.__html__()) if "__html__" in own else ""
    state = {**getattr(value, "__dict__", {})}
    for each in kind.__mro__:
        slots = each.__dict__.get("__slots__", ())
        slots = (slots,) if isinstance(slots, str) else slots
        state |= {slot: getattr(value, slot, None) for slot in slots}
    inside = (*around, id(value))
    parts = [token(state[part], known, inside) for part in sorted(state)]
    return f"O{name} " + joined([text, html, str(bool(value)), *sorted(state), *parts])


def code(argument: Any) -> str:
    """An argument as it stands in a path. Raises UnrecordableError."""
    if type(argument) is str and STEP not in argument and OP not in argument:
        return f"s{argument}"
    if type(argument) in (int, bool, float, type(None)):
        return f"j{json.dumps(argument)}"
    raise UnrecordableError(f"an item by {type(argument).__name__}")


def decoded(text: str) -> Any:
    """The argument of a code."""
    return text[1:] if text[0] == "s" else json.loads(text[1:])


def sliced(bounds: slice) -> str:
    """A slice as it stands in a path. Raises UnrecordableError."""
    parts = (bounds.start, bounds.stop, bounds.step)
    if any(type(part) not in (int, type(None)) for part in parts):
        raise UnrecordableError("a slice by what is no number")
    return json.dumps(parts)
