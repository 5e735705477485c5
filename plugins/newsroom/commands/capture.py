"""Photograph a page into a citation before it is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ..model.citation import ORIGINAL, SUFFIX
from ..model.problems import CommandError
from ..reading.slugs import slug_of
from .answers import find_incident, web_address
from .browser import photograph
from .citing import ALT_MISSING, TEXT_MISSING, file_stem, take_screenshot
from .display import say
from .options import ContentOptions, argument, command, option
from .project import Project
from .results import Result
from .scaffold import minute, published_moment, written


@dataclass(frozen=True)
class CaptureOptions(ContentOptions):
    """Of a capture."""

    incident: str = argument("Which incident?", help="The incident's folder")
    url: str = option("The page to capture", check=web_address)
    selector: str = option("The post on that page, as a CSS selector")
    stem: str = option("What to call it (default: original, if there is none yet)", check=file_stem)
    warning: str = option("Why it is behind a click")


@command(CaptureOptions)
def capture(project: Project, given: CaptureOptions) -> Result:
    """Photograph a post in a real browser before it is deleted."""
    id = given.incident.strip("/").rpartition("/")[2]
    if not id or not (project.content / f"incidents/{id}").is_dir():
        id = find_incident(project, given.question("incident")).id
    folder, zone = f"incidents/{id}", project.settings.zone
    url = project.asker.ask(given.question("url"))
    say([f"Photographing {url} …"])
    seen = photograph(url, given.selector, now=lambda: datetime.now(UTC), zone=zone)
    stem = given.stem and project.asker.ask(given.question("stem"))
    stem = stem or _free_stem(project, folder, seen.author or seen.publication)
    path = f"{folder}/{stem}{SUFFIX}"
    if (project.content / path).exists():
        raise CommandError(f"{project.shown(path)} is there already: name another with --stem")
    accessed = minute(seen.accessed.astimezone(zone))
    published = published_moment(seen.published, zone)
    notes: tuple[str, ...] = ()
    if seen.published and seen.published.at > seen.accessed:
        notes = (
            f"warning: the page gives a date that is yet to come, {published}: it is left out",
        )
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
        "Warning": given.warning,
        "Lang": seen.lang,
    }
    made = project.create(path, written(fields, seen.text or TEXT_MISSING))
    return taken + made + Result(notes=notes, then=f"followup {id}")


def _free_stem(project: Project, folder: str, said: str) -> str:
    """Return ``original`` if the incident has none yet, else a name from who said it."""
    usual = slug_of(said) or "citation"
    names = (ORIGINAL, usual, *(f"{usual}-{number}" for number in range(2, 1000)))
    there = {path.name for path in (project.content / folder).iterdir()}
    return next(name for name in names if f"{name}{SUFFIX}" not in there)
