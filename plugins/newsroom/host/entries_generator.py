"""The generator of entries, in the place of Pelican's own generator of articles.

Pelican's would read headers in its own way, and look through all articles for each of them.
This one leaves in the context what themes and other plugins look for there.
"""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any, ClassVar

from pelican import signals
from pelican.generators import ArticlesGenerator, PelicanTemplateNotFound
from pelican.readers import default_metadata, parse_path_metadata, path_metadata
from pelican.writers import Writer

from ..model.problems import Problem
from ..view.newsroom_view import NewsroomView
from ..view.pictures import BodyPictures
from .articles import EntryArticle
from .edition import Edition, Page
from .join import Join
from .reader import BodyReader, EntryReader
from .scanning import read_content

NOT_READ = (
    "Pelican could not read this file: see its message above, or your IGNORE_FILES and READERS"
)


class EntriesGenerator(ArticlesGenerator):  # type: ignore[misc]  # Pelican has no types
    """Makes articles of entries, and writes their pages and the lists of them."""

    edition: ClassVar[Edition]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_content(self.edition, self)
        self.readers.readers["md"] = EntryReader(self.settings)
        # Pelican's own generator is there until ours takes its place: it finds nothing.
        self.settings["ARTICLE_PATHS"] = []

    def generate_context(self) -> None:
        """Read the bodies, make articles of them and of the scan, and file those."""
        edition = self.edition
        newsroom, presenter = edition.newsroom, edition.presenter
        reader = BodyReader(
            self.readers, Path(self.path), self.settings, edition.build, edition.sources
        )
        edition.bodies = reader.read_all(newsroom.by_path)
        if lost := newsroom.by_path.keys() - edition.bodies.keys():
            edition.stop(Problem(path, 1, "unread", NOT_READ) for path in sorted(lost))
        articles = {path: self._article(path, reader) for path in newsroom.by_path}
        edition.pictures = BodyPictures(Path(self.path), presenter.renditions)
        join = Join(self, newsroom, presenter, edition.pictures, articles)
        for path, article in articles.items():
            join.name(article, newsroom.by_path[path])
            signals.content_object_init.send(article)
            self.add_source_path(article)
        self.context["static_links"] |= join.static_links()
        join.set_bodies_in()
        join.name_targets()
        join.sort()
        self._show(articles)
        signals.article_generator_pretaxonomy.send(self)
        self._file()
        signals.article_generator_finalized.send(self)

    def check_disabled_readers(self) -> None:
        """Do nothing: the scan has found the files."""

    def _article(self, path: str, reader: BodyReader) -> EntryArticle:
        """Make an article, and tell other plugins as Pelican's readers do."""
        signals.article_generator_preread.send(self)
        metadata = {
            **default_metadata(self.settings),
            **path_metadata(f"{self.path}/{path}", path, self.settings),
            **parse_path_metadata(path, self.settings),
            "reader": "markdown",
        }
        if not metadata.get("category"):  # an empty DEFAULT_CATEGORY is none
            metadata.pop("category", None)
        signals.article_generator_context.send(self, metadata=metadata)
        read, days = self.edition.bodies[path], self.edition.presenter
        lang = self.edition.newsroom.by_path[path].lang
        return EntryArticle(
            path,
            read,
            reader.html,
            metadata,
            self.settings,
            self.context,
            days.speaking(lang).words.day,
        )

    def _show(self, articles: Mapping[str, EntryArticle]) -> None:
        """Put into the context what templates of ours look for."""
        edition, context = self.edition, self.context
        view = edition.view = NewsroomView(edition.presenter)
        for entry in view.everything:
            articles[entry.model.path].entry = entry
        context["newsroom"] = view
        context["words"] = edition.presenter.words  # a page in another language has its own

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
        self.dates = self._by_date(self.articles)
        self.period_archives = self._build_period_archives(self.dates, self.articles, self.settings)
        reverse = self.settings["REVERSE_CATEGORY_ORDER"]
        self.categories = sorted(categories.items(), reverse=reverse)
        self.authors = sorted(authors.items())
        names = ("articles", "drafts", "hidden_articles", "dates", "tags", "categories")
        self._update_context((*names, "authors", "related_posts"))
        self.context["period_archives"] = self.period_archives

    def _by_date(self, articles: Sequence[EntryArticle]) -> list[EntryArticle]:
        newest_first = bool(self.settings["NEWEST_FIRST_ARCHIVES"])
        return sorted(articles, key=attrgetter("date"), reverse=newest_first)

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

    def generate_output(self, writer: Writer) -> None:
        """Write the entries' pages and the lists, or keep them."""
        edition = self.edition
        edition.begin_output(self, writer)
        for page in () if edition.unchanged else self._pages():
            edition.write(self, writer, page)
        signals.article_writer_finalized.send(self, writer=writer)

    def _pages(self) -> Iterator[Page]:
        yield from self._of_articles()
        yield from self._of_periods()
        yield from self._direct()
        for kind, labels in (("tag", self.tags.items()), ("category", self.categories)):
            for label, articles in labels:
                if label.slug:  # a name of signs alone has no place for a page
                    yield self._list(kind, label, articles)

    def _of_articles(self) -> Iterator[Page]:
        inputs = self.edition.inputs
        for articles in (
            self.translations,
            self.articles,
            self.hidden_translations,
            self.hidden_articles,
        ):
            for article in articles:
                signals.article_generator_write_article.send(self, content=article)
                category = getattr(article, "category", None)
                variables = {"article": article, "category": category, "blog": True}
                said = (inputs.entry(article.relative_source_path),)
                yield Page(
                    article.save_as, article.url, article.template, said, variables, override=True
                )

    def _of_periods(self) -> Iterator[Page]:
        try:
            self.get_template("period_archives")
            template = "period_archives"
        except PelicanTemplateNotFound:
            template = "archives"
        for periods in self.period_archives.values():
            for period in periods:
                yield self._listing(
                    period["save_as"],
                    period["url"],
                    template,
                    "period_archives",
                    period["articles"],
                    {name: period[name] for name in ("dates", "period", "period_num")},
                )

    def _direct(self) -> Iterator[Page]:
        """Yield the lists that settings name; of a theme's own, nobody knows what it shows."""
        settings = self.settings
        for name in settings["DIRECT_TEMPLATES"]:
            save_as = settings.get(f"{name.upper()}_SAVE_AS", f"{name}.html")
            url = settings.get(f"{name.upper()}_URL", f"{name}.html")
            variables = {
                "articles": self.articles,
                "dates": self.dates,
                "blog": True,
                "page_name": posixpath.splitext(save_as)[0],
            }
            said = (self.edition.whole,)
            yield Page(save_as, url, name, said, variables, paginated=name)

    def _list(self, kind: str, label: Any, articles: list[EntryArticle]) -> Page:
        """Return a tag's or a category's list."""
        variables = {kind: label, "page_name": label.page_name, "dates": self._by_date(articles)}
        return self._listing(label.save_as, label.url, kind, kind, articles, variables)

    def _listing(
        self,
        save_as: str,
        url: str,
        template: str,
        paginated: str,
        articles: list[EntryArticle],
        variables: dict[str, Any],
    ) -> Page:
        """Return a page that lists articles: it is made of their entries."""
        label = variables.get(paginated)
        said = [f"{label and label.name} {label and label.slug} {variables.get('period')}"]
        said += (self.edition.inputs.entry(article.relative_source_path) for article in articles)
        shown = {"articles": articles, "blog": True, **variables, "all_articles": self.articles}
        return Page(save_as, url, template, said, shown, paginated=paginated)
