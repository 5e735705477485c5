"""Feeds as JSON Feed 1.1, with an extension that ``docs/machines.md`` describes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ..model.addresses import JSON
from ..view.entry_view import EntryView
from ..view.heads import Card
from ..view.incident_view import IncidentView
from .feeds import Feed, Item, Pieces, made_anew
from .site import Site

VERSION = "https://jsonfeed.org/version/1.1"
EXTENSION = "_newsroom"
_NO_ITEMS = "[]\n}"


def write_json_feed(
    feed: Feed, site: Site, card_of: Callable[[str], Card | None], pieces: Pieces = made_anew
) -> bytes:
    """A feed as a JSON Feed, UTF-8; ``card_of`` finds the share image of a page's URL."""
    document = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": site.at(feed.home),
        "feed_url": site.at(feed.url + JSON),
        "description": feed.subtitle,
        "icon": site.at(site.logo.url) if site.logo else "",
        "authors": [{"name": site.company, "url": site.at("")}],
        "language": feed.lang,
        "hubs": [{"type": "WebSub", "url": site.hub}] if site.hub else [],
        "next_url": site.at(feed.previous + JSON) if feed.previous else "",
        EXTENSION: _standing(feed.incident) if feed.incident else {},
    }
    items = feed.pieces(
        feed.url + JSON, site, pieces, lambda item: _indented(_item(item, card_of), 2)
    )
    said = _indented({**_filled(document), "items": []}, 0)
    if items:
        listed = ",\n  ".join(items)
        said = f"{said.removesuffix(_NO_ITEMS)}[\n  {listed}\n ]\n}}"
    return f"{said}\n".encode()


def _indented(said: dict[str, Any], depth: int) -> str:
    """An object as JSON, to stand at a depth. No text has a line break that is not escaped."""
    return json.dumps(said, ensure_ascii=False, indent=1).replace("\n", "\n" + " " * depth)


def _item(item: Item, card_of: Callable[[str], Card | None]) -> dict[str, Any]:
    card = card_of(item.entry.url) if item.entry else None
    # An entry may be nothing but its title; the content is required (JSON Feed 1.1, items).
    return {"content_html": item.html()} | _filled(
        {
            "id": item.id,
            "url": item.url,
            "title": item.title,
            "summary": item.summary,
            "image": card.url if card else "",
            "date_published": item.published.isoformat(),
            "date_modified": item.updated.isoformat(),
            "authors": [
                _filled({"name": author.name, "url": author.url, "avatar": author.avatar})
                for author in item.authors
            ],
            "tags": list(item.categories),
            "language": item.lang,
            EXTENSION: _said(item.entry) if item.entry else {},
        }
    )


def _standing(incident: IncidentView) -> dict[str, Any]:
    """Where an incident stands now: what its page polls."""
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


def _said(entry: EntryView) -> dict[str, Any]:
    """What an item is, beyond what JSON Feed has words for."""
    said = {
        "kind": entry.kind,
        "incident": entry.incident.id if entry.incident else "",
        "state": entry.state.key if entry.state else "",
        "number": entry.number or "",
        "roles": {byline.name: byline.role for byline in entry.bylines if byline.role},
        "in_reply_to": [reply.id for reply in entry.replies_to],
        "corrections": [{"date": item.when.iso, "text": item.text} for item in entry.corrections],
    }
    if entry.withdrawn:
        said["withdrawn"] = {"date": entry.withdrawn.when.iso, "reason": entry.withdrawn.text}
    return _filled(said)


def _filled(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if value not in ("", [], {})}
