"""The order of the plugin for fast builds: imports point downwards, and it needs no newsroom."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parent.parent / "plugins"
RAPID = PLUGINS / "rapid"
BY_NAME = ("import_module", "__import__")
OUTSIDE: dict[int, set[str]] = {
    0: set(),
    1: {"jinja2", "markupsafe", "pelican"},
    2: {"jinja2", "markdown", "pelican"},
    3: {"pelican"},
}
FLOORS = {
    0: "digests ledger stage workers opens reports build",
    1: "lazily values verifying recording policy proxies tracing compiled lists",
    2: "reading writing",
    3: "plugin",
}
FLOOR_OF = {room: floor for floor, rooms in FLOORS.items() for room in rooms.split()}
MODULES = sorted(path for path in RAPID.glob("*.py") if path.stem != "__init__")


def imports(path: Path) -> Iterator[tuple[bool, str]]:
    """What a file imports: whether it is ours, and its name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((False, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield bool(node.level), (node.module or "").split(".")[0]


def test_every_room_has_a_floor() -> None:
    assert {path.stem for path in MODULES} == set(FLOOR_OF)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_imports_point_downwards(path: Path) -> None:
    floor = FLOOR_OF[path.stem]
    for ours, name in imports(path):
        if ours:
            assert FLOOR_OF[name] <= floor, f"{path.stem} is below {name}"
        elif name not in sys.stdlib_module_names:
            assert name in OUTSIDE[floor], f"{path.stem} on floor {floor} knows {name}"


def test_no_rooms_import_each_other() -> None:
    known = {path.stem: {name for ours, name in imports(path) if ours} for path in MODULES}
    order: list[str] = []
    while len(order) < len(known):
        free = [room for room in known if room not in order and known[room] <= set(order)]
        assert free, f"in a circle: {set(known) - set(order)}"
        order += free


def imported(path: Path) -> Iterator[str]:
    """The full names of what a file imports, however it says so."""
    package = path.relative_to(PLUGINS).parent.parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) + 1 - node.level] if node.level else ()
            inside = (*above, node.module) if node.module else above
            yield from (".".join((*inside, alias.name)) for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(BY_NAME):
            yield from (str(each.value) for each in node.args[:1] if isinstance(each, ast.Constant))


@pytest.mark.parametrize(("plugin", "other"), [("newsroom", "rapid"), ("rapid", "newsroom")])
def test_each_plugin_is_of_use_without_the_other(plugin: str, other: str) -> None:
    its = re.compile(rf"((pelican\.)?plugins\.)?{other}(\.|$)")  # installed, they are Pelican's
    for path in (PLUGINS / plugin).rglob("*.py"):
        assert not [name for name in imported(path) if its.match(name)], path


@pytest.mark.parametrize("path", sorted(RAPID.glob("*.py")), ids=lambda path: path.name)
def test_files_stay_under_400_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) < 400
