"""What of an entry's source is signed."""

from __future__ import annotations

import re

_LEFT_OUT = re.compile(rb"[ ]{0,3}(?:status|approved_by):", re.I)
_MORE = re.compile(rb"[ ]{4,}|\t")


def signed_text(source: bytes) -> bytes:
    """Return a file's bytes without its header lines ``Status`` and ``Approved_by``."""
    lines = source.splitlines(keepends=True)
    kept, leaves_out = list[bytes](), False
    for number, line in enumerate(lines):
        if not line.strip():
            return b"".join((*kept, *lines[number:]))
        leaves_out = bool(_LEFT_OUT.match(line)) or (leaves_out and bool(_MORE.match(line)))
        kept += [] if leaves_out else [line]
    return b"".join(kept)
