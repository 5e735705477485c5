"""What a render read is looked at again in another build: whether it is still the same."""

from __future__ import annotations

import json
import locale
from collections.abc import Mapping
from itertools import islice
from typing import Any

from .values import (
    MISSING,
    OP,
    STEP,
    Known,
    Reads,
    UnrecordableError,
    decoded,
    deep,
    digest,
    joined,
    token,
)


def attribute(obj: Any, name: str) -> Any:
    """What Jinja reads as ``obj.name``, or MISSING."""
    try:
        return getattr(obj, name)
    except AttributeError:
        pass
    try:
        return obj[name]
    except (TypeError, LookupError, AttributeError):
        return MISSING


def item(obj: Any, argument: Any) -> Any:
    """What Jinja reads as ``obj[argument]``, or MISSING; makes no items of a defaultdict."""
    try:
        if isinstance(obj, dict):
            return obj.get(argument, MISSING)
        return obj[argument]
    except (AttributeError, TypeError, LookupError):
        return getattr(obj, argument, MISSING) if isinstance(argument, str) else MISSING


def follow(obj: Any, step: str) -> Any:
    """What one step of a path leads to, or MISSING."""
    sort, rest = step[0], step[1:]
    if obj is MISSING:
        return MISSING
    if sort == ".":
        return attribute(obj, rest)
    if sort == "[":
        return item(obj, decoded(rest))
    if sort == "~":
        return obj[slice(*json.loads(rest))]
    if sort == "(":
        arguments, named = json.loads(rest)
        return obj(*arguments, **named)
    index = int(rest)
    if sort == "#":
        return obj[index] if index < len(obj) else MISSING
    pair = next(islice(obj.items(), index, None), (MISSING, MISSING))
    return pair[0 if sort == "K" else 1]


def evaluate(op: str, obj: Any, known: Known) -> str:
    """The token of what an operation says of an object. Raises UnrecordableError."""
    name, _, rest = op.partition(":")
    if name == "val":
        return token(obj, known)
    if name == "deep":
        return deep(obj, known)
    if name == "locale":
        return repr([locale.setlocale(each) for each in (locale.LC_TIME, locale.LC_CTYPE)])
    kind = f"{type(obj).__name__} "
    if name == "iter":
        return kind + joined([token(each, known) for each in obj])
    if name == "head":
        return kind + joined([token(each, known) for each in obj[: int(rest)]])
    if name == "len":
        return kind + str(len(obj))
    if name == "bool":
        return kind + str(bool(obj))
    if name == "in":
        wanted = known.find(rest[1:]) if rest[0] == "c" else decoded(rest)
        return kind + str(wanted in obj)
    if name == "keys":
        return kind + joined([token(each, known) for each in obj])
    if name == "items":
        return kind + joined([token(part, known) for pair in obj.items() for part in pair])
    raise UnrecordableError(f"no such operation: {op}")


class Verifier:
    """Whether what renders read in another build is still the same in this one.

    ``context`` is what Pelican's generators share; ``globals`` are those of Jinja's environment,
    without which whatever read one does not hold. Ask when Pelican would render the page: with
    relative URLs, links in contents depend on what its writer has put into the context.
    """

    def __init__(
        self, context: Mapping[str, Any], globals: Mapping[str, Any] | None = None
    ) -> None:
        self._context = context
        self._globals: Mapping[str, Any] = globals or {}
        self._known = Known.of(context)
        # What a name is for all pages; for a siteurl: where reads that hold start, objects by path.
        self._shared: dict[str, Any] = {}
        self._good: dict[Any, dict[tuple[str, str], str]] = {}
        self._found: dict[Any, dict[str, tuple[Any, Any]]] = {}

    def _siteurl(self) -> Any:
        """What contents put before their links: they ask the context that they were made with."""
        for content in self._known.generated.values():
            return getattr(content, "_context", self._context).get("localsiteurl", "")
        return self._context.get("localsiteurl", "")

    def holds(
        self,
        reads: Reads,
        localcontext: Mapping[str, Any],
        globals: Mapping[str, Any] | None = None,
    ) -> bool:
        """Whether a render with ``localcontext`` would read all the same as that of ``reads``.

        ``globals`` are those of the page's own template, if not those of the verifier.
        """
        siteurl = self._siteurl()
        good = self._good.setdefault(siteurl, {})
        found = self._found.setdefault(siteurl, {})
        bases = {"n": localcontext, "g": self._globals if globals is None else globals}
        own = {
            start
            for start, root in self._shared.items()
            if bases[start[0]].get(start[2:], MISSING) is not root
        }
        for read in reads:
            start = good.get(read)
            if start is None or start in own:
                try:
                    if not self._check(read, bases, own, good, found):
                        return False
                except Exception:  # what cannot be read any more is not the same
                    return False
        return True

    def _check(
        self,
        read: tuple[str, str],
        bases: Mapping[str, Mapping[str, Any]],
        own: set[str],
        good: dict[tuple[str, str], str],
        found: dict[str, tuple[Any, Any]],
    ) -> bool:
        key, wanted = read
        path, op, *other = key.split(OP)
        start, root = self._start(path, bases, own)
        obj = self._walk(path, root, found)
        if op == "is":
            there = self._walk(other[0], self._start(other[0], bases, own)[1], found)
            return there is obj
        if op == "distinct":
            objects = {id(obj)}
            for each in other:
                objects.add(id(self._walk(each, self._start(each, bases, own)[1], found)))
            return len(objects) == len(other) + 1
        if digest(evaluate(op, obj, self._known)) != wanted:
            return False
        if op != "locale" and start not in own:
            good[read] = start
        return True

    def _start(
        self, path: str, bases: Mapping[str, Mapping[str, Any]], own: set[str]
    ) -> tuple[str, Any]:
        """The name that a path starts at, empty if at a content; and what that is."""
        start = path.split(STEP, 1)[0]
        if not start or start[0] not in bases:
            return "", self._known.find(start) if start else None
        root = bases[start[0]].get(start[2:], MISSING)
        if start not in self._shared:
            base = self._context if start[0] == "n" else bases["g"]
            self._shared[start] = base.get(start[2:], MISSING)
            if self._shared[start] is not root:
                own.add(start)
        return start, root

    def _walk(self, path: str, root: Any, found: dict[str, tuple[Any, Any]]) -> Any:
        before, _, step = path.rpartition(STEP)
        if not before:
            return root
        known = found.get(path)
        if known is None or known[0] is not root:
            known = (root, follow(self._walk(before, root, found), step))
            found[path] = known
        return known[1]
