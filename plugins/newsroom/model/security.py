"""Where to report a security hole: what ``security.txt`` says (RFC 9116)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .problems import nearest

KEYS = ("contact", "encryption", "acknowledgments", "preferred_languages", "policy", "hiring")
_URIS = ("https://", "mailto:", "tel:", "dns:", "openpgp4fpr:")


@dataclass(frozen=True)
class Security:
    """``fields`` are names and values in the order of the file; ``expires`` is aware."""

    fields: tuple[tuple[str, str], ...]
    expires: datetime

    @classmethod
    def parse(cls, value: object) -> Security:
        """Read a dict as it stands in the settings.

        Raises ValueError, whose message says what was expected.
        """
        if not isinstance(value, Mapping) or not {"contact", "expires"} <= set(value):
            raise ValueError("expected a dict with contact and expires")
        for key in value:
            if key not in (*KEYS, "expires"):
                raise ValueError(f"unknown key {key!r}{nearest(str(key), (*KEYS, 'expires'))}")
        given = ((key, value[key]) for key in KEYS if key in value)
        fields = [
            ("-".join(map(str.capitalize, key.split("_"))), _value(key, text))
            for key, texts in given
            for text in (texts if isinstance(texts, list | tuple) else (texts,))
        ]
        try:
            expires = datetime.fromisoformat(str(value["expires"]))
        except ValueError:
            raise ValueError(
                f"expires: expected a day such as 2027-06-01, got {value['expires']!r}"
            ) from None
        aware = expires if expires.tzinfo else expires.replace(tzinfo=UTC)
        return cls(tuple(fields), aware.astimezone(UTC))

    def problem(self, now: datetime) -> str:
        """Say what is wrong at a time; empty if nothing is."""
        if self.expires > now:
            return ""
        return (
            f"NEWSROOM_SECURITY: security.txt expired on {self.expires:%Y-%m-%d}: see that all in"
            " it is still true, and set expires to a day less than a year ahead"
        )

    def text(self, canonical: str) -> str:
        """Return the file, to be served at ``canonical``."""
        lines = [f"{name}: {value}" for name, value in self.fields]
        lines += [f"Expires: {self.expires:%Y-%m-%dT%H:%M:%SZ}", f"Canonical: {canonical}"]
        return "\n".join(lines) + "\n"


def _value(key: str, text: object) -> str:
    if not isinstance(text, str) or not text.strip() or "\n" in text:
        raise ValueError(f"{key}: expected a text, got {text!r}")
    if key != "preferred_languages" and not text.startswith(_URIS):
        raise ValueError(f"{key}: expected https://… or mailto:…, got {text!r}")
    return text.strip()
