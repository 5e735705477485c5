"""Photograph a page into a citation before it is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ..model.citation import KINDS, ORIGINAL, SUFFIX
from ..model.problems import CommandError
from ..reading.slugs import slug_of
from .answers import find_incident, web_address
from .browser import Capture, photograph
from .citing import ALT_MISSING, TEXT_MISSING, image_fields, take_screenshot, valid_stem
from .display import working
from .options import ContentOptions, argument, command, option
from .project import Project
from .results import Result
from .scaffold import minute, published_moment, written


@dataclass(frozen=True)
class CaptureOptions(ContentOptions):
    """Of a capture."""

    incident: str = argument("Which incident?", help="The incident's folder")
    url: str = argument("The page to capture", check=web_address)
    selector: str = option("The post on that page, as a CSS selector")
    stem: str = option(
        "What to call it (default: original, if there is none yet)",
        required=False,
        check=lambda text: text if text == ORIGINAL else valid_stem(text),
    )
    warning: str = option("Why it is behind a click")


@command(CaptureOptions)
def capture(project: Project, given: CaptureOptions) -> Result:
    """Photograph a post in a real browser before it is deleted."""
    id = given.incident.strip("/").rpartition("/")[2]
    if not id or not (project.content / f"incidents/{id}").is_dir():
        id = find_incident(project, given.question("incident")).id
    folder, zone = f"incidents/{id}", project.settings.zone
    url = project.asker.ask(given.question("url"))
    with working(f"Photographing {url} …"):
        seen = photograph(url, given.selector, now=lambda: datetime.now(UTC), zone=zone)
    stem = given.stem and project.asker.ask(given.question("stem"))
    stem = stem or _free_stem(project, folder, seen)
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
    image, taken = take_screenshot(project, folder, stem, seen.png, f"{stem}-captured.png")
    fields = {
        "Kind": seen.kind if seen.kind in KINDS else "social-post",
        "Author": seen.author,
        "Author_url": seen.author_url,
        "Publication": seen.publication,
        "Url": seen.url,
        "Published": published or "[[when it appeared]]",
        "Accessed": accessed,
        "Availability": f"live {accessed}",
        **image_fields(stem, image),
        "Alt": ALT_MISSING,
        "Warning": given.warning,
        "Lang": seen.lang,
    }
    made = project.create(path, written(fields, seen.text or TEXT_MISSING))
    return taken + made + Result(notes=notes, then=f"invoke followup {id}")


def _free_stem(project: Project, folder: str, seen: Capture) -> str:
    """Return ``original`` if the incident has none yet, else a name from who said it."""
    taken = {
        path.name.removesuffix(SUFFIX) for path in (project.content / folder).glob(f"*{SUFFIX}")
    }
    if ORIGINAL not in taken:
        return ORIGINAL
    usual = slug_of(seen.author or seen.publication or seen.title) or "citation"
    names = [usual, *(f"{usual}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)
