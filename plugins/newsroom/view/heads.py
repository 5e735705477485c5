"""What a page's ``head`` says to machines, as templates see it."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup


@dataclass(frozen=True)
class Card:
    """A share image: its whole URL, size in pixels, media type and words for it."""

    url: str
    width: int
    height: int
    type: str
    alt: str


@dataclass(frozen=True)
class Alternate:
    """The same thing elsewhere: a ``link rel="alternate"`` with a whole URL.

    ``type`` is a media type, ``hreflang`` a language (BCP 47); either may be empty.
    """

    url: str
    type: str = ""
    title: str = ""
    hreflang: str = ""


@dataclass(frozen=True)
class Head:
    """What a page's ``head`` says to machines; all URLs are whole.

    ``type`` is Open Graph's, ``published`` and ``modified`` are RFC 3339 times or
    empty, ``authors`` are the URLs of profiles, ``structured`` is JSON-LD that
    is safe inside a ``script`` element.
    """

    url: str
    title: str
    description: str
    site_name: str
    type: str = "website"
    authors: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    card: Card | None = None
    alternates: tuple[Alternate, ...] = ()
    structured: Markup = field(default_factory=Markup)
