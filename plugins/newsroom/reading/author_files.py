"""Authors and goals, made of their files' headers and bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from ..model.author import Author, Goal, Role, SigningKey
from ..model.header import Field, Header
from ..signatures.sshsig import SignatureError, read_key
from .fields import Context, Fields, Reading
from .moments import read_day
from .slugs import SLUG, slug_of

_DAYS = re.compile(r"\s*\b(since|until):(\S*)")


def interpret_author(path: str, header: Header, context: Context) -> Reading:
    """Make an author of a file in ``authors/``."""
    fields = Fields(path, header, Author, "author", context)
    image = fields.picture("Photo", "photo")
    author = Author(
        path=path,
        slug=_file_name(path, fields),
        roles=tuple(_roles(fields)),
        photo=image,
        keys=tuple(_keys(fields)),
        biography=fields.body(),
        lines=fields.lines,
        **fields.values(),
    )
    fields.check_placeholders()
    return Reading(author, tuple(fields.problems), lasts=not fields.text("Photo"))


def _with_days(fields: Fields, field: Field) -> tuple[str, date | None, date | None]:
    """Read ``text since:2026-01-01 until:2026-12-31``."""
    days = {
        word: fields.parsed(f"{field.written} {word}", day, field.line, read_day)
        for word, day in _DAYS.findall(field.value)
    }
    since, until = days.get("since"), days.get("until")
    if since and until and until < since:
        message = f"until:{until} is before since:{since}: mend one of the two"
        fields.error(field.line, "date", f"{field.written} {message}")
    return _DAYS.sub("", field.value).strip(), since, until


def _keys(fields: Fields) -> Iterator[SigningKey]:
    """Yield the keys that somebody signs with; what a line of a ``.pub`` file says besides goes."""
    for field in fields.items("Key"):
        line, since, until = _with_days(fields, field)
        try:
            yield SigningKey(read_key(line).line, since, until)
        except SignatureError as error:
            fields.error(field.line, "signature-key", f"Key {error}")


def _roles(fields: Fields) -> Iterator[Role]:
    found = []
    for field in fields.items("Role"):
        title, since, until = _with_days(fields, field)
        if title:
            found.append((Role(title, since, until), field.line))
    _check_roles(fields, found)
    yield from (role for role, _ in found)


def _check_roles(fields: Fields, found: list[tuple[Role, int]]) -> None:
    """Report a role that ends only after the next one has begun."""
    order = sorted(found, key=lambda item: item[0].since or date.min)
    for (one, line), (other, _) in pairwise(order):
        if one.until and other.since and one.until > other.since:
            message = f"until:{one.until} is after {other.title!r} began, {other.since}"
            remedy = "end this one before, or write both in one Role: a byline shows one"
            fields.error(line, "date", f"Role {message}: {remedy}")


def interpret_goal(path: str, header: Header, context: Context) -> Reading:
    """Make a goal of a file in ``goals/``."""
    fields = Fields(path, header, Goal, "goal", context)
    slug, body = _file_name(path, fields), fields.body()
    goal = Goal(path, slug, body=body, lines=fields.lines, **fields.values())
    fields.check_placeholders()
    return Reading(goal, tuple(fields.problems))


def _file_name(path: str, fields: Fields) -> str:
    """Return the file's name, which becomes the page's address."""
    slug = path.rpartition("/")[2].removesuffix(".md")
    if not SLUG.fullmatch(slug):
        message = f"this file's name becomes an address: rename it to {slug_of(slug) or 'x'}.md"
        fields.error(1, "url", message)
    return slug
