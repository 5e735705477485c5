"""Import what a newsroom had elsewhere: ``import``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..model.problems import CommandError
from .options import Given, Option, command, one_line
from .project import Project, Result, count

if TYPE_CHECKING:
    from ..imports.ledger import Ledger
    from ..imports.planning import Signers
    from ..imports.source import Source

_SOURCE = "What is to be imported? (a WordPress export, a feed in a file, or a folder of Markdown)"
_NO_PERSON = "{} signed {}, and is no person. Who signs instead?"
_NOBODY = "Nobody signed {}. Who does?"
_ROLE = "What is the role of {}, who signs {}?"


@command(
    Option("source", "A WordPress export, a feed, or a folder", _SOURCE, positional=True),
    Option("files", "The folder of the old site's files, such as uploads", required=False),
    Option("site", "The address of the old site, if nothing in the source says it", required=False),
    Option("posts", "The folder of the posts, or their kind in WordPress", required=False),
    Option("author", "Who signs what no person signed", required=False, check=one_line),
    Option("names", 'Who signs for whom: "admin: Ada Quill; tb: Tom Brandt"', required=False),
    Option("role", "The role of those who have none yet", required=False, check=one_line),
    Option("roles", 'Their roles: "Ada Quill: Press Officer; Tom Brandt: Editor"', required=False),
    Option("format", "How to print the report: text, json or github", required=False),
)
def import_(project: Project, given: Given) -> Result:
    """Import posts, people and pictures from WordPress, a feed or a folder of Markdown."""
    settings, newsroom = project.settings, project.newsroom
    if settings.is_guest:
        raise CommandError(
            "this site's posts are Pelican's own (NEWSROOM_POSTS): import them with pelican-import"
        )
    named = Path(given.ask("source")).expanduser()
    if not named.exists():
        raise CommandError(f"there is no file or folder {named}")
    try:
        from ..imports.ledger import Ledger
        from ..imports.planning import Signers
        from ..imports.sources import read_source
        from ..imports.writing import Import

        ledger = Ledger.read(project.content)
        site = ledger.answer(f"site {named.name}", given["site"].rstrip("/"))
        posts = ledger.answer(f"posts {named.name}", given["posts"])
        source = read_source(named, site, posts, project.settings.zone)
    except ModuleNotFoundError as error:
        message = f"{error.name} is missing: pip install 'pelican-newsroom[import]'"
        raise CommandError(message) from None
    for option, what in (("names", "names"), ("roles", "role")):
        for name, value in _pairs(given, option):
            ledger.answer(f"{what} {name}", value)
    for option in ("author", "role"):
        ledger.answer(option, given[option])
    if given.interactive:
        _ask(given, source, Signers(newsroom, settings, source.roles, ledger), ledger)
    folders = source.folders
    if files := given["files"]:
        folder = Path(files).expanduser()
        if not folder.is_dir():
            raise CommandError(f"--files: there is no folder {files}")
        folders = (folder, *folders)
    signers = Signers(newsroom, settings, source.roles, ledger)
    done = Import(
        project.content, settings, project.now, newsroom, source, signers, ledger, folders
    )
    done.run()
    form = given["format"] or "text"
    problems = tuple(done.report(whole=form != "text"))
    notes = tuple(_said(project, done.counts, len(problems)))
    return Result(notes=notes, problems=problems, form=form)


def _pairs(given: Given, option: str) -> Iterator[tuple[str, str]]:
    """Read ``NAME: VALUE; NAME: VALUE``."""
    for pair in filter(str.strip, given[option].split(";")):
        name, colon, value = (part.strip() for part in pair.partition(":"))
        if not (name and colon and value):
            raise CommandError(f"--{option}: {pair.strip()!r} is no pair: write NAME: VALUE; …")
        yield name, value


def _ask(given: Given, source: Source, signers: Signers, ledger: Ledger) -> None:
    """Ask who signs what no person signed, and which roles people have that have no profile."""
    signed = Counter(name for post in source.posts for name in post.authors or ("",))
    for name, number in signed.most_common():
        posts = count(number, "post")
        if not signers.called(name):
            question = _NO_PERSON.format(name, posts) if name else _NOBODY.format(posts)
            ledger.answer(f"names {name}", given.ask("author", question=question))
        who = signers.called(name)
        if who and not signers.of(who).role and not ledger.answer(f"role {who}"):
            role = given.ask("role", question=_ROLE.format(who, posts))
            ledger.answer(f"role {who}", role)


def _said(project: Project, counts: Counter[str], lines: int) -> Iterator[str]:
    """Say what was done, and what comes next."""
    what = {
        "posts written": "written",
        "posts kept": "there already, and the same",
        "changed": "left alone, as somebody has changed them since",
        "deleted": "left out, as somebody has deleted them since",
        "drafts": "of these drafts: the report says why",
    }
    for key, said in what.items():
        if counts[key]:
            yield f"{count(counts[key], 'post'):>12} {said}"
    if counts["profiles written"]:
        yield f"{count(counts['profiles written'], 'profile'):>12} written"
    if lines:
        yield f"{count(lines, 'line'):>12} of what could not be carried over, above"
    if counts["posts written"] or counts["profiles written"]:
        program = "invoke" if (project.root / "tasks.py").exists() else "newsroom"
        folder = project.content.name
        yield ""
        yield f"See      {program} serve"
        yield f"Check    {program} check"
        yield f'Commit   git add {folder} && git commit -m "Newsroom: import" && git push'
