"""What must hold between files: of threads, promises and times, and of who signs and approves.

A reader must be able to tell names apart. So two that differ only in what nobody
sees, or in letters of another script, are two people nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, tzinfo
from itertools import pairwise

from ..language.words import Words
from ..model.author import Author
from ..model.citation import ORIGINAL
from ..model.entry import FOLLOW_UP, Entry
from ..model.letters import difference, likeness, visible
from ..model.moment import Moment
from ..model.newsroom import Newsroom
from ..model.problems import nearest
from ..model.settings import Settings
from .rulebook import WARNING, Checked, Finding, rule
from .slugs import slug_of

SILENCE = timedelta(days=7)
_moment = Words().moment


@rule("statement-missing", "a follow-up without a statement")
def _statement_missing(checked: Checked) -> Iterator[Finding]:
    there = {*checked.newsroom.by_path, *checked.newsroom.unreadable}
    more = "; an article of Pelican's belongs elsewhere" if checked.settings.is_guest else ""
    for entry in checked.newsroom.entries:
        statement = f"incidents/{entry.incident}/statement.md"
        if entry.kind == FOLLOW_UP and not entry.translates and statement not in there:
            yield entry, 1, f"this follow-up has no statement: write {{content}}/{statement}{more}"


@rule("translation", "a translation of nothing")
def _translation(checked: Checked) -> Iterator[Finding]:
    there = {"", *checked.newsroom.by_path, *checked.newsroom.unreadable}
    for entry in checked.newsroom.entries:
        if entry.translates not in there:
            message = f"this translates {entry.translates.rpartition('/')[2]}, which does not exist"
            yield entry, 1, f"{message}: write it first, or take the dot out of this file's name"


@rule("follow-up-date", "a follow-up dated before its statement")
def _follow_up_date(checked: Checked) -> Iterator[Finding]:
    for incident in checked.newsroom.incidents:
        first = incident.statement
        for entry in incident.thread:
            if entry.date < first.date and entry.dated and first.dated:
                message = f"this is dated before its statement, {first.date:%Y-%m-%d %H:%M}"
                yield entry, "Date", f"{message}: give it a later Date"


@rule("follow-up-date", "two follow-ups of an incident with the same `Date`", WARNING)
def _same_date(checked: Checked) -> Iterator[Finding]:
    for incident in checked.newsroom.incidents:
        out = [entry for entry in incident.thread if entry.dated and not entry.is_draft]
        for one, other in pairwise(out):
            if one.date == other.date and one is not incident.statement:
                name = one.path.rpartition("/")[2]
                message = f"{name} has the same Date, so nothing says which of them is the newer"
                yield other, "Date", f"{message}: let them differ, by seconds if need be"


@rule("next-update", "the promised next update is late", WARNING)
def _next_update(checked: Checked) -> Iterator[Finding]:
    for incident in checked.public.incidents:
        newest, promised = incident.newest, incident.next_update
        if promised and promised.over(checked.now):
            message = f"the next update was promised for {_moment(promised)} and is overdue"
            yield newest, "Next_update", f"{message}: write a follow-up"
        if newest.next_update and not (incident.is_open or newest.withdrawn):
            message = "nobody sees this promise, since the incident is resolved: remove the line"
            yield newest, "Next_update", message


@rule("commitment", "a commitment is late, and the incident is open", WARNING)
def _commitments(checked: Checked) -> Iterator[Finding]:
    today = checked.now.astimezone(checked.zone).date()
    for incident in checked.public.incidents:
        for entry, promise in incident.commitments:
            if not (promise.kept or incident.is_open):
                message = "this commitment is open, while the incident is resolved, and so says"
                remedy = "that all is done: mark it [x], or let State be acting"
                yield entry, promise.line, f"{message} {remedy}"
            elif not promise.kept and promise.due and promise.due < today:
                remedy = f"keep it, mark it [x] done:{today}, or explain in a follow-up"
                message = f"this commitment was due on {promise.due} and is open: {remedy}"
                yield entry, promise.line, message


@rule("commitment", "a translation has other commitments than its original", WARNING)
def _translated_commitments(checked: Checked) -> Iterator[Finding]:
    for entry in checked.public.entries:
        said, first = entry.commitments, checked.public.original_of(entry).commitments
        if not said or checked.public.withdrawal(entry):
            continue
        if len(said) != len(first):
            message = f"here are {len(said)} commitments, {len(first)} in the original"
            yield entry, said[0].line, f"{message}: make them agree"
            continue
        for one, other in zip(said, first, strict=True):
            if (one.kept, one.due, one.done) != (other.kept, other.due, other.done):
                message = f"the original says otherwise of this commitment, in line {other.line}"
                yield entry, one.line, f"{message}: make [x], due and done agree"


@rule("advice", "a translation without the advice of its original", WARNING)
def _translated_advice(checked: Checked) -> Iterator[Finding]:
    for entry in checked.public.entries:
        first = checked.public.original_of(entry)
        if first.body.advice and not (entry.body.advice or checked.public.withdrawal(entry)):
            message = f"the original says what to do now, in {first.body.advice!r}"
            yield (
                entry,
                1,
                f"{message}: translate that section, and end its heading with {{.advice}}",
            )


@rule("translation", "a translation gives advice or a hotline, and its original none", WARNING)
def _said_in_translation_alone(checked: Checked) -> Iterator[Finding]:
    for entry in checked.public.entries:
        first = checked.public.original_of(entry)
        if first is entry or checked.public.withdrawal(entry):
            continue
        message = "its original does not: so the incident's page does not either. Write it there"
        if entry.body.advice and not first.body.advice:
            yield entry, 1, f"this says what to do now, in {entry.body.advice!r}, and {message}"
        if entry.hotlines and not first.hotlines:
            yield entry, "Hotline", f"this names a hotline, and {message}"


@rule("advice", "`Advice: ended` where no advice holds", WARNING)
def _no_advice_to_end(checked: Checked) -> Iterator[Finding]:
    for incident in checked.public.incidents:
        for entry in incident.standing:
            if entry.advice and not incident.advice_change(entry):
                yield entry, "Advice", "no entry before this one gives advice: remove this line"


@rule("withdrawal", "what was withdrawn had said where an incident stands", WARNING)
def _withdrawal(checked: Checked) -> Iterator[Finding]:
    for incident in checked.public.incidents:
        for entry in reversed(incident.thread):
            before, after = incident.states_around(entry) if entry.withdrawn else ("", "")
            if before != after:
                message = f"without this entry, {incident.name!r} is {after} and no longer {before}"
                yield entry, "Withdrawn", f"{message}: write a follow-up that says where it stands"
                break


@rule("silence", "an open incident has had no entry for more than a week", WARNING)
def _silence(checked: Checked) -> Iterator[Finding]:
    for incident in checked.public.incidents:
        passed = checked.now - incident.newest.date
        if incident.is_open and passed > SILENCE:
            message = f"{incident.name!r} is open and has had no entry for {passed.days} days"
            yield incident.newest, "Date", f"{message}: write a follow-up, or resolve it"


@rule("unused-citation", "nothing answers, embeds or links a citation yet", WARNING)
def _unused_citation(checked: Checked) -> Iterator[Finding]:
    used = {
        (entry.incident, stem)
        for entry in checked.newsroom.entries
        if entry.in_incident and not checked.newsroom.withdrawal(entry)
        for stem in (*entry.answered, *entry.body.cites)
    }
    begun = {(incident, ORIGINAL) for incident in _without_statement(checked.newsroom)}
    for citation in checked.newsroom.citations:
        if (citation.incident, citation.stem) not in used | begun:
            remedy = f"name {citation.stem} in Answers, or write ![]({{cite}}{citation.stem})"
            message = f"nothing answers or embeds this citation yet, so it is not public: {remedy}"
            yield citation, 1, message


def _without_statement(newsroom: Newsroom) -> set[str]:
    """Return the folders whose statement is not there or cannot be read."""
    return {citation.incident for citation in newsroom.citations} - newsroom.by_id.keys()


@rule("date", "a `Correction`, `Withdrawn`, `Modified` or `History` of a published entry")
def _changes(checked: Checked) -> Iterator[Finding]:
    for entry in checked.newsroom.entries:
        # What is planned would else stop the very build that is to publish it.
        latest, dated = max(checked.now, entry.date), _date(entry, checked.zone)
        said = [("Correction", item.line, item.at) for item in entry.corrections]
        if entry.withdrawn:
            said.append(("Withdrawn", entry.withdrawn.line, entry.withdrawn.at))
        if entry.modified:
            said.append(("Modified", entry.line("Modified"), entry.modified))
        if entry.history and entry.history.since:
            said.append(("History", entry.history.line, entry.history.since))
        for key, line, at in () if entry.is_draft else said:
            if at.at > latest:
                yield entry, line, f"{key}: {_moment(at)} is yet to come: write when it was made"
        if entry.next_update:
            said.append(("Next_update", entry.line("Next_update"), entry.next_update))
        for key, line, at in said if entry.dated else ():
            if _earlier(at, dated, checked.zone):
                message = f"{key}: {_moment(at)} is before the Date of this entry, {_moment(dated)}"
                yield entry, line, f"{message}: mend one of the two"
        for promise in () if entry.is_draft else entry.commitments:
            if promise.done and promise.done > latest.astimezone(checked.zone).date():
                message = f"done:{promise.done} is yet to come: write the day when it was done"
                yield entry, promise.line, message


@rule(
    "date",
    "a `Began`, `Ended` or `Event` after the entry's `Date`; an incident that `Ended` before it"
    " `Began`",
)
def _told(checked: Checked) -> Iterator[Finding]:
    for entry in checked.newsroom.entries:
        dated = _date(entry, checked.zone)
        told = [(key, entry.line(key), getattr(entry, key.lower())) for key in ("Began", "Ended")]
        told += (("Event", event.line, event.at) for event in entry.events)
        for key, line, at in told if entry.dated else ():
            if at and _earlier(dated, at, checked.zone):
                message = f"{key}: {_moment(at)} is after the Date of this entry, {_moment(dated)}"
                yield entry, line, f"{message}: mend one of the two"
    for incident in checked.newsroom.incidents:
        began, ended, teller = incident.began, incident.ended, incident.tells_end
        if teller and began and ended and _earlier(ended, began, checked.zone):
            message = f"Ended: {_moment(ended)} is before it began, {_moment(began)}"
            yield teller, "Ended", f"{message}: mend one of the two"


@rule("date", "a `Published`, `Accessed` or `Availability` that is yet to come")
def _captures(checked: Checked) -> Iterator[Finding]:
    for citation in checked.newsroom.citations:
        first = citation.published
        availability = f"Availability: {citation.availability}"
        said = (
            ("Published", "Published:", first),
            ("Accessed", "Accessed:", citation.accessed),
            ("Availability", availability, citation.availability_at),
        )
        for key, what, at in said:
            if at and at.at > checked.now:
                message = f"{what} {_moment(at)} is yet to come: write when it was"
                yield citation, key, message
            elif at and first and _earlier(at, first, checked.zone):
                message = f"{what} {_moment(at)} is before it was published, {_moment(first)}"
                yield citation, key, f"{message}: mend one of the two"


@rule("date", "a citation was published after the entry that answers it", WARNING)
def _out_of_order(checked: Checked) -> Iterator[Finding]:
    zone = checked.zone
    for incident in checked.newsroom.incidents:
        for citation in incident.citations:
            published = citation.published
            answer = next((e for e in incident.thread if citation in incident.answers(e)), None)
            if not answer or not answer.dated or not published or published.at > checked.now:
                continue
            answered = _date(answer, zone)
            if _earlier(answered, published, zone):
                message = f"this was published {_moment(published)}, after the {answer.kind}"
                remedy = f"that answers it, {_moment(answered)}: see that both are right"
                yield citation, "Published", f"{message} {remedy}"


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


class People:
    """The names of a newsroom, as they are written and as they look."""

    def __init__(self, newsroom: Newsroom, settings: Settings) -> None:
        self._nobody = {likeness(name) for name in settings.no_person_names} - {""}
        self.names = set(newsroom.by_name)
        named = [author for author in newsroom.authors if author.name]
        self.first: dict[str, Author] = {likeness(a.name): a for a in reversed(named)}
        self._broken = {author.path for author in newsroom.authors if not author.name}
        self._broken |= newsroom.unreadable

    def is_nobody(self, name: str) -> bool:
        """Whether a name, however it is written, is no person's."""
        return likeness(name) in self._nobody

    def alike(self, name: str) -> str:
        """Return what tells a name from that of a profile that looks the same, and what to do."""
        same = self.first.get(likeness(name))
        if same is None or name == same.name:
            return ""
        if name.casefold() == same.name.casefold():
            return f"did you mean {same.name}? Write it so, letter by letter"
        how = difference(name, same.name)
        return f"did you mean {same.name}? It looks the same, but {how}: write {same.name}"

    def unknown(self, name: str) -> str:
        """Say why nobody is known by a name, and what to do; empty if somebody is."""
        profile = f"authors/{slug_of(name)}.md"
        if visible(name) in self.names or profile in self._broken:  # which is an error by itself
            return ""
        if alike := self.alike(name):
            return f'no profile for "{name}"; {alike}'
        likely = nearest(name, self.names)
        remedy = f'create {{content}}/{profile}, or run: invoke author "{name}"'
        return f'no profile for "{name}"{f"{likely} Else" if likely else ":"} {remedy}'


@rule("author-person", "the name is no person's")
def _no_persons(checked: Checked) -> Iterator[Finding]:
    people = People(checked.newsroom, checked.settings)
    for entry in checked.newsroom.entries:
        for name in filter(people.is_nobody, entry.authors):
            message = f"{name!r} is no person: sign with the name of one, who has a profile"
            yield entry, _signs(entry), message
    for author in checked.newsroom.authors:
        if people.is_nobody(author.name):
            yield author, "Name", f"{author.name!r} is no person: a profile is a person's"


@rule("author-profile", "no profile has the name that signs")
def _profiles(checked: Checked) -> Iterator[Finding]:
    people = People(checked.newsroom, checked.settings)
    for entry in checked.newsroom.entries:
        for name in entry.authors:
            if not people.is_nobody(name) and (message := people.unknown(name)):
                yield entry, _signs(entry), message


@rule("approved-by", "no profile has the approver's name")
def _approvers(checked: Checked) -> Iterator[Finding]:
    people = People(checked.newsroom, checked.settings)
    for entry in checked.newsroom.entries:
        if entry.approved_by and (message := people.unknown(entry.approved_by)):
            yield entry, "Approved_by", f"Approved_by: {message}"


@rule("author-left", "somebody signs or approves after their last role has ended")
def _left(checked: Checked) -> Iterator[Finding]:
    by_name = checked.newsroom.by_name
    for entry in checked.newsroom.entries:
        # A translation says what was said and signed before.
        day = checked.newsroom.original_of(entry).date.astimezone(checked.zone).date()
        said = [(_signs(entry), name) for name in entry.authors]
        for key, name in (*said, ("Approved_by", entry.approved_by)):
            author = by_name.get(name)
            if author and (ended := author.ended_before(day)):
                message = f"the last role of {name} ended on {ended}, before this entry"
                remedy = f"name somebody else, or mend until: in {{content}}/{author.path}"
                yield entry, key, f"{message}: {remedy}"


@rule("approval", "approval is required and is missing, or is by one who signs")
def _approvals(checked: Checked) -> Iterator[Finding]:
    for entry in checked.newsroom.entries if checked.settings.require_approval else ():
        if not entry.in_incident or entry.translates:
            continue
        approver = entry.approved_by
        if not approver:
            yield entry, 1, "an incident's entry needs an approval: add a line Approved_by: …"
        elif likeness(approver) in map(likeness, entry.authors):
            message = f"{approver!r} signs this entry: have a second person approve it"
            yield entry, "Approved_by", message


@rule("author-name", "two profiles claim one name, or names that look the same")
def _same_names(checked: Checked) -> Iterator[Finding]:
    people = People(checked.newsroom, checked.settings)
    for author in checked.newsroom.authors:
        first = people.first.get(likeness(author.name), author)
        if first is not author:
            how = ""
            if author.name.casefold() != first.name.casefold():
                how = f", which looks the same, but {difference(author.name, first.name)}"
            message = f"{{content}}/{first.path} already claims the name {first.name!r}{how}"
            yield author, "Name", f"{message}: change one of them"


def _signs(entry: Entry) -> str:
    return "Authors" if "authors" in entry.lines else "Author"
