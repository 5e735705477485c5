"""Programs that make sites of Markdown: where each has its texts, files and addresses.

Hugo, Jekyll, Zola and Eleventy are known by their settings; Decap edits the files of any of them.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

SETTINGS = {
    "hugo": ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config/_default/hugo.toml",
             "config/_default/hugo.yaml", "config/_default/config.toml",
             "config/_default/config.yaml", "config.yaml", "config.yml", "config.json",
             "config.toml"),
    "jekyll": ("_config.yml", "_config.yaml", "_config.toml"),
}  # fmt: skip
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
_TOKEN = re.compile(r":([a-z_]+)")
_LARGEST = 2_000_000


@dataclass(frozen=True)
class Site:
    """A site of Markdown as its program sees it; ``zone`` is that of its dates without one."""

    root: Path
    program: str = "eleventy"
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def home(self) -> str:
        """The address of the site, if its settings say it."""
        names = {"hugo": "baseurl", "zola": "base_url", "jekyll": "url"}
        return str(self.settings.get(names.get(self.program, "url")) or "").rstrip("/")

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
        top = str(self.settings.get("contentdir") or top).strip("/")
        all_ = self.settings.get("languages")
        found = {"": top}
        for lang, said in all_.items() if isinstance(all_, dict) else ():
            own = _small(said).get("contentdir") if isinstance(said, dict) else None
            usual = str(self.settings.get("defaultcontentlanguage") or "en").lower()
            name = "" if str(lang).lower() == usual else str(lang).lower()
            if isinstance(own, str):
                found[name] = own.strip("/")
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
        named = self.settings.get("timezone")
        try:
            return ZoneInfo(named) if isinstance(named, str) and named else usual
        except (ValueError, OSError, KeyError):
            return usual

    def address(self, path: str, said: Mapping[str, Any], slug: str, date: datetime | None) -> str:
        """Return the path of a post's old address.

        ``path`` is that of its file below the content, without ending; ``said`` its header.
        """
        own = said.get("url") or said.get("permalink") or said.get("path")
        if isinstance(own, str) and own and "{" not in own:
            pattern = own if ":" in own and self.program == "jekyll" else ""
            if not pattern:
                return f"/{own.strip('/')}{'' if re.search(r'[.]html?$', own) else '/'}"
        elif self.program == "jekyll":
            pattern = str(self._permalink() or "date")
        else:
            pattern = self._of_section(path)
        if not pattern:
            folder = path.rpartition("/")[0]
            return "/" + "/".join(part for part in (folder, slug) if part) + "/"
        pattern = _JEKYLLS.get(pattern, pattern)
        filled = _TOKEN.sub(lambda found: self._token(found[1], path, said, slug, date), pattern)
        return "/" + re.sub("/{2,}", "/", filled).lstrip("/")

    def _permalink(self) -> object:
        collections = self.settings.get("collections")
        posts = collections.get("posts") if isinstance(collections, dict) else None
        own = posts.get("permalink") if isinstance(posts, dict) else None
        return own or self.settings.get("permalink")

    def _of_section(self, path: str) -> str:
        """Return Hugo's pattern for the section that a post is in."""
        all_ = self.settings.get("permalinks")
        patterns = all_.get("page", all_) if isinstance(all_, dict) else {}
        found = patterns.get(path.partition("/")[0], "") if isinstance(patterns, dict) else ""
        return str(found) if self.program == "hugo" else ""

    def _token(
        self, name: str, path: str, said: Mapping[str, Any], slug: str, date: datetime | None
    ) -> str:
        forms = {"year": "%Y", "month": "%m", "day": "%d", "y_day": "%j", "short_year": "%y",
                 "yearday": "%j", "i_month": "%m", "i_day": "%d", "monthname": "%B"}  # fmt: skip
        if name in forms:
            return date.strftime(forms[name]) if date else ""
        if name == "categories":
            labels = listed(said, "categories", "category")
            return "/".join(label.lower().replace(" ", "-") for label in labels)
        if name in ("section", "sections", "collection"):
            return path.partition("/")[0] if name == "section" else path.rpartition("/")[0]
        return {"output_ext": ".html"}.get(name, slug)


def find_site(folder: Path) -> Site:
    """Return the site in a folder, by the settings that its program leaves there."""
    for program, names in SETTINGS.items():
        for name in names:
            if (folder / name).is_file() and (settings := read_settings(folder / name)):
                if name.startswith("config/"):
                    settings |= _beside(folder / "config/_default")
                is_zola = "base_url" in settings and program == "hugo"
                return Site(folder, "zola" if is_zola else program, settings)
    if (folder / "_posts").is_dir():
        return Site(folder, "jekyll")
    return Site(folder, "hugo" if (folder / "archetypes").is_dir() else "eleventy")


def _beside(folder: Path) -> dict[str, Any]:
    """Return what Hugo's other files of settings say: ``languages.fr.toml`` and the like."""
    found: dict[str, Any] = {}
    for file in sorted(folder.iterdir()):
        name, _, lang = file.stem.partition(".")
        if name in ("languages", "permalinks") and (said := read_settings(file)):
            within = found.setdefault(name, {})
            within |= {lang: said} if lang else said
    return found


def _small(said: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in said.items()}


def read_settings(file: Path) -> dict[str, Any]:
    """Read a file of settings, its keys in small letters; nothing if it cannot be read."""
    try:
        text = file.read_text("utf-8-sig") if file.stat().st_size < _LARGEST else ""
        if file.suffix == ".toml":
            found: Any = tomllib.loads(text)
        elif file.suffix == ".json":
            found = json.loads(text)
        else:
            found = yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return {}
    return _small(found) if isinstance(found, dict) else {}


def listed(said: Mapping[str, Any], *names: str) -> list[str]:
    """Return the texts of the first of some keys that is there; one text may name several."""
    for name in names:
        value = said.get(name)
        if isinstance(value, str) and value.strip():
            parts = value.split(",") if "," in value else [value]
            return [part.strip() for part in parts if part.strip()]
        if isinstance(value, list | tuple) and value:
            return list(_texts(value))
    return []


def _texts(values: list[Any] | tuple[Any, ...]) -> Iterator[str]:
    for value in values:
        if isinstance(value, dict):
            value = value.get("name") or value.get("title")
        if isinstance(value, str | int | float) and str(value).strip():
            yield str(value).strip()
