"""The content of a build: scanned and checked before Pelican reads anything.

What is not public Pelican never gets to read, so it cannot leak.
"""

from __future__ import annotations

from pathlib import Path

from pelican.generators import ArticlesGenerator

from ..clock import build_time
from ..images.renditions import Rendition, Renditions
from ..language.words import OURS, Languages
from ..model.keys import Picture
from ..model.newsroom import Newsroom
from ..model.policy import Policy
from ..model.problems import ContentError
from ..model.settings import Settings
from ..progress import Progress
from ..reading.checks import check
from ..reading.scan import KIND, Memory
from ..reading.urls import clashes
from ..reading.withheld import Places, Withheld, refuse_static_paths
from ..view.context import ViewContext
from .articles import bodies
from .assets import Assets, theme_folders
from .edition import Edition, stopping
from .reports import print_problems


def read_content(edition: Edition, generator: ArticlesGenerator) -> None:
    """Scan and check the content, and tell Pelican which pages are public.

    Raises ContentError if there are errors, SettingsError for settings that are wrong.
    """
    settings = edition.settings = Settings.read(generator.settings)
    content, now = edition.content, build_time()
    if not settings.drafts:
        refuse_static_paths(content, settings)
    cache = edition.build.cache if edition.build.key else None
    memory = Memory(cache.all(KIND) if cache else {})
    checkup = check(content, settings, now, memory)
    if cache:
        cache.put(KIND, *memory.changes())
    if checkup.has_errors:
        raise stopping(checkup.problems)
    print_problems(checkup.problems)
    shown = preview(checkup.newsroom, settings) if settings.drafts else checkup.newsroom.public(now)
    edition.newsroom, edition.sources = shown, memory.digests
    languages = Languages(settings.lang, (Path(generator.theme, "locale"), OURS))
    edition.presenter = ViewContext(
        shown,
        settings,
        now,
        Renditions(content, edition.build.stage.home / "renditions", settings.rendition_widths),
        languages,
        languages.words,
        bodies(generator),
    )
    edition.withheld = (
        None if settings.drafts else Withheld(Places.of(content, settings), checkup.newsroom, shown)
    )
    folders = theme_folders(generator.theme, generator.settings["THEME_STATIC_PATHS"])
    place = generator.settings["THEME_STATIC_DIR"]
    edition.assets = Assets(folders, place, settings.hashed_names)
    generator.context["newsroom_assets"] = edition.assets
    policy = Policy.of(settings.headers, settings.search)
    generator.context["newsroom_policy"] = policy if settings.meta_policy else None
    generator.settings["PAGE_PATHS"] = [page.path for page in shown.pages]


def preview(newsroom: Newsroom, settings: Settings) -> Newsroom:
    """Return all that can be shown at all: not what is skipped, or has another's place or none."""
    taken = {file.path for file, *_ in clashes(newsroom, settings)}
    return newsroom.keeping(
        entry
        for entry in newsroom.entries
        if entry.status != "skip"
        and entry.path not in taken
        and (not entry.in_incident or entry.incident in newsroom.by_id)
        and (not entry.translates or entry.translates in newsroom.by_path)
    )


def made_renditions(edition: Edition) -> list[Rendition]:
    """Make what is missing of the renditions of everything shown, and list them all."""
    renditions, newsroom = edition.presenter.renditions, edition.newsroom
    shots = [item.screenshot for item in newsroom.citations if item.screenshot]
    photos = [author.photo for author in newsroom.authors if author.photo]
    shown: list[Picture] = [*shots, *edition.pictures.made_of]
    plans = [(picture, renditions.plan(picture)) for picture in shown]
    plans += [(photo, renditions.plan(photo, is_portrait=True)) for photo in photos]
    try:
        renditions.make(plans, Progress(ends=False))
    except ContentError as error:
        print_problems(error.problems)
        raise
    return [rendition for _, plan in plans for rendition in plan]
