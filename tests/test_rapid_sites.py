"""`rapid` on a site with every feature of Pelican: after any edit, as a clean build, byte by byte.

The edits are in rapid_edits.py. Each is made on a site that was built before.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from tests import twins
from tests.rapid_edits import EDITS, Edit
from tests.sites import ROOT
from tests.twins import Twin

# The theme, and RELATIVE_URLS. With --full, everything with all of them.
VARIANTS = (("simple", False), ("notmyidea", True), ("simple", True), ("notmyidea", False))
Variant = tuple[str, bool]


def named(variant: Variant) -> str:
    return f"{variant[0]}-{'relative' if variant[1] else 'absolute'}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    full = metafunc.config.getoption("--full")
    variants = VARIANTS if full else VARIANTS[:2]
    # Without --full every sixth edit, with one of two variants: sequences make the others, too.
    if "edit" in metafunc.fixturenames:
        pairs = [
            pytest.param(variant, edit, id=f"{named(variant)}-{edit.__name__}")
            for number, edit in enumerate(EDITS)
            if full or number % 6 == 0
            for variant in (variants if full else (variants[number // 6 % 2],))
        ]
        metafunc.parametrize(("variant", "edit"), pairs)
    elif "variant" in metafunc.fixturenames:
        metafunc.parametrize("variant", variants, ids=named)


@dataclass
class Base:
    """The site in a variant, built; what to come back to; whether all was well since."""

    twin: Twin
    kept: Twin
    sound: bool = True


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Variant], Base]:
    """The site in each variant. No source moves files: see test_attached_files."""

    @cache
    def base(variant: Variant) -> Base:
        theme, relative = variant
        folder, settings = tmp_path_factory.mktemp(theme), {"RELATIVE_URLS": relative}
        twin = Twin.copy("every-feature", folder, theme=theme, settings=settings)
        twin.detach()
        twin.rapid().succeeds()
        return Base(twin, twin.keep("kept"))

    return base


@pytest.fixture
def built(
    variant: Variant, bases: Callable[[Variant], Base], request: pytest.FixtureRequest
) -> Iterator[Twin]:
    """The site, built, as it was before any edit.

    The edit before is taken back, and built: that is an edit too. Only after a failure, which must
    not make others, all is as at first.
    """
    base = bases(variant)
    if base.sound:
        base.twin.take_back(base.kept)
        base.twin.rapid().succeeds()
    else:
        base.twin.come_back(base.kept)
    failed, base.sound = request.session.testsfailed, False
    yield base.twin
    base.sound = request.session.testsfailed == failed


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[..., Twin]:
    """The site, not yet built, with other settings."""
    return lambda **settings: Twin.copy("every-feature", tmp_path, settings=settings)


def test_a_first_build_and_one_without_a_change(built: Twin) -> None:
    built.stock().succeeds()
    built.compare()
    built.check("no change")
    last = built.last()
    assert set(last.rendered) <= set(last.always)
    assert last.kept


def test_clean_builds_of_pelican_are_the_same(built: Twin) -> None:
    """What all the others rely on, also for other orders of the sources."""
    built.stock().succeeds()
    first = twins.read(built.clean)
    for seed in ("0", "1", "2"):
        built.seed = seed
        built.stock().succeeds()
        assert twins.read(built.clean) == first


def test_after_an_edit(built: Twin, edit: Edit) -> None:
    edit(built)
    built.check(edit.__name__)
    built.rapid().succeeds()
    built.compare(f"{edit.__name__} and no change")


@pytest.mark.parametrize(
    "settings",
    [
        {"OUTPUT_SOURCES": True},
        {"CACHE_CONTENT": True, "LOAD_CONTENT_CACHE": True},
        {"STATIC_CREATE_LINKS": True},
        {"STATIC_CHECK_IF_MODIFIED": True},
        {"ARTICLE_ORDER_BY": "title", "PAGE_ORDER_BY": "reversed-title"},
        {"FEED_MAX_ITEMS": None, "RSS_FEED_SUMMARY_ONLY": True, "SUMMARY_MAX_PARAGRAPHS": 1},
        {"ARTICLE_TRANSLATION_ID": None},
        {"SITEURL": "", "FEED_DOMAIN": ""},
        {"TAG_SAVE_AS": "", "AUTHOR_SAVE_AS": ""},
        {"ARTICLE_SAVE_AS": "{category}/{slug}/index.html", "ARTICLE_URL": "{category}/{slug}/"},
        {"MARKDOWN": {"extension_configs": {"markdown.extensions.toc": {"permalink": True}}}},
        {"DELETE_OUTPUT_DIRECTORY": True, "OUTPUT_RETENTION": [".git", "CNAME"]},
    ],
    ids=lambda settings: "-".join(settings),
)
def test_with_other_settings(fresh: Callable[..., Twin], settings: dict[str, object]) -> None:
    twin = fresh(**settings)
    twin.check("nothing")
    twin.check("no change")
    twin.edit("content/growing/blight.md", "Burn them", "Bury them")
    twin.edit("content/images/shed.svg", "M1 3", "M1 4")
    twin.check("a change")
    twin.remove("content/growing/bean-frames-fr.md")
    twin.check("a translation has gone")


@pytest.mark.parametrize("relative", [False, True])
def test_attached_files(fresh: Callable[..., Twin], relative: bool) -> None:
    """An {attach} link moves a file when the page that has it is rendered, and not before."""
    twin = fresh(RELATIVE_URLS=relative)
    twin.check("nothing")
    twin.check("no change")
    twin.edit("content/growing/blight.md", "Burn them", "Bury them")
    twin.check("a change elsewhere")
    twin.edit("content/pages/plots/north.svg", "h12", "h11")
    twin.check("a change of an attached file")
    twin.edit("content/society/annual-meeting.md", "{attach}minutes", "{static}minutes")
    twin.edit(
        "content/society/wet-july.md", "The path", "[Minutes]({attach}minutes-2024.txt). The path"
    )
    twin.check("the file is attached to another")
    twin.detach()
    twin.check("no file is attached")


def test_dates_from_the_file_system(fresh: Callable[..., Twin]) -> None:
    """To touch a file is a change then, though nothing in it differs."""
    twin = fresh(DEFAULT_DATE="fs")
    twin.edit("content/welcome.md", "Date: 2024-01-02 10:00\n", "")
    for moment in (1_700_000_000, 1_720_000_000):
        os.utime(twin.folder / "content/welcome.md", (moment, moment))
        twin.check(f"the file's time is {moment}")


def test_an_entry_is_published_by_time_alone(fresh: Callable[..., Twin]) -> None:
    """Pelican reads the machine's clock for that, so we wait until it is time."""
    twin = fresh(WITH_FUTURE_DATES=False)
    due = datetime.now(UTC) + timedelta(seconds=5)
    header = f"Title: Now\nDate: {due:%Y-%m-%d %H:%M:%S}\nTimezone: UTC\n"
    twin.write("content/growing/now.md", f"{header}\nIt is time.\n")
    twin.check("an entry is planned")
    assert (twin.output / "drafts/now.html").is_file()
    time.sleep(max(0, (due - datetime.now(UTC)).total_seconds()) + 0.01)
    twin.check("it is time")
    assert (twin.output / f"{due:%Y}/now.html").is_file()


def test_another_order_of_the_sources(built: Twin) -> None:
    """A hash seed is random, unless it is set: the next build finds the files in another order."""
    twin = built
    for seed in ("1", "2"):
        twin.seed = seed
        twin.edit("content/growing/blight.md", "Title: Blight", f"Title: Blight {seed}")
        twin.check(f"the hash seed is {seed}")


def test_switched_off(built: Twin) -> None:
    """With RAPID=false it is Pelican that builds, and what `rapid` knows must not mislead it."""
    built.edit("content/growing/blight.md", "Burn them", "Bury them")
    built.rapid({"RAPID": False}).succeeds()
    built.stock().succeeds()
    built.compare("a build without rapid")
    built.edit("content/growing/blight.md", "Bury them", "Burn them")
    built.check("one with it again")


def test_a_build_into_another_folder(built: Twin) -> None:
    other = built.folder / "elsewhere"
    built._begin("pelicanconf.py", other, {"PLUGINS": ["rapid"]}, {}).wait().succeeds()
    built.stock().succeeds()
    assert twins.differences(built.clean, other) == ""
    built.check("a build into another folder")


def test_moved_to_another_place(built: Twin) -> None:
    """The ledger comes along, but every path in it has changed."""
    moved = Twin(built.folder.parent / "moved" / "site", built.theme, built.settings)
    moved.folder.parent.mkdir()
    shutil.copytree(built.folder, moved.folder)
    try:
        moved.check("a move")
        moved.edit("content/shared/telephone.inc", "960 155", "960 156")
        moved.check("an edit in the new place")
    finally:
        shutil.rmtree(moved.folder.parent)


def test_a_static_file_at_the_place_of_a_page(tmp_path: Path) -> None:
    """Pelican copies it last: it is what stays."""
    twin = Twin.copy("every-feature", tmp_path)
    twin.detach()
    twin.check("nothing")
    twin.settings["STATIC_PATHS"] = ["images", "mine"]
    twin.settings["EXTRA_PATH_METADATA"] = {"mine/home.html": {"path": "index.html"}}
    twin.settings["ARTICLE_EXCLUDES"] = ["pages", "mine"]
    twin.write("content/mine/home.html", "Mine.")
    for number in range(3):
        twin.check(f"it is there, build {number}")
        assert twin.read("output/index.html") == "Mine."
    twin.remove("content/mine")
    twin.check("it is gone")


def test_a_linked_folder_in_a_purged_output(tmp_path: Path) -> None:
    twin = Twin.copy("every-feature", tmp_path)
    twin.settings["DELETE_OUTPUT_DIRECTORY"] = True
    elsewhere = tmp_path / "elsewhere"
    twin.rapid().succeeds()  # only what a build has made is purged
    (twin.output / "images").rename(elsewhere)
    (twin.output / "images").symlink_to(elsewhere)
    for _ in range(2):
        twin.rapid().succeeds()
        assert (twin.output / "images").is_symlink()
        assert (elsewhere / "shed.svg").is_file()


IGNORING = """
import signal
from pelican import main
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
main(["content", "-s", "pelicanconf.py", "-o", "output", "-t", "simple",
      "-e", 'PLUGINS=["rapid"]', 'PLUGIN_PATHS=[%s]'])
"""


def test_where_nobody_asks_for_ended_processes(tmp_path: Path) -> None:
    """As some shells and supervisors have it: what a fork left is used, or made again."""
    twin = Twin.copy("every-feature", tmp_path)
    twin.detach()
    code = IGNORING % json.dumps(str(ROOT / "plugins"))
    fixed = {"PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": twin.now, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    for _ in range(2):
        run = subprocess.run(
            (sys.executable, "-c", code),
            cwd=twin.folder,
            env=os.environ | fixed,
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stderr
        assert "ChildProcessError" not in run.stderr
    twin.stock().succeeds()
    twin.compare("two builds")
