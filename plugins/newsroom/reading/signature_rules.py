"""Rules: who has signed what, with which key, and what is published with it.

What is withdrawn is not published, so nobody needs to sign it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, tzinfo

from ..model.author import Author, SigningKey
from ..model.entry import Entry
from ..model.settings import Settings
from .rulebook import WARNING, Checked, Finding, rule

# What Markdown leaves out of a page altogether: [//]: # (a note to ourselves)
_NOTE = re.compile(r"^[ ]{0,3}\[[^\]\n]+\]:[ ]*(?:#|<#?>)[ ]*[\"'(]", re.M)


def signing_day(entry: Entry, zone: tzinfo) -> date:
    """Return the day on which keys must hold: that of an entry's last change, as it says."""
    return entry.as_of.astimezone(zone).date()


def key_fault(author: Author, line: str, day: date) -> str:
    """Say why a public key is not one that somebody signs with on a day; empty if it is."""
    keys = [key for key in author.keys if key.line == line]
    if not keys:
        remedy = f'sign with another key, or add this one: invoke author "{author.name}" --key FILE'
        return f"is by a key that is not in {{content}}/{author.path}: {remedy}"
    if any(key.holds_on(day) for key in keys):
        return ""
    remedy = f"sign with another key, or mend that line in {{content}}/{author.path}"
    return f"is by a key that holds {_holds(keys[-1])}, and this is of {day}: {remedy}"


def _holds(key: SigningKey) -> str:
    days = (f"since {key.since}" if key.since else "", f"until {key.until}" if key.until else "")
    return " ".join(filter(None, days))


def wanted(settings: Settings, entry: Entry) -> tuple[str, ...]:
    """Return the names of those who must sign an entry."""
    since = settings.require_signatures
    if since is None or signing_day(entry, settings.zone) < since:
        return ()
    approved = settings.require_approval and entry.in_incident and not entry.translates
    approver = (entry.approved_by,) if approved and entry.approved_by else ()
    return (*entry.authors, *approver)


@rule("signature-wrong", "a signature is not of this text, is damaged, or is for something else")
def _wrong(checked: Checked) -> Iterator[Finding]:
    for entry in _signed(checked):
        for signature in entry.signatures:
            if signature.fault:
                message = f"{_name(signature.path)} {signature.fault}"
                yield entry, _line(entry), f"{message}: sign again with {_remedy(entry)}"


@rule("signature-key", "a signature is by a key that is not the person's on that day")
def _keys(checked: Checked) -> Iterator[Finding]:
    people = {author.slug: author for author in checked.newsroom.authors}
    for entry in _signed(checked):
        day = signing_day(entry, checked.zone)
        for signature in entry.signatures:
            name, author = _name(signature.path), people.get(signature.signer)
            if author is None:
                message = f"{name} is by nobody known: write {{content}}/authors/{signature.signer}"
                yield entry, _line(entry), f"{message}.md, or delete it"
            elif signature.key and (fault := key_fault(author, signature.key, day)):
                yield entry, _line(entry), f"{name} {fault}"


@rule("signature-key", "two profiles with one key")
def _shared_keys(checked: Checked) -> Iterator[Finding]:
    first: dict[str, Author] = {}
    for author in checked.newsroom.authors:
        for key in author.keys:
            if (other := first.setdefault(key.line, author)) is not author:
                message = f"{{content}}/{other.path} has this key, too: a key is one person's"
                yield author, "Key", f"{message}: remove the line of the other"


@rule("signature-missing", "somebody who must sign has not")
def _missing(checked: Checked) -> Iterator[Finding]:
    by_name = checked.newsroom.by_name
    for entry in checked.newsroom.entries:
        there = {signature.signer for signature in entry.signatures}
        for name in wanted(checked.settings, entry):
            author = by_name.get(name)
            if author and author.slug not in there and not checked.newsroom.withdrawal(entry):
                yield entry, _line(entry), f"{name} has not signed this: {_remedy(entry)}"


@rule("signed-comment", "a comment in a signed text", WARNING)
def _comments(checked: Checked) -> Iterator[Finding]:
    for entry in _signed(checked):
        body = entry.body
        notes = (body.text.count("\n", 0, found.start()) for found in _NOTE.finditer(body.text))
        for line in sorted({*body.comments, *(body.line + before for before in notes)}):
            message = "this comment is published, for what is signed is published whole"
            yield entry, line, f"{message}: take it out, and sign again"


@rule("signed-related", "a signed text names an incident that is not public")
def _related(checked: Checked) -> Iterator[Finding]:
    for entry in _signed(checked):
        for id in entry.related:
            if id in checked.newsroom.by_id and id not in checked.public.by_id:
                message = f"{id!r} is not public, but what is signed is published whole"
                yield entry, "Related", f"{message}: name it once it is, and sign again"


def _signed(checked: Checked) -> Iterator[Entry]:
    for entry in checked.newsroom.entries:
        if entry.signatures and not checked.newsroom.withdrawal(entry):
            yield entry


def _remedy(entry: Entry) -> str:
    return f"invoke sign {{content}}/{entry.path}"


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _line(entry: Entry) -> str:
    return "Authors" if "authors" in entry.lines else "Author"
