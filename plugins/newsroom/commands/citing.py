"""Quote what others said, with its screenshot as evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from ..files import write_whole
from ..model.citation import KINDS, MEDIA, ORIGINAL, SUFFIX
from ..model.problems import CommandError
from ..reading.slugs import slug_of
from .answers import ask_past, choice, existing_file, find_incident, read_file, web_address
from .asking import Question, one_line
from .evidence import Evidence, keep_received, take_in
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


def valid_stem(text: str) -> str:
    """Return a citation's short name. Raises ValueError for what cannot be one."""
    stem = text.strip()
    if not _STEM.fullmatch(stem) or stem == ORIGINAL:
        raise ValueError("use a-z, 0-9 and - only, and another word than original")
    return stem


@dataclass(frozen=True)
class CiteOptions(SourceOptions):
    """Of a citation."""

    incident: str = argument("Which incident?", help="The incident's folder")
    stem: str = option(
        "A short name for it, as in Answers",
        "A short name for it (as in Answers)",
        check=valid_stem,
    )


@command(CiteOptions)
def cite(project: Project, given: CiteOptions) -> Result:
    """Quote a comment or an article that a follow-up is to answer."""
    ask = project.asker.ask
    found = find_incident(project, given.question("incident"))
    asked = given.question("kind", text="What is it?", default="comment", choices=KINDS)
    kind = ask(replace(asked, check=lambda text: choice(text, KINDS)))
    usual = slug_of(f"{given.account or given.publication} {kind}".strip())
    stem = ask(given.question("stem", default=usual))
    if (project.content / f"incidents/{found.id}/{stem}{SUFFIX}").exists():
        raise CommandError(f"{stem} is a citation of {found.id} already: name another with --stem")
    made = make_citation(project, f"incidents/{found.id}", stem, kind, given)
    return made + Result(then=f"invoke followup {found.id}")


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
    taken = Result()
    fields = {
        "Kind": kind,
        "Author": account,
        "Publication": given.publication or host,
        "Url": url,
        "Medium": medium,
        "Published": when,
        "Accessed": minute(project.now),
        "Availability": availability,
    }
    if shot:
        image, taken = take_screenshot(project, folder, stem, *read_file(shot))
        fields |= image_fields(stem, image) | {"Alt": given.alt or ALT_MISSING}
    fields |= {"Credit": given.credit, "Warning": given.warning}
    text = written(fields, given.text or TEXT_MISSING)
    return taken + project.create(f"{folder}/{stem}{SUFFIX}", text)


def _where_else(project: Project, kind: str, url: str, given: SourceOptions) -> tuple[str, str]:
    """Return availability and medium; without a URL, one of the two must be known."""
    if given.deleted:
        return f"deleted {ask_past(project, given.question('deleted'))}", given.medium
    if given.medium or url or kind == "rumour":
        return "", given.medium
    answers = ("deleted", *MEDIA)
    question = Question(
        "Without a URL: is it deleted, or where was it?",
        "--url, --deleted or --medium",
        default="deleted" if project.asker.interactive else "",
        choices=answers,
        check=lambda text: choice(text, answers),
    )
    answer = project.asker.ask(question)
    return ("deleted", "") if answer == "deleted" else ("", answer)


def take_screenshot(
    project: Project, folder: str, stem: str, data: bytes, name: str
) -> tuple[Evidence, Result]:
    """Take a picture in: keep it as received, publish it clean.

    Raises EvidenceError for what is no picture.
    """
    image = take_in(data, name)
    file = project.content / f"{folder}/{stem}.png"
    if file.exists() and file.read_bytes() != image.png:
        shown = project.shown(file)
        raise CommandError(f"{shown} is another picture: move it away, then run again")
    kept = keep_received(project.evidence / Path(folder).name, data, name, project.now)
    write_whole(file, image.png)
    notes = f" ({'; '.join(image.notes)})" if image.notes else ""
    received = FileDone("kept", kept, ", as received")
    return image, Result((received, FileDone("created", file, notes)))


def image_fields(stem: str, image: Evidence) -> dict[str, str]:
    """Return the keys of a citation that are about the bytes of its screenshot."""
    return {
        "Screenshot": f"{stem}.png",
        "Sha256": image.sha256,
        "Source_sha256": image.source_sha256,
    }
