"""The whole newsroom as read from a content folder: what is public, and what time alone changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import cached_property
from itertools import groupby
from zoneinfo import ZoneInfo

from .attachment import beside
from .author import Author, Goal
from .body import Body, Leading
from .citation import Citation
from .entry import STATEMENT, Change, Entry, HistoryLimit
from .incident import Incident, thread
from .keys import ContentFile
from .moment import Moment

SECOND = timedelta(seconds=1)
NEWS_AGE = timedelta(days=2)
MOST_NEWS = 1_000
"""Google: news is what was published in the last two days, at most so many URLs."""


@dataclass(frozen=True)
class Page(ContentFile):
    """A Pelican page, as far as the rules need it."""

    slug: str
    lang: str
    status: str
    body: Body
    date: Moment | None = None
    translates: str = ""
    image: Leading | None = None

    def due(self, now: datetime) -> bool:
        """Whether the page's own header makes it public at ``now``."""
        dated = self.date is None or self.date.at <= now
        return dated and self.status in ("published", "hidden")


@dataclass(frozen=True)
class Newsroom:
    """Everything that a content folder holds. Paths are relative to that folder.

    ``statics`` are all other files, which bodies may link to, ``linked`` where those of them
    really are that a symbolic link leads to; ``unreadable`` Markdown files that could not be
    parsed; ``faulty`` profiles and goals that have problems and only drafts use.
    """

    authors: tuple[Author, ...] = ()
    goals: tuple[Goal, ...] = ()
    citations: tuple[Citation, ...] = ()
    entries: tuple[Entry, ...] = ()
    pages: tuple[Page, ...] = ()
    statics: frozenset[str] = field(default_factory=frozenset)
    unreadable: frozenset[str] = field(default_factory=frozenset)
    faulty: frozenset[str] = field(default_factory=frozenset)
    linked: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def incidents(self) -> tuple[Incident, ...]:
        """The incidents, by id."""
        return tuple(thread(self.entries, self.citations))

    @cached_property
    def by_path(self) -> Mapping[str, Entry]:
        """Entries by the path of their file."""
        return {entry.path: entry for entry in self.entries}

    @cached_property
    def by_name(self) -> Mapping[str, Author]:
        """Authors by the name that they sign with."""
        return {author.name: author for author in reversed(self.authors) if author.name}

    @cached_property
    def by_id(self) -> Mapping[str, Incident]:
        """Incidents by their permanent id."""
        return {incident.id: incident for incident in self.incidents}

    @cached_property
    def _related(self) -> Mapping[str, set[str]]:
        """What is related to an incident, by ids: either of two may say so."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for incident in self.incidents:
            for other in (id for entry in incident.standing for id in entry.related):
                if other in self.by_id and other != incident.id:
                    found[incident.id].add(other)
                    found[other].add(incident.id)
        return found

    def related(self, incident: Incident) -> tuple[Incident, ...]:
        """Return the incidents related to one, that began last first."""
        found = [self.by_id[id] for id in self._related.get(incident.id, ())]
        return tuple(sorted(found, key=lambda each: (each.starts_at.at, each.id), reverse=True))

    @cached_property
    def translations(self) -> Mapping[str, tuple[Entry, ...]]:
        """Translations by the path of what they translate, by language."""
        ordered = sorted(self.entries, key=lambda entry: (entry.translates, entry.lang))
        grouped = groupby(ordered, lambda entry: entry.translates)
        return {path: tuple(entries) for path, entries in grouped if path}

    @cached_property
    def bodies(self) -> tuple[tuple[ContentFile, Body], ...]:
        """Every Markdown body that is shown, with its file."""
        return (
            *((entry, entry.body) for entry in self.entries if not self.withdrawal(entry)),
            *((page, page.body) for page in self.pages),
            *((author, author.biography) for author in self.authors),
            *((goal, goal.body) for goal in self.goals),
        )

    def files_of(self, file: ContentFile, body: Body) -> frozenset[str]:
        """Return the files that a body shows or links to, with what lies beside a recording."""
        paths = {link.target_from(file.path) for link in body.links if link.is_file}
        shown = (link.target_from(file.path) for link in body.links if link.is_recording)
        return frozenset(paths).union(*(beside(path, self.statics).files for path in shown))

    def original_of(self, entry: Entry) -> Entry:
        """Return what an entry translates, else the entry itself."""
        return self.by_path.get(entry.translates, entry) if entry.translates else entry

    def languages_of(self, incident: Incident) -> tuple[str, ...]:
        """Return the languages that an incident has entries in, the statement's first."""
        said = {entry.lang for entry in incident.thread}
        for entry in incident.thread:
            said.update(other.lang for other in self.translations.get(entry.path, ()))
        return tuple(dict.fromkeys((incident.statement.lang, *sorted(said))))

    def withdrawal(self, entry: Entry) -> Change | None:
        """Return an entry's withdrawal: its own, or that of what it translates."""
        return self.original_of(entry).withdrawn or entry.withdrawn

    def corrections(self, entry: Entry) -> tuple[Change, ...]:
        """Return an entry's corrections; a translation has its original's besides its own."""
        original = self.original_of(entry)
        return entry.corrections + (() if original is entry else original.corrections)

    def history_limits(self, entry: Entry) -> tuple[HistoryLimit, ...]:
        """Return what limits an entry's history: its own, and that of what it translates."""
        both = dict.fromkeys((entry, self.original_of(entry)))
        return tuple(each.history for each in both if each.history)

    def updated(self, entry: Entry) -> datetime:
        """Return when an entry last changed in substance (RFC 4287, 4.2.15)."""
        gone, changes = self.withdrawal(entry), [item.at for item in self.corrections(entry)]
        changes += [gone.at] if gone else []
        return max((entry.date, *(self.changed_at(entry, at) for at in changes)))

    def last_changed(self, entry: Entry) -> datetime:
        """Return when an entry last changed at all, as far as it says so."""
        changes = [self.changed_at(entry, entry.modified)] if entry.modified else []
        return max((self.updated(entry), *changes))

    def changed_at(self, entry: Entry, at: Moment) -> datetime:
        """Return when a change was; one whose day alone is known comes after the entry itself."""
        return at.at if at.has_time else max(at.at, entry.date + SECOND)

    def is_listed(self, entry: Entry) -> bool:
        """Whether lists and feeds show an entry: neither it nor its original is hidden."""
        return "hidden" not in (entry.status, self.original_of(entry).status)

    def is_public(self, entry: Entry, now: datetime) -> bool:
        """Whether an entry is due at ``now``, and its incident's statement or its original is."""
        if not entry.due(now):
            return False
        if entry.translates:
            original = self.by_path.get(entry.translates)
            return bool(original and not original.translates and self.is_public(original, now))
        incident = self.by_id.get(entry.incident) if entry.in_incident else None
        return incident.statement.due(now) if incident else not entry.in_incident

    def public_pages(self, now: datetime) -> tuple[Page, ...]:
        """Return the pages that readers may see; a translation while its original is public."""
        held_back = {page.path for page in self.pages if not page.due(now)}
        return tuple(page for page in self.pages if not held_back & {page.path, page.translates})

    def public(self, now: datetime) -> Newsroom:
        """Return the part that readers may see at ``now``, and nothing else."""
        kept = self.keeping(entry for entry in self.entries if self.is_public(entry, now))
        return replace(kept, pages=self.public_pages(now))

    def keeping(self, entries: Iterable[Entry]) -> Newsroom:
        """Return the newsroom with these entries only, and what goes with them."""
        kept = replace(self, entries=tuple(entries))
        authors = [each for each in self.authors if each.path not in self.faulty]
        goals = [each for each in self.goals if each.path not in self.faulty]
        return replace(
            kept,
            authors=tuple(author for author in authors if author.name and author.roles),
            goals=tuple(goal for goal in goals if goal.title),
            citations=quoted(kept),
        )


def quoted(newsroom: Newsroom) -> tuple[Citation, ...]:
    """Return the citations that some entry of ``newsroom`` answers, embeds or links."""
    used: set[tuple[str, str]] = set()
    for entry in newsroom.entries:
        if not entry.in_incident:  # a citation is its incident's
            continue
        original = newsroom.original_of(entry)
        is_void = original.withdrawn and original.kind != STATEMENT
        stems = set() if is_void else set(original.answered)
        stems.update(() if newsroom.withdrawal(entry) else entry.body.cites)
        used |= {(entry.incident, stem) for stem in stems}
    return tuple(item for item in newsroom.citations if (item.incident, item.stem) in used)


@dataclass(frozen=True)
class Sight:
    """What a build sees by its clock, by paths.

    ``late`` are newest entries with the update that they promised; ``roles`` have the role held,
    if any, and those held before.
    """

    public: frozenset[str]
    late: frozenset[tuple[str, Moment]]
    roles: frozenset[tuple[str, str, tuple[str, ...]]]
    news: frozenset[str]


def sight(newsroom: Newsroom, now: datetime, zone: ZoneInfo) -> Sight:
    """Return what a build at ``now`` sees of what is public then; days begin in ``zone``."""
    today = now.astimezone(zone).date()
    promises = ((each.newest.path, each.next_update) for each in newsroom.incidents)
    roles = set()
    for author in newsroom.authors:
        role = author.role_on(today) if author.speaks_on(today) else ""
        past = [item.title for item in author.roles if item.since is None or item.since <= today]
        roles.add((author.path, role, tuple(title for title in past if title != role)))
    return Sight(
        frozenset(each.path for each in (*newsroom.entries, *newsroom.pages)),
        frozenset(
            (path, promised) for path, promised in promises if promised and promised.over(now)
        ),
        frozenset(roles),
        frozenset(entry.path for entry in news(newsroom, now)),
    )


def instants(newsroom: Newsroom, after: datetime, zone: ZoneInfo) -> list[datetime]:
    """List every instant after ``after``, in UTC, at which a build of all could see otherwise."""
    found = {page.date.at for page in newsroom.pages if page.date}
    for entry in newsroom.entries:
        found |= {entry.date, entry.date + NEWS_AGE + SECOND}  # what is news holds its own end
        if entry.next_update:
            found.add(entry.next_update.end)
    for author in newsroom.authors:
        days = [role.since for role in author.roles if role.since]
        days += [role.until + timedelta(days=1) for role in author.roles if role.until]
        found.update(datetime.combine(day, time(), zone) for day in days)
    return sorted(at.astimezone(UTC) for at in found if at > after)


def news(newsroom: Newsroom, now: datetime) -> list[Entry]:
    """Return what is news at ``now``, newest first; nothing that was withdrawn."""
    fresh = [
        entry
        for entry in newsroom.entries
        if timedelta(0) <= now - entry.date <= NEWS_AGE
        and newsroom.is_listed(entry)
        and not newsroom.withdrawal(entry)
    ]
    fresh.sort(key=lambda entry: (entry.date, not entry.translates, entry.path), reverse=True)
    return fresh[:MOST_NEWS]
