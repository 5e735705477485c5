"""The rules that hold between files. Each is a function; its docstring is its help.

A rule takes the whole newsroom with its setting and yields problems whose
paths are relative to the content folder. What one file alone shows to be wrong
is reported where that file is interpreted.
"""

from __future__ import annotations

import difflib
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from html import unescape
from itertools import pairwise
from urllib.parse import unquote

from ..language.words import Words
from ..model.body import Link
from ..model.newsroom import Newsroom
from ..model.problems import Problem
from ..model.settings import Settings
from .addresses import check_addresses
from .names import check_people
from .references import check_cites, check_lists, check_named
from .times import check_times
from .urls import (
    check_aliases,
    check_feed_ids,
    check_labels,
    check_page_slugs,
    check_urls,
    used_files,
)

SILENCE = timedelta(days=7)


@dataclass(frozen=True)
class Checked:
    """What a rule looks at: everything, what of it is public, and when."""

    newsroom: Newsroom
    public: Newsroom
    settings: Settings
    now: datetime

    @cached_property
    def links(self) -> tuple[tuple[str, Link], ...]:
        """Every reference in every Markdown body that is shown, with the path of its file."""
        newsroom = self.newsroom
        bodies = (
            *(
                (entry.path, entry.body)
                for entry in newsroom.entries
                if entry.body.links and not newsroom.withdrawal(entry)
            ),
            *((page.path, page.body) for page in newsroom.pages),
            *((author.path, author.biography) for author in newsroom.authors),
            *((goal.path, goal.body) for goal in newsroom.goals),
        )
        return tuple((path, link) for path, body in bodies for link in body.links)


Rule = Callable[[Checked], Iterator[Problem]]


def statement_missing(checked: Checked) -> Iterator[Problem]:
    """An incident begins with a statement; a translation needs its original."""
    for entry in checked.newsroom.entries:
        if entry.translates:
            first = checked.newsroom.by_path.get(entry.translates)
            if first and first.lang == entry.lang:
                message = (
                    f"this is a translation into {entry.lang}, as its original is: mend one Lang"
                )
                yield Problem(entry.path, entry.line("Lang"), "lang", message)
            originals = (checked.newsroom.by_path, checked.newsroom.unreadable)
            if not any(entry.translates in paths for paths in originals):
                name = entry.translates.rpartition("/")[2]
                message = (
                    f"this translates {name}, which does not exist: write that file first"
                    " (or, if this is no translation, take the dot out of its name)"
                )
                yield Problem(entry.path, 1, "translation", message)
        elif entry.kind == "follow-up" and entry.incident not in checked.newsroom.by_id:
            if f"incidents/{entry.incident}/statement.md" in checked.newsroom.unreadable:
                continue
            message = (
                "this follow-up has no statement: write"
                f" {{content}}/incidents/{entry.incident}/statement.md"
            )
            yield Problem(entry.path, 1, "statement-missing", message)


def follow_up_date(checked: Checked) -> Iterator[Problem]:
    """A follow-up is dated after its statement, and no two of them alike."""
    for incident in checked.newsroom.incidents:
        statement = incident.statement
        for entry in incident.thread:
            if entry.date < statement.date and entry.dated and statement.dated:
                message = (
                    f"this follow-up is dated before its statement ({statement.date:%Y-%m-%d %H:%M}"
                    f"): give it a later Date"
                )
                yield Problem(entry.path, entry.line("Date"), "follow-up-date", message)
        out = [entry for entry in incident.thread if entry.dated and not entry.is_draft]
        for one, other in pairwise(out):
            if one.date == other.date and one is not statement:
                message = (
                    f"warning: {one.path.rpartition('/')[2]} has the same Date, so their names say"
                    " which is the newer one, and where the incident stands: let them differ,"
                    " by seconds if need be"
                )
                yield Problem(other.path, other.line("Date"), "follow-up-date", message)


def people(checked: Checked) -> Iterator[Problem]:
    """Whoever signs or approves is one named person with a profile."""
    yield from check_people(checked.newsroom, checked.settings)


def references(checked: Checked) -> Iterator[Problem]:
    """Answers, Goals, {cite}, {category} and {tag} name what exists."""
    yield from check_named(checked.newsroom)
    yield from check_cites(checked.newsroom, checked.links)
    yield from check_lists(checked.newsroom, checked.public, checked.links)


def internal_links(checked: Checked) -> Iterator[Problem]:
    """{filename}, {static} and {attach} lead to something that readers may see."""
    newsroom = checked.newsroom
    now_public = _paths(checked.public)
    always = {author.path for author in newsroom.authors} | {goal.path for goal in newsroom.goals}
    for incident in checked.public.incidents:
        always |= {f"incidents/{incident.id}", f"incidents/{incident.id}/"}
    pictures = linkable(newsroom, checked.public)
    files = pictures | newsroom.unreadable
    pages = always | now_public | newsroom.unreadable
    good = {"filename": pages, "static": files, "attach": files}
    sources = cache(lambda: _paths(newsroom))
    public_at = cache(lambda at: _paths(newsroom.public(at)) if at else now_public)
    likely = cache(lambda name, at: _likely(name, (*always, *public_at(at), *pictures)))
    for path, link in checked.links:
        if link.what not in good:
            continue
        target = target_of(path, link)
        if target in good[link.what]:
            continue
        # A planned entry may link to what is public by its own date.
        entry = newsroom.by_path.get(path)
        at = entry.date if entry and entry.date > checked.now else None
        if at and link.what == "filename" and _is_public(newsroom, target, at):
            continue
        if link.what == "filename" and target in pictures:
            hint = "is a file and no page: write {static} instead"
        elif target in sources() or target in newsroom.statics:
            if path in sources() and not _is_public(newsroom, path, _own_day(checked, path)):
                continue  # nobody sees the link before what it stands in is public itself
            hint = "is not public yet: publish it first, or link later"
        else:
            hint = f"leads to nothing{likely(target.rpartition('/')[2], at)}"
        yield Problem(path, link.line, "link", f"{{{link.what}}}{link.target} {hint}")


def addresses(checked: Checked) -> Iterator[Problem]:
    """A plain address of the site itself leads to something that readers may see."""
    newsroom = checked.newsroom
    targets = {target_of(path, link) for path, link in checked.links if link.is_file}
    used = {path for path, _ in used_files(newsroom, targets)}
    used |= {
        path
        for path in newsroom.statics
        if any(
            path == folder or path.startswith(f"{folder}/")
            for folder in checked.settings.static_paths
        )
    }

    def seen_from(path: str) -> datetime | None:
        day = _own_day(checked, path)
        is_source = path in _paths(newsroom)
        return None if is_source and not _is_public(newsroom, path, day) else day

    yield from check_addresses(newsroom, checked.settings, frozenset(used), seen_from)


def _likely(name: str, known: Iterable[str]) -> str:
    """A guess at what a link meant: a path whose last part is nearly the same as ``name``."""
    by_name = {path.rpartition("/")[2]: path for path in sorted(known)}
    close = difflib.get_close_matches(name, by_name, n=1, cutoff=0.8)
    return f"; did you mean /{by_name[close[0]]}?" if close else ""


def _own_day(checked: Checked, path: str) -> datetime:
    """When an entry or a page would be public by its date: by now, or later."""
    entry = checked.newsroom.by_path.get(path)
    dates = (page.date.at for page in checked.newsroom.pages if page.path == path and page.date)
    return max(checked.now, entry.date if entry else next(dates, checked.now))


def _is_public(newsroom: Newsroom, path: str, at: datetime) -> bool:
    """Whether readers may see what is at a path, an entry or a page."""
    if entry := newsroom.by_path.get(path):
        return newsroom.is_public(entry, at)
    return any(page.path == path for page in newsroom.public_pages(at))


def _paths(newsroom: Newsroom) -> set[str]:
    return {entry.path for entry in newsroom.entries} | {page.path for page in newsroom.pages}


def linkable(newsroom: Newsroom, public: Newsroom) -> frozenset[str]:
    """The files that public pages may use: not those that only the others may."""
    ids = {incident.id for incident in public.incidents}
    real = {path: newsroom.linked.get(path, path) for path in newsroom.statics}
    shots = _screenshots(newsroom, real) - _screenshots(public, real)
    free = {
        path
        for path in newsroom.statics - shots
        if not path.startswith("incidents/") or path.split("/")[1] in ids
    }
    return frozenset(path for path in free if real[path] in free)


def _screenshots(newsroom: Newsroom, real: Mapping[str, str]) -> set[str]:
    """The screenshots of all citations, by their names and by where they really are."""
    shots = (citation.screenshot for citation in newsroom.citations)
    paths = {shot.path for shot in shots if shot}
    return paths | {real[path] for path in paths if path in real}


def target_of(path: str, link: Link) -> str:
    """What a link leads to, as Pelican finds it: an absolute path is taken as it is written."""
    target = unquote(unescape(link.target.split("#")[0].split("?")[0]))
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def next_update(checked: Checked) -> Iterator[Problem]:
    """A promised next update comes when it was promised."""
    for incident in checked.public.incidents:
        promised = incident.next_update
        if promised and promised.over(checked.now):
            message = (
                "warning: the next update was promised for"
                f" {Words().moment(promised)} and is overdue: write a follow-up"
            )
            newest = incident.newest
            yield Problem(newest.path, newest.line("Next_update"), "next-update", message)
        newest = incident.newest
        if newest.next_update and not (incident.is_open or newest.withdrawn):
            message = (
                "warning: nobody sees this promise, since the incident is resolved:"
                " remove the line, or give another State"
            )
            yield Problem(newest.path, newest.line("Next_update"), "next-update", message)


def commitments(checked: Checked) -> Iterator[Problem]:
    """A commitment is kept by its day, and before the incident is resolved."""
    today = checked.now.astimezone(checked.settings.zone).date()
    for incident in checked.public.incidents:
        for entry, commitment in incident.commitments:
            late = commitment.due and commitment.due < today
            if commitment.kept:
                continue
            if not incident.is_open:
                message = (
                    "warning: this commitment is open, while the incident is resolved, which says"
                    " that what was promised is done: mark it [x], or let State be acting"
                )
                yield Problem(entry.path, commitment.line, "commitment", message)
            elif late:
                message = (
                    f"warning: this commitment was due on {commitment.due} and is open:"
                    f" keep it, mark it [x] done:{today}, or explain in a follow-up"
                )
                yield Problem(entry.path, commitment.line, "commitment", message)


def translated_commitments(checked: Checked) -> Iterator[Problem]:
    """A translation says of each commitment what its original says."""
    for entry in checked.public.entries:
        original = checked.public.original_of(entry)
        if original is entry or not entry.commitments or checked.public.withdrawal(entry):
            continue
        said, first = entry.commitments, original.commitments
        if len(said) != len(first):
            message = f"warning: {len(said)} commitments stand here, {len(first)} in the original"
            yield Problem(entry.path, said[0].line, "commitment", f"{message}: make them agree")
            continue
        for one, other in zip(said, first, strict=True):
            if (one.kept, one.due, one.done) != (other.kept, other.due, other.done):
                message = (
                    "warning: the original says otherwise of this commitment, in line"
                    f" {other.line}: make [x], due and done agree"
                )
                yield Problem(entry.path, one.line, "commitment", message)


def withdrawal(checked: Checked) -> Iterator[Problem]:
    """What is withdrawn takes the state that it gave with it, so a follow-up gives another."""
    for incident in checked.public.incidents:
        for entry in reversed(incident.thread):
            before, after = incident.states_around(entry) if entry.withdrawn else ("", "")
            if before != after:
                message = (
                    f"warning: without this entry, {incident.name!r} is {after} and no longer"
                    f" {before}: write a follow-up that says where it stands"
                )
                yield Problem(entry.path, entry.line("Withdrawn"), "withdrawal", message)
                break


def silence(checked: Checked) -> Iterator[Problem]:
    """An open incident hears from us at least once a week."""
    for incident in checked.public.incidents:
        newest = incident.newest
        if incident.is_open and checked.now - newest.date > SILENCE:
            message = (
                f"warning: {incident.name!r} is open and has had no entry for"
                f" {(checked.now - newest.date).days} days: write a follow-up, or resolve it"
            )
            yield Problem(newest.path, newest.line("Date"), "silence", message)


def unused_citation(checked: Checked) -> Iterator[Problem]:
    """A citation is there to be answered."""
    used = {
        (entry.incident, stem)
        for entry in checked.newsroom.entries
        if entry.in_incident and not checked.newsroom.withdrawal(entry)
        for stem in (*entry.answers, *entry.body.cites)
    }
    for citation in checked.newsroom.citations:
        if (citation.incident, citation.stem) not in used and not citation.is_original:
            message = (
                "warning: nothing answers or embeds this citation yet, so it is not public:"
                f" name {citation.stem} in an entry's Answers, or embed it with"
                f" ![]({{cite}}{citation.stem})"
            )
            yield Problem(citation.path, 1, "unused-citation", message)


def labels(checked: Checked) -> Iterator[Problem]:
    """A category or a tag has a name that an address can be made of, and one of its own."""
    yield from check_labels(checked.newsroom, checked.settings)


def times(checked: Checked) -> Iterator[Problem]:
    """What was published, answered, captured and changed was so in this order."""
    yield from check_times(checked.newsroom, checked.settings, checked.now)


def urls(checked: Checked) -> Iterator[Problem]:
    """Two pages never have one URL."""
    yield from check_urls(checked.newsroom, checked.settings)
    yield from check_page_slugs(checked.newsroom)
    targets = (target_of(path, link) for path, link in checked.links if link.is_file)
    files = used_files(checked.newsroom, targets)
    yield from check_aliases(checked.newsroom, files)


def feed_ids(checked: Checked) -> Iterator[Problem]:
    """Two entries never have one feed id."""
    yield from check_feed_ids(checked.newsroom, checked.settings)


RULES: tuple[Rule, ...] = (
    statement_missing,
    follow_up_date,
    people,
    references,
    internal_links,
    addresses,
    labels,
    times,
    urls,
    feed_ids,
    next_update,
    commitments,
    translated_commitments,
    withdrawal,
    silence,
    unused_citation,
)
