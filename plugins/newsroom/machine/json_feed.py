"""Feeds as JSON Feed 1.1, with an extension that ``docs/machines.md`` describes."""

from __future__ import annotations

import json
from collections.abc import Callable

from ..model.addresses import JSON
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from .feeds import Feed, Item, Pieces, made_anew
from .site import Card, Said, Site, filled


def write_json_feed(
    feed: Feed, site: Site, card_of: Callable[[str], Card | None], pieces: Pieces = made_anew
) -> bytes:
    """Write a feed as a JSON Feed, UTF-8; ``card_of`` finds the share image of a page's URL."""
    head = filled(
        version="https://jsonfeed.org/version/1.1",
        title=feed.title,
        home_page_url=site.at(feed.home),
        feed_url=site.at(feed.url + JSON),
        description=feed.subtitle,
        icon=site.at(site.logo.url) if site.logo else "",
        authors=[{"name": site.company, "url": site.at("")}],
        language=feed.lang,
        hubs=[{"type": "WebSub", "url": site.hub}] if site.hub else [],
        next_url=site.at(feed.previous + JSON) if feed.previous else "",
        _newsroom=_standing(feed.incident) if feed.incident else {},
    )

    def write(item: Item) -> str:
        return _indented(_item(site, item, card_of), 2)

    listed = ",\n  ".join(feed.written(feed.url + JSON, site, pieces, write))
    said = _indented(head, 0).removesuffix("\n}")
    items = f"[\n  {listed}\n ]" if listed else "[]"
    return f'{said},\n "items": {items}\n}}\n'.encode()


def _indented(said: Said, depth: int) -> str:
    """Write an object as JSON, to stand at a depth. No text has a line break as it is."""
    return json.dumps(said, ensure_ascii=False, indent=1).replace("\n", "\n" + " " * depth)


def _item(site: Site, item: Item, card_of: Callable[[str], Card | None]) -> Said:
    card = card_of(item.entry.url) if item.entry else None
    # An entry may be nothing but its title; the content is required (JSON Feed 1.1, items).
    return {"content_html": item.html} | filled(
        id=item.id,
        url=item.url,
        title=item.title,
        summary=item.summary,
        image=card.url if card else "",
        date_published=item.published.isoformat(),
        date_modified=item.updated.isoformat(),
        authors=[
            filled(
                name=author.name,
                url=site.at(author.url) if author.url else "",
                avatar=site.at(author.photo.url) if author.photo else "",
            )
            for author in item.authors
        ],
        tags=list(item.categories),
        language=item.lang,
        _newsroom=_more(item.entry) if item.entry else {},
    )


def _standing(incident: IncidentView) -> Said:
    """Say where an incident stands now: what its page polls."""
    return {
        "incident": incident.model.id,
        "name": incident.name,
        "state": incident.state.key,
        "state_label": incident.state.label,
        "is_open": incident.state.is_open,
        "next_update": incident.next_update.iso if incident.next_update else None,
        "resolved": incident.resolved.iso if incident.resolved else None,
        "updates": len(incident.thread),
    }


def _more(entry: EntryView) -> Said:
    """Say what an item is, beyond what JSON Feed has words for."""
    gone = entry.withdrawn
    return filled(
        kind=entry.kind,
        incident=entry.incident.id if entry.incident else "",
        state=entry.state.key if entry.state else "",
        number=entry.number or "",
        roles={byline.name: byline.role for byline in entry.bylines if byline.role},
        in_reply_to=[reply.id for reply in entry.replies_to],
        corrections=[{"date": item.when.iso, "text": item.text} for item in entry.corrections],
        withdrawn={"date": gone.when.iso, "reason": gone.text} if gone else {},
    )
