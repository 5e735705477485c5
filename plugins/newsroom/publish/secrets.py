"""Keys and passwords, told by the formats that their vendors document.

Only known formats are looked for, and the values of this machine's own credentials. A site
is full of hashes, so what merely looks random is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SHOWN = 4  # characters of a key that a message may repeat
SHORTEST = 12  # characters: a shorter value of a variable may stand in a text by chance


@dataclass(frozen=True)
class Kind:
    """One format. ``name`` completes ``holds …``.

    Data without any of ``marks`` cannot match ``pattern``: to look for a few plain bytes is
    many times faster than to match. ``shows`` tells whether a message may repeat how it begins.
    """

    name: str
    marks: tuple[bytes, ...]
    pattern: re.Pattern[bytes]
    shows: bool = True


@dataclass(frozen=True)
class Secret:
    """A secret in a file.

    ``start`` counts bytes from 0. ``name`` is that of its kind; ``begins`` are its first four
    characters at most, or none.
    """

    start: int
    name: str
    begins: str


def _kind(name: str, marks: str, pattern: bytes, shows: bool = True) -> Kind:
    """A kind whose key is no part of a longer word. Several marks are parted by spaces."""
    whole = rb"(?<![A-Za-z0-9])" + pattern + rb"(?![A-Za-z0-9])"
    return Kind(name, tuple(marks.encode().split()), re.compile(whole), shows)


KINDS = (
    # AWS, IAM identifiers, "unique identifiers": keys, temporary keys, bearer and context tokens.
    _kind("an AWS access key id", "AKIA ASIA ABIA ACCA", rb"A(?:KI|SI|BI|CC)A[A-Z2-7]{16}"),
    _kind(
        "an AWS secret access key",
        "secret_access_key SECRET_ACCESS_KEY SecretAccessKey",
        rb"(?:(?i:aws_)?(?i:secret_access_key)|SecretAccessKey)"
        rb"""["']?\s*[=:>]\s*["']?[A-Za-z0-9/+]{40}(?![/+=])""",
        shows=False,
    ),
    # GitHub, "About authentication to GitHub", the table of token formats.
    _kind("a GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", rb"gh[pousr]_[A-Za-z0-9]{36,}"),
    _kind("a GitHub token", "github_pat_", rb"github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}"),
    # GitLab, "Token overview", the table of token prefixes.
    _kind(
        "a GitLab token",
        "glpat- gldt- glrt- glptt-",
        rb"gl(?:pat|dt|rt|ptt)-[A-Za-z0-9_-]{20,}(?:\.[A-Za-z0-9.]+)?",
    ),
    # Slack, "Tokens" and "Sending messages using incoming webhooks".
    _kind("a Slack token", "xox xapp-", rb"(?:xoxe\.)?(?:xox[abceoprs]|xapp)-\d[A-Za-z0-9-]{20,}"),
    _kind(
        "a Slack webhook",
        "hooks.slack.com/",
        rb"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_+-]{20,}",
        shows=False,
    ),
    # Discord, "Webhook resource": an id of 17 to 20 digits, and a token.
    _kind(
        "a Discord webhook",
        "/webhooks/",
        rb"discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d{17,20}/[A-Za-z0-9_-]{60,}",
        shows=False,
    ),
    # Microsoft, "Create incoming webhooks" for Teams; workflows, whose address is signed.
    _kind(
        "a Teams webhook",
        "webhook.office.com/",
        rb"webhook\.office\.com/webhookb2/[A-Za-z0-9@-]{36,}/[A-Za-z0-9/-]{32,}",
        shows=False,
    ),
    _kind(
        "the signed address of a workflow",
        "logic.azure.com powerplatform.com",
        rb"""(?:logic\.azure|powerplatform)\.com(?::\d+)?/[^\s"'<>]*[?&]sig=[A-Za-z0-9_%-]{20,}""",
        shows=False,
    ),
    # Stripe, "API keys": secret and restricted ones of the live mode; "Webhooks".
    _kind("a live Stripe key", "k_live_", rb"[sr]k_live_[A-Za-z0-9]{16,}"),
    _kind("the secret of a Stripe webhook", "whsec_", rb"whsec_[A-Za-z0-9+/]{32,}"),
    # Google Cloud, "API keys", "OAuth 2.0", and "Service account keys" for the JSON file.
    _kind("a Google API key", "AIza", rb"AIza[A-Za-z0-9_-]{35}(?![_-])"),
    _kind("a Google client secret", "GOCSPX-", rb"GOCSPX-[A-Za-z0-9_-]{28}(?![_-])"),
    _kind("a Google access token", "ya29.", rb"ya29\.[A-Za-z0-9_-]{30,}"),
    Kind(
        "the key of a service account",
        (b'"private_key',),
        re.compile(rb'"private_key(?:_id)?"\s*:\s*"[^"\s]{10}'),
        shows=False,
    ),
    # npm, "About access tokens". PyPI, "API tokens": a macaroon, also of the index for tests.
    _kind("an npm token", "npm_", rb"npm_[A-Za-z0-9]{36}"),
    _kind("a PyPI token", "pypi-AgE", rb"pypi-AgE(?:IcHlwaS5vcmc|NdGVzdC5weXBp)[A-Za-z0-9_-]{50,}"),
    # SendGrid, Twilio and Mailgun, "API keys"; of Mailgun's the format with a prefix.
    _kind("a SendGrid key", "SG.", rb"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![_-])"),
    _kind("a Twilio key", "SK", rb"SK[0-9a-f]{32}"),
    _kind("a Mailgun key", "key-", rb"key-[0-9a-f]{32}"),
    # OpenAI and Anthropic, "API keys". T3BlbkFJ, in all of the former, is "OpenAI" in base64.
    _kind("an OpenAI key", "T3BlbkFJ", rb"sk-[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}"),
    _kind("an Anthropic key", "sk-ant-", rb"sk-ant-[a-z]+\d\d-[A-Za-z0-9_-]{80,}"),
    # RFC 7468 and RFC 9580 (PEM, OpenSSH and OpenPGP); PuTTY's manual, appendix C; age's manual.
    Kind(
        "a private key",
        (b"PRIVATE KEY",),
        re.compile(rb"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
        shows=False,
    ),
    _kind("a private key of PuTTY", "PuTTY-User-Key", rb"PuTTY-User-Key-File-\d: ?[a-z0-9-]+"),
    _kind("a private key of age", "AGE-SECRET-KEY-", rb"AGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{58,}"),
    # Microsoft, "Configure Azure Storage connection strings"; the secret of an application in
    # Entra has a digit and Q~ from its fourth place on.
    _kind("an Azure storage key", "AccountKey=", rb"AccountKey=[A-Za-z0-9+/]{86}==", shows=False),
    _kind("the secret of an Azure application", "Q~", rb"[\w~.]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])"),
    # Cloudflare, "Token formats", and its key for origin certificates.
    _kind("a Cloudflare token", "cfk_ cfut_ cfat_", rb"cf(?:k|ut|at)_[A-Za-z0-9]{40,}"),
    _kind("a Cloudflare key", "v1.0-", rb"v1\.0-[0-9a-f]{24}-[0-9a-f]{146}"),
    # DigitalOcean, Docker, Hugging Face, Netlify, Shopify and Vault, each on its tokens.
    _kind("a DigitalOcean token", "_v1_", rb"do[opr]_v1_[0-9a-f]{64}"),
    _kind("a Docker token", "dckr_", rb"dckr_[po]at_[A-Za-z0-9_-]{27,}"),
    _kind("a Hugging Face token", "hf_", rb"hf_[A-Za-z]{34}"),
    _kind("a Netlify token", "nfp_", rb"nfp_[A-Za-z0-9]{36,}"),
    _kind("a Shopify token", "shp", rb"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    _kind("a Vault token", "hvs.", rb"hvs\.[A-Za-z0-9_-]{90,}"),
    # RFC 3986, section 3.2.1. Stars, crosses and dots in a password's place are no password.
    Kind(
        "a URL with a password",
        (b"@",),
        re.compile(
            rb"""://[^\s/:@"'<>?#\x80-\xff]*:(?!(?:\*+|[xX]+|\.+)@)"""
            rb"""[^\s/:@"'<>?#\x80-\xff]+@[\w\[]"""
        ),
        shows=False,
    ),
)

_NAMED_AS_SECRET = re.compile(
    r"SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|KEY(?:_ID)?$|_(?:PASS|PWD|PAT|AUTH|DSN)$"
    r"|WEBHOOK|CONNECTION_STRING|DATABASE_URL",
    re.IGNORECASE,
)
# What only says where a secret is or what it is called, and keys that are meant to be seen.
_NAMED_AS_NONE = re.compile(
    r"PUBLIC|PUBLISHABLE|INDEXNOW|SITE_?KEY|_(?:FILE|PATH|DIR|SOCK|NAME|HOST|ENDPOINT|ISSUER)$",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[A-Za-z]?[a-z]+(?:[ ._-][A-Za-z]?[a-z]+)?|[A-Z]+(?:[ ._-][A-Z]+)?")
_LONGEST_WORDS = 32  # characters
_PLAIN_URL = re.compile(r"https?://[^/@?#]*(?:/[^@?#]*)?")


def own_secrets(environment: Mapping[str, str]) -> tuple[Kind, ...]:
    """The values of the variables whose name says that they are credentials.

    Left out are values shorter than ``SHORTEST``, one or two plain words, folders and files
    of this machine, and web addresses with nothing secret in them.
    """
    found: dict[str, str] = {}
    for name, given in sorted(environment.items()):
        value = given.strip()
        if _NAMED_AS_SECRET.search(name) and not _NAMED_AS_NONE.search(name) and _telling(value):
            found.setdefault(value, name)
    return tuple(
        Kind(f"the value of {name}", (raw,), re.compile(re.escape(raw)), shows=False)
        for raw, name in (
            (value.encode("utf-8", "surrogateescape"), found[value]) for value in found
        )
    )


def _telling(value: str) -> bool:
    if len(value) < SHORTEST or (len(value) <= _LONGEST_WORDS and _WORDS.fullmatch(value)):
        return False
    if _PLAIN_URL.fullmatch(value) and "webhook" not in value and "hooks." not in value:
        return False
    return not _is_path(value)


def _is_path(value: str) -> bool:
    """Whether a value names a place on this machine. Base64 may begin with a slash, too."""
    if value.startswith(("~/", "./", "../")) or re.match(r"[A-Za-z]:[\\/]", value):
        return True
    return (
        value.startswith("/")
        and len(Path(value).parts) > 1
        and Path(*Path(value).parts[:2]).is_dir()
    )


def secrets(data: bytes, kinds: Sequence[Kind]) -> Iterator[Secret]:
    """The secrets in some data, kind by kind; each place once, as the first kind that fits."""
    seen: set[int] = set()
    for kind in kinds:
        if not any(mark in data for mark in kind.marks):
            continue
        for found in kind.pattern.finditer(data):
            if found.start() not in seen:
                seen.add(found.start())
                begins = found[0][:SHOWN].decode("ascii", "replace") if kind.shows else ""
                yield Secret(found.start(), kind.name, begins)
