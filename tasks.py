"""The newsroom's commands: ``invoke --list``. Thin; the thinking is in plugins/newsroom."""

import os
import shutil
import sys
from functools import partial
from pathlib import Path

from invoke import Context, Exit, task

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "plugins"))

from newsroom import command  # noqa: E402  (after the path to it is known)
from newsroom.deploy.tasks import (  # noqa: E402, F401  (invoke finds them here)
    announce,
    deploy,
    due,
    publish,
    releases,
    rollback,
    verify,
)
from newsroom.desk.at_desk import work_at  # noqa: E402
from newsroom.desk.helps import CONTENT_HELP, SIGNED_HELP, SOURCE_HELP  # noqa: E402
from newsroom.desk.plainly import said_plainly  # noqa: E402

CONF = ROOT / "pelicanconf.py"
at_desk = partial(work_at, CONF)
PREVIEW = ROOT / "preview"


@task(
    help=CONTENT_HELP
    | {
        "output": "Where to write (default: output)",
        "conf": "The settings (default: pelicanconf.py; for production publishconf.py)",
        "search": "Make the search too (it needs Pagefind)",
        "stock": "Make every page anew, one after another, as Pelican itself does",
        "verbose": "Name the pages that were made anew, and those that no build can keep",
        "profile": "Show where the time went",
        "debug": "Show Pelican's log and tracebacks",
    }
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
    from newsroom.desk.profile import rendered, timed

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
    help=CONTENT_HELP
    | {"format": "text, json or github", "strict": "Fail on warnings as well as on errors"}
)
def check(_c: Context, content: str = "", format: str = "text", strict: bool = False) -> None:
    """List what is wrong in the content, without building."""
    from newsroom.desk.terminal import show_problems

    with said_plainly():
        problems = command.check(CONF, content or None)
        show_problems(problems, format)
    errors = sum(not problem.is_warning for problem in problems)
    warnings = len(problems) - errors
    if format == "text":
        print(f"{_count(errors, 'error')}, {_count(warnings, 'warning')}")
    if errors or (strict and warnings):
        raise Exit(code=1)


@task(help=CONTENT_HELP | {"port": "The port to listen on (default: 8000)"})
def serve(_c: Context, content: str = "", port: int = 8000) -> None:
    """Preview with drafts, rebuilt and reloaded on save."""
    from newsroom.desk.preview import serve as serve_preview

    with said_plainly():
        folder = command.content_folder(command.read_settings(CONF), CONF, content or None)
        serve_preview(
            lambda: command.build(CONF, str(folder), str(PREVIEW), drafts=True),
            PREVIEW,
            [folder, ROOT / "theme", CONF],
            port,
        )


@task(help=CONTENT_HELP)
def status(_c: Context, content: str = "") -> None:
    """Show where every incident stands."""
    from newsroom.desk.status import standings
    from newsroom.desk.terminal import show_status

    with said_plainly():
        desk = command.open_desk(CONF, content or None)
        show_status(standings(desk.newsroom, desk.settings, desk.now))


@task
def templates(_c: Context) -> None:
    """List the holding statements that an incident can begin with."""
    from newsroom.desk.scaffold import statement_templates
    from newsroom.desk.terminal import show_templates

    show_templates(statement_templates(ROOT / "templates" / "statements"))


@task(
    help=CONTENT_HELP
    | SOURCE_HELP
    | SIGNED_HELP
    | {
        "name": "The incident's public name",
        "id": "Its folder (default: from the name)",
        "template": "The holding statement to begin with: invoke templates",
    }
)
def incident(
    _c: Context,
    name: str = "",
    author: str = "",
    kind: str = "",
    url: str = "",
    account: str = "",
    time: str = "",
    screenshot: str = "",
    id: str = "",
    template: str = "",
    publication: str = "",
    alt: str = "",
    text: str = "",
    warning: str = "",
    credit: str = "",
    medium: str = "",
    deleted: str = "",
    role: str = "",
    content: str = "",
    no_editor: bool = False,
) -> None:
    """Begin an incident: what it answers, its screenshot and a statement, as drafts."""
    from newsroom.desk.incidents import new_incident

    at_desk(new_incident, locals())


@task(help=CONTENT_HELP | SIGNED_HELP | {"title": "What this update says"})
def followup(
    _c: Context,
    incident: str,
    title: str = "",
    author: str = "",
    role: str = "",
    content: str = "",
    no_editor: bool = False,
) -> None:
    """Write a follow-up, pre-filled with what is still unanswered and open."""
    from newsroom.desk.incidents import new_followup

    at_desk(new_followup, locals(), incident)


@task(help=CONTENT_HELP | SOURCE_HELP | {"stem": "A short name for it, as in Answers"})
def cite(
    _c: Context,
    incident: str,
    kind: str = "",
    stem: str = "",
    url: str = "",
    account: str = "",
    time: str = "",
    screenshot: str = "",
    publication: str = "",
    alt: str = "",
    text: str = "",
    warning: str = "",
    credit: str = "",
    medium: str = "",
    deleted: str = "",
    content: str = "",
) -> None:
    """Quote a comment or an article that a follow-up is to answer."""
    from newsroom.desk.incidents import new_citation

    at_desk(new_citation, locals(), incident)


@task(
    help=CONTENT_HELP
    | {
        "url": "The page to capture",
        "selector": "The post on that page, as a CSS selector",
        "stem": "What to call it (default: original, if there is none yet)",
        "warning": "Why it is behind a click",
    }
)
def capture(
    _c: Context,
    incident: str,
    url: str,
    selector: str = "",
    stem: str = "",
    warning: str = "",
    content: str = "",
) -> None:
    """Photograph a post in a real browser before it is deleted."""
    from newsroom.desk.captures import capture_citation
    from newsroom.desk.terminal import working

    given = locals()
    with working(f"Photographing {url} …"):
        at_desk(capture_citation, given, incident)


@task(
    help=CONTENT_HELP
    | {
        "box": "left,top,width,height in pixels; may be repeated",
        "why": "What is covered, and why",
    },
    iterable=["box"],
)
def redact(_c: Context, path: str, box: list[str], why: str = "", content: str = "") -> None:
    """Cover names or faces in a screenshot with black."""
    from newsroom.desk.changes import cover

    at_desk(lambda desk, _given: cover(desk, path, box, why), {"content": content})


@task(
    help=CONTENT_HELP
    | {"role": "Their role", "email": "", "phone": "", "photo": "A picture of them (a file)"}
)
def author(
    _c: Context,
    name: str,
    role: str = "",
    email: str = "",
    phone: str = "",
    photo: str = "",
    content: str = "",
) -> None:
    """Make the profile of a person who signs."""
    from newsroom.desk.desk import new_author

    at_desk(new_author, locals())


@task(help=CONTENT_HELP | {"text": "What it means, in a sentence or two"})
def goal(_c: Context, title: str, text: str = "", content: str = "") -> None:
    """Make a goal that actions can be tied to."""
    from newsroom.desk.desk import new_goal

    at_desk(new_goal, locals())


@task(help=CONTENT_HELP | SIGNED_HELP)
def post(
    _c: Context,
    title: str,
    author: str = "",
    role: str = "",
    content: str = "",
    no_editor: bool = False,
) -> None:
    """Write an ordinary post, outside any incident."""
    from newsroom.desk.desk import new_post

    at_desk(new_post, locals())


@task(help={"path": "A PNG, JPEG, WebP, AVIF, GIF or SVG"})
def strip(_c: Context, path: str) -> None:
    """Take out of a picture file what it says besides the picture: where, when, by whom."""
    from newsroom.desk.strip import strip as strip_picture
    from newsroom.desk.terminal import say

    with said_plainly():
        say(strip_picture(Path(path)))


@task(help=CONTENT_HELP)
def withdraw(_c: Context, path: str, reason: str, content: str = "") -> None:
    """Take an entry back: its page stays with the reason, its body goes."""
    from newsroom.desk.changes import withdraw as withdraw_entry

    at_desk(lambda desk, _given: withdraw_entry(desk, path, reason), {"content": content})


@task(help=CONTENT_HELP)
def correct(_c: Context, path: str, text: str, content: str = "") -> None:
    """Add a dated correction to an entry."""
    from newsroom.desk.changes import correct as correct_entry

    at_desk(lambda desk, _given: correct_entry(desk, path, text), {"content": content})


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
    help={
        "sizes": "How many entries: 1000,10000",
        "rounds": "How often each is measured",
        "only": "rapid, hugo, stock, plain, plain-cache",
        "write": "Renew docs/performance.md",
    }
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
