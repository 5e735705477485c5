"""The files of ``authors/`` and ``goals/``, to authors and goals."""

from __future__ import annotations

import re

from ..model.author import Author, Goal, Photo, Role
from ..model.header import Header
from .fields import Context, Fields, Reading
from .moments import read_day
from .slugs import SLUG, slug_of

_SINCE = re.compile(r"\s*\bsince:(\S*)")


def interpret_author(path: str, header: Header, context: Context) -> Reading:
    """Make an author of a parsed file."""
    fields = Fields(path, header, Author, "author", context)
    author = Author(
        path=path,
        slug=_slug(path, fields),
        roles=_roles(fields),
        photo=_photo(fields),
        biography=fields.body(),
        lines=fields.lines,
        **fields.values(),
    )
    fields.check_placeholders()
    return Reading(author, tuple(fields.problems), lasts=not fields.text("Photo"))


def interpret_goal(path: str, header: Header, context: Context) -> Reading:
    """Make a goal of a parsed file."""
    fields = Fields(path, header, Goal, "goal", context)
    goal = Goal(
        path, _slug(path, fields), body=fields.body(), lines=fields.lines, **fields.values()
    )
    fields.check_placeholders()
    return Reading(goal, tuple(fields.problems))


def _slug(path: str, fields: Fields) -> str:
    """Return the file's name, which becomes the page's address."""
    slug = path.rpartition("/")[2].removesuffix(".md")
    if not SLUG.fullmatch(slug):
        message = f"this file's name becomes an address: rename it to {slug_of(slug) or 'x'}.md"
        fields.error(1, "url", message)
    return slug


def _roles(fields: Fields) -> tuple[Role, ...]:
    roles = []
    for field in fields.items("Role"):
        found = _SINCE.search(field.value)
        since = fields.parsed("Role since", found[1], field.line, read_day) if found else None
        if title := _SINCE.sub("", field.value).strip():
            roles.append(Role(title, since))
    return tuple(roles)


def _photo(fields: Fields) -> Photo | None:
    image = fields.picture("Photo", "photo")
    return Photo(image.path, image.width, image.height, image.sha256) if image else None
