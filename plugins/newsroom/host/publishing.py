"""A build's publication: the site as the settings describe it, and its share images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from ..cards.cards import Cards, CardStyle
from ..machine.feeds import category_feed
from ..machine.publication import OtherPage, Publication
from ..machine.share_images import ShareImage, ShareImages
from ..machine.site import Site
from ..model.settings import Settings, SettingsError
from ..reading.screenshots import ImageError, PictureFolder
from ..view import views
from ..view.present import Presenter


def publication(
    presenter: Presenter, context: Mapping[str, Any], content: Path, cache: Path
) -> Publication | None:
    """What machines are given; None without a whole ``SITEURL``, which all of it needs.

    ``context`` is Pelican's, once articles and pages are in it. Share images are
    drawn here, unless ``cache`` has them. Raises SettingsError for a logo that
    is no image.
    """
    settings = presenter.settings
    site = _site(settings, content)
    if site is None:
        return None
    newsroom: views.Newsroom = context["newsroom"]
    plan: Mapping[str, ShareImage] = {}
    if settings.cards:
        style = CardStyle(accent=settings.card_accent) if settings.card_accent else CardStyle()
        images = ShareImages(site, Cards(cache, style), content)
        plan = images.plan(newsroom)
        images.make(plan.values())
    others = tuple(_pelicans_pages(context))
    return Publication(site, newsroom, plan, others, presenter.now)


def _pelicans_pages(context: Mapping[str, Any]) -> Iterator[OtherPage]:
    """The public pages that Pelican itself writes: pages, categories, tags, years."""
    for page in context["pages"]:
        for version in (page, *page.translations):
            yield OtherPage(Markup(version.title).striptags(), version.url)
    for category, _ in context["categories"]:
        if category.save_as:
            yield OtherPage(category.name, category.url, category_feed(category.slug))
    for tag, _ in context["tags"]:
        if tag.save_as:
            yield OtherPage(tag.name, tag.url)
    for name in ("categories", "tags"):
        if name in context["DIRECT_TEMPLATES"] and context[f"{name.upper()}_SAVE_AS"]:
            yield OtherPage(name.capitalize(), context[f"{name.upper()}_URL"])


def _site(settings: Settings, content: Path) -> Site | None:
    if not settings.site_url or settings.feed_tag is None:
        return None
    principles = settings.principles
    if principles and ":" not in principles:
        principles = f"{settings.site_url}/{principles}"
    return Site(
        url=settings.site_url,
        name=settings.name,
        subtitle=settings.subtitle,
        company=settings.company,
        lang=settings.lang,
        tag=settings.feed_tag,
        contact=settings.contact,
        logo=_logo(settings, content),
        principles=principles,
        hub=settings.websub_hub,
        feed_items=settings.feed_items,
    )


def _logo(settings: Settings, content: Path) -> views.Picture | None:
    if not settings.logo:
        return None
    try:
        image = PictureFolder(content).open("", settings.logo)
    except ImageError as error:
        raise SettingsError(f"NEWSROOM_LOGO: {settings.logo!r} {error}") from None
    return views.Picture(image.path, quote(image.path), image.width, image.height, settings.company)
