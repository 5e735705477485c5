"""Finds which context names a template uses; keeps compiled templates.

A page declares its inputs, but a theme's template may use more. The names that it can use are
read from its source, and from those of the templates that it extends, includes and imports.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from jinja2 import BytecodeCache, Environment, TemplateNotFound, meta, nodes
from jinja2.bccache import Bucket

from .cache import Cache

LOOKS, PAGES, TEXTS = "looks", "compiled pages", "compiled texts"
ANYTHING = "*"


@dataclass
class Looks:
    """Finds the context names that templates use; the results are kept.

    For a variable in ``parts``, each attribute counts by itself: ``variable.attribute``. One in
    ``own`` does not count where only its value for the page itself is used.
    """

    env: Environment
    cache: Cache
    parts: frozenset[str]
    own: frozenset[str]
    _known: dict[str, frozenset[str]] = field(default_factory=dict)
    _parsed: dict[str, tuple[set[str], list[str | None]]] = field(default_factory=dict)

    def of(self, name: str) -> frozenset[str]:
        """Return all that a template looks at; ``*`` if it computes the name of one it includes."""
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
        """Return the names one template uses, and the templates it refers to (None: computed)."""
        if name not in self._parsed:
            assert self.env.loader is not None
            try:
                tree = self.env.parse(self.env.loader.get_source(self.env, name)[0])
            except TemplateNotFound:  # an include may be missing
                return set(), []
            # The template's own variables are among them; only compiling would tell them apart.
            variables = {node.name for node in tree.find_all(nodes.Name)}
            looks = {look for variable in variables for look in self._looked(tree, variable)}
            # Through ``context`` or a private attribute a template can reach anything.
            if any(_leads_away(node.attr) for node in tree.find_all(nodes.Getattr)):
                looks |= self.parts
            self._parsed[name] = looks, list(meta.find_referenced_templates(tree))
        return self._parsed[name]

    def _looked(self, tree: nodes.Template, variable: str) -> Iterator[str]:
        """Yield the attributes of a variable that a template uses, or the variable as a whole."""
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
    """Keeps compiled templates; environments of one ``kind`` must have the same options.

    Not for foreign filters: Jinja applies them while compiling.
    """

    def __init__(self, cache: Cache, kind: str) -> None:
        self.cache, self.kind = cache, kind

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the bytecode of a template, if it was kept."""
        if kept := self.cache.get(self.kind, bucket.key):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the bytecode of a template."""
        self.cache.put(self.kind, {bucket.key: bucket.bytecode_to_string()})
