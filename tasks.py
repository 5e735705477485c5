"""Run the newsroom's commands by invoke, and those for who changes the code."""

import os
import sys
from pathlib import Path

from invoke import Context, task

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "plugins"))

from newsroom.commands.line import tasks  # noqa: E402  (the path must be known)


@task
def words(c: Context) -> None:
    """Collect what is to be translated, into the catalogues of the plugin and the theme."""
    names = "later say html _ plural:1,2 ngettext:1,2 forms:1,2"
    keywords = " ".join(f"-k {name}" for name in names.split())
    options = "--no-wrap --no-location --omit-header"
    with c.cd(ROOT):
        for part in ("plugins/newsroom", "theme"):
            folder = f"{part}/locale"
            pot = f"{folder}/newsroom.pot"
            babel = f"{sys.executable} -m babel.messages.frontend -q"
            c.run(f"{babel} extract -F babel.cfg {keywords} {options} -o {pot} {part}")
            c.run(
                f"{babel} update -D newsroom -i {pot} -d {folder}"
                " --no-wrap --ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date"
            )


@task
def lint(c: Context) -> None:
    """Check the code: ruff and mypy."""
    with c.cd(ROOT):
        c.run(f"{sys.executable} -m ruff check .")
        c.run(f"{sys.executable} -m ruff format --check .")
        c.run(f"{sys.executable} -m mypy")


@task(pre=[lint], help={"full": "Run the long tests at their full size"})
def test(c: Context, full: bool = False) -> None:
    """Lint, then run the tests. With CI set, a skipped test fails the run."""
    with c.cd(ROOT):
        # One process more than cores, as some tests wait; files in their order: else the long ones
        # come last. The full size measures speed, and wants the machine to itself.
        processes = (os.cpu_count() or 1) + 1
        how = "--full" if full else f"-n {processes} --dist loadfile --no-loadscope-reorder"
        c.run(f"{sys.executable} -m pytest {how}", pty=os.isatty(1))


@task
def bench(c: Context) -> None:
    """Measure how fast a large newsroom builds; python -m tests.bench takes options."""
    with c.cd(ROOT):
        c.run(f"{sys.executable} -m tests.bench", pty=os.isatty(1))


namespace = tasks(words, lint, test, bench)
