"""A ``*.cite.md`` file's header and body, to a citation."""

from __future__ import annotations

import re
from functools import partial

from ..images.opening import ImageError
from ..images.screenshots import HIDES, Image, PictureFolder, no_location
from ..model.body import find_placeholders
from ..model.citation import AVAILABILITIES, KINDS, MEDIA, SUFFIX, Citation, Screenshot
from ..model.header import Header
from ..model.moment import Moment
from ..model.problems import one_of
from ..model.settings import Settings
from .fields import Fields, Key
from .moments import read_moment

KEYS = (
    Key("Kind", required=True),
    *map(Key, ("Author", "Author_url", "Publication", "Url", "Archive_url", "Medium")),
    *map(Key, ("Published", "Accessed", "Availability", "Screenshot", "Sha256", "Alt")),
    *map(
        Key,
        ("Credit", "Credit_url", "Source_sha256", "Redacted", "Text_checked", "Warning", "Lang"),
    ),
)

_SHA256 = re.compile(r"[0-9a-f]{64}")


def interpret_citation(
    path: str, header: Header, settings: Settings, pictures: PictureFolder
) -> tuple[Citation, Fields]:
    """Make a citation of a parsed file; its problems stand in the fields."""
    fields = Fields(path, header, KEYS)
    moment = partial(fields.moment, zone=settings.zone)
    folder, _, name = path.rpartition("/")
    availability, availability_at = _availability(fields, settings)
    citation = Citation(
        path=path,
        incident=folder.rpartition("/")[2],
        stem=name.removesuffix(SUFFIX),
        kind=fields.choice("Kind", KINDS, "kind"),
        text=header.body.strip("\n").rstrip(),
        author=fields.text("Author"),
        author_url=fields.link("Author_url"),
        publication=fields.text("Publication"),
        url=fields.link("Url"),
        archive_url=fields.link("Archive_url"),
        medium=fields.choice("Medium", MEDIA, "medium"),
        published=moment("Published"),
        accessed=moment("Accessed"),
        availability=availability,
        availability_at=availability_at,
        screenshot=_screenshot(fields, pictures),
        credit=fields.text("Credit"),
        credit_url=fields.link("Credit_url"),
        source_sha256=_digest(fields, "Source_sha256"),
        redacted=fields.text("Redacted"),
        text_checked=moment("Text_checked"),
        warning=fields.text("Warning"),
        lang=fields.text("Lang"),
        lines=fields.lines,
    )
    _check_source(citation, fields)
    fields.check_placeholders(None, quoted=("Author", "Publication"))
    # Other people's text may hold brackets; a body that is nothing else is not written yet.
    if find_placeholders(citation.text) == [citation.text]:
        blank = len(header.body) - len(header.body.lstrip("\n"))
        line = header.body_line + blank
        fields.report(line, "placeholder", f"{citation.text} is still to be written")
    return citation, fields


def _check_source(citation: Citation, fields: Fields) -> None:
    """Hold a citation to what its kind must say of where it comes from."""
    if not fields.text("Author") and not fields.text("Publication"):
        fields.report(
            1, "required-key",
            "Author or Publication is missing: say who published this, or where",
        )  # fmt: skip
    if citation.kind == "social-post" and not fields.text("Published"):
        fields.missing("Published", " (a social-post needs the time it appeared)")
    if citation.redacted and not citation.text_checked:
        fields.report(
            fields.line("Redacted"), "redacted-text",
            "warning: nobody has noted that what is covered stands in none of the words either:"
            " read the text, Alt and Author, then add a line Text_checked: with the time",
        )  # fmt: skip
    reachable = not fields.text("Medium") and citation.availability != "deleted"
    needs_url = reachable and citation.kind in ("social-post", "article", "comment")
    if needs_url and not fields.text("Url"):
        fields.report(
            fields.line("Url"), "required-key",
            "Url is missing: add a line Url: https://…, or Medium:"
            f" ({one_of(MEDIA)}), or Availability: deleted",
        )  # fmt: skip


def _availability(fields: Fields, settings: Settings) -> tuple[str, Moment | None]:
    word, _, when = fields.text("Availability").partition(" ")
    line = fields.line("Availability")
    if not word:
        return "", None
    if word.lower() not in AVAILABILITIES:
        fields.report(
            line, "availability",
            f"Availability is {word!r}, but must be one of: {one_of(AVAILABILITIES)},"
            " with an optional date after it",
        )  # fmt: skip
        return "", None
    if not when.strip():
        return word.lower(), None
    moment = fields.parsed("Availability", when, line, lambda t: read_moment(t, settings.zone))
    return word.lower(), moment


def _digest(fields: Fields, key: str) -> str:
    value = fields.text(key).lower()
    if value and not _SHA256.fullmatch(value):
        fields.report(
            fields.line(key), "screenshot-hash", f"{key} must be 64 hexadecimal digits (SHA-256)"
        )
        return ""
    return value


def _screenshot(fields: Fields, pictures: PictureFolder) -> Screenshot | None:
    """The screenshot with its provenance, if it is there and as recorded."""
    name, recorded = fields.text("Screenshot"), fields.text("Sha256").lower()
    if not name:
        for key in ("Sha256", "Alt"):
            if fields.text(key):
                fields.missing("Screenshot", f" (there is {key}, which describes it)")
                break
        return None
    if not fields.text("Alt"):
        fields.missing("Alt", " (what the screenshot shows, for those who cannot see it)")
    image = _image(fields, name, pictures)
    if image is None:
        return None
    if recorded != image.sha256:
        wrong = "does not match the file" if recorded else "is missing"
        fields.report(
            fields.line("Sha256"), "screenshot-hash",
            f"the hash of {name} {wrong}: if the file is the one you captured,"
            f" put this line: Sha256: {image.sha256}",
        )  # fmt: skip
    return Screenshot(image.path, image.width, image.height, image.sha256, fields.text("Alt"))


def _image(fields: Fields, name: str, pictures: PictureFolder) -> Image | None:
    line = fields.line("Screenshot")
    try:
        image = pictures.open(fields.path, name)
    except ImageError as error:
        fields.report(line, "screenshot", f"Screenshot {name!r} {error}")
        return None
    if image.has_location:
        fields.report(line, "screenshot-location", f"Screenshot {name!r} {no_location(name)}")
    if image.hides:
        fields.report(line, "screenshot", f"Screenshot {name!r} {HIDES}")
    return image
