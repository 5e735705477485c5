"""A ``*.cite.md`` file's header and body, to a citation."""

from __future__ import annotations

from ..model.body import find_placeholders
from ..model.citation import AVAILABILITIES, MEDIA, SUFFIX, Citation, Screenshot
from ..model.header import Header
from ..model.moment import Moment
from ..model.problems import one_of
from .fields import Context, Fields, Reading


def interpret_citation(path: str, header: Header, context: Context) -> Reading:
    """Make a citation of a parsed file."""
    fields = Fields(path, header, Citation, "citation", context)
    folder, _, name = path.rpartition("/")
    availability, availability_at = _availability(fields)
    citation = Citation(
        path=path,
        incident=folder.rpartition("/")[2],
        stem=name.removesuffix(SUFFIX),
        text=header.body.strip("\n").rstrip(),
        availability=availability,
        availability_at=availability_at,
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
    if citation.kind == "social-post" and not fields.text("Published"):
        fields.missing("Published", " (a social-post needs the time it appeared)")
    if citation.redacted and not citation.text_checked:
        fields.warning(
            "Redacted", "redacted-text",
            "nobody has noted that what is covered stands in none of the words either:"
            " read the text, Alt and Author, then add a line Text_checked: with the time",
        )  # fmt: skip
    reachable = not fields.text("Medium") and citation.availability != "deleted"
    needs_url = reachable and citation.kind in ("social-post", "article", "comment")
    if needs_url and not fields.text("Url"):
        fields.error(
            "Url", "required-key",
            "Url is missing: add a line Url: https://…, or Medium:"
            f" ({one_of(MEDIA)}), or Availability: deleted",
        )  # fmt: skip


def _availability(fields: Fields) -> tuple[str, Moment | None]:
    word, _, when = fields.text("Availability").partition(" ")
    if not word:
        return "", None
    if word.lower() not in AVAILABILITIES:
        fields.error(
            "Availability", "availability",
            f"Availability is {word!r}, but must be one of: {one_of(AVAILABILITIES)},"
            " with an optional date after it",
        )  # fmt: skip
        return "", None
    line = fields.line("Availability")
    moment = fields.moment_in("Availability", when, line) if when.strip() else None
    return word.lower(), moment


def _screenshot(fields: Fields) -> Screenshot | None:
    """Return the screenshot with its provenance, if it is there and as recorded."""
    name, recorded = fields.text("Screenshot"), fields.text("Sha256").lower()
    if not name:
        for key in ("Sha256", "Alt"):
            if fields.text(key):
                fields.missing("Screenshot", f" (there is {key}, which describes it)")
                break
        return None
    if not fields.text("Alt"):
        fields.missing("Alt", " (what the screenshot shows, for those who cannot see it)")
    image = fields.picture("Screenshot", "screenshot")
    if image is None:
        return None
    if recorded != image.sha256:
        wrong = "does not match the file" if recorded else "is missing"
        fields.error(
            "Sha256", "screenshot-hash",
            f"the hash of {name} {wrong}: if the file is the one you captured,"
            f" put this line: Sha256: {image.sha256}",
        )  # fmt: skip
    return Screenshot(image.path, image.width, image.height, image.sha256, fields.text("Alt"))
