"""The one clock that a build reads."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from .model.settings import SettingsError


def build_time() -> datetime:
    """``SOURCE_DATE_EPOCH`` (seconds since 1970, reproducible-builds.org), else now.

    Raises SettingsError if that is no number.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError):
        raise SettingsError(
            f"SOURCE_DATE_EPOCH is {epoch!r}: expected seconds since 1970"
        ) from None
