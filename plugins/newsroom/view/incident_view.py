"""Incidents as readers see them: where things stand, the timeline, the thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import urlsplit

from ..language.words import DELETED, ENTRY_KINDS, SPANS, Words, language_name
from ..model.addresses import JSON, entry_id, feed_of, incident_url
from ..model.incident import Incident
from ..model.moment import Moment
from . import parts
from .context import ViewContext
from .entry_view import EntryView


@dataclass(frozen=True)
class TimelineItem:
    """One thing that happened; ``what`` it is in general, and ``elapsed``, may be empty."""

    when: parts.TimeView
    what: str
    title: parts.Link
    elapsed: str
    kind: str


Happened = tuple[datetime, int, TimelineItem]  # with what it is sorted by


@dataclass(frozen=True)
class Heard:
    """A citation other than the original, and which entries answer it."""

    citation: parts.CitationView
    answered_by: tuple[parts.Link, ...]


@dataclass(frozen=True)
class Related:
    """Another incident that belongs to this one, and where the company stands in it."""

    incident: parts.IncidentLink
    state: parts.State


@dataclass(frozen=True, eq=False)
class IncidentView:
    """An incident's page in one language, ``lang``; ``model`` is the incident as it was read.

    ``thread`` has each entry in ``lang`` if it is there in that, ``written`` each as it was
    first written. Each field is made when it is first looked at.
    """

    model: Incident
    lang: str
    thread: tuple[EntryView, ...]
    written: tuple[EntryView, ...]
    context: ViewContext = field(repr=False)

    @property
    def words(self) -> Words:
        return self.context.words

    @cached_property
    def _link(self) -> parts.IncidentLink:
        return self.context.incident_link(self.model, self.lang)

    @property
    def name(self) -> str:
        return self._link.name

    @property
    def name_lang(self) -> str:
        return self._link.lang

    @property
    def url(self) -> str:
        return self._link.url

    @property
    def feed(self) -> str:
        return feed_of(incident_url(self.model.id))

    @property
    def poll(self) -> str:
        site_url = self.context.settings.site_url
        asks = bool(site_url and self.model.is_open)
        return f"{urlsplit(site_url).path}/{self.feed}{JSON}" if asks else ""

    @property
    def is_main(self) -> bool:
        return self.lang == self.model.statement.lang

    @cached_property
    def translations(self) -> tuple[parts.Link, ...]:
        page, id = self.context.incident_page, self.model.id
        others = (
            lang for lang in self.context.newsroom.languages_of(self.model) if lang != self.lang
        )
        return tuple(parts.Link(language_name(lang), page(id, lang), lang) for lang in others)

    @cached_property
    def state(self) -> parts.State:
        return self.context.state(self.model.state)

    @cached_property
    def updated(self) -> parts.TimeView:
        return self.context.when(max(map(self.context.newsroom.updated, self.model.thread)))

    @cached_property
    def resolved(self) -> parts.TimeView | None:
        at = self.model.resolved_at
        return self.context.when(at) if at else None

    @cached_property
    def time_to_statement(self) -> str:
        after = self.model.answered_after(self.context.settings.zone)
        return self.words.elapsed(after, self.model.starts_with) if after else ""

    @cached_property
    def began(self) -> parts.TimeView | None:
        return self.context.moment(self.model.began)

    @cached_property
    def ended(self) -> parts.TimeView | None:
        return self.context.moment(self.model.ended)

    @cached_property
    def lasted(self) -> str:
        found = self.model.lasted(self.context.settings.zone)
        return self.words.span(found) if found else ""

    @cached_property
    def first_statement(self) -> parts.TimeView:
        return self.context.when(self.model.first_word or self.model.statement.date)

    @cached_property
    def latest(self) -> EntryView:
        place = self.model.position(self.model.newest) - 1
        newest = self.thread[place]  # it may be the translation alone that is withdrawn
        return self.written[place] if newest.withdrawn else newest

    @cached_property
    def as_of(self) -> parts.TimeView:
        standing = self.model.standing
        return self.context.when(self.model.newest.date) if standing else self.updated

    @cached_property
    def next_update(self) -> parts.TimeView | None:
        return self.context.moment(self.model.next_update)

    @property
    def is_late(self) -> bool:
        promised = self.model.next_update
        return bool(promised and promised.over(self.context.now))

    @property
    def late_at(self) -> str:
        promised = self.model.next_update
        return self.context.when(promised.end).iso if promised else ""

    @cached_property
    def originals(self) -> tuple[parts.CitationView, ...]:
        return tuple(self.context.citation(each, self.lang) for each in self.model.originals)

    @cached_property
    def heard(self) -> tuple[Heard, ...]:
        others = (item for item in self.model.citations if item not in self.model.originals)
        return tuple(
            Heard(
                self.context.citation(item, self.lang),
                tuple(
                    self.context.link(self.context.version(entry, self.lang))
                    for entry in self.model.answered_by(item)
                ),
            )
            for item in others
        )

    @cached_property
    def commitments(self) -> tuple[parts.CommitmentView, ...]:
        pairs = zip(self.written, self.thread, strict=True)
        shown = (written if version.withdrawn else version for written, version in pairs)
        return tuple(item for entry in shown for item in self.context.commitments(entry.model))

    @cached_property
    def documents(self) -> tuple[parts.DocumentView, ...]:
        newest_first = (self.context.documents(entry.model) for entry in reversed(self.thread))
        found = [document for each in newest_first for document in each]
        return tuple({each.model.path: each for each in reversed(found)}.values())[::-1]

    @cached_property
    def corrections(self) -> tuple[parts.Change, ...]:
        found = (item for entry in self.thread for item in self.context.corrections(entry.model))
        return tuple(sorted(found, key=lambda item: item.at, reverse=True))

    @cached_property
    def related(self) -> tuple[Related, ...]:
        newsroom, found = self.context.newsroom, []
        for other in newsroom.related(self.model):
            has_page = self.lang in newsroom.languages_of(other)
            link = self.context.incident_link(
                other, self.lang if has_page else other.statement.lang
            )
            found.append(Related(link, self.context.state(other.state)))
        return tuple(found)

    @cached_property
    def timeline(self) -> tuple[TimelineItem, ...]:
        return tuple(item for *_, item in sorted(self._happened(), key=lambda found: found[:2]))

    def _happened(self) -> Iterator[Happened]:
        def item(moment: Moment, rank: int, what: str, title: parts.Link, kind: str) -> Happened:
            elapsed = self.context.elapsed(self.model, moment)
            shown = TimelineItem(self.context.known(moment), what, title, elapsed, kind)
            # A day without time comes last on that day.
            timed = moment.has_time or kind == "original"
            return (moment.at if timed else moment.end - timedelta(seconds=1)), rank, shown

        for citation in self.model.citations:
            view = self.context.citation(citation, self.lang)
            kind = "original" if citation in self.model.originals else "citation"
            if citation.published:
                title = parts.Link(view.source, view.url)
                yield item(citation.published, 0, view.kind_label, title, kind)
            if citation.availability == "deleted" and citation.availability_at:
                gone = parts.Link(self.words.say(DELETED.get(citation.kind, DELETED[""])), view.url)
                yield item(citation.availability_at, 1, "", gone, "deleted")
        said = (
            ("began", self.model.began, self.model.tells_beginning),
            ("ended", self.model.ended, self.model.tells_end),
        )
        for kind, when, entry in said:
            if when and entry:
                url = f"{self.url}#{entry_id(entry.slug)}"
                yield item(when, 0, "", parts.Link(self.words.say(SPANS[kind]), url), kind)
        for entry, version in zip(self.model.thread, self.thread, strict=True):
            title = parts.Link(version.title, f"{self.url}#{entry_id(entry.slug)}", version.lang)
            what = self.words.say(ENTRY_KINDS[entry.kind])
            yield item(Moment(entry.date), 2, what, title, entry.kind)
            teller = version.model if version.model.events else entry
            for event in () if entry.withdrawn else teller.events:
                told = parts.Link(event.text, title.url, teller.lang)
                yield item(event.at, 0, "", told, "event")
