"""What each page and document is made of, as a digest: the same inputs, the same bytes.

A page depends on its entry, its thread, its authors and the site's settings; never on the rest
of the archive. Here that is said once, for those who build only what has changed. The settings,
the code and the templates are not in it: they belong to every page.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ..incremental.digests import of_folder, of_texts
from ..model.entry import Entry
from ..model.incident import Incident
from ..model.instants import sight
from ..model.newsroom import Newsroom
from ..view.context import ViewContext
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.newsroom_view import AuthorView, GoalView, NewsroomView
from ..view.pictures import BodyPictures
from .reader import Body, named_in


@dataclass(frozen=True)
class Inputs:
    """The inputs of one build.

    ``sources`` are the digests of content files, ``bodies`` what was read of entries,
    ``contents`` and ``statics`` Pelican's: all by path. ``everywhere`` is what every page says.
    """

    presenter: ViewContext
    view: NewsroomView
    pictures: BodyPictures
    sources: Mapping[str, str]
    bodies: Mapping[str, Body]
    contents: Mapping[str, Any]
    statics: Mapping[str, Any]
    everywhere: str
    _known: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def newsroom(self) -> Newsroom:
        """What is shown."""
        return self.presenter.newsroom

    def whole(self) -> str:
        """Return the digest of all that pages and documents are made of, together."""
        newsroom, presenter = self.newsroom, self.presenter
        seen = sight(newsroom, presenter.now, presenter.settings.zone)
        said = [self.everywhere, repr(sorted(self.sources.items()))]
        for facts in (seen.public, seen.late, seen.roles, seen.news):
            said.append(repr(sorted(map(repr, facts))))
        said += (f"{path} {body.read}" for path, body in sorted(self.bodies.items()))
        said += (f"{entry.path} {self.changing(entry)}" for entry in newsroom.entries)
        pictures = (*newsroom.citations, *newsroom.authors)
        said += (
            repr(getattr(each, "screenshot", getattr(each, "photo", None))) for each in pictures
        )
        said += (repr(self.pictures.shown(entry.path)) for entry in newsroom.entries)
        said += (f"{path} {found and found.url}" for path, found in sorted(self.contents.items()))
        said += (f"{path} {found.url}" for path, found in sorted(self.statics.items()))
        return of_texts(said)

    def of(self, *said: str) -> str:
        """Return the inputs of what says this besides what everything says."""
        return f"{self.everywhere} {of_texts(said)}"

    def document(self, *items: EntryView | IncidentView) -> str:
        """Return the inputs of a file that is no page, about some entries or an incident."""
        return self.of(*map(self.about, items))

    def about(self, item: EntryView | IncidentView) -> str:
        """Return the digest of all that an entry's or an incident's page, text or feed says."""
        if isinstance(item, IncidentView):
            return self.thread(item.model)
        return self.entry(item.model.path)

    def entry(self, path: str) -> str:
        """Say an entry with its thread, or, outside any incident, with its languages."""
        if found := self._known.get(path):
            return found
        original = self.newsroom.original_of(self.newsroom.by_path[path])
        incident = self.newsroom.by_id.get(original.incident) if original.in_incident else None
        said = self.thread(incident) if incident else of_texts(self._versions(original))
        self._known[path] = f"{path} {said}"
        return self._known[path]

    def thread(self, incident: Incident) -> str:
        """Say an incident: entries in all languages, citations, and what is late by now."""
        return self._once(f"thread {incident.id}", lambda: self._thread(incident))

    def _thread(self, incident: Incident) -> Iterator[str]:
        promised = incident.next_update
        yield f"late {bool(promised and promised.over(self.presenter.now))}"
        for entry in incident.thread:
            yield from self._versions(entry)
        for citation in incident.citations:
            yield from (self.source(citation.path), repr(citation.screenshot))

    def _versions(self, original: Entry) -> Iterator[str]:
        """Say an entry as it was first written, and in other languages."""
        for entry in (original, *self.newsroom.translations.get(original.path, ())):
            yield from (entry.path, self.source(entry.path), self.links(entry.path))
            yield self.changing(entry)
            yield from map(self.author, (*entry.authors, entry.approved_by))
            yield from (self._goals.get(slug, "") for slug in entry.goals)
            if entry.translates or not self.newsroom.is_listed(entry):  # others may have no list
                filed = self.presenter.bodies.category(entry.path)
                tags = self.presenter.bodies.tags(entry.path)
                yield from (filed.url if filed else "", *(tag.url for tag in tags))

    def changing(self, entry: Entry) -> str:
        """Say what the build's time makes of a draft: its date, and what holds it back."""
        dated = "" if entry.dated else entry.date.isoformat()
        drafts = self.presenter.settings.drafts
        return f"{dated} {self.presenter.held_back(entry)}" if drafts else dated

    def author(self, name: str) -> str:
        """Say a profile as bylines show it."""
        found = self.newsroom.by_name.get(name)
        if found is None:
            return name
        return self._once(
            f"author {name}", lambda: (found.path, self.source(found.path), repr(found.photo))
        )

    def person(self, person: AuthorView) -> tuple[str, ...]:
        """Say a profile as its page shows it, with what was signed."""
        links = self.links(person.model.path)
        said = (self.author(person.name), person.role, *person.former_roles, links)
        return (*said, *self.each(person.entries))

    def goal(self, goal: GoalView) -> tuple[str, ...]:
        """Say a goal, with what was done in its name."""
        path = goal.model.path
        return (self.source(path), self.links(path), *self.each(goal.entries))

    def each(self, entries: Iterable[EntryView]) -> Iterator[str]:
        """Say each entry of a list."""
        return (self.entry(entry.model.path) for entry in entries)

    @cached_property
    def _goals(self) -> Mapping[str, str]:
        return {goal.slug: self.source(goal.path) for goal in self.newsroom.goals}

    def source(self, path: str) -> str:
        """Return the digest of a content file; empty if it was not read."""
        return self.sources.get(path, "")

    def links(self, path: str) -> str:
        """Say a body as it was read, what its pictures are, and where it leads in the site."""
        return self._once(f"links {path}", lambda: self._links(path))

    def _links(self, path: str) -> Iterator[str]:
        yield from map(repr, self.pictures.shown(path))
        if body := self.bodies.get(path):
            yield body.read
            named = body.named
        elif content := self.contents.get(path):  # a profile or a goal
            yield content._content
            named = named_in(content._content, content.settings)
        else:
            return
        yield from (self._target(path, each) for each in named)

    def _target(self, source: str, path: str) -> str:
        """Return the URL of what lies at a path that a body names; empty if it is not ours."""
        if not path.startswith("/"):
            path = posixpath.join(posixpath.dirname(source), path)
        path = posixpath.normpath(path.lstrip("/"))
        found = self.contents.get(path) or self.statics.get(path)
        return str(found.url) if found else ""

    def _once(self, name: str, said: Callable[[], Iterable[str]]) -> str:
        if name not in self._known:
            self._known[name] = of_texts(said())
        return self._known[name]


def everywhere(
    context: Mapping[str, Any], sources: Mapping[str, str], theme: Path, *said: str
) -> str:
    """Say what every page says: the pages of the menu, and files of the theme, by their names."""
    pages = [each for page in context["pages"] for each in (page, *page.translations)]
    menu = (f"{sources.get(page.relative_source_path)} {page.title} {page.url}" for page in pages)
    folders = (*context["THEME_STATIC_PATHS"], "locale")
    return of_texts((*menu, *(of_folder(theme / folder) for folder in folders), *said))
