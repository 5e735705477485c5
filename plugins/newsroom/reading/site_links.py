"""Rules: plain addresses within the site, such as ``/docs/history/``, lead to something."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote, urljoin, urlsplit

from ..model import addresses as to
from ..model.author import Author, Goal
from ..model.entry import Entry
from ..model.keys import ContentFile
from ..model.newsroom import Newsroom, Page
from ..model.settings import Settings
from .rulebook import Checked, Finding, rule
from .slugs import label_slug
from .urls import files_of_pages, is_public, page_url, seen_at, used_files

# Their files are named by the build, or by the theme.
_LEFT_TO_PUBLISHING = ("feeds/", "pagefind/", "theme/")
# Where a guest's pages lie: all others are Pelican's.
_OURS = (to.INCIDENTS, to.AUTHORS, to.GOALS, to.CORRECTIONS, to.STATES_FOLDER)
_ANYWHERE = "https://site.invalid/"


@rule("link", "a plain address of this site, `/docs/history/` or `../other/`")
def _site_links(checked: Checked) -> Iterator[Finding]:
    newsroom, settings = checked.newsroom, checked.settings
    folders = tuple(f"{folder}/" for folder in settings.static_paths)
    copied = {path for path in newsroom.statics if f"{path}/".startswith(folders)}
    copied |= used_files(newsroom)
    # A draft may link to what is no more public than itself.
    files = cache(lambda at: _files(newsroom.public(at) if at else newsroom, settings) | copied)

    def leads_to_nothing(file: ContentFile, page: str, address: str) -> bool:
        found = unquote(urlsplit(urljoin(_ANYWHERE + page, address)).path).lstrip("/")
        at = seen_at(checked, file)
        there = files(at if is_public(checked, file, at) else None)
        return not (
            {to.file_of(found), f"{found}/index.html"} & there
            or found.startswith(_LEFT_TO_PUBLISHING)
            or (settings.is_guest and not found.startswith(_OURS))
            or any(pattern.fullmatch(to.file_of(found)) for pattern in settings.other_files)
        )

    for file, link in checked.links:
        address = link.target.removeprefix(settings.site_url)
        if link.what == "plain" and any(
            leads_to_nothing(file, page, address) for page in _pages(newsroom, file)
        ):
            hint = _hint(newsroom, file.path, address)
            yield file, link.line, f"{' '.join(link.target.split())} leads to nothing: {hint}"


def _files(newsroom: Newsroom, settings: Settings) -> set[str]:
    """Return the files that a newsroom's pages and lists are written to."""
    listed = [entry for entry in newsroom.entries if newsroom.is_listed(entry)]
    labels = {f"categories/{name}" for entry in listed for name in (entry.category,) if name}
    labels |= {f"categories/{settings.category}"} | {f"tags/{n}" for e in listed for n in e.tags}
    lists = {
        f"{kind}/{label_slug(name, settings)}/index.html"
        for kind, _, name in (label.partition("/") for label in labels)
    }
    return {*files_of_pages(newsroom, settings), *lists, "categories/index.html", "tags/index.html"}


def _pages(newsroom: Newsroom, file: ContentFile) -> tuple[str, ...]:
    """Return the pages that show the body of a file."""
    if isinstance(file, Author | Goal):
        return (to.author_url(file.slug) if isinstance(file, Author) else to.goal_url(file.slug),)
    if isinstance(file, Page):
        return (page_url(file),)
    assert isinstance(file, Entry), "nothing else has a body in Markdown"
    own, incident = to.entry_url(file, newsroom.original_of(file)), to.incident_url(file.incident)
    incident = to.in_language(incident, file.lang) if file.translates else incident
    return (own, incident) if file.in_incident else (own,)


def _hint(newsroom: Newsroom, path: str, address: str) -> str:
    """Say what to write instead."""
    target = unquote(urlsplit(address).path)
    near = target[1:] if target.startswith("/") else f"{posixpath.dirname(path)}/{target}"
    source = posixpath.normpath(near)
    if source in newsroom.statics:
        return f"write {{static}}/{source}, so that the file is copied"
    if source.endswith(".md"):
        return f"write {{filename}}/{source}, which becomes the address of its page"
    return (
        "write {filename}/posts/….md for a page, {static}/images/… for a file,"
        " or, for another site, its whole address, https://…"
    )
