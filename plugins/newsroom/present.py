"""The model made into views: names resolved, dates in words, places in the thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from . import author as authors
from . import citation as citations
from . import entry as entries
from . import incident as incidents
from . import views
from .addresses import (
    author_url,
    citation_id,
    citation_url,
    entry_id,
    entry_url,
    goal_url,
    incident_url,
    year_url,
)
from .citation import Moment
from .markup import inline
from .newsroom import Newsroom
from .settings import Settings
from .words import (
    CITATION_KINDS,
    CITATION_NOUNS,
    ENTRY_KINDS,
    STATE_MEANINGS,
    STATES,
    day_text,
    elapsed_text,
    language_name,
    time_text,
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
class Presenter:
    """Makes views of what of a newsroom is shown: the public part, or a preview."""

    newsroom: Newsroom
    settings: Settings
    now: datetime
    bodies: Bodies

    def when(self, at: datetime) -> views.When:
        """A time in the site's zone."""
        local = at.astimezone(self.settings.zone)
        return views.When(local.isoformat(), time_text(local), day_text(local))

    def moment(self, moment: Moment | None) -> views.When | None:
        """A moment as exact as it was written."""
        if moment is None or moment.has_time:
            return self.when(moment.at) if moment else None
        return self.day(moment.at.date())

    def day(self, day: date | None) -> views.When | None:
        """A day without time."""
        return views.When(day.isoformat(), day_text(day), day_text(day)) if day else None

    def state(self, key: str) -> views.State:
        """A state in words."""
        return views.State(
            key, STATES.get(key, key), STATE_MEANINGS.get(key, ""), key in entries.OPEN_STATES
        )

    def photo(self, author: authors.Author) -> views.Picture | None:
        """A portrait. The name stands beside it, so its ``alt`` is empty (WCAG H67)."""
        photo = author.photo
        return views.Picture(photo.path, photo.width, photo.height, "") if photo else None

    def byline(self, name: str, at: datetime) -> views.Byline:
        """An author as of a day; a draft may name one without profile."""
        author = self.newsroom.by_name.get(name)
        if author is None:
            return views.Byline(name, "", "", None)
        role = author.role_on(at.astimezone(self.settings.zone).date())
        return views.Byline(name, role, author_url(author.slug), self.photo(author))

    def citation(self, citation: citations.Citation) -> views.Citation:
        """A citation with its provenance in words."""
        shot = citation.screenshot
        said = [text for text in (citation.author, citation.publication) if text]
        return views.Citation(
            id=citation_id(citation.stem),
            url=citation_url(citation.incident, citation.stem),
            kind=citation.kind,
            kind_label=CITATION_KINDS.get(citation.kind, citation.kind),
            source=", ".join(said),
            author=citation.author,
            author_url=citation.author_url,
            publication=citation.publication,
            link=citation.url,
            archive_url=citation.archive_url,
            medium=citation.medium,
            published=self.moment(citation.published),
            accessed=self.moment(citation.accessed),
            availability=citation.availability,
            availability_at=self.moment(citation.availability_at),
            screenshot=views.Picture(shot.path, shot.width, shot.height, shot.alt)
            if shot
            else None,
            sha256=shot.sha256 if shot else "",
            credit=citation.credit,
            credit_url=citation.credit_url,
            redacted=citation.redacted,
            warning=citation.warning,
            lang=citation.lang,
            text=_verbatim(citation.text),
        )

    def goals_of(self, entry: entries.Entry) -> tuple[views.Link, ...]:
        """The goals that an entry is tied to."""
        titles = {goal.slug: goal.title for goal in self.newsroom.goals}
        return tuple(
            views.Link(titles[slug], goal_url(slug)) for slug in entry.goals if slug in titles
        )

    def link(self, entry: entries.Entry | None) -> views.Link | None:
        """An entry's title and URL."""
        if entry is None:
            return None
        return views.Link(entry.title, entry_url(entry, self.newsroom.original_of(entry)))

    def _link(self, entry: entries.Entry) -> views.Link:
        return views.Link(entry.title, entry_url(entry, self.newsroom.original_of(entry)))

    def corrections(self, entry: entries.Entry) -> tuple[views.Correction, ...]:
        """An entry's corrections, newest first."""
        return tuple(
            views.Correction(_known(self.moment(item.at)), item.text, self._link(entry))
            for item in entry.corrections
        )

    def withdrawal(self, entry: entries.Entry) -> views.Withdrawal | None:
        """An entry's withdrawal, if it was withdrawn."""
        gone = entry.withdrawn
        if gone is None:
            return None
        return views.Withdrawal(_known(self.moment(gone.at)), gone.reason, self._link(entry))

    def commitments(self, entry: entries.Entry) -> tuple[views.Commitment, ...]:
        """What an entry promises; nothing of one that is withdrawn."""
        return tuple(
            views.Commitment(
                Markup(inline(item.text)),
                item.kept,
                self.day(item.due),
                self.day(item.done),
                self._link(entry),
            )
            for item in (() if entry.withdrawn else entry.commitments)
        )

    def held_back(self, entry: entries.Entry) -> str:
        """Why readers do not see an entry yet, for a preview."""
        if entry.is_draft:
            return "Draft"
        if entry.date > self.now:
            return f"Planned for {time_text(entry.date.astimezone(self.settings.zone))}"
        original = self.newsroom.original_of(entry)
        if original is not entry and self.held_back(original):
            return "Waits for its original"
        incident = self.newsroom.by_id.get(entry.incident)
        if incident and entry != incident.statement and not incident.statement.due(self.now):
            return "Waits for its statement"
        return ""

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
        link = self._link(entry)
        return views.Translation(entry.lang, language_name(entry.lang), link.url, link.title)

    def entry(self, entry: entries.Entry) -> views.Entry:
        """An entry with its place in the thread; a translation has its original's."""
        original = self.newsroom.original_of(entry)
        incident = self.newsroom.by_id.get(original.incident) if original.in_incident else None
        newest = incident.newest if incident and incident.newest != original else None
        shown = {citation.path for citation in self.newsroom.citations}
        return views.Entry(
            id=entry_id(original.slug),
            path=entry.path,
            kind=entry.kind,
            kind_label=ENTRY_KINDS[entry.kind],
            title=entry.title,
            url=entry_url(entry, original),
            lang=entry.lang,
            summary="" if original.withdrawn else self.bodies.summary(entry.path),
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
            previous=self.link(incident.before(original)) if incident else None,
            next=self.link(incident.after(original)) if incident else None,
            newest=self.link(newest),
            next_update=self.moment(original.next_update),
            answers=tuple(
                self.citation(item)
                for item in (incident.answers(original) if incident else ())
                if item.path in shown
            ),
            goals=self.goals_of(original),
            commitments=self.commitments(original),
            corrections=self.corrections(original),
            withdrawn=self.withdrawal(original),
            original=self._version(original) if original != entry else None,
            translations=self.versions(entry),
            read_content=self.bodies.content(entry.path),
            read_embedded=self.bodies.embedded(entry.path, f"{entry_id(original.slug)}-"),
        )

    def timeline(self, incident: incidents.Incident) -> tuple[views.TimelineItem, ...]:
        """What happened, oldest first: the citations, their deletion, the entries."""
        found: list[tuple[datetime, int, views.TimelineItem]] = []

        def add(moment: Moment | None, rank: int, title: str, url: str, kind: str) -> None:
            if moment:
                item = views.TimelineItem(
                    _known(self.moment(moment)), title, self.elapsed(incident, moment), url, kind
                )
                found.append((moment.at, rank, item))

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
            started=_known(self.moment(incident.starts_at)),
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
                    tuple(self._link(entry) for entry in incident.answered_by(citation)),
                )
                for citation in incident.citations
                if not citation.is_original
            ),
            commitments=tuple(item for view in thread for item in view.commitments),
            corrections=tuple(
                views.Correction(_known(self.moment(item.at)), item.text, self._link(entry))
                for entry, item in incident.corrections
            ),
            translations=tuple(item for view in thread for item in view.translations),
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


def _known(when: views.When | None) -> views.When:
    assert when is not None
    return when


def _host(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}".rstrip("/")


def _verbatim(text: str) -> Markup:
    """Other people's text: escaped, its paragraphs and line breaks kept."""
    paragraphs: Iterable[str] = (part for part in text.split("\n\n") if part.strip())
    return Markup("\n").join(
        Markup("<p>{}</p>").format(
            Markup("<br>\n").join(escape(line) for line in part.strip("\n").split("\n"))
        )
        for part in paragraphs
    )
