"""A build's publication: the site as the settings describe it, and its share images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..cards.cards import Cards, CardStyle
from ..machine.publication import Publication
from ..machine.share_images import ShareImages
from ..machine.site import Site
from ..model.settings import Settings, SettingsError
from ..reading.screenshots import ImageError, PictureFolder
from ..view import views


def publication(
    settings: Settings, newsroom: views.Newsroom, content: Path, cache: Path, now: datetime
) -> Publication | None:
    """What machines are given; None without a whole ``SITEURL``, which all of it needs.

    Share images are drawn here, unless ``cache`` has them. Raises SettingsError
    for a logo that is no image.
    """
    site = _site(settings, content)
    if site is None:
        return None
    if not settings.cards:
        return Publication(site, newsroom, {}, now)
    style = CardStyle(accent=settings.card_accent) if settings.card_accent else CardStyle()
    images = ShareImages(site, Cards(cache, style), content)
    plan = images.plan(newsroom)
    images.make(plan.values())
    return Publication(site, newsroom, plan, now)


def pelicans_pages(context: Mapping[str, Any]) -> Iterator[str]:
    """The URLs of the public pages that Pelican itself writes, but for the years'."""
    for page in context["pages"]:
        yield page.url
        yield from (other.url for other in page.translations)
    for name in ("categories", "tags"):
        for wrapper, _ in context[name]:
            if wrapper.save_as:
                yield wrapper.url


def _site(settings: Settings, content: Path) -> Site | None:
    if not settings.site_url or settings.feed_tag is None:
        return None
    principles = settings.principles
    if principles and ":" not in principles:
        principles = f"{settings.site_url}/{principles}"
    return Site(
        url=settings.site_url,
        name=settings.name,
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
    return views.Picture(quote(image.path), image.width, image.height, settings.company)
