"""Entries made into views: their place in the thread, what they reply to, their languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

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
        others = self.newsroom.translations.get(original.path, ())
        if not others:
            return ()
        found = (original, *others)
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
        return EntryView(self.speaking(entry.lang), entry)

    def replies_to(
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

    def attribution(self, entry: entries.Entry) -> str:
        """Who said it, as what, for whom, and when."""
        bylines = [self.byline(name, entry.date) for name in entry.authors]
        people = [part for person in bylines for part in (person.name, person.role) if part]
        return self.words.beside(*people, self.settings.company, self.when(entry.date).text)

    def position(self, incident: incidents.Incident, entry: entries.Entry) -> str:
        """``Update 2 of 3``; the statement is 1."""
        number, count = incident.position(entry), len(incident.thread)
        return self.words.say("Update {number} of {count}", number=number, count=count)

    def replies(self, incident: incidents.Incident) -> parts.Replies:
        """How many follow-ups there are, and when one last changed."""
        follow_ups = [entry for entry in incident.thread if entry.kind == "follow-up"]
        updated = max(map(self.newsroom.updated, follow_ups), default=None)
        return parts.Replies(len(follow_ups), self.when(updated) if updated else None)

    def maybe(self, entry: entries.Entry | None, lang: str) -> parts.Link | None:
        """A link to an entry in a language, if there is such an entry."""
        return self.link(self.version(entry, lang)) if entry else None


class EntryView(views.Entry):
    """A view whose fields are made when they are first looked at.

    Of ten thousand entries, a build that changes one looks at few.
    """

    def __init__(self, presenter: EntryPresenter, entry: entries.Entry) -> None:
        vars(self).update(_presenter=presenter, _entry=entry)

    def __getattr__(self, name: str) -> Any:
        """Python asks only for what is not there yet. Raises AttributeError for no field."""
        make = _FIELDS.get(name)
        if make is None:
            raise AttributeError(name)
        value = make(self._presenter, self._entry)
        vars(self)[name] = value
        return value


Make = Callable[[EntryPresenter, entries.Entry], Any]


def _in_incident(make: Callable[..., Any], otherwise: Any) -> Make:
    """A field that only entries of an incident have."""

    def made(presenter: EntryPresenter, entry: entries.Entry) -> Any:
        original = presenter.newsroom.original_of(entry)
        found = presenter.newsroom.by_id.get(original.incident) if original.in_incident else None
        return make(presenter, entry, original, found) if found else otherwise

    return made


def _newest(
    show: EntryPresenter, entry: entries.Entry, original: entries.Entry, it: incidents.Incident
) -> parts.Link | None:
    is_newer = it.position(it.newest) > it.position(original)
    return show.maybe(it.newest if is_newer else None, entry.lang)


def _state(
    show: EntryPresenter, entry: entries.Entry, original: entries.Entry, it: incidents.Incident
) -> parts.State | None:
    gone = show.newsroom.withdrawal(entry)
    return None if gone else show.state(it.state_as_of(original))


_FIELDS: Mapping[str, Make] = {
    "id": lambda show, entry: entry_id(show.newsroom.original_of(entry).slug),
    "feed_id": lambda show, entry: show.feed_id(entry),
    "path": lambda show, entry: entry.path,
    "kind": lambda show, entry: entry.kind,
    "kind_label": lambda show, entry: show.words.entry_kind(entry.kind),
    "title": lambda show, entry: show.title(entry),
    "url": lambda show, entry: entry_url(entry, show.newsroom.original_of(entry)),
    "lang": lambda show, entry: entry.lang,
    "summary": lambda show, entry: (
        "" if show.newsroom.withdrawal(entry) else show.bodies.summary(entry.path)
    ),
    "date": lambda show, entry: show.when(entry.date),
    "updated": lambda show, entry: show.when(show.newsroom.updated(entry)),
    "modified": lambda show, entry: show.moment(entry.modified),
    "category": lambda show, entry: show.bodies.category(entry.path),
    "tags": lambda show, entry: show.bodies.tags(entry.path),
    "names": lambda show, entry: entry.authors,
    "bylines": lambda show, entry: tuple(show.byline(name, entry.date) for name in entry.authors),
    "approved_by": lambda show, entry: (
        show.byline(entry.approved_by, entry.date) if entry.approved_by else None
    ),
    "held_back": lambda show, entry: show.held_back(entry) if show.settings.drafts else "",
    "incident": _in_incident(lambda show, entry, _, it: show.incident_link(it, entry.lang), None),
    "state": _in_incident(_state, None),
    "number": _in_incident(lambda _show, _entry, first, it: it.position(first), 0),
    "position": _in_incident(lambda show, _, first, it: show.position(it, first), ""),
    "attribution": lambda show, entry: show.attribution(entry),
    "elapsed": _in_incident(lambda show, entry, _, it: show.elapsed(it, Moment(entry.date)), ""),
    "previous": _in_incident(
        lambda show, entry, first, it: show.maybe(it.before(first), entry.lang), None
    ),
    "next": _in_incident(
        lambda show, entry, first, it: show.maybe(it.after(first), entry.lang), None
    ),
    "newest": _in_incident(_newest, None),
    "next_update": _in_incident(
        lambda show, entry, first, it: (
            show.moment(first.next_update)
            if it.is_open and not show.newsroom.withdrawal(entry)
            else None
        ),
        None,
    ),
    "answers": _in_incident(
        lambda show, entry, first, it: tuple(
            show.citation(citation, entry.lang) for citation in it.answers(first)
        ),
        (),
    ),
    "replies_to": _in_incident(
        lambda show, entry, first, it: tuple(show.replies_to(entry, first, it)), ()
    ),
    "replies": _in_incident(
        lambda show, entry, _, it: show.replies(it) if entry is it.statement else None, None
    ),
    "goals": lambda show, entry: show.goals_of(show.newsroom.original_of(entry)),
    "commitments": lambda show, entry: show.commitments(entry),
    "corrections": lambda show, entry: show.corrections(entry),
    "withdrawn": lambda show, entry: show.withdrawal(entry),
    "original": lambda show, entry: (
        show.link(first) if (first := show.newsroom.original_of(entry)) is not entry else None
    ),
    "translations": lambda show, entry: show.versions(entry),
    "read_content": lambda show, entry: show.bodies.content(entry.path),
    "read_embedded": lambda show, entry: show.bodies.embedded(
        entry.path, f"{entry_id(show.newsroom.original_of(entry).slug)}-"
    ),
    "content_at": lambda show, entry: partial(show.bodies.content_at, entry.path),
    "words": lambda show, _: show.words,
}
