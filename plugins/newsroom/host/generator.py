"""The generators of what is the newsroom's: as a guest, or in the place of Pelican's articles.

Pelican's generator of articles would read headers in its own way, and look through all articles
for each of them. The one in its place leaves in the context what themes and plugins look for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from pelican import Pelican, signals
from pelican.contents import Content
from pelican.generators import ArticlesGenerator, Generator
from pelican.writers import Writer

from ..files import kept
from ..images.renditions import Rendition
from ..machine.cards import ShareImages
from ..machine.publication import Publication, SiteFile
from ..machine.search_records import search_records
from ..model.addresses import (
    INCIDENTS,
    MEDIA,
    PAGEFIND,
    POSTS,
    SEARCH_FILES,
    STYLESHEET,
    VERIFY_FILES,
)
from ..model.keys import Picture
from ..model.problems import ContentError
from ..progress import progress
from ..reading.scan import is_pelicans
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from .articles import EntryArticle
from .assets import FAVICON
from .edition import Edition, read_content, stopping
from .guest import (
    keep_places,
    others_in,
    stop_at_dead_links,
    stop_at_taken_addresses,
    with_incidents,
)
from .inputs import Inputs
from .join import Join
from .last_look import look_once_more
from .pages import PageWriter, by_date, pages
from .publishing import publication
from .search_index import write_index

_ATTACHES = re.compile(r"[{|]attach[}|]")


class GuestGenerator(Generator):  # type: ignore[misc]  # Pelican has no types
    """Writes incidents and what belongs to them. Runs after Pelican's articles and pages."""

    pelican: ClassVar[Pelican]
    edition: Edition
    inputs: Inputs
    published: Publication | None
    renditions: list[Rendition]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.categories: list[Any] = []  # of ours: none is in Pelican's lists
        self.tags: dict[Any, Any] = {}
        super().__init__(*args, **kwargs)
        self.edition = read_content(self.pelican.newsroom_build, self)
        self.pelican.newsroom_edition = self.edition

    def generate_context(self) -> None:
        """Make articles of the entries, and plan what machines read."""
        edition, context = self.edition, self.context
        others = self.look_around()
        join = Join(self, edition)
        join.make_all()
        for entry in edition.view.everything:
            join.articles[entry.model.path].entry = entry
        context["newsroom"], context["newsroom_assets"] = edition.view, edition.assets
        context["words"] = edition.presenter.words  # a page in another language has its own
        self.fit_in(join)
        shown = (page.path for page in edition.newsroom.pages if page.status != "skip")
        for path in (*shown, *join.articles):  # Pelican may have dropped a page of its own
            found = context["generated_content"].get(path)
            edition.promised[path] = found.save_as if found else ""
        self.renditions = self._make_renditions()
        self.published = publication(self, edition)
        without = set() if edition.view.has_search else {*SEARCH_FILES}
        without |= set() if edition.settings.stylesheet else {STYLESHEET}
        if edition.settings.is_guest:
            without |= {FAVICON, *(() if edition.view.has_keys else VERIFY_FILES)}
        edition.assets.find(self._template_sources(), without)
        # Keyed by output file, so that pages that Pelican writes find their heads, too.
        context["newsroom_heads"] = self.published.heads if self.published else {}
        principles = self.published.site.principles if self.published else ""
        view = edition.view
        menu = (view.has_search, view.has_keys, view.has_goals, view.has_categories)
        said = (*map(str, menu), principles)
        self.inputs = Inputs(edition, context, others, *said)

    def look_around(self) -> Mapping[str, str]:
        """Return the digests of what Pelican has read. Raises ContentError if any of it is ours."""
        return others_in(self.edition, self.context)

    def fit_in(self, join: Join) -> None:
        """Put the incidents into the menu. Raises ContentError for a link to no page."""
        stop_at_dead_links(self.edition, self.context)
        items = [*(self.context.get("MENUITEMS") or ())]
        self.context["MENUITEMS"] = with_incidents(items, *self.menu()[0])

    def menu(self) -> list[tuple[str, str]]:
        """Return names and URLs for the menus of themes."""
        say, root = self.edition.presenter.words.say, self.context["SITEURL"]
        places = ((say("Incidents"), INCIDENTS), (say("Posts"), POSTS), (say("Media"), MEDIA))
        return [(name, f"{root}/{url}") for name, url in places]

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
        """Yield the source of every template, leaving out files that are not text."""
        for name in self.env.list_templates():
            with suppress(UnicodeDecodeError):  # if a page uses it, Pelican reports the error
                yield self.env.loader.get_source(self.env, name)[0]

    def generate_output(self, writer: Writer) -> None:
        """Write what is ours, now that Pelican has written its own pages.

        Those who come after see the incidents as articles. Raises ContentError for an address
        of ours that is taken.
        """
        keep_places(self.edition, self.context)
        contents, settings = self.context["generated_content"], self.edition.settings
        attach(found for path, found in contents.items() if not is_pelicans(path, settings))
        stop_at_taken_addresses(self.edition, self.context)
        self.write(writer)
        articles = [*self.context["articles"], *self.articles]
        self.context["articles"] = by_date(articles, newest_first=True)

    def write(self, writer: Writer) -> None:
        """Write the pages, feeds and other files that are not kept from the last build."""
        edition, build, output = self.edition, self.edition.build, Path(self.output_path)
        look_once_more(edition, self)
        pages_of_ours = PageWriter(build, self, writer, self.inputs)
        if not build.keeps_all(self.inputs.whole):
            for page in pages(self, edition, self.inputs):
                pages_of_ours.write(page)
            if self.published:
                self._write_files(self.published)
        build.make_all()
        edition.assets.write(output)
        if edition.view.has_search:
            lang = edition.view.languages.site
            write_index(search_records(edition.view), output / PAGEFIND, lang)
        key = edition.settings.indexnow_key
        if key and edition.settings.site_url:  # search engines ask for it at a fixed place
            build.write(f"{key}.txt", key.encode())
        for rendition in self.renditions:
            build.write(rendition.path, kept(rendition.kept))

    def _write_files(self, published: Publication) -> None:
        """Write feeds, sitemaps, texts and the like, and share images beside their pages.

        A file of the same name that the site's own static folders hold stays.
        """
        build, inputs = self.edition.build, self.inputs
        taken = {file.save_as for file in self.context["static_content"].values()}

        def put(file: SiteFile) -> list[str]:
            return [build.write(file.path, file.make())]

        def draw(images: ShareImages, page: EntryView | IncidentView) -> list[str]:
            card = images.of(page)
            assert card.text, "what is drawn says something"
            return [build.write(card.path, images.cards.draw(card.text))]

        for file in published.files():
            if file.path not in taken:
                made_of = inputs.of(file.said, *map(inputs.about, file.about))
                build.make(file.path, made_of, partial(put, file))
        if images := published.images:
            for page in published.drawn:
                made_of = inputs.of(inputs.about(page))
                build.make(f"share image of {page.url}", made_of, partial(draw, images, page))


class NewsroomGenerator(GuestGenerator, ArticlesGenerator):  # type: ignore[misc]
    """Writes the whole newsroom, in the place of Pelican's generator of articles."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Pelican's own generator runs, too, until `take_the_place` removes it: let it find nothing.
        self.settings["ARTICLE_PATHS"] = []

    def look_around(self) -> Mapping[str, str]:
        """Return nothing: all that there is has been scanned."""
        return {}

    def fit_in(self, join: Join) -> None:
        """Fit the pages, propose a menu, and file the articles as Pelican does."""
        for page in (*self.context["pages"], *self.context["hidden_pages"]):
            for version in (page, *page.translations):
                join.fit_page(version)
        self.context.setdefault("MENUITEMS", self.menu())
        signals.article_generator_pretaxonomy.send(self)
        self._file()
        signals.article_generator_finalized.send(self)

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
        self.dates = by_date(self.articles, self.settings["NEWEST_FIRST_ARCHIVES"])
        self.period_archives = self._build_period_archives(self.dates, (), self.settings)
        places = {id(article): place for place, article in enumerate(self.articles)}
        for period in (each for periods in self.period_archives.values() for each in periods):
            period["articles"] = sorted(period["dates"], key=lambda each: places[id(each)])
        reverse = self.settings["REVERSE_CATEGORY_ORDER"]
        self.categories = sorted(categories.items(), reverse=reverse)
        self.authors = sorted(authors.items())
        names = ("articles", "drafts", "hidden_articles", "dates", "tags", "categories")
        self._update_context((*names, "authors", "related_posts", "period_archives"))

    def generate_output(self, writer: Writer) -> None:
        """Write everything, and tell other plugins as Pelican's generator does."""
        self.write(writer)
        signals.article_writer_finalized.send(self, writer=writer)


def attach(contents: Iterable[Content | None]) -> None:
    """Resolve ``{attach}`` links, which moves their files, before anything asks for their URLs."""
    for content in contents:
        if isinstance(content, EntryArticle) and not content.newsroom_changed:
            found = bool(_ATTACHES.search(content.entry.model.body.text))
        else:
            found = content is not None and bool(_ATTACHES.search(content._content))
        if content is not None and found:
            content.content  # noqa: B018  (Pelican moves the file as a side effect)
