"""Addresses of this site that bodies write plainly: each leads to what a build makes.

Publishing has the last word, for it looks at the finished files. Here the same is said of
the source, at its line and with the remedy.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from urllib.parse import unquote, urljoin, urlsplit

from ..model.addresses import author_url, entry_url, file_of, goal_url, in_language, incident_url
from ..model.body import Body
from ..model.entry import Entry
from ..model.newsroom import Newsroom
from ..model.problems import Problem
from ..model.settings import Settings
from .urls import files_of_site, page_url

# Their files are named by the build, or by the theme.
_LEFT_TO_PUBLISHING = ("feeds/", "pagefind/", "theme/")
_TEMPLATE = re.compile(r"\{\{|\{%|\$\{|<%")
_ANYWHERE = "https://site.invalid/"


def check_addresses(
    newsroom: Newsroom,
    settings: Settings,
    used: frozenset[str],
    seen_from: Callable[[str], datetime | None],
) -> Iterator[Problem]:
    """A problem for each address of the site that leads to nothing.

    ``used`` are the files that are copied; ``seen_from`` says when readers see what is at a
    path, None if they never do: what it leads to must be there by then.
    """

    @cache
    def files(at: datetime | None) -> frozenset[str]:
        return used | files_of_site(newsroom.public(at) if at else newsroom, settings)

    for path, body, pages in _bodies(newsroom):
        for link in body.addresses:
            address = link.target.removeprefix(settings.site_url)
            # What a site below a folder of its host writes from the root is outside of it.
            found = [_file(address, page) for page in pages]
            if all(_is_there(file, files(seen_from(path)), settings) for file in found):
                continue
            hint = _hint(newsroom, path, address)
            said = " ".join(link.target.split())
            yield Problem(path, link.line, "link", f"{said} leads to nothing: {hint}")


def _bodies(newsroom: Newsroom) -> Iterator[tuple[str, Body, tuple[str, ...]]]:
    """What has such addresses: its path, its body, and the pages that show it."""
    for entry in newsroom.entries:
        if entry.body.addresses and not newsroom.withdrawal(entry):
            yield entry.path, entry.body, _pages(newsroom, entry)
    for page in newsroom.pages:
        yield page.path, page.body, (page_url(page),)
    for author in newsroom.authors:
        yield author.path, author.biography, (author_url(author.slug),)
    for goal in newsroom.goals:
        yield goal.path, goal.body, (goal_url(goal.slug),)


def _pages(newsroom: Newsroom, entry: Entry) -> tuple[str, ...]:
    own = entry_url(entry, newsroom.original_of(entry))
    if not entry.in_incident:
        return (own,)
    incident = incident_url(entry.incident)
    return own, in_language(incident, entry.lang) if entry.translates else incident


def _file(address: str, page: str) -> str:
    """The file that an address leads to from a page, relative to the site's root."""
    path = unquote(urlsplit(urljoin(f"{_ANYWHERE}{page}", address)).path)
    return file_of(path.lstrip("/"))


def _is_there(file: str, files: frozenset[str], settings: Settings) -> bool:
    if file in files or f"{file}/index.html" in files or file.startswith(_LEFT_TO_PUBLISHING):
        return True
    return any(pattern.fullmatch(file) for pattern in settings.other_files)


def _hint(newsroom: Newsroom, path: str, address: str) -> str:
    """What to write instead."""
    if _TEMPLATE.search(address):
        return "another generator would fill this in, ours does not: write the address itself"
    target = unquote(urlsplit(address).path)
    rooted = target.startswith("/")
    near = target[1:] if rooted else posixpath.join(posixpath.dirname(path), target)
    source = posixpath.normpath(near)
    if source in newsroom.statics:
        return f"write {{static}}/{source}, so that the file is copied"
    if source.endswith(".md"):
        return f"write {{filename}}/{source}, which becomes the address of its page"
    return (
        "write {filename}/posts/….md for a page, {static}/images/… for a file,"
        " or, for another site, its whole address, https://…"
    )
