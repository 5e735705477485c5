"""A build killed at any moment, or out of space: no file is torn, and the next build is right.

What is found after a kill: until the commit begins, the old site, whole; then a mixture of files,
each whole, old or new, which the next build finishes. Nothing else lies in the output.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests import forked, twins
from tests.forked import Run
from tests.sites import ROOT, Site
from tests.twins import Twin

SEED = 20260315
NEWSROOM = "bakery"
NEW_POST = "Title: New\nDate: 2026-03-10 10:00\nAuthor: Ada Quill\nSummary: New.\n\nNew.\n"
MEGABYTE = 1024 * 1024


@dataclass
class Edited:
    """A site that was built, then edited so that nearly all of its files differ and some go."""

    twin: Twin
    kept: Twin
    old: dict[str, bytes]
    new: dict[str, bytes]
    writes: int  # of a build of it

    def check_after(self, built: Run, when: str) -> str:
        """The output is whole, and the next build is right. Returns what the output was."""
        there = twins.read(self.twin.output)
        known = {name: (self.old.get(name), self.new.get(name)) for name in self.old | self.new}
        assert not there.keys() - known.keys(), f"{when}: {there.keys() - known.keys()}"
        torn = [name for name, data in there.items() if data not in known[name]]
        assert not torn, f"{when}: torn {torn}"
        assert not (self.old.keys() & self.new.keys()) - there.keys(), f"{when}: files are missing"
        self.twin.build().succeeds()
        self.twin.compare(when, built)
        return "old" if there == self.old else "new" if there == self.new else "a mixture"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Edited:
    """The newsroom, built and edited."""
    folder = tmp_path_factory.mktemp(NEWSROOM)
    twin = Twin.copy(NEWSROOM, folder, theme=str(ROOT / "theme"), keeps_compiled=True)
    twin.check("nothing")
    old = twins.read(twin.clean)
    twin.edit("pelicanconf.py", 'SITENAME = "', 'SITENAME = "The new ')
    twin.remove("content/posts/2025/night-shift.md")
    twin.stock().succeeds()
    new = twins.read(twin.clean)
    kept = twin.keep("kept")
    twin.build(environment=forked.count_writes(folder / "writes")).succeeds()
    twin.compare("the edit")
    return Edited(twin, kept, old, new, int((folder / "writes").read_text("utf-8")))


@pytest.fixture
def edited(made: Edited) -> Callable[[], Edited]:
    """Brings the newsroom back to where it was edited."""

    def back() -> Edited:
        made.twin.come_back(made.kept)
        return made

    return back


def moments(last: int, number: int) -> list[int]:
    """Moments at random, one in each part of a build."""
    chance, part = random.Random(SEED), last / number
    return [1 + int(part * (place + chance.random())) for place in range(number)]


def test_killed(edited: Callable[[], Edited], full: bool) -> None:
    """With all its workers, before something is written or when its file has been opened."""
    found = set()
    for place, write in enumerate(moments(edited().writes, 50 if full else 3)):
        site = edited()
        run = site.twin.build(environment=forked.kill_at(write, opened=bool(place % 2)))
        assert run.code in (-9, 0), run
        found.add(site.check_after(run, f"killed at write {write} of {site.writes}"))
    assert {"old", "a mixture"} <= found or not full


def test_killed_in_a_first_build(edited: Callable[[], Edited], full: bool) -> None:
    site = edited()
    for write in moments(site.writes, 10 if full else 2):
        shutil.rmtree(site.twin.output)
        shutil.rmtree(site.twin.cache)
        run = site.twin.build(environment=forked.kill_at(write))
        assert run.code in (-9, 0), run
        site.twin.build().succeeds()
        site.twin.compare(f"killed at write {write} of a first build", run)


def test_killed_again_and_again(edited: Callable[[], Edited]) -> None:
    """A build that finishes what another began may be killed itself."""
    site = edited()
    for write in moments(site.writes, 3)[::-1]:
        run = site.twin.build(environment=forked.kill_at(write))
    site.check_after(run, "killed three times")


def test_out_of_space_at_any_write(edited: Callable[[], Edited], full: bool) -> None:
    """As the system says it; the build cleans up what it can, fails in one line, or is done."""
    for write in moments(edited().writes, 20 if full else 2):
        site = edited()
        run = site.twin.build(environment=forked.full_at(write))
        when = f"out of space at write {write} of {site.writes}"
        if run.code:
            says_it_in_one_line(run)
        site.check_after(run, when)


def says_it_in_one_line(run: Run) -> None:
    said = f"{run.stdout}\n{run.stderr}"
    assert "Traceback" not in said, said
    said = said.rpartition("error: ")[2]  # before it, the content's own warnings
    assert "space" in said.lower(), said
    assert len(said.strip().splitlines()) <= 2, said  # the console breaks long lines


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[tuple[Path, forked.Zygote | None]]:
    """A disk of its own mounted there, and where the tests see it.

    Root mounts it for all. Others mount it in a namespace of the builds, and see it through them.
    """
    mount = ("mount", "-t", "tmpfs", "-o", f"size={size},mode=777", "tmpfs", str(folder))
    if os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0:
        try:
            yield folder, None
        finally:
            subprocess.run(("umount", "--lazy", str(folder)), check=True)
        return
    inside = (
        "unshare",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        f'{" ".join(mount)} && exec "$@"',
    )
    if subprocess.run((*inside, "sh", "true"), capture_output=True).returncode:
        pytest.skip("no small disk: neither root, nor may others mount in a namespace of their own")
    zygote = forked.Zygote(before=(*inside, "sh"))
    zygote.wait()
    try:
        yield Path(f"/proc/{zygote.process.pid}/root{folder}"), zygote
    finally:
        zygote.close()


@pytest.mark.full
def test_on_a_disk_that_is_full(tmp_path: Path) -> None:
    """Output, ledger and all on a small disk: the old site stays, and later all is well."""
    with small_disk(tmp_path, 16 * MEGABYTE) as (seen, zygote):
        more = {"theme": str(ROOT / "theme"), "zygote": zygote}
        twin = Twin.copy(NEWSROOM, seen, **more)
        there = replace(twin, folder=tmp_path / "site")  # the same, as the builds see it
        there.build().succeeds()
        there.stock().succeeds()
        twin.compare("nothing")
        old = twins.read(twin.output)
        twin.edit("pelicanconf.py", 'SITENAME = "', 'SITENAME = "The new ')
        header = "Title: Long\nDate: 2025-03-03 10:00\nAuthor: Hugo Marsh\nSummary: Long.\n"
        twin.write("content/posts/2025/long.md", f"{header}\n{'Long. ' * 50_000}")
        ballast = seen / "ballast"
        free = os.statvfs(seen).f_bavail * os.statvfs(seen).f_frsize
        ballast.write_bytes(b"x" * (free - 200 * 1024))
        run = there.build()
        assert run.code != 0, run
        says_it_in_one_line(run)
        assert twins.read(twin.output) == old, "the output of a failed build has changed"
        ballast.unlink()
        there.build().succeeds()
        there.stock().succeeds()
        twin.compare("there is space again")


def test_a_damaged_template_is_compiled_again(site: Callable[[str], Site]) -> None:
    """Jinja runs whatever it can load, also what says something else by now."""
    thread = site("thread")
    thread.build().succeeds()
    [kept] = thread.folder.glob(".newsroom/*.sqlite3")
    assert b"Corrections" in kept.read_bytes()
    kept.write_bytes(kept.read_bytes().replace(b"Corrections", b"Korrections"))
    thread.write("content/posts/new.md", NEW_POST)
    thread.build().succeeds()
    built = thread.files()
    assert not any(b"Korrections" in path.read_bytes() for path in thread.output.rglob("*.html"))
    shutil.rmtree(thread.folder / ".newsroom")
    shutil.rmtree(thread.output)
    thread.build().succeeds()
    assert thread.files() == built
