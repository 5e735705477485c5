"""Which pages there are of the newsroom, each with its template and what it is made of."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pelican import signals
from pelican.generators import ArticlesGenerator

from ..model.addresses import AUTHORS, CORRECTIONS, GOALS, SEARCH, alias_file, file_of
from .articles import EntryArticle
from .edition import Edition
from .inputs import Inputs
from .writing import Page

SINGLE = {
    "": "home",
    AUTHORS: "authors",
    GOALS: "goals",
    CORRECTIONS: "corrections",
    "404.html": "404",
}


def pages(
    generator: ArticlesGenerator, edition: Edition, inputs: Inputs, has_aliases: bool
) -> Iterator[Page]:
    """Yield every page of the newsroom."""
    yield from _of_entries(generator, inputs)
    yield from _lists_of_entries(generator, inputs)
    view, lists, whole = edition.view, edition.view.lists, (inputs.whole,)
    for url, name in (SINGLE | ({SEARCH: "search"} if view.has_search else {})).items():
        yield _page(url, name, whole)
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
    for entry in edition.newsroom.entries if has_aliases else ():
        target = generator.context["generated_content"][entry.path]
        for alias in map(alias_file, entry.aliases):
            said = [inputs.entry(entry.path)]
            yield Page(alias, alias, "newsroom/alias", said, {"target": target})


def _page(url: str, name: str, said: Iterable[str], **variables: Any) -> Page:
    """Return a page with one of our own templates."""
    return Page(file_of(url), url, f"newsroom/{name}", said, variables)


def _of_entries(generator: ArticlesGenerator, inputs: Inputs) -> Iterator[Page]:
    for articles in (
        generator.translations,
        generator.articles,
        generator.hidden_translations,
        generator.hidden_articles,
    ):
        for article in articles:
            signals.article_generator_write_article.send(generator, content=article)
            category = getattr(article, "category", None)
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
    for kind, labels in (("tag", generator.tags.items()), ("category", generator.categories)):
        for label, articles in labels:
            if label.slug:  # a name of signs alone has no place for a page
                shown = {kind: label, "articles": articles, "dates": by_date(generator, articles)}
                shown["page_name"] = label.page_name
                yield listing(label.url, label.save_as, kind, shown)
    settings = generator.settings
    for name in settings["DIRECT_TEMPLATES"]:  # of a theme's own, nobody knows what it shows
        save_as = settings.get(f"{name.upper()}_SAVE_AS", f"{name}.html")
        url = settings.get(f"{name.upper()}_URL", f"{name}.html")
        shown = {"articles": generator.articles, "dates": generator.dates, "blog": True}
        shown["page_name"] = posixpath.splitext(save_as)[0]
        yield Page(save_as, url, name, (inputs.whole,), shown, paginated=name)


def by_date(generator: ArticlesGenerator, articles: Iterable[EntryArticle]) -> list[EntryArticle]:
    """Sort articles as Pelican's archives do."""
    newest_first = bool(generator.settings["NEWEST_FIRST_ARCHIVES"])
    return sorted(articles, key=lambda article: article.date, reverse=newest_first)
