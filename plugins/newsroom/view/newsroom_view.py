"""The whole newsroom as templates see it: its authors and goals, its lists of incidents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from urllib.parse import urlsplit

from markupsafe import Markup

from ..language.words import Languages, Words
from ..model import addresses as to
from ..model.author import Author, Goal
from ..model.entry import STATES, Entry
from ..model.incident import Elapsed
from ..model.letters import initials
from ..model.moment import Moment
from ..model.settings import Contact
from ..model.signed import namespace
from . import parts
from .context import ViewContext
from .entry_view import EntryView
from .history_view import HistoryView
from .incident_view import IncidentView
from .markup import for_list
from .post_lists import PostList, categories, post_lists


@dataclass(frozen=True)
class AuthorView:
    """An author's profile, with what lists show of what was signed, newest first."""

    model: Author
    entries: tuple[EntryView, ...]
    context: ViewContext = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def url(self) -> str:
        return to.author_url(self.model.slug)

    @property
    def initials(self) -> str:
        return initials(self.model.name)

    @cached_property
    def photo(self) -> parts.Picture | None:
        return self.context.photo(self.model)

    @cached_property
    def role(self) -> str:
        return "" if self.left else self.model.role_on(self.context.today)

    @cached_property
    def left(self) -> parts.TimeView | None:
        return self.context.day(self.model.ended_before(self.context.today))

    @property
    def last_role(self) -> str:
        return self.model.role_on(self.context.today) if self.left else ""

    @cached_property
    def former_roles(self) -> tuple[str, ...]:
        today = self.context.today
        past = (item for item in self.model.roles if item.since is None or item.since <= today)
        shown = self.role or self.last_role
        return tuple(item.title for item in past if item.title != shown)

    @property
    def profiles(self) -> tuple[parts.Link, ...]:
        hosts = [(urlsplit(url), url) for url in self.model.profiles]
        return tuple(parts.Link(f"{at.hostname}{at.path}".rstrip("/"), url) for at, url in hosts)

    @property
    def biography(self) -> Markup:
        return Markup(self.context.bodies.content(self.model.path))


@dataclass(frozen=True)
class GoalView:
    """A goal and what was done in its name, newest first."""

    model: Goal
    entries: tuple[EntryView, ...]
    context: ViewContext = field(repr=False, compare=False)

    @property
    def title(self) -> str:
        return self.model.title

    @property
    def url(self) -> str:
        return to.goal_url(self.model.slug)

    @property
    def content(self) -> Markup:
        return Markup(self.context.bodies.content(self.model.path))


@dataclass(frozen=True)
class Row:
    """An incident, and how long its first statement and its resolution took, in words."""

    incident: IncidentView
    statement: str
    resolution: str


@dataclass(frozen=True)
class IncidentList:
    """Some of the incidents and their page: all, those in one state, or those of one year.

    ``statement`` and ``resolution`` are the medians of the rows, in words or empty.
    """

    url: str
    title: str
    label: str
    kind: str
    incidents: tuple[IncidentView, ...]
    rows: tuple[Row, ...]
    statement: str
    resolution: str


@dataclass(frozen=True, eq=False)
class NewsroomView:
    """All that is shown, as ``newsroom`` in every template's context."""

    context: ViewContext

    @property
    def company(self) -> str:
        return self.context.settings.company

    @property
    def contact(self) -> Contact | None:
        return self.context.settings.contact

    @property
    def site_url(self) -> str:
        return self.context.settings.site_url

    @property
    def is_preview(self) -> bool:
        return self.context.settings.drafts

    @property
    def poll_seconds(self) -> int:
        return self.context.settings.poll_seconds

    @property
    def languages(self) -> Languages:
        return self.context.languages

    @property
    def has_search(self) -> bool:
        return self.context.settings.search and not self.is_preview and bool(self.entries)

    @cached_property
    def _by_path(self) -> Mapping[str, EntryView]:
        context = self.context
        return {
            entry.path: EntryView(entry, context.speaking(entry.lang))
            for entry in context.newsroom.entries
        }

    @property
    def everything(self) -> tuple[EntryView, ...]:
        return (*self.entries, *self.translations, *self.unlisted)

    @cached_property
    def entries(self) -> tuple[EntryView, ...]:
        listed = (view for view in self._listed if not view.model.translates)
        order = sorted(listed, key=lambda view: (view.model.date, view.model.path), reverse=True)
        return tuple(order)

    @cached_property
    def translations(self) -> tuple[EntryView, ...]:
        return tuple(view for view in self._listed if view.model.translates)

    @cached_property
    def unlisted(self) -> tuple[EntryView, ...]:
        is_listed = self.context.newsroom.is_listed
        return tuple(view for view in self._by_path.values() if not is_listed(view.model))

    @property
    def _listed(self) -> Iterator[EntryView]:
        is_listed = self.context.newsroom.is_listed
        return (view for view in self._by_path.values() if is_listed(view.model))

    @property
    def latest(self) -> tuple[EntryView, ...]:
        return self.entries[: self.context.settings.latest]

    @cached_property
    def histories(self) -> tuple[HistoryView, ...]:
        shown = (view for view in self.everything if view.history_url)
        return tuple(HistoryView(view, view.context) for view in shown)

    @cached_property
    def incident_pages(self) -> tuple[IncidentView, ...]:
        newsroom, found = self.context.newsroom, []
        newest = sorted(newsroom.incidents, key=lambda item: item.starts_at.at, reverse=True)
        for incident in newest:
            written = tuple(self._by_path[entry.path] for entry in incident.thread)
            for lang in newsroom.languages_of(incident):
                speaking = self.context.speaking(lang)
                versions = (speaking.version(entry, lang) for entry in incident.thread)
                thread = tuple(self._by_path[version.path] for version in versions)
                found.append(IncidentView(incident, lang, thread, written, speaking))
        return tuple(found)

    @cached_property
    def incidents(self) -> tuple[IncidentView, ...]:
        return tuple(page for page in self.incident_pages if page.is_main)

    @cached_property
    def open_incidents(self) -> tuple[IncidentView, ...]:
        found = (page for page in self.incidents if page.model.is_open)
        return tuple(sorted(found, key=lambda page: page.model.newest.date, reverse=True))

    @cached_property
    def lists(self) -> tuple[IncidentList, ...]:
        return incident_lists(self.incidents, self.context.words)

    @property
    def _posts(self) -> list[EntryView]:
        return [view for view in self.entries if view.kind == "post"]

    @cached_property
    def post_lists(self) -> tuple[PostList, ...]:
        return post_lists(self._posts, self.context.settings.zone, self.context.words)

    @property
    def post_categories(self) -> tuple[parts.Link, ...]:
        return categories(self._posts)

    @cached_property
    def authors(self) -> tuple[AuthorView, ...]:
        signed = self._entries_by(lambda entry: entry.authors)
        authors = sorted(self.context.newsroom.authors, key=lambda item: item.name)
        return tuple(
            AuthorView(author, tuple(signed.get(author.name, ())), self.context)
            for author in authors
        )

    @property
    def logos(self) -> tuple[parts.Picture, ...]:
        return self.context.logos

    @property
    def keys_elsewhere(self) -> tuple[str, ...]:
        return self.context.settings.keys_elsewhere

    @property
    def namespace(self) -> str:
        tag = self.context.settings.feed_tag
        return namespace(tag.domain) if tag else ""

    @property
    def zone(self) -> str:
        return self.context.settings.zone.key

    @property
    def has_goals(self) -> bool:
        return bool(self.context.newsroom.goals)

    @cached_property
    def has_categories(self) -> bool:
        return any(entry.category for entry in self.entries)

    @property
    def has_keys(self) -> bool:
        return any(author.keys for author in self.context.newsroom.authors)

    @cached_property
    def newest_signed(self) -> EntryView | None:
        return next((entry for entry in self.entries if entry.signatures), None)

    @property
    def boilerplate(self) -> Markup:
        pages = (page for page in self.context.newsroom.pages if page.status != "skip")
        found = (page for page in pages if page.slug == "boilerplate" and not page.translates)
        page = next(found, None)
        return for_list(self.context.bodies.content(page.path)) if page else Markup()

    @cached_property
    def documents(self) -> tuple[parts.DocumentView, ...]:
        found = (document for entry in self.entries for document in entry.documents)
        return tuple({document.model: document for document in found}.values())

    @property
    def speakers(self) -> tuple[AuthorView, ...]:
        return tuple(author for author in self.authors if not author.left)

    @property
    def former_authors(self) -> tuple[AuthorView, ...]:
        return tuple(author for author in self.authors if author.left)

    @cached_property
    def goals(self) -> tuple[GoalView, ...]:
        tied = self._entries_by(lambda entry: entry.goals)
        return tuple(
            GoalView(goal, tuple(tied.get(goal.slug, ())), self.context)
            for goal in self.context.newsroom.goals
        )

    def _entries_by(self, names: Callable[[Entry], Iterable[str]]) -> Mapping[str, list[EntryView]]:
        found: dict[str, list[EntryView]] = {}
        for view in self.entries:
            for name in dict.fromkeys(names(view.model)):
                found.setdefault(name, []).append(view)
        return found

    @cached_property
    def corrections(self) -> tuple[parts.Change, ...]:
        context = self.context
        found: list[parts.Change] = []
        for entry in filter(context.newsroom.is_listed, context.newsroom.entries):
            found += context.own_corrections(entry)
            if entry.withdrawn and (gone := context.withdrawal(entry)):
                found.append(gone)
        return tuple(sorted(found, key=lambda change: (change.at, change.entry.url), reverse=True))

    @cached_property
    def years(self) -> tuple[parts.Link, ...]:
        zone = self.context.settings.zone
        years = sorted({view.model.date.astimezone(zone).year for view in self.entries})
        return tuple(parts.Link(str(year), to.year_url(year)) for year in reversed(years))


def incident_lists(incidents: Sequence[IncidentView], words: Words) -> tuple[IncidentList, ...]:
    """List all incidents first, then those of each state, then of each year, newest first."""
    by_state: dict[str, list[IncidentView]] = {state: [] for state in STATES}
    by_year: dict[int, list[IncidentView]] = {}
    for incident in incidents:
        by_state.setdefault(incident.state.key, []).append(incident)
        began = incident.model.starts_at.at.astimezone(incident.context.settings.zone)
        by_year.setdefault(began.year, []).append(incident)

    def titled(label: str) -> tuple[str, str]:
        return words.say("Incidents: {which}", which=label), label

    found = [((to.INCIDENTS, words.say("Incidents"), words.say("All"), "all"), incidents)]
    for state in STATES:
        found.append(((to.state_url(state), *titled(words.state(state)), "state"), by_state[state]))
    for year in sorted(by_year, reverse=True):
        found.append(((to.incidents_of_year(year), *titled(str(year)), "year"), by_year[year]))
    return tuple(
        IncidentList(*page, tuple(shown), *_lengths(shown, words)) for page, shown in found
    )


def _lengths(incidents: Sequence[IncidentView], words: Words) -> tuple[tuple[Row, ...], str, str]:
    """Return a row for each incident, and the medians of both durations."""

    def said(elapsed: Elapsed | None) -> str:
        return words.span(elapsed) if elapsed else ""

    rows, statements, resolutions = [], [], []
    for incident in incidents:
        model, zone = incident.model, incident.context.settings.zone
        resolved = model.resolved_at
        statements.append(model.answered_after(zone))
        resolutions.append(model.elapsed(Moment(resolved), zone) if resolved else None)
        last = words.say("still open") if model.is_open else said(resolutions[-1])
        rows.append(Row(incident, said(statements[-1]), last))
    return tuple(rows), said(_median(statements)), said(_median(resolutions))


def _median(found: Sequence[Elapsed | None]) -> Elapsed | None:
    """Return the median duration; in days if one of those in the middle is."""
    order = sorted(filter(None, found), key=lambda elapsed: elapsed.length)
    if not order:
        return None
    low, high = order[(len(order) - 1) // 2], order[len(order) // 2]
    by_day = low.by_day or high.by_day
    middle = (low.length + high.length) / 2
    return Elapsed(timedelta(days=middle.days) if by_day else middle, by_day)
