"""What the search finds: one record for each entry and each incident's page that lists show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..view import parts, views
from .prose import shown_text
from .site import moment


@dataclass(frozen=True)
class SearchRecord:
    """A page to find: ``url`` from the site's root, the text to search, what results show of it.

    ``lang`` is the text's (BCP 47), ``order`` its date in a form that sorts.
    """

    url: str
    lang: str
    text: str
    shown: Mapping[str, str]
    filters: Mapping[str, tuple[str, ...]]
    order: str


def search_records(newsroom: views.Newsroom) -> Iterator[SearchRecord]:
    """Every page to find: nothing that is hidden, and of a withdrawn entry only the notice."""
    for entry in (*newsroom.entries, *newsroom.translations):
        yield _entry(entry)
    for incident in newsroom.incident_pages:
        yield _incident(incident)


def _entry(entry: views.Entry) -> SearchRecord:
    said = entry.withdrawn.reason if entry.withdrawn else entry.summary
    body = "" if entry.withdrawn else shown_text(entry.content_at(""), entry.words)
    corrections = (correction.text for correction in entry.corrections)
    return SearchRecord(
        url=entry.url,
        lang=entry.lang,
        text=_joined([entry.title, said, body, *corrections]),
        shown=_shown(entry, entry.title, entry.kind_label),
        filters=_filters(entry.bylines, entry.incident, [entry]),
        order=moment(entry.date).isoformat(),
    )


def _incident(incident: views.Incident) -> SearchRecord:
    """An incident's page: its name, where it stands, and what others wrote; entries have theirs.

    What is behind a warning is not quoted in results.
    """
    cited = [incident.original] if incident.original else []
    cited += [item.citation for item in incident.heard]
    quoted = (part for item in cited for part in (item.source, "" if item.warning else item.plain))
    latest = incident.latest
    people = {byline.name: byline for entry in incident.thread for byline in entry.bylines}
    link = parts.IncidentLink(
        incident.id, incident.name, incident.url, incident.state, incident.lang
    )
    return SearchRecord(
        url=incident.url,
        lang=incident.lang,
        text=_joined([incident.name, incident.state.label, latest.summary, *quoted]),
        shown=_shown(latest, incident.name, incident.words.say("Incident")),
        filters=_filters(people.values(), link, incident.thread),
        order=moment(incident.as_of).isoformat(),
    )


def _shown(entry: views.Entry, title: str, kind: str) -> dict[str, str]:
    bylines = ", ".join(byline.name for byline in entry.bylines)
    found = {"title": title, "kind": kind, "authors": bylines, "date": entry.date.day}
    return {key: value for key, value in found.items() if value} | {"lang": entry.lang}


def _filters(
    bylines: Iterable[parts.Byline],
    incident: parts.IncidentLink | None,
    entries: Iterable[views.Entry],
) -> dict[str, tuple[str, ...]]:
    years = sorted({str(moment(entry.date).year) for entry in entries})
    return {
        "author": tuple(byline.name for byline in bylines),
        "incident": (incident.name,) if incident else (),
        "year": tuple(years),
    }


def _joined(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text)
