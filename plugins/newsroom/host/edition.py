"""One build: what it reads, and what of that it shows.

The content is scanned and checked before Pelican reads anything. Pelican never reads what is
not public, so that cannot leak.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NoReturn

from pelican.generators import ArticlesGenerator

from ..clock import build_time
from ..history.histories import reader
from ..images.renditions import Renditions
from ..incremental.build import Build
from ..incremental.trust import knows_markdown
from ..language.words import Languages, catalogues
from ..model.newsroom import Newsroom
from ..model.policy import Policy
from ..model.problems import ContentError, Problem
from ..model.settings import Settings
from ..reading.checks import check
from ..reading.memory import KIND, Memory
from ..reading.urls import clashes
from ..reading.withheld import Places, Withheld, refuse_static_paths
from ..view.attached import Attached
from ..view.context import ViewContext
from ..view.newsroom_view import NewsroomView
from ..view.pictures import BodyPictures
from .articles import bodies
from .assets import Assets
from .converted import Converted
from .defaults import site_root
from .logos import logo_files
from .reports import print_note, print_problems


@dataclass(frozen=True)
class Edition:
    """What one run reads and shows.

    ``sources`` are the digests of content files; ``promised`` is which file of the output must be
    there for each source.
    """

    build: Build
    content: Path
    settings: Settings
    newsroom: Newsroom
    sources: Mapping[str, str]
    converted: Converted
    withheld: Withheld | None
    presenter: ViewContext
    pictures: BodyPictures
    assets: Assets
    promised: dict[str, str] = field(default_factory=dict)

    @cached_property
    def view(self) -> NewsroomView:
        """The newsroom as templates see it."""
        return NewsroomView(self.presenter)

    def stop(self, problems: Iterable[Problem]) -> NoReturn:
        """Print what is wrong in the content, and end the build. Raises ContentError."""
        raise stopping(problem.below(self.content.name) for problem in problems)


def stopping(problems: Iterable[Problem]) -> ContentError:
    """Return the error to raise for problems, which are printed here and not by Pelican."""
    error = ContentError(problems)
    print_problems(error.problems)
    return error


def read_content(build: Build, generator: ArticlesGenerator) -> Edition:
    """Scan and check the content, and tell Pelican which pages are public, if they are ours.

    Raises ContentError if there are errors, SettingsError for settings that are wrong.
    """
    pelicans, settings = generator.settings, Settings.read(generator.settings)
    content, now = Path(generator.path), build_time()
    if not settings.drafts:
        refuse_static_paths(content, settings)
    memory = Memory(build.cache.all(KIND) if build.key else {})
    languages = Languages(settings.lang, catalogues(site_root(pelicans), Path(generator.theme)))
    history = reader(content, settings, now, build.cache if build.key else None)
    checkup = check(content, settings, now, memory, languages=languages, read_history=history)
    if build.key:
        build.cache.put(KIND, *memory.changes())
    if checkup.has_errors:
        raise stopping(checkup.problems)
    print_problems(checkup.problems)
    if checkup.histories.why:
        print_note(f"no earlier versions are shown: {checkup.histories.why}")
    shown = preview(checkup.newsroom, settings) if settings.drafts else checkup.newsroom.public(now)
    if not settings.is_guest:
        pelicans["PAGE_PATHS"] = [page.path for page in shown.pages]
    policy = Policy.of(settings.headers, settings.search)
    generator.context["newsroom_policy"] = policy if settings.meta_policy else None
    renditions = Renditions(content, build.stage.home / "renditions", settings.rendition_widths)
    withheld = Withheld(Places.of(content, settings), checkup.newsroom, shown)
    # The last folder wins, as in Pelican.
    folders = [Path(generator.theme, folder) for folder in pelicans["THEME_STATIC_PATHS"][::-1]]
    assets = Assets(tuple(folders), pelicans["THEME_STATIC_DIR"], settings.hashed_names)
    assert memory.bodies is not None
    lasts = bool(build.key) and knows_markdown(pelicans["MARKDOWN"])
    return Edition(
        build,
        content,
        settings,
        shown,
        memory.digests,
        Converted(shown, memory.bodies, build, memory.digests, lasts),
        None if settings.drafts else withheld,
        ViewContext(
            shown,
            settings,
            now,
            renditions,
            languages,
            languages.words,
            bodies(generator),
            Attached(content, shown),
            pictures := BodyPictures(content, renditions),
            logo_files(settings, assets),
            checkup.histories.versions,
        ),
        pictures,
        assets,
    )


def preview(newsroom: Newsroom, settings: Settings) -> Newsroom:
    """Return what a preview can show: not skipped, with an address of its own and its parent."""
    taken = {file.path for file, *_ in clashes(newsroom, settings)}
    return newsroom.keeping(
        entry
        for entry in newsroom.entries
        if entry.status != "skip"
        and entry.path not in taken
        and (not entry.in_incident or entry.incident in newsroom.by_id)
        and (not entry.translates or entry.translates in newsroom.by_path)
    )
