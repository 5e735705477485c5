"""XML written as text, because a feed or a sitemap may hold ten thousand elements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in XML 1.0


def element(name: str, inside: str = "", attributes: Mapping[str, str] | None = None) -> str:
    """Write an element that has XML inside."""
    said = "".join(f" {key}={quoteattr(value)}" for key, value in (attributes or {}).items())
    return f"<{name}{said}>{inside}</{name}>" if inside else f"<{name}{said}/>"


def text(name: str, said: str, attributes: Mapping[str, str] | None = None) -> str:
    """Write an element that has a plain text inside."""
    return element(name, escape(_FORBIDDEN.sub("", said)), attributes)
