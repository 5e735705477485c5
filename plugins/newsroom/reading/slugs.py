"""Names to file names."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup
from unidecode import unidecode

from ..model.settings import Settings

LONGEST = 60

SLUG = re.compile(r"[A-Za-z0-9_~-]+(?:\.[A-Za-z0-9_~-]+)*")
"""What may stand in an address without being escaped; a dot only inside."""

MOST_LETTERS = 200
"""Of a name that becomes a file's: file systems take 255 bytes."""


def slug_of(name: str) -> str:
    """Return a name as ``[a-z0-9-]+``, at most 60 characters, cut between words; may be empty."""
    words = re.findall(r"[a-z0-9]+", unidecode(name).lower().replace("'", "").replace("’", ""))
    slug = ""
    for word in words:
        if len(slug) + len(word) >= LONGEST and slug:
            break
        slug = f"{slug}-{word}" if slug else word[:LONGEST]
    return slug


def label_slug(name: str, settings: Settings) -> str:
    """Return the slug of a category or tag, as ``pelican.utils.slugify`` makes it."""
    slug = unicodedata.normalize("NFKC", Markup(name).striptags())
    slug = slug if settings.slug_unicode else unidecode(slug)
    slug = re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", slug).strip())
    return slug if settings.slug_case else slug.lower()
