"""The tasks of the desk, for ``tasks.py``. Thin, like those there."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from invoke import Context, task

from .. import command
from .at_desk import work_at
from .helps import CONTENT_HELP, SIGNED_HELP, SOURCE_HELP
from .plainly import said_plainly
from .typed import Asking

CONF = "pelicanconf.py"
at_desk = partial(work_at, CONF)


@task(klass=Asking, help=CONTENT_HELP)
def status(_c: Context, content: str = "") -> None:
    """Show where every incident stands."""
    from .status import standings
    from .terminal import show_status

    with said_plainly():
        desk = command.open_desk(command.project_file(CONF), content or None)
        show_status(standings(desk.newsroom, desk.settings, desk.now))


@task
def templates(_c: Context) -> None:
    """List the holding statements that an incident can begin with."""
    from .scaffold import statement_templates
    from .terminal import show_templates

    with said_plainly():
        show_templates(statement_templates(command.project_file("templates/statements")))


@task(
    klass=Asking,
    help=CONTENT_HELP
    | SOURCE_HELP
    | SIGNED_HELP
    | {
        "name": "The incident's public name",
        "id": "Its folder (default: from the name)",
        "template": "The holding statement to begin with: invoke templates",
    },
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
    from .incidents import new_incident

    at_desk(new_incident, locals())


@task(
    klass=Asking,
    positional=["incident"],
    help=CONTENT_HELP | SIGNED_HELP | {"title": "What this update says"},
)
def followup(
    _c: Context,
    incident: str = "",
    title: str = "",
    author: str = "",
    role: str = "",
    content: str = "",
    no_editor: bool = False,
) -> None:
    """Write a follow-up, pre-filled with what is still unanswered and open."""
    from .incidents import new_followup

    at_desk(new_followup, locals(), incident)


@task(
    klass=Asking,
    positional=["incident"],
    help=CONTENT_HELP | SOURCE_HELP | {"stem": "A short name for it, as in Answers"},
)
def cite(
    _c: Context,
    incident: str = "",
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
    from .incidents import new_citation

    at_desk(new_citation, locals(), incident)


@task(
    klass=Asking,
    positional=["incident", "url"],
    help=CONTENT_HELP
    | {
        "url": "The page to capture",
        "selector": "The post on that page, as a CSS selector",
        "stem": "What to call it (default: original, if there is none yet)",
        "warning": "Why it is behind a click",
    },
)
def capture(
    _c: Context,
    incident: str = "",
    url: str = "",
    selector: str = "",
    stem: str = "",
    warning: str = "",
    content: str = "",
) -> None:
    """Photograph a post in a real browser before it is deleted."""
    from .captures import capture_citation

    given = locals()
    at_desk(capture_citation, given, incident)


@task(
    klass=Asking,
    positional=["path"],
    help=CONTENT_HELP
    | {
        "box": "left,top,width,height in pixels; may be repeated",
        "why": "What is covered, and why",
        "text_is_clean": "What is covered stands in none of the citation's words",
    },
    iterable=["box"],
)
def redact(
    _c: Context,
    path: str = "",
    box: list[str] | None = None,
    why: str = "",
    text_is_clean: bool = False,
    content: str = "",
) -> None:
    """Cover names or faces in a screenshot with black."""
    from .changes import cover

    at_desk(
        lambda desk, _given: cover(desk, path, box or [], why, text_is_clean), {"content": content}
    )


@task(
    klass=Asking,
    positional=["name"],
    help=CONTENT_HELP
    | {"role": "Their role", "email": "", "phone": "", "photo": "A picture of them (a file)"},
)
def author(
    _c: Context,
    name: str = "",
    role: str = "",
    email: str = "",
    phone: str = "",
    photo: str = "",
    content: str = "",
) -> None:
    """Make the profile of a person who signs."""
    from .desk import new_author

    at_desk(new_author, locals())


@task(
    klass=Asking,
    positional=["title"],
    help=CONTENT_HELP | {"text": "What it means, in a sentence or two"},
)
def goal(_c: Context, title: str = "", text: str = "", content: str = "") -> None:
    """Make a goal that actions can be tied to."""
    from .desk import new_goal

    at_desk(new_goal, locals())


@task(
    klass=Asking,
    positional=["title"],
    help=CONTENT_HELP | SIGNED_HELP,
)
def post(
    _c: Context,
    title: str = "",
    author: str = "",
    role: str = "",
    content: str = "",
    no_editor: bool = False,
) -> None:
    """Write an ordinary post, outside any incident."""
    from .desk import new_post

    at_desk(new_post, locals())


@task(
    klass=Asking,
    positional=["path"],
    help={"path": "A PNG, JPEG, WebP, AVIF, GIF or SVG"},
)
def strip(_c: Context, path: str = "") -> None:
    """Take out of a picture file what it says besides the picture: where, when, by whom."""
    from .asking import asked
    from .strip import strip as strip_picture
    from .terminal import say

    with said_plainly():
        say(strip_picture(Path(asked("PATH", "Which picture? (a file)", path))))


@task(
    klass=Asking,
    positional=["path"],
    help=CONTENT_HELP
    | {
        "by": "Who approves: the name of a profile",
        "at": "When to publish: 2026-03-11 09:20 (default: now, or a later Date that it has)",
    },
)
def approve(_c: Context, path: str = "", by: str = "", at: str = "", content: str = "") -> None:
    """Make a draft public: dated now, checked before anything is written."""
    from .approval import approve as approve_entry

    at_desk(lambda desk, given: approve_entry(desk, path, given), locals())


@task(
    klass=Asking,
    positional=["path", "reason"],
    help=CONTENT_HELP,
)
def withdraw(_c: Context, path: str = "", reason: str = "", content: str = "") -> None:
    """Take an entry back: its page stays with the reason, its body goes."""
    from .changes import withdraw as withdraw_entry

    at_desk(lambda desk, _given: withdraw_entry(desk, path, reason), {"content": content})


@task(
    klass=Asking,
    positional=["path", "text"],
    help=CONTENT_HELP,
)
def correct(_c: Context, path: str = "", text: str = "", content: str = "") -> None:
    """Add a dated correction to an entry."""
    from .changes import correct as correct_entry

    at_desk(lambda desk, _given: correct_entry(desk, path, text), {"content": content})
