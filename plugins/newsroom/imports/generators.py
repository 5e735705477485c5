"""Programs that make sites of Markdown: where each has its texts, files and addresses.

Hugo, Jekyll, Zola and Eleventy are known by their settings; Decap edits the files of any of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from .front_matter import in_small_letters, listed, read_settings

_JEKYLL = ("_config.yml", "_config.yaml", "_config.toml")
_HUGO = tuple(
    f"{folder}{name}.{ending}"
    for name in ("hugo", "config")
    for folder in ("", "config/_default/")
    for ending in ("toml", "yaml", "yml", "json")
)
_HOME = {"hugo": "baseurl", "zola": "base_url"}
_STATIC = {
    "hugo": ("static", "assets", "content", ""),
    "jekyll": ("",),
    "zola": ("static", "content"),
    "eleventy": ("", "src", "public", "static", "content"),
}
_JEKYLLS = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title.html",
    "none": "/:categories/:title.html",
}
_DATES = {"year": "%Y", "short_year": "%y", "month": "%m", "monthname": "%B", "day": "%d",
          "y_day": "%j", "yearday": "%j"}  # fmt: skip


@dataclass(frozen=True)
class Site:
    """A site of Markdown as its program sees it."""

    root: Path
    program: str = "eleventy"
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def home(self) -> str:
        """The address of the site, if its settings say it."""
        return str(self.settings.get(_HOME.get(self.program, "url")) or "").rstrip("/")

    @property
    def base(self) -> str:
        """The path that the addresses of a Jekyll site begin with."""
        return str(self.settings.get("baseurl") or "") if self.program == "jekyll" else ""

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where files lie that the site copies as they are."""
        folders = (self.root / name for name in _STATIC[self.program])
        return tuple(folder for folder in folders if folder.is_dir())

    @property
    def languages(self) -> dict[str, str]:
        """The folders of texts by language, of Hugo; that of the site itself has no name."""
        top = "content" if self.program in ("hugo", "zola") else ""
        found = {"": str(self.settings.get("contentdir") or top).strip("/")}
        usual = str(self.settings.get("defaultcontentlanguage") or "en").lower()
        for lang, said in in_small_letters(self.settings.get("languages")).items():
            if isinstance(folder := in_small_letters(said).get("contentdir"), str):
                found["" if lang == usual else lang] = folder.strip("/")
        return found

    def place(self, path: str) -> tuple[str, str]:
        """Return the language that a file's folder says, if any, and its path below that folder."""
        folders = sorted(self.languages.items(), key=lambda one: len(one[1]), reverse=True)
        for lang, folder in folders:
            if folder and path.startswith(f"{folder}/"):
                return lang, path[len(folder) + 1 :]
        return "", path

    def zone(self, usual: tzinfo) -> tzinfo:
        """Return the zone of dates that name none."""
        try:
            return ZoneInfo(str(self.settings["timezone"]))
        except (KeyError, ValueError, OSError):
            return usual

    def address(self, path: str, said: Mapping[str, Any], slug: str, date: datetime | None) -> str:
        """Return the path of a post's old address.

        ``path`` is that of its file below the content, without ending; ``said`` its header.
        """
        folder = path.rpartition("/")[0]
        own = said.get("url") or said.get("permalink") or said.get("path")
        own = own if isinstance(own, str) and "{" not in own else ""
        if own and not (":" in own and self.program == "jekyll"):
            return f"/{own.strip('/')}{'' if re.search(r'[.]html?$', own) else '/'}"
        pattern = own or self._pattern(path.partition("/")[0]) or f"/{folder}/:slug/"
        labels = listed(said, "categories", "category")
        known = {name: date.strftime(form) if date else "" for name, form in _DATES.items()} | {
            "categories": "/".join(label.lower().replace(" ", "-") for label in labels),
            "section": path.partition("/")[0],
            "sections": folder,
            "collection": folder,
            "output_ext": ".html",
        }
        pattern = _JEKYLLS.get(pattern, pattern)
        filled = re.sub(":([a-z_]+)", lambda found: known.get(found[1], slug), pattern)
        return "/" + re.sub("/{2,}", "/", filled).lstrip("/")

    def _pattern(self, section: str) -> str:
        """Return the pattern of the addresses in a section."""
        if self.program == "jekyll":
            collections = in_small_letters(self.settings.get("collections"))
            own = in_small_letters(collections.get("posts")).get("permalink")
            return str(own or self.settings.get("permalink") or "date")
        patterns = in_small_letters(self.settings.get("permalinks"))
        if isinstance(patterns.get("page"), dict):
            patterns = in_small_letters(patterns["page"])
        return str(patterns.get(section.lower()) or "") if self.program == "hugo" else ""


def find_site(folder: Path) -> Site:
    """Return the site in a folder, by the settings that its program leaves there."""
    for program, names in (("hugo", _HUGO), ("jekyll", _JEKYLL)):
        for name in names:
            if settings := read_settings(folder / name):
                if "base_url" in settings:
                    return Site(folder, "zola", settings)
                return Site(folder, program, settings | _beside((folder / name).parent))
    if (folder / "_posts").is_dir():
        return Site(folder, "jekyll")
    return Site(folder, "hugo" if (folder / "archetypes").is_dir() else "eleventy")


def _beside(folder: Path) -> dict[str, Any]:
    """Return what Hugo's other files of settings say: ``languages.fr.toml`` and the like."""
    found: dict[str, Any] = {}
    for file in sorted(folder.glob("languages*.*")) + sorted(folder.glob("permalinks.*")):
        name, _, lang = file.stem.partition(".")
        said = read_settings(file)
        found.setdefault(name, {}).update({lang: said} if lang else said)
    return found
