"""Who publishes, and where: what every format for machines says in the same words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..model.settings import Contact
from ..model.tags import Tag
from ..view.views import Picture


@dataclass(frozen=True)
class Site:
    """The newsroom as a publication.

    ``url`` is whole and has no slash at its end; ``principles`` is a whole URL
    or empty; ``hub`` the WebSub hub's; ``lang`` a language tag (BCP 47);
    ``feed_items`` how many entries a feed holds at least, None for all.
    """

    url: str
    name: str
    company: str
    lang: str
    tag: Tag
    contact: Contact | None = None
    logo: Picture | None = None
    principles: str = ""
    hub: str = ""
    feed_items: int | None = 100

    @property
    def since(self) -> datetime:
        """The first moment of the tag's date: ``updated`` of a feed without entries."""
        return datetime.fromisoformat(self.tag.since)

    def at(self, url: str) -> str:
        """The whole URL of what lives at ``url``, relative to the site's root."""
        return f"{self.url}/{url}"
