"""How others embed an entry: static oEmbed 1.0 (oembed.com), without frame or script."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from ..view import views
from ..view.heads import Card
from .site import Site

WIDTH = 550
CACHE_SECONDS = 300


def entry_oembed(site: Site, entry: views.Entry, card: Card | None) -> bytes:
    """An entry as a quotation: its position, who says so and when."""
    return _oembed(site, entry, site.at(entry.url), entry.title, _position(entry), card)


def incident_oembed(site: Site, incident: views.Incident, card: Card | None) -> bytes:
    """An incident as its latest entry, under the incident's name and address."""
    latest, url = incident.latest, site.at(incident.url)
    said = f"{incident.state.label}. {_position(latest)}"
    return _oembed(site, latest, url, incident.name, said, card)


def _position(entry: views.Entry) -> str:
    """What an entry says in a sentence or two, or that it does no more."""
    if gone := entry.withdrawn:
        said = entry.words.say("Withdrawn {when}.", when=gone.when.text)
        return f"{said} {gone.reason}"
    return entry.summary


def _oembed(
    site: Site, entry: views.Entry, url: str, title: str, said: str, card: Card | None
) -> bytes:
    first = entry.bylines[0] if entry.bylines else None
    document: dict[str, Any] = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": ", ".join(byline.name for byline in entry.bylines),
        "author_url": site.at(first.url) if first and first.url else site.at(""),
        "provider_name": site.name,
        "provider_url": site.at(""),
        "cache_age": CACHE_SECONDS,
        "width": WIDTH,
        "height": None,  # as high as its text, like other quotations on the web
        "html": _quotation(site, entry, url, title, said),
    }
    if card:
        document |= {
            "thumbnail_url": card.url,
            "thumbnail_width": card.width,
            "thumbnail_height": card.height,
        }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _quotation(site: Site, entry: views.Entry, url: str, title: str, said: str) -> str:
    signed = ", ".join(
        f"{byline.name} ({byline.role})" if byline.role else byline.name for byline in entry.bylines
    )
    words = Markup("<p>{}</p>").format(said) if said else ""
    return str(
        Markup(
            '<blockquote cite="{url}" lang="{lang}"><p><strong>{title}</strong></p>'
            '{words}<footer>{signed}, {company}, <a href="{url}"><time datetime="{iso}">'
            "{when}</time></a></footer></blockquote>"
        ).format(
            url=url,
            lang=entry.lang,
            title=title,
            words=words,
            signed=signed,
            company=site.company,
            iso=entry.date.iso,
            when=entry.date.text,
        )
    )
