"""Who may sign: lists as ``ssh-keygen`` reads them (ALLOWED SIGNERS in ssh-keygen(1))."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import translate
from typing import Literal

from .sshsig import KEY_TYPES, PublicKey, Signature, read_key

Reason = Literal["", "unknown", "time", "namespace"]

_PRINCIPALS = re.compile(r'[ \t]*([^ \t\r"]*)(?:"([^"]*)"[ \t\r]*|[ \t\r]+)(.*)', re.S)
_OPTIONS = re.compile(r'(?:\\"|"(?:\\"|[^"])*"|[^ \t"])+')
_OPTION = re.compile(
    r'(?:(cert-authority)|(namespaces|valid-after|valid-before)="((?:\\"|\\(?!")|[^"\\])*)")(,(?=.))?',
    re.I | re.S,
)
_OTHER_KEY = re.compile(r"(?:ssh|ecdsa|sk)-[\w@.-]+[ \t]+[\w+/]+=*(?:[ \t].*)?", re.A)
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z|UTC)?", re.I | re.A)


@dataclass(frozen=True)
class Signer:
    """Whom a key was found to be of, ``ada-quill@example.com``; or the ``reason`` why of nobody."""

    who: str = ""
    reason: Reason = "unknown"


def signer_of(
    signers: str, signature: Signature, times: tuple[datetime, datetime], who: str = ""
) -> Signer:
    """Find who may sign with the key of a signature, for what that signature is for.

    It must hold at some time between ``times``, which are the same if the time is known. Where
    ``who`` is named, it must be of that principal. A line that is damaged does not count.
    """
    found = Signer()
    for line in signers.split("\n"):
        words = _PRINCIPALS.fullmatch(line)
        if not words or line.lstrip(" \t").startswith("#"):
            continue
        principals = words[1] + (words[2] or "")
        if who and not _matches(who, principals):
            continue
        try:
            options, key = _read(words[3].rstrip())
            after, before = _times(options)
        except ValueError:
            continue
        if "cert-authority" in options or key != signature.key:
            continue
        if not _matches(signature.namespace, options.get("namespaces", "*")):
            found = Signer(who or principals, "namespace")
        elif (after and times[1] < after) or (before and times[0] > before):
            found = Signer(who or principals, "time")
        else:
            return Signer(who or principals, "")
    return found


def stamp(at: datetime) -> str:
    """Write a time as OpenSSH reads it, in UTC: ``20260312093000Z``."""
    return f"{at.astimezone(UTC):%Y%m%d%H%M%SZ}"


def _read(text: str) -> tuple[Mapping[str, str], PublicKey | None]:
    """Read the options of a line, and its key. Raises ValueError."""
    try:
        return {}, _key(text)
    except ValueError:
        if not (options := _OPTIONS.match(text)):
            raise
    return dict(_options(options[0])), _key(text[options.end() :].lstrip(" \t"))


def _key(text: str) -> PublicKey | None:
    """Read a public key; None for one of another kind than ours. Raises ValueError."""
    if text.partition(" ")[0] not in KEY_TYPES and _OTHER_KEY.fullmatch(text):
        return None
    return read_key(text)


def _options(text: str) -> Iterator[tuple[str, str]]:
    """Read options, each at most once. Raises ValueError."""
    at, seen = 0, set[str]()
    while at < len(text):
        found = _OPTION.match(text, at)
        if not found or (name := (found[1] or found[2]).lower()) in seen:
            raise ValueError("an unknown option, or one that is there twice")
        yield name, (found[3] or "").replace('\\"', '"')
        at, seen = found.end(), {*seen, *({name} - {"cert-authority"})}
        if at < len(text) and not found[4]:
            raise ValueError("an unknown option")


def _times(options: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    """Read since when a key is valid, and until when. Raises ValueError."""
    after, before = (_time(options.get(f"valid-{name}")) for name in ("after", "before"))
    if after and before and before <= after:
        raise ValueError("an end before its beginning")
    return after, before


def _time(written: str | None) -> datetime | None:
    """Read a time, in UTC with a ``Z``, else in this machine's zone. Raises ValueError."""
    if written is None:
        return None
    if not (found := _TIME.fullmatch(written)):
        raise ValueError("no time")
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    at = datetime(year, month, day, hour, minute, second, tzinfo=UTC if found[7] else None)
    return at.astimezone(UTC)


def _matches(text: str, patterns: str) -> bool:
    """Whether a text fits a list of patterns, with ``*`` and ``?``, and fits none after a ``!``."""
    fits = {
        pattern[:1] == "!"
        for pattern in patterns.split(",")
        if re.fullmatch(translate(re.sub(r"\[", "[[]", pattern.removeprefix("!"))), text)
    }
    return fits == {False}
