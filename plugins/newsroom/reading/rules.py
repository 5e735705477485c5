"""The rules of threads, promises and times: what must hold between files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, tzinfo
from itertools import pairwise

from ..language.words import Words
from ..model.citation import Citation
from ..model.entry import FOLLOW_UP, Entry
from ..model.moment import Moment
from .rulebook import WARNING, Checked, Finding, rule

SILENCE = timedelta(days=7)
_WORDS = Words()


@rule("statement-missing", "a follow-up without a statement")
def statement_missing(checked: Checked) -> Iterator[Finding]:
    """Let an incident begin with a statement."""
    newsroom = checked.newsroom
    for entry in newsroom.entries:
        if (
            entry.kind == FOLLOW_UP
            and not entry.translates
            and entry.incident not in newsroom.by_id
        ):
            statement = f"incidents/{entry.incident}/statement.md"
            if statement not in newsroom.unreadable:
                yield entry, 1, f"this follow-up has no statement: write {{content}}/{statement}"


@rule("translation", "a translation of nothing")
def translation(checked: Checked) -> Iterator[Finding]:
    """Let a translation have its original."""
    newsroom = checked.newsroom
    for entry in newsroom.entries:
        first = entry.translates
        if first and first not in newsroom.by_path and first not in newsroom.unreadable:
            message = (
                f"this translates {first.rpartition('/')[2]}, which does not exist: write that file"
                " first (or, if this is no translation, take the dot out of its name)"
            )
            yield entry, 1, message


@rule("lang", "a translation is in its original's language")
def translated_lang(checked: Checked) -> Iterator[Finding]:
    """Let a translation have another language than its original."""
    for entry in checked.newsroom.entries:
        original = checked.newsroom.original_of(entry)
        if original is not entry and original.lang == entry.lang:
            message = f"this is a translation into {entry.lang}, as its original is: mend one Lang"
            yield entry, "Lang", message


@rule("follow-up-date", "a follow-up dated before its statement")
def follow_up_date(checked: Checked) -> Iterator[Finding]:
    """Let a follow-up be dated after its statement."""
    for incident in checked.newsroom.incidents:
        statement = incident.statement
        for entry in incident.thread:
            if entry.date < statement.date and entry.dated and statement.dated:
                message = (
                    f"this follow-up is dated before its statement ({statement.date:%Y-%m-%d %H:%M}"
                    "): give it a later Date"
                )
                yield entry, "Date", message


@rule("follow-up-date", "two follow-ups of an incident with the same `Date`", WARNING)
def same_date(checked: Checked) -> Iterator[Finding]:
    """Let no two follow-ups have one date."""
    for incident in checked.newsroom.incidents:
        out = [entry for entry in incident.thread if entry.dated and not entry.is_draft]
        for one, other in pairwise(out):
            if one.date == other.date and one is not incident.statement:
                message = (
                    f"{one.path.rpartition('/')[2]} has the same Date, so their names say"
                    " which is the newer one, and where the incident stands: let them differ,"
                    " by seconds if need be"
                )
                yield other, "Date", message


@rule("next-update", "the promised next update is late", WARNING)
def next_update(checked: Checked) -> Iterator[Finding]:
    """Let a promised next update come when it was promised."""
    for incident in checked.public.incidents:
        newest, promised = incident.newest, incident.next_update
        if promised and promised.over(checked.now):
            message = (
                f"the next update was promised for {_WORDS.moment(promised)} and is overdue:"
                " write a follow-up"
            )
            yield newest, "Next_update", message
        if newest.next_update and not (incident.is_open or newest.withdrawn):
            message = (
                "nobody sees this promise, since the incident is resolved: remove the line, or give"
                " another State"
            )
            yield newest, "Next_update", message


@rule("commitment", "a commitment is late, and the incident is open", WARNING)
def commitments(checked: Checked) -> Iterator[Finding]:
    """Let a commitment be kept by its day, and before the incident is resolved."""
    today = checked.now.astimezone(checked.zone).date()
    for incident in checked.public.incidents:
        for entry, commitment in incident.commitments:
            if commitment.kept:
                continue
            if not incident.is_open:
                message = (
                    "this commitment is open, while the incident is resolved, which says"
                    " that what was promised is done: mark it [x], or let State be acting"
                )
                yield entry, commitment.line, message
            elif commitment.due and commitment.due < today:
                message = (
                    f"this commitment was due on {commitment.due} and is open:"
                    f" keep it, mark it [x] done:{today}, or explain in a follow-up"
                )
                yield entry, commitment.line, message


@rule("commitment", "a translation has other commitments than its original", WARNING)
def translated_commitments(checked: Checked) -> Iterator[Finding]:
    """Let a translation say of each commitment what its original says."""
    for entry in checked.public.entries:
        original = checked.public.original_of(entry)
        if original is entry or not entry.commitments or checked.public.withdrawal(entry):
            continue
        said, first = entry.commitments, original.commitments
        if len(said) != len(first):
            message = (
                f"{len(said)} commitments stand here, {len(first)} in the original: make them agree"
            )
            yield entry, said[0].line, message
            continue
        for one, other in zip(said, first, strict=True):
            if (one.kept, one.due, one.done) != (other.kept, other.due, other.done):
                message = (
                    "the original says otherwise of this commitment, in line"
                    f" {other.line}: make [x], due and done agree"
                )
                yield entry, one.line, message


@rule("withdrawal", "what was withdrawn had said where an incident stands", WARNING)
def withdrawal(checked: Checked) -> Iterator[Finding]:
    """Let a follow-up say where an incident stands whose state was withdrawn."""
    for incident in checked.public.incidents:
        for entry in reversed(incident.thread):
            before, after = incident.states_around(entry) if entry.withdrawn else ("", "")
            if before != after:
                message = (
                    f"without this entry, {incident.name!r} is {after} and no longer"
                    f" {before}: write a follow-up that says where it stands"
                )
                yield entry, "Withdrawn", message
                break


@rule("silence", "an open incident has had no entry for more than a week", WARNING)
def silence(checked: Checked) -> Iterator[Finding]:
    """Let an open incident hear from us at least once a week."""
    for incident in checked.public.incidents:
        passed = checked.now - incident.newest.date
        if incident.is_open and passed > SILENCE:
            message = (
                f"{incident.name!r} is open and has had no entry for {passed.days} days:"
                " write a follow-up, or resolve it"
            )
            yield incident.newest, "Date", message


@rule("unused-citation", "nothing answers, embeds or links a citation yet", WARNING)
def unused_citation(checked: Checked) -> Iterator[Finding]:
    """Let a citation be there to be answered."""
    used = {
        (entry.incident, stem)
        for entry in checked.newsroom.entries
        if entry.in_incident and not checked.newsroom.withdrawal(entry)
        for stem in (*entry.answers, *entry.body.cites)
    }
    for citation in checked.newsroom.citations:
        if (citation.incident, citation.stem) not in used and not citation.is_original:
            message = (
                "nothing answers or embeds this citation yet, so it is not public:"
                f" name {citation.stem} in an entry's Answers, or embed it with"
                f" ![]({{cite}}{citation.stem})"
            )
            yield citation, 1, message


@rule("date", "a `Correction`, `Withdrawn` or `Modified` of a published entry")
def yet_to_come(checked: Checked) -> Iterator[Finding]:
    """Let nothing that has been done or said lie in the future."""
    for entry in checked.newsroom.entries:
        if entry.is_draft:
            continue
        # What is planned would else stop the very build that is to publish it.
        latest = max(checked.now, entry.date)
        for key, at in _changes(entry):
            if at.at > latest:
                message = f"{key}: {_WORDS.moment(at)} is yet to come: write when it was made"
                yield entry, key, message
        for promise in entry.commitments:
            if promise.done and promise.done > latest.astimezone(checked.zone).date():
                message = f"done:{promise.done} is yet to come: write the day when it was done"
                yield entry, promise.line, message
    for citation in checked.newsroom.citations:
        for key, word, when in _captured(citation):
            if when.at > checked.now:
                message = f"{key}: {word}{_WORDS.moment(when)} is yet to come: write when it was"
                yield citation, key, message


@rule("date", "a `Correction`, `Modified`, `Withdrawn` or `Next_update` before the entry's `Date`")
def too_early(checked: Checked) -> Iterator[Finding]:
    """Let no change or capture be earlier than what was changed or captured."""
    for entry in checked.newsroom.entries:
        promised = [("Next_update", entry.next_update)] if entry.next_update else []
        dated = _date(entry, checked.zone)
        for key, at in (*_changes(entry), *promised) if entry.dated else ():
            if _earlier(at, dated, checked.zone):
                message = (
                    f"{key}: {_WORDS.moment(at)} is before the Date of this entry,"
                    f" {_WORDS.moment(dated)}: mend one of the two"
                )
                yield entry, key, message
    for citation in checked.newsroom.citations:
        published = citation.published
        for key, word, when in _captured(citation):
            if not published or when.at > checked.now:
                continue
            if _earlier(when, published, checked.zone):
                message = (
                    f"{key}: {word}{_WORDS.moment(when)} is before it was published,"
                    f" {_WORDS.moment(published)}: mend one of the two"
                )
                yield citation, key, message


def _changes(entry: Entry) -> list[tuple[str, Moment]]:
    changes = [("Correction", item.at) for item in entry.corrections]
    changes += [("Withdrawn", entry.withdrawn.at)] if entry.withdrawn else []
    return [*changes, ("Modified", entry.modified)] if entry.modified else changes


def _captured(citation: Citation) -> list[tuple[str, str, Moment]]:
    said = (
        ("Published", "", citation.published),
        ("Accessed", "", citation.accessed),
        ("Availability", f"{citation.availability} ", citation.availability_at),
    )
    return [(key, word, at) for key, word, at in said if at]


@rule("date", "a citation was published after the entry that answers it", WARNING)
def out_of_order(checked: Checked) -> Iterator[Finding]:
    """Let an entry answer, and translate, what was there before it."""
    zone = checked.zone
    for entry in checked.newsroom.entries:
        original = checked.newsroom.original_of(entry)
        at, first = _date(entry, zone), _date(original, zone)
        if entry.dated and original.dated and _earlier(at, first, zone):
            message = (
                f"{_WORDS.moment(at)} is before the Date of what this translates, before"
                f" which nobody could read it, {_WORDS.moment(first)}: mend one of the two"
            )
            yield entry, "Date", message
    for incident in checked.newsroom.incidents:
        for citation in incident.citations:
            published = citation.published
            answer = next((e for e in incident.thread if citation in incident.answers(e)), None)
            if not answer or not answer.dated or not published or published.at > checked.now:
                continue
            answered = _date(answer, zone)
            if _earlier(answered, published, zone):
                message = (
                    f"this was published {_WORDS.moment(published)}, after the {answer.kind}"
                    f" that answers it, {_WORDS.moment(answered)}: see that both are right"
                )
                yield citation, "Published", message


def _date(entry: Entry, zone: tzinfo) -> Moment:
    """Return an entry's date; at midnight it is most likely written as a day alone."""
    local = entry.date.astimezone(zone)
    return Moment(entry.date, bool(local.hour or local.minute))


def _earlier(one: Moment, other: Moment, zone: tzinfo) -> bool:
    """Whether one was certainly before another: to the minute, or by days where one is a day."""
    if one.has_time and other.has_time:
        return one.at + timedelta(minutes=1) <= other.at
    # A time of elsewhere may be of the day there, or of the day here.
    before, after = ({at.at.date(), at.at.astimezone(zone).date()} for at in (one, other))
    return max(before) < min(after)
