"""Entries and whole threads as plain text, for quoting, checking and mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..view import views
from .columns import WIDTH, wrapped
from .prose import plain
from .site import Site

RULE = "-" * WIDTH


def entry_text(site: Site, entry: views.Entry) -> bytes:
    """An entry: who, when, what it belongs to, its words, corrections and contact."""
    return _joined([*_entry(site, entry), _contact(site)])


def incident_text(site: Site, incident: views.Incident) -> bytes:
    """An incident: where it stands, what it answers, and the thread, oldest first."""
    parts = [_title(incident.name), _standing(site, incident)]
    if incident.latest.summary:
        parts.append(wrapped(incident.latest.summary))
    if incident.original:
        parts += [_heading("What this is about"), _citation(incident.original)]
    for entry in incident.thread:
        parts += [RULE, *_entry(site, entry)]
    heard = [item for item in incident.heard if item.answered_by]
    if heard:
        parts += [RULE, _heading("What we heard"), *(_citation(item.citation) for item in heard)]
    parts += [RULE, _contact(site)]
    return _joined(parts)


def _standing(site: Site, incident: views.Incident) -> str:
    lines = [*_wrapped_each([site.company]), site.at(incident.url)]
    lines += _wrapped_each([f"State: {incident.state.label}. {incident.state.meaning}"])
    if incident.next_update:
        lines.append(f"Next update promised by {incident.next_update.text}")
    if incident.resolved:
        lines.append(f"Resolved {incident.resolved.text}")
    return "\n".join(lines)


def _entry(site: Site, entry: views.Entry) -> Iterator[str]:
    """An entry's parts, each a paragraph or more."""
    yield _title(entry.title)
    yield "\n".join(_facts(site, entry))
    if entry.withdrawn:
        yield wrapped(f"WITHDRAWN {entry.withdrawn.when.text}. {entry.withdrawn.reason}")
    else:
        if entry.summary:
            yield wrapped(entry.summary)
        body = plain(entry.content_at(site.url))
        if body.text:
            yield body.text
        if body.links:
            yield "\n".join(f"[{number}] {url}" for number, url in enumerate(body.links, 1))
    for correction in entry.corrections:
        yield wrapped(f"CORRECTION {correction.when.text}: {correction.text}")


def _facts(site: Site, entry: views.Entry) -> Iterator[str]:
    """Who signs, when, where it belongs, and where it is read: one fact a line."""
    for byline in entry.bylines:
        role = f", {byline.role}" if byline.role else ""
        yield wrapped(f"By {byline.name}{role}, {site.company}", rest="   ")
    elapsed = f", {entry.elapsed}" if entry.elapsed else ""
    yield wrapped(f"{entry.kind_label}, {entry.date.text}{elapsed}", rest="   ")
    if entry.modified:
        yield f"Changed {entry.modified.text}"
    if entry.incident:
        yield wrapped(f"{entry.position}: {entry.incident.name}", rest="   ")
    for citation in entry.answers:
        yield wrapped(f"Answers: {citation.kind_label}, {citation.source}", rest="   ")
    yield site.at(entry.url)


def _citation(citation: views.Citation) -> str:
    """A citation: who, when and where, then its words, unless they need a warning."""
    when = f", {citation.published.text}" if citation.published else ""
    lines = [wrapped(f"{citation.kind_label}: {citation.source}{when}", rest="   ")]
    if citation.availability == "deleted":
        at = f" {citation.availability_at.text}" if citation.availability_at else ""
        lines.append(f"Deleted{at}")
    if citation.link:
        lines.append(citation.link)
    if citation.warning:
        lines.append(wrapped(f"Warning: {citation.warning}. It is shown on the page."))
    elif citation.plain:
        quoted = (wrapped(line, first="> ", rest="> ") for line in citation.plain.split("\n"))
        lines += ["", *quoted]
    return "\n".join(lines)


def _contact(site: Site) -> str:
    contact = site.contact
    if contact is None:
        return f"{site.company}, {site.at('')}"
    said = ", ".join(part for part in (contact.name, contact.role, site.company) if part)
    ways = [way for way in (contact.mail, contact.telephone, contact.hours) if way]
    return "\n".join(_wrapped_each([f"Press contact: {said}", *ways]))


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
