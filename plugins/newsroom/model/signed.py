"""What is signed of an entry: its source, but for the lines that approval changes."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import dataclass

from .header import parse

UNSIGNED = ("status", "approved_by")
"""Keys, in lower case, whose lines are not signed."""

# As the grammar of headers has it.
_LINE = re.compile(rb"[^\r\n]*(?:\r[\x02\x03]*\n|[\r\n])|[^\r\n]+")


@dataclass(frozen=True)
class SignatureFile:
    """A signature beside an entry's source: ``statement.md.ada-quill.sig``.

    ``signer`` is the slug of a profile; ``path`` is relative to the content folder. ``key`` is the
    public key that made it, ``fault`` what is wrong with it, to complete ``x.sig …``.
    """

    signer: str
    path: str
    armoured: bytes
    key: str = ""
    fault: str = ""


def signed_text(source: bytes) -> bytes:
    """Return what is signed of a file: its bytes without the lines of ``UNSIGNED`` keys."""
    bare = source.removeprefix(BOM_UTF8)
    header = parse(bare.decode("utf-8", "replace"))
    left_out = {field.line for field in header.fields if field.key in UNSIGNED}
    lines = enumerate(_LINE.findall(bare), 1)
    kept = b"".join(line for number, line in lines if number not in left_out)
    return source[: len(source) - len(bare)] + kept


def namespace(domain: str) -> str:
    """Return what signatures of a newsroom are for (``ssh-keygen -n``)."""
    return f"newsroom@{domain}"


def release_namespace(domain: str) -> str:
    """Return what signatures of all files of a site are for."""
    return f"newsroom-release@{domain}"


def principal(signer: str, domain: str) -> str:
    """Return who signs, by the slug of the profile (``ssh-keygen -I``)."""
    return f"{signer}@{domain}"
