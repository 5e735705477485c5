"""What a build says: problems as plain lines on standard error, no traceback.

Pelican logs an exception with its traceback, wrapped at 80 columns. Problems
are printed here instead and that record is filtered out.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

from jinja2 import TemplateSyntaxError

from ..incremental.stage import StageError
from ..model.problems import ContentError, Problem
from ..model.settings import SettingsError

# No fault of a site's: a full, broken or read-only disk.
DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO}
OUR_ERRORS = (ContentError, SettingsError, StageError)


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems on standard error, each one line, never wrapped."""
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.stderr.flush()


class OurErrorsFilter(logging.Filter):
    """Keeps Pelican from reporting our errors: a problem has been printed already."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether Pelican should log the record.

        Its ``main`` hands the exception over in ``exc_info``, its autoreload
        as the message's argument.
        """
        said = record.exc_info[1] if record.exc_info else None
        arguments = record.args if isinstance(record.args, tuple) else ()
        if isinstance(said, OSError) and said.errno in DISK:
            where = f" ({said.filename})" if said.filename else ""
            print(
                f"error: {said.strerror}{where}: mend that, then build again; nothing is lost",
                file=sys.stderr,
            )
            return False
        ours = [item for item in (said, *arguments) if isinstance(item, OUR_ERRORS)]
        if ours and not isinstance(ours[0], ContentError):
            print(f"error: {ours[0]}", file=sys.stderr)
        return not ours


def is_news(record: logging.LogRecord) -> bool:
    """Whether Pelican tells of something that a check has not told, with its line."""
    return not str(record.msg).startswith("Empty alt attribute")


def silence_our_errors() -> None:
    """Install the filters on Pelican's loggers, once."""
    readers = logging.getLogger("pelican.readers")
    if is_news not in readers.filters:
        readers.addFilter(is_news)
    logger = logging.getLogger("pelican")
    if not any(isinstance(found, OurErrorsFilter) for found in logger.filters):
        logger.addFilter(OurErrorsFilter())


class OneLineHandler(logging.Handler):
    """Prints each record on standard error as one line: what, where, and no traceback."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print the record; with an exception, say what it is and where it came from."""
        # With `exc_info` false Pelican hides the cause of an unreadable file; it is still in hand.
        error = (record.exc_info or sys.exc_info())[1] if record.levelno >= logging.ERROR else None
        if isinstance(error, RuntimeError) and str(error) == "Warning or error encountered":
            return  # --fatal errors stopping at an error that has been printed
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
    if isinstance(error, UnicodeDecodeError):  # it does not say of which file
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if frame.f_code.co_name == "get_source":
                line = error.object.count(b"\n", 0, error.start) + 1
                return f"{_short(frame.f_locals['filename'])}:{line}"
    frames = list(_frames(error.__traceback__))
    in_templates = [frame for frame in frames if frame[0].endswith(".html")]
    for path, line in (in_templates or frames)[-1:]:
        return f"{_short(path)}:{line}"
    return ""


def _frames(trace: TracebackType | None) -> Iterable[tuple[str, int]]:
    for frame in traceback.extract_tb(trace):
        yield frame.filename, frame.lineno or 0


def _short(path: str) -> str:
    relative = os.path.relpath(path) if Path(path).is_absolute() else path
    return path if relative.startswith(os.pardir) else relative
