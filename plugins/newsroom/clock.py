"""The one clock that a build reads."""

from __future__ import annotations

import os
from datetime import UTC, datetime


def build_time() -> datetime:
    """``SOURCE_DATE_EPOCH`` (seconds since 1970, reproducible-builds.org), else now."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
