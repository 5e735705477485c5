"""New files: what stands in them before their writer has written a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from markupsafe import Markup

from ..model.citation import Citation
from ..model.entry import OPEN_STATES
from ..model.header import parse
from ..model.incident import Incident
from ..model.moment import Moment
from ..model.problems import CommandError
from .edit import EditError, as_draft, remove_key
from .quoting import as_text, as_value

Fields = Iterable[tuple[str, str]]

_TOKEN = re.compile(r"\{(now|author|name|in (\d+) (minutes?|hours?|days?))\}")


@dataclass(frozen=True)
class StatementTemplate:
    """A holding statement to begin with; ``name`` is its file's stem."""

    name: str
    about: str
    text: str


def statement_templates(folder: Path) -> tuple[StatementTemplate, ...]:
    """The templates in a folder, by name. Raises CommandError for one that is not UTF-8."""
    found = []
    for path in sorted(folder.glob("*.md")):
        try:
            text = path.read_text("utf-8-sig")
        except UnicodeDecodeError:
            where = f"{folder.name}/{path.name}"
            raise CommandError(f"{where} is not UTF-8: save it as UTF-8") from None
        about = " ".join(field.value for field in parse(text).named("About"))
        found.append(StatementTemplate(path.stem, about, text))
    return tuple(found)


def fill(template: StatementTemplate, name: str, author: str, now: datetime) -> str:
    """A statement from a template, always a draft: ``now`` is in the site's zone.

    In its header a name is plain text, below it Markdown.
    Raises CommandError for a template without a header.
    """

    def filled(part: str, shown: Callable[[str], str]) -> str:
        def value(found: re.Match[str]) -> str:
            if found[2]:
                unit = found[3].rstrip("s") + "s"
                length = timedelta(**{unit: int(found[2])})
                if unit == "days":  # tomorrow at the same time, whatever the clocks do tonight
                    return minute(now + length)
                return minute((now.astimezone(UTC) + length).astimezone(now.tzinfo))
            return {"now": minute(now), "author": shown(author), "name": shown(name)}[found[1]]

        return _TOKEN.sub(value, part)

    try:
        text = as_draft(remove_key(template.text, "About"))
    except EditError as error:
        raise CommandError(f"the template {template.name}.md: {error}") from None
    body = parse(text).body_line - 1
    lines = text.split("\n")
    header = "".join(f"{filled(line, as_value)}\n" for line in lines[:body])
    return header + filled("\n".join(lines[body:]), as_text)


def minute(at: datetime) -> str:
    """A time as headers have it, in its own zone: ``2026-03-11 09:20``.

    With its offset where a clock in that zone shows it twice, or never.
    """
    offset = at.replace(fold=1 - at.fold).utcoffset()
    return f"{at:%Y-%m-%d %H:%M}" if offset == at.utcoffset() else at.isoformat(" ", "minutes")


def written(fields: Fields, body: str = "") -> str:
    """A file of a header and a body; empty values are left out."""
    shown = ((key, as_value(value)) for key, value in fields)
    header = "".join(f"{key}: {value}\n" for key, value in shown if value)
    return f"{header}\n" + (f"{body.rstrip()}\n" if body.strip() else "")


def citation_text(fields: Mapping[str, str], text: str = "") -> str:
    """A ``.cite.md`` file; without a transcript, a placeholder for it."""
    return written(fields.items(), text or "[[its text, word for word]]")


def author_text(name: str, role: str, photo: str = "", email: str = "", phone: str = "") -> str:
    """A profile."""
    fields = (("Name", name), ("Role", role), ("Photo", photo), ("Email", email), ("Phone", phone))
    return written(fields, "")


def goal_text(title: str, text: str = "") -> str:
    """A goal. It has no status and is public at once, so it gets no placeholder."""
    return written([("Title", title)], text)


def post_text(title: str, author: str, now: datetime) -> str:
    """An ordinary post, as a draft."""
    fields = (
        ("Title", title),
        ("Date", minute(now)),
        ("Author", author),
        ("Summary", "[[one or two sentences that can be quoted on their own]]"),
        ("Status", "draft"),
    )
    return written(fields, "[[the post]]")


def unanswered(incident: Incident) -> tuple[Citation, ...]:
    """The citations that no entry answers yet."""
    return tuple(
        citation
        for citation in incident.citations
        if not citation.is_original and not incident.answered_by(citation)
    )


def followup_text(
    incident: Incident, state: str, title: str, author: str, now: datetime, promise: datetime
) -> str:
    """A follow-up as a draft: the present state, what is not answered yet, what is still open."""
    open_ones = [(entry, item) for entry, item in incident.commitments if not item.kept]
    asked = unanswered(incident)
    fields = (
        ("Title", title or "[[what this update says, in one plain sentence]]"),
        ("Date", minute(now)),
        ("Author", author),
        ("State", state),
        ("Next_update", minute(promise) if state in OPEN_STATES else ""),
        ("Answers", ", ".join(citation.stem for citation in asked)),
        ("Summary", "[[the position, in one or two sentences that can be quoted on their own]]"),
        ("Status", "draft"),
    )
    parts = ["[[what we know now that we did not know before]]"]
    for citation in asked:
        who = as_text(citation.author or citation.publication)
        quoted = f"![]({{cite}}{citation.stem})"
        parts.append(f"## What {who} said\n\n{quoted}\n\n[[our answer to {who}]]")
    parts.append("## What we are doing\n\n[[each step, who does it, and by when]]")
    for entry, item in open_ones:
        due = f", due {item.due}" if item.due else ""
        where = f"{entry.path.rpartition('/')[2]}, line {item.line}"
        promised = as_text(Markup(item.html).striptags())
        parts.append(
            f"[[still open{due}: {promised} Kept by now? Then tick it in {where};"
            " else say why not]]"
        )
    return written(fields, "\n\n".join(parts))


def published_moment(moment: Moment | None, zone: ZoneInfo) -> str:
    """A moment as headers have it, in the site's zone and as exact as it was written."""
    if moment is None:
        return ""
    return minute(moment.at.astimezone(zone)) if moment.has_time else f"{moment.at:%Y-%m-%d}"
