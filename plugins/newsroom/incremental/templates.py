"""Templates: what they look at, and how they were compiled.

What a page is made of is declared for it; a theme's template may look at more. What a template
can look at stands in its source, and in those that it extends, includes and imports.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from jinja2 import BytecodeCache, Environment, TemplateNotFound, meta, nodes
from jinja2.bccache import Bucket

from .cache import Cache

LOOKS, COMPILED = "looks", "compiled"
ANYTHING = "*"


@dataclass
class Looks:
    """Finds what templates look at, in a context: once under a fingerprint.

    Of a variable in ``parts``, an attribute is said as ``variable.attribute``; of one in
    ``own``, its value for the page in hand is nothing to speak of.
    """

    env: Environment
    cache: Cache
    parts: frozenset[str]
    own: frozenset[str]
    _known: dict[str, frozenset[str]] = field(default_factory=dict)
    _parsed: dict[str, tuple[set[str], list[str | None]]] = field(default_factory=dict)

    def of(self, name: str) -> frozenset[str]:
        """Return all that a template looks at; ``*`` if it computes which others it needs."""
        if name not in self._known:
            if kept := self.cache.get(LOOKS, name):
                self._known[name] = frozenset(json.loads(kept))
            else:
                self._known[name] = self._find(name)
                self.cache.put(LOOKS, {name: json.dumps(sorted(self._known[name])).encode()})
        return self._known[name]

    def _find(self, name: str) -> frozenset[str]:
        found: set[str] = set()
        seen: set[str | None] = set()
        waiting: list[str | None] = [name]
        while waiting:
            other = waiting.pop()
            if other in seen:
                continue
            seen.add(other)
            looks, others = self._parse(other) if other else ({ANYTHING}, [])
            found |= looks
            waiting += others
        return frozenset(found)

    def _parse(self, name: str) -> tuple[set[str], list[str | None]]:
        """Return what one template looks at, and those that it refers to, None if computed."""
        if name not in self._parsed:
            assert self.env.loader is not None
            try:
                tree = self.env.parse(self.env.loader.get_source(self.env, name)[0])
            except TemplateNotFound:  # an include may be missing
                return set(), []
            # Names of the template's own count, too: to tell them apart, Jinja would compile it.
            variables = {node.name for node in tree.find_all(nodes.Name)}
            looks = {look for variable in variables for look in self._looked(tree, variable)}
            # From there, or from what is private, a thing leads anywhere.
            if any(_leads_away(node.attr) for node in tree.find_all(nodes.Getattr)):
                looks |= self.parts
            self._parsed[name] = looks, list(meta.find_referenced_templates(tree))
        return self._parsed[name]

    def _looked(self, tree: nodes.Template, variable: str) -> Iterator[str]:
        """Say at what of a variable a template looks: the whole, unless only attributes."""
        if variable not in self.parts | self.own:
            yield variable
            return
        whole = sum(node.name == variable for node in tree.find_all(nodes.Name))
        for node in tree.find_all(nodes.Getattr):
            if variable in self.parts and node.node == nodes.Name(variable, "load"):
                whole -= 1
                yield f"{variable}.{node.attr}"
        if variable in self.own:
            whole -= sum(map(_own_of(variable), tree.find_all((nodes.Call, nodes.Getitem))))
        if whole:
            yield variable


def _leads_away(attribute: str) -> bool:
    return attribute == "context" or attribute.startswith("_")


def _own_of(variable: str) -> Callable[[nodes.Node], bool]:
    """Recognize ``variable.get(output_file)`` and ``variable[output_file]``."""
    whole, own = nodes.Name(variable, "load"), nodes.Name("output_file", "load")
    get = nodes.Getattr(whole, "get", "load")
    wanted = (nodes.Call(get, [own], [], None, None), nodes.Getitem(whole, own, "load"))
    return lambda node: node in wanted


class Compiled(BytecodeCache):
    """Compiled templates, kept; not where other code runs: Jinja computes filters of constants."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what was kept, if anything was."""
        if kept := self.cache.get(COMPILED, bucket.key):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        self.cache.put(COMPILED, {bucket.key: bucket.bytecode_to_string()})
