"""Structured data against the vocabulary of schema.org: types, properties and their values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.validators.installed import grammar
from tests.validators.literals import LITERALS
from tests.validators.structured import CONTEXT, Node, Place, roots, types

SCHEMA_ORG = "https://schema.org/"
KEYWORDS = {"@context", "@id", "@type"}


@dataclass(frozen=True)
class Property:
    """What a property belongs to, and what it may hold."""

    domain: frozenset[str]
    range: frozenset[str]


@dataclass(frozen=True)
class Vocabulary:
    """A release of schema.org."""

    supers: dict[str, frozenset[str]]  # of each type, itself among them
    properties: dict[str, Property]
    members: dict[str, frozenset[str]]  # of enumerations, with the enumerations they are in
    superseded: dict[str, str]

    def fits(self, kind: str, wanted: Iterable[str]) -> bool:
        """Whether a type is one of those wanted or lies below one."""
        return bool(self.supers.get(kind, frozenset()) & set(wanted))


def vocabulary(nodes: Iterable[Node]) -> list[str]:
    """What schema.org does not know, or knows to be otherwise, in the JSON-LD of a page."""
    found = list(roots(nodes))
    release = _read(grammar("schemaorg-all-https.jsonld"))
    kinds = _kinds_of_addresses(found)
    return [
        complaint
        for root in found
        for complaint in [*_context(root), *_node(root, release, kinds, Place.of(root))]
    ]


def _context(root: Node) -> Iterator[str]:
    if root.get("@context") != CONTEXT:
        yield f"{Place.of(root)}: @context is {root.get('@context')!r}, not {CONTEXT!r}"


def _node(
    node: Node, release: Vocabulary, kinds: dict[str, set[str]], place: Place
) -> Iterator[str]:
    """Complaints about a node and all that lies in it."""
    if not types(node):
        yield f"{place}: no @type"
    known = [kind for kind in types(node) if kind in release.supers]
    for kind in types(node):
        if kind not in release.supers:
            yield f"{place}: no type {kind}"
        elif kind in release.superseded:
            yield f"{place}: {kind} is superseded by {release.superseded[kind]}"
    for name, value in node.items():
        if name in KEYWORDS:
            continue
        where = place.below(name)
        described = release.properties.get(name)
        if described is None:
            yield f"{where}: no property {name}"
            continue
        if name in release.superseded:
            yield f"{where}: superseded by {release.superseded[name]}"
        if known and not any(release.fits(kind, described.domain) for kind in known):
            has = ", ".join(sorted(described.domain))
            yield f"{where}: not a property of {' or '.join(known)}, but of {has}"
        yield from _values(value, described, release, kinds, where)


def _values(
    value: Any, described: Property, release: Vocabulary, kinds: dict[str, set[str]], where: Place
) -> Iterator[str]:
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from _values(item, described, release, kinds, where.at(position))
        return
    if isinstance(value, dict) and "@value" in value:
        value = value["@value"]
    if isinstance(value, dict) and set(value) != {"@id"}:
        # A type that is unknown has its own complaint; one that is missing has too.
        named = [kind for kind in types(value) if kind in release.supers]
        fits = not named or any(release.fits(kind, described.range) for kind in named)
        yield from _node(value, release, kinds, where)
    elif isinstance(value, dict):
        fits = _reference_fits(value["@id"], described, release, kinds)
    else:
        fits = _literal_fits(value, described, release)
    if not fits:
        shown = json.dumps(value, ensure_ascii=False)
        shown = shown if len(shown) <= 80 else f"{shown[:79]}…"
        yield f"{where}: {shown} is not {' or '.join(sorted(described.range))}"


def _reference_fits(
    address: Any, described: Property, release: Vocabulary, kinds: dict[str, set[str]]
) -> bool:
    """Whether what is referred to may stand here; what lies in other pages is believed."""
    if not isinstance(address, str):
        return False
    if address.startswith(SCHEMA_ORG):
        return _member_fits(address, described, release)
    of_address = kinds.get(address, set())
    return not of_address or any(release.fits(kind, described.range) for kind in of_address)


def _member_fits(value: str, described: Property, release: Vocabulary) -> bool:
    """Whether this is a member of an enumeration; only the whole address is unambiguous."""
    if not value.startswith(SCHEMA_ORG):
        return False
    enumerations = release.members.get(value.removeprefix(SCHEMA_ORG), frozenset())
    return any(release.fits(kind, described.range) for kind in enumerations)


def _literal_fits(value: Any, described: Property, release: Vocabulary) -> bool:
    if isinstance(value, str) and _member_fits(value, described, release):
        return True
    # A range names a data type, which is allowed with its subtypes: Text, and so URL.
    return any(
        accepts(value) for name, accepts in LITERALS.items() if release.fits(name, described.range)
    )


def _kinds_of_addresses(found: Iterable[Node]) -> dict[str, set[str]]:
    """What is known of the nodes that others in the page may refer to."""
    kinds: dict[str, set[str]] = {}
    waiting: list[Any] = list(found)
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            if isinstance(value.get("@id"), str):
                kinds.setdefault(value["@id"], set()).update(types(value))
            waiting += value.values()
    return kinds


@cache
def _read(path: Path) -> Vocabulary:
    """The vocabulary, from the terms that its file describes."""
    terms = {
        _bare(term["@id"]): term
        for term in json.loads(path.read_text("utf-8"))["@graph"]
        if term["@id"].startswith("schema:")
    }
    classes = {name for name, term in terms.items() if "rdfs:Class" in _listed(term["@type"])}
    above = {name: _names(terms[name].get("rdfs:subClassOf")) for name in classes}
    properties = {
        name: Property(
            _names(term.get("schema:domainIncludes")), _names(term.get("schema:rangeIncludes"))
        )
        for name, term in terms.items()
        if "rdf:Property" in _listed(term["@type"])
    }
    members = {
        name: frozenset(_bare(kind) for kind in _listed(term["@type"]))
        for name, term in terms.items()
        if name not in classes and name not in properties
    }
    superseded = {
        name: ", ".join(sorted(_names(term["schema:supersededBy"])))
        for name, term in terms.items()
        if "schema:supersededBy" in term
    }
    supers = {name: frozenset(_upwards(name, above)) for name in classes}
    return Vocabulary(supers, properties, members, superseded)


def _upwards(name: str, above: dict[str, frozenset[str]]) -> Iterator[str]:
    yield name
    for parent in above.get(name, frozenset()):
        yield from _upwards(parent, above)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _names(references: Any) -> frozenset[str]:
    return frozenset(_bare(reference["@id"]) for reference in _listed(references))


def _bare(name: str) -> str:
    return name.removeprefix("schema:")
