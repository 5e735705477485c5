"""Entries, incidents and the whole newsroom made into views, places in the thread resolved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urlsplit

from . import author as authors
from . import entry as entries
from . import incident as incidents
from . import views
from .addresses import (
    author_url,
    entry_id,
    entry_url,
    goal_url,
    incident_url,
    year_url,
)
from .describe import Describer
from .moment import Moment
from .words import (
    CITATION_NOUNS,
    ENTRY_KINDS,
    elapsed_text,
    language_name,
)


@dataclass(frozen=True)
class Bodies:
    """How views get at HTML that Pelican resolves for the page in hand.

    Each takes the path of a content file and gives a reader without arguments.
    """

    content: Callable[[str], Callable[[], str]]
    embedded: Callable[[str, str], Callable[[], str]]
    summary: Callable[[str], str]


@dataclass(frozen=True)
class Presenter(Describer):
    """Makes views of what of a newsroom is shown: the public part, or a preview."""

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
        return tuple(self._version(other) for other in found if other != entry)

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
            path=entry.path,
            kind=entry.kind,
            kind_label=ENTRY_KINDS[entry.kind],
            title=entry.title,
            url=entry_url(entry, original),
            lang=entry.lang,
            summary="" if self.newsroom.withdrawal(entry) else self.bodies.summary(entry.path),
            date=self.when(entry.date),
            modified=self.when(entry.modified) if entry.modified else None,
            bylines=tuple(self.byline(name, entry.date) for name in entry.authors),
            approved_by=self.byline(entry.approved_by, entry.date) if entry.approved_by else None,
            held_back=self.held_back(entry) if self.settings.drafts else "",
            incident=self.incident_link(incident, entry.lang) if incident else None,
            state=self.state(incident.state_as_of(original)) if incident else None,
            position=f"Update {incident.position(original)} of {len(incident.thread)}"
            if incident
            else "",
            elapsed=self.elapsed(incident, Moment(original.date)) if incident else "",
            previous=self._maybe(incident.before(original)) if incident else None,
            next=self._maybe(incident.after(original)) if incident else None,
            newest=self._maybe(newest),
            next_update=self.moment(original.next_update),
            answers=tuple(
                self.citation(item)
                for item in (incident.answers(original) if incident else ())
                if item.path in self._shown
            ),
            goals=self.goals_of(original),
            commitments=self.commitments(original),
            corrections=self._corrections(entry, original),
            withdrawn=self.withdrawal(entry),
            translations=self.versions(entry),
            read_content=self.bodies.content(entry.path),
            read_embedded=self.bodies.embedded(entry.path, f"{entry_id(original.slug)}-"),
        )

    def _corrections(
        self, entry: entries.Entry, original: entries.Entry
    ) -> tuple[views.Correction, ...]:
        """An entry's corrections; a translation has its original's besides its own."""
        own = self.corrections(entry)
        return own if entry is original else (*own, *self.corrections(original))

    def _maybe(self, entry: entries.Entry | None) -> views.Link | None:
        return self.link(entry) if entry else None

    def timeline(self, incident: incidents.Incident) -> tuple[views.TimelineItem, ...]:
        """What happened, oldest first: the citations, their deletion, the entries."""
        found: list[tuple[datetime, int, views.TimelineItem]] = []

        def add(moment: Moment | None, rank: int, title: str, url: str, kind: str) -> None:
            if moment:
                item = views.TimelineItem(
                    self.known(moment), title, self.elapsed(incident, moment), url, kind
                )
                found.append((_order(moment, kind), rank, item))

        for citation in incident.citations:
            view = self.citation(citation)
            said = f"{view.kind_label}: {view.source}"
            add(
                citation.published,
                0,
                said,
                view.url,
                "original" if citation.is_original else "citation",
            )
            if citation.availability == "deleted":
                noun = CITATION_NOUNS.get(citation.kind, "original")
                add(citation.availability_at, 1, f"The {noun} is deleted", view.url, "deleted")
        for entry in incident.thread:
            url = f"{incident_url(incident.id)}#{entry_id(entry.slug)}"
            title = f"{ENTRY_KINDS[entry.kind]}: {entry.title}"
            add(Moment(entry.date), 2, title, url, entry.kind)
        return tuple(item for _, _, item in sorted(found, key=lambda item: item[:2]))

    def incident(self, incident: incidents.Incident) -> views.Incident:
        """An incident's page."""
        thread = tuple(self.entry(entry) for entry in incident.thread)
        standing = [view for view in thread if not view.withdrawn] or list(thread)
        resolved = incident.resolved_at
        link = self.incident_link(incident)
        statement = Moment(incident.statement.date)
        original = incident.original
        return views.Incident(
            id=link.id,
            name=link.name,
            url=link.url,
            lang=incident.statement.lang,
            state=link.state,
            resolved=self.when(resolved) if resolved else None,
            time_to_statement=self.elapsed(incident, statement),
            latest=standing[-1],
            next_update=self.moment(incident.next_update),
            original=self.citation(original) if original else None,
            timeline=self.timeline(incident),
            thread=thread,
            heard=tuple(
                views.Heard(
                    self.citation(citation),
                    tuple(self.link(entry) for entry in incident.answered_by(citation)),
                )
                for citation in incident.citations
                if not citation.is_original
            ),
            commitments=tuple(item for view in thread for item in view.commitments),
            corrections=tuple(
                views.Correction(self.known(item.at), item.text, self.link(entry))
                for entry, item in incident.corrections
            ),
        )

    def view(self, markdown: Callable[[str], Callable[[], str]]) -> views.Newsroom:
        """The whole newsroom; ``markdown(path)`` reads a profile's or a goal's HTML."""
        listed = {entry.path: self.entry(entry) for entry in self._listed}
        return views.Newsroom(
            company=self.settings.company,
            contact=self.settings.contact,
            incidents=tuple(
                self.incident(incident)
                for incident in sorted(
                    self.newsroom.incidents, key=lambda item: item.starts_at.at, reverse=True
                )
            ),
            entries=tuple(listed.values()),
            latest=tuple(listed.values())[: self.settings.latest],
            authors=tuple(
                self._author(author, listed, markdown(author.path))
                for author in sorted(self.newsroom.authors, key=lambda item: item.name)
            ),
            goals=tuple(
                views.Goal(
                    goal.title,
                    goal_url(goal.slug),
                    tuple(listed[entry.path] for entry in self._listed if goal.slug in entry.goals),
                    markdown(goal.path),
                )
                for goal in self.newsroom.goals
            ),
            corrections=self._all_corrections(),
            years=tuple(
                views.Link(str(year), year_url(year))
                for year in sorted({self._year(entry) for entry in self._listed}, reverse=True)
            ),
            is_preview=self.settings.drafts,
        )

    @cached_property
    def _shown(self) -> frozenset[str]:
        """The paths of the citations that readers may see."""
        return frozenset(citation.path for citation in self.newsroom.citations)

    @cached_property
    def _listed(self) -> tuple[entries.Entry, ...]:
        """The entries that lists show, newest first: originals that are not hidden."""
        shown = (
            entry
            for entry in self.newsroom.entries
            if not entry.translates and entry.status != "hidden"
        )
        return tuple(sorted(shown, key=lambda entry: (entry.date, entry.path), reverse=True))

    def _year(self, entry: entries.Entry) -> int:
        return entry.date.astimezone(self.settings.zone).year

    def _author(
        self, author: authors.Author, listed: dict[str, views.Entry], read: Callable[[], str]
    ) -> views.Author:
        today = self.now.astimezone(self.settings.zone).date()
        role = author.role_on(today)
        return views.Author(
            name=author.name,
            role=role,
            former_roles=tuple(item.title for item in author.roles if item.title != role),
            url=author_url(author.slug),
            photo=self.photo(author),
            email=author.email,
            phone=author.phone,
            profiles=tuple(views.Link(_host(url), url) for url in author.profiles),
            entries=tuple(
                listed[entry.path] for entry in self._listed if author.name in entry.authors
            ),
            read_biography=read,
        )

    def _all_corrections(self) -> tuple[views.Correction | views.Withdrawal, ...]:
        found: list[tuple[Moment, views.Correction | views.Withdrawal]] = []
        for entry in self._listed:
            for item, shown in zip(entry.corrections, self.corrections(entry), strict=True):
                found.append((item.at, shown))
            gone = self.withdrawal(entry)
            if entry.withdrawn and gone:
                found.append((entry.withdrawn.at, gone))
        newest_first = sorted(found, key=lambda pair: pair[0].at, reverse=True)
        return tuple(shown for _, shown in newest_first)


def _order(moment: Moment, kind: str) -> datetime:
    """Where a moment stands in a timeline: a day without time comes last on that day."""
    if moment.has_time or kind == "original":
        return moment.at
    return moment.at + timedelta(days=1, seconds=-1)


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}".rstrip("/")
