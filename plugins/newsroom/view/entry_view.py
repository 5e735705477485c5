"""Entries as readers see them: their place in the thread, what they answer, their languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import takewhile

from markupsafe import Markup

from ..language.words import ADVICE_CHANGES, ENTRY_KINDS, Words, language_name
from ..model.addresses import beside_page, entry_id, entry_url, goal_url, history_of
from ..model.entry import Entry
from ..model.incident import Incident
from ..model.moment import Moment
from . import parts
from .context import ViewContext
from .markup import note_advice


@dataclass(frozen=True, eq=False)
class EntryView:
    """A statement, follow-up or post in its own words; ``model`` is the entry as it was read.

    Each field is made when it is first looked at: of ten thousand entries, a build that
    changes one looks at few. A translation has the place in the thread of its original.
    """

    model: Entry
    context: ViewContext = field(repr=False)

    @property
    def words(self) -> Words:
        return self.context.words

    @property
    def kind(self) -> str:
        return self.model.kind

    @property
    def lang(self) -> str:
        return self.model.lang

    @cached_property
    def _original(self) -> Entry:
        return self.context.newsroom.original_of(self.model)

    @cached_property
    def _incident(self) -> Incident | None:
        found = self.context.newsroom.by_id.get(self._original.incident)
        return found if self._original.in_incident else None

    @property
    def id(self) -> str:
        return entry_id(self._original.slug)

    @cached_property
    def feed_id(self) -> str:
        return self.context.feed_id(self.model)

    @property
    def kind_label(self) -> str:
        return self.words.say(ENTRY_KINDS[self.model.kind])

    @cached_property
    def title(self) -> str:
        return self.context.title(self.model)

    @cached_property
    def url(self) -> str:
        return entry_url(self.model, self._original)

    @property
    def history_url(self) -> str:
        return history_of(self.url) if self.model.path in self.context.histories else ""

    @cached_property
    def change_url(self) -> str:
        versions = self.context.histories.get(self.model.path, ())
        noted = (self.model.modified, self.model.modified_note)
        same = takewhile(
            lambda each: (each.entry.modified, each.entry.modified_note) == noted, versions
        )
        if not (self.modified and versions):
            return ""
        return f"{self.history_url}#v{len(versions) + 1 - sum(1 for _ in same)}"

    @cached_property
    def summary(self) -> str:
        return "" if self.withdrawn else self.context.bodies.summary(self.model.path)

    @cached_property
    def date(self) -> parts.TimeView:
        return self.context.when(self.model.date)

    @cached_property
    def updated(self) -> parts.TimeView:
        return self.context.when(self.context.newsroom.updated(self.model))

    @cached_property
    def last_changed(self) -> parts.TimeView:
        return self.context.when(self.context.newsroom.last_changed(self.model))

    @cached_property
    def modified(self) -> parts.TimeView | None:
        return self.context.moment(self.model.modified)

    @cached_property
    def category(self) -> parts.Link | None:
        return self.context.bodies.category(self.model.path)

    @cached_property
    def tags(self) -> tuple[parts.Link, ...]:
        return self.context.bodies.tags(self.model.path)

    @cached_property
    def bylines(self) -> tuple[parts.Byline, ...]:
        return tuple(self.context.byline(name, self.model.date) for name in self.model.authors)

    @cached_property
    def approved_by(self) -> parts.Byline | None:
        name = self.model.approved_by
        return self.context.byline(name, self.model.date) if name else None

    @cached_property
    def signatures(self) -> tuple[parts.SignatureView, ...]:
        return self.context.signatures(self.model)

    @property
    def source(self) -> str:
        return beside_page(self.url, self.model.path) if self.signatures else ""

    @property
    def source_file(self) -> str:
        return self.source.rpartition("/")[2]

    @property
    def as_of(self) -> parts.TimeView:
        return self.context.when(self.model.as_of)

    @property
    def attribution(self) -> str:
        people = [part for person in self.bylines for part in (person.name, person.role) if part]
        return self.words.beside(*people, self.context.settings.company, self.date.text)

    @property
    def held_back(self) -> str:
        return self.context.held_back(self.model) if self.context.settings.drafts else ""

    @cached_property
    def incident(self) -> parts.IncidentLink | None:
        link, lang = self.context.incident_link, self.model.lang
        return link(self._incident, lang) if self._incident else None

    @cached_property
    def state(self) -> parts.State | None:
        if self._incident is None or self.withdrawn:
            return None
        return self.context.state(self._incident.state_as_of(self._original))

    @cached_property
    def number(self) -> int:
        return self._incident.position(self._original) if self._incident else 0

    @property
    def position(self) -> str:
        if self._incident is None:
            return ""
        count = len(self._incident.thread)
        return self.words.say("Update {number} of {count}", number=self.number, count=count)

    @cached_property
    def elapsed(self) -> str:
        moment = Moment(self.model.date)
        return self.context.elapsed(self._incident, moment) if self._incident else ""

    @property
    def previous(self) -> parts.Link | None:
        return self._at(self.number - 1)

    @property
    def next(self) -> parts.Link | None:
        return self._at(self.number + 1)

    @property
    def newest(self) -> parts.Link | None:
        newest = self._incident.position(self._incident.newest) if self._incident else 0
        return self._at(newest) if newest > self.number else None

    def _at(self, number: int) -> parts.Link | None:
        """Return the entry at a position in the thread, in this one's language if there is one."""
        thread = self._incident.thread if self._incident else ()
        if not 0 < number <= len(thread):
            return None
        return self.context.link(self.context.version(thread[number - 1], self.model.lang))

    @cached_property
    def next_update(self) -> parts.TimeView | None:
        if self._incident is None or not self._incident.is_open or self.withdrawn:
            return None
        return self.context.moment(self._original.next_update)

    @cached_property
    def answers(self) -> tuple[parts.CitationView, ...]:
        cited = self._incident.answers(self._original) if self._incident else ()
        return tuple(self.context.citation(citation, self.model.lang) for citation in cited)

    @cached_property
    def replies_to(self) -> tuple[parts.Reference, ...]:
        found = []
        if self._incident and self.model.kind == "follow-up":
            statement = self.context.version(self._incident.statement, self.model.lang)
            id, url = self.context.feed_id(statement), self.context.link(statement).url
            found.append(parts.Reference(id, url, inside=True))
        for cited in (each.model for each in self.answers if each.model.url):
            gone = cited.availability == "deleted" and cited.archive_url
            found.append(parts.Reference(cited.url, cited.archive_url if gone else cited.url))
        return tuple(found)

    @cached_property
    def image(self) -> parts.Picture | None:
        return self.context.leading(self.model)

    @cached_property
    def goals(self) -> tuple[parts.Link, ...]:
        lang = self.context.settings.lang
        titles = {goal.slug: goal.title for goal in self.context.newsroom.goals}
        named = (slug for slug in self._original.goals if slug in titles)
        return tuple(parts.Link(titles[slug], goal_url(slug), lang) for slug in named)

    @cached_property
    def commitments(self) -> tuple[parts.CommitmentView, ...]:
        return self.context.commitments(self.model)

    @cached_property
    def recordings(self) -> tuple[parts.RecordingView, ...]:
        return self.context.recordings(self.model)

    @property
    def enclosures(self) -> tuple[parts.DocumentView | parts.RecordingView, ...]:
        return (*self.documents, *self.recordings)

    @cached_property
    def documents(self) -> tuple[parts.DocumentView, ...]:
        return self.context.documents(self.model)

    @cached_property
    def corrections(self) -> tuple[parts.Change, ...]:
        return self.context.corrections(self.model)

    @cached_property
    def withdrawn(self) -> parts.Change | None:
        return self.context.withdrawal(self.model)

    @property
    def original(self) -> parts.Link | None:
        return None if self._original is self.model else self.context.link(self._original)

    @cached_property
    def translations(self) -> tuple[parts.Link, ...]:
        newsroom = self.context.newsroom
        versions = (self._original, *newsroom.translations.get(self._original.path, ()))
        is_unlisted = not newsroom.is_listed(self.model)
        return tuple(
            parts.Link(language_name(each.lang), self.context.link(each).url, each.lang)
            for each in versions
            if each != self.model and (is_unlisted or newsroom.is_listed(each))
        )

    @property
    def content(self) -> Markup:
        return self._noted(self.context.bodies.content(self.model.path))

    @property
    def embedded(self) -> Markup:
        return self._noted(self.context.bodies.embedded(self.model.path, f"{self.id}-"))

    @property
    def elsewhere(self) -> str:
        site_url = self.context.settings.site_url
        return self._noted(self.context.bodies.content_at(self.model.path, site_url))

    def _noted(self, html: str) -> Markup:
        """Say in a body with advice that this holds no longer, if so."""
        # Of advice that a translation alone gives, the incident knows nothing.
        given = self.model.body.advice and self._original.body.advice
        is_over = self._incident and self._incident.advises is not self._original
        if not (given and is_over) or self.withdrawn:
            return Markup(html)
        note = Markup('<p class="advice-over"{}>{}</p>')
        said = self.words.html("This advice no longer holds.")
        return Markup(note_advice(html, note.format(self.words.within(self.lang), said)))

    @property
    def advice_change(self) -> str:
        change = self._incident.advice_change(self._original) if self._incident else ""
        return self.words.say(ADVICE_CHANGES[change]) if change else ""

    @cached_property
    def advice_elsewhere(self) -> parts.Link | None:
        adviser = self._incident.advises if self._incident else None
        if self.incident is None or adviser is None or adviser is self._original:
            return None
        said = self.context.saying(adviser, self.model.lang, lambda each: each.body.advice)
        return parts.Link(said.body.advice, f"{self.incident.url}#advice", said.lang)
