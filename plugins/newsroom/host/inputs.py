"""What each page and document is made of, as a digest: the same inputs, the same bytes.

A page depends on its entry, its thread, its authors and the site's settings;
never on the rest of the archive. Here that is said once, for those who build
only what has changed. The settings, the code and the templates are not in it:
they belong to every page.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

from pelican.contents import Content

from ..machine.sitemaps import NEWS_AGE
from ..model.entry import Entry
from ..model.incident import Incident
from ..model.newsroom import Newsroom
from ..view.context import ViewContext
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from ..view.pictures import BodyPictures

_UNQUOTED = re.compile(r"""=\s*["']?[{|]\w+[|}](?P<value>[^\s"'>]*)""")


def digest_of(parts: Iterable[str]) -> str:
    """The digest of some texts, in hex; where one ends and the next begins makes a difference."""
    text = repr(tuple(parts))
    return blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def digest_of_file(path: Path) -> str:
    """The digest of a file's bytes, in hex."""
    return blake2b(path.read_bytes(), digest_size=16).hexdigest()


def named_in(html: str, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """What a body, as it was read, links to inside the site: each in all ways it may be meant."""
    if "{" not in html and "|" not in html:
        return ()
    named: dict[str, None] = {}
    # Pelican finds links in quotation marks, and a body that we have set something into has
    # them everywhere.
    pelicans = Content._get_intrasite_link_regex(SimpleNamespace(settings=settings))
    for regex in (pelicans, _UNQUOTED):
        for found in regex.finditer(html):
            for written in (found["value"], unescape(found["value"])):
                path = urlsplit(written).path
                named |= dict.fromkeys((path, unquote(path)))
    return tuple(named)


@dataclass(frozen=True)
class Inputs:
    """The inputs of one build.

    ``sources`` are the digests of content files by path; ``contents`` and ``statics``
    Pelican's, by path; ``everywhere`` is what every page says.
    """

    presenter: ViewContext
    pictures: BodyPictures
    sources: Mapping[str, str]
    contents: Mapping[str, Any]
    statics: Mapping[str, Any]
    everywhere: str
    _known: dict[str, str] = field(default_factory=dict, repr=False)
    _in_lists: dict[str, str] = field(default_factory=dict, repr=False)  # by path
    _people: dict[str, str] = field(default_factory=dict, repr=False)  # by name

    @property
    def newsroom(self) -> Newsroom:
        """What is shown."""
        return self.presenter.newsroom

    def whole(self) -> Iterator[str]:
        """All of it, but for what the clock says of people and of promises."""
        newsroom, presenter = self.newsroom, self.presenter
        yield self.everywhere
        yield repr(sorted(self.sources.items()))
        latest, first = presenter.now, presenter.now - NEWS_AGE
        shown = self.pictures.shown
        for entry in newsroom.entries:  # those that are public by now
            yield entry.path
            yield self.clock(entry)
            if first <= entry.date <= latest:
                yield "news"
            if pictures := shown(entry.path):
                yield repr(pictures)
        if presenter.settings.drafts:
            yield from map(presenter.held_back, newsroom.entries)
        for citation in newsroom.citations:
            yield citation.screenshot.sha256 if citation.screenshot else ""
        for author in newsroom.authors:
            yield author.photo.sha256 if author.photo else ""
        for path, content in sorted(self.contents.items()):
            if content is not None:
                yield path
                yield getattr(content, "newsroom_read", "") or vars(content).get("_content", "")
        yield from sorted(self.statics)

    def page(self, *parts: str) -> str:
        """The inputs of a page that says ``parts`` besides what every page does."""
        said = parts[0] if len(parts) == 1 else digest_of(parts)
        return f"{self.everywhere} {said}"

    def document(self, *items: EntryView | IncidentView) -> str:
        """The inputs of a file that is no page, about some entries or an incident."""
        return self.page(*map(self.about, items))

    def about(self, item: EntryView | IncidentView) -> str:
        """All that an entry's or an incident's page, text or feed says of it."""
        if isinstance(item, IncidentView):
            return self.thread(item.model)
        return self.entry(item.model)

    def entry(self, entry: Entry) -> str:
        """An entry with its thread, or, outside any incident, with its languages."""
        if found := self._known.get(entry.path):
            return found
        original = self.newsroom.original_of(entry)
        incident = self.newsroom.by_id.get(original.incident) if original.in_incident else None
        said = self.thread(incident) if incident else digest_of(self._versions(original))
        self._known[entry.path] = f"{said} {entry.path}"
        return self._known[entry.path]

    def thread(self, incident: Incident) -> str:
        """An incident: its entries in all languages, its citations, and what is late by now."""
        return self._once(f"thread {incident.id}", lambda: self._thread(incident))

    def _thread(self, incident: Incident) -> Iterator[str]:
        promised = incident.next_update
        yield f"late {bool(promised and promised.over(self.presenter.now))}"
        for entry in incident.thread:
            yield from self._versions(entry)
        for citation in incident.citations:
            shot = citation.screenshot
            yield self.source(citation.path)
            yield shot.sha256 if shot else ""

    def _versions(self, original: Entry) -> Iterator[str]:
        """An entry as it was first written, and in other languages."""
        for entry in (original, *self.newsroom.translations.get(original.path, ())):
            yield from (entry.path, self.source(entry.path), self.links(entry.path))
            yield self.clock(entry)
            yield self.presenter.held_back(entry) if self.presenter.settings.drafts else ""
            for name in (*entry.authors, entry.approved_by):
                yield self.author(name)
            for slug in entry.goals:
                yield self._goals.get(slug, "")
            if entry.translates or not self.newsroom.is_listed(entry):  # others may have none
                bodies = self.presenter.bodies
                filed = bodies.category(entry.path)
                yield from (filed.url if filed else "", *(t.url for t in bodies.tags(entry.path)))

    def listed(self, entry: Entry) -> str:
        """What a list says of an entry: of its incident only the name."""
        found = self._in_lists.get(entry.path)
        if found is None:  # there are many lists
            found = self._in_lists[entry.path] = digest_of(self._listed(entry))
        return found

    def _listed(self, entry: Entry) -> Iterator[str]:
        original = self.newsroom.original_of(entry)
        yield from (entry.path, self.source(entry.path), self.source(original.path))
        yield from (self.clock(entry), self.clock(original))
        yield getattr(self.contents.get(entry.path), "newsroom_read", "")  # with its summary
        yield self.presenter.held_back(entry) if self.presenter.settings.drafts else ""
        for name in entry.authors:
            yield self.author(name)
        incident = self.newsroom.by_id.get(original.incident) if original.in_incident else None
        if incident:
            statement = incident.statement
            yield from (incident.id, self.source(statement.path), self.clock(statement))
            for other in self.newsroom.translations.get(statement.path, ()):
                yield self.source(other.path)

    def clock(self, entry: Entry) -> str:
        """The date of an entry that has none, as a draft may: that of the build."""
        return "" if entry.dated else entry.date.isoformat()

    def author(self, name: str) -> str:
        """A profile as bylines show it."""
        said = self._people.get(name)
        if said is None:
            found = self.newsroom.by_name.get(name)
            photo = found.photo.sha256 if found and found.photo else ""
            said = f"{found.path} {self.source(found.path)} {photo}" if found else name
            self._people[name] = said
        return said

    @cached_property
    def _goals(self) -> Mapping[str, str]:
        return {goal.slug: self.source(goal.path) for goal in self.newsroom.goals}

    def source(self, path: str) -> str:
        """The digest of a content file; empty if it was not read."""
        return self.sources.get(path, "")

    def links(self, path: str) -> str:
        """A body as it was read, what its pictures are, and where it leads to inside the site."""
        return self._once(f"links {path}", lambda: self._links(path))

    def _links(self, path: str) -> Iterator[str]:
        yield from map(repr, self.pictures.shown(path))
        content = self.contents.get(path)
        if content is None:
            return
        if read := getattr(content, "newsroom_read", ""):
            yield read
            named = content.newsroom_named
        else:
            yield vars(content).get("_content", "")
            named = named_in(vars(content).get("_content", ""), content.settings)
        for each in named:
            yield self._target(content, each)

    def _target(self, content: Any, path: str) -> str:
        """The URL of what lies at a path that a body names; empty if it is not ours."""
        if not path.startswith("/"):
            path = posixpath.join(posixpath.dirname(content.relative_source_path or ""), path)
        path = posixpath.normpath(path.lstrip("/"))
        found = self.contents.get(path) or self.statics.get(path)
        return found.url if found else ""

    def _once(self, name: str, make: Any) -> str:
        if name not in self._known:
            self._known[name] = digest_of(make())
        return self._known[name]
