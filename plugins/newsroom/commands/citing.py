"""Quote what others said, with its screenshot as evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..files import write_whole
from ..model.citation import KINDS, MEDIA, SUFFIX
from ..model.problems import CommandError
from ..reading.slugs import slug_of
from .answers import ask_past, existing_file, find_incident, read_file, web_address
from .asking import Question, one_line
from .evidence import keep_received, take_in
from .options import ContentOptions, argument, command, option
from .project import Project
from .results import FileDone, Result
from .scaffold import minute, written

ALT_MISSING = "[[what the screenshot shows, for those who cannot see it]]"
TEXT_MISSING = "[[its text, word for word]]"

_STEM = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True)
class SourceOptions(ContentOptions):
    """Of what somebody else published."""

    kind: str = option("What it is: social-post, rumour, article, comment")
    url: str = option("Where it is, or was", "Its URL", required=False, check=web_address)
    account: str = option("The account or person who published it", "The account or person")
    publication: str = option("The network, paper or site (default: the URL's host)")
    time: str = option(
        "When it appeared: 2026-03-11 09:20, or 09:20 for today",
        "When it appeared (2026-03-11 09:20, 09:20 for today)",
    )
    screenshot: str = option(
        "A picture of it (a file)", "Screenshot (a file)", required=False, check=existing_file
    )
    alt: str = option("What the picture shows, for those who cannot see it")
    text: str = option("Its text, word for word")
    warning: str = option("Why it is behind a click")
    credit: str = option("Who took the picture")
    medium: str = option("print, broadcast, mail or telephone, where there is no URL")
    deleted: str = option("When it was deleted")


def file_stem(text: str) -> str:
    """Return a name for a file or folder. Raises ValueError for what cannot be one."""
    if not _STEM.fullmatch(text):
        raise ValueError("use a-z, 0-9 and - only")
    return text


@dataclass(frozen=True)
class CiteOptions(SourceOptions):
    """Of a citation."""

    incident: str = argument("Which incident?", help="The incident's folder")
    stem: str = option(
        "A short name for it, as in Answers",
        "A short name for it (as in Answers)",
        check=file_stem,
    )


@command(CiteOptions)
def cite(project: Project, given: CiteOptions) -> Result:
    """Quote a comment or an article that a follow-up is to answer."""
    ask = project.asker.ask
    found = find_incident(project, given.question("incident"))
    kinds = dict.fromkeys(KINDS, "")
    kind = ask(
        given.question("kind", text="What is it?", default="comment", choices=kinds, closed=True)
    )
    usual = slug_of(f"{given.account or given.publication} {kind}".strip())
    stem = ask(given.question("stem", default=usual))
    if (project.content / f"incidents/{found.id}/{stem}{SUFFIX}").exists():
        raise CommandError(f"{stem} is a citation of {found.id} already: name another with --stem")
    made = make_citation(project, f"incidents/{found.id}", stem, kind, given)
    return made + Result(then=f"followup {found.id}")


def make_citation(
    project: Project, folder: str, stem: str, kind: str, given: SourceOptions
) -> Result:
    """Ask for a citation's source and write it, its screenshot first."""
    ask = project.asker.ask
    url = ask(given.question("url"))
    account = ask(given.question("account", required=not url, check=one_line))
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    when = ask_past(project, given.question("time", required=kind == "social-post"))
    shot = ask(given.question("screenshot"))
    availability, medium = _where_else(project, kind, url, given)
    taken, image = Result(), dict[str, str]()
    if shot:
        taken, image = take_screenshot(project, folder, stem, *read_file(shot))
        image["Alt"] = given.alt or ALT_MISSING
    fields = {
        "Kind": kind,
        "Author": account,
        "Publication": given.publication or host,
        "Url": url,
        "Medium": medium,
        "Published": when,
        "Accessed": minute(project.now),
        "Availability": availability,
        **image,
        "Credit": given.credit,
        "Warning": given.warning,
    }
    text = written(fields, given.text or TEXT_MISSING)
    return taken + project.create(f"{folder}/{stem}{SUFFIX}", text)


def _where_else(project: Project, kind: str, url: str, given: SourceOptions) -> tuple[str, str]:
    """Return availability and medium; without a URL, one of the two must be known."""
    if given.deleted:
        return f"deleted {ask_past(project, given.question('deleted'))}", given.medium
    if given.medium or url or kind == "rumour":
        return "", given.medium
    question = Question(
        "Without a URL: is it deleted, or where was it?",
        "--url, --deleted or --medium",
        choices=dict.fromkeys(("deleted", *MEDIA), ""),
        closed=True,
    )
    answer = project.asker.ask(question)
    return ("deleted", "") if answer == "deleted" else ("", answer)


def take_screenshot(
    project: Project, folder: str, stem: str, data: bytes, name: str
) -> tuple[Result, dict[str, str]]:
    """Take a picture in: keep it as received, publish it clean.

    Returns what was done, and the citation's keys about it. Raises CommandError for what is no
    picture.
    """
    image = take_in(data, name)
    file = project.content / f"{folder}/{stem}.png"
    if file.exists() and file.read_bytes() != image.png:
        shown = project.shown(file)
        raise CommandError(f"{shown} is another picture: move it away, then run again")
    kept = keep_received(project.evidence / Path(folder).name, data, name, project.now)
    write_whole(file, image.png)
    remark = f" ({'; '.join(image.notes)})" if image.notes else ""
    done = (FileDone("kept", kept, ", as received"), FileDone("created", file, remark))
    keys = {
        "Screenshot": f"{stem}.png",
        "Sha256": image.sha256,
        "Source_sha256": image.source_sha256,
    }
    return Result(done), keys
