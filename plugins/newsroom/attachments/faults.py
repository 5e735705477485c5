"""What keeps a document from being published, and marks of the machine that made it."""

from __future__ import annotations

import re

# A file on somebody's machine or network.
PATH = re.compile(
    r"(?:file:/*)?(?:[a-z]:[\\/]|\\\\[\w.-]+\\|/(?:Users|home|root|Volumes|mnt|private)/)[^\"<>]*"
    r"|file:/+[^\"<>]*",
    re.I,
)


class DocumentError(ValueError):
    """A document that cannot be published; the message completes ``docs/x.pdf …``."""


class NoLibraryError(DocumentError):
    """What looks into this kind of document is not installed."""
