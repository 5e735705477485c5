"""Who publishes, and where: what every format for machines says in the same words."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..language.languages import Languages
from ..language.words import Words
from ..model.feed_ids import TagAuthority
from ..model.settings import Contact
from ..view.parts import Picture


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
        """The whole URL of what lives at ``url``, relative to the site's root."""
        return f"{self.url}/{url}"
