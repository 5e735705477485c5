"""HTML of bodies: citations set in, commitments marked, ids and headings moved."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from bs4.dammit import EntitySubstitution
from bs4.element import NavigableString, Tag
from bs4.formatter import HTMLFormatter
from markdown import Markdown
from markupsafe import Markup

from ..language.words import Words
from .markdown_extension import CITE

_FORMATTER = HTMLFormatter(
    entity_substitution=EntitySubstitution.substitute_xml,
    void_element_close_prefix="",
    empty_attributes_are_booleans=True,
)
# What a character reference may have brought in, and XML and HTML forbid.
_NO_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LONG_NUMBER = re.compile(r"&#\d{8,};?")
_TASK = re.compile(r"^\s*\[(?P<mark>[ xX])\]\s+")
_TASK_ITEM = re.compile(r"<li>\s*(?:<p>)?\s*\[[ xX]\]")
_TASK_KEY = re.compile(r"(?:^|\s+)(?P<key>due|done):(?P<day>\S+)")
_HEADING = re.compile(r"^h[1-6]$")
_LINKS = ("href", "src", "cite", "poster", "data")
# A link that may not be whole yet.
_UNFINISHED = re.compile(
    rf"\b(?:(?:{'|'.join(_LINKS)})\s*=(?!\"(?:https?://|mailto:|tel:))|srcset\s*=)", re.I
)
_CANDIDATES = re.compile(r"(?<=[wx]),\s*|,\s+")
_REFERENCES = ("href", "for", "aria-labelledby", "aria-describedby")


def set_in(
    html: str,
    figure: Callable[[str], str],
    place: Callable[[str], str],
    words: Words | None,
    lang: str,
) -> str:
    """Set citations into a body and mark its task lists.

    ``figure(stem)`` is the HTML of a citation's figure, ``place(stem)`` the URL
    of its place on the incident page. With ``words``, the tasks are commitments,
    marked by them in a body in ``lang``; elsewhere they are a list with boxes.
    """
    if CITE not in html and not _TASK_ITEM.search(html):
        return html
    soup = parse(html)
    for image in soup.find_all("img", src=re.compile(r"^\{cite\}")):
        _replace_image(image, parse(figure(_stem(image, "src"))))
    for link in soup.find_all("a", href=re.compile(r"^\{cite\}")):
        link["href"] = place(_stem(link, "href"))
    for item in soup.find_all("li"):
        _mark_task(soup, item, words, lang)
    return written(soup)


def embed(html: str, prefix: str, shift: int) -> str:
    """The same body as a part of a page of several bodies.

    Ids, and references to them, get ``prefix`` before them; headings move down
    by ``shift`` levels (``h6`` is the last).
    """
    if not html:
        return html
    soup = parse(html)
    for element in soup.find_all(id=True):
        element["id"] = prefix + str(element["id"])
    for attribute in _REFERENCES:
        for element in soup.select(f"[{attribute}]"):
            value = str(element[attribute])
            if attribute != "href":
                element[attribute] = " ".join(prefix + part for part in value.split())
            elif value.startswith("#"):
                element["href"] = f"#{prefix}{value[1:]}"
    for heading in soup.find_all(_HEADING):
        heading.name = f"h{min(6, int(heading.name[1]) + shift)}"
    return written(soup)


def absolute(html: str, base: str) -> str:
    """The same body for readers elsewhere: every link in it whole, as seen from ``base``.

    ``base`` is the whole URL of the page that the body was written for.
    """
    if not _UNFINISHED.search(html):  # most bodies: Pelican has resolved what was its own
        return html
    soup = parse(html)
    for element in soup.find_all(True):
        for attribute in _LINKS:
            if attribute in element.attrs:
                element[attribute] = _joined(base, str(element[attribute]))
        if "srcset" in element.attrs:
            parts = [part.split(None, 1) for part in _CANDIDATES.split(str(element["srcset"]))]
            element["srcset"] = ", ".join(
                " ".join((_joined(base, url), *size)) for url, *size in filter(None, parts)
            )
    return written(soup)


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url).replace(" ", "%20")
    except ValueError:  # a writer's own HTML may say anything
        return url


def inline(text: str) -> str:
    """One line of Markdown as HTML, without a paragraph around it and without links.

    It stands on other pages than the one that its links were written for.
    """
    html: str = Markdown(output_format="html").convert(text)
    if "<a" not in html and "<img" not in html:
        return html.removeprefix("<p>").removesuffix("</p>")
    soup = parse(html.removeprefix("<p>").removesuffix("</p>"))
    for link in soup.find_all("a"):
        link.unwrap()
    for image in soup.find_all("img"):
        image.replace_with(str(image.get("alt", "")))
    return written(soup)


def parse(html: str) -> BeautifulSoup:
    """A body as a tree, whatever a writer's own HTML says.

    Python's parser raises for a ``<![`` that it does not know, and for a
    character's number of thousands of digits.
    """
    sound = _LONG_NUMBER.sub("\ufffd", html.replace("<![", "&lt;!["))
    return BeautifulSoup(sound, "html.parser")


def written(soup: BeautifulSoup) -> str:
    """A tree as HTML again."""
    html: str = soup.decode(formatter=_FORMATTER)
    return _NO_LETTERS.sub("", html)


def _stem(element: Tag, attribute: str) -> str:
    return str(element[attribute]).removeprefix(CITE)


def _replace_image(image: Tag, figure: BeautifulSoup) -> None:
    """Put a figure in an image's place, outside any paragraph: ``p`` may hold none."""
    paragraph = image.find_parent("p")
    if paragraph is None:
        image.replace_with(figure)
        return
    if image.parent is not paragraph:  # inside emphasis or a link, which cannot be split
        image.extract()
        paragraph.insert_after(figure)
        return
    after = Tag(name="p")
    for sibling in list(image.next_siblings):
        after.append(sibling.extract())
    image.extract()
    paragraph.insert_after(figure)
    last = paragraph.find_next_sibling("figure") or paragraph
    if after.get_text(strip=True) or after.find(True):
        last.insert_after(after)
    if not paragraph.get_text(strip=True) and not paragraph.find(True):
        paragraph.extract()


def _mark_task(soup: BeautifulSoup, item: Tag, words: Words | None, lang: str) -> None:
    """Turn ``[x] Text. due:2026-05-01`` into a marked list item, keys read out.

    Without ``words`` it is no promise, and gets a box. Only the item's own text
    counts, not that of code or of a list inside it.
    """
    own = [text for text in item.find_all(string=True) if _belongs(text, item)]
    first = next((text for text in own if text.strip()), None)
    found = _TASK.match(str(first)) if first is not None else None
    if first is None or found is None or first.parent not in (item, item.find("p")):
        return
    kept = found["mark"] != " "
    box = "" if words else "\u2611 " if kept else "\u2610 "
    unboxed = NavigableString(box + _TASK.sub("", str(first)))
    first.replace_with(unboxed)
    if words is None:
        return
    days: dict[str, str] = {}
    for text in [unboxed, *own[own.index(first) + 1 :]]:
        days |= {key["key"]: key["day"] for key in _TASK_KEY.finditer(str(text))}
        text.replace_with(NavigableString(_TASK_KEY.sub("", str(text))))
    item["class"] = f"commitment commitment-{'kept' if kept else 'open'}"
    mark = soup.new_tag("strong", attrs={"class": "commitment-mark"} | _spoken(words, lang))
    mark.string = words.say("Kept:") if kept else words.say("Open:")
    holder = item.find("p", recursive=False) or item
    holder.insert(0, mark)
    mark.insert_after(" ")
    notes = [_day_note(soup, key, days[key], words, lang) for key in ("done", "due") if key in days]
    inner = holder.find(["ul", "ol"], recursive=False)
    for note in notes:
        inner.insert_before(" ", note) if inner else holder.extend([" ", note])


def _belongs(text: NavigableString, item: Tag) -> bool:
    return text.find_parent("li") is item and text.find_parent("code") is None


def _spoken(words: Words, lang: str) -> dict[str, str]:
    """The attributes of our words in a body in another language."""
    other = words.lang.casefold() != lang.casefold()
    return {"lang": words.lang, "dir": words.direction} if other else {}


def _day_note(soup: BeautifulSoup, key: str, day: str, words: Words, lang: str) -> Tag:
    """``(due 1 May 2026)``; a day that there is not is shown as it is written."""
    note = soup.new_tag("span", attrs={"class": "commitment-day"} | _spoken(words, lang))
    try:
        said = words.day(date.fromisoformat(day))
    except ValueError:
        note.string = f"({key} {day})"
        return note
    time = Markup('<time datetime="{}">{}</time>').format(day, said)
    noted = (
        words.html("(done {day})", day=time)
        if key == "done"
        else words.html("(due {day})", day=time)
    )
    note.extend(list(parse(str(noted)).contents))
    return note
