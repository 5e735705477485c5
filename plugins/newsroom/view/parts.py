"""The small parts of views: times, links, pictures, bylines, citations, changes.

URLs are relative to the site's root; texts are plain, ``Markup`` is HTML.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from markupsafe import Markup

from ..images.renditions import Rendition, fit
from ..language.words import Words
from ..model.attachment import Document, Recording
from ..model.citation import Citation
from ..model.policy import media_type
from ..signatures.allowed_signers import stamp


@dataclass(frozen=True)
class TimeView:
    """A moment in the site's zone, in words; for a day without time, ``at`` is its start."""

    at: datetime
    words: Words = field(repr=False, compare=False)
    has_time: bool = True

    @cached_property
    def iso(self) -> str:
        """The moment as HTML's ``datetime`` has it."""
        return self.at.isoformat() if self.has_time else self.at.date().isoformat()

    @property
    def stamp(self) -> str:
        """The moment as OpenSSH reads it."""
        return stamp(self.at)

    @cached_property
    def text(self) -> str:
        """The moment to read, with its zone."""
        return self.words.time(self.at) if self.has_time else self.day

    @cached_property
    def day(self) -> str:
        """The day alone."""
        return self.words.day(self.at)


@dataclass(frozen=True)
class Link:
    """A link to a page, and its title; ``lang`` is the title's language, if it is known.

    In a link to a translation, ``title`` is the language's own name: ``Français``.
    """

    title: str
    url: str
    lang: str = ""


@dataclass(frozen=True)
class Picture:
    """An image file, at ``path`` in the content folder; its size is in pixels."""

    path: str
    url: str
    width: int
    height: int
    alt: str
    renditions: tuple[Rendition, ...] = ()

    @property
    def kind(self) -> str:
        """What it is called after its ending: ``PNG``."""
        ending = self.path.rpartition(".")[2].upper()
        return "JPEG" if ending == "JPG" else ending

    def fit(self, *most: int) -> tuple[int, int]:
        """Return its size where no theme says another: no wider than ``most``."""
        return fit(self.width, self.height, *most)


@dataclass(frozen=True)
class Byline:
    """How an author is shown on an entry: with the role held that day, written in ``lang``.

    ``initials`` stand where there is no photo; ``url`` is empty without a profile.
    """

    name: str
    initials: str
    role: str = ""
    url: str = ""
    photo: Picture | None = None
    lang: str = ""


@dataclass(frozen=True)
class SignatureView:
    """A signature of an entry: whose, with the role held that day, and where it is published.

    ``principal`` is who signs for OpenSSH: ``ada-quill@example.com``.
    """

    by: Byline
    principal: str
    url: str

    @property
    def file(self) -> str:
        """The name of its file."""
        return self.url.rpartition("/")[2]


@dataclass(frozen=True)
class State:
    """Where the company stands; ``label`` and ``meaning`` are the words for it."""

    key: str
    label: str
    meaning: str
    is_open: bool


@dataclass(frozen=True)
class CitationView:
    """A citation with its provenance in words; ``model`` is the citation as it was read.

    ``id`` is the id of its figure on the incident's page, ``url`` that place. ``source``
    is ``author, publication``, ``finding`` what we found of it, in a word, ``text`` the
    transcript as HTML. ``notes_lang`` is the
    language of what we say of it, ``within`` that of the text that it is set into.
    """

    model: Citation
    id: str
    url: str
    kind_label: str
    source: str
    finding: str
    published: TimeView | None
    accessed: TimeView | None
    availability_at: TimeView | None
    screenshot: Picture | None
    text: Markup
    notes_lang: str
    within: str
    words: Words = field(repr=False, compare=False)


@dataclass(frozen=True)
class DocumentView:
    """A document, with the ``title`` that a body in ``lang`` gives it; ``url`` is of the file."""

    model: Document
    title: str
    url: str
    lang: str
    words: Words = field(repr=False, compare=False)

    @property
    def type(self) -> str:
        """Its media type, without parameters."""
        return media_type(self.model.path).partition(";")[0]

    @property
    def note(self) -> str:
        """What it is and how large: ``PDF, 220 kB``."""
        return self.words.beside(self.model.kind, self.words.size(self.model.size))


@dataclass(frozen=True)
class Captions:
    """Captions of a recording in ``lang``; ``label`` is that language's own name."""

    url: str
    lang: str
    label: str


@dataclass(frozen=True)
class RecordingView:
    """A recording with the ``title`` that a body in ``lang`` gives it.

    ``transcript`` is HTML in ``transcript_lang``; ``width`` and ``height`` are those of the
    player where no style says otherwise.
    """

    model: Recording
    title: str
    url: str
    poster: str
    captions: tuple[Captions, ...]
    transcript: Markup
    transcript_lang: str
    width: int
    height: int
    lang: str
    words: Words = field(repr=False, compare=False)

    @property
    def type(self) -> str:
        """Its media type."""
        return media_type(self.model.path)

    @property
    def note(self) -> str:
        """What it is and how large: ``MP4, 1.2 MB``."""
        return self.words.beside(self.model.kind, self.words.size(self.model.size))


@dataclass(frozen=True)
class Change:
    """A dated correction or, where ``is_withdrawal``, the withdrawal of ``entry``.

    ``when`` may be a day without time; ``at`` is the instant to sort by. ``text`` says what was
    wrong, or why the entry was taken back, in ``lang``.
    """

    at: datetime
    when: TimeView
    text: str
    entry: Link
    lang: str
    is_withdrawal: bool = False


@dataclass(frozen=True)
class AdviceView:
    """What those concerned should do now, as ``entry`` said it; ``html`` is below its ``title``.

    ``is_latest`` says whether the newest update gives it; if not, its date is shown.
    """

    title: str
    html: Markup
    lang: str
    given: TimeView
    entry: Link
    is_latest: bool


@dataclass(frozen=True)
class CommitmentView:
    """Something promised in ``entry``, kept or open; ``text`` is inline HTML in ``lang``."""

    text: Markup
    kept: bool
    due: TimeView | None
    done: TimeView | None
    entry: Link
    lang: str


@dataclass(frozen=True)
class IncidentLink:
    """An incident as its entries and lists name it; ``lang`` is the name's language."""

    id: str
    name: str
    url: str
    lang: str


@dataclass(frozen=True)
class Reference:
    """What an entry replies to: its universal id (an IRI), and where it is read.

    ``url`` is relative to the site's root where ``inside``, else whole.
    """

    id: str
    url: str
    inside: bool = False
