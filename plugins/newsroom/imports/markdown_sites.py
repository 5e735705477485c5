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

from ..model.problems import Problem
from .front_matter import ENDINGS, MarkdownFile, read_front_matter
from .generators import Site, find_site, listed, read_settings
from .odd_dates import date_in_address, read_odd_date
from .source import ImportedPost, Notes, Place, Source
from .template_marks import Marks
from .tidy_html import text_of

SKIPPED = frozenset(
    "node_modules vendor themes archetypes layouts _site public resources _layouts _includes"
    " _sass _data templates".split()
)
POSTS = frozenset("post posts _posts _drafts blog blogs news articles press releases".split())
_DATED = re.compile(r"^(\d{4}-\d\d?-\d\d?)[-_](?=.)")
_LANG = re.compile(r"\.([a-z]{2,3}(?:-[A-Za-z]{2,4})?)$")
_ROLE = re.compile(
    r"\b(?:director|officer|manager|engineer|head|lead|editor|president|founder|chair|chief|"
    r"secretary|spokes\w+|analyst|developer|designer|ceo|cto|coo|cfo|writer|press|relations)\b",
    re.I,
)


@dataclass
class _Folder:
    site: Site
    shown: str
    chosen: str
    zone: tzinfo
    roles: dict[str, str] = field(default_factory=dict)
    people: Mapping[str, Any] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    notes: list[Problem] = field(default_factory=list)


def read_folder(folder: Path, shown: str, chosen: str, home: str, zone: tzinfo) -> Source:
    """Read the posts in a folder; ``shown`` is how messages name it.

    ``chosen`` is the folder of the posts below it; else those called so, or all that are dated.
    ``home`` is the site's address if its settings do not say it.
    """
    site = find_site(folder)
    found = _Folder(site, shown, chosen, site.zone(zone), people=_people(folder))
    home = home or site.home
    posts = tuple(post for path in _texts(folder, found) if (post := _post(path, found, home)))
    if not chosen and any(_is_of_posts(post.key) for post in posts):
        rest = [post for post in posts if not _is_of_posts(post.key)]
        found.skipped.update(post.key.rpartition("/")[0] or "." for post in rest)
        posts = tuple(post for post in posts if _is_of_posts(post.key))
    for name, number in sorted(found.skipped.items()):
        what = "text is no post" if number == 1 else "texts are no posts"
        message = f"{number} {what} (without a date, or outside the folder of posts), and left out"
        remedy = "write them in pages/, or name the folder of the posts with --posts"
        place = Place(f"{shown}/{name}" if name != "." else shown)
        found.notes.append(place.note("import-page", f"{message}: {remedy}"))
    known = {post.key for post in posts}
    posts = tuple(post for post in posts if not post.translates or post.translates in known)
    return Source(posts, home, site.folders, found.roles, tuple(found.notes))


def _texts(folder: Path, found: _Folder) -> Iterator[str]:
    """Yield the Markdown files of a site, relative to it; none that leads out of it."""
    top = folder.resolve()
    start = (folder / found.chosen) if found.chosen else folder
    for root, folders, names in os.walk(start):
        inside = Path(root).relative_to(folder).as_posix()
        folders[:] = sorted(
            name for name in folders if name not in SKIPPED and not name.startswith(".")
        )
        for name in sorted(names):
            path = name if inside == "." else f"{inside}/{name}"
            if not name.endswith(ENDINGS) or name.startswith((".", "_index.")):
                continue
            if (folder / path).resolve().is_relative_to(top):
                yield path
            else:
                message = "this is a link that leads out of the folder, and is not read"
                found.notes.append(Place(f"{found.shown}/{path}").note("import-file", message))


def _is_of_posts(path: str) -> bool:
    return bool(POSTS & set(path.split("/")[:-1]))


def _post(path: str, found: _Folder, home: str) -> ImportedPost | None:
    """Return the post in a file; None for what is none."""
    place = Place(f"{found.shown}/{path}")
    try:
        read = read_front_matter(found.site.root / path)
    except (ValueError, OSError) as error:
        message = f"this file {error}: mend it, and run this again"
        found.notes.append(place.note("import-file", message))
        return None
    said = read.said if read else {}
    name = Path(path).stem
    folder, named = path.rpartition("/")[0], _LANG.search(name)
    in_folder, below = found.site.place(path)
    own = str(said.get("lang") or said.get("language") or "")
    lang = named[1].lower() if named else own or in_folder
    stem = name[: named.start()] if named else name
    bundle = stem == "index"
    stem = folder.rpartition("/")[2] if bundle else stem
    dated = _DATED.match(stem)
    slug = str(said.get("slug") or (stem[dated.end() :] if dated else stem))
    outside = below.rpartition("/")[0].rpartition("/")[0] if bundle else below.rpartition("/")[0]
    notes = Notes(Place(place.path, read.line if read else 1, read.body if read else ""))
    at = _date(said, dated[1] if dated else "", found, notes)
    if read is None or at is None or not (said.get("title") or dated):
        found.skipped[folder or "."] += 1
        return None
    address = found.site.address(f"{outside}/{slug}".lstrip("/"), said, slug, at)
    changed, _ = read_odd_date(
        said.get("lastmod") or said.get("updated") or said.get("last_modified_at"), found.zone
    )
    held = "it was a draft" if _is_draft(said, path) else ""
    prefix = named[1].lower() if named else in_folder
    address = f"/{prefix}{address}" if prefix else address
    whole = f"{home}{found.site.base}{address}" if home else address
    return ImportedPost(
        key=path,
        place=notes.place,
        title=text_of(str(said.get("title") or slug.replace("-", " ").capitalize())),
        html=_html(read, found.site, notes, home),
        date=at,
        modified=changed,
        authors=tuple(_authors(said, found)),
        summary=text_of(_text(said, "summary", "description", "excerpt")),
        slug=slug,
        address=whole,
        aliases=tuple(listed(said, "aliases", "redirect_from")),
        feed_id=_feed_id(found.site, home, address, slug),
        category=next(iter(_labels(said, "categories", "category")), ""),
        tags=(*_labels(said, "categories", "category")[1:], *_labels(said, "tags", "tag")),
        lang=lang,
        translates=_original(found.site, path, named) or _first(found.site, in_folder, below),
        image=_image(said),
        image_alt=_text(said, "image_alt", "imagealt", "alt", "featured_image_alt"),
        held=held,
        beside=(found.site.root / path).parent,
        notes=tuple(notes),
    )


def _original(site: Site, path: str, named: re.Match[str] | None) -> str:
    """Return the text that a file translates: ``post.fr.md`` the ``post.md`` beside it."""
    stem = path.rpartition(".")[0].removesuffix(named[0]) if named else ""
    ways = (f"{stem}{end}" for end in ENDINGS) if stem else ()
    return next((way for way in ways if (site.root / way).is_file()), "")


def _first(site: Site, lang: str, below: str) -> str:
    """Return the same text in the folder of the site's own language."""
    way = f"{site.languages['']}/{below}" if lang else ""
    return way if way and (site.root / way).is_file() else ""


def _date(said: Mapping[str, Any], in_name: str, found: _Folder, notes: Notes) -> datetime | None:
    written = said.get("date") or said.get("publishdate") or said.get("created") or in_name
    at, remark = read_odd_date(written, found.zone)
    if remark:
        notes("import-date", f"{remark}: see that its Date is right")
    for name in ("path", "url", "permalink"):
        at = at or date_in_address(str(said.get(name) or ""), found.zone)
    return at


def _is_draft(said: Mapping[str, Any], path: str) -> bool:
    no = (False, "false", "no")
    return (
        said.get("draft") in (True, "true", "yes")
        or said.get("published") in no
        or str(said.get("status", "")).lower() in ("draft", "private", "hidden")
        or "_drafts" in path.split("/")
        or said.get("eleventyexcludefromcollections") is True
    )


def _text(said: Mapping[str, Any], *names: str) -> str:
    return next((str(said[name]) for name in names if isinstance(said.get(name), str)), "")


def _image(said: Mapping[str, Any]) -> str:
    names = ("image", "featured_image", "feature_image", "cover", "thumbnail", "hero", "images")
    for name in names:
        value = said.get(name)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, dict):
            value = value.get("image") or value.get("src") or value.get("url") or value.get("path")
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _labels(said: Mapping[str, Any], *names: str) -> list[str]:
    """Return categories or tags; with Zola they are in ``taxonomies``."""
    taxonomies = said.get("taxonomies")
    within = taxonomies if isinstance(taxonomies, dict) else {}
    return [text_of(name) for name in listed(said, *names) or listed(within, *names)]


def _authors(said: Mapping[str, Any], found: _Folder) -> Iterator[str]:
    """Yield who signs, and note the role that a text or the site's data give them."""
    written = said.get("authors") or said.get("author") or said.get("byline")
    names = listed(said, "authors", "author", "byline")
    if isinstance(written, dict):
        names = listed({"author": [written]}, "author")
    if isinstance(written, str):
        name, _, rest = written.partition(",")
        if _ROLE.search(rest):
            found.roles.setdefault(text_of(name), text_of(rest))
            names = [name]
        else:
            names = [part for each in names for part in re.split(r"\s+(?:and|&)\s+", each)]
    for name in names:
        known = found.people.get(name, found.people.get(name.lower()))
        if isinstance(known, dict):
            role = _text(known, "role", "position", "job", "jobtitle", "title")
            name = _text(known, "name", "display_name", "displayname") or name
            if role:
                found.roles.setdefault(text_of(name), text_of(role))
        if name := text_of(name):
            yield name


def _people(folder: Path) -> dict[str, Any]:
    """Return what the site's data say of its authors, by their short names."""
    found: dict[str, Any] = {}
    for name in ("_data/authors", "data/authors", "_data/people", "data/people", "_data/author"):
        for ending in (".yml", ".yaml", ".json", ".toml"):
            if (folder / f"{name}{ending}").is_file():
                found |= read_settings(folder / f"{name}{ending}")
    return found


def _feed_id(site: Site, home: str, address: str, slug: str) -> str:
    """Return the id that the program's own feed gives a post; without a site's address none."""
    if not home:
        return ""
    if site.program == "jekyll":
        return f"{home}{site.base}{address.rstrip('/').rpartition('/')[0]}/{slug}"
    return f"{home}{address}"


def _html(read: MarkdownFile, site: Site, notes: Notes, home: str) -> str:
    """Return the HTML of a body: as CommonMark has it, which all these programs read."""
    values = {"site.url": home, "site.baseurl": site.base, "site.title": "", "page.url": ""}
    values |= {f"site.{key}": str(value) for key, value in site.settings.items()
               if isinstance(value, str | int)}  # fmt: skip
    values["site.url"] = home
    text = Marks(notes, values).done(read.body)
    text = re.sub(r"<!--\s*more\s*-->", "", text, flags=re.I)
    html: str = _reader().render(text)
    return re.sub(
        r"(<h[1-6])>([^<]*(?:<(?!/h)[^<]*)*?)\s*\{:?\s*#([\w.-]+)[^}]*\}(?=</h)",
        r'\1 id="\3">\2',
        html,
    )


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": True, "linkify": True})
    reader.enable(["table", "strikethrough", "linkify"]).use(footnote_plugin).use(deflist_plugin)

    def reference(_self: Any, tokens: Any, index: int, _options: Any, _env: Any) -> str:
        return f'<footnote name="{_label(tokens[index])}"></footnote>'

    def note(_self: Any, tokens: Any, index: int, _options: Any, _env: Any) -> str:
        return f'<note name="{_label(tokens[index])}">'

    def none(*_given: Any) -> str:
        return ""

    reader.add_render_rule("footnote_ref", reference)
    reader.add_render_rule("footnote_open", note)
    reader.add_render_rule("footnote_close", lambda *_given: "</note>")
    for name in ("footnote_block_open", "footnote_block_close", "footnote_anchor"):
        reader.add_render_rule(name, none)
    return reader


def _label(token: Any) -> str:
    return escape(re.sub(r"[^\w-]", "-", str(token.meta.get("label") or token.meta["id"] + 1)))
