"""What a build says, as plain lines on standard error; Pelican would log wrapped tracebacks."""

from __future__ import annotations

import errno
import logging
import os
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path

from jinja2 import TemplateSyntaxError

from ..incremental.stage import StageError
from ..model.problems import ContentError, Problem
from ..model.settings import SettingsError

# A full, broken or read-only disk, which no change of the content mends.
DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO}
OUR_ERRORS = (ContentError, SettingsError, StageError)


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems on standard error, each one line, never wrapped."""
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.stderr.flush()


def print_note(message: str) -> None:
    """Print what is no problem, but may surprise: one line on standard output."""
    print(f"note: {message}", flush=True)


class OurErrorsFilter(logging.Filter):
    """Prints an error of ours, or of the disk, as one line, and keeps Pelican from logging it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether Pelican should log the record.

        Its ``main`` hands the exception over in ``exc_info``, its autoreload
        as the message's argument.
        """
        error = record.exc_info[1] if record.exc_info else None
        if error is None and isinstance(record.args, tuple):
            error = next((each for each in record.args if isinstance(each, OUR_ERRORS)), None)
        if isinstance(error, OSError) and error.errno in DISK:
            where = f" ({error.filename})" if error.filename else ""
            remedy = "mend that, then build again; nothing is lost"
            print(f"error: {error.strerror}{where}: {remedy}", file=sys.stderr)
            return False
        if isinstance(error, OUR_ERRORS) and not isinstance(error, ContentError):
            print(f"error: {error}", file=sys.stderr)  # problems have been printed already
        return not isinstance(error, OUR_ERRORS)


def silence_our_errors() -> None:
    """Install the filter on Pelican's logger, once."""
    logger = logging.getLogger("pelican")
    if not any(isinstance(found, OurErrorsFilter) for found in logger.filters):
        logger.addFilter(OurErrorsFilter())


class OneLineHandler(logging.Handler):
    """Prints each record on standard error as one line: what, where, and no traceback."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print the record, with the type and the place of its exception, if it has one."""
        # With `exc_info` false Pelican hides the cause of an unreadable file; it is still in hand.
        error = (record.exc_info or sys.exc_info())[1] if record.levelno >= logging.ERROR else None
        if isinstance(error, RuntimeError) and str(error) == "Warning or error encountered":
            return  # raised by --fatal errors, for an error that has been printed
        if record.msg.startswith("Feeds generated without SITEURL"):
            return  # Pelican's feeds, which the plugin turns off later
        message = " ".join(record.getMessage().split())
        if isinstance(error, Exception):
            cause = f"{type(error).__name__}: {error}"
            if isinstance(error, UnicodeDecodeError):
                cause = "this is not UTF-8: save it as UTF-8"
            where = _place(error)
            if record.levelno == logging.CRITICAL:
                message = cause
            elif str(error) not in message:
                message = f"{message}: {cause}"
            message = f"{where}: {' '.join(message.split())}" if where else message
        level = "warning" if record.levelno < logging.ERROR else "error"
        print(f"{level}: {message}", file=sys.stderr)


def _place(error: Exception) -> str:
    """Return the file and line that an error came from: the template's, if one was rendering."""
    if isinstance(error, TemplateSyntaxError):
        return f"{_short(error.filename or error.name or '')}:{error.lineno}"
    if isinstance(error, UnicodeDecodeError):  # the exception does not name the file
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_name == "get_source":
                line = error.object.count(b"\n", 0, error.start) + 1
                return f"{_short(frame.f_locals['filename'])}:{line}"
    frames = traceback.extract_tb(error.__traceback__)
    in_templates = [found for found in frames if found.filename.endswith(".html")]
    for found in (in_templates or frames)[-1:]:
        return f"{_short(found.filename)}:{found.lineno}"
    return ""


def _short(path: str) -> str:
    relative = os.path.relpath(path) if Path(path).is_absolute() else path
    return path if relative.startswith(os.pardir) else relative
