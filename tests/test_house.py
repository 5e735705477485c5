"""The house's order: imports point downwards, files stay small, names stay inside."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PLUGIN = ROOT / "plugins" / "newsroom"

# What each floor may import from outside the plugin, besides the standard library.
OUTSIDE: dict[int, set[str]] = {
    0: set(),
    1: {"PIL", "bs4", "dateutil", "markdown", "playwright", "unidecode"},
    2: {"jinja2", "markdown", "markupsafe", "pelican", "prompt_toolkit", "rich", "watchfiles"},
    3: {"jinja2", "pelican"},
}
FLOORS: dict[int, str] = {
    0: """problems header body citation author entry incident newsroom addresses settings
          words clock moment edit files formats status""",
    1: """fields moments slugs screenshots evidence renditions markdown_extension markup stage
          urls interpret_citation interpret_entry interpret_profile scan rules checks scaffold
          claims capture""",
    2: "views describe present host reader adapter pages reports preview terminal asking",
    3: "plugin command desk desk_incident desk_capture desk_edit __init__",
}
FLOOR_OF = {room: floor for floor, rooms in FLOORS.items() for room in rooms.split()}
MODULES = sorted(PLUGIN.glob("*.py"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Pairs of relative level and first name of each import in a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.level, node.module.split(".")[0]
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.level, alias.name) for alias in node.names)


def test_every_room_has_a_floor() -> None:
    assert {path.stem for path in MODULES} == set(FLOOR_OF)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_imports_point_downwards(path: Path) -> None:
    floor = FLOOR_OF[path.stem]
    for level, name in imports(path):
        if level:
            assert FLOOR_OF[name] <= floor, f"{path.stem} is below {name}"
        elif name not in sys.stdlib_module_names:
            assert name in OUTSIDE[floor], f"{path.stem} on floor {floor} knows {name}"


def test_no_two_rooms_import_each_other() -> None:
    known = {
        path.stem: {name for level, name in imports(path) if level and name != path.stem}
        for path in MODULES
    }
    order: list[str] = []
    while len(order) < len(known):
        free = [room for room in known if room not in order and known[room] <= set(order)]
        assert free, f"in a circle: {set(known) - set(order)}"
        order += free


@pytest.mark.parametrize(
    "path",
    [*MODULES, *ROOT.glob("*.py"), *(ROOT / "tests").rglob("*.py")],
    ids=lambda path: path.name,
)
def test_files_stay_under_400_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) < 400


def test_checking_never_imports_pelican() -> None:
    code = "import newsroom.checks, newsroom.command, sys; print('pelican' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PLUGIN.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_settings_name_nothing_that_is_in_the_content() -> None:
    written = (ROOT / "pelicanconf.py").read_text("utf-8")
    inside = [path.stem for path in (ROOT / "content").rglob("*.md") if "-" in path.stem]
    assert not [name for name in inside if re.search(rf"\b{re.escape(name)}\b", written)]
