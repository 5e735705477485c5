"""The newsroom's commands: ``invoke --list``. Thin; the thinking is in plugins/newsroom."""

import os
import shutil
import sys
from pathlib import Path

from invoke import Context, Exit, task

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "plugins"))

from newsroom import command  # noqa: E402  (after the path to it is known)
from newsroom.commands.helps import CONTENT_HELP  # noqa: E402
from newsroom.commands.plainly import said_plainly  # noqa: E402
from newsroom.commands.tasks import (  # noqa: E402, F401
    approve,
    author,
    capture,
    cite,
    correct,
    followup,
    goal,
    incident,
    post,
    redact,
    status,
    strip,
    templates,
    withdraw,
)
from newsroom.commands.typed import Asking  # noqa: E402
from newsroom.deploy.tasks import (  # noqa: E402, F401  (invoke finds them here)
    announce,
    deploy,
    due,
    publish,
    releases,
    rollback,
    verify,
)

CONF = ROOT / "pelicanconf.py"
PREVIEW = ROOT / "preview"


@task(
    klass=Asking,
    help=CONTENT_HELP
    | {
        "output": "Where to write (default: output)",
        "conf": "The settings (default: pelicanconf.py; for production publishconf.py)",
        "search": "Make the search too (it needs Pagefind)",
        "stock": "Make every page anew, one after another, as Pelican itself does",
        "verbose": "Name the pages that were made anew, and those that no build can keep",
        "profile": "Show where the time went",
        "debug": "Show Pelican's log and tracebacks",
    },
)
def build(
    _c: Context,
    content: str = "",
    output: str = "",
    conf: str = "pelicanconf.py",
    search: bool = False,
    stock: bool = False,
    verbose: bool = False,
    profile: bool = False,
    debug: bool = False,
) -> None:
    """Check the content and build the newsroom."""
    from newsroom.commands.profile import rendered, timed

    with said_plainly():
        target = output or str(ROOT / "output")
        code = command.build(
            ROOT / conf, content or None, target, search=search, stock=stock, debug=debug
        )
        report = {} if stock else command.last_build(ROOT / conf, content or None)
    if code:
        raise Exit(code=code)
    if verbose:
        print("\n".join(rendered(report)))
    if profile:
        print("\n".join(timed(report)))


@task(
    klass=Asking,
    help=CONTENT_HELP
    | {"format": "text, json or github", "strict": "Fail on warnings as well as on errors"},
)
def check(_c: Context, content: str = "", format: str = "text", strict: bool = False) -> None:
    """List what is wrong in the content, without building."""
    from newsroom.commands.terminal import show_problems

    with said_plainly():
        problems = command.check(CONF, content or None)
        show_problems(problems, format)
    errors = sum(not problem.is_warning for problem in problems)
    warnings = len(problems) - errors
    if format == "text":
        print(f"{_count(errors, 'error')}, {_count(warnings, 'warning')}")
    if errors or (strict and warnings):
        raise Exit(code=1)


@task(
    klass=Asking,
    help=CONTENT_HELP
    | {
        "port": "The port to listen on (default: 8000)",
        "public": "Show what invoke publish has made, as readers will see it",
    },
)
def serve(_c: Context, content: str = "", port: str = "8000", public: bool = False) -> None:
    """Preview with drafts, rebuilt and reloaded on save; or the public site as it was made."""
    if public:
        from newsroom.commands.public_site import serve_settings

        with said_plainly():
            serve_settings(ROOT / "output", command.read_settings(ROOT / "publishconf.py"), port)
        return
    from newsroom.commands.preview import serve as serve_preview

    with said_plainly():
        folder = command.content_folder(command.read_settings(CONF), CONF, content or None)
        serve_preview(
            lambda: command.build(CONF, str(folder), str(PREVIEW), drafts=True),
            PREVIEW,
            [folder, ROOT / "theme", CONF],
            port,
        )


@task
def clean(_c: Context) -> None:
    """Remove what builds have made."""
    for name in (
        "output",
        "output.hosting",
        "preview",
        ".output.build",
        ".preview.build",
        ".rapid",
    ):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for left in ROOT.glob(".deploy-*.build"):
        shutil.rmtree(left, ignore_errors=True)
    (ROOT / "output.manifest.json").unlink(missing_ok=True)


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
        # One process a core, files in their order: else the long ones come last, one by one.
        # The full size measures speed, and wants the machine to itself.
        how = "--full" if full else "-n auto --dist loadfile --no-loadscope-reorder"
        c.run(f"{sys.executable} -m pytest {how}", pty=os.isatty(1))


@task(
    klass=Asking,
    help={
        "sizes": "How many entries: 1000,10000",
        "rounds": "How often each is measured",
        "only": "rapid, hugo, stock, plain, plain-cache",
        "write": "Renew docs/performance.md",
    },
)
def bench(
    c: Context, sizes: str = "1000,10000", rounds: int = 3, only: str = "", write: bool = False
) -> None:
    """Measure how fast a large newsroom builds, against other ways."""
    chosen = (f" --only {only}" if only else "") + (" --write" if write else "")
    with c.cd(ROOT):
        c.run(
            f"{sys.executable} -m tests.bench --sizes {sizes} --rounds {rounds}{chosen}",
            pty=os.isatty(1),
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
