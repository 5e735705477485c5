"""The timeline of an incident: what happened, what was said, and how long it took."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..language.words import DELETED, ENTRY_KINDS, SPANS
from ..model.addresses import entry_id
from ..model.entry import Entry
from ..model.incident import Incident
from ..model.moment import Moment
from . import parts
from .context import ViewContext

Dated = tuple[tuple[datetime, int], "TimelineItem"]
"""An item, with what it is sorted by."""


@dataclass(frozen=True)
class TimelineItem:
    """One thing that happened; ``what`` it is in general, and ``elapsed``, may be empty.

    ``change`` is what an update changed the incident's state to, in words, and ``state`` that
    state.
    """

    when: parts.TimeView
    what: str
    title: parts.Link
    elapsed: str
    kind: str
    change: str = ""
    state: parts.State | None = None


@dataclass(frozen=True)
class Timeline:
    """Makes the items of an incident for its page in ``lang``, at ``url``."""

    incident: Incident
    lang: str
    url: str
    context: ViewContext

    def items(self) -> tuple[TimelineItem, ...]:
        """Return the items, oldest first."""
        found = [*self._citations(), *self._span(), *self._updates()]
        return tuple(item for _, item in sorted(found, key=lambda each: each[0]))

    def _item(
        self, moment: Moment, rank: int, what: str, title: parts.Link, kind: str, elapsed: str = ""
    ) -> Dated:
        # A day without time comes last on that day.
        timed = moment.has_time or kind == "original"
        at = moment.at if timed else moment.end - timedelta(seconds=1)
        shown = TimelineItem(self.context.known(moment), what, title, elapsed, kind)
        return (at, rank), shown

    def _since_start(self, moment: Moment) -> str:
        return self.context.elapsed(self.incident, moment)

    def _citations(self) -> Iterator[Dated]:
        for citation in self.incident.citations:
            view = self.context.citation(citation, self.lang)
            kind = "original" if citation in self.incident.originals else "citation"
            if when := citation.published:
                title = parts.Link(view.source, view.url)
                since = self._since_start(when)
                yield self._item(when, 0, view.kind_label, title, kind, since)
            if citation.availability == "deleted" and (when := citation.availability_at):
                said = self.context.words.say(DELETED.get(citation.kind, DELETED[""]))
                gone, since = parts.Link(said, view.url), self._since_start(when)
                yield self._item(when, 1, "", gone, "deleted", since)

    def _span(self) -> Iterator[Dated]:
        incident = self.incident
        said = (
            ("began", incident.began, incident.tells_beginning),
            ("ended", incident.ended, incident.tells_end),
        )
        for kind, when, entry in said:
            if when and entry:
                title = parts.Link(self.context.words.say(SPANS[kind]), self._place(entry))
                yield self._item(when, 0, "", title, kind, self._since_start(when))

    def _updates(self) -> Iterator[Dated]:
        context, incident = self.context, self.incident
        for entry in incident.thread:
            version = context.version(entry, self.lang)
            title = parts.Link(context.title(version), self._place(entry), version.lang)
            what, since = context.words.say(ENTRY_KINDS[entry.kind]), context.since(incident, entry)
            at, item = self._item(Moment(entry.date), 2, what, title, entry.kind, since)
            state, change = context.change(incident, entry)
            yield at, replace(item, state=state, change=change)
            if gone := context.newsroom.withdrawal(version):
                said = parts.Link(context.words.say("Withdrawn"), title.url)
                yield self._item(gone.at, 3, "", said, "withdrawal")
                continue
            teller = context.saying(entry, self.lang, lambda each: each.events)
            for event in teller.events:
                told, since = (
                    parts.Link(event.text, title.url, teller.lang),
                    self._since_start(event.at),
                )
                yield self._item(event.at, 0, "", told, "event", since)
            teller = context.saying(entry, self.lang, lambda each: each.corrections)
            for correction in teller.corrections:
                told = parts.Link(correction.text, title.url, teller.lang)
                what = context.words.say("Corrected")
                yield self._item(correction.at, 3, what, told, "correction")

    def _place(self, entry: Entry) -> str:
        return f"{self.url}#{entry_id(entry.slug)}"
