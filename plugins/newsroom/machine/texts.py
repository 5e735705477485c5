"""Entries and whole threads as plain text, for quoting, checking and mail."""

from __future__ import annotations

from collections.abc import Iterator

from ..language.words import Words
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.parts import CitationView
from .prose import WIDTH, plain, underlined, wrapped
from .site import Site

RULE = "-" * WIDTH


def page_text(site: Site, page: EntryView | IncidentView) -> bytes:
    """Write an entry or a whole thread, and whom to contact; UTF-8."""
    found = _incident(site, page) if isinstance(page, IncidentView) else _entry(site, page)
    parts = (*found, _contact(site, page.words))
    return ("\n\n".join(filter(None, parts)) + "\n").encode("utf-8")


def _incident(site: Site, incident: IncidentView) -> Iterator[str]:
    """Yield where an incident stands, what it answers, and the thread, oldest first."""
    say, state = incident.words.say, incident.state
    caption = say("State:")
    where = _line(f"{caption} {state.label}. {state.meaning}")
    standing = [_line(site.company), site.at(incident.url), where]
    if incident.next_update:
        standing.append(say("Next update promised by {when}", when=incident.next_update.text))
    if incident.resolved:
        standing.append(say("Resolved {when}", when=incident.resolved.text))
    yield underlined(wrapped(incident.name), "=")
    yield "\n".join(standing)
    yield wrapped(incident.latest.summary)
    if incident.original:
        yield underlined(say("What this is about"), "-")
        yield _citation(incident.original)
    for entry in incident.thread:
        yield RULE
        yield from _entry(site, entry)
    if heard := [_citation(item.citation) for item in incident.heard if item.answered_by]:
        yield from (RULE, underlined(say("What we heard"), "-"), *heard)
    yield RULE


def _entry(site: Site, entry: EntryView) -> Iterator[str]:
    """Yield an entry's parts, each a paragraph or more."""
    say = entry.words.say
    yield underlined(wrapped(entry.title), "=")
    yield _facts(site, entry)
    if gone := entry.withdrawn:
        when = say("WITHDRAWN {when}.", when=gone.when.text)
        yield wrapped(f"{when} {gone.text}")
    else:
        yield wrapped(entry.summary)
        body = plain(entry.content_at(site.url), entry.words)
        yield body.text
        yield "\n".join(f"[{number}] {url}" for number, url in enumerate(body.links, 1))
    for change in entry.corrections:
        yield wrapped(say("CORRECTION {when}: {text}", when=change.when.text, text=change.text))


def _facts(site: Site, entry: EntryView) -> str:
    """Say who signs, when, where it belongs, and where it is read: one fact a line."""
    say, beside, above = entry.words.say, entry.words.beside, entry.incident
    signed = (beside(byline.name, byline.role, site.company) for byline in entry.bylines)
    answered = (beside(citation.kind_label, citation.source) for citation in entry.answers)
    elapsed = f", {entry.elapsed}" if entry.elapsed else ""
    facts = (
        *(say("By {name}", name=name) for name in signed),
        f"{entry.kind_label}, {entry.date.text}{elapsed}",
        say("Changed {when}", when=entry.modified.text) if entry.modified else "",
        say("{kind}: {title}", kind=entry.position, title=above.name) if above else "",
        *(say("Answers: {what}", what=what) for what in answered),
        site.at(entry.url),
    )
    return "\n".join(_line(fact) for fact in facts if fact)


def _citation(citation: CitationView) -> str:
    """Write a citation: who, when and where, then its words, unless they need a warning."""
    say, quoted = citation.words.say, citation.model
    when = f", {citation.published.text}" if citation.published else ""
    title = f"{citation.source}{when}"
    lines = [_line(say("{kind}: {title}", kind=citation.kind_label, title=title))]
    if quoted.availability == "deleted":
        at = citation.availability_at
        lines.append(say("Deleted {when}", when=at.text) if at else say("Deleted"))
    if quoted.url:
        lines.append(quoted.url)
    if quoted.warning:
        said = (say("Warning: {why}.", why=quoted.warning), say("It is shown on the page."))
        lines.append(wrapped(" ".join(said)))
    elif quoted.text:
        quotation = quoted.text.split("\n")
        lines += ["", *(wrapped(line, first="> ", rest="> ") for line in quotation)]
    return "\n".join(lines)


def _contact(site: Site, words: Words) -> str:
    contact = site.contact
    if contact is None:
        return f"{site.company}, {site.at('')}"
    name = words.beside(contact.name, contact.role, site.company)
    said = words.say("Press contact: {name}", name=name)
    found = (said, contact.mail, contact.telephone, contact.hours)
    return "\n".join(_line(line) for line in found if line)


def _line(text: str) -> str:
    return wrapped(text, rest="   ")
