"""Where to report a security hole: what ``security.txt`` says (RFC 9116)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

KEYS = ("contact", "encryption", "acknowledgments", "preferred_languages", "policy", "hiring")
_URIS = ("https://", "mailto:", "tel:", "dns:", "openpgp4fpr:")


@dataclass(frozen=True)
class Security:
    """``lines`` are those of the file, in its order; ``expires`` is aware."""

    lines: tuple[str, ...]
    expires: datetime

    @classmethod
    def parse(cls, value: object) -> Security:
        """Read a dict as it stands in the settings.

        Raises ValueError, whose message says what was expected.
        """
        known = {*KEYS, "expires"}
        if not isinstance(value, Mapping) or not {"contact", "expires"} <= set(value) <= known:
            more = ", ".join(KEYS[1:])
            raise ValueError(f"expected a dict with contact, expires and, if wanted, {more}")
        given = {key: value[key] for key in KEYS if key in value}
        lines = []
        for key, texts in given.items():
            for text in texts if isinstance(texts, list | tuple) else (texts,):
                if "\n" in str(text) or not str(text).startswith(
                    _URIS if key != "preferred_languages" else ""
                ):
                    raise ValueError(f"{key}: expected https://… or mailto:…, got {text!r}")
                lines.append(f"{'-'.join(map(str.capitalize, key.split('_')))}: {text}")
        expires = datetime.fromisoformat(str(value["expires"]))
        return cls(tuple(lines), expires.replace(tzinfo=expires.tzinfo or UTC).astimezone(UTC))

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
        expires = f"Expires: {self.expires:%Y-%m-%dT%H:%M:%SZ}"
        return "\n".join((*self.lines, expires, f"Canonical: {canonical}")) + "\n"
