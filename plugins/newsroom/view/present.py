"""Entries, incidents and the whole newsroom made into views, places in the thread resolved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urlsplit

from ..model import author as authors
from ..model import entry as entries
from ..model import incident as incidents
from ..model.addresses import (
    author_url,
    entry_id,
    goal_url,
    incident_url,
    year_url,
)
from ..model.moment import Moment
from ..model.words import (
    CITATION_NOUNS,
    ENTRY_KINDS,
)
from . import views
from .entries import EntryPresenter


@dataclass(frozen=True)
class Presenter(EntryPresenter):
    """Makes views of what of a newsroom is shown: the public part, or a preview."""

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

    def incident(
        self, incident: incidents.Incident, shown: Mapping[str, views.Entry]
    ) -> views.Incident:
        """An incident's page; ``shown`` are the views of entries by path."""
        thread = tuple(shown[entry.path] for entry in incident.thread)
        standing = [view for view in thread if not view.withdrawn] or list(thread)
        resolved = incident.resolved_at
        link = self.incident_link(incident)
        statement = Moment(incident.statement.date)
        original = incident.original
        return views.Incident(
            id=link.id,
            feed_id=self.tag_uri(f"incidents/{link.id}"),
            name=link.name,
            url=link.url,
            lang=incident.statement.lang,
            state=link.state,
            updated=self.when(max(map(self.newsroom.updated, incident.thread))),
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
                sorted(
                    (item for entry in incident.thread for item in self.own_corrections(entry)),
                    key=lambda item: item.at,
                    reverse=True,
                )
            ),
        )

    def view(self, markdown: Callable[[str], Callable[[], str]]) -> views.Newsroom:
        """The whole newsroom; ``markdown(path)`` reads a profile's or a goal's HTML."""
        shown = {entry.path: self.entry(entry) for entry in self.newsroom.entries}
        listed = {entry.path: shown[entry.path] for entry in self._listed}
        translations = {
            entry.path
            for path in listed
            for entry in self.newsroom.translations.get(path, ())
            if self.newsroom.is_listed(entry)
        }
        return views.Newsroom(
            company=self.settings.company,
            name=self.settings.name,
            site_url=self.settings.site_url,
            contact=self.settings.contact,
            incidents=tuple(
                self.incident(incident, shown)
                for incident in sorted(
                    self.newsroom.incidents, key=lambda item: item.starts_at.at, reverse=True
                )
            ),
            entries=tuple(listed.values()),
            translations=tuple(view for path, view in shown.items() if path in translations),
            unlisted=tuple(
                view
                for path, view in shown.items()
                if path not in listed and path not in translations
            ),
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
    def _listed(self) -> tuple[entries.Entry, ...]:
        """The entries that lists show, newest first: originals that are not hidden."""
        shown = (
            entry
            for entry in self.newsroom.entries
            if not entry.translates and self.newsroom.is_listed(entry)
        )
        return tuple(sorted(shown, key=lambda entry: (entry.date, entry.path), reverse=True))

    def _year(self, entry: entries.Entry) -> int:
        return entry.date.astimezone(self.settings.zone).year

    def _author(
        self, author: authors.Author, listed: dict[str, views.Entry], read: Callable[[], str]
    ) -> views.Author:
        today = self.now.astimezone(self.settings.zone).date()
        role = author.role_on(today)
        past = [item for item in author.roles if item.since is None or item.since <= today]
        return views.Author(
            slug=author.slug,
            feed_id=self.tag_uri(f"authors/{author.slug}"),
            name=author.name,
            role=role,
            former_roles=tuple(item.title for item in past if item.title != role),
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
        """Every entry's own corrections and withdrawal, a translation's too, newest first."""
        found: list[views.Correction | views.Withdrawal] = []
        for entry in filter(self.newsroom.is_listed, self.newsroom.entries):
            found += self.own_corrections(entry)
            if entry.withdrawn and (gone := self.withdrawal(entry)):
                found.append(gone)
        return tuple(sorted(found, key=lambda change: (change.at, change.id), reverse=True))


def _order(moment: Moment, kind: str) -> datetime:
    """Where a moment stands in a timeline: a day without time comes last on that day."""
    if moment.has_time or kind == "original":
        return moment.at
    return moment.at + timedelta(days=1, seconds=-1)


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}".rstrip("/")
