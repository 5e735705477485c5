"""A citation: something that someone published elsewhere, quoted here."""

from __future__ import annotations

from dataclasses import dataclass

from .keys import CHOICE, DIGEST, LINK, MOMENT, TEXT, ContentFile, Key, key, made_of
from .moment import Moment

KINDS = ("social-post", "rumour", "article", "comment")
MEDIA = ("print", "broadcast", "mail", "telephone")
AVAILABILITIES = ("live", "deleted")
ORIGINAL = "original"
SUFFIX = ".cite.md"


@dataclass(frozen=True)
class Screenshot:
    """The captured image of a citation.

    ``path`` is relative to the content folder, POSIX; ``width`` and ``height``
    are in pixels; ``sha256`` is the hex digest of the file.
    """

    path: str
    width: int
    height: int
    sha256: str
    alt: str


@dataclass(frozen=True, eq=False)
class Citation(ContentFile):
    """One ``*.cite.md`` file."""

    incident: str
    stem: str
    text: str
    kind: str = key(
        CHOICE, "Kind", "`social-post`, `rumour`, `article` or `comment`",
        words=KINDS, required=("citation",),
    )  # fmt: skip
    author: str = key(TEXT, "Author", "the account or the person", note="this or `Publication`")
    author_url: str = key(LINK, "Author_url", "the page of that account or person")
    publication: str = key(
        TEXT, "Publication", "the network, paper or site", note="this or `Author`"
    )
    url: str = key(
        LINK, "Url", "where it is, or was",
        note="but for a `rumour`, for what is `deleted`, and with `Medium`",
    )  # fmt: skip
    archive_url: str = key(LINK, "Archive_url", "a copy in an archive")
    medium: str = key(
        CHOICE, "Medium", "where there is no address: `print`, `broadcast`, `mail` or `telephone`",
        words=MEDIA,
    )  # fmt: skip
    published: Moment | None = key(
        MOMENT, "Published", "when it appeared", note="for `social-post`"
    )
    accessed: Moment | None = key(MOMENT, "Accessed", "when we captured it")
    availability: str = made_of(
        "", Key("Availability", "`live` or `deleted`, and since when: `deleted 2026-03-10 14:31`")
    )
    availability_at: Moment | None = None
    screenshot: Screenshot | None = made_of(
        None,
        Key("Screenshot", "an image file beside this one: PNG, JPEG, WebP, AVIF or GIF"),
        Key("Sha256", "the hash of that file; `invoke check` gives it", note="with `Screenshot`"),
        Key("Alt", "what it shows, for those who cannot see it", note="with `Screenshot`"),
    )
    credit: str = key(TEXT, "Credit", "who took or supplied the screenshot")
    credit_url: str = key(LINK, "Credit_url", "where to find them")
    source_sha256: str = key(
        DIGEST, "Source_sha256", "the hash of the file as received; no page shows it"
    )
    redacted: str = key(TEXT, "Redacted", "what was covered in the screenshot, and why")
    text_checked: Moment | None = key(
        MOMENT, "Text_checked", "when somebody last saw that the text says nothing of that either",
        note="with `Redacted`",
    )  # fmt: skip
    warning: str = key(
        TEXT, "Warning", "why screenshot and text are behind a click: `strong language`"
    )
    lang: str = key(TEXT, "Lang", "the language of the quoted text")

    @property
    def is_original(self) -> bool:
        """Whether this is what the incident itself answers."""
        return self.stem == ORIGINAL
