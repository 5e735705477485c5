"""Entries, incidents and the whole newsroom made into views, places in the thread resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urlsplit

from ..language.words import language_name
from ..model import author as authors
from ..model import entry as entries
from ..model import incident as incidents
from ..model.addresses import JSON, author_url, entry_id, feed_of, goal_url, incident_url, year_url
from ..model.letters import initials
from ..model.moment import Moment
from . import parts, views
from .entries import EntryPresenter


@dataclass(frozen=True)
class Presenter(EntryPresenter):
    """Makes views of what of a newsroom is shown: the public part, or a preview."""

    def timeline(self, incident: incidents.Incident, lang: str) -> tuple[views.TimelineItem, ...]:
        """What happened, oldest first: the citations, their deletion, the entries."""
        page = self.incident_page(incident.id, lang)
        found: list[tuple[datetime, int, views.TimelineItem]] = []

        def add(moment: Moment | None, rank: int, what: str, title: parts.Link, kind: str) -> None:
            if moment:
                when, elapsed = self.known(moment), self.elapsed(incident, moment)
                item = views.TimelineItem(when, what, title, elapsed, kind)
                found.append((_order(moment, kind), rank, item))

        for citation in incident.citations:
            view = self.citation(citation, lang)
            kind = "original" if citation.is_original else "citation"
            source = parts.Link(view.source, view.url)
            add(citation.published, 0, view.kind_label, source, kind)
            if citation.availability == "deleted":
                gone = parts.Link(self.words.deleted(citation.kind), view.url)
                add(citation.availability_at, 1, "", gone, "deleted")
        for entry in incident.thread:
            shown = self.version(entry, lang)
            title = parts.Link(self.title(shown), f"{page}#{entry_id(entry.slug)}", shown.lang)
            add(Moment(entry.date), 2, self.words.entry_kind(entry.kind), title, entry.kind)
        return tuple(item for _, _, item in sorted(found, key=lambda item: item[:2]))

    def pages(
        self, incident: incidents.Incident, shown: Mapping[str, views.Entry]
    ) -> tuple[views.Incident, ...]:
        """An incident's pages, one in each language that it has entries in, the main one first.

        ``shown`` are the views of entries by path.
        """
        languages = self.newsroom.languages_of(incident)
        return tuple(
            self.speaking(lang)._incident(incident, shown, lang, languages) for lang in languages
        )

    def _incident(
        self,
        incident: incidents.Incident,
        shown: Mapping[str, views.Entry],
        lang: str,
        languages: tuple[str, ...],
    ) -> views.Incident:
        versions = [self.version(entry, lang) for entry in incident.thread]
        thread = tuple(shown[entry.path] for entry in versions)
        resolved, promised = incident.resolved_at, incident.next_update
        first, after = incident.first_word, incident.answered_after(self.settings.zone)
        updated = max(map(self.newsroom.updated, incident.thread))
        newest = shown[self.version(incident.newest, lang).path]
        if newest.withdrawn:  # it may be the translation alone
            newest = shown[incident.newest.path]
        link = self.incident_link(incident, lang)
        original = incident.original
        corrections = (item for entry in versions for item in self.corrections(entry))
        return views.Incident(
            id=link.id,
            feed_id=self.tag_uri(f"incidents/{link.id}"),
            name=link.name,
            url=link.url,
            lang=lang,
            name_lang=link.lang,
            feed=feed_of(incident_url(link.id)),
            poll=self._poll(link.id) if incident.is_open else "",
            translations=tuple(
                self._other_page(incident, other) for other in languages if other != lang
            ),
            is_main=lang == languages[0],
            state=link.state,
            updated=self.when(updated),
            resolved=self.when(resolved) if resolved else None,
            time_to_statement=self.words.elapsed(after, self.noun(incident)) if after else "",
            year=incident.starts_at.at.astimezone(self.settings.zone).year,
            statement_after=after,
            resolved_after=self._since(incident, resolved),
            open_for=self._since(incident, incident.newest.date) if incident.is_open else None,
            first_statement=self.when(first or incident.statement.date),
            as_of=self.when(incident.newest.date if incident.standing else updated),
            latest=newest,
            next_update=self.moment(promised),
            is_late=bool(promised and promised.over(self.now)),
            late_at=self.when(promised.end).iso if promised else "",
            original=self.citation(original, lang) if original else None,
            timeline=self.timeline(incident, lang),
            thread=thread,
            written=tuple(shown[entry.path] for entry in incident.thread),
            heard=tuple(
                views.Heard(
                    self.citation(citation, lang),
                    tuple(
                        self.link(self.version(entry, lang))
                        for entry in incident.answered_by(citation)
                    ),
                )
                for citation in incident.citations
                if not citation.is_original
            ),
            commitments=tuple(
                item
                for entry, version in zip(incident.thread, versions, strict=True)
                for item in self.commitments(entry if version.withdrawn else version)
            ),
            corrections=tuple(sorted(corrections, key=lambda item: item.at, reverse=True)),
            words=self.words,
        )

    def _since(self, incident: incidents.Incident, at: datetime | None) -> incidents.Elapsed | None:
        return incident.elapsed(Moment(at), self.settings.zone) if at else None

    def _poll(self, id: str) -> str:
        """The incident's JSON feed from the host's root, so that any mirror serves it itself."""
        if not self.settings.site_url:
            return ""
        return f"{urlsplit(self.settings.site_url).path}/{feed_of(incident_url(id))}{JSON}"

    def _other_page(self, incident: incidents.Incident, lang: str) -> parts.Translation:
        link = self.incident_link(incident, lang)
        return parts.Translation(lang, language_name(lang), link.url, link.name)

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
        newest = sorted(self.newsroom.incidents, key=lambda item: item.starts_at.at, reverse=True)
        pages = tuple(page for incident in newest for page in self.pages(incident, shown))
        return views.Newsroom(
            company=self.settings.company,
            name=self.settings.name,
            site_url=self.settings.site_url,
            contact=self.settings.contact,
            incidents=tuple(page for page in pages if page.is_main),
            open_incidents=tuple(
                sorted(
                    (page for page in pages if page.is_main and page.state.is_open),
                    key=lambda page: self.newsroom.by_id[page.id].newest.date,
                    reverse=True,
                )
            ),
            incident_pages=pages,
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
                    tuple(listed[path] for path in self._towards.get(goal.slug, ())),
                    markdown(goal.path),
                )
                for goal in self.newsroom.goals
            ),
            corrections=self._all_corrections(),
            years=tuple(
                parts.Link(str(year), year_url(year))
                for year in sorted({self._year(entry) for entry in self._listed}, reverse=True)
            ),
            is_preview=self.settings.drafts,
            poll_seconds=self.settings.poll_seconds,
            has_search=self.settings.search and not self.settings.drafts and bool(listed),
            languages=self.languages,
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

    @cached_property
    def _towards(self) -> Mapping[str, list[str]]:
        """The paths of what lists show, newest first, by the slugs of its goals."""
        return self._paths_by(lambda entry: entry.goals)

    @cached_property
    def _signed(self) -> Mapping[str, list[str]]:
        """The paths of what lists show, newest first, by the names of who signed it."""
        return self._paths_by(lambda entry: entry.authors)

    def _paths_by(self, names: Callable[[entries.Entry], Iterable[str]]) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for entry in self._listed:
            for name in dict.fromkeys(names(entry)):
                found.setdefault(name, []).append(entry.path)
        return found

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
            initials=initials(author.name),
            role=role,
            former_roles=tuple(item.title for item in past if item.title != role),
            url=author_url(author.slug),
            photo=self.photo(author),
            email=author.email,
            phone=author.phone,
            profiles=tuple(parts.Link(_host(url), url) for url in author.profiles),
            entries=tuple(listed[path] for path in self._signed.get(author.name, ())),
            read_biography=read,
        )

    def _all_corrections(self) -> tuple[parts.Correction | parts.Withdrawal, ...]:
        """Every entry's own corrections and withdrawal, a translation's too, newest first."""
        found: list[parts.Correction | parts.Withdrawal] = []
        for entry in filter(self.newsroom.is_listed, self.newsroom.entries):
            found += self.own_corrections(entry)
            if entry.withdrawn and (gone := self.withdrawal(entry)):
                found.append(gone)
        return tuple(sorted(found, key=lambda change: (change.at, change.id), reverse=True))


def _order(moment: Moment, kind: str) -> datetime:
    """Where a moment stands in a timeline: a day without time comes last on that day."""
    if moment.has_time or kind == "original":
        return moment.at
    return moment.end - timedelta(seconds=1)


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}".rstrip("/")
