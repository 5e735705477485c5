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
    1: {
        "PIL",
        "babel",
        "boto3",
        "botocore",
        "brotli",
        "bs4",
        "cbor2",
        "dateutil",
        "feedgenerator",
        "markdown",
        "markupsafe",
        "playwright",
        "unidecode",
        "urllib3",
        "wcwidth",
    },
    2: {"jinja2", "markdown", "markupsafe", "pelican", "prompt_toolkit", "rich", "watchfiles"},
    3: {"invoke", "jinja2", "pelican"},
}
FLOORS: dict[int, str] = {
    0: """clock files progress model.problems model.header model.body model.citation model.author
          model.entry model.incident model.newsroom model.addresses model.settings
          desk.helps desk.profile model.moment model.feed_ids model.letters model.security desk.edit
          desk.formats desk.quoting
          desk.result
          publish.policy publish.manifest publish.exif publish.heif publish.extras publish.secrets
          publish.local_paths publish.hosting publish.hosting_caddy publish.hosting_cloudfront
          publish.hosting_nginx publish.hosting_rules publish.programs publish.undo
          deploy.release deploy.plan
          deploy.shown deploy.worktree deploy.differences""",
    1: """language.catalogues language.words language.languages desk.status
          reading.colours reading.fields reading.moments reading.opening reading.slugs
          reading.screenshots reading.interpret_citation reading.interpret_entry
          reading.interpret_profile reading.signs
          reading.memory reading.marks reading.tasks reading.markdown_extension reading.elements
          reading.nesting reading.third_party reading.body_facts reading.bodies
          reading.references reading.times reading.names reading.folder reading.scan
          reading.unseen reading.urls reading.addresses reading.rules reading.withheld
          reading.checks
          view.markup view.renditions view.pictures view.parts
          view.views view.overview view.heads view.made
          machine.site machine.structured machine.heads machine.feeds machine.atom
          machine.json_feed machine.sitemaps machine.columns machine.prose machine.texts
          machine.oembed machine.search cards.cards cards.lettering cards.bidi cards.linebreaks
          cards.typefaces cards.portraits machine.share_images machine.publication
          desk.scaffold desk.claims desk.capture desk.evidence desk.due desk.strip
          publish.leaks publish.links publish.twins publish.finish deploy.rclone deploy.leases
          deploy.cloudfront deploy.s3 deploy.announce deploy.verify deploy.folders deploy.ssh
          deploy.pages deploy.targets host.search_order host.assets host.stage""",
    2: """view.describe view.entries view.present host.defaults host.reader host.adapter host.pages
          host.publishing host.inputs host.declared host.pieces host.search host.reports
          desk.preview desk.public_site desk.terminal desk.asking""",
    3: """command desk.desk desk.incidents desk.captures desk.changes desk.plainly
          desk.at_desk desk.choosing desk.typed desk.approval desk.next_steps desk.tasks
          host.plugin
          deploy.operations deploy.talk deploy.tasks""",
}
FLOOR_OF = {room: floor for floor, rooms in FLOORS.items() for room in rooms.split()}
WINGS = {path.parent.name for path in PLUGIN.glob("*/__init__.py")}
MODULES = sorted(path for path in PLUGIN.rglob("*.py") if path.stem != "__init__")


def room_of(path: Path) -> str:
    """A module's name inside the plugin: ``wing.room``, or ``room`` at the top."""
    return ".".join(path.relative_to(PLUGIN).with_suffix("").parts)


def imports(path: Path) -> Iterator[tuple[bool, str]]:
    """What a file imports: whether it is ours, and the room's or the library's name."""
    here = path.relative_to(PLUGIN).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((False, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield False, (node.module or "").split(".")[0]
        elif isinstance(node, ast.ImportFrom):
            wing = here[: len(here) + 1 - node.level]
            inside = (*wing, *(node.module or "").split(".")) if node.module else wing
            if not node.module or (inside[0] in WINGS and len(inside) == 1):
                yield from ((True, ".".join((*inside, alias.name))) for alias in node.names)
            else:
                yield True, ".".join(inside)


def test_every_room_has_a_floor() -> None:
    assert {room_of(path) for path in MODULES} == set(FLOOR_OF)


@pytest.mark.parametrize("path", MODULES, ids=room_of)
def test_imports_point_downwards(path: Path) -> None:
    floor = FLOOR_OF[room_of(path)]
    for ours, name in imports(path):
        if ours:
            assert FLOOR_OF[name] <= floor, f"{room_of(path)} is below {name}"
        elif name not in sys.stdlib_module_names:
            assert name in OUTSIDE[floor], f"{room_of(path)} on floor {floor} knows {name}"


def test_no_two_rooms_import_each_other() -> None:
    known = {
        room_of(path): {name for ours, name in imports(path) if ours and name != room_of(path)}
        for path in MODULES
    }
    order: list[str] = []
    while len(order) < len(known):
        free = [room for room in known if room not in order and known[room] <= set(order)]
        assert free, f"in a circle: {set(known) - set(order)}"
        order += free


@pytest.mark.parametrize(
    "path",
    [*PLUGIN.rglob("*.py"), *ROOT.glob("*.py"), *(ROOT / "tests").rglob("*.py")],
    ids=lambda path: path.name,
)
def test_files_stay_under_400_lines(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) < 400


def test_checking_never_imports_pelican() -> None:
    code = "import newsroom.reading.checks, newsroom.command, sys; print('pelican' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PLUGIN.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_settings_name_nothing_that_is_in_the_content() -> None:
    written = (ROOT / "pelicanconf.py").read_text("utf-8")
    inside = [path.stem for path in (ROOT / "content").rglob("*.md") if "-" in path.stem]
    assert not [name for name in inside if re.search(rf"\b{re.escape(name)}\b", written)]
