"""How others embed an entry: static oEmbed 1.0 (oembed.com), without frame or script."""

from __future__ import annotations

import json

from markupsafe import Markup

from ..language.words import Words
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from .site import Card, Site

WIDTH = 550
CACHE_SECONDS = 300
_QUOTATION = Markup(
    '<blockquote cite="{url}"{spoken}><p><strong>{title}</strong></p>'
    '{said}<footer>{signed}, {company}, <a href="{url}"><time datetime="{iso}">'
    "{when}</time></a></footer></blockquote>"
)


def write_oembed(site: Site, page: EntryView | IncidentView, card: Card | None) -> bytes:
    """Embed an entry as a quotation; an incident as its latest entry, under its own name.

    What is in another language than the words of the page says so.
    """
    words = page.words
    if isinstance(page, IncidentView):
        entry, title, lang, when = page.latest, page.name, page.name_lang, page.as_of
        said = Markup("{}. {}").format(page.state.label, _position(entry, words))
    else:
        entry, title, lang, when = page, page.title, page.lang, page.date
        said = _position(entry, words)
    signed = Markup(", ").join(
        Markup("<bdi>{}</bdi> ({})").format(byline.name, words.marked(byline.role, byline.lang))
        if byline.role
        else Markup("<bdi>{}</bdi>").format(byline.name)
        for byline in entry.bylines
    )
    quotation = _QUOTATION.format(
        url=site.at(page.url),
        spoken=words.attributes,
        title=words.marked(title, lang),
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
        "author_url": site.at(entry.bylines[0].url if entry.bylines else ""),
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


def _position(entry: EntryView, words: Words) -> Markup:
    """Quote what an entry says in a sentence or two, or that it does no more."""
    if gone := entry.withdrawn:
        said = entry.words.say("Withdrawn {when}.", when=gone.when.text)
        return words.marked(f"{said} {gone.text}", entry.lang)
    return words.marked(entry.summary, entry.lang)
