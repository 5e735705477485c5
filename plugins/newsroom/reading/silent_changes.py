"""Changes of what readers were told, of which nothing tells them.

Words and figures are compared, not the signs between them: so Markdown, the targets of links and
the ends of lines may change. Files are not compared, nor what no page says in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise, takewhile
from operator import eq

from ..language.words import Words
from ..model.differences import is_word, tokens
from ..model.entry import Entry
from ..model.header import parse
from ..model.moment import Moment
from ..model.substance import changes_of_substance
from ..model.version import Version
from .memory import Memory
from .rulebook import ERROR, WARNING, Checked, Finding, rule

MOST_NAMED = 5
_SIGNS = ("$", "%", "‰")
_moment, _time = Words().moment, Words().time

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_EMBEDDED = re.compile(r"!\[\]\(\{cite\}([^)\s]+)\)")
_LINK = re.compile(
    r"(!?)\[([^\[\]]*)\](?:\([^()\s]*(?:\s+(?:\"([^\"]*)\"|'([^']*)'))?\s*\)|\[[^\[\]]*\])"
)
_NO_WORDS = re.compile(
    r"^ {0,3}\[[^\[\]]+\]:.*$|</?[A-Za-z][^<>]*>|\{[:#.][^{}\n]*\}|\[\^[^\[\]]+\]:?", re.M
)  # where a link leads, tags, classes and ids, marks of footnotes
_PART = re.compile(r"\n(?=[ ]*(?:[-*+>|#]|\d+[.)])\s)|\s*\n\s*\n\s*")
_KEPT = re.compile(r"^(\s*[-*+] )\[x\](.*?)\s*\(?\bdone:?\s?\d{4}-\d\d-\d\d\)?", re.I | re.M)


Compared = tuple[bool, str | int, str]
"""Whether a change is noted; else the key, or the line of the body, and what changed, if any."""


@rule("silent-change", "what readers saw was changed, and nothing tells them", WARNING)
def _silent_change(checked: Checked) -> Iterator[Finding]:
    if checked.settings.require_change_notes is None:
        yield from _silent(checked)


@rule("silent-change", "the same, where notes are required", ERROR)
def _silent_change_where_notes_are_required(checked: Checked) -> Iterator[Finding]:
    if checked.settings.require_change_notes is not None:
        yield from _silent(checked)


def _silent(checked: Checked) -> Iterator[Finding]:
    """Yield what changed since the last change that was told, which covers all before it."""
    for path, versions in checked.histories.items():
        entry = checked.public.by_path[path]
        original = checked.public.original_of(entry)
        inherited = original.corrections if original is not entry else ()
        for new, old in pairwise(versions):
            told = any(change.at.end > old.since for change in inherited)
            if told or not _counts(checked, new, old):
                break
            is_noted, where, named = _compared(checked.memory, new, old)
            if is_noted:
                break
            if named:
                line = where + entry.body.line if isinstance(where, int) else where
                since = _time(old.since.astimezone(checked.zone))
                message = f"what this said since {since} was changed, and nothing tells readers"
                yield entry, line if new is versions[0] else "Modified", f"{message}{named}"


def _compared(memory: Memory, new: Version, old: Version) -> Compared:
    """Compare two versions, or recall what they were compared as."""
    key = f"{new.digest}\0{old.digest}"
    found: Compared | None = memory.recall(key)
    if found is None:
        is_noted = _is_noted(new.entry, old.entry)
        found = (True, "", "") if is_noted else (False, *_difference(new, old))
        memory.keep(key, found)
    return found


def _counts(checked: Checked, new: Version, old: Version) -> bool:
    """Whether a change was made since the day from which on notes are required, if any."""
    day = checked.settings.require_change_notes or date.min
    made = new.since if new.since > old.since else checked.now  # else it is not committed
    return made.astimezone(checked.zone).date() >= day


def _is_noted(new: Entry, old: Entry) -> bool:
    """Whether a version has a correction or a change note that the one before has not."""
    noted = (new.modified, new.modified_note)
    is_new_note = bool(new.modified_note) and noted != (old.modified, old.modified_note)
    return is_new_note or not set(new.corrections) <= set(old.corrections)


def _difference(version: Version, earlier: Version) -> tuple[str | int, str]:
    """Return where a text was changed first, and what changed; nothing if it is the same."""
    new, old = version.entry, earlier.entry
    facts = [(key, now) for key, now, before in _facts(new, old) if now != before]
    named = [f"{key} became {now}" if now else f"{key} went" for key, now in facts]
    lost = [change for change in old.corrections if change not in new.corrections]
    named += (f"the Correction of {_moment(change.at)} went" for change in lost)
    body, was, line = _between(_body(version), _body(earlier))
    texts, former = _texts(new, _unkept(body, was)), _texts(old, was)
    edited = [key for key in texts if texts[key] != former[key]]
    changed = [key for key in edited if _words(texts[key]) != _words(former[key])]
    if not (named or changed):
        return "", ""
    one, other = ("\n\n".join(each[key] for key in changed) for each in (former, texts))
    named += changes_of_substance(one, other, new.lang.partition("-")[0])
    first = [*(key for key, _ in facts), *changed, "Modified"][0]
    return line if first in ("body", "pictures") else first, _remedy(named)


def _remedy(named: list[str]) -> str:
    if not named:
        return ": say what, with invoke note, or with invoke correct if it was wrong"
    more = len(named) - MOST_NAMED
    listed = "; ".join([*named[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])])
    return f": {listed}. Say what was wrong, with invoke correct, or what is new, with invoke note"


def _facts(new: Entry, old: Entry) -> Iterator[tuple[str, str, str]]:
    """Yield what keys say besides texts, where they differ, in words: now, and before."""
    for key in ("Date", "State", "Next_update", "Began", "Ended", "Advice"):
        now, before = getattr(new, key.lower()), getattr(old, key.lower())
        if now != before:
            yield key, _said(now), _said(before)
    yield "Author", ", ".join(new.authors), ", ".join(old.authors)


def _said(value: datetime | Moment | str | None) -> str:
    if isinstance(value, datetime):
        return _time(value)
    return _moment(value) if isinstance(value, Moment) else value or ""


def _body(version: Version) -> str:
    """Return a body without its comments; its lines keep their numbers."""
    body = parse(version.text.decode("utf-8-sig", "replace")).body
    return _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), body)


def _between(body: str, was: str) -> tuple[str, str, int]:
    """Return what two bodies hold between paragraphs that are the same, and from which line on."""
    new, old = body.split("\n\n"), was.split("\n\n")
    begin = sum(1 for _ in takewhile(bool, map(eq, new, old)))
    line = sum(part.count("\n") + 2 for part in new[:begin])
    new, old = new[begin:], old[begin:]
    end = sum(1 for _ in takewhile(bool, map(eq, reversed(new), reversed(old))))
    new, old = new[: len(new) - end], old[: len(old) - end]
    lines = ("\n\n".join(each).split("\n") for each in (new, old))
    line += sum(1 for _ in takewhile(bool, map(eq, *lines)))
    return "\n\n".join(new), "\n\n".join(old), line


def _unkept(text: str, before: str) -> str:
    """Return a text in which promises are open that have been kept since, with their day."""
    return _KEPT.sub(
        lambda found: found[0] if found[0] in before else f"{found[1]}{found[2]}", text
    )


def _texts(entry: Entry, markdown: str) -> dict[str, str]:
    """Return the texts that readers see of keys and of a body, and of pictures in any order."""
    image, hotlines = entry.image, entry.hotlines or ()
    pictures = [image.link.text, image.caption, image.credit] if image else []

    def plain(found: re.Match[str]) -> str:
        is_picture, *said = found.groups("")
        if not is_picture:
            return said[0]
        pictures.extend(part.strip() for text in said for part in text.split("|"))
        return ""

    text = _LINK.sub(plain, _EMBEDDED.sub(r"\1", markdown))
    parts = _PART.split(_NO_WORDS.sub("", text))
    return {
        "Title": entry.title,
        "Incident": entry.incident_name,
        "Summary": entry.summary,
        "Event": "\n\n".join(f"{_moment(event.at)}: {event.text}" for event in entry.events),
        "Hotline": "\n\n".join(f"{x.reach}, {x.hours}, {x.languages}" for x in hotlines),
        "body": "\n\n".join(" ".join(part.split()) for part in parts),
        "pictures": "\n\n".join(sorted(filter(None, pictures))),
    }


def _words(text: str) -> list[str]:
    """Return the words and figures of a text, without other signs."""
    return [token for token in tokens(text) if is_word(token) or token in _SIGNS]
