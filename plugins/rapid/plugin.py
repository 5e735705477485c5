"""Pelican's signals, each handled by a function named for what it does."""

from __future__ import annotations

import gc
import locale
import logging
import os
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pelican import Pelican, signals
from pelican.contents import Article, Page
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator

from .build import Build, place
from .compiled import Compiled
from .digests import UnknownError, installed, of_file, of_folder, of_text, of_value
from .lazily import attaches
from .lists import quicken, quicken_lists
from .reading import Shelf
from .reports import speak_plainly
from .stage import Stage
from .tracing import forget, tracing_environment
from .workers import cores
from .writing import BUILD, DECLARED, RapidWriter, pass_over

# What does not change what a file is made to hold, or is narrowed within each run.
_LEFT_OUT = {BUILD, "OUTPUT_PATH", "ARTICLE_PATHS", "PAGE_PATHS", "CACHE_PATH"}
_HEARD_ON_READING = {
    Article: ("article_generator_preread", "article_generator_context"),
    Page: ("page_generator_preread", "page_generator_context"),
}
_HEARD_ON_WRITING = (
    "article_generator_write_article",
    "page_generator_write_page",
    "content_written",
    "feed_generated",
    "feed_written",
    "article_writer_finalized",
    "page_writer_finalized",
)
_ENVIRONMENT = ("TZ", "LANG", "LANGUAGE", "LC_ALL", "LC_TIME", "LC_CTYPE")


logger = logging.getLogger(__name__)


def prepare_build(pelican: Pelican) -> None:
    """Send Pelican's output to the stage, unless the settings say ``RAPID = False``."""
    if not pelican.settings.get("RAPID", True):
        return
    if pelican.output_path != pelican.settings["OUTPUT_PATH"]:
        logger.warning("rapid is off, for another plugin has moved the output: name rapid first")
        return
    output = Path(pelican.output_path).resolve()
    purge = bool(pelican.delete_outputdir) and not Path(pelican.path).resolve().is_relative_to(
        output
    )
    stage = Stage(output, tuple(pelican.settings["OUTPUT_RETENTION"]), purge)
    build = Build(place(pelican.settings["PATH"], str(output)), stage)
    stage.after = build.finish
    pelican.settings[BUILD] = pelican.rapid = build
    # Pelican's own cache goes by time stamps, and would be read besides ours.
    pelican.settings.update(CACHE_CONTENT=False, LOAD_CONTENT_CACHE=False)
    # The commit purges instead: here, before anything has rendered, it would lose the last output.
    pelican.delete_outputdir = False
    pelican.output_path = str(stage.folder)
    signals.get_generators.connect(begin)
    signals.get_writer.connect(our_writer)
    signals.generator_init.connect(watch_templates)
    signals.article_generator_init.connect(keep_articles)
    signals.page_generator_init.connect(keep_pages)
    signals.all_generators_finalized.connect(look_for_ears)
    if early := _before(write_pages):
        build.early = f"{early} is told that all is finished before us: list rapid first"
    # Connected last, so that it runs after the receivers of plugins that were there by now.
    signals.finalized.connect(commit)


def begin(pelican: Pelican) -> None:
    """Every run, also under ``--autoreload``: see what is still good, and empty the stage."""
    pelican.settings["OUTPUT_PATH"] = pelican.output_path
    pelican.rapid.mark("start, import and settings")
    gc.unfreeze()  # of the run before, under --autoreload
    forget()
    chosen, serial = fingerprint(pelican)
    pelican.rapid.begin(chosen, pelican.rapid.early or serial)
    pelican.rapid.mark("load the ledger")
    if cores() > 1:  # then what is made and thrown away is so in workers
        gc.disable()


def fingerprint(pelican: Pelican) -> tuple[str, str]:
    """The digest of everything that can change any page: settings, code, versions, templates.

    And why there is none that holds in another build; empty if there is.
    """
    settings, serial = pelican.settings, ""
    try:
        chosen = of_value({k: v for k, v in settings.items() if k not in _LEFT_OUT})
    except UnknownError as unknown:
        serial = f"a setting has no lasting value: {unknown}"
        chosen = os.urandom(16).hex()
    environment = [f"{name}={os.environ.get(name, '')}" for name in _ENVIRONMENT]
    folders = [Path(settings["THEME"], "templates"), *settings["THEME_TEMPLATES_OVERRIDES"]]
    found = of_text(
        sys.version,
        installed(),
        str(locale.setlocale(locale.LC_ALL)),
        *environment,
        chosen,
        *(of_folder(folder) for folder in folders),
        *(of_file(Path(settings["PATH"], source)) for source in settings["TEMPLATE_PAGES"] or ()),
        *code(pelican.plugins),
    )
    return found, serial


def code(plugins: list[Any]) -> list[str]:
    """The digests of plugins' folders, and of every other module that no library brought."""
    paths = sysconfig.get_paths()
    libraries = tuple(paths[name] + os.sep for name in ("stdlib", "purelib", "platlib"))
    folders: set[str] = set()
    for plugin in plugins:
        file = getattr(plugin, "__file__", None) or ""
        if hasattr(plugin, "__path__") and file and not file.startswith(libraries):
            folders.add(os.path.dirname(file))
    loaded = [module for name, module in list(sys.modules.items()) if name != "__main__"]
    files = {getattr(module, "__file__", None) or "" for module in loaded}
    within = tuple(folder + os.sep for folder in folders)
    loose = sorted(file for file in files if file and not file.startswith((*libraries, *within)))
    return [*map(of_folder, sorted(folders)), *map(of_file, loose)]


def our_writer(_pelican: Pelican) -> type[RapidWriter]:
    """Pages are written by ours."""
    return RapidWriter


def watch_templates(generator: Generator) -> None:
    """What a render reads can be recorded; templates are compiled once for many builds."""
    tracing_environment(generator.env, generator.settings.get("RAPID_PURE", ()))
    if generator.env.bytecode_cache is None:
        build: Build = generator.settings[BUILD]
        generator.env.bytecode_cache = Compiled(str(build.templates))


def keep_articles(generator: ArticlesGenerator) -> None:
    """Articles that have not changed are not read again, and lists of them are quick."""
    quicken(generator)
    _shelve(
        generator,
        content_class=Article,
        preread_signal=signals.article_generator_preread,
        preread_sender=generator,
        context_signal=signals.article_generator_context,
        context_sender=generator,
    )


def keep_pages(generator: PagesGenerator) -> None:
    """Nor are pages."""
    _shelve(
        generator,
        content_class=Page,
        preread_signal=signals.page_generator_preread,
        preread_sender=generator,
        context_signal=signals.page_generator_context,
        context_sender=generator,
    )


def _shelve(generator: Any, **how: Any) -> None:
    """Put our shelf in the place of the generator's own cache, if nobody listens to readings."""
    build: Build = generator.settings[BUILD]
    kind = how["content_class"]
    heard = [*_HEARD_ON_READING[kind], "content_object_init"]
    if any(_listeners(name) for name in heard) or generator.settings.get("DEFAULT_DATE") == "fs":
        return
    folder = build.folder / kind.__name__.lower()
    shelf = Shelf(generator, folder, build.fingerprint, build.digests, **how)
    shelf.load()
    build.mark("load what was read")
    generator.get_cached_data, generator.cache_data = shelf.get, shelf.put
    generator.save_cache = shelf.save


def _before(ours: Callable[..., None]) -> str:
    """Who is told before us that all is finished; empty if nobody is."""
    for receiver in signals.finalized.receivers_for(None):
        if receiver is ours:
            return ""
        if not getattr(receiver, "rapid_pure", False):
            return f"{receiver.__module__}.{receiver.__qualname__}"
    return ""


def _listeners(name: str) -> list[str]:
    """Who listens to a signal, but for those who say that they change nothing."""
    receivers = list(getattr(signals, name).receivers_for(None))
    found = (receiver for receiver in receivers if not getattr(receiver, "rapid_pure", False))
    return [f"{receiver.__module__}.{receiver.__qualname__}" for receiver in found]


def look_for_ears(generators: list[Generator]) -> None:
    """Whether a plugin, or a link that moves files, wants pages rendered here, in their order."""
    build: Build = generators[0].settings[BUILD]
    build.context = generators[0].context
    for generator in generators:
        if isinstance(generator, ArticlesGenerator):
            quicken_lists(generator)
            pass_over(generator)
    for name in _HEARD_ON_WRITING:
        for listener in _listeners(name):
            build.serial = build.serial or f"{listener} listens to {name}"
    for path, content in generators[0].context["generated_content"].items():
        if content is not None and attaches(content):
            build.serial = build.serial or f"{path} has an {{attach}} link, which moves a file"
    build.mark("read, and put together")
    if whole := getattr(build.context.get(DECLARED), "whole", None):
        build.keep_all(whole())


def write_pages(pelican: Pelican) -> None:
    """Render all that waits; those who look through the output find all of it."""
    build: Build | None = getattr(pelican, "rapid", None)
    if build is None:  # switched off
        return
    build.mark("decide what to render")
    build.write_all()
    build.mark("render")
    gc.freeze()  # what is left is needed to the end: nothing to be looked through
    gc.enable()
    ours = {f"{__name__}.{write_pages.__qualname__}", f"{__name__}.{commit.__qualname__}"}
    if set(_listeners("finalized")) - ours:
        build.stage.complete()


def commit(pelican: Pelican) -> None:
    """Everything has rendered: put it in place, unless another plugin does that."""
    if not pelican.rapid.stage.taken:
        pelican.rapid.stage.commit()
        pelican.settings["OUTPUT_PATH"] = str(pelican.rapid.stage.output)


def register() -> None:
    """Connect the handlers. Receivers are held weakly: these are module functions."""
    speak_plainly()
    signals.initialized.connect(prepare_build)
    # Now, before plugins that come later: who is told that all is finished wants all to be there.
    signals.finalized.connect(write_pages)
