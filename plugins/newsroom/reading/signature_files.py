"""Signature files, which lie beside the sources that they sign: ``statement.md.ada-quill.sig``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from importlib.util import find_spec

from ..model.settings import Settings
from ..model.signed import SignatureFile, namespace
from ..signatures.sshsig import NO_LIBRARY, SignatureError, read_signature

signature_path = "{}.{}.sig".format  # by the source, and the slug of who signs
_NAME = re.compile(r"(?P<source>.+\.md)\.(?P<signer>[^/]+)\.sig")


def source_of(path: str) -> str:
    """Return the source that a file signs; empty if it is no signature file."""
    found = _NAME.fullmatch(path)
    return found["source"] if found else ""


def by_source(paths: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return the signature files among some files, by the sources that they sign."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(paths):
        if source := source_of(path):
            found[source] = (*found.get(source, ()), path)
    return found


def why_unchecked(settings: Settings) -> str:
    """Say why no signature can be checked, and what to do; empty if they can."""
    if settings.feed_tag is None:
        return "signatures are for a domain: set NEWSROOM_FEED_TAG (invoke docs settings)"
    if find_spec("cryptography") is None:
        return f"a signature {NO_LIBRARY}"
    return ""


def signature_file(path: str, armoured: bytes) -> SignatureFile:
    """Return a signature file as it is, not checked."""
    name = _NAME.fullmatch(path)
    return SignatureFile(name["signer"] if name else "", path, armoured)


def checked_signature(file: SignatureFile, text: bytes, domain: str) -> SignatureFile:
    """Hold a signature file against the signed text of its source."""
    try:
        signature = read_signature(file.armoured)
        signature.check(text, namespace(domain))
    except SignatureError as error:
        return replace(file, fault=str(error))
    return replace(file, key=signature.key.line)
