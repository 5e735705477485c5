"""Entries made into views: their place in the thread, what they reply to, their languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from ..language.words import language_name
from ..model import entry as entries
from ..model import incident as incidents
from ..model.addresses import entry_id, entry_url
from ..model.moment import Moment
from . import parts, views
from .describe import Describer


@dataclass(frozen=True)
class Bodies:
    """How views get at HTML that Pelican resolves for the page in hand.

    ``content`` and ``embedded`` take the path of a content file and give a reader
    without arguments. ``content_at(path, site_url)`` is the body for a site at a
    whole URL, every link in it whole; ``category`` and ``tags`` what Pelican
    files it under.
    """

    content: Callable[[str], Callable[[], str]]
    embedded: Callable[[str, str], Callable[[], str]]
    content_at: Callable[[str, str], str]
    summary: Callable[[str], str]
    category: Callable[[str], parts.Category | None]
    tags: Callable[[str], tuple[parts.Link, ...]]


@dataclass(frozen=True)
class EntryPresenter(Describer):
    """Makes views of entries."""

    bodies: Bodies

    def noun(self, incident: incidents.Incident) -> str:
        """What elapsed times of an incident count from, a key of the words' table."""
        original = incident.original
        if original is None or original.published is None:
            return entries.STATEMENT
        return original.kind

    def elapsed(self, incident: incidents.Incident, moment: Moment) -> str:
        """``42 minutes after the post``; empty for the start itself."""
        if moment == incident.starts_at:
            return ""
        found = incident.elapsed(moment, self.settings.zone)
        return self.words.elapsed(found, self.noun(incident)) if found else ""

    def incident_link(self, incident: incidents.Incident, lang: str = "") -> parts.IncidentLink:
        """An incident as its entries in ``lang`` name it, where the statement is in that."""
        statement = self.version(incident.statement, lang)
        named = statement if statement.incident_name else incident.statement
        return parts.IncidentLink(
            incident.id,
            named.incident_name or incident.name,
            self.incident_page(incident.id, lang),
            self.state(incident.state),
            named.lang,
        )

    def versions(self, entry: entries.Entry) -> tuple[parts.Translation, ...]:
        """An entry in its other languages, the original first."""
        original = self.newsroom.original_of(entry)
        found = (original, *self.newsroom.translations.get(original.path, ()))
        seen = self.newsroom.is_listed(entry)
        return tuple(
            self._version(other)
            for other in found
            if other != entry and (self.newsroom.is_listed(other) or not seen)
        )

    def _version(self, entry: entries.Entry) -> parts.Translation:
        link = self.link(entry)
        return parts.Translation(entry.lang, language_name(entry.lang), link.url, link.title)

    def entry(self, entry: entries.Entry) -> views.Entry:
        """An entry in its own words, with its place in the thread: its original's."""
        return self.speaking(entry.lang)._entry(entry)

    def _entry(self, entry: entries.Entry) -> views.Entry:
        original = self.newsroom.original_of(entry)
        incident = self.newsroom.by_id.get(original.incident) if original.in_incident else None
        newest = incident.newest if incident and incident.newest != original else None
        return views.Entry(
            id=entry_id(original.slug),
            feed_id=self.feed_id(entry),
            path=entry.path,
            kind=entry.kind,
            kind_label=self.words.entry_kind(entry.kind),
            title=entry.title,
            url=entry_url(entry, original),
            lang=entry.lang,
            summary="" if self.newsroom.withdrawal(entry) else self.bodies.summary(entry.path),
            date=self.when(entry.date),
            updated=self.when(self.newsroom.updated(entry)),
            modified=self.when(entry.modified) if entry.modified else None,
            category=self.bodies.category(entry.path),
            tags=self.bodies.tags(entry.path),
            bylines=tuple(self.byline(name, entry.date) for name in entry.authors),
            approved_by=self.byline(entry.approved_by, entry.date) if entry.approved_by else None,
            held_back=self.held_back(entry) if self.settings.drafts else "",
            incident=self.incident_link(incident, entry.lang) if incident else None,
            state=self.state(incident.state_as_of(original)) if incident else None,
            number=incident.position(original) if incident else 0,
            position=self._position(incident, original) if incident else "",
            attribution=self._attribution(entry),
            elapsed=self.elapsed(incident, Moment(entry.date)) if incident else "",
            previous=self._maybe(incident.before(original), entry.lang) if incident else None,
            next=self._maybe(incident.after(original), entry.lang) if incident else None,
            newest=self._maybe(newest, entry.lang),
            next_update=self.moment(original.next_update),
            answers=tuple(
                self.citation(citation, entry.lang)
                for citation in (incident.answers(original) if incident else ())
            ),
            replies_to=tuple(self._replies_to(entry, original, incident)) if incident else (),
            replies=self._replies(incident) if incident and entry is incident.statement else None,
            goals=self.goals_of(original),
            commitments=self.commitments(entry),
            corrections=self.corrections(entry),
            withdrawn=self.withdrawal(entry),
            original=self.link(original) if original is not entry else None,
            translations=self.versions(entry),
            read_content=self.bodies.content(entry.path),
            read_embedded=self.bodies.embedded(entry.path, f"{entry_id(original.slug)}-"),
            content_at=partial(self.bodies.content_at, entry.path),
            words=self.words,
        )

    def _replies_to(
        self, entry: entries.Entry, original: entries.Entry, incident: incidents.Incident
    ) -> Iterator[parts.Reference]:
        """The statement, in the entry's language where it is, then each outside URL answered."""
        if entry.kind == "follow-up":
            statement = self.version(incident.statement, entry.lang)
            in_thread = statement is incident.statement
            yield parts.Reference(
                self.feed_id(statement), self.link(statement).url, True, in_thread
            )
        for citation in incident.answers(original):
            if citation.url:
                gone = citation.availability == "deleted" and citation.archive_url
                url = citation.archive_url if gone else citation.url
                yield parts.Reference(citation.url, url)

    def _attribution(self, entry: entries.Entry) -> str:
        """Who said it, as what, for whom, and when."""
        bylines = [self.byline(name, entry.date) for name in entry.authors]
        people = [part for person in bylines for part in (person.name, person.role) if part]
        return ", ".join((*people, self.settings.company, self.when(entry.date).text))

    def _position(self, incident: incidents.Incident, entry: entries.Entry) -> str:
        number, count = incident.position(entry), len(incident.thread)
        return self.words.say("Update {number} of {count}", number=number, count=count)

    def _replies(self, incident: incidents.Incident) -> parts.Replies:
        follow_ups = [entry for entry in incident.thread if entry.kind == "follow-up"]
        updated = max(map(self.newsroom.updated, follow_ups), default=None)
        return parts.Replies(len(follow_ups), self.when(updated) if updated else None)

    def _maybe(self, entry: entries.Entry | None, lang: str) -> parts.Link | None:
        return self.link(self.version(entry, lang)) if entry else None
