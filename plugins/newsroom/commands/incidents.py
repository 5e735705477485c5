"""From a bad moment to a statement: incidents, follow-ups and citations at the desk."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from ..files import write_whole
from ..model.citation import KINDS, MEDIA, ORIGINAL, SUFFIX
from ..model.entry import STATES
from ..model.incident import Incident
from ..model.problems import CommandError, nearest, one_of
from ..reading.slugs import slug_of
from .asking import Question
from .choosing import incident_of
from .desk import Desk, Given, ask_author, ask_past, existing_file, one_line, read_file, web_address
from .evidence import Evidence, EvidenceError, keep_received, take_in
from .result import FileDone, Result
from .scaffold import (
    StatementTemplate,
    citation_text,
    fill,
    followup_text,
    minute,
    statement_templates,
)

NOTHING = "nothing"
NEW = "new"
ALT_MISSING = "[[what the screenshot shows, for those who cannot see it]]"
TEMPLATE_OF_KIND = {
    "social-post": "offensive-post",
    "rumour": "rumour",
    "article": "coverage",
    "comment": "coverage",
    NOTHING: "outage",
}
PROMISED_AFTER = timedelta(days=1)

_ID = re.compile(r"[a-z0-9-]+")


def new_incident(desk: Desk, given: Given) -> Result:
    """Make an incident: what it answers, its screenshot, its statement as a draft.

    What is there already is kept and not asked for again, so a second run goes
    on where the first was interrupted.
    """
    ask = desk.asker.ask
    begun = "" if given.get("id") or given.get("name") else _begun(desk)
    given = {**given, "id": begun or given.get("id", "")}
    name = ask(
        Question("What happened? (the incident's public name)", "--name", check=one_line),
        given.get("name", ""),
    )
    id = ask(
        Question("Its folder (permanent)", "--id", default=slug_of(name), check=_incident_id),
        given.get("id", "") or ("" if desk.asker.interactive else slug_of(name)),
    )
    folder = f"incidents/{id}"
    if (desk.content / folder / "statement.md").exists():
        raise CommandError(
            f"{desk.shown(folder)}/statement.md is there already: edit it, or run"
            f" invoke followup {id}"
        )
    answered, kind = _original(desk, folder, given)
    desk, author, made = ask_author(desk, given)
    template = _template(desk, given, kind)
    text = fill(template, name, author, desk.now)
    return answered + made + desk.create_draft(f"{folder}/statement.md", text)


def _begun(desk: Desk) -> str:
    """The folder of an incident without a statement, if a person wants to go on with it."""
    folders = sorted((desk.content / "incidents").glob("*/"))
    begun = [
        folder.name
        for folder in folders
        if _ID.fullmatch(folder.name)
        and any(folder.iterdir())
        and not (folder / "statement.md").exists()
    ]
    if not begun or not desk.asker.interactive:
        return ""
    question = Question(
        "Some were begun and have no statement yet. Which one?",
        "--id",
        default=begun[0],
        choices=(*begun, NEW),
        check=lambda text: _choice(text, (*begun, NEW)),
    )
    answer = desk.asker.ask(question)
    return "" if answer == NEW else answer


def _original(desk: Desk, folder: str, given: Given) -> tuple[Result, str]:
    """Make what the incident answers. Returns what was done, and its kind."""
    path = f"{folder}/{ORIGINAL}{SUFFIX}"
    if (desk.content / path).exists():
        known = [item for item in desk.newsroom.citations if item.path == path]
        shots = tuple(desk.content / item.screenshot.path for item in known if item.screenshot)
        kept = Result((FileDone("kept", desk.content / path),), goes_along=shots)
        return kept, known[0].kind if known else "social-post"
    usual = "" if desk.asker.interactive else (given.get("kind") or _guess(given))
    kind = desk.asker.ask(
        Question(
            "What does it answer?",
            "--kind",
            default="social-post" if desk.asker.interactive else usual,
            choices=(*KINDS, NOTHING),
            check=_kind,
        ),
        given.get("kind", ""),
    )
    if kind == NOTHING:
        return Result(), kind
    return _citation(desk, folder, ORIGINAL, kind, given), kind


def _guess(given: Given) -> str:
    """Without a terminal: something with an address or a picture is a post, else nothing."""
    return "social-post" if given.get("url") or given.get("screenshot") else NOTHING


def new_citation(desk: Desk, incident: str, given: Given) -> Result:
    """Quote something else that was said about an incident."""
    found = find_incident(desk, incident_of(desk, incident))
    kind = desk.asker.ask(
        Question(
            "What is it?",
            "--kind",
            default="comment",
            choices=KINDS,
            check=_citation_kind,
        ),
        given.get("kind", ""),
    )
    usual = slug_of(f"{given.get('account') or given.get('publication') or ''} {kind}".strip())
    stem = desk.asker.ask(
        Question("A short name for it (as in Answers)", "--stem", default=usual, check=valid_stem),
        given.get("stem", ""),
    )
    if (desk.content / f"incidents/{found.id}/{stem}{SUFFIX}").exists():
        raise CommandError(f"{stem} is a citation of {found.id} already: name another with --stem")
    made = _citation(desk, f"incidents/{found.id}", stem, kind, given)
    return made + Result(then=f"invoke followup {found.id}")


def _citation(desk: Desk, folder: str, stem: str, kind: str, given: Given) -> Result:
    """Ask for a citation's source and write it, its screenshot first."""
    ask = desk.asker.ask
    url = ask(Question("Its URL", "--url", required=False, check=web_address), given.get("url", ""))
    account = ask(
        Question("The account or person", "--account", required=not url, check=one_line),
        given.get("account", ""),
    )
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    publication = given.get("publication", "") or host
    when = ask_past(
        desk,
        "When it appeared (2026-03-11 09:20, 09:20 for today)",
        "--time",
        given.get("time", ""),
        required=kind == "social-post",
    )
    shot = ask(
        Question("Screenshot (a file)", "--screenshot", required=False, check=existing_file),
        given.get("screenshot", ""),
    )
    availability, medium = _where_else(desk, kind, url, given)
    taken = Result()
    fields = {
        "Kind": kind,
        "Author": account,
        "Publication": publication,
        "Url": url,
        "Medium": medium,
        "Published": when,
        "Accessed": minute(desk.now),
        "Availability": availability,
    }
    if shot:
        image, taken = take_screenshot(desk, folder, stem, shot)
        fields |= {
            "Screenshot": f"{stem}.png",
            "Sha256": image.sha256,
            "Source_sha256": image.source_sha256,
            "Alt": given.get("alt", "") or ALT_MISSING,
        }
    fields |= {"Credit": given.get("credit", ""), "Warning": given.get("warning", "")}
    text = citation_text(fields, given.get("text", ""))
    return taken + desk.create(f"{folder}/{stem}{SUFFIX}", text)


def _where_else(desk: Desk, kind: str, url: str, given: Given) -> tuple[str, str]:
    """A citation's availability and medium; without a URL, one of the two must be known."""
    deleted, medium = given.get("deleted", ""), given.get("medium", "")
    if deleted:
        when = ask_past(desk, "When it was deleted", "--deleted", deleted)
        return f"deleted {when}", medium
    if medium or url or kind == "rumour":
        return "", medium
    answers = ("deleted", *MEDIA)
    question = Question(
        "Without a URL: is it deleted, or where was it?",
        "--url, --deleted or --medium",
        default="deleted" if desk.asker.interactive else "",
        choices=answers,
        check=lambda text: _choice(text, answers),
    )
    answer = desk.asker.ask(question)
    return ("deleted", "") if answer == "deleted" else ("", answer)


def take_screenshot(desk: Desk, folder: str, stem: str, source: str) -> tuple[Evidence, Result]:
    """Take a screenshot in: keep it as received, publish it clean."""
    data, name = read_file(source)
    return take_bytes(desk, folder, stem, data, name)


def take_bytes(
    desk: Desk, folder: str, stem: str, data: bytes, name: str
) -> tuple[Evidence, Result]:
    """The same for a picture in memory. Raises CommandError for what is no picture."""
    try:
        image = take_in(data, name)
    except EvidenceError as error:
        raise CommandError(str(error)) from None
    path = f"{folder}/{stem}.png"
    if (desk.content / path).exists() and (desk.content / path).read_bytes() != image.png:
        raise CommandError(f"{desk.shown(path)} is another picture: move it away, then run again")
    kept = keep_received(desk.evidence / Path(folder).name, data, name, desk.now)
    write_whole(desk.content / path, image.png)
    notes = f" ({'; '.join(image.notes)})" if image.notes else ""
    received = FileDone("kept", kept, ", as received")
    return image, Result((received, FileDone("created", desk.content / path, notes)))


def new_followup(desk: Desk, incident: str, given: Given) -> Result:
    """Make a follow-up as a draft, pre-filled."""
    found = find_incident(desk, incident_of(desk, incident))
    title = desk.asker.ask(
        Question("What does this update say? (its title)", "--title", required=False),
        given.get("title", ""),
    )
    desk, author, made = ask_author(desk, given)
    stem = slug_of(title) or f"update-{len(found.thread) + 1}"
    # What readers know: another draft of a follow-up has changed nothing yet.
    state = desk.newsroom.public(desk.now).by_id.get(found.id, found).state
    if state not in STATES:  # all of it is withdrawn: it begins again
        state = STATES[0]
    promise = desk.now + PROMISED_AFTER
    text = followup_text(found, state, title, author, desk.now, promise)
    return made + desk.create_draft(f"incidents/{found.id}/{stem}.md", text)


def find_incident(desk: Desk, id: str) -> Incident:
    """An incident by its id. Raises CommandError, with the nearest one, if there is none."""
    ids = desk.newsroom.by_id
    wanted = id.strip("/").rpartition("/")[2]
    if wanted not in ids:
        known = f" There are: {one_of(ids)}." if ids else ""
        raise CommandError(f"there is no incident {wanted!r}{nearest(wanted, ids)}{known}")
    return ids[wanted]


def _template(desk: Desk, given: Given, kind: str) -> StatementTemplate:
    templates = {item.name: item for item in statement_templates(desk.templates)}
    if not templates:
        raise CommandError(f"there are no templates in {desk.templates.name}/")

    def known(text: str) -> str:
        if text.strip() not in templates:
            names = one_of(templates)
            raise ValueError(f"no template {text!r}{nearest(text, templates)}; there are {names}")
        return text.strip()

    usual = TEMPLATE_OF_KIND[kind]
    question = Question(
        "Which template?",
        "--template",
        default=usual if usual in templates else next(iter(templates)),
        choices=tuple(templates),
        about={name: item.about for name, item in templates.items()},
        check=known,
    )
    return templates[desk.asker.ask(question, given.get("template", ""))]


def _incident_id(text: str) -> str:
    if not _ID.fullmatch(text.strip()):
        raise ValueError("use a-z, 0-9 and - only")
    return text.strip()


def valid_stem(text: str) -> str:
    """A citation's short name. Raises ValueError for what cannot be one."""
    stem = text.strip()
    if not _ID.fullmatch(stem) or stem == ORIGINAL:
        raise ValueError("use a-z, 0-9 and - only, and another word than original")
    return stem


def _kind(text: str) -> str:
    return _choice(text, (*KINDS, NOTHING))


def _citation_kind(text: str) -> str:
    return _choice(text, KINDS)


def _choice(text: str, allowed: tuple[str, ...]) -> str:
    word = text.strip().lower()
    if word not in allowed:
        raise ValueError(f"{text!r} is none of: {one_of(allowed)}{nearest(word, allowed)}")
    return word
