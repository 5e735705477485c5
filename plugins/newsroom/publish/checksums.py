"""The files of a published site with their hashes, signed: one list that readers can check.

It is written as ``sha256sum`` reads it, and signed as ``ssh-keygen -Y verify`` does.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from ..files import files_in, write_whole
from ..model.addresses import WELL_KNOWN
from ..model.policy import TWINS
from ..model.settings import Settings, SettingsError
from ..model.signed import release_namespace
from ..signatures.ssh_keygen import SigningError, made_by_ssh
from ..signatures.sshsig import SignatureError, read_key, read_signature
from .manifest import hash_of

SUMS = f"{WELL_KNOWN}/sha256sums.txt"
SIGNATURE = f"{SUMS}.sig"


def sums_of(files: Mapping[str, str]) -> bytes:
    """Return the list of files with their hashes; compressed twins have no address of their own."""
    lines = []
    for path, digest in sorted(files.items()):
        if not path.endswith(TWINS) and path not in (SUMS, SIGNATURE):
            escaped = path.replace("\\", "\\\\")
            mark = "" if escaped == path else "\\"  # as sha256sum has it
            lines.append(f"{mark}{digest}  {escaped}\n")
    return "".join(lines).encode("utf-8", "surrogateescape")


def release_fault(sums: bytes, armoured: bytes, settings: Settings) -> str:
    """Say what is wrong with the signature of a list, to complete ``sha256sums.txt.sig …``."""
    try:
        signature = read_signature(armoured)
        if signature.key != read_key(settings.release_key):
            return f"is by another key than NEWSROOM_RELEASE_KEY: {signature.key.fingerprint}"
        signature.check(sums, release_namespace(_domain(settings)))
    except SignatureError as error:
        return str(error)
    return ""


def sign_release(folder: Path, output: Path, settings: Settings) -> None:
    """Write the signed list of a site; while nothing changes, the signature in ``output`` stays.

    Raises SettingsError if it cannot be signed.
    """
    sums = sums_of({path: hash_of(folder / path) for path in files_in(folder)})
    write_whole(folder / SUMS, sums)
    before = output / SIGNATURE
    if before.is_file() and not release_fault(sums, before.read_bytes(), settings):
        shutil.copyfile(before, folder / SIGNATURE)
        return
    key = settings.sign_key or settings.release_key
    try:
        made = made_by_ssh(key, sums, release_namespace(_domain(settings)))
    except SigningError as error:
        raise SettingsError(f"NEWSROOM_RELEASE_KEY: {error}; name it with --sign-key") from None
    if fault := release_fault(sums, made, settings):
        raise SettingsError(f"--sign-key: the signature {fault}")
    write_whole(folder / SIGNATURE, made)


def _domain(settings: Settings) -> str:
    if settings.feed_tag is None:
        raise SettingsError("NEWSROOM_RELEASE_KEY needs NEWSROOM_FEED_TAG (invoke docs settings)")
    return settings.feed_tag.domain
