"""Files rendered from templates: plain text, Atom feeds, sitemaps, the checker to keep."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from xml.sax.saxutils import escape

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from ..language.words import Words
from ..model.addresses import VERIFY_FILES
from ..view.entry_view import EntryView
from ..view.incident_view import IncidentView
from .feeds import Feed, feed_html, feed_tags
from .prose import plain, underlined, wrapped
from .site import Site

TEMPLATES = Path(__file__).parent.parent / "templates"
STATIC = TEMPLATES.parent / "static"
PART = "\f"  # stands between two parts; no text that is wrapped has it
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def page_text(templates: Environment, site: Site, page: EntryView | IncidentView) -> bytes:
    """Write an entry or a whole thread, and whom to contact; UTF-8."""
    name = "incident" if isinstance(page, IncidentView) else "entry"
    text = templates.get_template(f"newsroom/{name}.txt").render({name: page, "site": site})
    parts = (part.strip("\n") for part in text.split(PART))
    return ("\n\n".join(filter(None, parts)) + "\n").encode("utf-8")


def write_atom(templates: Environment, site: Site, feed: Feed) -> bytes:
    """Write a feed as an Atom document, UTF-8."""

    def html_of(entry: EntryView) -> Markup:
        return Markup(escape(feed_html(entry)))  # quotation marks stay, so that links end at them

    return xml(templates, "feed.atom.xml", site=site, feed=feed, html_of=html_of, tags_of=feed_tags)


def write_checker(templates: Environment, words: Words) -> bytes:
    """Write the checker of signatures as one file, which holds nothing of any site."""
    script, style = ((STATIC / name).read_text("utf-8") for name in VERIFY_FILES)
    page = templates.get_template("newsroom/checker.html")
    return page.render(script=script, style=style, words=words).lstrip().encode("utf-8")


def xml(templates: Environment, name: str, **said: object) -> bytes:
    """Render an XML template as UTF-8, without the characters that XML forbids."""
    text = templates.get_template(f"newsroom/{name}").render(said) + "\n"
    return _NOT_IN_XML.sub("", text).encode("utf-8")


def text_templates(bytecode: BytecodeCache | None) -> Environment:
    """Return the templates of all these files; ``bytecode`` keeps them compiled."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["xml", "html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=bytecode,
    )
    line = partial(wrapped, rest="   ")
    environment.filters |= {"wrapped": wrapped, "underlined": underlined, "line": line}
    environment.globals |= {"part": PART, "plain": plain}
    return environment
