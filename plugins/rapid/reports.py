"""What a build says when the system stops it: one line, no traceback."""

from __future__ import annotations

import errno
import logging
import sys

from .stage import StageError

_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO}


class OneLine(logging.Filter):
    """Says in one line what is no fault of a site's; Pelican would show where in its code."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether Pelican should log the record: what it failed with, it hands over with it."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, StageError):
            print(f"error: {error}", file=sys.stderr)
            return False
        if isinstance(error, OSError) and error.errno in _DISK:
            where = f" ({error.filename})" if error.filename else ""
            print(
                f"error: {error.strerror}{where}: mend that, then build again; nothing is lost",
                file=sys.stderr,
            )
            return False
        return True


def speak_plainly() -> None:
    """Install the filter on Pelican's logger, once."""
    logger = logging.getLogger("pelican")
    if not any(isinstance(found, OneLine) for found in logger.filters):
        logger.addFilter(OneLine())
