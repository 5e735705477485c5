"""What a build says: problems as plain lines on standard error, no traceback.

Pelican logs an exception with its traceback, wrapped at 80 columns. Problems
are printed here instead and that record is filtered out.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable

from .problems import ContentError, Problem
from .settings import SettingsError
from .stage import StageBusyError

OUR_ERRORS = (ContentError, SettingsError, StageBusyError)


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems on standard error, each one line, never wrapped."""
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.stderr.flush()


class OurErrorsFilter(logging.Filter):
    """Drops Pelican's report of an error that we have already printed."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether Pelican should log the record.

        Its ``main`` hands the exception over in ``exc_info``, its autoreload
        as the message's argument.
        """
        said = record.exc_info[1] if record.exc_info else None
        arguments = record.args if isinstance(record.args, tuple) else ()
        return not any(isinstance(item, OUR_ERRORS) for item in (said, *arguments))


def silence_our_errors() -> None:
    """Install the filter on Pelican's logger, once."""
    logger = logging.getLogger("pelican")
    if not any(isinstance(found, OurErrorsFilter) for found in logger.filters):
        logger.addFilter(OurErrorsFilter())
