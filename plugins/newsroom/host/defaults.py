"""Which of Pelican's settings the plugin needs, and which it only proposes."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from os.path import normpath
from pathlib import Path
from typing import Any

from pelican.settings import DEFAULT_CONFIG

from ..files import overrides
from ..model.settings import PELICANS, PREFIX
from ..reading import markdown_extension
from ..reading.scan import OUR_PLACES

# Python-Markdown finds it by its name, which differs between a checkout and the wheel.
MARKDOWN_EXTENSION = markdown_extension.__name__

# Which entries a feed of Pelican's may hold, and how it may be written.
_FEEDS = [
    f"{which}FEED_{form}"
    for which in ("", "CATEGORY_", "AUTHOR_", "TAG_", "TRANSLATION_")
    for form in ("ATOM", "RSS")
]

REQUIRED: dict[str, Any] = {
    # The plugin writes the feeds: Pelican's would give an entry another id, made of its
    # address and date, and only its first author.
    **dict.fromkeys((*_FEEDS, "FEED_ALL_ATOM", "FEED_ALL_RSS")),
    # Whether an entry is public is decided once, by the scan.
    "WITH_FUTURE_DATES": True,
    # Translations are paired by the names of our files.
    "ARTICLE_TRANSLATION_ID": None,
    # A folder's name is an incident's id, not a category.
    "USE_FOLDER_AS_CATEGORY": False,
    # A withdrawn body must not come back as its source.
    "OUTPUT_SOURCES": False,
    # Reading is cheap; a cache of Pelican's would hold what we have not set yet.
    "CACHE_CONTENT": False,
    "LOAD_CONTENT_CACHE": False,
    "CONTENT_CACHING_LAYER": "reader",
    # A picture called map.fr.png is no translation.
    "STATIC_LANG_URL": "{path}",
    "STATIC_LANG_SAVE_AS": "{path}",
    # Written by the plugin, also for an author without entries.
    "AUTHOR_URL": "authors/{slug}/",
    "AUTHOR_SAVE_AS": "",
    "AUTHORS_SAVE_AS": "",
    # Written by the plugin, with open incidents first.
    "INDEX_SAVE_AS": "index.html",
}

PROPOSED: dict[str, Any] = {
    "DEFAULT_CATEGORY": "News",
    "CATEGORY_URL": "categories/{slug}/",
    "CATEGORY_SAVE_AS": "categories/{slug}/index.html",
    "CATEGORIES_URL": "categories/",
    "CATEGORIES_SAVE_AS": "categories/index.html",
    "TAGS_URL": "tags/",
    "TAGS_SAVE_AS": "tags/index.html",
    "TAG_URL": "tags/{slug}/",
    "TAG_SAVE_AS": "tags/{slug}/index.html",
    "PAGE_URL": "{slug}/",
    "PAGE_SAVE_AS": "{slug}/index.html",
    "PAGE_LANG_URL": "{lang}/{slug}/",
    "PAGE_LANG_SAVE_AS": "{lang}/{slug}/index.html",
    "YEAR_ARCHIVE_URL": "{date:%Y}/",
    "YEAR_ARCHIVE_SAVE_AS": "{date:%Y}/index.html",
    "FILENAME_METADATA": r"(?P<slug>.+?)(?:\.(?P<lang>[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*))?$",
    # Pictures are copied because a public page uses them.
    "STATIC_PATHS": [],
}


def site_root(settings: Mapping[str, Any]) -> Path:
    """Return the folder that the content lies in, or that of the settings if it is another."""
    return Path(settings.get("NEWSROOM_ROOT") or Path(settings["PATH"]).absolute().parent)


def prepare(settings: MutableMapping[str, Any]) -> None:
    """Set what the plugin needs; propose the rest where a setting is Pelican's default.

    What the site overrides comes before the theme's. As a guest the plugin does nothing but keep
    Pelican out of the folders that are the newsroom's.
    """
    if settings.get(f"{PREFIX}POSTS") == PELICANS:
        for kind in ("ARTICLE", "PAGE", "STATIC"):
            # Pelican compares folders by how they are written: `incidents`, `./incidents`.
            paths = [str(path).rstrip("/") for path in settings[f"{kind}_PATHS"]]
            tops = [path for path in paths if normpath(path) == "."]
            folders = [f"{top}/{place}" if top else place for top in tops for place in OUR_PLACES]
            settings[f"{kind}_EXCLUDES"] = [*settings[f"{kind}_EXCLUDES"], *folders]
            settings[f"{kind}_PATHS"] = paths
        return
    settings.update(REQUIRED)
    for name, value in PROPOSED.items():
        if name not in settings or settings[name] == DEFAULT_CONFIG.get(name):
            settings[name] = value
    root = site_root(settings)
    if (templates := overrides(root, "templates")).is_dir():
        first = settings["THEME_TEMPLATES_OVERRIDES"]
        settings["THEME_TEMPLATES_OVERRIDES"] = [str(templates), *first]
    if (static := overrides(root, "static")).is_dir():
        settings["THEME_STATIC_PATHS"] = [*settings["THEME_STATIC_PATHS"], str(static)]
    settings["DIRECT_TEMPLATES"] = [
        name
        for name in settings["DIRECT_TEMPLATES"]
        if name not in ("index", "authors", "archives")
    ]
    extensions = settings["MARKDOWN"].setdefault("extensions", [])
    if MARKDOWN_EXTENSION not in extensions:
        extensions.append(MARKDOWN_EXTENSION)
