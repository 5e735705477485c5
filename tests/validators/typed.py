"""Structured data as TypeScript: tsc holds each node against the types that schema-dts has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.validators.installed import node as node_program
from tests.validators.installed import node_package, run
from tests.validators.structured import Node, Place, roots, types

ERROR = re.compile(r"^nodes\.ts\((?P<line>\d+),\d+\): error TS\d+: (?P<text>.+)$")
IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9]*")
LONG_TYPE = re.compile(r"'([^']{100})[^']*'")


@dataclass
class Source:
    """TypeScript in the making, which remembers what each of its lines is about."""

    lines: list[str] = field(default_factory=list)
    about: list[Place] = field(default_factory=list)

    def write(self, line: str, about: Place) -> None:
        self.lines.append(line)
        self.about.append(about)


def typed(nodes: Iterable[Node]) -> list[str]:
    """What does not have the type that it says it has; one tsc for all nodes."""
    source = Source()
    source.write('import type * as schema from "schema-dts";', Place("schema-dts"))
    complaints = []
    for number, root in enumerate(roots(nodes), 1):
        match types(root):
            case [kind] if IDENTIFIER.fullmatch(kind):
                # A literal that is given a type at once has its surplus properties reported.
                constant = f"const n{number}: schema.WithContext<schema.{kind}> ="
                _write(root, constant, ";", Place.of(root), source)
            case several:
                complaints.append(f"{Place.of(root)}: the types are {several}, not one")
    return complaints + _compile(source)


def _write(value: Any, before: str, after: str, about: Place, source: Source) -> None:
    """Write a value with each property on a line of its own, so that errors can be traced."""
    if isinstance(value, dict):
        source.write(f"{before} {{", about)
        for name, inner in value.items():
            _write(inner, f"{json.dumps(name)}:", ",", about.below(name), source)
        source.write(f"}}{after}", about)
    elif isinstance(value, list):
        source.write(f"{before} [", about)
        for position, inner in enumerate(value):
            _write(inner, "", ",", about.at(position), source)
        source.write(f"]{after}", about)
    else:
        source.write(f"{before} {json.dumps(value)}{after}", about)


def _compile(source: Source) -> list[str]:
    packages = node_package("")
    settings = {
        "strict": True,
        "noEmit": True,
        "skipLibCheck": True,
        "types": [],
        "lib": ["es2022"],
        "module": "esnext",
        "moduleResolution": "bundler",
        "paths": {"schema-dts": [str(packages / "schema-dts")]},
    }
    with TemporaryDirectory() as folder:
        Path(folder, "nodes.ts").write_text("\n".join(source.lines), "utf-8")
        project = {"compilerOptions": settings, "files": ["nodes.ts"]}
        Path(folder, "tsconfig.json").write_text(json.dumps(project), "utf-8")
        compiler = str(packages / "typescript" / "bin" / "tsc")
        done = run(node_program(), compiler, "--pretty", "false", folder=Path(folder))
    complaints = list(_traced(done.stdout.splitlines(), source))
    if done.returncode != 0 and not complaints:
        return [f"tsc failed: {done.stdout}{done.stderr}"]
    return complaints


def _traced(said: Iterable[str], source: Source) -> Iterator[str]:
    """Errors with the node and the property they are about.

    The lines that tsc indents below an error lead to its cause, the last one to the innermost.
    That something is not undefined is true of every optional property and says nothing.
    """
    errors: list[list[str]] = []
    for line in said:
        if line.startswith(" ") and errors:
            errors[-1] += [] if line.endswith("'undefined'.") else [line.strip()]
        else:
            errors.append([line])
    for first, *causes in errors:
        found = ERROR.match(first)
        if found is None:
            yield first
            continue
        words = LONG_TYPE.sub(r"'\1…'", ": ".join([found["text"], *causes[-1:]]))
        yield f"{source.about[int(found['line']) - 1]}: {words}"
