"""A folder of Markdown: the posts of a site that Hugo, Jekyll, Zola or Eleventy makes."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from html import escape
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from .front_matter import ENDINGS, MarkdownFile, listed, read_front_matter, read_settings
from .generators import Site, find_site
from .odd_dates import date_in_address, read_odd_date
from .source import ImportedPost, Notes, Source
from .template_marks import Marks
from .tidy_html import text_of

_SKIPPED = frozenset(
    "node_modules vendor themes archetypes layouts public resources templates _site _layouts"
    " _includes _sass _data".split()
)
_POSTS = frozenset("post posts _posts _drafts blog blogs news articles press releases".split())
_DATED = re.compile(r"^(\d{4}-\d\d?-\d\d?)[-_](?=.)")
_LANG = re.compile(r"\.([a-z]{2,3}(?:-[A-Za-z]{2,4})?)$")
_PEOPLE = ("_data/authors", "data/authors", "_data/people", "data/people")
_ROLE = re.compile(
    r"\b(?:director|officer|manager|engineer|head|lead|editor|president|founder|chair|chief|"
    r"secretary|spokes\w+|analyst|developer|designer|ceo|cto|coo|cfo|writer|press|relations)\b",
    re.I,
)
_NAMES = re.compile(r"\s*,\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+")
_IMAGES = ("image", "featured_image", "feature_image", "cover", "thumbnail", "hero", "images")
_HEADING_ID = re.compile(
    r"(<h[1-6])>([^<]*(?:<(?!/h)[^<]*)*?)\s*\{:?\s*#([\w.-]+)[^}]*\}(?=</h)"
)  # ``## What we saw {#saw}``


def read_folder(folder: Path, shown: str, chosen: str, home: str, zone: tzinfo) -> Source:
    """Read the posts in a folder; ``shown`` is how messages name it.

    ``chosen`` is the folder of the posts below it; else those called so, or all that are dated.
    ``home`` is the site's address if its settings do not say it.
    """
    site = find_site(folder)
    found = _Folder(site, Notes(shown), home or site.home, site.zone(zone), _people(folder))
    posts = [post for path in found.texts(chosen) if (post := found.post(path))]
    if not chosen and any(map(_is_of_posts, posts)):
        rest = [post for post in posts if not _is_of_posts(post)]
        found.skipped.update(post.key.rpartition("/")[0] or "." for post in rest)
        posts = [post for post in posts if _is_of_posts(post)]
    if found.skipped:
        where = ", ".join(f"{name} ({number})" for name, number in found.skipped.most_common(5))
        where += f" and {len(found.skipped) - 5} more folders" if len(found.skipped) > 5 else ""
        what = "texts without a date, or outside the folder of posts, are left out"
        remedy = "write them in pages/, or name the folder of the posts with --posts"
        found.notes("import-page", f"{what}: {remedy}. In {where}")
    known = {post.key for post in posts}
    own = tuple(post for post in posts if not post.translates or post.translates in known)
    return Source(own, found.home, site.folders, found.roles, tuple(found.notes.found))


def _is_of_posts(post: ImportedPost) -> bool:
    return bool(_POSTS & set(post.key.split("/")[:-1]))


def _people(folder: Path) -> dict[str, Any]:
    """Return what the site's data say of its authors, by their short names."""
    files = (
        folder / f"{name}.{end}" for name in _PEOPLE for end in ("yml", "yaml", "json", "toml")
    )
    return {name: said for file in files for name, said in read_settings(file).items()}


@dataclass
class _Folder:
    """A folder that is read: ``people`` are what the site's data say of its authors."""

    site: Site
    notes: Notes
    home: str
    zone: tzinfo
    people: Mapping[str, Any]
    roles: dict[str, str] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)

    def texts(self, chosen: str) -> Iterator[str]:
        """Yield the Markdown files of a site, relative to it; none that leads out of it."""
        top = self.site.root
        for root, folders, names in os.walk(top / chosen):
            folders[:] = sorted(name for name in folders if name[0] != "." and name not in _SKIPPED)
            for name in sorted(names):
                file = Path(root, name)
                path = file.relative_to(top).as_posix()
                if not name.endswith(ENDINGS) or name.startswith((".", "_index.")):
                    continue
                if file.resolve().is_relative_to(top.resolve()):
                    yield path
                else:
                    message = "this is a link that leads out of the folder, and is not read"
                    self.notes.of(f"{self.notes.path}/{path}")("import-file", message)

    def post(self, path: str) -> ImportedPost | None:
        """Return the post in a file; None for what is none."""
        shown = f"{self.notes.path}/{path}"
        try:
            read = read_front_matter(self.site.root / path)
        except (ValueError, OSError) as error:
            message = f"this file {error}: mend it, and run this again"
            self.notes.of(shown)("import-file", message)
            return None
        folder, name = path.rpartition("/")[0], Path(path).stem
        named = _LANG.search(name)
        stem = name.removesuffix(named[0]) if named else name
        is_bundle = stem == "index"
        stem = folder.rpartition("/")[2] if is_bundle else stem
        dated = _DATED.match(stem)
        notes = Notes(shown, read.line, read.body) if read else Notes(shown)
        said = read.said if read else {}
        at = self._date(said, dated[1] if dated else "", notes)
        if read is None or at is None or not (said.get("title") or dated):
            self.skipped[folder or "."] += 1
            return None
        slug = str(said.get("slug") or (stem[dated.end() :] if dated else stem))
        in_folder, below = self.site.place(path)
        outside = below.rpartition("/")[0]
        outside = outside.rpartition("/")[0] if is_bundle else outside
        address = self.site.address(f"{outside}/{slug}".lstrip("/"), said, slug, at)
        prefix = named[1].lower() if named else in_folder
        address = f"/{prefix}{address}" if prefix else address
        changed = said.get("lastmod") or said.get("updated") or said.get("last_modified_at")
        categories = _labels(said, "categories", "category")
        return ImportedPost(
            key=path,
            notes=notes,
            title=text_of(str(said.get("title") or slug.replace("-", " ").capitalize())),
            html=self._html(read, notes),
            date=at,
            modified=read_odd_date(changed, self.zone)[0],
            authors=tuple(self._authors(said)),
            summary=text_of(_text(said, "summary", "description", "excerpt")),
            slug=slug,
            address=f"{self.home}{self.site.base}{address}" if self.home else address,
            aliases=tuple(listed(said, "aliases", "redirect_from")),
            feed_id=self._feed_id(address, slug),
            category=next(iter(categories), ""),
            tags=(*categories[1:], *_labels(said, "tags", "tag")),
            lang=prefix or _text(said, "lang", "language"),
            translates=self._original(path, named, in_folder, below),
            image=next(iter(listed(said, *_IMAGES)), "") or _image(said),
            image_alt=_text(said, "image_alt", "imagealt", "alt", "featured_image_alt"),
            held="it was a draft" if _is_draft(said, path) else "",
            beside=(self.site.root / path).parent,
        )

    def _date(self, said: Mapping[str, Any], in_name: str, notes: Notes) -> datetime | None:
        written = said.get("date") or said.get("publishdate") or said.get("created") or in_name
        at, remark = read_odd_date(written, self.zone)
        if remark:
            notes("import-date", f"{remark}: see that its Date is right")
        address = _text(said, "path", "url", "permalink")
        return at or date_in_address(address, self.zone)

    def _original(self, path: str, named: re.Match[str] | None, in_folder: str, below: str) -> str:
        """Return the text that a file translates, if any.

        For ``post.fr.md`` that is ``post.md`` beside it; for a text in the folder of a language
        the same one in the folder of the site's own.
        """
        ways: list[str] = []
        if named:
            stem = path.rpartition(".")[0].removesuffix(named[0])
            ways = [f"{stem}{end}" for end in ENDINGS]
        elif in_folder:
            ways = [f"{self.site.languages['']}/{below}"]
        return next((way for way in ways if (self.site.root / way).is_file()), "")

    def _authors(self, said: Mapping[str, Any]) -> Iterator[str]:
        """Yield who signs, and note the role that a text or the site's data give them."""
        written = said.get("authors") or said.get("author") or said.get("byline")
        for one in [written] if isinstance(written, str) else listed({"": written}, ""):
            names = [part for part in _NAMES.split(one) if part]
            if len(names) > 1 and _ROLE.search(names[1]):  # “Ada Quill, Head of Repairs”
                self.roles.setdefault(text_of(names[0]), text_of(one.partition(",")[2]))
                names = names[:1]
            for name in names:
                known = self.people.get(name.lower())
                if isinstance(known, dict):
                    name = _text(known, "name", "display_name") or name
                    if role := _text(known, "role", "position", "job", "title"):
                        self.roles.setdefault(text_of(name), text_of(role))
                yield text_of(name)

    def _feed_id(self, address: str, slug: str) -> str:
        """Return the id that the program's own feed gives a post; without a home none."""
        if self.site.program == "jekyll":
            address = f"{self.site.base}{address.rstrip('/').rpartition('/')[0]}/{slug}"
        return f"{self.home}{address}" if self.home else ""

    def _html(self, read: MarkdownFile, notes: Notes) -> str:
        """Return the HTML of a body: as CommonMark has it, which all these programs read."""
        texts = {name: str(value) for name, value in self.site.settings.items()
                 if isinstance(value, str | int)}  # fmt: skip
        values = {f"site.{name}": text for name, text in texts.items()} | {
            "site.url": self.home, "site.baseurl": self.site.base, "page.url": "",
        }  # fmt: skip
        text = Marks(notes, values).done(read.body)
        html: str = _commonmark().render(text)
        return _HEADING_ID.sub(r'\1 id="\3">\2', html)


def _is_draft(said: Mapping[str, Any], path: str) -> bool:
    return (
        str(said.get("draft")).lower() in ("true", "yes")
        or str(said.get("published")).lower() in ("false", "no")
        or str(said.get("status")).lower() in ("draft", "private", "hidden")
        or said.get("eleventyexcludefromcollections") is True
        or "_drafts" in path.split("/")
    )


def _text(said: Mapping[str, Any], *names: str) -> str:
    return next((said[name] for name in names if isinstance(said.get(name), str)), "")


def _image(said: Mapping[str, Any]) -> str:
    """Return the leading picture, where a key holds several things about it."""
    for name in _IMAGES:
        if isinstance(value := said.get(name), dict):
            return _text(value, "image", "src", "url", "path")
    return ""


def _labels(said: Mapping[str, Any], *names: str) -> list[str]:
    """Return categories or tags; with Zola they are in ``taxonomies``."""
    within = said.get("taxonomies")
    found = listed(said, *names) or listed(within if isinstance(within, dict) else {}, *names)
    return [text_of(name) for name in found]


def _commonmark() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": True, "linkify": True})
    reader.enable(["table", "strikethrough", "linkify"]).use(footnote_plugin).use(deflist_plugin)
    rules = {
        "ref": lambda name: f'<footnote name="{name}"></footnote>',
        "open": lambda name: f'<note name="{name}">',
        "close": lambda _name: "</note>",
    }
    for rule in ("ref", "open", "close", "block_open", "block_close", "anchor"):
        made = rules.get(rule, lambda _name: "")
        reader.add_render_rule(
            f"footnote_{rule}",
            lambda _self, tokens, index, _options, _env, made=made: made(_label(tokens[index])),
        )
    return reader


def _label(token: Any) -> str:
    label = token.meta.get("label") or token.meta.get("id", 0) + 1
    return escape(re.sub(r"[^\w-]", "-", str(label)))
