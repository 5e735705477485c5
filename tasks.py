"""The newsroom's commands: ``invoke --list``. Thin; the thinking is in plugins/newsroom."""

import os
import shutil
import sys
from pathlib import Path

from invoke import Context, Exit, task

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "plugins"))

from newsroom import command  # noqa: E402  (after the path to it is known)

CONF = ROOT / "pelicanconf.py"
PREVIEW = ROOT / "preview"

CONTENT_HELP = {"content": "The content folder (default: content)"}


@task(
    help=CONTENT_HELP
    | {"output": "Where to write (default: output)", "debug": "Show Pelican's log and tracebacks"}
)
def build(_c: Context, content: str = "", output: str = "", debug: bool = False) -> None:
    """Check the content and build the newsroom."""
    with said_plainly():
        code = command.build(CONF, content or None, output or str(ROOT / "output"), debug=debug)
    if code:
        raise Exit(code=code)


@task(help=CONTENT_HELP)
def check(_c: Context, content: str = "") -> None:
    """List what is wrong in the content, without building."""
    with said_plainly():
        problems = command.check(CONF, content or None)
    for problem in problems:
        print(problem, file=sys.stderr)
    errors = sum(not problem.is_warning for problem in problems)
    warnings = len(problems) - errors
    print(f"{_count(errors, 'error')}, {_count(warnings, 'warning')}")
    if errors:
        raise Exit(code=1)


@task(help=CONTENT_HELP | {"port": "The port to listen on (default: 8000)"})
def serve(_c: Context, content: str = "", port: int = 8000) -> None:
    """Preview with drafts, rebuilt and reloaded on save."""
    from newsroom.preview import serve as serve_preview

    with said_plainly():
        folder = command.content_folder(command.read_settings(CONF), CONF, content or None)
        serve_preview(
            lambda: command.build(CONF, str(folder), str(PREVIEW), drafts=True),
            PREVIEW,
            [folder, ROOT / "theme", ROOT / "plugins", CONF],
            port,
        )


@task
def clean(_c: Context) -> None:
    """Remove what builds have made."""
    for name in ("output", "preview", ".output.build", ".preview.build"):
        shutil.rmtree(ROOT / name, ignore_errors=True)


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
        c.run(f"{sys.executable} -m pytest {'--full' if full else ''}", pty=os.isatty(1))


class said_plainly:  # noqa: N801  (reads as a phrase)
    """A mistake on the command line is one line on standard error, not a traceback."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, (command.CommandError, OSError)):
            raise Exit(f"error: {error}", code=1) from None


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
