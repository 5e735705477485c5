"""Renders of which every read is recorded: what a page depends on, with the values it had.

A page need not be rendered again while everything that its last render read is still the same.
Names of the context say too little: every page of Pelican's ``simple`` theme reads ``categories``,
which holds all articles, but prints each category's name and URL only. So what is recorded is
which attributes, items, elements and lengths Jinja's code really asked for.

Code that is no template (a filter, test or function of a site's own) could read anything. What
such code was given counts as read whole where it is Jinja's or Pelican's; else a page that
calls it is always rendered, unless the code was declared pure.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.environment import TemplateModule
from jinja2.ext import Extension
from jinja2.filters import FILTERS
from jinja2.runtime import Context
from jinja2.tests import TESTS
from jinja2.utils import Cycler, Joiner, Namespace, missing
from pelican.plugins._utils import plugin_enabled
from pelican.utils import DateFormatter

from .policy import call, given, look, passed, same
from .proxies import TracedDict, TracedList
from .recording import Recording
from .values import MISSING, OP, Reads
from .verifying import Verifier

__all__ = ["Recorded", "Verifier", "record", "tracing_environment"]

# Filters of Jinja that do with a list what a template could do: they report what they read.
_LISTS = {
    "sort", "unique", "min", "max", "groupby", "map", "select", "reject", "selectattr",
    "rejectattr", "first", "last", "list", "batch", "slice", "reverse", "sum", "join", "length",
    "count", "dictsort", "items", "default", "d", "attr",
}  # fmt: skip
_STATE = (list, dict, set, Namespace, Cycler, Joiner)


@dataclass(frozen=True)
class Recorded:
    """A page, and what it was made of.

    ``reads`` are keys and digests, for ``Verifier.holds``. ``templates`` are the names and files
    of all templates that were looked for; the file is empty where there was none.
    ``always`` says why the page can never be left out; empty if it can.
    """

    text: str
    reads: Reads = ()
    templates: tuple[tuple[str, str], ...] = ()
    always: str = ""

    def __reduce__(self) -> Any:
        return _unpickled, (self.text, self.reads, self.templates, self.always)


_READS: dict[tuple[str, str], tuple[str, str]] = {}


def shared(reads: Reads) -> Reads:
    """Reads that are the same objects for all pages: small in memory, and in one pickle."""
    return tuple([_READS.setdefault(read, read) for read in reads])


def forget() -> None:
    """Let go of what renders of an earlier build have left: contents are new in each."""
    _READS.clear()
    Recording.forget()


def is_known(table: Mapping[str, Any], name: str) -> bool:
    """Whether a filter or test is Jinja's or Pelican's own."""
    return table.known(name) if isinstance(table, _Table) else False


def _unpickled(
    text: str, reads: Reads, templates: tuple[tuple[str, str], ...], always: str
) -> Recorded:
    return Recorded(text, shared(reads), templates, always)


def record(template: jinja2.Template, localcontext: Mapping[str, Any]) -> Recorded:
    """Render a template, and report what that read.

    Ask for it when Pelican's writer would render: contents make their links with what the
    writer has put into the context. Raises what the render raises.
    """
    env = template.environment
    if not isinstance(env, _Tracing):
        return Recorded(template.render(localcontext), always="its environment is not traced")
    found = Recording(localcontext, template.globals)
    with _into(found):
        env.loaded(template)
        if env.finalize is not None or env.is_async:
            found.give_up("the environment has code of its own for all that is printed")
        text = found.plain(template.render(localcontext))
        if not isinstance(text, str):
            found.give_up("its environment gives something that is no text")
        found.finish()
    reads = () if found.always else tuple(found.reads.items())
    return Recorded(text, shared(reads), tuple(found.templates), found.always)


@contextmanager
def _into(found: Recording) -> Any:
    before, Recording.active = Recording.active, found
    try:
        yield
    finally:
        Recording.active = before


def tracing_environment(env: jinja2.Environment, pure: Collection[str] = ()) -> None:
    """Make an environment one whose renders can be recorded, before it loads templates.

    ``pure`` names filters, tests and functions of the site's own whose result depends on their
    arguments only. Nothing changes for renders that are not recorded. Does nothing twice.
    """
    if isinstance(env, _Tracing):
        return
    env.__class__ = _derived(type(env), _Tracing)
    assert isinstance(env, _Tracing)
    env.pure = frozenset(pure)
    env.custom = {}
    env.context_class = _derived(env.context_class, _TracingContext)
    env.template_class = _derived(env.template_class, _TracingTemplate)
    env.filters = _Table(env.filters, FILTERS, "filter", env)
    env.tests = _Table(env.tests, TESTS, "test", env)


def _derived(base: type, mixin: type) -> Any:
    return type(f"Traced{base.__name__}", (mixin, base), {})


class _Tracing(jinja2.Environment):
    """An environment that reports what its templates read."""

    pure: frozenset[str]
    custom: dict[str, str]  # of a template: why its pages are always rendered

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As in Jinja, and reported."""
        found = Recording.active
        stock = super().getattr
        return (
            stock(obj, attribute)
            if found is None
            else look(self, found, stock, obj, attribute, ".")
        )

    def getitem(self, obj: Any, argument: Any) -> Any:
        """As in Jinja, and reported."""
        found = Recording.active
        stock = super().getitem
        return (
            stock(obj, argument) if found is None else look(self, found, stock, obj, argument, "[")
        )

    def _load_template(self, name: str, globals: Any) -> jinja2.Template:
        try:
            template = super()._load_template(name, globals)
        except jinja2.TemplateNotFound:
            if Recording.active is not None:
                Recording.active.templates[name, ""] = None
            raise
        self.loaded(template, name)
        return template

    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> jinja2.Template:
        """As in Jinja; a template out of the context is one that is loaded, too."""
        if isinstance(name, jinja2.Template):
            self.loaded(name)
        return super().get_template(name, parent, globals)

    def loaded(self, template: jinja2.Template, name: str | None = None) -> None:
        """Report a template that is rendered, and whether its code can be trusted."""
        found = Recording.active
        if found is None:
            return
        name = name or template.name or ""
        found.templates[name, template.filename or ""] = None
        if not template.filename:
            found.give_up("a template that is no file")
            return
        if template.filename not in self.custom:
            self.custom[template.filename] = self._custom(name, template)
        if self.custom[template.filename]:
            found.give_up(self.custom[template.filename])

    def _custom(self, name: str, template: jinja2.Template) -> str:
        """Code of a site's own that runs when a template is compiled, if there is such."""
        try:
            source = Path(template.filename or "").read_text("utf-8")
        except (OSError, UnicodeError):
            return f"the source of {name} cannot be read"
        for extension in self.extensions.values():
            kind = type(extension)
            if kind.__module__.startswith("jinja2."):
                continue
            tags = "|".join(map(re.escape, extension.tags))
            tag = rf"{re.escape(self.block_start_string)}[-+]?\s*(?:{tags})\b"
            whole = any(
                getattr(kind, part) is not getattr(Extension, part)
                for part in ("preprocess", "filter_stream")
            )
            if whole or self.line_statement_prefix or (tags and re.search(tag, source)):
                return f"the extension {kind.__qualname__}"
        tree = self._parse(source, name, template.filename)
        for node in tree.find_all((nodes.Filter, nodes.Test)):
            table = self.filters if isinstance(node, nodes.Filter) else self.tests
            assert isinstance(table, _Table)
            if node.name in table and not table.known(node.name) and not node.find(nodes.Name):
                return f"{table.sort} {node.name} of the site's own on a constant"
        return ""


class _TracingContext(Context):
    """A context that reports which names are read and what is called."""

    def resolve_or_missing(self, key: str) -> Any:
        """As in Jinja, and reported."""
        value = super().resolve_or_missing(key)
        found = Recording.active
        if found is None or found.always or key in self.vars:
            return value
        known = found.names.get(key)
        if known is None or known[0] is not value:
            known = found.names[key] = (value, self._named(found, key, value))
        return known[1]

    def _named(self, found: Recording, key: str, value: Any) -> Any:
        root = found.roots.get(key, MISSING)
        if root is MISSING and not found.imported:
            found.note(f"n:{key}{OP}val", "missing")
        if value is missing:
            found.note(f"g:{key}{OP}val", "missing")
            return value
        if root is value:
            return found.name(value, f"n:{key}")
        if key in found.globals and found.globals[key] is value:
            if DEFAULT_NAMESPACE.get(key) is value:
                return value
            return found.take(value, f"g:{key}")
        return value  # a template has made it of what it has read

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """As in Jinja, and reported."""
        found = Recording.active
        if found is None or passed(__obj):
            return super().call(__obj, *args, **kwargs)
        env = __self.environment
        scope = {key: kwargs.pop(key) for key in ("_loop_vars", "_block_vars") if key in kwargs}
        path = "" if found.always else call(found, env, __obj, args, kwargs)
        args = tuple(map(found.plain, args))
        kwargs = {key: found.plain(value) for key, value in kwargs.items()}
        value = super().call(__obj, *args, **kwargs, **scope)
        return found.take(value, path) if path else value


class _TracingTemplate(jinja2.Template):
    """A template that is imported once for all pages: what that read, each of them has read."""

    _imported: Recording

    def _get_default_module(self, ctx: Any = None) -> Any:
        found = Recording.active
        if ctx is not None and ctx.globals_keys - self.globals.keys():
            return super()._get_default_module(ctx)
        if self._module is None:
            self._imported = Recording({}, self.globals, imported=True)
            with _into(self._imported):
                inner = self.new_context()
                self._module = TemplateModule(self, inner)
                self._imported.finish()
            if any(
                type(value) in _STATE or isinstance(value, Iterator)
                for value in inner.vars.values()
            ):
                self._imported.give_up(f"{self.name} is imported and may keep what pages change")
        if found is not None:
            found.add(self._imported)
        return self._module


class _Table(dict[str, Any]):
    """The filters or tests of an environment. While a render is recorded, they report it."""

    def __init__(
        self, table: Mapping[str, Any], core: Mapping[str, Any], sort: str, env: _Tracing
    ) -> None:
        super().__init__(table)
        self.core = core
        self.sort = sort
        self.pure = env.pure
        self._traced: dict[str, tuple[Any, Any]] = {}

    def known(self, name: str) -> bool:
        """Whether one is Jinja's or Pelican's, or declared pure."""
        function = super().get(name)
        return self.core.get(name, MISSING) is function or _pelicans(function) or name in self.pure

    def __getitem__(self, name: str) -> Any:
        function = super().__getitem__(name)
        return function if Recording.active is None else self._wrapped(name, function)

    def get(self, name: str, default: Any = None) -> Any:
        """As of a dict."""
        try:
            return self[name]
        except KeyError:
            return default

    def copy(self) -> dict[str, Any]:
        """A dict of the functions themselves."""
        return dict(super().items())

    def _wrapped(self, name: str, function: Any) -> Any:
        known = self._traced.get(name)
        if known is None or known[0] is not function:
            known = (function, functools.wraps(function)(self._trace(name, function)))
            self._traced[name] = known
        return known[1]

    def _trace(self, name: str, function: Any) -> Callable[..., Any]:
        core = self.core.get(name, MISSING) is function

        def traced(*args: Any, **kwargs: Any) -> Any:
            found = Recording.active
            if found is None:
                return function(*args, **kwargs)
            if core and name == "sameas":
                return same(found, *args)
            if core and (self.sort == "test" or name in _LISTS):
                if name == "attr" and isinstance(args[1], TracedList | TracedDict):
                    found.give_up("filter attr of a list or dict")
                    args = (args[0], args[1].raw, *args[2:])
                return function(*args, **kwargs)
            if (core and name == "random") or not self.known(name):
                found.give_up(f"{self.sort} {name}")
            args = tuple(map(found.plain, args))
            kwargs = {key: found.plain(value) for key, value in kwargs.items()}
            if isinstance(function, DateFormatter):
                found.read("", "locale", None)
            given(
                found, f"{self.sort} {name}", not core or name in ("tojson", "pprint"), args, kwargs
            )
            return function(*args, **kwargs)

        return traced


def _pelicans(function: Any) -> bool:
    return isinstance(function, DateFormatter) or (
        isinstance(function, functools.partial) and function.func is plugin_enabled
    )
