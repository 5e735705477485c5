"""The small things of a view: dates in words, bylines, citations, links."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Self
from urllib.parse import quote

from markupsafe import Markup, escape

from ..images.renditions import Renditions
from ..language.languages import Languages
from ..language.words import Words
from ..model import author as authors
from ..model import citation as citations
from ..model import entry as entries
from ..model.addresses import (
    author_url,
    citation_id,
    entry_url,
    goal_url,
    in_language,
    incident_url,
)
from ..model.feed_ids import entry_name
from ..model.letters import initials
from ..model.moment import Moment, instant
from ..model.newsroom import Newsroom
from ..model.settings import Settings
from . import parts
from .pictures import sources


@dataclass(frozen=True)
class Describer:
    """Describes what belongs to an entry or an incident, as readers may see it, in one language."""

    newsroom: Newsroom
    settings: Settings
    now: datetime
    renditions: Renditions
    languages: Languages
    words: Words

    def speaking(self, lang: str) -> Self:
        """The same in the words of a language, or of the site's if it has none."""
        words = self.languages.of(lang)
        return self if words is self.words else replace(self, words=words)

    def when(self, at: datetime) -> parts.When:
        """A time in the site's zone."""
        return TimeView(self.words, instant(at.astimezone(self.settings.zone)))

    def moment(self, moment: Moment | None) -> parts.When | None:
        """A moment as exact as it was written, if there is one."""
        return self.known(moment) if moment else None

    def known(self, moment: Moment) -> parts.When:
        """A moment that is certainly there."""
        return self.when(moment.at) if moment.has_time else self._day(moment.at.date())

    def day(self, day: date | None) -> parts.When | None:
        """A day without time, if there is one."""
        return self._day(day) if day else None

    def _day(self, day: date) -> parts.When:
        return parts.When(day.isoformat(), self.words.day(day), self.words.day(day))

    def state(self, key: str) -> parts.State:
        """A state in words."""
        return parts.State(
            key, self.words.state(key), self.words.state_meaning(key), key in entries.OPEN_STATES
        )

    def photo(self, author: authors.Author) -> parts.Picture | None:
        """A portrait. The name stands beside it, so its ``alt`` is empty (WCAG H67)."""
        photo = author.photo
        if photo is None:
            return None
        plan = sources(self.renditions.plan_portrait(photo))
        return parts.Picture(photo.path, quote(photo.path), photo.width, photo.height, "", plan)

    def byline(self, name: str, at: datetime) -> parts.Byline:
        """An author as of a day; a draft may name one without profile."""
        author = self.newsroom.by_name.get(name)
        if author is None:
            return parts.Byline(name, initials(name), "", "", None)
        role = author.role_on(at.astimezone(self.settings.zone).date())
        return parts.Byline(
            name,
            initials(name),
            role,
            author_url(author.slug),
            self.photo(author),
            self.settings.lang,
        )

    def incident_page(self, id: str, lang: str) -> str:
        """The URL of an incident's page in a language that it has entries in."""
        incident = self.newsroom.by_id.get(id)
        main = incident is None or lang in ("", incident.statement.lang)
        return incident_url(id) if main else in_language(incident_url(id), lang)

    def citation(
        self, citation: citations.Citation, lang: str = "", within: str = ""
    ) -> parts.Citation:
        """A citation with its provenance in words; its place is on the page in ``lang``.

        ``within`` is the language of the text that it is set into.
        """
        shot = citation.screenshot
        return parts.Citation(
            id=citation_id(citation.stem),
            url=f"{self.incident_page(citation.incident, lang)}#{citation_id(citation.stem)}",
            kind=citation.kind,
            kind_label=self.words.citation_kind(citation.kind),
            source=self.words.beside(citation.author, citation.publication),
            author=citation.author,
            author_url=citation.author_url,
            publication=citation.publication,
            link=citation.url,
            archive_url=citation.archive_url,
            medium=citation.medium,
            published=self.moment(citation.published),
            accessed=self.moment(citation.accessed),
            availability=citation.availability,
            availability_at=self.moment(citation.availability_at),
            screenshot=self.screenshot(shot) if shot else None,
            sha256=shot.sha256 if shot else "",
            credit=citation.credit,
            credit_url=citation.credit_url,
            redacted=citation.redacted,
            warning=citation.warning,
            lang=citation.lang,
            notes_lang=self.settings.lang,
            within=within,
            text=_verbatim(citation.text),
            plain=citation.text,
            words=self.words,
        )

    def screenshot(self, shot: citations.Screenshot) -> parts.Picture:
        """A screenshot with its renditions, by media type."""
        plan = sources(self.renditions.plan(shot))
        return parts.Picture(shot.path, quote(shot.path), shot.width, shot.height, shot.alt, plan)

    def goals_of(self, entry: entries.Entry) -> tuple[parts.Link, ...]:
        """The goals that an entry is tied to."""
        titles = {goal.slug: goal.title for goal in self.newsroom.goals}
        return tuple(
            parts.Link(titles[slug], goal_url(slug), self.settings.lang)
            for slug in entry.goals
            if slug in titles
        )

    def title(self, entry: entries.Entry) -> str:
        """An entry's title as it is shown everywhere: a withdrawn one asserts nothing any more."""
        if not self.newsroom.withdrawal(entry):
            return entry.title
        return self.languages.of(entry.lang).say("Withdrawn: {title}", title=entry.title)

    def link(self, entry: entries.Entry) -> parts.Link:
        """An entry's title and URL."""
        url = entry_url(entry, self.newsroom.original_of(entry))
        return parts.Link(self.title(entry), url, entry.lang)

    def version(self, entry: entries.Entry, lang: str) -> entries.Entry:
        """An entry in a language, if readers can see it in that, else the entry itself."""
        if entry.lang == lang:
            return entry
        found = self.newsroom.translations.get(entry.path, ())
        return next((other for other in found if other.lang == lang), entry)

    def corrections(self, entry: entries.Entry) -> tuple[parts.Correction, ...]:
        """An entry's corrections, newest first; a translation has its original's besides."""
        original = self.newsroom.original_of(entry)
        shared = () if original is entry else self.own_corrections(original)
        return (*self.own_corrections(entry), *shared)

    def own_corrections(self, entry: entries.Entry) -> tuple[parts.Correction, ...]:
        """The corrections that stand in an entry's own file, newest first."""
        times = [item.at for item in entry.corrections]
        return tuple(
            parts.Correction(
                self.newsroom.changed_at(entry, item.at),
                self.known(item.at),
                item.text,
                self.link(entry),
                self._change_id(entry, "correction", item.at, times[:place].count(item.at)),
                entry.lang,
            )
            for place, item in enumerate(entry.corrections)
        )

    def feed_id(self, entry: entries.Entry) -> str:
        """An entry's ``atom:id``; empty without a tag to name it by."""
        return entry_name(entry, self.settings.feed_tag) if self.settings.feed_tag else ""

    def tag_uri(self, specific: str) -> str:
        """The id of something that is no entry; empty without a tag to name it by."""
        return self.settings.feed_tag(specific) if self.settings.feed_tag else ""

    def _change_id(self, entry: entries.Entry, what: str, at: Moment, before: int = 0) -> str:
        """An id for a change: its moment, counted where one moment has several."""
        moment = at.at.astimezone(UTC) if at.has_time else at.at
        stamp = f"{moment:%Y%m%dT%H%M%SZ}" if at.has_time else f"{moment:%Y%m%d}"
        count = f"-{before + 1}" if before else ""
        name = self.feed_id(entry)
        mark = ";" if "#" in name else "#"  # an IRI has one fragment
        return f"{name}{mark}{what}-{stamp}{count}"

    def withdrawal(self, entry: entries.Entry) -> parts.Withdrawal | None:
        """An entry's withdrawal, if it was withdrawn."""
        gone = self.newsroom.withdrawal(entry)
        if gone is None:
            return None
        return parts.Withdrawal(
            self.newsroom.changed_at(entry, gone.at),
            self.known(gone.at),
            gone.reason,
            self.link(entry),
            self._change_id(entry, "withdrawal", gone.at),
            entry.lang,
        )

    def commitments(self, entry: entries.Entry) -> tuple[parts.Commitment, ...]:
        """What an entry promises, in its own language where it says so; nothing once withdrawn.

        Whether and when it is done, only the original says.
        """
        original = self.newsroom.original_of(entry)
        said = entry if len(entry.commitments) == len(original.commitments) else original
        gone = self.newsroom.withdrawal(entry)
        return tuple(
            parts.Commitment(
                Markup(item.html),
                first.kept,
                self.day(first.due),
                self.day(first.done),
                self.link(said),
                said.lang,
            )
            for item, first in zip(
                () if gone else said.commitments, original.commitments, strict=False
            )
        )

    def held_back(self, entry: entries.Entry) -> str:
        """Why readers do not see an entry yet, for a preview."""
        if entry.is_draft:
            return self.words.say("Draft")
        if entry.date > self.now:
            return self.words.say("Planned for {when}", when=self.when(entry.date).text)
        original = self.newsroom.original_of(entry)
        if original is not entry and self.held_back(original):
            return self.words.say("Waits for its original")
        incident = self.newsroom.by_id.get(entry.incident)
        if incident and entry != incident.statement and not incident.statement.due(self.now):
            return self.words.say("Waits for its statement")
        return ""


class TimeView(parts.When):
    """A time whose words are found when they are first asked for."""

    def __init__(self, words: Words, at: datetime) -> None:
        vars(self).update(_words=words, at=at)

    def __getattr__(self, name: str) -> str:
        """Python asks only for what is not there yet. Raises AttributeError for no field."""
        if name not in ("text", "day", "iso"):
            raise AttributeError(name)
        words: Words = vars(self)["_words"]
        at: datetime = vars(self)["at"]
        says = {"text": words.time, "day": words.day, "iso": datetime.isoformat}
        said = vars(self)[name] = says[name](at)
        return said


def _verbatim(text: str) -> Markup:
    """Other people's text: escaped, its paragraphs and line breaks kept."""
    paragraphs: Iterable[str] = (part for part in text.split("\n\n") if part.strip())
    return Markup("\n").join(
        Markup("<p>{}</p>").format(
            Markup("<br>\n").join(escape(line) for line in part.strip("\n").split("\n"))
        )
        for part in paragraphs
    )
