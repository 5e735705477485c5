"""Hold signatures against a text that somebody else published: a verdict of each, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from ..model.problems import CommandError
from ..model.signed import signed_text
from .allowed_signers import signer_of
from .sshsig import Signature, SignatureError, read_signature

MOST_SIGNATURES = 20  # that are looked at
GOOD, WRONG, UNTOLD = 0, 1, 2
"""Exit codes: each signature is good; something is wrong; it cannot be told."""


class UntoldError(Exception):
    """Nothing can be told of a statement; the message says why."""


@dataclass(frozen=True)
class Signed:
    """A signature file, and of whom it is to be: the principal, a name and a role, if known."""

    name: str
    armoured: bytes
    principal: str = ""
    person: str = ""


@dataclass(frozen=True)
class Statement:
    """A text with its signatures, and the list of who may sign: with keys that held at ``times``.

    A list that ``has_own_keys`` is the reader's, and may have other names. ``listed`` is the hash
    that the site's list has; ``namespace`` what the site says that signatures are for.
    """

    text: bytes
    signatures: tuple[Signed, ...]
    signers: str
    times: tuple[datetime, datetime]
    has_own_keys: bool = False
    dated: str = ""
    namespace: str = ""
    listed: str = ""


def verdict(found: Statement, signed: Signed) -> tuple[int, str]:
    """Hold one signature against its text, and return the exit code for it and what to say."""
    try:
        signature = read_signature(signed.armoured)
        text, remark = _signed_part(found, signature)
        signature.check(text, found.namespace or signature.namespace)
    except SignatureError as error:
        return WRONG, f"wrong: {signed.name} {error}"
    except ImportError:
        raise CommandError(
            "signatures cannot be checked here: pip install 'pelican-newsroom[sign]'"
        ) from None
    if not signature.namespace.startswith("newsroom@"):
        return WRONG, f"wrong: {signed.name} is for {signature.namespace!r}, and not a newsroom's"
    if found.listed and sha256(found.text).hexdigest() != found.listed:
        return WRONG, f"wrong: the text of {signed.name} is not the one that the site lists"
    by = f"the key {signature.key.fingerprint}"
    wanted = "" if found.has_own_keys else signed.principal
    signer = signer_of(found.signers, signature, found.times, wanted)
    if signer.reason == "time":
        return WRONG, f"wrong: {signed.name} is by {by} of {signer.who}, which did not hold then"
    if signer.reason:
        return UNTOLD, f"cannot tell: {signed.name} is of this text, but by {by}, which is unknown"
    is_named = signed.principal == signer.who and signed.person
    person = f"{signed.person}, {signer.who}," if is_named else signer.who
    return GOOD, f"good: {person} signed this text{remark} with {by}"


def _signed_part(found: Statement, signature: Signature) -> tuple[bytes, str]:
    """Return what of a file is signed: all of it, or that without lines that no signature is of."""
    part = signed_text(found.text)
    if part == found.text or found.listed:
        return found.text, ""
    try:
        signature.check(found.text, signature.namespace)
    except SignatureError:
        return part, ", without its lines Status and Approved_by,"
    return found.text, ""
