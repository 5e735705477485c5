"""Entries and whole threads as plain text, for quoting, checking and mail; set by templates."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from .prose import plain, underlined, wrapped
from .site import Site

TEMPLATES = Path(__file__).parent.parent / "templates"
PART = "\f"  # stands between two parts; no text that is wrapped has it


def page_text(site: Site, page: EntryView | IncidentView) -> bytes:
    """Write an entry or a whole thread, and whom to contact; UTF-8."""
    name = "incident" if isinstance(page, IncidentView) else "entry"
    template = _environment().get_template(f"newsroom/{name}.txt")
    parts = (part.strip("\n") for part in template.render({name: page, "site": site}).split(PART))
    return ("\n\n".join(filter(None, parts)) + "\n").encode("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "wrapped": wrapped,
        "underlined": underlined,
        "line": partial(wrapped, rest="   "),
    }
    environment.globals |= {"part": PART, "plain": plain}
    return environment
