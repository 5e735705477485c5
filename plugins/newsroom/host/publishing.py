"""Makes the publication of a build: who publishes it, its logo, share images, other pages."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pelican.generators import Generator

from ..incremental.templates import TEXTS, Compiled
from ..language.words import later
from ..machine.cards import ACCENT, PLACE, TEMPLATE, Cards, ShareImages
from ..machine.publication import Publication
from ..machine.site import Site
from ..machine.texts import text_templates
from ..model.entry import Entry
from ..model.signed import signed_text
from ..reading.urls import has_page, unlisted_files
from ..view import parts
from ..view.context import ViewContext
from .edition import Edition
from .logos import logo

NO_TYPST = (
    "no share images are drawn, as Typst is not installed: run"
    " pip install 'pelican-newsroom[publish]', or set NEWSROOM_CARDS = False"
)

log = logging.getLogger(__name__)

# Pelican's own lists, by the name of their template.
LISTS = {"categories": later("Categories"), "tags": later("Tags")}


def publication(generator: Generator, edition: Edition) -> Publication | None:
    """Return what machines read; None without an absolute ``SITEURL``, which all of it needs.

    Call it once articles and pages are in the context. Share images are drawn later, unless
    they are kept. Raises SettingsError for a logo that is no image.
    """
    presenter, settings = edition.presenter, edition.settings
    file, picture = logo(settings, edition.assets)
    site = _site(presenter, picture)
    if site is None:
        return None
    images = None
    if settings.cards and find_spec("typst"):
        folders = (*generator.settings["THEME_TEMPLATES_OVERRIDES"], f"{generator.theme}/templates")
        own = filter(Path.is_file, (Path(folder, PLACE) for folder in folders))
        cards = Cards(
            edition.build.stage.home / "cards",
            next(own, TEMPLATE),
            settings.card_accent or ACCENT,
            file,
        )
        images = ShareImages(site, cards, edition.content)
    elif settings.cards:
        log.warning(NO_TYPST)
    others = () if settings.is_guest else tuple(_pelicans_pages(generator.context, presenter))
    bytecode = Compiled(edition.build.cache, TEXTS) if edition.build.key else None
    templates = text_templates(bytecode)

    def source_of(entry: Entry) -> bytes:
        return entry.signed or signed_text((edition.content / entry.path).read_bytes())

    return Publication(site, templates, edition.view, images, others, presenter.now, source_of)


def _pelicans_pages(context: Mapping[str, Any], presenter: ViewContext) -> Iterator[parts.Link]:
    """Yield the pages that Pelican writes, except those of years and those in no list."""
    unlisted = unlisted_files(presenter.newsroom)
    for page in context["pages"]:
        versions = (page, *page.translations)
        for version in (each for each in versions if each.save_as not in unlisted):
            yield parts.Link(Markup(version.title).striptags(), version.url)
    for category, _ in context["categories"]:
        if category.save_as:
            yield parts.Link(category.name, category.url)
    for tag, _ in context["tags"]:
        if tag.save_as:
            yield parts.Link(tag.name, tag.url)
    for name in LISTS:
        if name in context["DIRECT_TEMPLATES"] and context[f"{name.upper()}_SAVE_AS"]:
            title = presenter.words.say(LISTS[name])
            yield parts.Link(title, context[f"{name.upper()}_URL"])


def _site(presenter: ViewContext, logo: parts.Picture | None) -> Site | None:
    settings = presenter.settings
    if not settings.site_url or settings.feed_tag is None:
        return None
    principles = settings.principles
    if principles and ":" not in principles:
        there = has_page(presenter.newsroom, settings, principles)
        principles = f"{settings.site_url}/{principles}" if there else ""
    return Site(settings, settings.feed_tag, presenter.languages, logo, principles)
