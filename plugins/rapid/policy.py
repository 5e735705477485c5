"""What templates read of objects and call, and what is known of the code that they call."""

from __future__ import annotations

import datetime
import functools
import json
import re
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import Undefined, nodes
from jinja2.runtime import BlockReference, LoopContext, Macro, TemplateReference
from jinja2.utils import Cycler, Joiner, Namespace
from pelican.contents import Content

from .recording import Recording, Traced, View
from .values import SCALARS, STEP, UnrecordableError, code, is_scalar

_PASSED = (Macro, BlockReference, LoopContext, TemplateReference, Undefined, Cycler, Joiner)
_PASSED_SELF = (Traced, View, LoopContext, Cycler, Namespace, list, dict, tuple)
_BUILDERS = (range, dict, Namespace, Cycler, Joiner)
_CONTENT_CALLS = {"get_url_setting", "get_relative_source_path", "get_siteurl", "get_static_links"}
_LINKED = {"get_content", "get_summary", "content", "summary", "_get_summary"}
_SAFE_PROPERTIES = {"url", "save_as", "status", "url_format", "relative_dir"}
_ATTACH = re.compile(r"[{|]attach[|}]")


def same(found: Recording, one: Any, other: Any) -> bool:
    """Whether two things that a template sees are one, as Jinja's test ``sameas`` says."""
    one, other = found.original(one), found.original(other)
    paths = (found.path(one), found.path(other))
    fixed = (None, True, False)
    if not any(each is value for each in (one, other) for value in fixed) and not all(
        path[:2] in ("G:", "S:") for path in paths
    ):
        found.give_up("test sameas: whether values are one and the same thing in memory")
    return one is other


def _is_plain(value: Any) -> bool:
    """Whether all that there is to a value is in its token."""
    if is_scalar(value) or isinstance(value, Undefined):
        return True
    if type(value) in (list, tuple, set, frozenset):
        return all(map(_is_plain, value))
    return isinstance(value, dict) and all(
        _is_plain(part) for pair in value.items() for part in pair
    )


def given(
    found: Recording, what: str, strict: bool, args: Iterable[Any], kwargs: Mapping[str, Any]
) -> None:
    """Nothing but what was recorded may be read of arguments: objects have attributes."""
    if strict and not found.always:
        for value in (*args, *kwargs.values()):
            if not _is_plain(value) and not isinstance(value, nodes.EvalContext):
                found.give_up(f"{what} is given an object ({type(value).__name__})")


def passed(obj: Any) -> bool:
    """Whether a callable is one of Jinja's that does no more than templates can."""
    if isinstance(obj, _PASSED) or any(obj is each for each in _BUILDERS):
        return True
    owner = getattr(obj, "__self__", None)
    return isinstance(owner, _PASSED_SELF) and isinstance(
        obj, types.MethodType | types.BuiltinMethodType
    )


def call(found: Recording, env: Any, obj: Any, args: Any, kwargs: Mapping[str, Any]) -> str:
    """Report a call. The path of its result; empty if all of it was recorded already."""
    name = getattr(obj, "__name__", type(obj).__name__)
    module = getattr(obj, "__module__", None) or ""
    owner = getattr(obj, "__self__", None)
    place = found.path(obj)
    if type(owner) in SCALARS and isinstance(obj, types.BuiltinMethodType | types.MethodType):
        if name in ("strftime", "__format__") or (name[:6] == "format" and ":" in str(owner)):
            found.read("", "locale", None)
        if isinstance(owner, datetime.datetime) and name in ("astimezone", "timestamp"):
            found.give_up("the time zone of the system")
        strict = name in ("format", "format_map", "__format__")
        given(found, f"{name}()", strict, map(found.plain, args), kwargs)
        return ""
    if place and (_recordable(found, owner, name) or _is_linked(obj)):
        try:
            return f"{place}{STEP}({_arguments(args, kwargs)}"
        except UnrecordableError as error:
            found.give_up(str(error))
            return ""
    if {name, f"{module}.{getattr(obj, '__qualname__', name)}", place[2:]} & env.pure:
        plain = [found.plain(each) for each in (*args, *kwargs.values())]
        given(found, f"{name}()", True, plain, {})
        return ""
    if module == "jinja2.ext" and "Debug" not in type(owner).__name__:
        return ""
    found.give_up(f"calls {module}.{name}()" if module else f"calls {name}()")
    return ""


def _recordable(found: Recording, owner: Any, name: str) -> bool:
    if isinstance(owner, Content):
        return name in _CONTENT_CALLS
    return type(owner).__module__ == "pelican.paginator" and name[:1] != "_"


def _is_linked(obj: Any) -> bool:
    """Whether a callable is ``get_content`` or ``get_summary`` of a content."""
    return isinstance(obj, functools.partial) and isinstance(obj.args[:1] and obj.args[0], Content)


def _attached(obj: Any, name: str) -> bool:
    """Whether reading an attribute of a content moves a file that it has attached."""
    if name not in _LINKED and (
        name in _SAFE_PROPERTIES or not isinstance(getattr(type(obj), name, None), property)
    ):
        return False
    text = getattr(obj, "_content", "")
    return not isinstance(text, str) or bool(_ATTACH.search(text))


def look(
    env: Any, found: Recording, stock: Callable[..., Any], obj: Any, key: Any, sort: str
) -> Any:
    """What Jinja reads as ``obj.key`` or ``obj[key]``."""
    kind = type(obj)
    if isinstance(obj, Traced):
        return _look_inside(env, found, stock, obj, key, sort)
    if found.always or kind in SCALARS or kind in (list, dict) or isinstance(obj, tuple):
        return stock(obj, key)
    if isinstance(obj, View):
        if isinstance(key, str) and hasattr(obj.stock(), key):
            found.give_up(f"reads {key!r} of {obj.name}()")
        return stock(obj.stock(), key)
    if kind.__module__.startswith("jinja2.") or isinstance(obj, Undefined):
        return stock(obj, key)
    path = found.path(obj)
    if not path and not is_scalar(obj):
        found.give_up(f"reads {key!r} of what was read nowhere ({kind.__qualname__})")
    if isinstance(obj, Content) and _attached(obj, key):
        found.give_up(f"{obj.relative_source_path} attaches files, which its page moves")
    value = stock(obj, key)
    if not path:
        return value
    if sort == "[" and isinstance(key, str) and not hasattr(kind, "__getitem__"):
        sort = "."
    try:
        said = code(key)
    except UnrecordableError as error:
        found.give_up(str(error))
        return value
    value = found.take(value, path + STEP + (f".{key}" if sort == "." else f"[{said}"))
    return value


def _look_inside(
    env: Any, found: Recording, stock: Callable[..., Any], obj: Any, key: Any, sort: str
) -> Any:
    """The same of a list or dict of the context."""
    if found.always:
        return stock(obj.raw, key)
    known = list if isinstance(obj, list) else dict
    method = isinstance(key, str) and hasattr(known, key)
    if method and (sort == "." or known is list) and key in vars(type(obj)):
        return getattr(obj, key)
    if method and sort == ".":
        found.give_up(f"reads {key!r} of a {known.__name__}")
        return stock(obj.raw, key)
    if sort == "." and hasattr(obj.raw, key):
        found.give_up(f"reads {key!r} of a {known.__name__}")
        return stock(obj.raw, key)
    try:
        return obj[key]
    except (AttributeError, TypeError, LookupError):
        pass
    if sort == "[" and method:
        return getattr(obj, key)
    return env.undefined(obj=obj.raw, name=key)


def _arguments(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """The arguments of a call as they stand in a path. Raises UnrecordableError."""
    for each in (*args, *kwargs.values()):
        code(each)
    return json.dumps([args, kwargs])
