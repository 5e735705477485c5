"""The one clock that a build reads."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from .model.settings import SettingsError

_LAST = int(datetime(9000, 1, 1, tzinfo=UTC).timestamp())


def build_time() -> datetime:
    """Return ``SOURCE_DATE_EPOCH`` (reproducible-builds.org), else now. Raises SettingsError."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC)
    # Near the end of the calendar, no zone can be reckoned.
    if not epoch.isdecimal() or int(epoch) >= _LAST:
        said = f"SOURCE_DATE_EPOCH is {epoch!r}: expected seconds since 1970"
        raise SettingsError(said)
    return datetime.fromtimestamp(int(epoch), UTC)
