"""HTML of others, made tidy: what this newsroom refuses is left out and reported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from ..model.letters import visible
from .source import Notes
from .template_marks import EMBED, squeezed
from .to_markdown import BLOCKS, LEVELS, as_markdown

RULE = "import-html"

PICTURE = "import-picture"
LINK = "import-link"

# What is left out whole, and what it is called. What leads somewhere becomes a link instead.
_REFUSED = {
    "script": "a script", "style": "a style sheet", "form": "a form", "input": "a field of a form",
    "button": "a button", "select": "a field of a form", "textarea": "a field of a form",
    "svg": "a drawing (SVG)", "math": "a formula (MathML)", "canvas": "a drawing",
    "applet": "a program", "frameset": "a frame", "dialog": "a dialogue",
}  # fmt: skip
_SILENT = ("noscript", "link", "meta", "base", "template", "title", "colgroup", "area", "map")
_EMBEDDED = ("iframe", "embed", "object", "video", "audio", "frame")
_LEADS = ("src", "data", "href", "data-src")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ue000-\uf8ff\ud800-\udfff]")
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-orig-file")
_TRACKS = "1x1 "
_DONE = "data-import-done"  # a link that was put in the place of something
LONGEST_TITLE = 500
DEEPEST = 200


@dataclass(frozen=True)
class Leads:
    """Where what a text names is to be found here, of addresses as they were written there.

    ``link`` returns the address to write, empty for none; ``picture`` the same of a file at hand.
    ``old`` returns where something was on the old site, as a whole address, or nothing.
    """

    link: Callable[[str, Notes], str]
    picture: Callable[[str, Notes], str]
    old: Callable[[str], str]


def convert(html: str, notes: Notes, leads: Leads) -> str:
    """Return the Markdown of a body; what could not be carried over goes into the notes."""
    html = squeezed(without_comments(_CONTROL.sub("", html)))
    html = re.sub(r"(?:<br\s*/?>\s*){10,}", "<br><br>", html)
    soup = BeautifulSoup(html, "html.parser")
    try:
        _check_depth(soup)
        _Tidying(soup, notes, leads).run()
        return as_markdown(soup)
    except RecursionError:
        notes(RULE, "its HTML is nested too deeply, so only its words came over: format it anew")
        words = BeautifulSoup(re.sub(r"<[^<>]*>", " ", html), "html.parser")
        return as_markdown(words).strip()


def _check_depth(soup: BeautifulSoup) -> None:
    """Raise RecursionError for HTML that is nested deeper than any writer nests it."""
    depths = {id(soup): 0}
    for tag in soup.find_all(True):
        depths[id(tag)] = depth = depths[id(tag.parent)] + 1
        if depth > DEEPEST:
            raise RecursionError


@dataclass(frozen=True)
class _Tidying:
    soup: BeautifulSoup
    notes: Notes
    leads: Leads

    def run(self) -> None:
        for text in self.soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
            text.extract()
        for name in _SILENT:
            for tag in self.soup.find_all(name):
                tag.decompose()
        for tag in self._each(*_EMBEDDED):
            self._embedded(tag)
        for tag in self._each(*_REFUSED):
            self.notes(RULE, f"{_REFUSED[tag.name]} is left out: write what it said, if need be",
                       f"<{tag.name}")  # fmt: skip
            tag.decompose()
        places = self._headings()
        for tag in self._each("img"):
            self._picture(tag)
        for tag in self._each("a"):
            self._link(tag, places)
        for tag in reversed([*self._each("figure")]):  # a gallery after its pictures
            self._figure(tag)
        for tag in self._each("table"):
            self._table(tag)
        for tag in self._each("blockquote", "div", "section", "article"):
            self._wrap_loose(tag)
        self._wrap_loose(self.soup)
        for tag in self._each("p"):
            self._split(tag)

    def _each(self, *names: str) -> Iterator[Tag]:
        """Yield the tags of some names that are still there."""
        for tag in self.soup.find_all(list(names)):
            if not tag.decomposed:
                yield tag

    def _embedded(self, tag: Tag) -> None:
        """Put a link in the place of what was embedded."""
        inner = tag.find(["source", "embed"])
        both = [tag, *([inner] if isinstance(inner, Tag) else [])]
        found = (str(each.get(name) or "") for each in both for name in _LEADS)
        wanted = next((address for address in found if address.strip()), "")
        address = self.leads.old(f"https:{wanted}" if wanted.startswith("//") else wanted)
        kind = {"video": "a video", "audio": "a recording"}.get(tag.name, "an embed")
        said = f"{kind} of {address or wanted or 'nowhere'}"
        remedy = "invoke docs content says how" if kind != "an embed" else "say what it shows"
        if address:
            link = self.soup.new_tag("a", attrs={"href": address, _DONE: ""})
            link.string = visible(str(tag.get("title") or "")) or address.partition("://")[2]
            tag.replace_with(link)
            self.notes(EMBED, f"{said} is a link now: {remedy}", wanted)
        else:
            tag.decompose()
            self.notes(EMBED, f"{said} is left out: {remedy}", wanted or f"<{tag.name}")

    def _headings(self) -> set[str]:
        """Let headings begin below the title, with the ids that are asked for; return these."""
        headings = self.soup.find_all(list(LEVELS))
        shift = any(tag.name == "h1" for tag in headings)
        asked = {unquote(str(tag["href"])[1:]) for tag in self.soup.select('a[href^="#"]')}
        for tag in headings:
            own = str(tag.get("id") or "") or _usual_id(tag.get_text())
            inner = {str(each.get("id") or each.get("name") or "") for each in tag.find_all(True)}
            wanted = next((name for name in (own, *sorted(inner)) if name in asked), "")
            tag.attrs = {"id": wanted} if re.fullmatch(r"[\w.-]+", wanted) else {}
            asked -= {wanted}  # a second place of that name is none
            if shift:
                tag.name = LEVELS[min(5, LEVELS.index(tag.name) + 1)]
        return {str(tag["id"]) for tag in headings if tag.get("id")}

    def _picture(self, tag: Tag) -> None:
        lazy = next((str(tag[name]) for name in _LAZY if tag.get(name)), "")
        wanted = (lazy or str(tag.get("src") or "")).strip()
        alt = visible(str(tag.get("alt") or ""))
        size = f"{tag.get('width')}x{tag.get('height')} "
        if not wanted or size == _TRACKS:
            tag.decompose()
            return
        address = self.leads.picture(wanted, self.notes)
        if not address:
            old = self.leads.old(wanted)
            if old and not tag.find_parent("a"):
                link = self.soup.new_tag("a", attrs={"href": old, _DONE: ""})
                link.string = alt or _name_of(old)
                tag.replace_with(link)
            else:
                tag.replace_with(alt or _name_of(wanted))
            return
        tag.attrs = {"src": address, "alt": alt, "title": visible(str(tag.get("title") or ""))}

    def _link(self, tag: Tag, places: set[str]) -> None:
        href = str(tag.get("href") or "").strip()
        if tag.has_attr(_DONE):
            return
        parent_picture = tag.find("img")
        if href.startswith("#"):
            if unquote(href[1:]) in places:
                tag.attrs = {"href": href}
                return
            if len(href) > 1 and tag.get_text().strip():
                self.notes(LINK, f"{href[:80]} names no heading of this text: link anew", href)
            tag.unwrap()
            return
        if isinstance(parent_picture, Tag) and self.leads.picture(href, Notes(self.notes.place)):
            tag.unwrap()  # it only leads to a larger one
            return
        address = self.leads.link(href, self.notes) if href else ""
        if not address or not (tag.get_text().strip() or parent_picture):
            tag.unwrap()
            return
        tag.attrs = {"href": address}

    def _figure(self, tag: Tag) -> None:
        """Make a figure a picture with a caption, or a gallery; of anything else take its parts."""
        captions = [
            each for each in tag.find_all("figcaption") if each.find_parent("figure") is tag
        ]
        caption = visible(" ".join(each.get_text() for each in captions))[:LONGEST_TITLE]
        pictures = [each for each in tag.find_all("img") if isinstance(each, Tag)]
        others = tag.find(["table", "pre", "blockquote", "iframe", "ul", "ol"])
        inner = tag.find_all("figure")
        for each in captions:
            each.extract()
        if len(pictures) == 1 and not others and not inner:
            picture = pictures[0].extract()
            if caption:
                picture["title"] = caption.replace("|", r"\|")
                picture["alt"] = picture.get("alt") or caption
            left = visible(tag.get_text())
            tag.name, tag.attrs = "p", {}
            tag.clear()
            tag.append(picture)
            if left:
                tag.insert_after(self._paragraph(left))
        elif caption:
            tag.insert_after(self._paragraph(caption, "em"))
            self._loosen(tag)
        else:
            self._loosen(tag)

    def _loosen(self, tag: Tag) -> None:
        """Take a figure apart; one that holds nothing but pictures is a gallery."""
        words = tag.get_text().strip()
        pictures = tag.find_all("img")
        if pictures and not words:
            gallery = self.soup.new_tag("p", attrs={"class": "gallery"})
            for each in pictures:
                gallery.append(each.extract())
                gallery.append("\n")
            tag.replace_with(gallery)
        else:
            tag.name = "div"

    def _paragraph(self, text: str, name: str = "") -> Tag:
        made = self.soup.new_tag("p")
        inner = self.soup.new_tag(name) if name else made
        inner.string = text
        if name:
            made.append(inner)
        return made

    def _table(self, tag: Tag) -> None:
        if inner := tag.find_all("table"):
            for each in inner:
                each.unwrap()
            self.notes(RULE, "a table within a table is taken apart: write it anew", "<table")
        if any(cell.get("rowspan", "1") != "1" or cell.get("colspan", "1") != "1"
               for cell in tag.find_all(["td", "th"])):  # fmt: skip
            self.notes(RULE, "cells that span others stand alone now: see to the table", "span=")
        rows = tag.find_all("tr")
        if not rows:
            tag.unwrap()

    def _wrap_loose(self, parent: Tag) -> None:
        """Put words that stand outside paragraphs into some."""
        run: list[Tag | NavigableString] = []
        for child in [*parent.contents, None]:
            is_block = isinstance(child, Tag) and (
                child.name in BLOCKS or child.find(lambda tag: tag.name in BLOCKS) is not None
            )
            if child is not None and not is_block:
                run.append(child)  # type: ignore[arg-type]
                continue
            if any(isinstance(each, Tag) or each.strip() for each in run):
                paragraph = self.soup.new_tag("p")
                run[0].insert_before(paragraph)
                for each in run:
                    paragraph.append(each.extract())
            run = []

    def _split(self, tag: Tag) -> None:
        """Give each picture with a caption a paragraph of its own, as figures need it."""
        pictures = tag.find_all("img", recursive=False)
        if tag.get_text().strip() or tag.find(["br", "a"]):
            for picture in pictures:
                picture["title"] = ""
        for each in tag.find_all("br", recursive=False):
            if not tag.get_text().strip():
                each.replace_with("\n")


def _usual_id(text: str) -> str:
    """Return the id that most programs give a heading."""
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text.strip().lower()))


def _name_of(address: str) -> str:
    return unquote(address.split("?")[0].rstrip("/").rpartition("/")[2])[:80] or "picture"


def text_of(html: str) -> str:
    """Return the words of a piece of HTML, such as a title or a summary, on one line."""
    if "<" not in html and "&" not in html:
        return visible(html)
    bare = without_comments(html)
    bare = re.sub(r"</?(?:p|br|div|li|h[1-6]|td)\b[^<>]*>", " ", bare, flags=re.I)
    bare = re.sub(r"</?[A-Za-z][^<>]*>", "", bare)
    soup = BeautifulSoup(bare.replace("<", "&lt;"), "html.parser")
    return visible(soup.get_text())


def without_comments(html: str, instead: Callable[[str], str] = lambda _comment: "") -> str:
    """Leave comments out, or put something in the place of each; in linear time."""
    parts, at = [], 0
    while (start := html.find("<!--", at)) >= 0 and (end := html.find("-->", start + 4)) >= 0:
        parts += [html[at:start], instead(html[start + 4 : end])]
        at = end + 3
    return "".join(parts) + html[at:].replace("<!--", "")
