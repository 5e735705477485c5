"""Structured data in pages: found by extruct, and walked node by node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import extruct

Node = dict[str, Any]

CONTEXT = "https://schema.org"


def json_ld(html: str) -> list[Node]:
    """The JSON-LD of a page, one node for each block."""
    nodes: list[Node] = extruct.extract(html, syntaxes=["json-ld"])["json-ld"]
    return nodes


def roots(nodes: Iterable[Node]) -> Iterator[Node]:
    """The outermost nodes, those of a graph each by itself and as if they had its context."""
    for node in nodes:
        if "@graph" in node:
            context = {key: node[key] for key in ("@context",) if key in node}
            yield from (context | inner for inner in node["@graph"])
        else:
            yield node


def types(node: Node) -> list[str]:
    """The types of a node, of which there is mostly one."""
    found = node.get("@type", [])
    return [found] if isinstance(found, str) else list(found)


@dataclass(frozen=True)
class Place:
    """Where in structured data something is: in which outermost node, and on which way down."""

    root: str
    way: str = ""

    @classmethod
    def of(cls, root: Node) -> Place:
        """An outermost node: its type, and where there is one, its address."""
        kind = " ".join(types(root)) or "node"
        address = root.get("@id") or root.get("url")
        return cls(f"{kind} <{address}>" if isinstance(address, str) else kind)

    def below(self, name: str) -> Place:
        """The place of a property."""
        return Place(self.root, f"{self.way}.{name}" if self.way else name)

    def at(self, position: int) -> Place:
        """The place of one of several values."""
        return Place(self.root, f"{self.way}[{position}]")

    def __str__(self) -> str:
        return f"{self.root} {self.way}".strip()
