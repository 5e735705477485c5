"""Entries and whole threads as plain text, for quoting, checking and mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..language.words import Words
from ..view import parts
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from .columns import WIDTH, wrapped
from .prose import plain
from .site import Site

RULE = "-" * WIDTH


def entry_text(site: Site, entry: EntryView) -> bytes:
    """An entry: who, when, what it belongs to, its words, corrections and contact."""
    return _joined([*_entry(site, entry), _contact(site, entry.words)])


def incident_text(site: Site, incident: IncidentView) -> bytes:
    """An incident: where it stands, what it answers, and the thread, oldest first."""
    say = incident.words.say
    found = [_title(incident.name), _standing(site, incident)]
    if incident.latest.summary:
        found.append(wrapped(incident.latest.summary))
    if incident.original:
        found += [_heading(say("What this is about")), _citation(incident.original)]
    for entry in incident.thread:
        found += [RULE, *_entry(site, entry)]
    heard = [item for item in incident.heard if item.answered_by]
    if heard:
        found += [RULE, _heading(say("What we heard"))]
        found += [_citation(item.citation) for item in heard]
    return _joined([*found, RULE, _contact(site, incident.words)])


def _standing(site: Site, incident: IncidentView) -> str:
    say, state = incident.words.say, incident.state
    lines = [*_wrapped_each([site.company]), site.at(incident.url)]
    caption = say("State:")
    lines += _wrapped_each([f"{caption} {state.label}. {state.meaning}"])
    if incident.next_update:
        lines.append(say("Next update promised by {when}", when=incident.next_update.text))
    if incident.resolved:
        lines.append(say("Resolved {when}", when=incident.resolved.text))
    return "\n".join(lines)


def _entry(site: Site, entry: EntryView) -> Iterator[str]:
    """An entry's parts, each a paragraph or more."""
    say = entry.words.say
    yield _title(entry.title)
    yield "\n".join(_facts(site, entry))
    if entry.withdrawn:
        gone = say("WITHDRAWN {when}.", when=entry.withdrawn.when.text)
        yield wrapped(f"{gone} {entry.withdrawn.text}")
    else:
        if entry.summary:
            yield wrapped(entry.summary)
        body = plain(entry.content_at(site.url), entry.words)
        if body.text:
            yield body.text
        if body.links:
            yield "\n".join(f"[{number}] {url}" for number, url in enumerate(body.links, 1))
    for correction in entry.corrections:
        yield wrapped(
            say("CORRECTION {when}: {text}", when=correction.when.text, text=correction.text)
        )


def _facts(site: Site, entry: EntryView) -> Iterator[str]:
    """Who signs, when, where it belongs, and where it is read: one fact a line."""
    say, beside = entry.words.say, entry.words.beside
    for byline in entry.bylines:
        signed = beside(byline.name, byline.role, site.company)
        yield wrapped(say("By {name}", name=signed), rest="   ")
    elapsed = f", {entry.elapsed}" if entry.elapsed else ""
    yield wrapped(f"{entry.kind_label}, {entry.date.text}{elapsed}", rest="   ")
    if entry.modified:
        yield say("Changed {when}", when=entry.modified.text)
    if entry.incident:
        place = say("{kind}: {title}", kind=entry.position, title=entry.incident.name)
        yield wrapped(place, rest="   ")
    for citation in entry.answers:
        said = beside(citation.kind_label, citation.source)
        yield wrapped(say("Answers: {what}", what=said), rest="   ")
    yield site.at(entry.url)


def _citation(citation: parts.CitationView) -> str:
    """A citation: who, when and where, then its words, unless they need a warning."""
    say = citation.words.say
    when = f", {citation.published.text}" if citation.published else ""
    title = f"{citation.source}{when}"
    lines = [wrapped(say("{kind}: {title}", kind=citation.kind_label, title=title), rest="   ")]
    if citation.model.availability == "deleted":
        at = citation.availability_at
        lines.append(say("Deleted {when}", when=at.text) if at else say("Deleted"))
    if citation.model.url:
        lines.append(citation.model.url)
    if citation.model.warning:
        warning = say("Warning: {why}.", why=citation.model.warning)
        there = say("It is shown on the page.")
        lines.append(wrapped(f"{warning} {there}"))
    elif citation.model.text:
        quoted = (wrapped(line, first="> ", rest="> ") for line in citation.model.text.split("\n"))
        lines += ["", *quoted]
    return "\n".join(lines)


def _contact(site: Site, words: Words) -> str:
    contact = site.contact
    if contact is None:
        return f"{site.company}, {site.at('')}"
    said = words.beside(contact.name, contact.role, site.company)
    ways = [way for way in (contact.mail, contact.telephone, contact.hours) if way]
    return "\n".join(_wrapped_each([words.say("Press contact: {name}", name=said), *ways]))


def _wrapped_each(lines: Iterable[str]) -> list[str]:
    return [wrapped(line, rest="   ") for line in lines]


def _title(text: str) -> str:
    return _underlined(text, "=")


def _heading(text: str) -> str:
    return _underlined(text, "-")


def _underlined(text: str, mark: str) -> str:
    said = wrapped(text)
    return f"{said}\n{mark * max(len(line) for line in said.splitlines())}"


def _joined(parts: Iterable[str]) -> bytes:
    """One empty line between parts, as UTF-8."""
    return ("\n\n".join(part for part in parts if part) + "\n").encode("utf-8")
