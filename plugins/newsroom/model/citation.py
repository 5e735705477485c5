"""A citation: something that someone published elsewhere, quoted here."""

from __future__ import annotations

from dataclasses import dataclass

from .keys import CHOICE, DIGEST, LINK, MOMENT, TEXT, ContentFile, Key, Picture, made_of
from .moment import Moment

KINDS = ("social-post", "rumour", "article", "comment")
MEDIA = ("print", "broadcast", "mail", "telephone")
AVAILABILITIES = ("live", "deleted")
FINDINGS = ("false", "misleading", "unproven", "true")
ORIGINAL = "original"
SUFFIX = ".cite.md"


@dataclass(frozen=True, eq=False)
class Citation(ContentFile):
    """One ``*.cite.md`` file."""

    incident: str
    stem: str
    text: str
    kind: str = Key(
        "Kind", "`social-post`, `rumour`, `article` or `comment`",
        words=KINDS, required=("citation",),
    ).of(CHOICE)  # fmt: skip
    author: str = Key("Author", "the account or the person", note="this or `Publication`").of(TEXT)
    author_url: str = Key("Author_url", "the page of that account or person").of(LINK)
    publication: str = Key("Publication", "the network, paper or site", note="this or `Author`").of(
        TEXT
    )
    url: str = Key(
        "Url", "where it is, or was",
        note="but for a `rumour`, for what is `deleted`, and with `Medium`",
    ).of(LINK)  # fmt: skip
    archive_url: str = Key("Archive_url", "a copy in an archive").of(LINK)
    medium: str = Key(
        "Medium", "where there is no address: `print`, `broadcast`, `mail` or `telephone`",
        words=MEDIA,
    ).of(CHOICE)  # fmt: skip
    published: Moment | None = Key("Published", "when it appeared", note="for `social-post`").of(
        MOMENT
    )
    accessed: Moment | None = Key("Accessed", "when we captured it").of(MOMENT)
    availability: str = made_of(
        "", Key("Availability", "`live` or `deleted`, and since when: `deleted 2026-03-10 14:31`")
    )
    availability_at: Moment | None = None
    finding: str = made_of(
        "",
        Key(
            "Finding",
            "what we [found](#findings) of it: `false`, `misleading`, `unproven` or `true`",
        ),
    )
    finding_reason: str = ""
    screenshot: Picture | None = made_of(
        None,
        Key("Screenshot", "an image file beside this one: PNG, JPEG, WebP, AVIF or GIF"),
        Key("Sha256", "the hash of that file; `invoke check` gives it", note="with `Screenshot`"),
        Key("Alt", "what it shows, for those who cannot see it", note="with `Screenshot`"),
    )
    credit: str = Key("Credit", "who took or supplied the screenshot").of(TEXT)
    credit_url: str = Key("Credit_url", "where to find them").of(LINK)
    source_sha256: str = Key(
        "Source_sha256", "the hash of the file as received; no page shows it"
    ).of(DIGEST)
    redacted: str = Key("Redacted", "what was covered in the screenshot, and why").of(TEXT)
    text_checked: Moment | None = Key(
        "Text_checked", "when somebody last saw that the text says nothing of that either",
        note="with `Redacted`",
    ).of(MOMENT)  # fmt: skip
    warning: str = Key(
        "Warning", "why screenshot and text are behind a click: `strong language`"
    ).of(TEXT)
    lang: str = Key("Lang", "the language of the quoted text").of(TEXT)
