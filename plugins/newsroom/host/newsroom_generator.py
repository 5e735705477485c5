"""The generator of the newsroom's own pages, and of what machines read."""

from __future__ import annotations

import contextlib
import posixpath
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from pelican.generators import Generator
from pelican.writers import Writer

from ..files import files_in, kept
from ..images.renditions import Rendition
from ..machine.cards import ShareImages
from ..machine.publication import Publication
from ..machine.search_records import search_records
from ..model.addresses import (
    AUTHORS,
    CORRECTIONS,
    GOALS,
    PAGEFIND,
    SEARCH,
    alias_file,
    file_of,
)
from ..model.entry import Entry
from ..model.problems import Problem
from ..reading.rulebook import located
from ..reading.urls import alias_clashes
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from .assets import write_favicon
from .edition import Edition, Page
from .entries_generator import NOT_READ
from .inputs import Inputs, everywhere
from .last_look import look_once_more
from .publishing import publication
from .scanning import made_renditions
from .search_index import write_index


class NewsroomGenerator(Generator):  # type: ignore[misc]  # Pelican has no types
    """Writes the newsroom's own pages. Runs after pages and entries, before static files."""

    edition: ClassVar[Edition]
    published: Publication | None
    renditions: list[Rendition]

    def generate_context(self) -> None:
        """Make what machines are given, and say what everything is made of."""
        edition = self.edition
        self._find_pages()
        self.renditions = made_renditions(edition)
        self.published = publication(
            edition, self.context, Path(self.path), edition.build.stage.home / "cards"
        )
        edition.assets.ask_for(self._template_sources(), edition.view.has_search)
        # By file, so that every page finds its own, whoever writes it.
        self.context["newsroom_heads"] = self.published.heads if self.published else {}
        principles = self.published.site.principles if self.published else ""
        said = (str(edition.view.has_search), principles)
        edition.inputs = Inputs(
            edition.presenter,
            edition.view,
            edition.pictures,
            edition.sources,
            edition.bodies,
            self.context["generated_content"],
            self.context["static_content"],
            everywhere(self.context, edition.sources, Path(self.theme), *said),
        )

    def _find_pages(self) -> None:
        """Promise the pages of all public files. Raises ContentError if Pelican has dropped one."""
        newsroom, made = self.edition.newsroom, self.context["generated_content"]
        shown = [page.path for page in newsroom.pages if page.status != "skip"]
        if lost := [path for path in shown if made.get(path) is None]:
            self.edition.stop(Problem(path, 1, "unread", NOT_READ) for path in lost)
        sources = (*shown, *newsroom.by_path)
        self.edition.promised.update((made[path].save_as, path) for path in sources)

    def _template_sources(self) -> Iterator[str]:
        """Read every template that there is; a folder may hold what is none."""
        for name in self.env.list_templates():
            with contextlib.suppress(UnicodeDecodeError):  # a template is named where it is used
                yield self.env.loader.get_source(self.env, name)[0]

    def generate_output(self, writer: Writer) -> None:
        """Write every page, then all that is no page; what waits is made now."""
        edition = self.edition
        look_once_more(edition, self)
        aliases = self._checked_aliases()
        for page in () if edition.unchanged else (*self._pages(), *aliases):
            edition.write(self, writer, page)
        if self.published and not edition.unchanged:
            self._write_documents(self.published)
        edition.build.make_all()
        write_favicon(Path(self.theme), self.settings["THEME_STATIC_PATHS"], Path(self.output_path))
        edition.assets.write(Path(self.output_path), edition.view.has_search)
        if edition.view.has_search:
            folder = Path(self.output_path, PAGEFIND)
            write_index(search_records(edition.view), folder, edition.view.languages.site)
        self._write_for_others()
        for rendition in self.renditions:
            edition.build.write(rendition.path, kept(rendition.kept))

    def _pages(self) -> Iterator[Page]:
        view, inputs, whole = self.edition.view, self.edition.inputs, (self.edition.whole,)
        single = {
            "": "home",
            AUTHORS: "authors",
            GOALS: "goals",
            CORRECTIONS: "corrections",
            "404.html": "404",
        }
        if view.has_search:
            single[SEARCH] = "search"
        for url, name in single.items():
            yield _page(url, name, whole)
        lists = view.lists
        said = [inputs.about(incident) for shown in lists for incident in shown.incidents]
        for shown in lists:
            yield _page(shown.url, "incidents", said, shown=shown, lists=lists)
        for incident in view.incident_pages:
            said = [inputs.about(incident)]
            yield _page(incident.url, "incident", said, incident=incident, words=incident.words)
        for author in view.authors:
            yield _page(author.url, "author", inputs.person(author), person=author)
        for goal in view.goals:
            yield _page(goal.url, "goal", inputs.goal(goal), goal=goal)

    def _checked_aliases(self) -> list[Page]:
        """Return the aliases, held against the files that only a build knows.

        Raises ContentError.
        """
        edition = self.edition
        if found := list(located("url", alias_clashes(edition.newsroom, self._others()))):
            if not edition.settings.drafts:
                edition.stop(found)
            return []  # a draft's must not keep others from looking
        return [
            self._alias(entry, alias)
            for entry in edition.newsroom.entries
            for alias in entry.aliases
        ]

    def _alias(self, entry: Entry, alias: str) -> Page:
        article = self.context["generated_content"][entry.path]
        said, file = (self.edition.inputs.entry(entry.path),), alias_file(alias)
        return Page(file, file, "newsroom/alias", said, {"target": article}, of=entry)

    def _others(self) -> Iterator[tuple[str, str]]:
        """Yield files of this build that are no pages of content files, and what each is."""
        settings = self.settings
        for path, file in self.context["static_content"].items():
            yield file.save_as, f"the file {path}"
        for rendition in self.renditions:
            yield rendition.path, "a picture"
        for name in ("categories", "tags"):
            for label, _ in self.context[name]:
                if label.save_as:
                    yield label.save_as, f"the list of {label.name}"
        for asset in self.edition.assets.asked.values():
            yield asset.path, "a file of the theme"
        for place in (settings["TEMPLATE_PAGES"] or {}).values():
            yield place, "a page of TEMPLATE_PAGES"
        for name in settings["DIRECT_TEMPLATES"]:
            place = settings.get(f"{name.upper()}_SAVE_AS", f"{name}.html")
            yield from [(place, f"the page {name}")] if place else []
        for folder in settings["THEME_STATIC_PATHS"]:
            for name in files_in(Path(self.theme, folder), follow=True):
                yield posixpath.join(settings["THEME_STATIC_DIR"], name), "a file of the theme"

    def _write_documents(self, published: Publication) -> None:
        """Write feeds, sitemaps, texts and the like, and share images beside their pages.

        A file of the same name that the site's own static folders hold stays.
        """
        build, inputs = self.edition.build, self.edition.inputs
        taken = {file.save_as for file in self.context["static_content"].values()}
        for document in published.documents():
            if document.path not in taken:
                said = [document.said] if document.said else []
                made_of = inputs.of(*said, *map(inputs.about, document.about))
                build.make(document.path, made_of, partial(self._put, document.path, document.make))
        if images := published.images:
            for page in published.pages:
                work = partial(self._draw, images, page)
                build.make(f"share image of {page.url}", inputs.document(page), work)

    def _put(self, path: str, make: Callable[[], bytes]) -> list[str]:
        return [self.edition.build.write(path, make())]

    def _draw(self, images: ShareImages, page: EntryView | IncidentView) -> list[str]:
        card = images.of(page)
        return [self.edition.build.write(card.path, images.cards.draw(card.text))]

    def _write_for_others(self) -> None:
        """Write IndexNow's key, which search engines ask for at a fixed place."""
        key = self.edition.settings.indexnow_key
        if key and self.edition.settings.site_url:
            self.edition.build.write(f"{key}.txt", key.encode())


def _page(url: str, name: str, said: Iterable[str], **variables: Any) -> Page:
    """Return a page with one of our own templates."""
    return Page(file_of(url), url, f"newsroom/{name}", said, variables)
