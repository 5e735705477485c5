"""The files of ``authors/`` and ``goals/``, to authors and goals."""

from __future__ import annotations

import re

from ..images.opening import ImageError
from ..images.screenshots import HIDES, PictureFolder, no_location
from ..model.author import Author, Goal, Photo, Role
from ..model.header import Header
from .bodies import BodyReader
from .fields import Fields, Key
from .moments import read_day
from .slugs import SLUG, slug_of

AUTHOR_KEYS = (
    Key("Name", required=True),
    Key("Role", required=True, repeatable=True),
    *map(Key, ("Photo", "Email", "Phone")),
    Key("Profile", repeatable=True),
)
GOAL_KEYS = (Key("Title", required=True),)

_SINCE = re.compile(r"\s*\bsince:(\S*)")


def interpret_author(
    path: str, header: Header, pictures: PictureFolder, bodies: BodyReader
) -> tuple[Author, Fields]:
    """Make an author of a parsed file; its problems stand in the fields."""
    fields = Fields(path, header, AUTHOR_KEYS)
    biography = bodies.read(header.body, header.body_line)
    author = Author(
        path=path,
        slug=_slug(path),
        name=fields.text("Name"),
        roles=_roles(fields),
        biography=biography,
        photo=_photo(fields, pictures),
        email=fields.text("Email"),
        phone=fields.text("Phone"),
        profiles=tuple(
            field.value
            for field in fields.items("Profile")
            if fields.is_link("Profile", field.value, field.line)
        ),
        lines=fields.lines,
    )
    _check_name(fields, author.slug)
    fields.check_placeholders(biography)
    return author, fields


def interpret_goal(path: str, header: Header, bodies: BodyReader) -> tuple[Goal, Fields]:
    """Make a goal of a parsed file; its problems stand in the fields."""
    fields = Fields(path, header, GOAL_KEYS)
    body = bodies.read(header.body, header.body_line)
    _check_name(fields, _slug(path))
    goal = Goal(path, _slug(path), fields.text("Title"), body, fields.lines)
    fields.check_placeholders(body)
    return goal, fields


def _check_name(fields: Fields, slug: str) -> None:
    """The file's name becomes the page's address."""
    if not SLUG.fullmatch(slug):
        fields.report(
            1, "url", f"this file's name becomes an address: rename it to {slug_of(slug) or 'x'}.md"
        )


def _roles(fields: Fields) -> tuple[Role, ...]:
    roles = []
    for field in fields.items("Role"):
        found = _SINCE.search(field.value)
        since = fields.parsed("Role since", found[1], field.line, read_day) if found else None
        if title := _SINCE.sub("", field.value).strip():
            roles.append(Role(title, since))
    return tuple(roles)


def _photo(fields: Fields, pictures: PictureFolder) -> Photo | None:
    name, line = fields.text("Photo"), fields.line("Photo")
    if not name:
        return None
    try:
        image = pictures.open(fields.path, name)
    except ImageError as error:
        fields.report(line, "photo", f"Photo {name!r} {error}")
        return None
    if image.has_location:
        fields.report(line, "photo", f"Photo {name!r} {no_location(name)}")
    if image.hides:
        fields.report(line, "photo", f"Photo {name!r} {HIDES}")
    return Photo(image.path, image.width, image.height, image.sha256)


def _slug(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")
