"""What the search finds: one record for each entry and each incident's page that lists show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

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
    """Yield the records of all listed pages; of a withdrawn entry, that of its notice."""
    # In filters an incident has one name, whatever the language of the page.
    names = {incident.model.id: incident.name for incident in newsroom.incidents}
    for entry in (*newsroom.entries, *newsroom.translations):
        if gone := entry.withdrawn:
            said = [entry.title, gone.text]
        else:
            said = [entry.title, entry.summary, shown_text(entry.elsewhere, entry.words)]
        said += [correction.text for correction in entry.corrections]
        name = names[entry.incident.id] if entry.incident else ""
        yield _record(entry, entry, said, entry.kind_label, [entry], name)
    for incident in newsroom.incident_pages:
        latest, name = incident.latest, names[incident.model.id]
        said = [incident.name, incident.state.label, latest.summary, *_quoted(incident)]
        yield _record(incident, latest, said, incident.words.say("Incident"), incident.thread, name)


def _quoted(incident: IncidentView) -> Iterator[str]:
    """Yield the texts of citations, except those behind a warning."""
    for quoted in incident.model.citations:
        yield from (quoted.author, quoted.publication, "" if quoted.warning else quoted.text)


def _record(
    page: EntryView | IncidentView,
    latest: EntryView,
    said: list[str],
    kind: str,
    entries: Iterable[EntryView],
    incident: str,
) -> SearchRecord:
    """Make the record of a page of some entries, of which ``latest`` is the newest."""
    when = page.as_of if isinstance(page, IncidentView) else page.date
    title_lang = page.name_lang if isinstance(page, IncidentView) else page.lang
    lang = page.words.lang
    shown = {
        "title": said[0],
        "kind": kind,
        "authors": ", ".join(byline.name for byline in latest.bylines),
        "date": when.day,
        "lang": lang,
        "title_lang": title_lang if title_lang != lang else "",
        "text_lang": latest.lang if latest.lang != lang else "",
    }
    return SearchRecord(
        url=page.url,
        text=tuple(filter(None, said)),
        shown={key: value for key, value in shown.items() if value},
        filters={
            "author": tuple(dict.fromkeys(by.name for entry in entries for by in entry.bylines)),
            "incident": (incident,) if incident else (),
            "year": tuple(sorted({str(entry.date.at.year) for entry in entries})),
        },
        order=when.at.isoformat(),
    )
