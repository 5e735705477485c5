"""Evidence saved before it is deleted: a page photographed into a citation."""

from __future__ import annotations

from datetime import UTC, datetime

from ..model.citation import KINDS, ORIGINAL, SUFFIX
from ..model.problems import CommandError
from ..reading.slugs import slug_of
from .asking import Question
from .capture import Capture, CaptureError, capture
from .choosing import incident_of
from .desk import Desk, Given, web_address
from .incidents import ALT_MISSING, find_incident, take_bytes, valid_stem
from .result import Result
from .scaffold import citation_text, minute, published_moment
from .terminal import working


def capture_citation(desk: Desk, incident: str, given: Given) -> Result:
    """Photograph the page at ``url`` into a citation of an incident.

    Raises CommandError if the page cannot be captured.
    """
    ask = Question("The page to capture", "URL", check=web_address)
    incident = incident_of(desk, incident)
    url = desk.asker.ask(ask, given.get("url", ""))
    id = incident.strip("/").rpartition("/")[2]
    folder, zone = f"incidents/{id}", desk.settings.zone
    if not (desk.content / folder).is_dir():
        find_incident(desk, id)
    try:
        with working(f"Photographing {url} …"):
            seen = capture(
                url,
                given.get("selector", ""),
                now=lambda: datetime.now(UTC),
                zone=zone,
            )
    except CaptureError as error:
        raise CommandError(str(error)) from None
    stem = given.get("stem") or _free_stem(desk, folder, seen)
    if stem != ORIGINAL:
        try:
            valid_stem(stem)
        except ValueError as error:
            raise CommandError(f"--stem: {error}") from None
    path = f"{folder}/{stem}{SUFFIX}"
    if (desk.content / path).exists():
        raise CommandError(f"{desk.shown(path)} is there already: name another with --stem")
    accessed = minute(seen.accessed.astimezone(zone))
    notes: tuple[str, ...] = ()
    published = published_moment(seen.published, zone)
    if seen.published and seen.published.at > seen.accessed:
        notes = (
            f"warning: the page gives a date that is yet to come, {published}: it is left out",
        )
        published = ""
    image, taken = take_bytes(desk, folder, stem, seen.png, f"{stem}-captured.png")
    fields = {
        "Kind": seen.kind if seen.kind in KINDS else "social-post",
        "Author": seen.author,
        "Author_url": seen.author_url,
        "Publication": seen.publication,
        "Url": seen.url,
        "Published": published or "[[when it appeared]]",
        "Accessed": accessed,
        "Availability": f"live {accessed}",
        "Screenshot": f"{stem}.png",
        "Sha256": image.sha256,
        "Source_sha256": image.source_sha256,
        "Alt": ALT_MISSING,
        "Warning": given.get("warning", ""),
        "Lang": seen.lang,
    }
    made = desk.create(path, citation_text(fields, seen.text))
    return taken + made + Result(notes=notes, then=f"invoke followup {id}")


def _free_stem(desk: Desk, folder: str, seen: Capture) -> str:
    """``original`` if the incident has none yet, else a name from who said it."""
    if not (desk.content / folder / f"{ORIGINAL}{SUFFIX}").exists():
        return ORIGINAL
    usual = slug_of(seen.author or seen.publication or seen.title) or "citation"
    taken = {path.name.removesuffix(SUFFIX) for path in (desk.content / folder).glob(f"*{SUFFIX}")}
    names = [usual, *(f"{usual}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)
