"""Authors, who sign, and goals, which their actions are tied to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from .addresses import telephone_url
from .body import Body
from .keys import LINKS, TEXT, ContentFile, Key, Picture, made_of

# In lower case. More stand in the settings.
NO_PERSONS = (
    *("admin", "administrator", "anonymous", "communications", "communications team"),
    *("corporate communications", "editor", "editorial team", "editors", "media relations"),
    *("news desk", "newsroom", "press office", "press team", "public relations", "root", "staff"),
    *("social media team", "team", "the company", "the team", "user", "webmaster"),
)


@dataclass(frozen=True)
class Role:
    """A role, the day since which it is held, and its last; None is from the beginning, and open.

    In any case it ends when the next one begins.
    """

    title: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class SigningKey:
    """A public key that somebody signs with, ``ssh-ed25519 AAAA…``; its first and last day."""

    line: str
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it may be used on ``day``."""
        return (self.since or date.min) <= day <= (self.until or date.max)


@dataclass(frozen=True)
class Author(ContentFile):
    """A named person who signs."""

    slug: str
    name: str = Key(
        "Name", "the name that entries are signed with; no two profiles have the same",
        required=("author",),
    ).of(TEXT)  # fmt: skip
    roles: tuple[Role, ...] = made_of(
        (), Key("Role", "a role, since when and until when", required=("author",), repeatable=True)
    )
    photo: Picture | None = made_of(
        None, Key("Photo", "an image file beside this one, best a square; without metadata")
    )
    email: str = Key("Email", "how to write to this person; shown on the profile").of(TEXT)
    phone: str = Key("Phone", "how to call this person; shown on the profile").of(TEXT)
    profiles: tuple[str, ...] = Key(
        "Profile", "pages of this person elsewhere", repeatable=True
    ).of(LINKS)
    keys: tuple[SigningKey, ...] = made_of(
        (), Key("Key", "a public key to [sign](#signatures) with, since when and until when",
                repeatable=True)
    )  # fmt: skip
    biography: Body = field(default_factory=lambda: Body(""))

    @property
    def phone_url(self) -> str:
        """Where ``phone`` leads."""
        return telephone_url(self.phone)

    def ended_before(self, day: date) -> date | None:
        """Return the last day of the last role before ``day``, if none is held on that."""
        role = self._last_on(day)
        return role.until if role and role.until and role.until < day else None

    def speaks_on(self, day: date) -> bool:
        """Whether this person has a role on ``day``."""
        return self.ended_before(day) is None

    def role_on(self, day: date) -> str:
        """Return the title held last on ``day``; before the first known one, that first one."""
        role = self._last_on(day)
        return role.title if role else ""

    def _last_on(self, day: date) -> Role | None:
        roles = sorted(self.roles, key=lambda role: role.since or date.min)
        begun = [role for role in roles if (role.since or date.min) <= day]
        return next(iter(begun[-1:] or roles), None)


@dataclass(frozen=True)
class Goal(ContentFile):
    """A broader company goal."""

    slug: str
    title: str = Key("Title", "the goal, in a few words", required=("goal",)).of(TEXT)
    body: Body = field(default_factory=lambda: Body(""))
