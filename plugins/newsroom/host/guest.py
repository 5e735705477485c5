"""What a guest sees to, on a site whose articles and pages are Pelican's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pelican.generators import Generator, StaticGenerator

from ..files import files_in
from ..incremental.digests import of_texts
from ..model.addresses import INCIDENTS, file_of
from ..model.problems import Problem
from ..model.settings import Settings
from ..reading.rulebook import located
from ..reading.scan import OUR_PLACES, is_pelicans
from ..reading.urls import Taken, clashes_with, fixed_addresses
from ..reading.withheld import Places
from .edition import Edition, stopping

CONF = "pelicanconf.py"


def others_in(edition: Edition, context: Mapping[str, Any]) -> dict[str, str]:
    """Return the digests of what Pelican has read, by path; call it before our articles are made.

    Raises ContentError if any of it is a source of ours: it would be published whatever it says.
    """
    contents, places = context["generated_content"], Places.of(edition.content, edition.settings)
    folders = ", ".join(f"{place}/" for place in OUR_PLACES)
    ours = [path for path in contents if places.reason(edition.content / path)]
    if ours:
        message = (
            f"Pelican has read this as a page of its own, but {folders} and evidence/ are the"
            " newsroom's: let ARTICLE_PATHS, PAGE_PATHS and symbolic links lead elsewhere"
        )
        edition.stop(Problem(path, 1, "place", message) for path in sorted(ours))
    return {
        path: of_texts((found.url, found.save_as, found.status, found._content, _said(found)))
        for path, found in contents.items()
        if found
    }


def _said(found: Any) -> str:
    return str(sorted((name, str(value)) for name, value in found.metadata.items()))


def stop_at_dead_links(edition: Edition, context: Mapping[str, Any]) -> None:
    """Raise ContentError for each link of ours to a page that Pelican does not make."""
    contents, message = context["generated_content"], "is no page that Pelican makes: mend the name"
    dead = [
        Problem(file.path, link.line, "link", f"{{filename}}{link.target} {message}")
        for file, body in edition.newsroom.bodies
        for link in body.links
        if link.what == "filename"
        and is_pelicans(link.target_from(file.path), edition.settings)
        and not contents.get(link.target_from(file.path))
    ]
    if dead:
        edition.stop(dead)


def stop_at_taken_addresses(edition: Edition, context: Mapping[str, Any]) -> None:
    """Raise ContentError for each address of ours that Pelican has used; call it after that."""
    newsroom, settings, home = edition.newsroom, edition.settings, edition.content.name
    contents = context["generated_content"].items()
    sources = {
        each.save_as: path for path, each in contents if each and is_pelicans(path, settings)
    }
    files = {*files_in(edition.build.stage.folder), context["THEME_STATIC_DIR"]}
    files.update(each.save_as for each in context["staticfiles"])
    taken = Taken((file, sources.get(file, file)) for file in sorted(files))
    found = [each.below(home) for each in located("url", clashes_with(newsroom, taken))]
    for url, _ in fixed_addresses(newsroom, settings):
        if first := taken.by(file_of(url)):
            path = f"{home}/{first}" if first in sources.values() else CONF
            message = f"/{url} is the newsroom's, and {first} has it: give that another address"
            found.append(Problem(path, 1, "url", message))
    if found:
        raise stopping(found)


def keep_places(edition: Edition, context: Mapping[str, Any]) -> None:
    """Let files of ours be copied to their own paths, wherever Pelican puts those of the site."""
    for path, file in context["static_content"].items():
        if file and file.save_as != path and not is_pelicans(path, edition.settings):
            file.override_save_as = file.override_url = path


def with_incidents(items: list[Any], name: str, whole: str) -> list[Any]:
    """Return a menu with the incidents, whose whole URL is given, at its end.

    The item is written as the others are: some themes put the site's address before each. A menu
    that names the incidents, or has more than names and URLs, stays as it is.
    """
    if any(len(item) != 2 or str(item[1]).endswith(INCIDENTS) for item in items):
        return items
    within = [str(url) for _, url in items if not re.match(r"[\w+.-]+:|//", str(url))]
    path = urlsplit(whole).path
    if within and not within[0].startswith(path.removesuffix(INCIDENTS)):
        path = f"/{INCIDENTS}" if within[0].startswith("/") else INCIDENTS
    return [*items, (name, path if within else whole)]


def keep_out(generators: Iterable[Generator]) -> None:
    """Leave what is ours out of a part of the site that another plugin builds by itself."""
    for each in (each for each in generators if isinstance(each, StaticGenerator)):
        places = Places.of(Path(each.path), Settings.read(each.settings))
        each.context["staticfiles"][:] = [
            file for file in each.context["staticfiles"] if not places.reason(file.source_path)
        ]
