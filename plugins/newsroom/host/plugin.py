"""Pelican's signals, each handled by a function named for what it does."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemLoader
from pelican import Pelican, signals
from pelican.generators import ArticlesGenerator, Generator
from pelican.plugins._utils import get_namespace_plugins, get_plugin_name

from ..clock import build_time
from ..images.renditions import PictureFile, Rendition, Renditions
from ..language.languages import OURS, Languages
from ..model.newsroom import Newsroom
from ..model.policy import Policy
from ..model.problems import ContentError, Problem
from ..model.settings import PREFIX, Settings, SettingsError
from ..progress import Progress
from ..publish.manifest import Manifest
from ..reading.checks import check
from ..reading.memory import Memory
from ..reading.urls import clashes
from ..reading.withheld import Places, Withheld, refuse_static_paths
from ..view.context import ViewContext
from ..view.overview import incident_lists
from ..view.pictures import BodyPictures
from .adapter import Join, bodies
from .assets import Assets, drop_plain_names, theme_folders
from .defaults import prepare
from .pages import NewsroomGenerator
from .reader import EntryReader
from .reports import print_problems, silence_our_errors
from .stage import Stage

if TYPE_CHECKING:
    from ..publish.finish import Publishing

TEMPLATES = Path(__file__).parent.parent / "templates"
OWN_TEMPLATES = "newsroom/"
PATHS = ("ARTICLE_PATHS", "PAGE_PATHS")
RAPID = "RAPID_BUILD"  # where the plugin for fast builds, if it is there, says what it keeps


def is_wanted(settings: Mapping[str, Any]) -> bool:
    """Whether the settings say a word of ours: ``PLUGINS``, or any that begins ``NEWSROOM_``.

    Without ``PLUGINS`` Pelican loads all plugins that are installed, and by now has put
    their names there.
    """
    found = [get_plugin_name(plugin) for plugin in get_namespace_plugins().values()]
    return settings["PLUGINS"] != found or any(name.startswith(PREFIX) for name in settings)


def prepare_build(pelican: Pelican) -> None:
    """Settle the settings and send Pelican's output to the stage, if they want us.

    Raises SettingsError for an output folder that holds, or lies in, what is read; and for
    a newsroom's content that Pelican alone would publish, drafts and all.
    """
    signals.finalized.disconnect(commit_output)
    signals.get_generators.disconnect(begin_output)
    if not is_wanted(pelican.settings):
        if any(Path(pelican.settings["PATH"]).glob("incidents/*/statement.md")):
            raise SettingsError(
                "PLUGINS: this is a newsroom's content, and no setting asks for its plugin:"
                ' add the line PLUGINS = ["newsroom"]'
            )
        return
    prepare(pelican.settings)
    rapid = pelican.settings.get(RAPID)
    # Where it was asked for, be it a link: there the manifest belongs, and there it is looked for.
    pelican.newsroom_output = Path(pelican.settings["OUTPUT_PATH"])
    output, purge = Path(pelican.output_path), bool(pelican.delete_outputdir)
    if rapid:
        output, purge = rapid.stage.output, rapid.stage.purge
    refuse_output(output, pelican.settings, purge)
    pelican.newsroom_stage = stage_of(pelican)
    # Each run narrows these to what is public; autoreload runs again from here.
    pelican.newsroom_paths = {name: pelican.settings[name] for name in PATHS}
    # The commit purges instead: here, before anything has rendered, it would lose the last output.
    pelican.delete_outputdir = False
    pelican.output_path = str(pelican.newsroom_stage.folder)
    # Connected only now, so that it runs after every other plugin's receiver.
    signals.finalized.connect(commit_output)
    signals.get_generators.connect(begin_output)


def stage_of(pelican: Pelican) -> Any:
    """The stage: our own, or that of the plugin for fast builds, which knows what stays."""
    if rapid := pelican.settings.get(RAPID):
        rapid.stage.taken = True  # we commit, once the site has been looked through
        return rapid.stage
    return Stage(
        Path(pelican.output_path).resolve(),
        tuple(pelican.settings["OUTPUT_RETENTION"]),
        bool(pelican.delete_outputdir),
    )


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
    """Ctrl-C ends a build with exit code 130; Pelican would say 0, and a deploy would go on."""
    print("Stopped: the output is as it was.", file=sys.stderr)
    raise SystemExit(130)


def begin_output(pelican: Pelican) -> type[Generator]:
    """Empty the stage before the first generator is made; add our generator.

    Until the commit, other plugins must find the stage where they look for the output.
    """
    pelican.settings["OUTPUT_PATH"] = pelican.output_path
    pelican.settings.update(pelican.newsroom_paths)
    if not pelican.settings.get(RAPID):
        pelican.newsroom_stage.begin()
    if threading.current_thread() is threading.main_thread():
        pelican.newsroom_interrupt = signal.signal(signal.SIGINT, stop_with_a_code)
    pelican.newsroom_promised = {}
    # No generator knows its build: this is how ours tells it what must be there at the end.
    ours = {"promised": pelican.newsroom_promised}
    return type(NewsroomGenerator.__name__, (NewsroomGenerator,), ours)


def check_content(generator: ArticlesGenerator) -> None:
    """Scan and check before Pelican reads anything; stop here if there are errors.

    What is not public Pelican never gets to read, so it cannot leak.
    """
    if not is_wanted(generator.settings):
        return
    settings = Settings.read(generator.settings)
    content, now = Path(generator.path), build_time()
    if not settings.drafts:
        refuse_static_paths(content, settings)
    rapid = generator.settings.get(RAPID)
    memory = Memory.load(rapid.folder / "scan", rapid.fingerprint) if rapid else Memory()
    checkup = check(content, settings, now, memory)
    memory.save()
    if rapid:
        rapid.digests.update(memory.digests)
        rapid.mark("check the content")
    if checkup.has_errors:
        raise stopping(checkup.problems)
    print_problems(checkup.problems)
    shown = preview(checkup.newsroom, settings) if settings.drafts else checkup.newsroom.public(now)
    cache = Path(generator.output_path).parent / "renditions"
    languages = Languages(settings.lang, (Path(generator.theme, "locale"), OURS))
    renditions = Renditions(content, cache, settings.rendition_widths)
    presenter = ViewContext(
        shown, settings, now, renditions, languages, languages.words, bodies(generator)
    )
    generator.context["newsroom_presenter"] = presenter
    generator.context["newsroom_sources"] = memory.digests
    folders = theme_folders(generator.theme, generator.settings["THEME_STATIC_PATHS"])
    place = generator.settings["THEME_STATIC_DIR"]
    generator.context["newsroom_assets"] = Assets(folders, place, settings.hashed_names)
    policy = Policy.of(settings.headers, settings.search)
    generator.context["newsroom_policy"] = policy if settings.meta_policy else None
    generator.context["newsroom_withheld"] = (
        None if settings.drafts else Withheld(Places.of(content, settings), checkup.newsroom, shown)
    )
    generator.readers.readers["md"] = EntryReader(generator.settings)
    generator.settings["ARTICLE_PATHS"] = [entry.path for entry in shown.entries]
    generator.get_files = known_files(generator)
    generator.settings["PAGE_PATHS"] = [page.path for page in shown.pages]


def known_files(generator: ArticlesGenerator) -> Callable[..., set[str]]:
    """Pelican's search for files, which we have read already: it would ask the disk for each."""
    search = generator.get_files

    def get_files(
        paths: list[str], exclude: list[str] | None = None, extensions: Any = None
    ) -> set[str]:
        if paths is not generator.settings["ARTICLE_PATHS"]:
            return set(search(paths, exclude, extensions))
        return set(paths) if extensions is None else set()

    return get_files


def stopping(problems: Iterable[Problem]) -> ContentError:
    """The error to raise for problems, which are printed here and not by Pelican."""
    error = ContentError(problems)
    print_problems(error.problems)
    return error


def preview(newsroom: Newsroom, settings: Settings) -> Newsroom:
    """All that can be shown at all: not what is skipped, has no place, or has another's."""
    taken = {file.path for file, *_ in clashes(newsroom, settings)}
    return newsroom.keeping(
        entry
        for entry in newsroom.entries
        if entry.status != "skip"
        and entry.path not in taken
        and (not entry.in_incident or entry.incident in newsroom.by_id)
        and (not entry.translates or entry.translates in newsroom.by_path)
    )


def thread_articles(generator: ArticlesGenerator) -> None:
    """Join Pelican's articles to our entries and make the view for the templates."""
    if not is_wanted(generator.settings):
        return
    presenter: ViewContext = generator.context["newsroom_presenter"]
    pictures = BodyPictures(Path(generator.path), presenter.renditions)
    join = Join(generator, presenter.newsroom, presenter, pictures)
    if lost := join.lost():
        raise stopping(lost)
    view = join.run()
    generator.context["newsroom"] = view
    generator.context["newsroom_lists"] = incident_lists(view.incidents, presenter.words)
    generator.context["words"] = presenter.words  # a page in another language has its own
    generator.context["newsroom_pictures"] = pictures
    generator.context["newsroom_renditions"] = made_renditions(presenter, pictures)
    by_path = generator.context["generated_content"]
    generator.context["newsroom_aliases"] = [
        (by_path[entry.path], entry) for entry in presenter.newsroom.entries if entry.aliases
    ]


def made_renditions(presenter: ViewContext, pictures: BodyPictures) -> list[Rendition]:
    """Make what is missing of the renditions of everything shown, and list them all."""
    renditions, newsroom = presenter.renditions, presenter.newsroom
    shots = [item.screenshot for item in newsroom.citations if item.screenshot]
    photos = [author.photo for author in newsroom.authors if author.photo]
    shown: list[PictureFile] = [*shots, *pictures.made_of]
    plans = [(picture, renditions.plan(picture)) for picture in shown]
    plans += [(photo, renditions.plan_portrait(photo)) for photo in photos]
    try:
        renditions.make(plans, Progress(ends=False))
    except ContentError as error:
        print_problems(error.problems)
        raise
    return [rendition for _, plan in plans for rendition in plan]


def offer_templates(generator: Generator) -> None:
    """Put our default templates behind the theme's and escape what they print.

    Pelican's templates print HTML unescaped by default; ours see other people's
    words. jinja marks what a macro returns by its caller's way, not its own, so
    ours say ``|safe`` where they call one.
    """
    if not is_wanted(generator.settings):
        return
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


def publishing(pelican: Pelican) -> Publishing:
    """What a publish knows of its site."""
    from ..publish.finish import Publishing  # with libraries that other builds do without

    settings = Settings.read(pelican.settings)
    return Publishing(pelican.newsroom_output, settings, build_time())


def finish(pelican: Pelican) -> Manifest | None:
    """To publish: guard and check the staged site, and compress it. Raises ContentError."""
    if not Settings.read(pelican.settings).publish:
        return None
    work, folder = publishing(pelican), pelican.newsroom_stage.folder
    if rapid := pelican.settings.get(RAPID):
        rapid.stage.complete()  # what is to be looked through is the whole site
    if problems := work.problems(folder):
        raise stopping(problems)
    return work.compress(folder)


def missing(pelican: Pelican) -> list[Problem]:
    """A problem for each public file whose page was not made, whoever has dropped it."""
    stage = pelican.newsroom_stage
    kept = getattr(stage, "kept", ())
    folder = Path(pelican.settings["PATH"]).name
    message = "no page was made of this file: a setting, the theme or another plugin has dropped it"
    return [
        Problem(source, 1, "unread", message).below(folder)
        for path, source in pelican.newsroom_promised.items()
        if path not in kept and not (path and (stage.folder / path).is_file())
    ]


def commit_output(pelican: Pelican) -> None:
    """Everything has rendered: put it in place."""
    if lost := missing(pelican):
        raise stopping(lost)
    drop_plain_names(pelican.newsroom_stage.folder)
    manifest = finish(pelican)
    interrupt = getattr(pelican, "newsroom_interrupt", None)
    if interrupt:  # a commit takes milliseconds: it is finished, not stopped half-way
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    if manifest:
        commit_together(pelican, manifest)
    else:
        pelican.newsroom_stage.commit()
    if interrupt:
        signal.signal(signal.SIGINT, interrupt)
    pelican.settings["OUTPUT_PATH"] = str(pelican.newsroom_stage.output)


def commit_together(pelican: Pelican, manifest: Manifest) -> None:
    """Output, manifest and hosting files, or none of them. Raises SettingsError."""
    from ..publish.finish import hosting_folder, manifest_file
    from ..publish.undo import as_they_were

    work, home = publishing(pelican), pelican.newsroom_stage.home
    places = [
        pelican.newsroom_stage.output,
        manifest_file(work.output),
        hosting_folder(work.output),
    ]
    places += [home / "record.json", home / "plan.json"]
    try:
        with as_they_were(places, home / "before"):
            pelican.newsroom_stage.commit()
            work.write(manifest)
    except OSError as error:
        raise SettingsError(
            f"{error.filename2 or error.filename}: {error.strerror}: mend that, and publish again"
        ) from None


# It looks at nothing but the stage, which it completes where it must.
commit_output.rapid_pure = True  # type: ignore[attr-defined]


def register() -> None:
    """Connect the handlers. Receivers are held weakly: these are module functions."""
    silence_our_errors()
    signals.initialized.connect(prepare_build)
    signals.generator_init.connect(offer_templates)
    signals.article_generator_init.connect(check_content)
    signals.article_generator_pretaxonomy.connect(thread_articles)
