"""An entry file's header and body, to an entry."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import partial

from markupsafe import Markup

from ..model.addresses import alias_path
from ..model.body import Task
from ..model.entry import (
    INCIDENT_STATUSES,
    STATEMENT,
    STATES,
    STATUSES,
    Commitment,
    Correction,
    Entry,
    Kind,
    Withdrawal,
)
from ..model.feed_ids import is_iri
from ..model.header import Header
from ..model.moment import Moment
from ..model.settings import LANGUAGE_TAG, Settings
from .bodies import BodyReader
from .fields import Fields, Key
from .moments import read_day, read_moment
from .slugs import MOST_LETTERS, SLUG, slug_of

_COMMON = (
    *map(Key, ("Author", "Authors", "Approved_by", "Withdrawn", "Status", "Modified")),
    *map(Key, ("Lang", "Slug", "Category", "Id")),
    *(Key(name, repeatable=True) for name in ("Goals", "Correction", "Aliases", "Tags")),
    Key("Title", required=True),
    Key("Date", required=True),
)
_THREAD = (Key("State"), Key("Next_update"))
_MISPLACED = Key("Incident", misplaced=True)
_ANSWERS = Key("Answers", repeatable=True)
KEYS: dict[Kind, tuple[Key, ...]] = {
    "statement": (*_COMMON, *_THREAD, Key("Incident"), Key("Summary", required=True)),
    "follow-up": (*_COMMON, *_THREAD, _MISPLACED, Key("Summary", required=True), _ANSWERS),
    "post": (*_COMMON, _MISPLACED, Key("Summary")),
}

_TRANSLATION = re.compile(r"\.(?P<lang>[a-z]{2,3}(?:-[a-z0-9]{2,8})*)\.md$", re.I)
_LINK_MARK = re.compile(r"[{|](?:cite|filename|static|attach)[}|]")
_ALIAS = re.compile(r"/?[^\s:?#<>\"\\]+")


def stem_and_lang(path: str) -> tuple[str, str]:
    """A file's stem and, for a translation, its language, else an empty text."""
    name = path.rpartition("/")[2]
    if found := _TRANSLATION.search(name):
        return name[: found.start()], found["lang"]
    return name.removesuffix(".md"), ""


def kind_of(path: str) -> Kind:
    """What sort of entry a file is, by its place."""
    if not path.startswith("incidents/"):
        return "post"
    return "statement" if stem_and_lang(path)[0] == STATEMENT else "follow-up"


def _is_misspelt_statement(stem: str) -> bool:
    return stem != STATEMENT and stem.lower() == STATEMENT


def interpret_entry(
    path: str, header: Header, settings: Settings, now: datetime, bodies: BodyReader
) -> tuple[Entry, Fields]:
    """Make an entry of a parsed file; its problems stand in the fields.

    Where a required value is missing or wrong the entry gets one that lets a
    draft be shown: its file's name, the time of the build.
    """
    kind = kind_of(path)
    fields = Fields(path, header, KEYS[kind])
    stem, translation = stem_and_lang(path)
    body = bodies.read(header.body, header.body_line)
    when = fields.moment("Date", settings.zone)
    entry = Entry(
        path=path,
        kind=kind,
        stem=stem,
        slug=_slug(fields, stem, translation),
        title=fields.text("Title") or stem,
        date=when.at if when else now,
        dated=when is not None,
        authors=fields.words("Authors", ";") or fields.words("Author", ";"),
        lang=_lang(fields, settings, translation),
        body=body,
        status=_status(fields, kind, header.says_draft),
        incident=path.split("/")[1] if kind != "post" else "",
        translates=f"{path.rpartition('/')[0]}/{stem}.md".lstrip("/") if translation else "",
        summary=fields.text("Summary"),
        incident_name=fields.text("Incident") if stem == STATEMENT else "",
        state=fields.choice("State", STATES, "state"),
        next_update=fields.moment("Next_update", settings.zone),
        answers=fields.words("Answers"),
        goals=fields.words("Goals"),
        approved_by=fields.text("Approved_by"),
        corrections=_corrections(fields, settings),
        withdrawn=_withdrawal(fields, settings),
        modified=fields.moment("Modified", settings.zone),
        category=fields.text("Category"),
        tags=fields.words("Tags"),
        feed_id=_feed_id(fields),
        aliases=_aliases(fields),
        commitments=_commitments(fields, kind, body.tasks),
        lines=fields.lines,
    )
    _check_required(entry, fields)
    fields.check_placeholders(body)
    return entry, fields


def _check_required(entry: Entry, fields: Fields) -> None:
    if not (entry.body.shows or entry.is_draft or fields.text("Withdrawn") or entry.body.faults):
        fields.report(
            fields.line("Title"), "empty-body",
            "there is nothing below the header: write the text, or add Status: draft",
        )  # fmt: skip
    if not entry.authors:
        fields.missing("Author")
    for key in ("Title", "Summary"):
        if found := _LINK_MARK.search(fields.text(key)):
            fields.report(
                fields.line(key), "link",
                f"{found[0]} works only in the text below the header: take it out of {key}",
            )  # fmt: skip
    if fields.text("Author") and fields.text("Authors"):
        fields.report(
            max(fields.line("Author"), fields.line("Authors")), "duplicate-key",
            "Author and Authors are both given: keep one, with names separated by ;",
        )  # fmt: skip
    if entry.stem != STATEMENT or entry.kind == "post":
        remedy = "remove this line"
        if _is_misspelt_statement(entry.stem):
            remedy = f"rename this file to {STATEMENT}.md, in small letters"
        if "incident" in fields.lines:
            fields.report(
                fields.line("Incident"), "incident-key",
                f"Incident stands only in {STATEMENT}.md: {remedy}",
            )  # fmt: skip
    elif not entry.translates:
        for key in ("Incident", "State"):
            if not fields.text(key):
                fields.missing(key)


def _slug(fields: Fields, stem: str, translation: str) -> str:
    slug = fields.text("Slug")
    if slug and translation:
        fields.report(
            fields.line("Slug"), "url",
            f"a translation has the address of its original, below /{translation.lower()}/:"
            " remove this line",
        )  # fmt: skip
    what = "Slug" if slug else "the file's name"
    if not SLUG.fullmatch(slug or stem) or len(slug or stem) > MOST_LETTERS:
        fields.report(
            fields.line("Slug"), "url",
            f"{what} is {slug or stem!r}, which becomes the address: use at most {MOST_LETTERS}"
            " letters, digits and any of - _ ~, and a dot only inside",
        )  # fmt: skip
        return slug_of(slug or stem) or "unnamed"
    return slug or stem


def _lang(fields: Fields, settings: Settings, translation: str) -> str:
    lang = fields.text("Lang")
    if translation and lang.lower() != translation.lower():
        fields.report(
            fields.line("Lang"), "lang",
            f"the file's name says that this is a translation: add a line Lang: {translation}"
            if not lang
            else f"Lang is {lang!r}, but the file's name says {translation!r}: make them agree",
        )  # fmt: skip
    elif not translation and lang and not LANGUAGE_TAG.fullmatch(lang):
        fields.report(
            fields.line("Lang"), "lang",
            f"Lang is {lang!r}, which is no language tag: write it like en, fr or pt-br (BCP 47)",
        )  # fmt: skip
        return settings.lang
    return (translation or lang or settings.lang).lower()


def _feed_id(fields: Fields) -> str:
    """The id that a feed knew the entry by before it came here (RFC 4287, 4.2.6)."""
    name = fields.text("Id")
    if name and not is_iri(name):
        fields.report(
            fields.line("Id"), "feed-id",
            f"Id is {name!r}, but a feed id is a whole address or name, such as"
            " tag:example.com,2019:posts/open-day: copy it from the old feed, or remove this line",
        )  # fmt: skip
    return name


def _aliases(fields: Fields) -> tuple[str, ...]:
    """Old URLs as paths on this site; a URL elsewhere cannot redirect here."""
    found = []
    for alias in fields.words("Aliases"):
        try:
            if not _ALIAS.fullmatch(alias):
                raise ValueError("is no path on this site")
            found.append(alias_path(alias))
        except ValueError as error:
            wrong = "holds bytes that are no text" if isinstance(error, UnicodeError) else error
            fields.report(
                fields.line("Aliases"), "url",
                f"the alias {alias[:60]!r} {wrong}: write it like /2019/old-page/, or remove it",
            )  # fmt: skip
    return tuple(found)


def _status(fields: Fields, kind: Kind, says_draft: bool) -> str:
    allowed = STATUSES if kind == "post" else INCIDENT_STATUSES
    status = fields.choice("Status", allowed, "status") or "published"
    return "draft" if says_draft else status


def _corrections(fields: Fields, settings: Settings) -> tuple[Correction, ...]:
    found = []
    for field in fields.items("Correction"):
        moment, text = _dated(fields, settings, "Correction", field.value, field.line)
        if moment:
            found.append(Correction(moment, text))
    return tuple(sorted(found, key=lambda correction: correction.at, reverse=True))


def _withdrawal(fields: Fields, settings: Settings) -> Withdrawal | None:
    text = fields.text("Withdrawn")
    if not text:
        return None
    moment, reason = _dated(fields, settings, "Withdrawn", text, fields.line("Withdrawn"))
    return Withdrawal(moment, reason) if moment else None


def _dated(
    fields: Fields, settings: Settings, key: str, value: str, line: int
) -> tuple[Moment | None, str]:
    """``date | text``, as corrections and withdrawals are written."""
    when, bar, text = value.partition("|")
    if not bar or not text.strip():
        fields.report(
            line, "date", f"{key} must be a date, a bar and a text: {key}: 2026-03-11 09:20 | …"
        )
        return None, ""
    read = partial(read_moment, zone=settings.zone)
    return fields.parsed(key, when.strip(), line, read), text.strip()


def _commitments(fields: Fields, kind: Kind, tasks: tuple[Task, ...]) -> tuple[Commitment, ...]:
    """What a follow-up promises: the items of its task lists, with their days."""
    if kind != "follow-up":
        for task in tasks:
            if task.days:
                fields.report(
                    task.line, "commitment",
                    "warning: this is no commitment, since only a follow-up makes one: move it"
                    f" into a follow-up, or remove {' and '.join(key for key, _ in task.days)}",
                )  # fmt: skip
        return ()
    found = []
    for task in tasks:
        days: dict[str, date | None] = {}
        for key, day in task.days:
            if key in days:
                message = f"warning: {key} is given twice: keep one, the last counts until then"
                fields.report(task.line, "commitment", message)
            days[key] = fields.parsed(key, day, task.line, read_day)
        if not Markup(task.html).striptags():
            message = "warning: this commitment has no words: write what is promised"
            fields.report(task.line, "commitment", message)
        if "done" in days and not task.checked:
            fields.report(
                task.line, "commitment",
                "warning: this commitment is open and has a day on which it was done:"
                " write [x], or remove done",
            )  # fmt: skip
        found.append(
            Commitment(task.html, task.checked, task.line, days.get("due"), days.get("done"))
        )
    return tuple(found)
