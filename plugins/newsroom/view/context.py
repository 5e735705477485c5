"""The context of all views, which makes their small parts: times, bylines, links, changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Self
from urllib.parse import quote

from markupsafe import Markup, escape

from ..images.renditions import ON_PHONES, Rendition, Renditions, fit
from ..language.words import (
    CITATION_KINDS,
    FINDINGS,
    STATE_MEANINGS,
    Languages,
    Words,
    language_name,
)
from ..model import addresses as to
from ..model.attachment import Recording
from ..model.author import Author
from ..model.citation import Citation
from ..model.entry import OPEN_STATES, Entry
from ..model.incident import Incident
from ..model.keys import Picture
from ..model.letters import initials
from ..model.moment import Moment, instant
from ..model.newsroom import Newsroom
from ..model.settings import Settings
from ..model.signed import SignatureFile, principal
from ..model.version import Version
from . import parts
from .attached import Attached
from .pictures import BodyPictures


@dataclass(frozen=True)
class Bodies:
    """Functions that take a content file's path; links fit the page that is being written.

    ``embedded(path, id_prefix)`` and ``content_at(path, site_url)`` are for entries only.
    ``file`` returns the URL of a file that is copied as it is.
    """

    content: Callable[[str], str]
    embedded: Callable[[str, str], str]
    content_at: Callable[[str, str], str]
    summary: Callable[[str], str]
    category: Callable[[str], parts.Link | None]
    tags: Callable[[str], tuple[parts.Link, ...]]
    file: Callable[[str], str]


@dataclass(frozen=True)
class ViewContext:
    """The newsroom as it is shown at ``now``, in the words of one language."""

    newsroom: Newsroom
    settings: Settings
    now: datetime
    renditions: Renditions
    languages: Languages
    words: Words
    bodies: Bodies
    attached: Attached
    pictures: BodyPictures
    logos: tuple[parts.Picture, ...]
    histories: Mapping[str, tuple[Version, ...]]

    def speaking(self, lang: str) -> Self:
        """Return this context in another language; the site's own for one without a catalogue."""
        words = self.languages.of(lang)
        return self if words is self.words else replace(self, words=words)

    @property
    def today(self) -> date:
        """The day of the build, in the site's zone."""
        return self.now.astimezone(self.settings.zone).date()

    def when(self, at: datetime) -> parts.TimeView:
        """Show a time in the site's zone."""
        return parts.TimeView(instant(at.astimezone(self.settings.zone)), self.words)

    def known(self, moment: Moment) -> parts.TimeView:
        """Show a moment with its time, or as a day if it was written without one."""
        if moment.has_time:
            return self.when(moment.at)
        return parts.TimeView(moment.at, self.words, has_time=False)

    def moment(self, moment: Moment | None) -> parts.TimeView | None:
        """Show a moment, if there is one."""
        return self.known(moment) if moment else None

    def day(self, day: date | None) -> parts.TimeView | None:
        """Show a day, if there is one."""
        return parts.TimeView(datetime.combine(day, time()), self.words, False) if day else None

    def state(self, key: str) -> parts.State:
        """Return a state with its label and meaning."""
        meaning = self.words.say(STATE_MEANINGS.get(key, ""))
        return parts.State(key, self.words.state(key), meaning, key in OPEN_STATES)

    def photo(self, author: Author) -> parts.Picture | None:
        """Show a portrait. The name stands beside it, so its ``alt`` is empty (WCAG H67)."""
        if (photo := author.photo) is None:
            return None
        return _picture(photo, "", self.renditions.plan(photo, is_portrait=True))

    def leading(self, entry: Entry) -> parts.Picture | None:
        """Show the leading picture of an entry, unless that is withdrawn."""
        if entry.image is None or self.newsroom.withdrawal(entry):
            return None
        found = self.pictures.look(entry.image.link.target_from(entry.path))
        plan = self.renditions.plan(found) if found and found.still else ()
        return _picture(found, entry.image.link.text, plan) if found else None

    def byline(self, name: str, at: datetime) -> parts.Byline:
        """Show an author as of a day; a draft may name one without profile."""
        author = self.newsroom.by_name.get(name)
        if author is None:
            return parts.Byline(name, initials(name))
        role = author.role_on(at.astimezone(self.settings.zone).date())
        url, photo = to.author_url(author.slug), self.photo(author)
        return parts.Byline(name, initials(name), role, url, photo, self.settings.lang)

    def signatures(self, entry: Entry) -> tuple[parts.SignatureView, ...]:
        """Return the signatures of an entry that are published: of a withdrawn one, none.

        What is in no list has none that anyone can find, and they are for a site with an address.
        """
        newsroom, tag = self.newsroom, self.settings.feed_tag
        if not entry.signatures or tag is None or not self.settings.site_url:
            return ()
        if newsroom.withdrawal(entry) or not newsroom.is_listed(entry):
            return ()

        def is_author(signature: SignatureFile) -> bool:
            return people.get(signature.signer) in entry.authors

        people, page = {each.slug: each.name for each in newsroom.authors}, self.link(entry).url
        return tuple(
            parts.SignatureView(
                self.byline(people[signature.signer], entry.date),
                principal(signature.signer, tag.domain),
                to.beside_page(page, signature.path),
            )
            for signature in sorted(entry.signatures, key=is_author, reverse=True)
            if signature.signer in people and not signature.fault
        )

    def citation(self, citation: Citation, lang: str, within: str = "") -> parts.CitationView:
        """Show a citation; its place is on the page in ``lang``.

        ``within`` is the language of the text that it is set into.
        """
        shot, id = citation.screenshot, to.citation_id(citation.stem)
        return parts.CitationView(
            model=citation,
            id=id,
            url=f"{self.incident_page(citation.incident, lang)}#{id}",
            kind_label=self.words.say(CITATION_KINDS.get(citation.kind, citation.kind)),
            source=self.words.beside(citation.author, citation.publication),
            finding=self.words.say(FINDINGS.get(citation.finding, "")),
            published=self.moment(citation.published),
            accessed=self.moment(citation.accessed),
            availability_at=self.moment(citation.availability_at),
            screenshot=_picture(shot, shot.alt, self.renditions.plan(shot)) if shot else None,
            text=_verbatim(citation.text),
            notes_lang=self.settings.lang,
            within=within,
            words=self.words,
        )

    def incident_page(self, id: str, lang: str) -> str:
        """Return the URL of an incident's page in a language that it has entries in."""
        incident = self.newsroom.by_id.get(id)
        main = incident is None or lang in ("", incident.statement.lang)
        return to.incident_url(id) if main else to.in_language(to.incident_url(id), lang)

    def incident_link(self, incident: Incident, lang: str) -> parts.IncidentLink:
        """Name an incident as its entries in ``lang`` do, where the statement is in that."""
        statement = self.version(incident.statement, lang)
        named = statement if statement.incident_name else incident.statement
        name = named.incident_name or incident.name
        return parts.IncidentLink(
            incident.id, name, self.incident_page(incident.id, lang), named.lang
        )

    def elapsed(self, incident: Incident, moment: Moment) -> str:
        """Say ``42 minutes after the post``; empty for the start itself."""
        found = incident.elapsed(moment, self.settings.zone)
        if moment == incident.starts_at or found is None:
            return ""
        return self.words.elapsed(found, incident.starts_with)

    def since(self, incident: Incident, entry: Entry) -> str:
        """Say how long after the update before it one came; the statement after the start."""
        before = [each for each in incident.standing if each.date < entry.date]
        if not before:
            return self.elapsed(incident, Moment(entry.date))
        length = self.words.length(entry.date - before[-1].date)
        return self.words.say("{length} later", length=length)

    def change(self, incident: Incident, entry: Entry) -> tuple[parts.State | None, str]:
        """Return the state that an entry changed its incident to, and the word for that."""
        before, after = incident.change_of_state(entry)
        if entry.withdrawn or before == after:
            return None, ""
        state = self.state(after)
        reopened = bool(before) and before not in OPEN_STATES and state.is_open
        return state, self.words.say("Reopened") if reopened else state.label

    def title(self, entry: Entry) -> str:
        """Return an entry's title as it is shown: a withdrawn one asserts nothing any more."""
        if not self.newsroom.withdrawal(entry):
            return entry.title
        return self.languages.of(entry.lang).say("Withdrawn: {title}", title=entry.title)

    def link(self, entry: Entry) -> parts.Link:
        """Return an entry's title and URL."""
        url = to.entry_url(entry, self.newsroom.original_of(entry))
        return parts.Link(self.title(entry), url, entry.lang)

    def version(self, entry: Entry, lang: str) -> Entry:
        """Return an entry's public translation into a language, else the entry itself."""
        if entry.lang == lang:
            return entry
        found = self.newsroom.translations.get(entry.path, ())
        return next((other for other in found if other.lang == lang), entry)

    def saying(self, entry: Entry, lang: str, says: Callable[[Entry], object]) -> Entry:
        """Return an entry's translation, if that stands and says so as well, else the entry."""
        version = self.version(entry, lang)
        return version if says(version) and not version.withdrawn else entry

    def corrections(self, entry: Entry) -> tuple[parts.Change, ...]:
        """Return an entry's corrections, newest first; a translation has its original's besides."""
        original = self.newsroom.original_of(entry)
        shared = () if original is entry else self.own_corrections(original)
        return (*self.own_corrections(entry), *shared)

    def own_corrections(self, entry: Entry) -> tuple[parts.Change, ...]:
        """Return the corrections that stand in an entry's own file, newest first."""
        return tuple(self._change(entry, item.at, item.text) for item in entry.corrections)

    def withdrawal(self, entry: Entry) -> parts.Change | None:
        """Return an entry's withdrawal, if it was withdrawn."""
        gone = self.newsroom.withdrawal(entry)
        return self._change(entry, gone.at, gone.text, is_withdrawal=True) if gone else None

    def _change(
        self, entry: Entry, at: Moment, text: str, is_withdrawal: bool = False
    ) -> parts.Change:
        changed, link = self.newsroom.changed_at(entry, at), self.link(entry)
        return parts.Change(changed, self.known(at), text, link, entry.lang, is_withdrawal)

    def documents(self, entry: Entry) -> tuple[parts.DocumentView, ...]:
        """Return the documents that an entry links to, none of a withdrawn one."""
        return tuple(
            parts.DocumentView(
                document, name, self.bodies.file(document.path), entry.lang, self.words
            )
            for document, name in self.attached.documents(entry.path).items()
        )

    def recordings(self, entry: Entry) -> tuple[parts.RecordingView, ...]:
        """Return the recordings that an entry shows, none of a withdrawn one."""
        found = self.attached.recordings(entry.path).items()
        return tuple(self.recording(item, name, entry.path, entry.lang) for item, name in found)

    def recording(
        self, recording: Recording, name: str, path: str, lang: str
    ) -> parts.RecordingView:
        """Show a recording in the body of the file at ``path``, which is in ``lang``.

        What names no language is in that of the original; on a page, in the site's own.
        """
        entry, file = self.newsroom.by_path.get(path), self.bodies.file
        own = self.newsroom.original_of(entry).lang if entry else self.settings.lang
        said = {named or own: text for named, text in recording.transcripts}
        text_lang, still = lang if lang in said else own, recording.still
        width, height = fit(still.width, still.height, ON_PHONES) if still else (0, 0)
        return parts.RecordingView(
            model=recording,
            title=name,
            url=file(recording.path),
            poster=file(still.path) if still else "",
            captions=tuple(
                parts.Captions(file(path), named or own, language_name(named or own))
                for named, path in recording.captions
            ),
            transcript=_verbatim(said.get(text_lang, "")),
            transcript_lang=text_lang,
            width=width,
            height=height,
            lang=lang,
            words=self.words,
        )

    def feed_id(self, entry: Entry) -> str:
        """Return an entry's ``atom:id``; empty without a tag to name it by."""
        tag = self.settings.feed_tag
        return (entry.feed_id or tag(to.entry_key(entry))) if tag else ""

    def commitments(self, entry: Entry) -> tuple[parts.CommitmentView, ...]:
        """Return what an entry promises, in its own language where it says so.

        Whether and when it is done, only the original says. A withdrawn entry promises nothing.
        """
        if self.newsroom.withdrawal(entry):
            return ()
        original = self.newsroom.original_of(entry)
        said = entry if len(entry.commitments) == len(original.commitments) else original
        link = self.link(said)
        return tuple(
            parts.CommitmentView(
                Markup(item.html), own.kept, self.day(own.due), self.day(own.done), link, said.lang
            )
            for item, own in zip(said.commitments, original.commitments, strict=True)
        )

    def held_back(self, entry: Entry) -> str:
        """Return why an entry is not public yet, for a preview; empty if it is."""
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


def _picture(file: Picture, alt: str, renditions: tuple[Rendition, ...]) -> parts.Picture:
    return parts.Picture(file.path, quote(file.path), file.width, file.height, alt, renditions)


def _verbatim(text: str) -> Markup:
    """Escape other people's text, its paragraphs and line breaks kept."""
    return Markup("\n").join(
        Markup("<p>{}</p>").format(
            Markup("<br>\n").join(escape(line) for line in part.strip("\n").split("\n"))
        )
        for part in text.split("\n\n")
        if part.strip()
    )
