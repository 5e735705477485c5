"""Authors, who sign, and goals, which their actions are tied to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from .body import Body

# In lower case. More stand in the settings.
NO_PERSONS = (
    "admin",
    "administrator",
    "anonymous",
    "communications",
    "communications team",
    "corporate communications",
    "editor",
    "editorial team",
    "editors",
    "media relations",
    "news desk",
    "newsroom",
    "press office",
    "press team",
    "public relations",
    "root",
    "social media team",
    "staff",
    "team",
    "the company",
    "the team",
    "user",
    "webmaster",
)


@dataclass(frozen=True)
class Role:
    """A role and the day since which it is held; None is from the beginning."""

    title: str
    since: date | None = None


@dataclass(frozen=True)
class Photo:
    """A portrait; ``path`` is relative to the content folder, sizes in pixels.

    ``sha256`` is the hex digest of the file.
    """

    path: str
    width: int
    height: int
    sha256: str


@dataclass(frozen=True)
class Author:
    """A named person who signs. ``path`` is relative to the content folder."""

    path: str
    slug: str
    name: str
    roles: tuple[Role, ...]
    biography: Body = field(default_factory=lambda: Body(""))
    photo: Photo | None = None
    email: str = ""
    phone: str = ""
    profiles: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def role_on(self, day: date) -> str:
        """The title held on ``day``; before the first known one, that first one."""
        if not self.roles:
            return ""
        roles = sorted(self.roles, key=lambda role: role.since or date.min)
        held = [role for role in roles if role.since is None or role.since <= day]
        return (held[-1] if held else roles[0]).title


@dataclass(frozen=True)
class Goal:
    """A broader company goal."""

    path: str
    slug: str
    title: str
    body: Body
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)
