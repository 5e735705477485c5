"""Begin new files: what stands in them before their writer has written a word."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from markupsafe import Markup

from ..language.words import Words, later
from ..model.entry import OPEN_STATES, Entry
from ..model.header import parse
from ..model.incident import Incident
from ..model.letters import visible
from ..model.problems import CommandError
from ..reading.headers import as_text, minute, written
from .edit import as_draft, remove_key

OURS = Path(__file__).parents[1] / "statements"
PROMISED_AFTER = timedelta(days=1)
SUMMARY_MISSING = later("[[the position, in one or two sentences that can be quoted on their own]]")

ASKED = ("began", "noticed", "hotline")
"""What a template may ask for besides; a line of its header without an answer is left out."""
_TOKEN = re.compile(rf"\{{(now|author|name|{'|'.join(ASKED)}|in (\d+) (minute|hour|day)s?)\}}")


@dataclass(frozen=True)
class StatementTemplate:
    """A holding statement to begin with; ``name`` is its file's stem."""

    name: str
    about: str
    text: str

    @property
    def asks(self) -> tuple[str, ...]:
        """What it asks for, of ``ASKED``."""
        return tuple(name for name in ASKED if f"{{{name}}}" in self.text)


def statement_templates(own: Path, lang: str) -> tuple[StatementTemplate, ...]:
    """Read the templates of the plugin, and a site's own, which come before them, by name.

    Ours are in the language of the site where there are such, else in English.
    Raises CommandError for one that is not UTF-8.
    """
    folders = (OURS, OURS / lang.lower().partition("-")[0], own)
    files = {path.name: path for folder in folders for path in folder.glob("*.md")}
    found = []
    for _, path in sorted(files.items()):
        try:
            text = path.read_text("utf-8-sig")
        except UnicodeDecodeError:
            raise CommandError(f"{own.name}/{path.name} is not UTF-8: save it so") from None
        about = " ".join(field.value for field in parse(text).named("About"))
        found.append(StatementTemplate(path.stem, about, text))
    return tuple(found)


def fill(template: StatementTemplate, name: str, author: str, now: datetime, **asked: str) -> str:
    """Make a statement of a template, always a draft: ``now`` is in the site's zone.

    ``asked`` are the answers to what the template asks for. In its header a name is plain text,
    below it Markdown.
    Raises CommandError for a template without a header.
    """
    asked = {key: answer for key, answer in asked.items() if answer}

    def filled(part: str, shown: Callable[[str], str]) -> str:
        def value(found: re.Match[str]) -> str:
            if found[2]:
                return minute(now + timedelta(**{f"{found[3]}s": int(found[2])}))
            said = {"now": minute(now), "author": author, "name": name, **asked}
            return shown(said[found[1]]) if found[1] in said else f"[[{found[1]}]]"

        return _TOKEN.sub(value, part)

    try:
        text = as_draft(remove_key(template.text, "About"))
    except CommandError as error:
        raise CommandError(f"the template {template.name}.md: {error}") from None
    body = parse(text).body_line - 1
    lines = text.split("\n")
    unsaid = tuple(f"{{{key}}}" for key in ASKED if key not in asked)
    said = [line for line in lines[:body] if not any(token in line for token in unsaid)]
    header = "".join(f"{filled(line, visible)}\n" for line in said)
    return header + filled("\n".join(lines[body:]), as_text)


def post_text(title: str, author: str, now: datetime, words: Words) -> str:
    """Write an ordinary post, as a draft."""
    fields = {
        "Title": title,
        "Date": minute(now),
        "Author": author,
        "Summary": words.say(SUMMARY_MISSING),
        "Status": "draft",
    }
    return written(fields, words.say("[[the post]]"))


def followup_text(
    incident: Incident,
    state: str,
    title: str,
    author: str,
    now: datetime,
    words: Words,
    ended: str = "",
) -> str:
    """Write a follow-up, as a draft: the state, what is not answered yet, what is still open."""
    say = words.say
    asked = [
        citation
        for citation in incident.citations
        if citation not in incident.originals and not incident.answered_by(citation)
    ]
    fields = {
        "Title": title or say("[[what this update says, in one plain sentence]]"),
        "Date": minute(now),
        "Author": author,
        "State": state,
        "Next_update": minute(now + PROMISED_AFTER) if state in OPEN_STATES else "",
        "Ended": ended,
        "Answers": ", ".join(citation.stem for citation in asked),
        "Summary": say(SUMMARY_MISSING),
        "Status": "draft",
    }
    parts = [say("[[what we know now that we did not know before]]")]
    for citation in asked:
        who = as_text(citation.author or citation.publication)
        quoted = f"![]({{cite}}{citation.stem})"
        heading, answer = say("What {who} said"), say("[[our answer to {who}]]")
        parts.append(f"## {heading}\n\n{quoted}\n\n{answer}".replace("{who}", who))
    heading, steps = say("What we are doing"), say("[[each step, who does it, and by when]]")
    parts.append(f"## {heading}\n\n{steps}")
    if incident.advises:
        parts.append(
            say(
                "[[does the advice of {file} still hold? Then delete this; else write it anew below"
                " a heading with `{.advice}`, or add Advice: ended]]"
            ).replace("{file}", _name(incident.advises))
        )
    for entry, item in incident.commitments:
        if not item.kept:
            due = say(", due {date}").replace("{date}", str(item.due)) if item.due else ""
            question = say(
                "[[still open{due}: {what} Kept by now? Then tick it in {file}, line {line};"
                " else say why not]]"
            )
            what = as_text(Markup(item.html).striptags())
            parts.append(question.format(due=due, what=what, file=_name(entry), line=item.line))
    return written(fields, "\n\n".join(parts))


def _name(entry: Entry) -> str:
    return entry.path.rpartition("/")[2]
