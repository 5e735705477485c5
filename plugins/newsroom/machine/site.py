"""Who publishes, and where: what every format for machines says in the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from ..language.languages import Languages
from ..language.words import Words
from ..model.feed_ids import TagAuthority
from ..model.settings import Contact
from ..view.parts import Picture

T = TypeVar("T")


@dataclass(frozen=True)
class Site:
    """The newsroom as a publication.

    ``url`` is whole and has no slash at its end; ``principles`` is a whole URL
    or empty; ``hub`` the WebSub hub's; ``lang`` a language tag (BCP 47);
    ``feed_items`` how many entries a feed holds, None for all; the site's own
    holds the whole year of its newest entry besides.
    """

    url: str
    name: str
    subtitle: str
    company: str
    lang: str
    tag: TagAuthority
    contact: Contact | None = None
    logo: Picture | None = None
    principles: str = ""
    hub: str = ""
    feed_items: int | None = 100
    languages: Languages = field(default_factory=Languages, repr=False)

    @property
    def words(self) -> Words:
        """The words of the site's own language."""
        return self.languages.words

    def at(self, url: str) -> str:
        """Return the whole URL of what lives at ``url``, relative to the site's root."""
        return f"{self.url}/{url}"


@dataclass(frozen=True)
class Card:
    """A share image: its whole URL, size in pixels, media type and words for it."""

    url: str
    width: int
    height: int
    type: str
    alt: str


@dataclass(frozen=True)
class Made(Mapping[str, T]):
    """A mapping whose values are made when they are asked for: of many, a build looks at few."""

    makers: Mapping[str, Callable[[], T]]

    def __getitem__(self, key: str) -> T:
        """Make the value of a key. Raises KeyError."""
        return self.makers[key]()

    def __iter__(self) -> Iterator[str]:
        return iter(self.makers)

    def __len__(self) -> int:
        return len(self.makers)


Said = dict[str, object]


def filled(**said: object) -> Said:
    """Leave out what is empty."""
    return {name: value for name, value in said.items() if value not in (None, "", [], {})}
