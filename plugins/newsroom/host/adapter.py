"""The edge to Pelican: its articles joined to our entries by the path of their file.

Pelican reads and converts the bodies; everything else about an entry comes
from the scan, because Pelican's own reading of a header guesses where ours
reports. Runs at ``article_generator_pretaxonomy``: late enough for all
articles to be there, early enough for categories, feeds and archives to be
made of what it leaves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property, partial
from typing import Any

from markdown import Markdown
from markupsafe import Markup, escape
from pelican.contents import Article, Page
from pelican.generators import ArticlesGenerator
from pelican.urlwrappers import Author, Tag, URLWrapper
from pelican.urlwrappers import Category as PelicanCategory

from ..model.addresses import author_url, citation_id, entry_url, file_of, goal_url
from ..model.citation import Citation
from ..model.entry import Entry
from ..model.moment import instant
from ..model.newsroom import Newsroom
from ..model.problems import Problem
from ..view.context import Bodies, ViewContext
from ..view.markup import absolute, embed, set_in
from ..view.newsroom_view import NewsroomView
from ..view.parts import Category, Link
from ..view.pictures import BodyPictures

TEMPLATES = {"statement": "newsroom/entry", "follow-up": "newsroom/entry", "post": "newsroom/post"}
EMBEDDED_SHIFT = 2
ROOT = "{static}"
NOT_READ = (
    "Pelican could not read this file: see its message above, or your IGNORE_FILES and READERS"
)
_SRCSET = re.compile(r'\bsrcset="[^"]*"')


@dataclass(frozen=True)
class Join:
    """One build's joining of Pelican's articles to a newsroom."""

    generator: ArticlesGenerator
    newsroom: Newsroom
    presenter: ViewContext
    pictures: BodyPictures
    _wrappers: dict[tuple[type, str], URLWrapper] = field(default_factory=dict, repr=False)

    def run(self) -> NewsroomView:
        """Adapt every article, thread them, and give the view for the templates."""
        articles = self.articles
        self._publish_pictures(articles)
        for path, written in self.newsroom.by_path.items():
            article = articles[path]
            pictured = getattr(article, "newsroom_pictured", True)
            if pictured and not self.newsroom.withdrawal(written):
                self.pictures.look_through(vars(article)["_content"], path)
            self._adapt(article, written)
        self._name_targets()
        self._sort(articles)
        view = NewsroomView(self.presenter)
        for entry in view.everything:
            articles[entry.model.path].entry = entry
        return view

    def lost(self) -> list[Problem]:
        """A problem for each of our files that Pelican has dropped."""
        folder = self.generator.path.rstrip("/").rpartition("/")[2]
        read = self.articles
        return [
            Problem(path, 1, "unread", NOT_READ).below(folder)
            for path in self.newsroom.by_path
            if path not in read
        ]

    @cached_property
    def articles(self) -> dict[str, Article]:
        """Pelican's articles by path."""
        lists = (
            self.generator.articles,
            self.generator.translations,
            self.generator.hidden_articles,
            self.generator.hidden_translations,
            self.generator.drafts,
            self.generator.drafts_translations,
        )
        return {article.get_relative_source_path(): article for each in lists for article in each}

    def _adapt(self, article: Article, entry: Entry) -> None:
        """Put what our header says where Pelican and its themes look for it."""
        settings = self.generator.settings
        original = self.newsroom.original_of(entry)
        article.__class__ = entry_class(type(article))  # type: ignore[arg-type]
        article.newsroom_body = partial(self._body, article, entry, original)
        article.newsroom_days = self.presenter.speaking(entry.lang).words.day
        article.title = str(
            escape(self.presenter.title(entry))
        )  # by Pelican's custom, a title is HTML
        article.slug = original.slug
        article.lang = entry.lang
        article.in_default_lang = entry.lang == settings["DEFAULT_LANG"]
        article.date = instant(entry.date.astimezone(self.presenter.settings.zone))
        if entry.modified:
            changed = max(entry.date, entry.modified.at)
            article.modified = instant(changed.astimezone(self.presenter.settings.zone))
        article.status = "hidden" if entry.status == "hidden" else "published"
        article.override_url = entry_url(entry, original)
        article.override_save_as = file_of(article.override_url)
        article.template = TEMPLATES[entry.kind]
        article.authors = [self._author(name) for name in entry.authors]
        article.author = article.authors[0] if article.authors else None
        article.tags = [self._wrapped(Tag, tag) for tag in entry.tags]
        if entry.category:
            article.category = self._wrapped(PelicanCategory, entry.category)
        if gone := self.presenter.speaking(entry.lang).withdrawal(entry):
            notice = self._macro(
                "withdrawal", "notice", gone, self.presenter.speaking(entry.lang).words
            )
            article.newsroom_body = lambda: (notice, "")
            article._summary = article.newsroom_notice = notice

    def _author(self, name: str) -> Author:
        """Pelican's author, with the slug of the profile's file."""
        known = self._wrappers.get((Author, name))
        wrapped = known or self._wrapped(Author, name)
        if not known and (profile := self.newsroom.by_name.get(name)):
            wrapped.slug = profile.slug
        return wrapped

    def _wrapped(self, kind: type[URLWrapper], name: str) -> Any:
        """Pelican's author, category or tag: one object for each name."""
        key = (kind, name)
        if key not in self._wrappers:
            self._wrappers[key] = kind(name, self.generator.settings)
        return self._wrappers[key]

    def _body(self, article: Article, entry: Entry, original: Entry) -> tuple[str, str]:
        """A body with its citations set in; and for readers elsewhere, if that is another."""
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

        written = self.pictures.fit(vars(article)["_content"], entry.path)
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

    def _macro(self, template: str, name: str, *arguments: Any) -> str:
        """Render one of the partials, which a theme may have replaced."""
        module = self.generator.get_template(f"newsroom/_{template}").module
        return str(getattr(module, name)(*arguments)).strip()

    def _publish_pictures(self, articles: dict[str, Article]) -> None:
        """Have public screenshots and photos copied, and no picture of a withdrawn body."""
        links: set[str] = self.generator.context["static_links"]
        withdrawn: set[str] = set()
        kept: set[str] = set()
        for path, entry in self.newsroom.by_path.items():
            gone = self.newsroom.withdrawal(entry)
            (withdrawn if gone else kept).update(articles[path].get_static_links())
            if not gone:  # Pelican misses names that HTML escapes
                kept |= {link.target_from(path) for link in entry.body.links if link.is_file}
        links -= withdrawn - kept
        links |= kept
        for citation in self.newsroom.citations:
            if citation.screenshot:
                links.add(citation.screenshot.path)
        links |= {author.photo.path for author in self.newsroom.authors if author.photo}

    def _name_targets(self) -> None:
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

    def _sort(self, articles: dict[str, Article]) -> None:
        """Give Pelican its lists back, translations paired by our files' names."""
        generator = self.generator
        order = sorted(
            self.newsroom.entries, key=lambda entry: (entry.date, entry.path), reverse=True
        )
        pairs = [(entry, articles[entry.path]) for entry in order]
        versions: dict[str, list[Article]] = {}
        for entry, article in pairs:
            versions.setdefault(entry.translates or entry.path, []).append(article)
        for group in versions.values():
            for article in group:
                article.translations = [other for other in group if other is not article]
        listed: list[tuple[Entry, Article]] = []
        hidden: list[tuple[Entry, Article]] = []
        for pair in pairs:
            (listed if self.newsroom.is_listed(pair[0]) else hidden).append(pair)
        generator.articles, generator.translations = _split(listed)
        generator.hidden_articles, generator.hidden_translations = _split(hidden)
        generator.drafts, generator.drafts_translations = [], []


def _split(pairs: Iterable[tuple[Entry, Article]]) -> tuple[list[Article], list[Article]]:
    originals: list[Article] = []
    translations: list[Article] = []
    for entry, article in pairs:
        (translations if entry.translates else originals).append(article)
    return originals, translations


@cache  # a class is hashable, though Pelican's are of no known type
def entry_class(read: type[Article]) -> type[Article]:
    """The class of our articles: what costs time, a build that shows it asks for.

    ``read`` is the class that the article was read as.
    """
    # What ``vars`` gives is for that class to say: it may bring things back only when asked.
    attributes = next(vars(kind)["__dict__"] for kind in read.__mro__ if "__dict__" in vars(kind))
    # Pelican finds settings by the name of a content's class.
    return type(read.__name__, (_EntryArticle, read), {"__dict__": attributes})


class _EntryArticle:
    """What an article of ours says otherwise than Pelican's.

    ``newsroom_body`` gives the body for our pages, and for readers elsewhere;
    in the object's own dictionary lies what Pelican has read.
    """

    newsroom_body: Callable[[], tuple[str, str]]
    newsroom_days: Callable[[date], str]
    newsroom_notice = ""  # of a withdrawn one, in place of a summary
    title: str
    date: datetime
    modified: datetime

    @cached_property
    def newsroom_bodies(self) -> tuple[str, str]:
        """Both bodies, made when one is first shown."""
        return self.newsroom_body()

    @property
    def _content(self) -> str:
        return self.newsroom_bodies[0]

    @property
    def newsroom_away(self) -> str:
        """The body for readers elsewhere; empty if it is the same."""
        return self.newsroom_bodies[1]

    @property
    def metadata(self) -> dict[str, Any]:
        """What Pelican has read, with what our header says."""
        found: dict[str, Any] = vars(self)["metadata"]
        found["title"] = self.title
        if self.newsroom_notice:
            found["summary"] = self.newsroom_notice
        return found

    @property
    def locale_date(self) -> str:
        """The day, in words."""
        return self.newsroom_days(self.date)

    @property
    def locale_modified(self) -> str:
        """The day of the change, in words."""
        return self.newsroom_days(self.modified)

    def get_content(self, siteurl: str) -> str:
        """The body for a site at ``siteurl``, wholly resolved.

        Pelican resolves ``{static}`` in ``src``, but not in ``srcset``.
        """
        return in_srcset(super().get_content(siteurl), siteurl)  # type: ignore[misc]


def in_srcset(html: str, siteurl: str) -> str:
    """Resolve what is left of our own ``{static}`` after Pelican resolved the rest."""
    return _SRCSET.sub(lambda found: found[0].replace(f"{ROOT}/", f"{siteurl}/"), html)


def bodies(generator: ArticlesGenerator) -> Bodies:
    """Readers of bodies, resolved by Pelican for the page that is being written."""

    def article(path: str) -> Article:
        found: Article = generator.context["generated_content"][path]
        return found

    def embedded(path: str, prefix: str) -> str:
        found = article(path)
        html = embed(found._content, prefix, EMBEDDED_SHIFT)
        return in_srcset(found._update_content(html, found.get_siteurl()), found.get_siteurl())

    def content_at(path: str, site_url: str) -> str:
        found = article(path)
        if html := getattr(found, "newsroom_away", ""):
            resolved = in_srcset(found._update_content(html, site_url), site_url)
        else:
            resolved = found.get_content(site_url)
        return absolute(resolved, f"{site_url}/{found.url}")

    filed: dict[str, Category] = {}  # by name: to Pelican, two spellings of one slug are equal

    def category(path: str) -> Category | None:
        found = getattr(article(path), "category", None)
        if not found or not found.name:
            return None
        if found.name not in filed:
            filed[found.name] = Category(found.name, found.slug, list_of(found))
        return filed[found.name]

    def tags(path: str) -> tuple[Link, ...]:
        return tuple(Link(tag.name, list_of(tag)) for tag in getattr(article(path), "tags", ()))

    def list_of(label: URLWrapper) -> str:
        return label.url if label.save_as and label in listed() else ""

    @cache  # once Pelican has filed the articles: all of them, whichever are written anew
    def listed() -> frozenset[URLWrapper]:
        """The labels that Pelican makes lists of: those of originals that are not hidden."""
        return frozenset((*dict(generator.categories), *generator.tags))

    def summary(path: str) -> str:
        return Markup(article(path).metadata.get("summary", "")).striptags()

    return Bodies(
        content=lambda path: str(article(path).content),
        embedded=embedded,
        content_at=cache(content_at),  # one body is in several feeds, and in its text
        summary=summary,
        category=category,
        tags=tags,
    )
