"""Packages are layers, files stay small, and docs/architecture.md names every module."""

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

# The packages in layers: each imports from its own layer and those before it. And which
# libraries each layer may know, besides the standard library.
LAYERS: list[tuple[str, str]] = [
    ("clock files progress model", ""),
    ("language", "babel markupsafe"),
    ("images", "PIL"),
    ("attachments", "pypdf"),
    ("signatures", "cryptography"),
    ("reading", "PIL bs4 dateutil markdown markupsafe unidecode"),
    ("history", ""),
    ("view", "PIL bs4 markupsafe"),
    ("machine", "PIL bs4 jinja2 markupsafe typst"),
    ("publish", "brotli jinja2"),
    ("incremental", "blinker filelock jinja2 markdown pelican"),
    ("host", "cbor2 jinja2 markdown markupsafe pelican rcssmin"),
    ("deploy", "boto3 botocore urllib3"),
    (
        "imports",
        "bs4 dateutil defusedxml feedparser frontmatter markdown_it markdownify"
        " mdit_py_plugins pelican yaml",
    ),
    (
        "commands",
        "PIL bs4 extruct invoke jinja2 markupsafe mf2py packaging pelican playwright prompt_toolkit"
        " rich watchfiles",
    ),
]
LAYER_OF = {name: at for at, (names, _) in enumerate(LAYERS) for name in names.split()}
PACKAGES = {path.parent.name for path in PLUGIN.glob("*/__init__.py")}
MODULES = sorted(path for path in PLUGIN.rglob("*.py") if path.stem != "__init__")


def name_of(path: Path) -> str:
    """A module's name inside the plugin: ``package.module``, or ``module`` at the top."""
    return ".".join(path.relative_to(PLUGIN).with_suffix("").parts)


def layer_of(name: str) -> int:
    """The layer of a module, counted from the bottom."""
    return LAYER_OF[name.split(".")[0]]


def imports(path: Path) -> Iterator[tuple[bool, str]]:
    """What a file imports: whether it is ours, and the module's or the library's name."""
    here = path.relative_to(PLUGIN).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((False, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield False, (node.module or "").split(".")[0]
        elif isinstance(node, ast.ImportFrom):
            package = here[: len(here) + 1 - node.level]
            inside = (*package, *(node.module or "").split(".")) if node.module else package
            if not node.module or (inside[0] in PACKAGES and len(inside) == 1):
                yield from ((True, ".".join((*inside, alias.name))) for alias in node.names)
            else:
                yield True, ".".join(inside)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_to_lower_layers(path: Path) -> None:
    name = name_of(path)
    libraries = LAYERS[layer_of(name)][1].split()
    for ours, other in imports(path):
        if ours:
            assert layer_of(other) <= layer_of(name), f"{name} is below {other}"
        elif other not in sys.stdlib_module_names:
            assert other in libraries, f"{name} knows {other}"


def test_no_two_modules_import_each_other() -> None:
    known = {
        name_of(path): {name for ours, name in imports(path) if ours and name != name_of(path)}
        for path in MODULES
    }
    order: list[str] = []
    while len(order) < len(known):
        free = [name for name in known if name not in order and known[name] <= set(order)]
        assert free, f"in a circle: {set(known) - set(order)}"
        order += free


@pytest.mark.parametrize(
    "path",
    [*PLUGIN.rglob("*.py"), *ROOT.glob("*.py"), *(ROOT / "tests").rglob("*.py")],
    ids=lambda path: path.name,
)
def test_files_stay_under_400_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) < 400


def test_the_architecture_names_every_module() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    packages = text.partition("\n## The packages\n")[2].partition("\n## ")[0]
    named = set()
    for section in packages.split("\n### ")[1:]:
        package = section.split("\n")[0].strip("`")
        for cell in re.findall(r"^\| (`.*?) \|", section, re.M):
            names = set(re.findall(r"`(\w+)`", cell)) - {"__init__"}
            named |= {f"{package}.{name}" if package in PACKAGES else name for name in names}
    assert named == {name_of(path) for path in MODULES}


def test_checking_imports_neither_pelican_nor_cryptography() -> None:
    modules = "newsroom.commands.line, newsroom.reading.checks, sys"
    code = f"import {modules}; print({{'pelican', 'cryptography'}} & {{*sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PLUGIN.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_settings_name_nothing_that_is_in_the_content() -> None:
    written = (ROOT / "pelicanconf.py").read_text("utf-8")
    inside = [path.stem for path in (ROOT / "content").rglob("*.md") if "-" in path.stem]
    assert not [name for name in inside if re.search(rf"\b{re.escape(name)}\b", written)]
