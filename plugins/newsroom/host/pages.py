"""Which pages there are of the newsroom, what each is made of, and how it is written or kept.

Pages of other generators are Pelican's, in every build.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pelican import signals
from pelican.generators import ArticlesGenerator, Generator
from pelican.writers import Writer

from ..incremental.build import Build
from ..incremental.templates import ANYTHING, Looks
from ..incremental.trust import listener, own_code
from ..model.addresses import CORRECTIONS, GOALS, SEARCH, SINGLE, VERIFY, alias_file, file_of
from .articles import EntryArticle
from .edition import Edition
from .inputs import Inputs

# Names, other than settings, that any template may use: their values are in all pages' inputs.
USUAL = {
    "pages", "words", "localsiteurl", "output_file", "newsroom_assets", "newsroom_policy",
    "MENUITEMS",
    *(f"newsroom.{name}" for name in (
        "company", "name", "site_url", "contact", "is_preview", "poll_seconds", "has_search",
        "has_keys", "has_goals", "has_categories", "languages",
    )),
}  # fmt: skip
# Names whose values come from the content: a page that uses one is made anew at any change of it.
CONTENT = {
    "articles", "drafts", "hidden_articles", "dates", "tags", "categories", "authors",
    "related_posts", "period_archives", "hidden_pages", "draft_pages", "generated_content",
    "static_content", "static_links", "staticfiles", "newsroom_heads", "newsroom", "all_articles",
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A page to write: its file, its template, what the template gets, and what it is made of.

    ``paginated`` is the name by which Pelican divides it.
    """

    save_as: str
    url: str
    template: str
    said: Iterable[str]
    variables: Mapping[str, Any] = field(default_factory=dict)
    paginated: str | None = None


def pages(generator: ArticlesGenerator, edition: Edition, inputs: Inputs) -> Iterator[Page]:
    """Yield every page of the newsroom."""
    view, lists, whole = edition.view, edition.view.lists, (inputs.whole,)
    single = SINGLE | ({SEARCH: "search"} if view.has_search else {})
    yield from _of_entries(generator, inputs, told=not edition.settings.is_guest)
    if edition.settings.is_guest:
        own = ((GOALS, view.goals), (CORRECTIONS, True), (VERIFY, view.has_keys))
        single = {url: SINGLE[url] for url, is_there in own if is_there}
    else:
        yield from _lists_of_entries(generator, inputs)
    for url, name in single.items():
        yield _page(url, name, whole)
    said = [inputs.about(incident) for shown in lists for incident in shown.incidents]
    for shown in lists:
        yield _page(shown.url, "incidents", said, shown=shown, lists=lists)
    filed = view.post_categories
    for posts in view.post_lists if not edition.settings.is_guest else ():
        said = [repr((filed, [(year.url, len(year.posts)) for year in posts.all_years]))]
        said += (inputs.about(post) for year in posts.years for post in year.posts)
        yield _page(posts.url, "posts", said, shown=posts, filed=filed)
    for incident in view.incident_pages:
        said = [inputs.about(incident)]
        yield _page(incident.url, "incident", said, incident=incident, words=incident.words)
    for history in view.histories:
        made_of = inputs.history(history.entry.model.path)
        yield _page(history.url, "history", made_of, history=history, words=history.words)
    for author in view.authors:
        yield _page(author.url, "author", inputs.person(author), person=author)
    for goal in view.goals:
        yield _page(goal.url, "goal", inputs.goal(goal), goal=goal)
    for entry in edition.newsroom.entries:
        target = generator.context["generated_content"][entry.path]
        for alias in map(alias_file, entry.aliases):
            said = [inputs.entry(entry.path)]
            yield Page(alias, alias, "newsroom/alias", said, {"target": target})


def _page(url: str, name: str, said: Iterable[str], **variables: Any) -> Page:
    """Return a page with one of our own templates."""
    return Page(file_of(url), url, f"newsroom/{name}", said, variables)


def _of_entries(generator: ArticlesGenerator, inputs: Inputs, told: bool) -> Iterator[Page]:
    """Yield the page of each entry, ``told`` to other plugins as Pelican tells of articles."""
    for articles in (
        generator.translations,
        generator.articles,
        generator.hidden_translations,
        generator.hidden_articles,
    ):
        for article in articles:
            if told:
                signals.article_generator_write_article.send(generator, content=article)
            # Themes link the feed of a page's category: as a guest, it does not hold this entry.
            category = getattr(article, "category", None) if told else None
            variables = {"article": article, "category": category, "blog": True}
            said = (inputs.entry(article.relative_source_path),)
            yield Page(article.save_as, article.url, article.template, said, variables)


def _lists_of_entries(generator: ArticlesGenerator, inputs: Inputs) -> Iterator[Page]:
    """Yield archives, tags, categories, and the lists that settings name."""

    def listing(url: str, save_as: str, kind: str, shown: Mapping[str, Any]) -> Page:
        """Return a page that lists articles: it is made of their entries."""
        label = shown.get(kind)
        said = [f"{label and label.name} {label and label.slug} {shown.get('period')}"]
        said += (inputs.entry(article.relative_source_path) for article in shown["articles"])
        variables = {"blog": True, **shown, "all_articles": generator.articles}
        return Page(save_as, url, kind, said, variables, paginated=kind)

    for periods in generator.period_archives.values():
        for period in periods:
            names = ("articles", "dates", "period", "period_num")
            shown = {name: period[name] for name in names}
            yield listing(period["url"], period["save_as"], "period_archives", shown)
    newest_first = bool(generator.settings["NEWEST_FIRST_ARCHIVES"])
    for kind, labels in (("tag", generator.tags.items()), ("category", generator.categories)):
        for label, articles in labels:
            if label.slug:  # a name of signs alone has no place for a page
                dates = by_date(articles, newest_first)
                shown = {kind: label, "articles": articles, "dates": dates}
                shown["page_name"] = label.page_name
                yield listing(label.url, label.save_as, kind, shown)
    settings = generator.settings
    for name in settings["DIRECT_TEMPLATES"]:  # of a theme's own, nobody knows what it shows
        save_as = settings.get(f"{name.upper()}_SAVE_AS", f"{name}.html")
        url = settings.get(f"{name.upper()}_URL", f"{name}.html")
        shown = {"articles": generator.articles, "dates": generator.dates, "blog": True}
        shown["page_name"] = posixpath.splitext(save_as)[0]
        yield Page(save_as, url, name, (inputs.whole,), shown, paginated=name)


def by_date(articles: Iterable[EntryArticle], newest_first: bool) -> list[EntryArticle]:
    """Sort articles as Pelican's archives do."""
    return sorted(articles, key=lambda article: article.date, reverse=newest_first)


class PageWriter:
    """Writes the pages of a generator."""

    def __init__(self, build: Build, generator: Generator, writer: Writer, inputs: Inputs) -> None:
        self.build, self.generator, self.writer, self.inputs = build, generator, writer, inputs
        build.because = build.because or listener() or own_code(generator.env)
        if type(writer) is not Writer:
            build.because = f"{type(writer).__qualname__} writes the pages"
        parts, own = frozenset({"newsroom"}), frozenset({"newsroom_heads"})
        self._looks = Looks(generator.env, build.cache, parts, own)
        self._further: dict[tuple[str, ...], set[str]] = {}

    def write(self, page: Page) -> None:
        """Write a page of ours, or keep it. One of TEMPLATE_PAGES at its place stays there."""
        generator = self.generator
        if (
            not page.save_as
            or page.save_as in (generator.settings["TEMPLATE_PAGES"] or {}).values()
        ):
            return
        template = generator.get_template(page.template)
        inputs = "" if self.build.because else self._inputs(page, str(template.name))
        write = partial(
            self.writer.write_file,
            page.save_as,
            template,
            generator.context,
            generator.settings["RELATIVE_URLS"],
            template_name=page.paginated,
            url=page.url,
            **page.variables,
        )
        self.build.make(page.save_as, inputs, partial(self._written_by, write))

    def _inputs(self, page: Page, template: str) -> str:
        """Return a page's inputs, by what its template looks at; empty if nobody knows them."""
        generator, kind = self.generator, (template, *page.variables)
        if kind not in self._further:
            known = {*USUAL, *page.variables, *generator.settings} - {"all_articles"}
            there = {*generator.context, ANYTHING}
            looks = self._looks.of(template) - known
            self._further[kind] = {name for name in looks if name.split(".")[0] in there}
        further = self._further[kind]
        if strange := {name for name in further if name.split(".")[0] not in CONTENT}:
            self.build.always[page.save_as] = f"its template looks at {', '.join(sorted(strange))}"
            return ""
        return self.inputs.of(*page.said, *([self.inputs.whole] if further else ()))

    def _written_by(self, write: Callable[[], None]) -> list[str]:
        """Have Pelican write a page, and return the paths written: several, if it is paginated."""
        written: list[str] = []
        folder = f"{self.build.stage.folder}/"

        def note(path: str, **_: object) -> None:
            written.append(path.removeprefix(folder))

        with signals.content_written.connected_to(note):
            write()
        return written
