"""Quote what others said, with its screenshot as evidence: one that is there, or one taken now."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from ..files import sha256_of, write_whole
from ..model.citation import FINDINGS, KINDS, MEDIA, ORIGINAL, SUFFIX
from ..model.problems import CommandError, nearest, one_of
from ..reading.headers import minute, published_moment, written
from ..reading.slugs import slug_of
from .answers import (
    INCIDENT,
    ask_past,
    existing_file,
    find_incident,
    web_address,
)
from .browser import photograph
from .display import say
from .evidence import keep_received, take_in
from .options import Given, Option, command, one_line
from .project import FileDone, Project, Result

ALT_MISSING = "[[what the screenshot shows, for those who cannot see it]]"
TEXT_MISSING = "[[its text, word for word]]"
SCREENSHOT = "A picture of it (a file)"
CLAIMS = ("rumour", "article")  # what says of something that it is so


def found(text: str) -> str:
    """Return a word of ``FINDINGS``, and after a bar why. Raises ValueError for another word."""
    word, bar, why = (part.strip() for part in one_line(text).partition("|"))
    if word.lower() not in FINDINGS:
        raise ValueError(f"{word!r} is none of: {one_of(FINDINGS)}{nearest(word, FINDINGS)}")
    return f"{word.lower()} {bar} {why}" if why else word.lower()


SOURCE = (
    Option("kind", "What it is: social-post, rumour, article, comment", closed=True),
    Option("url", "Its URL", required=False, check=web_address),
    Option("account", "The account or person who published it", check=one_line),
    Option("publication", "The network, paper or site (default: the URL's host)"),
    Option("time", "When it appeared (2026-03-11 09:20, 09:20 for today)"),
    Option("screenshot", SCREENSHOT, required=False, check=existing_file),
    Option("alt", "What the picture shows, for those who cannot see it"),
    Option("text", "Its text, word for word"),
    Option("warning", "Why it is behind a click"),
    Option("credit", "Who took the picture"),
    Option("medium", "print, broadcast, mail or telephone, where there is no URL"),
    Option("deleted", "When it was deleted"),
    Option(
        "finding",
        "What you found of it: false, misleading, unproven or true; after a | why",
        required=False,
        check=found,
    ),
)


def file_stem(text: str) -> str:
    """Return a name for a file or folder. Raises ValueError for what cannot be one."""
    if not re.fullmatch(r"[a-z0-9-]+", text):
        raise ValueError("use a-z, 0-9 and - only")
    return text


@command(INCIDENT, *SOURCE, Option("stem", "A short name for it (as in Answers)", check=file_stem))
def cite(project: Project, given: Given) -> Result:
    """Quote a comment or an article that a follow-up is to answer."""
    incident = find_incident(project, given)
    kinds = dict.fromkeys(KINDS, "")
    kind = given.ask("kind", question="What is it?", default="comment", choices=kinds)
    usual = slug_of(f"{given['account'] or given['publication']} {kind}".strip())
    stem = given.ask("stem", default=usual)
    _refuse_taken(project, f"incidents/{incident.id}/{stem}{SUFFIX}")
    made = make_citation(project, f"incidents/{incident.id}", stem, kind, given)
    return made + Result(then=f"followup {incident.id}")


def _refuse_taken(project: Project, path: str) -> None:
    if (project.content / path).exists():
        raise CommandError(f"{project.shown(path)} is there already: name another with --stem")


def make_citation(project: Project, folder: str, stem: str, kind: str, given: Given) -> Result:
    """Ask for a citation's source and write it, its screenshot first."""
    url = given.ask("url")
    account = given.ask("account", required=not url)
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    when = ask_past(project, given, "time", required=kind == "social-post")
    shot = given.ask("screenshot")
    availability, medium = _where_else(project, kind, url, given)
    finding = given.ask("finding") if kind in CLAIMS or given["finding"] else ""
    taken, image = Result(), dict[str, str]()
    if shot:
        taken, image = take_screenshot(
            project, folder, stem, Path(shot).read_bytes(), Path(shot).name
        )
        image["Alt"] = given["alt"] or ALT_MISSING
    fields = {
        "Kind": kind,
        "Author": account,
        "Publication": given["publication"] or host,
        "Url": url,
        "Medium": medium,
        "Published": when,
        "Accessed": minute(project.now),
        "Availability": availability,
        **image,
        "Credit": given["credit"],
        "Warning": given["warning"],
        "Finding": finding,
    }
    text = written(fields, given["text"] or TEXT_MISSING)
    given.settle()
    return taken + project.create(f"{folder}/{stem}{SUFFIX}", text)


def _where_else(project: Project, kind: str, url: str, given: Given) -> tuple[str, str]:
    """Return availability and medium; without a URL, one of the two must be known."""
    if given["deleted"]:
        return f"deleted {ask_past(project, given, 'deleted')}", given["medium"]
    if given["medium"] or url or kind == "rumour":
        return "", given["medium"]
    question = "Without a URL: is it deleted, or where was it?"
    places = dict.fromkeys(("deleted", *MEDIA), "")
    answer = given.ask("medium", question=question, choices=places, closed=True)
    return ("deleted", "") if answer == "deleted" else ("", answer)


def take_screenshot(
    project: Project, folder: str, stem: str, data: bytes, name: str
) -> tuple[Result, dict[str, str]]:
    """Take a picture in, clean; return what was done, and the citation's keys about it."""
    notes: list[str] = []
    png = take_in(data, name, notes)
    file = project.content / f"{folder}/{stem}.png"
    if file.exists() and file.read_bytes() != png:
        shown = project.shown(file)
        raise CommandError(f"{shown} is another picture: move it away, then run again")
    kept = keep_received(project.evidence / Path(folder).name, data, name, project.now)
    write_whole(file, png)
    remark = f" ({'; '.join(notes)})" if notes else ""
    done = (FileDone("kept", kept, ", as received"), FileDone("created", file, remark))
    digests = {"Sha256": sha256_of(png), "Source_sha256": sha256_of(data)}
    return Result(done), {"Screenshot": f"{stem}.png", **digests}


@command(
    INCIDENT,
    Option("url", "The page to capture", check=web_address),
    Option("selector", "The post on that page, as a CSS selector"),
    Option("stem", "What to call it (default: original, if there is none yet)", check=file_stem),
    Option("warning", "Why it is behind a click"),
)
def capture(project: Project, given: Given) -> Result:
    """Photograph a post in a real browser before it is deleted."""
    id = given["incident"].strip("/").rpartition("/")[2]
    if not id or not (project.content / f"incidents/{id}").is_dir():
        id = find_incident(project, given).id
    folder, zone = f"incidents/{id}", project.settings.zone
    url = given.ask("url")
    say([f"Photographing {url} …"])
    seen = photograph(url, given["selector"], now=lambda: datetime.now(UTC), zone=zone)
    stem = given["stem"] and given.ask("stem")
    stem = stem or _free_stem(project.content / folder, seen.author or seen.publication)
    _refuse_taken(project, f"{folder}/{stem}{SUFFIX}")
    accessed = minute(seen.accessed.astimezone(zone))
    published = published_moment(seen.published, zone)
    if seen.published and seen.published.at > seen.accessed:  # a clock is wrong
        published = ""
    taken, image = take_screenshot(project, folder, stem, seen.png, f"{stem}-captured.png")
    fields = {
        "Kind": seen.kind or "social-post",
        "Author": seen.author,
        "Author_url": seen.author_url,
        "Publication": seen.publication,
        "Url": seen.url,
        "Published": published or "[[when it appeared]]",
        "Accessed": accessed,
        "Availability": f"live {accessed}",
        **image,
        "Alt": ALT_MISSING,
        "Warning": given["warning"],
        "Lang": seen.lang,
    }
    made = project.create(f"{folder}/{stem}{SUFFIX}", written(fields, seen.text or TEXT_MISSING))
    return taken + made + Result(then=f"followup {id}")


def _free_stem(folder: Path, said: str) -> str:
    """Return ``original`` if the incident has none yet, else a name from who said it."""
    usual = slug_of(said) or "citation"
    names = (ORIGINAL, usual, *(f"{usual}-{number}" for number in range(2, 1000)))
    return next(name for name in names if not (folder / f"{name}{SUFFIX}").exists())
