"""Entries made into views: their place in the thread, what they reply to, their languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from ..model import entry as entries
from ..model import incident as incidents
from ..model.addresses import entry_id, entry_url, incident_url
from ..model.moment import Moment
from ..model.words import CITATION_NOUNS, ENTRY_KINDS, elapsed_text, language_name
from . import views
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
    category: Callable[[str], views.Category | None]
    tags: Callable[[str], tuple[views.Link, ...]]


@dataclass(frozen=True)
class EntryPresenter(Describer):
    """Makes views of entries."""

    bodies: Bodies

    def noun(self, incident: incidents.Incident) -> str:
        """What elapsed times of an incident count from."""
        original = incident.original
        if original is None or original.published is None:
            return "statement"
        return CITATION_NOUNS.get(original.kind, "original")

    def elapsed(self, incident: incidents.Incident, moment: Moment) -> str:
        """``42 minutes after the post``; empty for the start itself."""
        if moment == incident.starts_at:
            return ""
        found = incident.elapsed(moment, self.settings.zone)
        return elapsed_text(found, self.noun(incident)) if found else ""

    def incident_link(self, incident: incidents.Incident, lang: str = "") -> views.IncidentLink:
        """An incident as its entries name it, in ``lang`` where the statement is."""
        translated = self.newsroom.translations.get(incident.statement.path, ())
        names = {entry.lang: entry.incident_name for entry in translated if entry.incident_name}
        return views.IncidentLink(
            incident.id,
            names.get(lang, incident.name),
            incident_url(incident.id),
            self.state(incident.state),
        )

    def versions(self, entry: entries.Entry) -> tuple[views.Translation, ...]:
        """An entry in its other languages, the original first."""
        original = self.newsroom.original_of(entry)
        found = (original, *self.newsroom.translations.get(original.path, ()))
        seen = self.newsroom.is_listed(entry)
        return tuple(
            self._version(other)
            for other in found
            if other != entry and (self.newsroom.is_listed(other) or not seen)
        )

    def _version(self, entry: entries.Entry) -> views.Translation:
        link = self.link(entry)
        return views.Translation(entry.lang, language_name(entry.lang), link.url, link.title)

    def entry(self, entry: entries.Entry) -> views.Entry:
        """An entry with its place in the thread; a translation has its original's."""
        original = self.newsroom.original_of(entry)
        incident = self.newsroom.by_id.get(original.incident) if original.in_incident else None
        newest = incident.newest if incident and incident.newest != original else None
        return views.Entry(
            id=entry_id(original.slug),
            feed_id=self.feed_id(entry),
            path=entry.path,
            kind=entry.kind,
            kind_label=ENTRY_KINDS[entry.kind],
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
            position=f"Update {incident.position(original)} of {len(incident.thread)}"
            if incident
            else "",
            elapsed=self.elapsed(incident, Moment(original.date)) if incident else "",
            previous=self._maybe(incident.before(original)) if incident else None,
            next=self._maybe(incident.after(original)) if incident else None,
            newest=self._maybe(newest),
            next_update=self.moment(original.next_update),
            answers=tuple(map(self.citation, incident.answers(original) if incident else ())),
            replies_to=tuple(self._replies_to(entry, original, incident)) if incident else (),
            replies=self._replies(incident) if incident and entry is incident.statement else None,
            goals=self.goals_of(original),
            commitments=self.commitments(original),
            corrections=self.corrections(entry),
            withdrawn=self.withdrawal(entry),
            original=self.link(original) if original is not entry else None,
            translations=self.versions(entry),
            read_content=self.bodies.content(entry.path),
            read_embedded=self.bodies.embedded(entry.path, f"{entry_id(original.slug)}-"),
            content_at=partial(self.bodies.content_at, entry.path),
        )

    def _replies_to(
        self, entry: entries.Entry, original: entries.Entry, incident: incidents.Incident
    ) -> Iterator[views.Reference]:
        """The statement, in the entry's language where it is, then each outside URL answered."""
        if entry.kind == "follow-up":
            statement = self._in_language(incident.statement, entry.lang)
            in_thread = statement is incident.statement
            yield views.Reference(
                self.feed_id(statement), self.link(statement).url, True, in_thread
            )
        for citation in incident.answers(original):
            if citation.url:
                gone = citation.availability == "deleted" and citation.archive_url
                url = citation.archive_url if gone else citation.url
                yield views.Reference(citation.url, url)

    def _in_language(self, entry: entries.Entry, lang: str) -> entries.Entry:
        found = self.newsroom.translations.get(entry.path, ())
        return next((other for other in found if other.lang == lang), entry)

    def _replies(self, incident: incidents.Incident) -> views.Replies:
        follow_ups = [entry for entry in incident.thread if entry.kind == "follow-up"]
        updated = max(map(self.newsroom.updated, follow_ups), default=None)
        return views.Replies(len(follow_ups), self.when(updated) if updated else None)

    def _maybe(self, entry: entries.Entry | None) -> views.Link | None:
        return self.link(entry) if entry else None
