"""Changes of what readers were told, of which nothing tells them.

Words and figures are compared, not the signs between them: so Markdown, the targets of links and
the ends of lines may change. Files are not compared, nor what no page says in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise, zip_longest

from ..language.words import Words
from ..model.differences import is_word, tokens
from ..model.entry import Entry
from ..model.header import parse
from ..model.substance import changes_of_substance
from ..model.version import Version
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
            if told or _is_noted(new.entry, old.entry) or not _counts(checked, new, old):
                break
            if said := _difference(new, old):
                where, named = said
                since = _time(old.since.astimezone(checked.zone))
                message = f"what this said since {since} was changed, and nothing tells readers"
                yield entry, where if new is versions[0] else "Modified", f"{message}{named}"


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


def _difference(version: Version, earlier: Version) -> tuple[str | int, str] | None:
    """Return where a text was changed first, and what to do; None if it was not."""
    new, old = version.entry, earlier.entry
    facts, before = _facts(new), _facts(old)
    named = [
        f"{key} became {facts[key]}" if facts[key] else f"{key} went"
        for key in facts
        if facts[key] != before[key]
    ]
    lost = [change for change in old.corrections if change not in new.corrections]
    named += (f"the Correction of {_moment(change.at)} went" for change in lost)
    texts, former = _texts(new), _texts(old)
    body, was = _body(version), _body(earlier)
    pictures = [_leading(new), _leading(old)]
    if body != was or pictures[0] != pictures[1]:
        _add_body(texts, _unkept(body, was), pictures[0])
        _add_body(former, was, pictures[1])
    edited = [key for key in texts if texts[key] != former[key]]
    changed = [key for key in edited if _words(texts[key]) != _words(former[key])]
    if not (named or changed):
        return None
    one, other = ("\n\n".join(each[key] for key in changed) for each in (former, texts))
    named += changes_of_substance(one, other, new.lang.partition("-")[0])
    first = next((key for key in facts if facts[key] != before[key]), (changed or ["Modified"])[0])
    where = new.body.line + _place(body, was) if first in ("body", "pictures") else first
    return where, _remedy(named)


def _body(version: Version) -> str:
    return parse(version.text.decode("utf-8-sig", "replace")).body


def _remedy(named: list[str]) -> str:
    if not named:
        return ": say what, with invoke note, or with invoke correct if it was wrong"
    more = len(named) - MOST_NAMED
    listed = "; ".join([*named[:MOST_NAMED], *([f"{more} more"] if more > 0 else [])])
    return f": {listed}. Say what was wrong, with invoke correct, or what is new, with invoke note"


def _place(body: str, before: str) -> int:
    """Return how many lines of two texts are the same at the beginning."""
    lines = enumerate(zip_longest(body.split("\n"), before.split("\n")))
    return next((at for at, (one, other) in lines if one != other), 0)


def _facts(entry: Entry) -> Mapping[str, str]:
    """Return what keys say besides texts, in words."""
    moments = {"Next_update": entry.next_update, "Began": entry.began, "Ended": entry.ended}
    return {
        "Date": _time(entry.date),
        "Author": ", ".join(entry.authors),
        "State": entry.state,
        **{key: _moment(moment) if moment else "" for key, moment in moments.items()},
        "Advice": entry.advice,
    }


def _texts(entry: Entry) -> dict[str, str]:
    """Return the texts that keys hold."""
    hotlines = entry.hotlines or ()
    return {
        "Title": entry.title,
        "Incident": entry.incident_name,
        "Summary": entry.summary,
        "Event": "\n\n".join(f"{_moment(event.at)}: {event.text}" for event in entry.events),
        "Hotline": "\n\n".join(f"{x.reach}, {x.hours}, {x.languages}" for x in hotlines),
    }


def _unkept(text: str, before: str) -> str:
    """Return a text in which promises are open that have been kept since, with their day."""
    return _KEPT.sub(
        lambda found: found[0] if found[0] in before else f"{found[1]}{found[2]}", text
    )


def _leading(entry: Entry) -> list[str]:
    image = entry.image
    return [image.link.text, image.caption, image.credit] if image else []


def _add_body(texts: dict[str, str], markdown: str, pictures: list[str]) -> None:
    """Add the words that readers see of a body, and those of pictures, wherever they stand."""

    def plain(found: re.Match[str]) -> str:
        is_picture, *said = found.groups("")
        if not is_picture:
            return said[0]
        pictures.extend(part.strip() for text in said for part in text.split("|"))
        return ""

    text = _EMBEDDED.sub(r"\1", _COMMENT.sub("", markdown))
    parts = _PART.split(_NO_WORDS.sub("", _LINK.sub(plain, text)))
    texts["body"] = "\n\n".join(" ".join(part.split()) for part in parts)
    texts["pictures"] = "\n\n".join(sorted(filter(None, pictures)))


def _words(text: str) -> list[str]:
    """Return the words and figures of a text, without other signs."""
    return [token for token in tokens(text) if is_word(token) or token in _SIGNS]
