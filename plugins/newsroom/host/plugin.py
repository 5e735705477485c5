"""Pelican's signals, each handled by a function named for what it does."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader
from pelican import Pelican, signals
from pelican.generators import ArticlesGenerator, Generator
from pelican.plugins._utils import get_namespace_plugins, get_plugin_name

from ..clock import build_time
from ..files import write_whole
from ..incremental.build import Build
from ..incremental.digests import UnknownError
from ..incremental.fingerprint import fingerprint
from ..incremental.stage import Stage
from ..incremental.templates import Compiled
from ..incremental.trust import own_code
from ..model.problems import Problem
from ..model.settings import PREFIX, Settings, SettingsError
from ..publish.manifest import Manifest
from .assets import drop_plain_names
from .defaults import prepare
from .edition import Edition, attach, stopping
from .entries_generator import EntriesGenerator
from .newsroom_generator import NewsroomGenerator
from .reports import silence_our_errors

TEMPLATES = Path(__file__).parent.parent / "templates"
OWN_TEMPLATES = "newsroom/"
INCREMENTAL = f"{PREFIX}INCREMENTAL"

_begun: list[Stage] = []  # by this process: one that failed has not let go of its output


def is_wanted(settings: Mapping[str, Any]) -> bool:
    """Tell whether this is a newsroom: by its settings, or by an incident in its content.

    Without ``PLUGINS`` Pelican loads all plugins that are installed, and by now has put
    their names there: they say something only if they are others.
    """
    found = [get_plugin_name(plugin) for plugin in get_namespace_plugins().values()]
    if settings["PLUGINS"] != found or any(name.startswith(PREFIX) for name in settings):
        return True
    return any(Path(settings["PATH"]).glob("incidents/*/statement.md"))


def prepare_build(pelican: Pelican) -> None:
    """Settle the settings and send Pelican's output to the stage, if they want us.

    Raises SettingsError for an output folder that holds, or lies in, what is read.
    """
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
    # Where it was asked for, be it a link: there the manifest belongs, and there it is looked for.
    pelican.newsroom_output = Path(pelican.settings["OUTPUT_PATH"])
    refuse_output(Path(pelican.output_path), pelican.settings, bool(pelican.delete_outputdir))
    stage = Stage(
        Path(pelican.output_path).resolve(),
        tuple(pelican.settings["OUTPUT_RETENTION"]),
        bool(pelican.delete_outputdir),
    )
    while _begun:
        _begun.pop().release()
    _begun.append(stage)
    pelican.newsroom_build = Build.of(Path(pelican.settings["PATH"]), stage)
    # Each run narrows this to what is public; autoreload runs again from here.
    pelican.newsroom_pages = pelican.settings["PAGE_PATHS"]
    # The commit purges instead: here, before anything has rendered, it would lose the last output.
    pelican.delete_outputdir = False
    pelican.output_path = str(stage.folder)
    # Connected only now, so that they run after every other plugin's receiver.
    for heard, receiver in receivers.items():
        heard.connect(receiver)


def refuse_output(output: Path, settings: Mapping[str, Any], purge: bool) -> None:
    """Stop before a build writes over, or purges, what a build is made from."""
    target = output.resolve()
    read = [Path(settings["PATH"]), Path(settings["THEME"])]
    read += [Path(path) for path in settings["PLUGIN_PATHS"]]
    read += [Path.cwd()] if purge else []
    for folder in (path.resolve() for path in read):
        if folder.is_relative_to(target):
            raise SettingsError(f"OUTPUT_PATH: {output} holds {folder}: name a folder of its own")
    if target.is_relative_to(Path(settings["PATH"]).resolve()):
        raise SettingsError(f"OUTPUT_PATH: {output} lies in the content: name a folder outside it")
    if target.is_file():
        raise SettingsError(f"OUTPUT_PATH: {output} is a file: name a folder")


def stop_with_a_code(_signal: int, _frame: object) -> None:
    """End a build with exit code 130 at Ctrl-C; Pelican would say 0, and a deploy would go on."""
    print("Stopped: the output is as it was.", file=sys.stderr)
    raise SystemExit(130)


def begin_output(pelican: Pelican) -> tuple[type[Generator], ...]:
    """Begin the build before the first generator is made; add our generators.

    Until the commit, other plugins must find the stage where they look for the output.
    """
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
    if threading.current_thread() is threading.main_thread():
        pelican.newsroom_interrupt = signal.signal(signal.SIGINT, stop_with_a_code)
    edition = pelican.newsroom_edition = Edition(build, Path(pelican.path))
    # No generator knows its build: this is how ours share one.
    return tuple(
        type(kind.__name__, (kind,), {"edition": edition})
        for kind in (EntriesGenerator, NewsroomGenerator)
    )


def take_the_place(generators: list[Generator]) -> None:
    """Let the generator of entries write in the place of Pelican's, which has found nothing."""
    ours = next(each for each in generators if isinstance(each, EntriesGenerator))
    generators.remove(ours)
    pelicans = next(each for each in generators if isinstance(each, ArticlesGenerator))
    generators[generators.index(pelicans)] = ours
    attach(ours.context["generated_content"].values())


def offer_templates(generator: Generator) -> None:
    """Put our default templates behind the theme's and escape what they print.

    Pelican's templates print HTML unescaped by default; ours see other people's
    words. jinja marks what a macro returns by its caller's way, not its own, so
    ours say ``|safe`` where they call one.
    """
    environment = generator.env
    # Pelican's `simple` has lists of its own, without bylines: as a theme it comes after ours.
    plain = Path(generator.theme).parts[-2:] == ("themes", "simple")
    loaders = environment.loader.loaders
    loaders.insert(0 if plain else 1, FileSystemLoader(str(TEMPLATES)))
    if plain:  # what the site itself overrides still comes first
        loaders.insert(0, FileSystemLoader(generator.settings["THEME_TEMPLATES_OVERRIDES"]))
    usual = environment.autoescape

    def escapes(name: str | None) -> bool:
        if name is not None and name.startswith(OWN_TEMPLATES):
            return True
        return bool(usual(name) if callable(usual) else usual)

    environment.autoescape = escapes
    edition = getattr(generator, "edition", None)
    if edition and edition.build.key and not own_code(environment):
        environment.bytecode_cache = Compiled(edition.build.cache)


def finish(pelican: Pelican) -> Manifest | None:
    """Guard, check and compress the staged site, to publish it. Raises ContentError."""
    if not pelican.newsroom_edition.settings.publish:
        return None
    from ..publish.finish import compress, problems_in  # with libraries that others do without

    stage = pelican.newsroom_build.stage
    stage.complete()  # what is to be looked through is the whole site
    output, settings = pelican.newsroom_output, Settings.read(pelican.settings)
    if problems := problems_in(stage.folder, output.name, settings.site_url):
        raise stopping(problems)
    return compress(stage.folder, output, build_time())


def missing(pelican: Pelican) -> list[Problem]:
    """Return a problem for each public file whose page is not there, whoever has dropped it."""
    stage = pelican.newsroom_build.stage
    folder = Path(pelican.settings["PATH"]).name
    message = "no page was made of this file: a setting, the theme or another plugin has dropped it"
    return [
        Problem(source, 1, "unread", message).below(folder)
        for path, source in pelican.newsroom_edition.promised.items()
        if path not in stage.kept and not (path and (stage.folder / path).is_file())
    ]


def commit_output(pelican: Pelican) -> None:
    """Put everything in place, now that it is made."""
    build = pelican.newsroom_build
    if lost := missing(pelican):
        raise stopping(lost)
    drop_plain_names(build.stage.folder)
    manifest = finish(pelican)
    interrupt = getattr(pelican, "newsroom_interrupt", None)
    if interrupt:  # a commit takes milliseconds: it is finished, not stopped half-way
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if manifest:
        commit_published(pelican, manifest)
    else:
        build.commit()
    if interrupt:
        signal.signal(signal.SIGINT, interrupt)
    pelican.settings["OUTPUT_PATH"] = str(build.stage.output)


def commit_published(pelican: Pelican, manifest: Manifest) -> None:
    """Put hosting files, output and manifest in place, in this order. Raises SettingsError."""
    from ..publish.finish import manifest_file, write_hosting

    output = pelican.newsroom_output
    try:
        write_hosting(manifest, output, Settings.read(pelican.settings))
        pelican.newsroom_build.commit()
        write_whole(manifest_file(output), manifest.text())
    except OSError as error:
        raise SettingsError(
            f"{error.filename2 or error.filename}: {error.strerror}: mend that, and publish again"
        ) from None


def register() -> None:
    """Connect the handlers. Receivers are held weakly: these are module functions."""
    silence_our_errors()
    signals.initialized.connect(prepare_build)
