"""Incidents as readers see them: where things stand, the timeline, the thread."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import urlsplit

from markupsafe import Markup

from ..language.words import Words, language_name
from ..model.addresses import JSON, citation_id, feed_of, incident_url
from ..model.entry import Entry, Hotline
from ..model.incident import Incident
from . import parts
from .context import ViewContext
from .entry_view import EntryView
from .markup import advice_in, figures_in, for_list, within_thread
from .timeline import Timeline, TimelineItem

UNFOLDED = 4
"""So many of the earlier updates are open; more are folded, each below its title."""


@dataclass(frozen=True)
class Heard:
    """A citation other than the original, and which entries answer it.

    It ``is_embedded`` if an update on the page shows it.
    """

    citation: parts.CitationView
    answered_by: tuple[parts.Link, ...]
    is_embedded: bool


@dataclass(frozen=True)
class Update:
    """An entry on the page of its thread: without what stands elsewhere there.

    ``since`` says how long after the last update it came, ``change`` what it changed the
    incident's ``state`` to. One that ``is_folded`` opens at a click.
    """

    entry: EntryView
    text: Markup
    since: str
    change: str
    state: parts.State | None
    is_folded: bool = False


@dataclass(frozen=True)
class Related:
    """Another incident that belongs to this one, and where the company stands in it."""

    incident: parts.IncidentLink
    state: parts.State


@dataclass(frozen=True, eq=False)
class IncidentView:
    """An incident's page in one language, ``lang``; ``model`` is the incident as it was read.

    ``thread`` has each entry in ``lang`` if it is there in that, ``written`` each as it was
    first written. Each field is made when it is first looked at.
    """

    model: Incident
    lang: str
    thread: tuple[EntryView, ...]
    written: tuple[EntryView, ...]
    context: ViewContext = field(repr=False)

    @property
    def words(self) -> Words:
        return self.context.words

    @cached_property
    def _link(self) -> parts.IncidentLink:
        return self.context.incident_link(self.model, self.lang)

    @property
    def name(self) -> str:
        return self._link.name

    @property
    def name_lang(self) -> str:
        return self._link.lang

    @property
    def url(self) -> str:
        return self._link.url

    @property
    def feed(self) -> str:
        return feed_of(incident_url(self.model.id))

    @property
    def poll(self) -> str:
        site_url = self.context.settings.site_url
        asks = bool(site_url and self.model.is_open)
        return f"{urlsplit(site_url).path}/{self.feed}{JSON}" if asks else ""

    @property
    def is_main(self) -> bool:
        return self.lang == self.model.statement.lang

    @cached_property
    def translations(self) -> tuple[parts.Link, ...]:
        page, id = self.context.incident_page, self.model.id
        others = (
            lang for lang in self.context.newsroom.languages_of(self.model) if lang != self.lang
        )
        return tuple(parts.Link(language_name(lang), page(id, lang), lang) for lang in others)

    @cached_property
    def state(self) -> parts.State:
        return self.context.state(self.model.state)

    @cached_property
    def updated(self) -> parts.TimeView:
        return self.context.when(max(map(self.context.newsroom.updated, self.model.thread)))

    @cached_property
    def last_changed(self) -> parts.TimeView:
        return self.context.when(max(map(self.context.newsroom.last_changed, self.model.thread)))

    @cached_property
    def resolved(self) -> parts.TimeView | None:
        at = self.model.resolved_at
        return self.context.when(at) if at else None

    @cached_property
    def time_to_statement(self) -> str:
        after = self.model.answered_after(self.context.settings.zone)
        return self.words.elapsed(after, self.model.starts_with) if after else ""

    @cached_property
    def began(self) -> parts.TimeView | None:
        return self.context.moment(self.model.began)

    @cached_property
    def ended(self) -> parts.TimeView | None:
        return self.context.moment(self.model.ended)

    @cached_property
    def lasted(self) -> str:
        found = self.model.lasted(self.context.settings.zone)
        return self.words.span(found) if found else ""

    @cached_property
    def first_statement(self) -> parts.TimeView:
        return self.context.when(self.model.first_word or self.model.statement.date)

    @cached_property
    def latest(self) -> EntryView:
        return self._standing(self.model.newest)

    def _standing(self, entry: Entry) -> EntryView:
        """Return an entry in the page's language, unless its translation alone is withdrawn."""
        place = self.model.position(entry) - 1
        version = self.thread[place]
        return self.written[place] if version.withdrawn else version

    @cached_property
    def as_of(self) -> parts.TimeView:
        standing = self.model.standing
        return self.context.when(self.model.newest.date) if standing else self.updated

    @cached_property
    def next_update(self) -> parts.TimeView | None:
        return self.context.moment(self.model.next_update)

    @property
    def is_late(self) -> bool:
        promised = self.model.next_update
        return bool(promised and promised.over(self.context.now))

    @property
    def late_at(self) -> str:
        promised = self.model.next_update
        return self.context.when(promised.end).iso if promised else ""

    @cached_property
    def originals(self) -> tuple[parts.CitationView, ...]:
        return tuple(self.context.citation(each, self.lang) for each in self.model.originals)

    @cached_property
    def first(self) -> EntryView:
        """The first entry that stands, or the statement; its summary says what happened."""
        return self._standing((self.model.standing or self.model.thread)[0])

    @cached_property
    def state_since(self) -> parts.TimeView | None:
        at = self.model.state_since
        return self.context.when(at) if at else None

    @property
    def advice(self) -> parts.AdviceView | None:
        if (given := self._adviser) is None:
            return None
        title, html = advice_in(given.embedded)
        originals = {citation.id for citation in self.originals}
        html = Markup(
            within_thread(html, "", lambda id: self._place_of(id, given) if id in originals else "")
        )
        when = self.context.when(given.model.date)
        link = parts.Link(given.title, f"{self.url}#{given.id}", given.lang)
        is_latest = self.model.advises is self.model.newest
        return parts.AdviceView(title, html, given.lang, when, link, is_latest)

    @property
    def listed_advice(self) -> parts.AdviceView | None:
        return (advice := self.advice) and replace(advice, html=for_list(advice.html))

    @cached_property
    def _adviser(self) -> EntryView | None:
        entry = self.model.advises
        if entry is None:
            return None
        said = self.context.saying(entry, self.lang, lambda each: each.body.advice)
        return next(view for view in (*self.thread, *self.written) if view.model is said)

    @property
    def advice_elsewhere(self) -> str:
        return advice_in(self._adviser.elsewhere)[1] if self._adviser else ""

    @cached_property
    def hotlines(self) -> tuple[Hotline, ...]:
        return self._tells_hotlines.hotlines or () if self._tells_hotlines else ()

    @property
    def hotlines_lang(self) -> str:
        return self._tells_hotlines.lang if self._tells_hotlines else ""

    @cached_property
    def _tells_hotlines(self) -> Entry | None:
        entry = self.model.gives_hotlines
        if entry is None:
            return None
        return self.context.saying(entry, self.lang, lambda each: each.hotlines)

    @property
    def latest_update(self) -> Update:
        return self._updates[0]

    @property
    def earlier_updates(self) -> tuple[Update, ...]:
        """The other updates: newest first while the incident is open, else oldest first."""
        return self._updates[1:]

    @cached_property
    def in_order(self) -> tuple[EntryView, ...]:
        """Each entry as the page shows it: the latest, then the others as ``earlier_updates``."""
        earlier = [view for view in self._by_time if view is not self.latest]
        return (self.latest, *(reversed(earlier) if self.state.is_open else earlier))

    @cached_property
    def _by_time(self) -> tuple[EntryView, ...]:
        """Each entry as the page shows it, oldest first."""
        pairs = zip(self.written, self.thread, strict=True)
        return tuple(written if written is self.latest else version for written, version in pairs)

    @property
    def _updates(self) -> tuple[Update, ...]:
        return self._arranged[0]

    @cached_property
    def _arranged(self) -> tuple[tuple[Update, ...], frozenset[str]]:
        """The updates in order, and the ids of the citations that they or what is above them show.

        Of the updates that embed a citation, the first by time shows it; the others link to it.
        """
        shown = {citation.id for citation in self.originals}
        shown |= figures_in(self.advice.html) if self.advice else set()
        made = {}
        for entry, view in zip(self.model.thread, self._by_time, strict=True):
            state, change = self.context.change(self.model, entry)
            since, text = self.context.since(self.model, entry), self._within(view, shown)
            made[view.model.path] = Update(view, text, since, change, state)
        order = [made[view.model.path] for view in self.in_order]
        unfolded, folded = order[: 1 + UNFOLDED], order[1 + UNFOLDED :]
        updates = (*unfolded, *(replace(each, is_folded=True) for each in folded))
        return updates, frozenset(shown)

    def _within(self, view: EntryView, shown: set[str]) -> Markup:
        """Return a body without the advice and the citations that stand elsewhere on the page.

        The ids of those that it shows itself are added to ``shown``.
        """
        advice, words = "", view.words
        if view is self._adviser and self.advice:
            link = Markup('<p class="advice-place"><a href="#advice"{}>{}</a></p>')
            advice = link.format(words.marks(view.lang), self.advice.title)

        def instead(id: str) -> str:
            if id in shown:
                return self._place_of(id, view)
            shown.add(id)
            return ""

        return Markup(within_thread(view.embedded, advice, instead))

    def _place_of(self, id: str, view: EntryView) -> str:
        """Return a link to a citation that stands on the page, in the words of a body."""
        found = next(each for each in self.model.citations if citation_id(each.stem) == id)
        source, words = self.context.citation(found, self.lang), view.words
        said = words.html("{kind}: {title}", kind=source.kind_label, title=source.source)
        return Markup('<p class="citation-place"><a href="#{}">{}</a></p>').format(id, said)

    @cached_property
    def heard(self) -> tuple[Heard, ...]:
        others = (item for item in self.model.citations if item not in self.model.originals)
        _, shown = self._arranged
        return tuple(
            Heard(
                self.context.citation(item, self.lang),
                tuple(
                    self.context.link(self.context.version(entry, self.lang))
                    for entry in self.model.answered_by(item)
                ),
                citation_id(item.stem) in shown,
            )
            for item in others
        )

    @cached_property
    def commitments(self) -> tuple[parts.CommitmentView, ...]:
        pairs = zip(self.written, self.thread, strict=True)
        shown = (written if version.withdrawn else version for written, version in pairs)
        return tuple(item for entry in shown for item in self.context.commitments(entry.model))

    @property
    def kept(self) -> int:
        return sum(item.kept for item in self.commitments)

    @cached_property
    def documents(self) -> tuple[parts.DocumentView, ...]:
        newest_first = (self.context.documents(entry.model) for entry in reversed(self.thread))
        found = [document for each in newest_first for document in each]
        return tuple({each.model.path: each for each in reversed(found)}.values())[::-1]

    @cached_property
    def corrections(self) -> tuple[parts.Change, ...]:
        found = (item for entry in self.thread for item in self.context.corrections(entry.model))
        return tuple(sorted(found, key=lambda item: item.at, reverse=True))

    @cached_property
    def related(self) -> tuple[Related, ...]:
        newsroom, found = self.context.newsroom, []
        for other in newsroom.related(self.model):
            has_page = self.lang in newsroom.languages_of(other)
            link = self.context.incident_link(
                other, self.lang if has_page else other.statement.lang
            )
            found.append(Related(link, self.context.state(other.state)))
        return tuple(found)

    @cached_property
    def timeline(self) -> tuple[TimelineItem, ...]:
        return Timeline(self.model, self.lang, self.url, self.context).items()
