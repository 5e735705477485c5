"""Entries and pages, made of their files' headers and bodies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from markupsafe import Markup

from ..model.addresses import alias_path, telephone_url
from ..model.body import Task
from ..model.entry import (
    INCIDENT_STATUSES,
    STATUSES,
    Change,
    Commitment,
    Entry,
    HistoryLimit,
    Hotline,
    Kind,
)
from ..model.header import Header
from ..model.moment import Moment
from ..model.newsroom import Page
from ..model.settings import LANGUAGE_TAG
from .author_files import interpret_author, interpret_goal
from .citation_files import interpret_citation
from .fields import LINK, Context, Fields, Reading
from .moments import read_day
from .slugs import MOST_LETTERS, SLUG, slug_of

_TRANSLATION = re.compile(r"\.(?P<lang>[a-z]{2,3}(?:-[a-z0-9]{2,8})*)\.md$", re.I)
_LINK_MARK = re.compile(r"[{|](?:cite|filename|static|attach)[}|]")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_ALIAS = re.compile(r"/?[^\s:?#<>\"\\]+")
_INCIDENT_ID = re.compile(r"[a-z0-9-]+")
_NUMBER = re.compile(r"[0-9]{3,}|\+?(?=(?:[^0-9]*[0-9]){5})[0-9(][0-9 ()./-]+[0-9]")
_LONGEST_NUMBER = len("tel:+") + 15  # digits (E.164): what has more is two numbers
_MAIL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+")


def _interpret_entry(path: str, header: Header, context: Context) -> Reading:
    """Make an entry of a parsed file.

    Where a required value is missing or wrong the entry gets one that lets a
    draft be shown: its file's name, the time of the build.
    """
    stem, original, translation = name_of(path)
    kind: Kind = "post"
    if path.startswith("incidents/"):
        kind = "statement" if stem == "statement" else "follow-up"
    fields = Fields(path, header, Entry, kind, context, translated=bool(translation))
    image = fields.leading("Image")
    body = fields.body(image)
    when = fields.moment("Date")
    changed, _, note = fields.text("Modified").partition("|")
    values = fields.values()
    values["title"] = values["title"] or stem
    entry = Entry(
        path=path,
        kind=kind,
        stem=stem,
        slug=_slug(fields, stem, translation),
        date=when.at if when else context.now,
        dated=when is not None,
        lang=_lang(fields, translation),
        body=body,
        status="draft" if header.says_draft else _status(fields, kind),
        incident=path.split("/")[1] if kind != "post" else "",
        translates=original,
        image=image,
        events=tuple(_all_dated(fields, "Event")),
        hotlines=_hotlines(fields),
        corrections=_corrections(fields),
        modified=_moment(fields, "Modified", changed),
        modified_note=note.strip(),
        history=_history(fields),
        withdrawn=_withdrawal(fields),
        feed_id=_feed_id(fields),
        aliases=tuple(_aliases(fields)),
        commitments=_commitments(fields, kind, body.tasks),
        lines=fields.lines,
        **values,
    )
    if kind == "statement" and not original and not _INCIDENT_ID.fullmatch(entry.incident):
        message = f"{entry.incident!r} is the incident's id: rename the folder to a-z, 0-9 and -"
        fields.error(1, "incident-id", message)
    if not (body.shows or entry.is_draft or fields.text("Withdrawn") or body.faults):
        message = "there is nothing below the header: write the text, or add Status: draft"
        fields.error("Title", "empty-body", message)
    _check_advice(fields, entry)
    for key in ("Title", "Summary", "Event", "Correction", "Withdrawn", "Modified", "History"):
        for item in fields.items(key):
            if found := _LINK_MARK.search(item.value):
                message = f"{found[0]} works only in the text below the header: take it out of"
                fields.error(item.line, "link", f"{message} {key}")
    fields.check_placeholders()
    # One without a date has that of the build.
    return Reading(entry, tuple(fields.problems), entry.is_draft, lasts=entry.dated)


def _check_advice(fields: Fields, entry: Entry) -> None:
    """Report advice where there is no incident, and advice that is given and ended in one."""
    if entry.body.advice and not entry.in_incident:
        message = "advice is an incident's: write it in a statement or follow-up, or remove"
        fields.error(1, "advice", f"{message} {{.advice}}")
    if entry.body.advice and entry.advice:
        message = "this entry gives advice, which replaces the earlier: remove this line"
        fields.error("Advice", "advice", message)


def _interpret_page(path: str, header: Header, context: Context) -> Reading:
    """Make a page of a parsed file: it is Pelican's, so only what Pelican would swallow counts."""
    fields = Fields(path, header, Page, "page", context)
    for key in ("Save_as", "Url"):
        if fields.text(key):
            message = f"{key} would put this page where checks cannot see it: use Slug"
            fields.error(key, "url", message)
    fields.require("Title")
    date = fields.moment("Date")
    fields.moment("Modified")
    status = "draft" if header.says_draft else _status(fields, "post")
    image = fields.leading("Image")
    body = fields.body(image)
    fields.check_placeholders()
    stem, original, translation = name_of(path)
    usual = (translation or context.settings.lang).lower()
    lang = _lang(fields, translation) if fields.text("Lang") else usual
    slug = _slug(fields, stem, "")  # in a translation it is its original's
    page = Page(path, slug, lang, status, body, date, original, image)
    return Reading(page, tuple(fields.problems), status == "draft")


def name_of(path: str) -> tuple[str, str, str]:
    """Return a file's stem and, of a translation, its original's path and its language."""
    folder, slash, name = path.rpartition("/")
    if found := _TRANSLATION.search(name):
        stem = name[: found.start()]
        return stem, f"{folder}{slash}{stem}.md", found["lang"]
    return name.removesuffix(".md"), "", ""


def _slug(fields: Fields, stem: str, translation: str) -> str:
    slug = fields.text("Slug")
    if slug and translation:
        message = f"a translation has the address of its original, below /{translation.lower()}/"
        fields.error("Slug", "url", f"{message}: remove this line")
    name, what = slug or stem, "Slug" if slug else "the file's name"
    if not SLUG.fullmatch(name) or len(name) > MOST_LETTERS:
        remedy = f"use at most {MOST_LETTERS} letters, digits and any of - _ ~, and a dot inside"
        fields.error("Slug", "url", f"{what} is {name!r}, which becomes the address: {remedy}")
        return slug_of(name) or "unnamed"
    return name


def _lang(fields: Fields, translation: str) -> str:
    lang, usual = fields.text("Lang"), fields.context.settings.lang
    if translation and lang.lower() != translation.lower():
        said = f"Lang is {lang!r}" if lang else "Lang is missing"
        message = f"{said}, but the file's name says {translation!r}: write Lang: {translation}"
        fields.error("Lang", "lang", message)
    elif not translation and lang and not LANGUAGE_TAG.fullmatch(lang):
        message = f"Lang is {lang!r}, which is no language tag: write en, fr or pt-br (BCP 47)"
        fields.error("Lang", "lang", message)
        return usual
    return (translation or lang or usual).lower()


def _feed_id(fields: Fields) -> str:
    """Return the id that a feed knew the entry by before it came here (RFC 4287, 4.2.6)."""
    name = fields.text("Id")
    if name and not _IRI.fullmatch(name):
        remedy = "write it like tag:example.com,2019:posts/open-day, or remove this line"
        fields.error("Id", "feed-id", f"Id is {name!r}, which is no feed id: {remedy}")
    return name


def _aliases(fields: Fields) -> Iterator[str]:
    """Yield old URLs as paths on this site; a URL elsewhere cannot redirect here."""
    for alias in fields.words("Aliases"):
        try:
            if not _ALIAS.fullmatch(alias):
                raise ValueError("is no path on this site")
            yield alias_path(alias)
        except ValueError as error:
            wrong = "holds bytes that are no text" if isinstance(error, UnicodeError) else error
            message = f"the alias {alias[:60]!r} {wrong}: write it like /2019/old-page/"
            fields.error("Aliases", "url", message)


def _status(fields: Fields, kind: str) -> str:
    allowed = STATUSES if kind == "post" else INCIDENT_STATUSES
    return fields.choice("Status", allowed) or "published"


def _corrections(fields: Fields) -> tuple[Change, ...]:
    found = _all_dated(fields, "Correction")
    return tuple(sorted(found, key=lambda change: change.at, reverse=True))


def _all_dated(fields: Fields, key: str) -> Iterator[Change]:
    for item in fields.items(key):
        if change := _dated(fields, key, item.value, item.line):
            yield change


def _hotlines(fields: Fields) -> tuple[Hotline, ...] | None:
    """Return how to reach someone; nothing if the file says nothing of it, none if it ended."""
    items = fields.items("Hotline")
    if [item.value.lower() for item in items] == ["none"]:
        return ()
    found = []
    for item in items:
        if hotline := read_hotline(item.value):
            found.append(hotline)
        else:
            example = "+44 800 496 0140 | every day 07:00 to 22:00 | English, Welsh"
            message = f"Hotline is {item.value!r}: write a number, mail address or URL, then when"
            fields.error(item.line, "hotline", f"{message} and in which languages: {example}")
    return tuple(found) or None


def read_hotline(text: str) -> Hotline | None:
    """Read a number, mail address or URL, when, and in which languages; None if it is none."""
    reach, hours, languages, *more = (*map(str.strip, text.split("|")), "", "")
    url = _reached_at(reach)
    return Hotline(reach, url, hours, languages) if url and not any(more) else None


def _reached_at(reach: str) -> str:
    """Return the URL of a number (RFC 3966), a mail address or a URL; empty if it is none."""
    if _NUMBER.fullmatch(reach) and len(url := telephone_url(reach)) <= _LONGEST_NUMBER:
        return url
    if LINK.fullmatch(reach):
        return reach
    return f"mailto:{reach}" if _MAIL.fullmatch(reach) else ""


def _withdrawal(fields: Fields) -> Change | None:
    text, line = fields.text("Withdrawn"), fields.line("Withdrawn")
    return _dated(fields, "Withdrawn", text, line) if text else None


def _moment(fields: Fields, key: str, text: str) -> Moment | None:
    return fields.moment_in(key, text.strip(), fields.line(key)) if fields.text(key) else None


def _dated(fields: Fields, key: str, value: str, line: int) -> Change | None:
    """Read ``date | text``, as corrections and withdrawals are written."""
    when, _, text = value.partition("|")
    if not text.strip():
        message = f"{key} must be a date, a bar and a text: {key}: 2026-03-11 09:20 | …"
        fields.error(line, "date", message)
        return None
    moment = fields.moment_in(key, when.strip(), line)
    return Change(moment, text.strip(), line) if moment else None


def _history(fields: Fields) -> HistoryLimit | None:
    """Read ``since 2026-03-12 10:00 | reason`` or ``none | reason``."""
    text, line = fields.text("History"), fields.line("History")
    limit, _, reason = map(str.strip, text.partition("|"))
    word, _, when = limit.partition(" ")
    if not text:
        return None
    if (word.lower(), bool(when)) not in (("since", True), ("none", False)):
        message = f"History is {limit!r}: write since 2026-03-12 10:00 | and why, or none | and why"
        fields.error(line, "history", message)
    elif not reason:
        message = "History says no reason, which readers are told: write it behind a bar"
        fields.error(line, "history", f"{message}, History: {limit} | …")
    moment = fields.moment_in("History", when, line) if word.lower() == "since" and when else None
    return HistoryLimit(moment, reason, line)


def _commitments(fields: Fields, kind: str, tasks: tuple[Task, ...]) -> tuple[Commitment, ...]:
    """Return what a follow-up promises: the items of its task lists, with their days."""
    if kind == "follow-up":
        return tuple(_commitment(fields, task) for task in tasks)
    for task in tasks:
        if task.days:
            message = "this is no commitment, for it is in no follow-up: move it, or remove its day"
            fields.warning(task.line, "commitment", message)
    return ()


def _commitment(fields: Fields, task: Task) -> Commitment:
    days: dict[str, date | None] = {}
    for key, day in task.days:
        if key in days:
            message = f"{key} is given twice, and the last counts: keep one"
            fields.warning(task.line, "commitment", message)
        days[key] = fields.parsed(key, day, task.line, read_day)
    if not Markup(task.html).striptags():
        message = "this commitment has no words: write what is promised"
        fields.warning(task.line, "commitment", message)
    if "done" in days and not task.checked:
        message = "this commitment is open and has a day of being done: write [x], or remove done"
        fields.warning(task.line, "commitment", message)
    return Commitment(task.html, task.checked, task.line, days.get("due"), days.get("done"))


INTERPRETERS: dict[str, Callable[[str, Header, Context], Reading]] = {
    "entry": _interpret_entry,
    "citation": interpret_citation,
    "author": interpret_author,
    "goal": interpret_goal,
    "page": _interpret_page,
}
"""What makes something of a file, by the sort of file that it is by its place."""
