"""How others embed an entry: static oEmbed 1.0 (oembed.com), without frame or script."""

from __future__ import annotations

import json

from markupsafe import Markup

from ..language.words import Words
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.parts import TimeView
from .site import Card, Site

WIDTH = 550
CACHE_SECONDS = 300
_QUOTATION = Markup(
    '<blockquote cite="{url}"{spoken}><p><strong>{title}</strong></p>'
    '{said}<footer>{signed}, {company}, <a href="{url}"><time datetime="{iso}">'
    "{when}</time></a></footer></blockquote>"
)


def entry_oembed(site: Site, entry: EntryView, card: Card | None) -> bytes:
    """Embed an entry as a quotation: its position, who says so and when."""
    said = _position(entry, entry.words)
    name = entry.words.marked(entry.title, entry.lang)
    return _oembed(site, entry, entry, entry.title, name, said, entry.date, card)


def incident_oembed(site: Site, incident: IncidentView, card: Card | None) -> bytes:
    """Embed an incident as its latest entry, under the incident's name and address."""
    latest, words = incident.latest, incident.words
    said = Markup("{}. {}").format(incident.state.label, _position(latest, words))
    name = words.marked(incident.name, incident.name_lang)
    return _oembed(site, incident, latest, incident.name, name, said, incident.as_of, card)


def _position(entry: EntryView, words: Words) -> Markup:
    """Quote what an entry says in a sentence or two, or that it does no more."""
    if gone := entry.withdrawn:
        said = entry.words.say("Withdrawn {when}.", when=gone.when.text)
        return words.marked(f"{said} {gone.text}", entry.lang)
    return words.marked(entry.summary, entry.lang)


def _oembed(
    site: Site,
    page: EntryView | IncidentView,
    entry: EntryView,
    title: str,
    name: Markup,
    said: Markup,
    when: TimeView,
    card: Card | None,
) -> bytes:
    """Embed a page; what is in another language than the words of the page says so."""
    words, first = page.words, next(iter(entry.bylines), None)
    signed = Markup(", ").join(
        Markup("<bdi>{}</bdi> ({})").format(byline.name, words.marked(byline.role, byline.lang))
        if byline.role
        else Markup("<bdi>{}</bdi>").format(byline.name)
        for byline in entry.bylines
    )
    quotation = _QUOTATION.format(
        url=site.at(page.url),
        spoken=words.attributes,
        title=name,
        said=Markup("<p>{}</p>").format(said) if said else "",
        signed=signed,
        company=site.company,
        iso=when.iso,
        when=when.text,
    )
    document = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "author_name": ", ".join(byline.name for byline in entry.bylines),
        "author_url": site.at(first.url if first else ""),
        "provider_name": site.name,
        "provider_url": site.at(""),
        "cache_age": CACHE_SECONDS,
        "width": WIDTH,
        "height": None,  # as high as its text, like other quotations on the web
        "html": quotation,
    }
    if card:
        image = {"url": card.url, "width": card.width, "height": card.height}
        document |= {f"thumbnail_{name}": value for name, value in image.items()}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
