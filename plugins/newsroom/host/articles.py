"""Entries as Pelican, its themes and other plugins know articles.

The newsroom's own scan has read them: Pelican's reading of a header guesses where ours reports.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, cached_property
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from markupsafe import Markup
from pelican.contents import Article, Content
from pelican.generators import ArticlesGenerator
from pelican.urlwrappers import URLWrapper

from ..language.words import Words
from ..view.context import Bodies
from ..view.entry_view import EntryView
from ..view.markup import absolute, embed
from ..view.parts import Link

EMBEDDED_SHIFT = 2
ROOT = "{static}"
_SRCSET = re.compile(r'\bsrcset="[^"]*"')
_SPACED = re.compile(r'(\s(?:href|src|poster)=)("[^" ]* [^"]*")')
_STRAY = re.compile(r"%(?![0-9a-f]{2})", re.I)


class EntryArticle(Article):  # type: ignore[misc]  # Pelican has no types
    """An entry as a Pelican article. Its body is made only when it is first read.

    ``newsroom_html`` returns the body as it was converted; ``newsroom_body`` makes of it the one
    for our pages, and the one for readers elsewhere, empty if that is the same.
    """

    title: str
    date: datetime
    modified: datetime
    entry: EntryView
    newsroom_body: Callable[[], tuple[str, str]] | None = None
    newsroom_changed = False  # whether another plugin has replaced the body

    def __init__(
        self,
        path: str,
        html: Callable[[], str],
        words: Words,
        metadata: dict[str, Any],
        settings: Mapping[str, Any],
        context: dict[str, Any],
    ) -> None:
        # Pelican's constructor is not called: it would interpret the header again, and is slow.
        self.settings, self._context, self.metadata = settings, context, metadata
        for name, value in metadata.items():
            if name not in ("url", "save_as"):  # `_article` in `join` decides an entry's address
                setattr(self, name.lower(), value)
        self._summary = metadata["summary"]
        self.newsroom_html, self.newsroom_words = html, words
        self.relative_source_path = path
        self.source_path = f"{settings['PATH']}/{path}"
        self.translations: list[EntryArticle] = []
        self.timezone = ZoneInfo(settings["TIMEZONE"])

    @cached_property
    def newsroom_bodies(self) -> tuple[str, str]:
        """Both bodies, made when one is first shown."""
        assert self.newsroom_body is not None
        return self.newsroom_body()

    @cached_property
    def newsroom_written(self) -> str:
        """The body as it was converted."""
        return self.newsroom_html()

    @property
    def _content(self) -> str:
        """The body before Pelican resolves its links; never that of a withdrawn entry."""
        return self.newsroom_bodies[0] if self.newsroom_body else self.newsroom_written

    @_content.setter
    def _content(self, html: str) -> None:
        """Take the body that another plugin has made of ours."""
        if self.newsroom_body:
            self.newsroom_bodies = (html, "")
        else:
            self.newsroom_written, self.newsroom_changed = html, True

    @property
    def locale_date(self) -> str:
        """The day, in words."""
        return self.newsroom_words.day(self.date)

    @property
    def locale_modified(self) -> str:
        """The day of the change, in words."""
        return self.newsroom_words.day(self.modified)

    def get_content(self, siteurl: str) -> str:
        """Return the body for a site at ``siteurl``, wholly resolved.

        Pelican resolves ``{static}`` in ``src``, but not in ``srcset``, and leaves spaces.
        """
        return mended(super().get_content(siteurl), siteurl)

    def refresh_metadata_intersite_links(self) -> None:
        """Take the summary that another plugin may have set; a rule keeps links out of it."""
        self.metadata["summary"] = self._summary


def mended(html: str, siteurl: str) -> str:
    """Resolve what is left of our own ``{static}``, and write spaces in URLs as URLs have them."""
    whole = _SRCSET.sub(lambda found: found[0].replace(f"{ROOT}/", f"{siteurl}/"), html)
    return _SPACED.sub(
        lambda found: f"{found[1]}{_STRAY.sub('%25', found[2]).replace(' ', '%20')}", whole
    )


def bodies(generator: ArticlesGenerator) -> Bodies:
    """Return readers of bodies, resolved by Pelican for the page that is being written."""

    def article(path: str) -> EntryArticle | Content:
        """Return what was made of a file: an article of an entry, a Pelican ``Page`` of others."""
        return generator.context["generated_content"][path]

    def embedded(path: str, prefix: str) -> str:
        found = article(path)
        html = embed(found._content, prefix, EMBEDDED_SHIFT)
        return mended(found._update_content(html, found.get_siteurl()), found.get_siteurl())

    def content_at(path: str, site_url: str) -> str:
        found = article(path)
        if html := found.newsroom_bodies[1]:
            resolved = mended(found._update_content(html, site_url), site_url)
        else:
            resolved = found.get_content(site_url)
        return absolute(resolved, f"{site_url}/{found.url}")

    def category(path: str) -> Link | None:
        found = getattr(article(path), "category", None)
        return Link(found.name, list_of(found)) if found and found.name else None

    def tags(path: str) -> tuple[Link, ...]:
        return tuple(Link(tag.name, list_of(tag)) for tag in getattr(article(path), "tags", ()))

    def file(path: str) -> str:
        copied = generator.context["static_content"].get(path)
        return quote(copied.url if copied else path)

    def list_of(label: URLWrapper) -> str:
        return label.url if label.save_as and label in listed() else ""

    @cache  # once the articles are filed: all of them, whichever are written anew
    def listed() -> frozenset[URLWrapper]:
        """Return the labels that have lists: those of originals that are not hidden."""
        return frozenset((*dict(generator.categories), *generator.tags))

    return Bodies(
        content=lambda path: str(article(path).content),
        embedded=embedded,
        content_at=cache(content_at),  # one body is in several feeds, and in its text
        summary=lambda path: Markup(article(path).metadata.get("summary", "")).striptags(),
        category=category,
        tags=tags,
        file=file,
    )
