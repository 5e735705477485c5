"""Citations, authors and goals, made of their files' headers and bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.author import Author, Goal, Photo, Role
from ..model.body import find_placeholders
from ..model.citation import AVAILABILITIES, MEDIA, SUFFIX, Citation, Screenshot
from ..model.header import Header
from ..model.moment import Moment
from ..model.problems import one_of
from .fields import Context, Fields, Reading
from .moments import read_day
from .slugs import SLUG, slug_of

_SINCE = re.compile(r"\s*\bsince:(\S*)")


def interpret_citation(path: str, header: Header, context: Context) -> Reading:
    """Make a citation of a ``*.cite.md`` file."""
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
    if citation.kind == "social-post":
        fields.require("Published", "a social-post needs the time it appeared")
    if citation.redacted and not citation.text_checked:
        message = (
            "nobody has noted that what is covered stands in none of the words either:"
            " read the text, Alt and Author, then add a line Text_checked: with the time"
        )
        fields.warning("Redacted", "redacted-text", message)
    reachable = not fields.text("Medium") and citation.availability != "deleted"
    if reachable and citation.kind in ("social-post", "article", "comment"):
        fields.require("Url", f"else say Medium: {one_of(MEDIA)}; or Availability: deleted")


def _availability(fields: Fields) -> tuple[str, Moment | None]:
    word, _, when = fields.text("Availability").partition(" ")
    if word.lower() not in ("", *AVAILABILITIES):
        message = f"Availability is {word!r}, but must be {one_of(AVAILABILITIES)}, and a date"
        fields.error("Availability", "availability", message)
        return "", None
    line = fields.line("Availability")
    moment = fields.moment_in("Availability", when, line) if when.strip() else None
    return word.lower(), moment


def _screenshot(fields: Fields) -> Screenshot | None:
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
        message = (
            f"the hash of {name} {wrong}: if the file is the one you captured,"
            f" put this line: Sha256: {image.sha256}"
        )
        fields.error("Sha256", "screenshot-hash", message)
    return Screenshot(image.path, image.width, image.height, image.sha256, fields.text("Alt"))


def interpret_author(path: str, header: Header, context: Context) -> Reading:
    """Make an author of a file in ``authors/``."""
    fields = Fields(path, header, Author, "author", context)
    image = fields.picture("Photo", "photo")
    author = Author(
        path=path,
        slug=_slug(path, fields),
        roles=tuple(_roles(fields)),
        photo=Photo(image.path, image.width, image.height, image.sha256) if image else None,
        biography=fields.body(),
        lines=fields.lines,
        **fields.values(),
    )
    fields.check_placeholders()
    return Reading(author, tuple(fields.problems), lasts=not fields.text("Photo"))


def _roles(fields: Fields) -> Iterator[Role]:
    for field in fields.items("Role"):
        found = _SINCE.search(field.value)
        since = fields.parsed("Role since", found[1], field.line, read_day) if found else None
        if title := _SINCE.sub("", field.value).strip():
            yield Role(title, since)


def interpret_goal(path: str, header: Header, context: Context) -> Reading:
    """Make a goal of a file in ``goals/``."""
    fields = Fields(path, header, Goal, "goal", context)
    slug, body = _slug(path, fields), fields.body()
    goal = Goal(path, slug, body=body, lines=fields.lines, **fields.values())
    fields.check_placeholders()
    return Reading(goal, tuple(fields.problems))


def _slug(path: str, fields: Fields) -> str:
    """Return the file's name, which becomes the page's address."""
    slug = path.rpartition("/")[2].removesuffix(".md")
    if not SLUG.fullmatch(slug):
        message = f"this file's name becomes an address: rename it to {slug_of(slug) or 'x'}.md"
        fields.error(1, "url", message)
    return slug
