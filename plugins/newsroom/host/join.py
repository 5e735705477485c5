"""Articles joined to our entries: what a header says, where Pelican and its themes look for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TypeVar

from markdown import Markdown
from markupsafe import Markup, escape
from pelican.contents import Page
from pelican.generators import ArticlesGenerator
from pelican.urlwrappers import Author, Category, Tag, URLWrapper

from ..model.addresses import author_url, citation_id, entry_url, file_of, goal_url
from ..model.citation import Citation
from ..model.entry import Entry
from ..model.moment import instant
from ..model.newsroom import Newsroom
from ..view.context import ViewContext
from ..view.markup import set_in
from ..view.pictures import BodyPictures
from .articles import ROOT, EntryArticle

TEMPLATES = {"statement": "newsroom/entry", "follow-up": "newsroom/entry", "post": "newsroom/post"}
Label = TypeVar("Label", bound=URLWrapper)


@dataclass(frozen=True)
class Join:
    """One build's joining of articles, by the path of their file, to a newsroom."""

    generator: ArticlesGenerator
    newsroom: Newsroom
    presenter: ViewContext
    pictures: BodyPictures
    articles: Mapping[str, EntryArticle]
    _labels: dict[tuple[type, str], URLWrapper] = field(default_factory=dict, repr=False)

    def name(self, article: EntryArticle, entry: Entry) -> None:
        """Put what our header says where Pelican and its themes look for it."""
        original, zone = self.newsroom.original_of(entry), self.presenter.settings.zone
        # By Pelican's custom, a title is HTML.
        article.title = article.metadata["title"] = str(escape(self.presenter.title(entry)))
        article.slug = original.slug
        article.lang = entry.lang
        article.in_default_lang = entry.lang == self.generator.settings["DEFAULT_LANG"]
        article.date = instant(entry.date.astimezone(zone))
        if entry.modified:
            article.modified = instant(max(entry.date, entry.modified.at).astimezone(zone))
        article.status = "hidden" if entry.status == "hidden" else "published"
        article.override_url = entry_url(entry, original)
        article.override_save_as = file_of(article.override_url)
        article.template = TEMPLATES[entry.kind]
        article.authors = [self._author(name) for name in entry.authors]
        article.author = article.authors[0] if article.authors else None
        article.tags = [self.label(Tag, tag) for tag in entry.tags]
        if category := entry.category or article.metadata.get("category"):
            article.category = article.metadata["category"] = self.label(Category, category)

    def set_bodies_in(self) -> None:
        """Say how each body is made: with its citations, or, withdrawn, as a notice."""
        for path, entry in self.newsroom.by_path.items():
            article = self.articles[path]
            presenter = self.presenter.speaking(entry.lang)
            if gone := presenter.withdrawal(entry):
                notice = self._macro("withdrawal", "notice", gone, presenter.words)
                article.newsroom_body = partial(_twice, notice)
                article._summary = article.metadata["summary"] = notice
                continue
            if article.newsroom_read.is_pictured or article.newsroom_changed:
                self.pictures.look_through(article.newsroom_written, path)
            article.newsroom_body = partial(
                self._body, article, entry, self.newsroom.original_of(entry)
            )

    def _author(self, name: str) -> Author:
        """Return Pelican's author, with the slug of the profile's file."""
        is_known = (Author, name) in self._labels
        author = self.label(Author, name)
        if not is_known and (profile := self.newsroom.by_name.get(name)):
            author.slug = profile.slug
        return author

    def label(self, kind: type[Label], name: str) -> Label:
        """Return Pelican's author, category or tag: one object for each name."""
        found = self._labels.get((kind, name))
        if not isinstance(found, kind):
            found = self._labels[kind, name] = kind(name, self.generator.settings)
        assert isinstance(found, kind)
        return found

    def _body(self, article: EntryArticle, entry: Entry, original: Entry) -> tuple[str, str]:
        """Make a body with its citations set in; and for readers elsewhere, if that is another."""
        presenter = self.presenter.speaking(entry.lang)
        shown = {citation.stem: citation for citation in self._citations.get(original.incident, ())}

        def figure(stem: str) -> str:
            if stem not in shown:  # only a draft gets this far
                return str(Markup("<p>[{}: no such citation]</p>").format(stem))
            view = presenter.citation(shown[stem], entry.lang, within=entry.lang)
            return self._macro("citation", "figure", view, ROOT)

        def place(stem: str) -> str:
            page = presenter.incident_page(original.incident, entry.lang)
            return f"{{filename}}/{page.rstrip('/')}#{citation_id(stem)}"

        def away(stem: str) -> str:
            if stem not in shown or not shown[stem].warning:
                return figure(stem)
            view = presenter.citation(shown[stem], entry.lang, within=entry.lang)
            return self._macro("citation_away", "figure", view, place(stem))

        written = self.pictures.fit(article.newsroom_written, entry.path)
        how = (presenter.words, entry.lang, entry.kind == "follow-up")
        body = set_in(written, figure, place, *how)
        # A feed reader may show at once what our pages keep behind a click.
        if any(stem in shown and shown[stem].warning for stem in entry.body.cites):
            return body, set_in(written, away, place, *how)
        return body, ""

    @cached_property
    def _citations(self) -> Mapping[str, tuple[Citation, ...]]:
        """Citations by their incident."""
        found: dict[str, tuple[Citation, ...]] = {}
        for citation in self.newsroom.citations:
            found[citation.incident] = (*found.get(citation.incident, ()), citation)
        return found

    def _macro(self, template: str, name: str, *arguments: object) -> str:
        """Render one of the partials, which a theme may have replaced."""
        module = self.generator.get_template(f"newsroom/_{template}").module
        return str(getattr(module, name)(*arguments)).strip()

    def static_links(self) -> set[str]:
        """Return public files: screenshots, photos, and what bodies link, but withdrawn ones."""
        links: set[str] = set()
        for path, entry in self.newsroom.by_path.items():
            if not self.newsroom.withdrawal(entry):
                links.update(self.articles[path].get_static_links())
                # Pelican misses names that HTML escapes.
                links |= {link.target_from(path) for link in entry.body.links if link.is_file}
        shots = (citation.screenshot for citation in self.newsroom.citations)
        photos = (author.photo for author in self.newsroom.authors)
        return links | {picture.path for picture in (*shots, *photos) if picture}

    def name_targets(self) -> None:
        """Let ``{filename}`` lead to incidents (by folder), authors and goals too."""
        for incident in self.newsroom.incidents:
            for lang in self.newsroom.languages_of(incident):
                url = self.presenter.incident_page(incident.id, lang)
                for path in (url.rstrip("/"), url):
                    self._target(path, incident.name, url)
        for author in self.newsroom.authors:
            self._target(author.path, author.name, author_url(author.slug), author.biography.text)
        for goal in self.newsroom.goals:
            self._target(goal.path, goal.title, goal_url(goal.slug), goal.body.text)

    def _target(self, path: str, title: str, url: str, text: str = "") -> None:
        settings, context = self.generator.settings, self.generator.context
        page = Page(
            # An empty line first, or what looks like a header would be taken for one.
            Markdown(**settings["MARKDOWN"]).convert(f"\n{text}") if text.strip() else "",
            metadata={"title": title, "url": url, "save_as": file_of(url), "slug": path},
            settings=settings,
            source_path=f"{self.generator.path}/{path}",
            context=context,
        )
        context["generated_content"][path] = page
        context["static_links"] |= page.get_static_links()

    def sort(self) -> None:
        """Give Pelican its lists, translations paired by our files' names."""
        generator, newsroom = self.generator, self.newsroom
        order = sorted(newsroom.entries, key=lambda entry: (entry.date, entry.path), reverse=True)
        versions: dict[str, list[EntryArticle]] = {}
        for entry in order:
            path = entry.translates or entry.path
            versions.setdefault(path, []).append(self.articles[entry.path])
        for group in versions.values():
            for article in group:
                article.translations = [other for other in group if other is not article]
        listed = [entry for entry in order if newsroom.is_listed(entry)]
        hidden = [entry for entry in order if not newsroom.is_listed(entry)]
        generator.articles, generator.translations = self._split(listed)
        generator.hidden_articles, generator.hidden_translations = self._split(hidden)

    def _split(self, entries: Iterable[Entry]) -> tuple[list[EntryArticle], list[EntryArticle]]:
        originals: list[EntryArticle] = []
        translations: list[EntryArticle] = []
        for entry in entries:
            (translations if entry.translates else originals).append(self.articles[entry.path])
        return originals, translations


def _twice(notice: str) -> tuple[str, str]:
    return notice, ""
