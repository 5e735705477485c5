"""How others embed an entry: static oEmbed 1.0 (oembed.com), without frame or script."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from ..language.words import Words
from ..view import parts
from ..view.entry_view import EntryView
from ..view.heads import Card
from ..view.incident_view import IncidentView
from .site import Site

WIDTH = 550
CACHE_SECONDS = 300


def entry_oembed(site: Site, entry: EntryView, card: Card | None) -> bytes:
    """An entry as a quotation: its position, who says so and when."""
    words = entry.words
    quotation = _quotation(
        site,
        entry,
        site.at(entry.url),
        words,
        words.marked(entry.title, entry.lang),
        _position(entry, words),
        entry.date,
    )
    return _oembed(site, entry, site.at(entry.url), entry.title, quotation, card)


def incident_oembed(site: Site, incident: IncidentView, card: Card | None) -> bytes:
    """An incident as its latest entry, under the incident's name and address."""
    latest, url, words = incident.latest, site.at(incident.url), incident.words
    said = Markup("{}. {}").format(incident.state.label, _position(latest, words))
    name = words.marked(incident.name, incident.name_lang)
    quotation = _quotation(site, latest, url, words, name, said, incident.as_of)
    return _oembed(site, latest, url, incident.name, quotation, card)


def _position(entry: EntryView, words: Words) -> Markup:
    """What an entry says in a sentence or two, or that it does no more."""
    if gone := entry.withdrawn:
        said = entry.words.say("Withdrawn {when}.", when=gone.when.text)
        return words.marked(f"{said} {gone.text}", entry.lang)
    return words.marked(entry.summary, entry.lang)


def _oembed(
    site: Site, entry: EntryView, url: str, title: str, quotation: str, card: Card | None
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
        "html": quotation,
    }
    if card:
        document |= {
            "thumbnail_url": card.url,
            "thumbnail_width": card.width,
            "thumbnail_height": card.height,
        }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _quotation(
    site: Site,
    entry: EntryView,
    url: str,
    words: Words,
    title: Markup,
    said: Markup,
    when: parts.TimeView,
) -> str:
    """HTML in the language of ``words``; what is in another says so."""
    signed = Markup(", ").join(
        Markup("<bdi>{}</bdi> ({})").format(byline.name, words.marked(byline.role, byline.lang))
        if byline.role
        else Markup("<bdi>{}</bdi>").format(byline.name)
        for byline in entry.bylines
    )
    return str(
        Markup(
            '<blockquote cite="{url}"{spoken}><p><strong>{title}</strong></p>'
            '{said}<footer>{signed}, {company}, <a href="{url}"><time datetime="{iso}">'
            "{when}</time></a></footer></blockquote>"
        ).format(
            url=url,
            spoken=words.attributes,
            title=title,
            said=Markup("<p>{}</p>").format(said) if said else "",
            signed=signed,
            company=site.company,
            iso=when.iso,
            when=when.text,
        )
    )
