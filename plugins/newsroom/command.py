"""What ``tasks.py`` runs: check and build a content folder, from the command line."""

from __future__ import annotations

import gc
import json
import logging
import runpy
import signal
import sys
import traceback
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .clock import build_time
from .model.problems import CommandError, Problem
from .model.settings import Settings, SettingsError

if TYPE_CHECKING:
    from .commands.desk import Desk


def project_file(name: str) -> Path:
    """A file of the project, beside the ``tasks.py`` that invoke has found.

    Raises CommandError if there is none here or above.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "tasks.py").is_file():
            return folder / name
    raise CommandError("there is no tasks.py here or above")


def read_settings(file: Path) -> dict[str, Any]:
    """The upper-case names of a Pelican settings file, without importing Pelican.

    Raises CommandError, with its line, for a file that fails.
    """
    sys.path.insert(0, str(file.parent))
    try:
        names = runpy.run_path(str(file))
    except Exception as error:  # whatever a settings file may do wrong
        line = getattr(error, "lineno", None) or _line_in(error, file)
        raise CommandError(f"{file.name}:{line}: {type(error).__name__}: {error}") from None
    finally:
        sys.path.remove(str(file.parent))
    return {name: value for name, value in names.items() if name.isupper()}


def _line_in(error: Exception, file: Path) -> int:
    """The line of ``file`` that an error came from; 1 if it came from elsewhere."""
    frames = traceback.extract_tb(error.__traceback__)
    return next((f.lineno or 1 for f in reversed(frames) if f.filename == str(file)), 1)


def content_folder(conf: dict[str, Any], file: Path, content: str | None) -> Path:
    """The folder to read: the one asked for, else the settings' ``PATH``.

    Raises CommandError if it is not there.
    """
    usual = str(conf.get("PATH", "content"))
    folder = Path(content).resolve() if content else (file.parent / usual).resolve()
    if not folder.is_dir():
        raise CommandError(f"there is no content folder {content or usual}")
    return folder


def read(file: Path, content: str | None = None) -> tuple[Path, Settings, datetime]:
    """The content folder, our settings and the build time.

    Raises CommandError for a folder that is missing or a setting that is wrong.
    """
    from .reading.withheld import refuse_static_paths

    conf = read_settings(file)
    try:
        folder, settings = content_folder(conf, file, content), Settings.read(conf)
        refuse_static_paths(folder, settings)
        return folder, settings, build_time()
    except SettingsError as error:
        raise CommandError(str(error)) from None


def check(file: Path, content: str | None = None) -> tuple[Problem, ...]:
    """All problems of a content folder, without building.

    Raises CommandError for a folder that is missing or a setting that is wrong.
    """
    from .reading.checks import check_content

    folder, settings, now = read(file, content)
    return check_content(folder, settings, now)


def open_desk(file: Path, content: str | None = None) -> Desk:
    """The desk of the project that a settings file belongs to.

    Raises CommandError for a folder that is missing or a setting that is wrong.
    """
    from .commands.asking import asker
    from .commands.desk import Desk

    folder, settings, now = read(file, content)
    return Desk.at(folder, file.parent, settings, now, asker())


def build(
    file: Path,
    content: str | None = None,
    output: str | None = None,
    drafts: bool = False,
    search: bool = False,
    debug: bool = False,
    publish: bool = False,
    meta_policy: bool = False,
    stock: bool = False,
) -> int:
    """Run Pelican once, in this process; returns its exit code.

    With ``stock``, all is built as Pelican itself does it, without what is kept.

    With ``search``, also the search and its index. With ``publish``, the site is also
    guarded, its links checked, compressed and listed; with ``meta_policy`` pages say
    themselves what a host does not say in headers. With ``debug``, Pelican's own log
    with tracebacks instead of one line each.
    Raises CommandError if the content folder is not there.
    """
    folder = content_folder(read_settings(file), file, content)
    arguments = [str(folder), "--settings", str(file), "--fatal", "errors"]
    if output:
        arguments += ["--output", str(Path(output).absolute())]
    switches = {
        "NEWSROOM_DRAFTS": drafts,
        "NEWSROOM_SEARCH": search or publish,
        "NEWSROOM_PUBLISH": publish,
        "NEWSROOM_META_POLICY": meta_policy,
    }
    chosen = [f"{name}={json.dumps(True)}" for name, on in switches.items() if on]
    chosen += ["RAPID=false"] if stock else []
    if chosen:
        arguments += ["--extra-settings", *chosen]
    if debug:
        arguments += ["--debug"]
    from pelican import main

    from .host.reports import OneLineHandler

    root = logging.getLogger()
    if not debug and not any(isinstance(handler, OneLineHandler) for handler in root.handlers):
        root.addHandler(OneLineHandler())  # before Pelican's, which is only set where there is none
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        main(arguments)
    except SystemExit as exit:
        return int(exit.code or 0)
    finally:  # a build that failed has not put Ctrl-C back; a preview goes on after it
        signal.signal(signal.SIGINT, interrupt)
        gc.enable()  # nor this
    return 0


def last_build(file: Path, content: str | None = None) -> dict[str, Any]:
    """What the plugin for fast builds says of the last build; empty if it was not there.

    Raises CommandError if the content folder is not there.
    """
    root = content_folder(read_settings(file), file, content).parent
    try:
        found: dict[str, Any] = json.loads((root / ".rapid/last.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found
