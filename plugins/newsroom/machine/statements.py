"""What anyone can check statements by: lists of them with hashes and signatures, and the keys.

``docs/statements.schema.json`` describes the lists.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from ..model import addresses as to
from ..model.author import Author, SigningKey
from ..model.entry import Entry
from ..model.signed import namespace, principal
from ..signatures.allowed_signers import stamp
from ..view.entry_view import EntryView
from ..view.parts import Byline
from .site import Said, Site, filled

VERSION = 1  # of the form of the lists

SourceOf = Callable[[Entry], bytes]
"""Returns what is signed of an entry's file, or would be."""


def by_year(entries: Sequence[EntryView], zone: ZoneInfo) -> Mapping[int, list[EntryView]]:
    """Group entries by the year of their date, both newest first."""
    found: defaultdict[int, list[EntryView]] = defaultdict(list)
    order = sorted(entries, key=lambda entry: (entry.model.date, entry.model.path), reverse=True)
    for entry in order:
        found[entry.model.date.astimezone(zone).year].append(entry)
    return found


def write_index(site: Site, years: Mapping[int, Sequence[EntryView]]) -> bytes:
    """Write the list of the lists, which changes when there is more in one of them."""
    settings = site.settings
    lists = [
        {"year": year, "url": site.at(to.statements_of(year)), "statements": len(entries)}
        for year, entries in years.items()
    ]
    return _json(
        {
            "version": VERSION,
            "newsroom": settings.company,
            "home": site.at(""),
            "domain": site.tag.domain,
            "namespace": namespace(site.tag.domain),
            "allowed_signers": site.at(to.ALLOWED_SIGNERS),
            "keys_elsewhere": list(settings.keys_elsewhere),
            "years": lists,
        }
    )


def write_year(site: Site, year: int, entries: Sequence[EntryView], source_of: SourceOf) -> bytes:
    """Write the list of the statements of a year, one a line."""
    statements = ",\n".join(_line(_statement(site, entry, source_of)) for entry in entries)
    head = f'{{"version": {VERSION}, "year": {year}, "statements": ['
    return f"{head}\n{statements}\n]}}\n".encode()


def _statement(site: Site, entry: EntryView, source_of: SourceOf) -> Said:
    gone = entry.withdrawn
    said: Said = {"id": entry.feed_id, "url": site.at(entry.url)} | filled(
        kind=entry.kind,
        language=entry.lang,
        title=entry.title,
        incident=entry.incident and entry.incident.id,
        authors=[_person(site, byline) for byline in entry.bylines],
        published=entry.date.iso,
        updated=entry.updated.iso,
        as_of=entry.as_of.iso,
        withdrawn=gone and gone.when.iso,
    )
    digest = None if gone else sha256(source_of(entry.model)).hexdigest()
    source = entry.source and site.at(entry.source)
    return said | {
        "source": digest and filled(sha256=digest, url=source),
        "pictures": [] if gone else _pictures(site, entry),
        "documents": [
            {"url": site.at(file.url), "sha256": file.model.sha256} for file in entry.documents
        ],
        "signatures": [
            {
                "url": site.at(signature.url),
                "signer": {"principal": signature.principal, **_person(site, signature.by)},
            }
            for signature in entry.signatures
        ],
        "previous": previous(entry),
    }


def previous(entry: EntryView) -> str | None:
    """Return the hash of the version that was public before, if there was one and it is shown."""
    versions = entry.context.histories.get(entry.model.path, ())
    return versions[1].digest if len(versions) > 1 and not entry.withdrawn else None


def _person(site: Site, byline: Byline) -> Said:
    return filled(name=byline.name, role=byline.role, url=byline.url and site.at(byline.url))


def _pictures(site: Site, entry: EntryView) -> list[Said]:
    """Return the pictures that an entry shows, and the screenshots of what it answers."""
    context = entry.context
    shots = (citation.model.screenshot for citation in entry.answers)
    found = filter(None, (*context.pictures.shown(entry.model.path), *shots))
    hashes = {context.bodies.file(picture.path): picture.sha256 for picture in found}
    return [{"url": site.at(url), "sha256": digest} for url, digest in hashes.items()]


def write_signers(authors: Sequence[Author], domain: str, zone: ZoneInfo) -> bytes:
    """Write whose signatures count and when, as ``ssh-keygen`` reads it (ALLOWED SIGNERS)."""
    lines = [
        f"{principal(author.slug, domain)} {_options(key, domain, zone)} {key.line}\n"
        for author in authors
        for key in author.keys
    ]
    return "".join(lines).encode()


def _options(key: SigningKey, domain: str, zone: ZoneInfo) -> str:
    """Write for what and when a key counts; OpenSSH takes both times as within."""
    said = [f'namespaces="{namespace(domain)}"']
    if key.since:
        said.append(f'valid-after="{stamp(_midnight(key.since, zone))}"')
    if key.until:
        end = _midnight(key.until + timedelta(days=1), zone) - timedelta(seconds=1)
        said.append(f'valid-before="{stamp(end)}"')
    return ",".join(said)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _line(said: Said) -> str:
    return json.dumps(said, ensure_ascii=False)


def _json(said: Said) -> bytes:
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
