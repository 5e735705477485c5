"""HTML of others, made tidy: what this newsroom refuses is left out and reported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import unquote

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

from ..model.letters import visible
from .leading import Leads
from .source import EMBED, LINK, Notes
from .to_markdown import BLOCKS, LEVELS, as_markdown

HTML = "import-html"

# What is left out whole; what leads somewhere becomes a link instead.
_REFUSED = tuple(
    "script style form input button select textarea svg math canvas applet frameset dialog".split()
)
_SILENT = ("noscript", "link", "meta", "base", "template", "title", "colgroup", "area", "map")
_BOXES = ("div", "section", "article", "aside", "main", "header", "footer", "nav", "center",
          "details", "summary", "address", "fieldset")  # fmt: skip
_EMBEDDED = ("iframe", "embed", "object", "video", "audio", "frame")
_LEADS = ("src", "data", "href", "data-src")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ue000-\uf8ff\ud800-\udfff]")
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-orig-file")
_DONE = "data-import-done"  # a link that was put in the place of something
_BREAK = re.compile(r"</?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|blockquote|pre)\b[^<>]*>", re.I)
_WITHIN_WORDS = re.compile(
    r"</?(?:a|abbr|b|big|cite|code|del|em|font|i|img|ins|kbd|mark|q|s|small|span|strike|strong|"
    r"su[bp]|tt|u)\b[^<>]*>",
    re.I,
)


def convert(html: str, leads: Leads) -> str:
    """Return the Markdown of a body; what could not be carried over goes into its notes."""
    soup = BeautifulSoup(without_comments(_CONTROL.sub("", html)), "html.parser")
    _Tidying(soup, leads).run()
    try:
        return as_markdown(soup)
    except RecursionError:
        leads.notes(
            HTML, "its HTML is nested too deeply, so only its words came over: format it anew"
        )
        return as_markdown(BeautifulSoup(escape(soup.get_text(" ")), "html.parser"))


@dataclass(frozen=True)
class _Tidying:
    soup: BeautifulSoup
    leads: Leads

    @property
    def notes(self) -> Notes:
        return self.leads.notes

    def run(self) -> None:
        for text in self.soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
            text.extract()
        for name in _SILENT:
            for tag in self.soup.find_all(name):
                tag.decompose()
        for tag in self._each(*_EMBEDDED):
            self._embedded(tag)
        for tag in self._each(*_REFUSED):
            message = f"<{tag.name}> is left out: write what it said, if need be"
            self.notes(HTML, message, f"<{tag.name}")
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
        for tag in self._each("blockquote", *_BOXES):
            tag.name = "div" if tag.name in _BOXES else tag.name
            self._wrap_loose(tag)
        self._wrap_loose(self.soup)

    def _each(self, *names: str) -> Iterator[Tag]:
        """Yield the tags of some names that are still there."""
        for tag in self.soup.find_all(list(names)):
            if not tag.decomposed:
                yield tag

    def _embedded(self, tag: Tag) -> None:
        """Put a link in the place of what was embedded."""
        both = [tag, *tag.find_all(["source", "embed"], limit=1)]
        found = (str(each.get(name) or "").strip() for each in both for name in _LEADS)
        wanted = next(filter(None, found), "")
        address = self.leads.old(f"https:{wanted}" if wanted.startswith("//") else wanted)
        kind = {"video": "a video", "audio": "a recording"}.get(tag.name, "an embed")
        remedy = "invoke docs content says how" if kind != "an embed" else "say what it shows"
        what = "is a link now" if address else "is left out"
        said = f"{kind} of {address or wanted or 'nowhere'} {what}: {remedy}"
        self.notes(EMBED, said, wanted or f"<{tag.name}")
        if address:
            words = visible(str(tag.get("title") or "")) or address.partition("://")[2]
            tag.replace_with(self._to(address, words))
        else:
            tag.decompose()

    def _to(self, address: str, words: str) -> Tag:
        """Make a link to an address of the old site."""
        link = self.soup.new_tag("a", attrs={"href": address, _DONE: ""})
        link.string = words
        return link

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
        if not wanted or (tag.get("width"), tag.get("height")) == ("1", "1"):
            tag.decompose()  # nothing that is seen
        elif address := self.leads.picture(wanted):
            title = visible(str(tag.get("title") or ""))
            tag.attrs = {"src": address, "alt": alt, "title": title}
        elif (old := self.leads.old(wanted)) and not tag.find_parent("a"):
            tag.replace_with(self._to(old, alt or _name_of(old)))
        else:
            tag.replace_with(alt or _name_of(wanted))

    def _link(self, tag: Tag, places: set[str]) -> None:
        href = str(tag.get("href") or "").strip()
        has_words, picture = tag.get_text().strip(), tag.find("img")
        address = ""
        if tag.has_attr(_DONE):
            address = href
        elif href.startswith("#"):
            address = href if unquote(href[1:]) in places else ""
            if not address and has_words and len(href) > 1:
                self.notes(LINK, f"{href[:80]} names no heading of this text: link anew", href)
        elif picture and self.leads.is_picture(href):
            pass  # it only leads to a larger one
        elif href:
            address = self.leads.link(href)
        if address and (has_words or picture):
            tag.attrs = {"href": address}
        else:
            tag.unwrap()

    def _figure(self, tag: Tag) -> None:
        """Make a figure a picture with a caption, or a gallery; of anything else take its parts."""
        captions = [
            each.extract()
            for each in tag.find_all("figcaption")
            if each.find_parent("figure") is tag
        ]
        caption = visible(" ".join(each.get_text() for each in captions))
        pictures = tag.find_all("img")
        others = tag.find(["table", "pre", "blockquote", "ul", "ol"])
        shown = self.soup.new_tag("p")
        if len(pictures) == 1 and not others and caption:
            for link in (link for each in captions for link in each.find_all("a")):
                said = f"a caption has no links, so that to {link.get('href')} is left out"
                self.notes(LINK, f"{said}: link in the text")
            pictures[0]["title"] = caption.replace("|", r"\|")
            pictures[0]["alt"] = pictures[0].get("alt") or caption
        elif caption:
            words = self.soup.new_tag("em")
            for each in captions:
                words.extend(each.contents[:])
            for block in words.find_all(list(BLOCKS)):
                block.unwrap()
            tag.insert_after(words)
            words.wrap(self.soup.new_tag("p"))
        is_linked = tag.find("a") is not None
        is_shown = len(pictures) == 1 or (pictures and not tag.get_text().strip())
        if is_shown and not others and (caption or not is_linked):
            for picture in pictures:
                for link in picture.find_parents("a"):
                    said = f"a picture of a figure leads nowhere, so that to {link['href']}"
                    self.notes(LINK, f"{said} is left out: link in the text")
                shown.extend([picture.extract(), " "])
            tag.insert(0, shown)
        tag.name = "div"

    def _table(self, tag: Tag) -> None:
        if inner := tag.find_all("table"):
            for each in inner:
                each.unwrap()
            self.notes(HTML, "a table within a table is taken apart: write it anew", "<table")
        if any(cell.get("rowspan", "1") != "1" or cell.get("colspan", "1") != "1"
               for cell in tag.find_all(["td", "th"])):  # fmt: skip
            self.notes(HTML, "cells that span others stand alone now: see to the table", "span=")
        for caption in tag.find_all("caption"):
            caption.name = "p"
            tag.insert_before(caption.extract())
        if not tag.find("tr"):
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


def _usual_id(text: str) -> str:
    """Return the id that most programs give a heading."""
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", text.strip().lower()))


def _name_of(address: str) -> str:
    return unquote(address.split("?")[0].rstrip("/").rpartition("/")[2])[:80] or "picture"


def text_of(html: str) -> str:
    """Return the words of a piece of HTML, such as a title or a summary, on one line."""
    bare = _BREAK.sub(" ", without_comments(html))
    return visible(unescape(_WITHIN_WORDS.sub("", bare)))


def without_comments(html: str) -> str:
    """Leave comments out, which programs write for themselves."""
    return re.sub(r"<!--.*?-->", "", html, flags=re.S)
