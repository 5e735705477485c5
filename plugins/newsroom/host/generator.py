"""The generator of all that is the newsroom's, in the place of Pelican's generator of articles.

Pelican's would read headers in its own way, and look through all articles for each of them.
This one leaves in the context what themes and other plugins look for there.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from pelican import Pelican, signals
from pelican.contents import Content
from pelican.generators import ArticlesGenerator
from pelican.writers import Writer

from ..files import files_in, kept
from ..images.renditions import Rendition
from ..machine.cards import ShareImages
from ..machine.publication import Document, Publication
from ..machine.search_records import search_records
from ..model.addresses import PAGEFIND
from ..model.keys import Picture
from ..model.problems import ContentError, Problem
from ..progress import progress
from ..reading.rulebook import located
from ..reading.urls import alias_clashes
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from .articles import EntryArticle
from .assets import write_favicon
from .edition import Edition, read_content, stopping
from .inputs import Inputs, everywhere
from .join import Join
from .last_look import look_once_more
from .pages import by_date, pages
from .publishing import publication
from .search_index import write_index
from .writing import PageWriter

NOT_READ = (
    "Pelican could not read this file: see its message above, or your IGNORE_FILES and READERS"
)
_ATTACHES = re.compile(r"[{|]attach[}|]")


class NewsroomGenerator(ArticlesGenerator):  # type: ignore[misc]  # Pelican has no types
    """Writes the newsroom. Runs after Pelican's pages, and before static files."""

    pelican: ClassVar[Pelican]
    edition: Edition
    inputs: Inputs
    published: Publication | None
    renditions: list[Rendition]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.edition = read_content(self.pelican.newsroom_build, self)
        self.pelican.newsroom_edition = self.edition
        # Pelican's own generator is there until ours takes its place: it finds nothing.
        self.settings["ARTICLE_PATHS"] = []

    def check_disabled_readers(self) -> None:
        """Do nothing: the scan has found the files."""

    def generate_context(self) -> None:
        """Make articles of the scan, file them, and make what machines are given."""
        edition, context = self.edition, self.context
        join = Join(self, edition)
        join.make_all()
        for entry in edition.view.everything:
            join.articles[entry.model.path].entry = entry
        context["newsroom"], context["newsroom_assets"] = edition.view, edition.assets
        context["words"] = edition.presenter.words  # a page in another language has its own
        signals.article_generator_pretaxonomy.send(self)
        self._file()
        signals.article_generator_finalized.send(self)
        self._find_pages()
        self.renditions = self._make_renditions()
        self.published = publication(self, edition)
        edition.assets.find(self._template_sources(), edition.view.has_search)
        # By file, so that every page finds its own, whoever writes it.
        context["newsroom_heads"] = self.published.heads if self.published else {}
        principles = self.published.site.principles if self.published else ""
        said = (str(edition.view.has_search), principles)
        self.inputs = Inputs(
            edition,
            context["generated_content"],
            context["static_content"],
            everywhere(context, edition.sources, Path(self.theme), *said),
        )

    def _file(self) -> None:
        """File the articles by category, tag, author and date, for the context."""
        categories: dict[Any, list[EntryArticle]] = defaultdict(list)
        authors: dict[Any, list[EntryArticle]] = defaultdict(list)
        for article in self.articles:
            if hasattr(article, "category"):
                categories[article.category].append(article)
            for tag in article.tags:
                self.tags[tag].append(article)
            for author in article.authors:
                authors[author].append(article)
        self.dates = by_date(self, self.articles)
        self.period_archives = self._build_period_archives(self.dates, self.articles, self.settings)
        reverse = self.settings["REVERSE_CATEGORY_ORDER"]
        self.categories = sorted(categories.items(), reverse=reverse)
        self.authors = sorted(authors.items())
        names = ("articles", "drafts", "hidden_articles", "dates", "tags", "categories")
        self._update_context((*names, "authors", "related_posts", "period_archives"))

    def _build_period_archives(
        self,
        sorted_articles: Sequence[EntryArticle],
        articles: Sequence[EntryArticle],
        settings: Mapping[str, Any],
    ) -> Any:
        """Find years, months and days as Pelican does, and fill them in one go."""
        found = super()._build_period_archives(sorted_articles, (), settings)
        for periods in found.values():
            places = {id(each): period for period in periods for each in period["dates"]}
            for article in articles:
                places[id(article)]["articles"].append(article)
        return found

    def _find_pages(self) -> None:
        """Promise the pages of all public files. Raises ContentError if Pelican has dropped one."""
        newsroom, made = self.edition.newsroom, self.context["generated_content"]
        shown = [page.path for page in newsroom.pages if page.status != "skip"]
        if lost := [path for path in shown if made.get(path) is None]:
            self.edition.stop(Problem(path, 1, "unread", NOT_READ) for path in lost)
        sources = (*shown, *newsroom.by_path)
        self.edition.promised.update((made[path].save_as, path) for path in sources)

    def _make_renditions(self) -> list[Rendition]:
        """Make what is missing of the renditions of everything shown, and list them all."""
        renditions, newsroom = self.edition.presenter.renditions, self.edition.newsroom
        shots = [item.screenshot for item in newsroom.citations if item.screenshot]
        photos = [author.photo for author in newsroom.authors if author.photo]
        shown: list[Picture] = [*shots, *self.edition.pictures.made_of]
        plans = [(picture, renditions.plan(picture)) for picture in shown]
        plans += [(photo, renditions.plan(photo, is_portrait=True)) for photo in photos]
        try:
            renditions.make(plans, progress)
        except ContentError as error:
            raise stopping(error.problems) from None
        return [rendition for _, plan in plans for rendition in plan]

    def _template_sources(self) -> Iterator[str]:
        """Read every template that there is; a folder may hold what is none."""
        for name in self.env.list_templates():
            with suppress(UnicodeDecodeError):  # a template is named where it is used
                yield self.env.loader.get_source(self.env, name)[0]

    def generate_output(self, writer: Writer) -> None:
        """Write what is not kept: pages, what is for machines, and files beside them."""
        edition, build, output = self.edition, self.edition.build, Path(self.output_path)
        look_once_more(edition, self)
        has_aliases = self._has_aliases()
        pages_of_ours = PageWriter(build, self, writer, self.inputs)
        if not build.keeps_all(self.inputs.whole):
            for page in pages(self, edition, self.inputs, has_aliases):
                pages_of_ours.write(page)
            if self.published:
                self._write_documents(self.published)
        build.make_all()
        signals.article_writer_finalized.send(self, writer=writer)
        write_favicon(Path(self.theme), self.settings["THEME_STATIC_PATHS"], output)
        edition.assets.write(output)
        if edition.view.has_search:
            lang = edition.view.languages.site
            write_index(search_records(edition.view), output / PAGEFIND, lang)
        key = edition.settings.indexnow_key
        if key and edition.settings.site_url:  # search engines ask for it at a fixed place
            build.write(f"{key}.txt", key.encode())
        for rendition in self.renditions:
            build.write(rendition.path, kept(rendition.kept))

    def _has_aliases(self) -> bool:
        """Hold aliases against the files that only a build knows. Raises ContentError."""
        edition, what = self.edition, "another file of this build"
        if not any(entry.aliases for entry in edition.newsroom.entries):
            return False
        others = ((place, what) for place in self._others())
        found = list(located("url", alias_clashes(edition.newsroom, others)))
        if found and not edition.settings.drafts:
            edition.stop(found)
        return not found  # a draft's must not keep others from looking

    def _others(self) -> Iterator[str]:
        """Yield files of this build that are no pages of content files."""
        settings = self.settings
        yield from (file.save_as for file in self.context["static_content"].values())
        yield from (rendition.path for rendition in self.renditions)
        yield from (label.save_as for label in (*dict(self.categories), *self.tags))
        for periods in self.period_archives.values():
            yield from (period["save_as"] for period in periods)
        yield from (path for path, _ in self.edition.assets.found.values())
        yield from (settings["TEMPLATE_PAGES"] or {}).values()
        for name in settings["DIRECT_TEMPLATES"]:
            yield settings.get(f"{name.upper()}_SAVE_AS", f"{name}.html")
        for folder in settings["THEME_STATIC_PATHS"]:
            for name in files_in(Path(self.theme, folder), follow=True):
                yield posixpath.join(settings["THEME_STATIC_DIR"], name)

    def _write_documents(self, published: Publication) -> None:
        """Write feeds, sitemaps, texts and the like, and share images beside their pages.

        A file of the same name that the site's own static folders hold stays.
        """
        build, inputs = self.edition.build, self.inputs
        taken = {file.save_as for file in self.context["static_content"].values()}

        def put(document: Document) -> list[str]:
            return [build.write(document.path, document.make())]

        def draw(images: ShareImages, page: EntryView | IncidentView) -> list[str]:
            card = images.of(page)
            return [build.write(card.path, images.cards.draw(card.text))]

        for document in published.documents():
            if document.path not in taken:
                made_of = inputs.of(document.said, *map(inputs.about, document.about))
                build.make(document.path, made_of, partial(put, document))
        if images := published.images:
            for page in published.pages:
                made_of = inputs.of(inputs.about(page))
                build.make(f"share image of {page.url}", made_of, partial(draw, images, page))


def attach(contents: Iterable[Content | None]) -> None:
    """Let ``{attach}`` links move their files, before anything asks where those lie."""
    for content in contents:
        if isinstance(content, EntryArticle) and not content.newsroom_changed:
            found = any(link.what == "attach" for link in content.entry.model.body.links)
        else:
            found = content is not None and bool(_ATTACHES.search(content._content))
        if content is not None and found:
            content.content  # noqa: B018  (Pelican moves a file when it resolves the link)
