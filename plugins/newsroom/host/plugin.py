"""Pelican's signals, each handled by a function named for what it does."""

from __future__ import annotations

import gc
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader
from pelican import Pelican, signals
from pelican.generators import ArticlesGenerator, Generator, StaticGenerator
from pelican.plugins._utils import get_namespace_plugins, get_plugin_name

from ..clock import build_time
from ..files import write_whole
from ..incremental.build import Build
from ..incremental.digests import UnknownError, fingerprint
from ..incremental.stage import PLAN, RECORD, Stage
from ..incremental.templates import PAGES, Compiled
from ..incremental.trust import own_code
from ..model.problems import Problem
from ..model.settings import PELICANS, PREFIX, SettingsError
from .defaults import prepare
from .edition import stopping
from .generator import GuestGenerator, NewsroomGenerator, attach
from .guest import keep_out
from .reports import print_problems, silence_our_errors

TEMPLATES = Path(__file__).parent.parent / "templates"
OWN_TEMPLATES = "newsroom/"
INCREMENTAL = f"{PREFIX}INCREMENTAL"

_begun: list[Stage] = []  # by this process: a build that failed still holds its lock


def is_wanted(settings: Mapping[str, Any]) -> bool:
    """Tell whether this is a newsroom: by its settings, or by an incident in its content.

    Without ``PLUGINS`` Pelican loads all installed plugins and puts their names there; so the
    setting means something only if it differs from that list.
    """
    found = [get_plugin_name(plugin) for plugin in get_namespace_plugins().values()]
    if settings["PLUGINS"] != found or any(name.startswith(PREFIX) for name in settings):
        return True
    return any(Path(settings["PATH"]).glob("incidents/*/statement.md"))


def place_of_part(settings: Mapping[str, Any]) -> Path | None:
    """Return where in our stage a part of the site belongs that another plugin builds meanwhile.

    Such as another language. None if this is no such part: only a guest has any.
    """
    output = Path(settings["OUTPUT_PATH"]).resolve()
    is_guest = settings.get(f"{PREFIX}POSTS") == PELICANS
    for stage in _begun if is_guest else ():
        for whole in (stage.folder, stage.output):
            if output != whole and output.is_relative_to(whole):
                return stage.folder / output.relative_to(whole)
    return None


def prepare_build(pelican: Pelican) -> None:
    """Settle the settings and send Pelican's output to the stage, if the site is a newsroom.

    Raises SettingsError for an output folder that holds the content, or lies in it.
    """
    if place := place_of_part(pelican.settings):
        pelican.output_path = pelican.settings["OUTPUT_PATH"] = str(place)
        return
    receivers = {
        signals.get_generators: begin_output,
        signals.generator_init: offer_templates,
        signals.all_generators_finalized: take_the_place,
        signals.finalized: commit_output,
    }
    for heard, receiver in receivers.items():
        heard.disconnect(receiver)
    if not is_wanted(pelican.settings):
        return
    prepare(pelican.settings)
    # As configured, even if it is a symlink: the manifest is written and looked for beside it.
    pelican.newsroom_output = Path(pelican.settings["OUTPUT_PATH"])
    output, content = Path(pelican.output_path).resolve(), Path(pelican.settings["PATH"]).resolve()
    if output.is_file() or output.is_relative_to(content) or content.is_relative_to(output):
        raise SettingsError(
            f"OUTPUT_PATH: {output} is a file, holds the content, or lies in it:"
            " name a folder of its own"
        )
    stage = Stage(output)
    while _begun:
        _begun.pop().release()
    _begun.append(stage)
    pelican.newsroom_build = Build.of(Path(pelican.settings["PATH"]), stage)
    # Each build narrows this setting to public pages; the next one of --autoreload needs it whole.
    pelican.newsroom_pages = pelican.settings["PAGE_PATHS"]
    pelican.delete_outputdir = False  # before anything has rendered: the last output would be lost
    pelican.output_path = str(stage.folder)
    # Connected only now, so that they run after every other plugin's receiver.
    for heard, receiver in receivers.items():
        heard.connect(receiver)


def stop_with_a_code(_signal: int, _frame: object) -> None:
    """End a build with exit code 130 at Ctrl-C; Pelican would say 0, and a deploy would go on."""
    print("Stopped: the output is as it was, or the next build completes it.", file=sys.stderr)
    raise SystemExit(130)


def begin_output(pelican: Pelican) -> tuple[type[Generator], ...]:
    """Begin the build before the first generator is made; add our generator.

    Until the commit, other plugins must find the stage where they look for the output.
    """
    if not hasattr(pelican, "newsroom_build"):
        return ()
    settings, build = pelican.settings, pelican.newsroom_build
    settings["OUTPUT_PATH"] = pelican.output_path
    settings["PAGE_PATHS"] = pelican.newsroom_pages
    known, because = "", f"{INCREMENTAL} is False"
    if settings.get(INCREMENTAL, True):
        try:
            known, because = fingerprint(settings, pelican.plugins), ""
        except UnknownError as unknown:
            because = f"a setting has no lasting value: {unknown}"
    build.begin(known, because)
    gc.unfreeze()  # of the build before, under --autoreload
    gc.disable()  # all that is read now is needed to the end, and shared with workers
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, stop_with_a_code)
    # Pelican does not pass itself to its generators, so ours gets it as a class attribute.
    kind = GuestGenerator if settings.get(f"{PREFIX}POSTS") == PELICANS else NewsroomGenerator
    return (type("NewsroomGenerator", (kind,), {"pelican": pelican}),)


def take_the_place(generators: list[Generator]) -> None:
    """Put our generator in the place of Pelican's for articles, and prepare for writing."""
    ours = next((each for each in generators if isinstance(each, GuestGenerator)), None)
    if ours is None:  # a part of the site
        keep_out(generators)
        return
    build = ours.pelican.newsroom_build
    if isinstance(ours, NewsroomGenerator):
        generators.remove(next(each for each in generators if type(each) is ArticlesGenerator))
        attach(ours.context["generated_content"].values())
    else:
        come_after_pelicans(generators, ours)
    for each in generators if build.key else ():
        if isinstance(each, Generator) and not own_code(each.env):
            each.env.bytecode_cache = Compiled(build.cache, PAGES)
    gc.freeze()  # the collector must not touch, and so copy, what workers share
    gc.enable()  # what one page needs is of no use to the next


def come_after_pelicans(generators: list[Generator], ours: GuestGenerator) -> None:
    """Let a guest write after Pelican's articles and pages, and before other plugins' generators.

    Those may read all that was written: then nothing is kept.
    """
    first = [each for each in generators if type(each).__module__ == ArticlesGenerator.__module__]
    static = [each for each in first if isinstance(each, StaticGenerator)]
    first = [each for each in first if each not in static]
    others = [each for each in generators if each not in (*first, ours, *static)]
    generators[:] = [*first, ours, *others, *static]
    if others:
        build = ours.pelican.newsroom_build
        build.because = build.because or f"{type(others[0]).__qualname__} may read what is written"


def offer_templates(generator: Generator) -> None:
    """Put our default templates behind the theme's and escape what they print.

    Pelican's templates print HTML unescaped; ours print other people's words. In Jinja the
    calling template decides whether a macro returns markup: so ours put ``|safe`` after it.
    """
    # Pelican copied its settings into the context before the output went to the stage.
    generator.context["OUTPUT_PATH"] = generator.settings["OUTPUT_PATH"]
    environment = generator.env
    is_guest = generator.settings.get(f"{PREFIX}POSTS") == PELICANS
    # Pelican's `simple` has lists of its own, without bylines: as a theme it comes after ours,
    # unless these lists are Pelican's.
    plain = Path(generator.theme).parts[-2:] == ("themes", "simple") and not is_guest
    loaders = environment.loader.loaders
    first = 0 if plain else 1
    loaders.insert(len(loaders) if is_guest else first, FileSystemLoader(str(TEMPLATES)))
    if plain:  # but behind what the site itself overrides
        loaders.insert(0, FileSystemLoader(generator.settings["THEME_TEMPLATES_OVERRIDES"]))
    usual = environment.autoescape

    def escapes(name: str | None) -> bool:
        if name is not None and name.startswith(OWN_TEMPLATES):
            return True
        return bool(usual(name) if callable(usual) else usual)

    environment.autoescape = escapes


def missing(pelican: Pelican) -> list[Problem]:
    """Return a problem for each public file whose page is not there, whoever has dropped it."""
    stage = pelican.newsroom_build.stage
    message = "no page was made of this file: a setting, the theme or another plugin has dropped it"
    return [
        Problem(source, 1, "unread", message)
        for source, path in pelican.newsroom_edition.promised.items()
        if path not in stage.kept and not (path and (stage.folder / path).is_file())
    ]


def commit_output(pelican: Pelican) -> None:
    """Put everything in place, now that it is made. Raises ContentError."""
    if not hasattr(pelican, "newsroom_build"):
        return
    build, edition = pelican.newsroom_build, pelican.newsroom_edition
    if lost := missing(pelican):
        edition.stop(lost)
    edition.assets.drop_plain_names(build.stage.folder)
    if edition.settings.publish:
        publish(pelican)
    else:
        build.commit()
    pelican.settings["OUTPUT_PATH"] = str(build.stage.output)


def publish(pelican: Pelican) -> None:
    """Check and compress the whole site; put it, hosting files and manifest in place, or none.

    Raises ContentError and SettingsError.
    """
    from ..publish.checksums import sign_release
    from ..publish.finish import compress, hosting_folder, manifest_file, problems_in, write_hosting
    from ..publish.undo import as_they_were

    build, settings = pelican.newsroom_build, pelican.newsroom_edition.settings
    stage, output = build.stage, pelican.newsroom_output
    places = [stage.output, manifest_file(output), hosting_folder(output)]
    places += [stage.home / RECORD, stage.home / PLAN]
    try:
        stage.complete()
        problems = problems_in(stage.folder, output.name, settings)
        if any(not problem.is_warning for problem in problems):
            raise stopping(problems)
        print_problems(problems)
        if settings.release_key:
            sign_release(stage.folder, output, settings)
        manifest = compress(stage.folder, output, build_time())
        with as_they_were(places, stage.home / "before"):
            write_hosting(manifest, output, settings)
            build.commit()
            write_whole(manifest_file(output), manifest.text())
    except OSError as error:
        raise SettingsError(
            f"{error.filename2 or error.filename}: {error.strerror}: mend that, and publish again"
        ) from None


def register() -> None:
    """Connect the handlers. Receivers are held weakly: these are module functions."""
    silence_our_errors()
    signals.initialized.connect(prepare_build)
