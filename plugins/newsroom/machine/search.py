"""What the search finds: one record for each entry and each incident's page that lists show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..view import parts
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.newsroom_view import NewsroomView
from .prose import shown_text


@dataclass(frozen=True)
class SearchRecord:
    """A page to find: ``url`` from the site's root, the text to search, what results show of it.

    The first of the texts is the title. ``order`` is its date in a form that sorts.
    """

    url: str
    text: tuple[str, ...]
    shown: Mapping[str, str]
    filters: Mapping[str, tuple[str, ...]]
    order: str


def search_records(newsroom: NewsroomView) -> Iterator[SearchRecord]:
    """Every page to find: nothing that is hidden, and of a withdrawn entry only the notice."""
    names = {incident.model.id: incident.name for incident in newsroom.incidents}
    for entry in (*newsroom.entries, *newsroom.translations):
        yield _entry(entry, names[entry.incident.id] if entry.incident else "")
    for incident in newsroom.incident_pages:
        yield _incident(incident, names[incident.model.id])


def _entry(entry: EntryView, incident: str) -> SearchRecord:
    said = entry.withdrawn.text if entry.withdrawn else entry.summary
    body = "" if entry.withdrawn else shown_text(entry.content_at(""), entry.words)
    corrections = (correction.text for correction in entry.corrections)
    return SearchRecord(
        url=entry.url,
        text=_said([entry.title, said, body, *corrections]),
        shown=_shown(
            title=entry.title,
            kind=entry.kind_label,
            authors=_names(entry.bylines),
            date=entry.date.day,
            lang=entry.words.lang,
            title_lang=entry.lang,
            text_lang=entry.lang,
        ),
        filters=_filters(entry.bylines, incident, [entry]),
        order=entry.date.at.isoformat(),
    )


def _incident(incident: IncidentView, name: str) -> SearchRecord:
    """An incident's page: its name, where it stands, and what others wrote; entries have theirs.

    What is behind a warning is not quoted in results.
    """
    cited = [incident.original] if incident.original else []
    cited += [item.citation for item in incident.heard]
    quoted = (
        part
        for item in (view.model for view in cited)
        for part in (item.author, item.publication, "" if item.warning else item.text)
    )
    latest = incident.latest
    people = {byline.name: byline for entry in incident.thread for byline in entry.bylines}
    return SearchRecord(
        url=incident.url,
        text=_said([incident.name, incident.state.label, latest.summary, *quoted]),
        shown=_shown(
            title=incident.name,
            kind=incident.words.say("Incident"),
            authors=_names(latest.bylines),
            date=incident.as_of.day,
            lang=incident.words.lang,
            title_lang=incident.name_lang,
            text_lang=latest.lang,
        ),
        filters=_filters(people.values(), name, incident.thread),
        order=incident.as_of.at.isoformat(),
    )


def _shown(**facts: str) -> dict[str, str]:
    """What results show; the languages of title and text where they are not ``lang``."""
    known = facts["lang"]
    return {
        key: value
        for key, value in facts.items()
        if value and not (key.endswith("_lang") and value == known)
    }


def _names(bylines: Iterable[parts.Byline]) -> str:
    return ", ".join(byline.name for byline in bylines)


def _filters(
    bylines: Iterable[parts.Byline], incident: str, entries: Iterable[EntryView]
) -> dict[str, tuple[str, ...]]:
    """What narrows a search. An incident has one name here, in whatever language its page is."""
    years = sorted({str(entry.date.at.year) for entry in entries})
    return {
        "author": tuple(byline.name for byline in bylines),
        "incident": (incident,) if incident else (),
        "year": tuple(years),
    }


def _said(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for text in texts if text)
