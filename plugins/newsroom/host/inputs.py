"""What each page and document is made of, as a digest: the same inputs, the same bytes.

A page depends on its entry, its thread, its authors and the site's settings; never on the rest
of the archive. The settings, the code and the templates are not in it: they belong to every page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from ..incremental.digests import of_folder, of_texts
from ..language.words import catalogues
from ..model.body import Link
from ..model.entry import Entry
from ..model.incident import Incident
from ..model.newsroom import sight
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.newsroom_view import AuthorView, GoalView
from .defaults import site_root
from .edition import Edition


class Inputs:
    """The inputs of one build, once all articles, pages and static files are in the context.

    All pages share the menu, the theme's files, and the texts ``said``. ``others`` are the
    digests of what Pelican has read by itself.
    """

    def __init__(
        self, edition: Edition, context: Mapping[str, Any], others: Mapping[str, str], *said: str
    ) -> None:
        self.edition, self._known = edition, dict[str, str]()
        self._sources = {**edition.sources, **others}
        self._contents, self._statics = context["generated_content"], context["static_content"]
        pages = [each for page in context["pages"] for each in (page, *page.translations)]
        menu = (
            f"{self.source(each.relative_source_path)} {each.title} {each.url}" for each in pages
        )
        theme = Path(context["THEME"])
        folders = [theme / name for name in context["THEME_STATIC_PATHS"]]
        folders += catalogues(site_root(context), theme)[:-1]  # the plugin's are its code
        self._everywhere = of_texts((*menu, *map(of_folder, folders), *said))

    @cached_property
    def whole(self) -> str:
        """The digest of all that pages and documents are made of, together."""
        edition, newsroom = self.edition, self.edition.newsroom
        seen = sight(newsroom, edition.presenter.now, edition.settings.zone)
        said = [
            self._everywhere,
            repr(sorted(self._sources.items())),
            repr(sorted(self._statics)),
        ]
        for facts in (seen.public, seen.late, seen.roles, seen.news):
            said.append(repr(sorted(map(repr, facts))))
        said += map(edition.converted.said, edition.converted.texts)
        said += map(self._of_draft, newsroom.entries)
        said += (repr(edition.pictures.shown(entry.path)) for entry in newsroom.entries)
        said += (self._attached(file.path) for file, _ in newsroom.bodies)
        said += (repr(citation.screenshot) for citation in newsroom.citations)
        said += (repr(author.photo) for author in newsroom.authors)
        said += (of_texts(self.history(path)) for path in sorted(edition.presenter.histories))
        return of_texts(said)

    def of(self, *said: str) -> str:
        """Return a unit's inputs: these digests or texts, and what all pages share."""
        return f"{self._everywhere} {of_texts(said)}"

    def about(self, item: EntryView | IncidentView) -> str:
        """Return the digest of what the page, text or feed of an entry or incident shows."""
        if isinstance(item, IncidentView):
            return self.thread(item.model)
        return self.entry(item.model.path)

    def entry(self, path: str) -> str:
        """Return the digest of an entry: with its thread in an incident, else its translations."""
        newsroom = self.edition.newsroom
        original = newsroom.original_of(newsroom.by_path[path])
        if original.in_incident and (incident := newsroom.by_id.get(original.incident)):
            return f"{path} {self.thread(incident)}"
        return self._once(f"entry {path}", lambda: (path, *self._versions(original)))

    def thread(self, incident: Incident) -> str:
        """Return the digest of an incident: entries, citations, and whether an update is late."""
        return self._once(f"thread {incident.id}", lambda: self._thread(incident))

    def _thread(self, incident: Incident) -> Iterator[str]:
        promised = incident.next_update
        yield f"late {bool(promised and promised.over(self.edition.presenter.now))}"
        for entry in incident.thread:
            yield from self._versions(entry)
        for citation in incident.citations:
            yield from (self.source(citation.path), repr(citation.screenshot))
        for other in self.edition.newsroom.related(incident):
            yield from (other.id, other.state, *self.edition.newsroom.languages_of(other))
            yield from map(self.source, self._paths(other.statement))

    def _paths(self, original: Entry) -> tuple[str, ...]:
        """Return the paths of an entry and its translations."""
        others = self.edition.newsroom.translations.get(original.path, ())
        return tuple(entry.path for entry in (original, *others))

    def _versions(self, original: Entry) -> Iterator[str]:
        """Yield what an entry and its translations depend on, as texts for a digest."""
        edition, newsroom = self.edition, self.edition.newsroom
        bodies = edition.presenter.bodies
        for entry in (original, *newsroom.translations.get(original.path, ())):
            yield from (entry.path, self.source(entry.path), self.links(entry.path))
            yield from (self.source(signature.path) for signature in entry.signatures)
            yield from (each.digest for each in edition.presenter.histories.get(entry.path, ()))
            yield self._of_draft(entry)
            yield from map(self.author, (*entry.authors, entry.approved_by))
            yield from (self._goals.get(slug, "") for slug in entry.goals)
            if entry.translates or not newsroom.is_listed(entry):  # else its labels have pages
                filed = bodies.category(entry.path)
                yield from (filed.url if filed else "", *(t.url for t in bodies.tags(entry.path)))

    def _of_draft(self, entry: Entry) -> str:
        """Return what the build's time decides of a draft: its date, and why it is held back."""
        edition = self.edition
        return (
            f"{entry.date} {edition.presenter.held_back(entry)}" if edition.settings.drafts else ""
        )

    def history(self, path: str) -> Iterator[str]:
        """Yield the texts and digests that the page of an entry's earlier versions depends on."""
        newsroom = self.edition.newsroom
        entry = newsroom.by_path[path]
        original = newsroom.original_of(entry)
        yield from (path, self.source(path), self.source(original.path))
        for version in self.edition.presenter.histories[path]:
            yield from (version.since.isoformat(), version.digest)
        if incident := newsroom.by_id.get(original.incident):
            yield from map(self.source, self._paths(incident.statement))

    def author(self, name: str) -> str:
        """Return a text that changes with what bylines show of a profile."""
        found = self.edition.newsroom.by_name.get(name)
        return f"{found.path} {self.source(found.path)} {found.photo!r}" if found else name

    def person(self, person: AuthorView) -> tuple[str, ...]:
        """Return the texts and digests that a profile's page depends on."""
        links = self.links(person.model.path)
        said = (self.author(person.name), person.role, *person.former_roles, links)
        return (*said, *map(self.about, person.entries))

    def goal(self, goal: GoalView) -> tuple[str, ...]:
        """Return the texts and digests that the page of a goal depends on."""
        path = goal.model.path
        return (self.source(path), self.links(path), *map(self.about, goal.entries))

    @cached_property
    def _goals(self) -> Mapping[str, str]:
        return {goal.slug: self.source(goal.path) for goal in self.edition.newsroom.goals}

    @cached_property
    def _linked(self) -> Mapping[str, tuple[Link, ...]]:
        return {file.path: body.links for file, body in self.edition.newsroom.bodies}

    def source(self, path: str) -> str:
        """Return the digest of a content file; empty if it was not read."""
        return self._sources.get(path, "")

    def links(self, path: str) -> str:
        """Return the digest of a body: its HTML, its files, and the URLs that its links have."""
        said = [self.edition.converted.said(path), *map(repr, self.edition.pictures.shown(path))]
        said.append(self._attached(path))
        for link in self._linked.get(path, ()):
            target = link.target_from(path)
            found = self._contents.get(target) or self._statics.get(target)
            said.append(str(found.url) if found else "")
        return repr(said)

    def _attached(self, path: str) -> str:
        """Return a text that changes with the documents and recordings of a body."""
        attached = self.edition.presenter.attached
        return repr((attached.documents(path), attached.recordings(path)))

    def _once(self, name: str, said: Callable[[], Iterable[str]]) -> str:
        if name not in self._known:
            self._known[name] = of_texts(said())
        return self._known[name]
