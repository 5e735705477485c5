"""Citations, made of the header and the text of their files."""

from __future__ import annotations

from dataclasses import replace

from ..model.body import find_placeholders
from ..model.citation import AVAILABILITIES, FINDINGS, MEDIA, SUFFIX, Citation
from ..model.header import Header
from ..model.keys import Picture
from ..model.moment import Moment
from ..model.problems import nearest, one_of
from .fields import Context, Fields, Reading


def interpret_citation(path: str, header: Header, context: Context) -> Reading:
    """Make a citation of a ``*.cite.md`` file."""
    fields = Fields(path, header, Citation, "citation", context)
    folder, _, name = path.rpartition("/")
    availability, availability_at = _availability(fields)
    finding, reason = _finding(fields)
    citation = Citation(
        path=path,
        incident=folder.rpartition("/")[2],
        stem=name.removesuffix(SUFFIX),
        text=header.body.strip("\n").rstrip(),
        availability=availability,
        availability_at=availability_at,
        finding=finding,
        finding_reason=reason,
        screenshot=_screenshot(fields),
        lines=fields.lines,
        **fields.values(),
    )
    _check_source(citation, fields)
    fields.check_placeholders(quoted=("Author", "Publication"))
    # Other people's text may hold brackets; a body that is nothing else is not written yet.
    if find_placeholders(citation.text) == [citation.text]:
        blank = len(header.body) - len(header.body.lstrip("\n"))
        message = f"{citation.text} is still to be written"
        fields.error(header.body_line + blank, "placeholder", message)
    return Reading(citation, tuple(fields.problems), lasts=not fields.text("Screenshot"))


def _check_source(citation: Citation, fields: Fields) -> None:
    """Hold a citation to what its kind must say of where it comes from."""
    if not citation.author and not citation.publication:
        message = "Author or Publication is missing: say who published this, or where"
        fields.error(1, "required-key", message)
    if citation.kind == "social-post":
        fields.require("Published", "a social-post needs the time it appeared")
    if citation.redacted and not citation.text_checked:
        message = "nobody has noted that what is covered stands in none of the words either"
        remedy = "read the text, Alt and Author, then add a line Text_checked: with the time"
        fields.warning("Redacted", "redacted-text", f"{message}: {remedy}")
    reachable = not fields.text("Medium") and citation.availability != "deleted"
    if reachable and citation.kind in ("social-post", "article", "comment"):
        fields.require("Url", f"else say Medium: {one_of(MEDIA)}; or Availability: deleted")


def _availability(fields: Fields) -> tuple[str, Moment | None]:
    word, _, when = fields.text("Availability").partition(" ")
    if word.lower() not in ("", *AVAILABILITIES):
        message = f"Availability is {word!r}, but must be one of: {one_of(AVAILABILITIES)}"
        fields.error("Availability", "availability", message)
        return "", None
    line = fields.line("Availability")
    moment = fields.moment_in("Availability", when, line) if when.strip() else None
    return word.lower(), moment


def _finding(fields: Fields) -> tuple[str, str]:
    """Read ``false | why``."""
    word, _, reason = (part.strip() for part in fields.text("Finding").partition("|"))
    if word.lower() in ("", *FINDINGS):
        return word.lower(), reason if word else ""
    known = f"{one_of(FINDINGS)}{nearest(word.lower(), FINDINGS)}"
    fields.error("Finding", "finding", f"Finding is {word!r}, but must be one of: {known}")
    return "", ""


def _screenshot(fields: Fields) -> Picture | None:
    """Return the screenshot with its provenance, if it is there and as recorded."""
    name, recorded = fields.text("Screenshot"), fields.text("Sha256").lower()
    if not name:
        if recorded or fields.text("Alt"):
            fields.require("Screenshot", "there is a Sha256 or an Alt, which describes it")
        return None
    fields.require("Alt", "what the screenshot shows, for those who cannot see it")
    image = fields.picture("Screenshot", "screenshot")
    if image is None:
        return None
    if recorded != image.sha256:
        wrong = "does not match the file" if recorded else "is missing"
        remedy = f"if the file is the one you captured, put this line: Sha256: {image.sha256}"
        fields.error("Sha256", "screenshot-hash", f"the hash of {name} {wrong}: {remedy}")
    return replace(image, alt=fields.text("Alt"))
