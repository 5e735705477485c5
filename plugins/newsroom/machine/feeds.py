"""Which feeds a newsroom has, and what each holds; their form as JSON Feed 1.1.

Atom is set by a template. ``docs/machines.md`` describes our extension of JSON Feed.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field

from markupsafe import Markup

from ..model.addresses import (
    CORRECTIONS,
    INCIDENTS,
    JSON,
    author_feed,
    feed_of,
    language_feed,
)
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.newsroom_view import NewsroomView
from ..view.parts import DocumentView, RecordingView
from .cards import Card
from .site import Said, Site, filled


@dataclass(frozen=True)
class Feed:
    """A feed of some entries, newest first; ``incident`` is set on an incident's own.

    ``url`` is relative to the site's root and has no ending; ``home`` is the page that the
    feed belongs to.
    """

    id: str
    title: str
    url: str
    home: str
    lang: str
    entries: Sequence[EntryView] = field(repr=False)
    incident: IncidentView | None = field(default=None, repr=False)

    def updated(self, site: Site) -> str:
        """Return when its content last changed, RFC 3339; never the time of the build."""
        times = (entry.updated.at for entry in self.entries)
        return max(times, default=site.tag.since).isoformat()


def feeds(site: Site, newsroom: NewsroomView) -> Iterator[Feed]:
    """Yield every feed of a newsroom; none of an author who has signed nothing."""
    name, lang = site.settings.name, site.settings.lang
    entries = _newest([*newsroom.entries, *newsroom.translations])
    changed = sorted(entries, key=lambda entry: (entry.updated.at, entry.feed_id), reverse=True)

    def feed(
        key: str, title: str, url: str, home: str, found: list[EntryView], lang: str = lang
    ) -> Feed:
        """Return a feed of what changed last."""
        return Feed(
            site.tag(key), title, url, home, lang, _newest(found[: site.settings.feed_items])
        )

    def beside(title: str) -> str:
        return site.words.beside(title, name, between=" – ")

    if site.settings.is_guest:
        yield feed("feeds/incidents", site.feed_title, site.feed, INCIDENTS, changed)
    else:
        yield feed("feeds/all", site.feed_title, site.feed, "", changed)
    for incident in newsroom.incidents:
        title = incident.words.beside(incident.name, site.settings.company, between=" – ")
        key, thread = site.tag(f"incidents/{incident.model.id}"), _newest(incident.written)
        yield Feed(key, title, incident.feed, incident.url, incident.lang, thread, incident)
    signed: dict[str, list[EntryView]] = defaultdict(list)
    for entry in changed:
        for person in entry.model.authors:
            signed[person].append(entry)
    for author in newsroom.authors:
        slug, title = author.model.slug, beside(author.name)
        if found := signed[author.name]:
            yield feed(f"authors/{slug}", title, author_feed(slug), author.url, found)
    languages = sorted({entry.lang for entry in entries})
    for lang in languages if len(languages) > 1 else ():
        written = [entry for entry in changed if entry.lang == lang]
        title = f"{site.feed_title} ({lang})"
        home = INCIDENTS if site.settings.is_guest else ""
        yield feed(f"languages/{lang}", title, language_feed(lang), home, written, lang)
    mended = [entry for entry in changed if entry.model.corrections or entry.model.withdrawn]
    title = beside(site.words.say("Corrections"))
    yield feed("corrections", title, feed_of(CORRECTIONS), CORRECTIONS, mended)


def _newest(entries: Sequence[EntryView]) -> list[EntryView]:
    return sorted(entries, key=lambda entry: (entry.date.at, entry.feed_id), reverse=True)


def feed_html(entry: EntryView) -> str:
    """Return an entry's HTML for feeds: its body with absolute links, and its corrections.

    What it changes of the advice comes first.
    """
    first = Markup("<p><strong>{}</strong></p>\n").format(entry.advice_change)
    notes = (
        entry.words.say("CORRECTION {when}: {text}", when=item.when.text, text=item.text)
        for item in entry.corrections
    )
    said = (Markup("\n<p>{}</p>").format(note) for note in notes)
    return "".join((first if entry.advice_change else "", entry.elsewhere, *said))


def feed_tags(entry: EntryView) -> list[str]:
    """Return the names that an entry is filed under, each once."""
    names = (entry.category, *entry.tags)
    return list(dict.fromkeys(link.title for link in names if link))


def write_json_feed(site: Site, feed: Feed, card_of: Callable[[EntryView], Card | None]) -> bytes:
    """Write a feed as a JSON Feed, UTF-8; ``card_of`` finds the share image of an entry."""
    hub = site.settings.websub_hub
    document = filled(
        version="https://jsonfeed.org/version/1.1",
        title=feed.title,
        home_page_url=site.at(feed.home),
        feed_url=site.at(feed.url + JSON),
        description=feed.incident and f"{feed.incident.state.label}. {feed.incident.state.meaning}",
        icon=site.logo and site.at(site.logo.url),
        authors=[{"name": site.settings.company, "url": site.at("")}],
        language=feed.lang,
        hubs=[{"type": "WebSub", "url": hub}] if hub else [],
        _newsroom=feed.incident and _standing(feed.incident),
    )
    document["items"] = [_item(site, entry, card_of(entry)) for entry in feed.entries]
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _item(site: Site, entry: EntryView, card: Card | None) -> Said:
    # An entry may be nothing but its title; the content is required (JSON Feed 1.1, items).
    return {"content_html": feed_html(entry)} | filled(
        id=entry.feed_id,
        url=site.at(entry.url),
        title=entry.title,
        summary=entry.summary,
        image=card and card.url,
        date_published=entry.date.iso,
        date_modified=entry.updated.iso,
        authors=[
            filled(
                name=author.name,
                url=author.url and site.at(author.url),
                avatar=author.photo and site.at(author.photo.url),
            )
            for author in entry.bylines
        ],
        tags=feed_tags(entry),
        language=entry.lang,
        attachments=[_attachment(site, file) for file in entry.enclosures],
        _newsroom=_more(site, entry),
    )


def _attachment(site: Site, file: DocumentView | RecordingView) -> Said:
    seconds = file.model.seconds if isinstance(file, RecordingView) else None
    return filled(
        url=site.at(file.url),
        mime_type=file.type,
        title=file.title,
        size_in_bytes=file.model.size,
        duration_in_seconds=seconds,
    )


def _standing(incident: IncidentView) -> Said:
    """Return the state of an incident, which its page polls."""
    return {
        "incident": incident.model.id,
        "name": incident.name,
        "state": incident.state.key,
        "state_label": incident.state.label,
        "is_open": incident.state.is_open,
        "next_update": incident.next_update.iso if incident.next_update else None,
        "began": incident.began.iso if incident.began else None,
        "ended": incident.ended.iso if incident.ended else None,
        "advice": _advice(incident),
        "hotlines": [filled(**asdict(line)) for line in incident.hotlines],
        "resolved": incident.resolved.iso if incident.resolved else None,
        "updates": len(incident.thread),
        "related": [other.incident.id for other in incident.related],
    }


def _advice(incident: IncidentView) -> Said | None:
    if (advice := incident.advice) is None:
        return None
    html = incident.advice_elsewhere
    return {"title": advice.title, "content_html": html, "date": advice.given.iso}


def _more(site: Site, entry: EntryView) -> Said:
    """Return the fields of our extension of JSON Feed for an entry."""
    gone = entry.withdrawn
    return filled(
        kind=entry.kind,
        incident=entry.incident and entry.incident.id,
        state=entry.state and entry.state.key,
        number=entry.number or "",
        advice=entry.advice_change,
        roles={byline.name: byline.role for byline in entry.bylines if byline.role},
        in_reply_to=[reply.id for reply in entry.replies_to],
        modified=entry.modified and filled(date=entry.modified.iso, note=entry.model.modified_note),
        corrections=[{"date": item.when.iso, "text": item.text} for item in entry.corrections],
        withdrawn=gone and {"date": gone.when.iso, "reason": gone.text},
        source=entry.source and site.at(entry.source),
        signatures=[site.at(signature.url) for signature in entry.signatures],
    )
