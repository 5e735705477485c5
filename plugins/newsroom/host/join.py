"""Makes Pelican articles of entries, with the attributes that Pelican and its themes expect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from markupsafe import Markup, escape
from pelican import signals
from pelican.contents import Page
from pelican.generators import ArticlesGenerator
from pelican.readers import default_metadata, parse_path_metadata, path_metadata
from pelican.urlwrappers import Author, Category, Tag, URLWrapper

from ..model.addresses import (
    INCIDENTS,
    author_url,
    citation_id,
    entry_url,
    file_of,
    goal_url,
)
from ..model.attachment import Recording
from ..model.citation import Citation
from ..model.entry import Entry
from ..model.moment import instant
from ..view.markup import set_in
from ..view.pictures import leading_html
from .articles import ROOT, EntryArticle
from .edition import Edition

# A body without any of these names no file. A regular expression is twenty times slower.
_FILE = ("static}", "static|", "attach}", "attach|", "![", "<img")
TEMPLATES = {"statement": "newsroom/entry", "follow-up": "newsroom/entry", "post": "newsroom/post"}


@dataclass(frozen=True)
class Join:
    """One build's articles, by the path of their file."""

    generator: ArticlesGenerator
    edition: Edition
    articles: dict[str, EntryArticle] = field(default_factory=dict)
    _labels: dict[tuple[type, str], URLWrapper] = field(default_factory=dict, repr=False)

    def make_all(self) -> None:
        """Make the articles, tell other plugins as Pelican's readers do, and list them."""
        for entry in self.edition.newsroom.entries:
            article = self._article(entry)
            self.articles[entry.path] = article
            self.generator.context["generated_content"][entry.path] = article
            signals.content_object_init.send(article)
        self.generator.context["static_links"] |= self._static_links()
        self._set_bodies_in()
        self._name_targets()
        self._sort()

    def _article(self, entry: Entry) -> EntryArticle:
        """Make an article of an entry."""
        generator, edition = self.generator, self.edition
        settings, presenter = generator.settings, edition.presenter
        is_guest = presenter.settings.is_guest
        if not is_guest:
            signals.article_generator_preread.send(generator)
        metadata: dict[str, Any] = {
            **default_metadata(settings),
            **path_metadata(f"{generator.path}/{entry.path}", entry.path, settings),
            **parse_path_metadata(entry.path, settings),
            "reader": "markdown",
            "summary": edition.converted.summaries[entry.path],
            "title": str(escape(presenter.title(entry))),  # by Pelican's custom, it is HTML
        }
        usual = metadata.pop("category", "")  # as a guest, Pelican's own, or a folder's name
        if category := entry.category or ("" if is_guest else usual):
            metadata["category"] = self._label(Category, category)
        elif is_guest:  # plugins count on one; this is the list that has them
            ours = {"CATEGORY_URL": INCIDENTS, "CATEGORY_SAVE_AS": file_of(INCIDENTS)}
            metadata["category"] = Category(presenter.words.say("Incidents"), settings | ours)
        if not is_guest:
            signals.article_generator_context.send(generator, metadata=metadata)
        html, words = partial(self._written, entry), presenter.speaking(entry.lang)
        article = EntryArticle(entry.path, html, words.words, metadata, settings, generator.context)
        original, zone = edition.newsroom.original_of(entry), presenter.settings.zone
        article.slug, article.lang = original.slug, entry.lang
        article.in_default_lang = entry.lang == settings["DEFAULT_LANG"]
        article.date = instant(entry.date.astimezone(zone))
        if entry.modified:
            article.modified = instant(max(entry.date, entry.modified.at).astimezone(zone))
        article.status = "hidden" if entry.status == "hidden" else "published"
        article.override_url = entry_url(entry, original)
        article.override_save_as = file_of(article.override_url)
        article.template = TEMPLATES[entry.kind]
        article.authors = [self._author(name) for name in entry.authors]
        article.author = article.authors[0] if article.authors else None
        article.tags = [self._label(Tag, tag) for tag in entry.tags]
        return article

    def _written(self, entry: Entry) -> str:
        return leading_html(entry.image) + self.edition.converted.html(entry.path)

    def _author(self, name: str) -> Author:
        """Return Pelican's author, with the slug of the profile's file."""
        author = self._label(Author, name)
        if profile := self.edition.newsroom.by_name.get(name):
            author.slug = profile.slug
        return author

    def _label(self, kind: type[URLWrapper], name: str) -> URLWrapper:
        """Return Pelican's author, category or tag: one object for each name."""
        if (kind, name) not in self._labels:
            self._labels[kind, name] = kind(name, self.generator.settings)
        return self._labels[kind, name]

    def _set_bodies_in(self) -> None:
        """Give each article its way to make a body: with citations, or a notice of withdrawal."""
        for entry in self.edition.newsroom.entries:
            article = self.articles[entry.path]
            if self.edition.presenter.withdrawal(entry):
                article._summary = article.metadata["summary"] = self._body(entry)[0]
            elif entry.path in self._may_name_files:
                self.edition.pictures.look_through(article.newsroom_written, entry.path)
            article.newsroom_body = partial(self._body, entry)

    def _body(self, entry: Entry) -> tuple[str, str]:
        """Return a body with its citations, and the one for feeds; empty if that is the same."""
        presenter = self.edition.presenter.speaking(entry.lang)
        if gone := presenter.withdrawal(entry):
            return self._macro("withdrawal", "notice", gone, presenter.words), ""
        original = self.edition.newsroom.original_of(entry)
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

        written = self.edition.pictures.fit(self.articles[entry.path].newsroom_written, entry.path)
        how = (presenter.words, entry.lang, entry.kind == "follow-up")
        written = self._fit(written, entry.path, entry.lang)
        body = set_in(written, figure, place, *how)
        # A feed reader may show at once what our pages keep behind a click.
        if any(stem in shown and shown[stem].warning for stem in entry.body.cites):
            return body, set_in(written, away, place, *how)
        return body, ""

    @cached_property
    def _citations(self) -> Mapping[str, list[Citation]]:
        """Citations by their incident."""
        found: dict[str, list[Citation]] = defaultdict(list)
        for citation in self.edition.newsroom.citations:
            found[citation.incident].append(citation)
        return found

    def _macro(self, template: str, name: str, *arguments: object) -> str:
        """Render one of the partials, which a theme may have replaced."""
        module = self.generator.get_template(f"newsroom/_{template}").module
        return str(getattr(module, name)(*arguments)).strip()

    def _static_links(self) -> set[str]:
        """Return public files: screenshots, photos, and what bodies link that are not withdrawn."""
        newsroom = self.edition.newsroom
        links = {path for file, body in newsroom.bodies for path in newsroom.files_of(file, body)}
        for entry in newsroom.entries:
            # Pelican finds more of them than the rules, such as in a comment, but misses names
            # that HTML escapes.
            if entry.path in self._may_name_files and not newsroom.withdrawal(entry):
                links |= self.articles[entry.path].get_static_links()
        for page in newsroom.pages:
            links |= {page.image.link.target_from(page.path)} if page.image else set()
        shots = (citation.screenshot for citation in self.edition.newsroom.citations)
        photos = (author.photo for author in self.edition.newsroom.authors)
        return links | {picture.path for picture in (*shots, *photos) if picture}

    @cached_property
    def _may_name_files(self) -> Set[str]:
        """The paths of entries whose bodies may show or link to files, in whatever part."""
        named = {
            entry.path
            for entry in self.edition.newsroom.entries
            for text in [entry.body.text.lower()]
            if entry.image or any(sign in text for sign in _FILE)
        }
        return named | {path for path, each in self.articles.items() if each.newsroom_changed}

    def _name_targets(self) -> None:
        """Let ``{filename}`` lead to incidents (by folder), authors and goals too."""
        newsroom, presenter = self.edition.newsroom, self.edition.presenter

        def dressed(path: str) -> str:
            return self._fit(self.edition.converted.html(path), path, presenter.settings.lang)

        for incident in newsroom.incidents:
            for lang in newsroom.languages_of(incident):
                url = self.edition.presenter.incident_page(incident.id, lang)
                for path in (url.rstrip("/"), url):
                    self._target(path, incident.name, url)
        for author in newsroom.authors:
            self._target(author.path, author.name, author_url(author.slug), dressed(author.path))
        for goal in newsroom.goals:
            self._target(goal.path, goal.title, goal_url(goal.slug), dressed(goal.path))

    def fit_page(self, page: Page) -> None:
        """Fit the body of one of Pelican's pages, as those of entries are."""
        path, pictures = page.relative_source_path, self.edition.pictures
        shown = {each.path: each.image for each in self.edition.newsroom.pages}
        leading = pictures.fit(leading_html(shown.get(path)), path, with_renditions=False)
        page._content = leading + self._fit(page._content, path, page.lang)

    def _fit(self, html: str, path: str, lang: str) -> str:
        """Set documents and recordings into a body."""
        presenter = self.edition.presenter.speaking(lang)

        def player(recording: Recording, name: str, caption: Markup) -> str:
            view = presenter.recording(recording, name, path, lang)
            return self._macro("recording", "player", view, ROOT, caption)

        return presenter.attached.fit(html, path, presenter.words, lang, player)

    def _target(self, path: str, title: str, url: str, html: str = "") -> None:
        settings, context = self.generator.settings, self.generator.context
        page = Page(
            html,
            metadata={"title": title, "url": url, "save_as": file_of(url), "slug": path},
            settings=settings,
            source_path=f"{self.generator.path}/{path}",
            context=context,
        )
        context["generated_content"][path] = page
        context["static_links"] |= page.get_static_links()

    def _sort(self) -> None:
        """Give Pelican its lists of articles; files of one name are translations of each other."""
        generator, newsroom = self.generator, self.edition.newsroom
        order = sorted(newsroom.entries, key=lambda entry: (entry.date, entry.path), reverse=True)
        versions: dict[str, list[EntryArticle]] = defaultdict(list)
        for entry in order:
            versions[entry.translates or entry.path].append(self.articles[entry.path])
        for group in versions.values():
            for article in group:
                article.translations = [other for other in group if other is not article]
        filed: dict[tuple[bool, bool], list[EntryArticle]] = defaultdict(list)
        for entry in order:
            filed[newsroom.is_listed(entry), bool(entry.translates)].append(
                self.articles[entry.path]
            )
        generator.articles, generator.translations = filed[True, False], filed[True, True]
        generator.hidden_articles = filed[False, False]
        generator.hidden_translations = filed[False, True]
