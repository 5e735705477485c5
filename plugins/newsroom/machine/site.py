"""The publisher and the site's URL, which every format for machines needs."""

from __future__ import annotations

from dataclasses import dataclass

from ..language.words import Languages, Words
from ..model import addresses as to
from ..model.addresses import TagAuthority
from ..model.settings import Settings
from ..view.parts import Picture

Said = dict[str, object]


@dataclass(frozen=True)
class Site:
    """The newsroom as a publication; ``principles`` is a whole URL or empty."""

    settings: Settings
    tag: TagAuthority
    languages: Languages
    logo: Picture | None = None
    principles: str = ""

    @property
    def words(self) -> Words:
        """The words of the site's own language."""
        return self.languages.words

    @property
    def feed(self) -> str:
        """Where the feed of all entries is, without its ending."""
        return to.feed_of(to.INCIDENTS) if self.settings.is_guest else to.ALL_FEED

    @property
    def feed_title(self) -> str:
        """The name of that feed."""
        name, incidents = self.settings.name, self.words.say("Incidents")
        return self.words.beside(incidents, name, between=" – ") if self.settings.is_guest else name

    def at(self, url: str) -> str:
        """Return the absolute URL of ``url``, which is relative to the site's root."""
        return f"{self.settings.site_url}/{url}"


def filled(**said: object) -> Said:
    """Return a node without its empty values."""
    return {name: value for name, value in said.items() if value not in (None, "", [], {})}
