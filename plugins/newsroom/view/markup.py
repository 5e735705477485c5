"""Changes the HTML of bodies: embeds citations, marks commitments, moves ids and headings."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from bs4.dammit import EntitySubstitution
from bs4.element import Tag
from bs4.formatter import HTMLFormatter
from markupsafe import Markup, escape

from ..language.words import Words
from ..reading.markdown_extension import ADVICE, BOX, CITE, KEPT, KEYS, QUOTE, TASK

_FORMATTER = HTMLFormatter(
    entity_substitution=EntitySubstitution.substitute_xml,
    void_element_close_prefix="",
    empty_attributes_are_booleans=True,
)
# Characters that XML and HTML forbid, but that a character reference can produce.
_NO_LETTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LONG_NUMBER = re.compile(r"&#\d{8,};?")
_HEADING = re.compile(r"^h[1-6]$")
_SECTION = f'<section class="{ADVICE}">'
_CITED = "data-citation"  # says which citation a figure shows
_LINKS = ("href", "src", "cite", "poster", "data")
# A link that may be relative.
_UNFINISHED = re.compile(rf"\b(?:{'|'.join(_LINKS)})\s*=(?!\"(?:https?://|mailto:|tel:))", re.I)
_NOTES = frozenset(("footnote", "footnote-ref"))
_REFERENCES = {"id", "for", "aria-labelledby", "aria-describedby"}


def set_in(
    html: str,
    figure: Callable[[str], str],
    place: Callable[[str], str],
    words: Words,
    lang: str,
    promises: bool,
) -> str:
    """Put citations into a body, and show its task lists in words.

    ``figure(stem)`` is the HTML of a citation's figure, ``place(stem)`` the URL
    of its place on the incident page. The words are set into a body in ``lang``.
    Where ``promises``, the tasks are commitments; elsewhere they are a list with boxes.
    """
    if CITE not in html and TASK not in html:
        return html
    soup = parse(html)
    for image in reversed(soup.find_all("img", src=re.compile(r"^\{cite\}"))):
        _replace_image(image, parse(figure(_stem(image, "src"))))
    for link in soup.find_all("a", href=re.compile(r"^\{cite\}")):
        link["href"] = place(_stem(link, "href"))
    for item in soup.find_all("li", attrs={TASK: True}):
        _show_task(item, words, lang, promises and not item.find_parent(QUOTE))
    return written(soup)


def embed(html: str, prefix: str, shift: int) -> str:
    """Make a body a part of a page of several bodies.

    Ids, and references to them, get ``prefix`` before them; headings move down
    by ``shift`` levels (``h6`` is the last).
    """
    if not html:
        return html
    soup = parse(html)
    for element in soup.find_all(True):
        for name in _REFERENCES & element.attrs.keys():
            element[name] = " ".join(prefix + part for part in str(element[name]).split())
        if str(element.get("href", "")).startswith("#"):
            element["href"] = f"#{prefix}{str(element['href'])[1:]}"
        if _HEADING.match(element.name):
            element.name = f"h{min(6, int(element.name[1]) + shift)}"
    return written(soup)


def advice_in(html: str) -> tuple[str, Markup]:
    """Return the heading of the advice in a body, as text, and what stands below it.

    Headings in it are then below one of level 2.
    """
    section = parse(html).find("section", class_=ADVICE)
    heading = section.find(_HEADING) if section else None
    if section is None or heading is None:
        return "", Markup()
    heading.extract()
    for lower in section.find_all(_HEADING):
        lower.name = f"h{max(3, int(lower.name[1]) - int(heading.name[1]) + 2)}"
    title = " ".join(heading.get_text().split())
    return title, Markup(section.decode_contents(formatter=_FORMATTER).strip())


def for_list(html: str) -> Markup:
    """Take out of HTML what has its place on one page: ids, what leads to them, headings, notes."""
    soup = parse(html)
    for element in soup.find_all(True):
        for name in _REFERENCES & element.attrs.keys():
            del element[name]
        if not _NOTES.isdisjoint(element.get_attribute_list("class")):
            (element.find_parent("sup") or element).extract()
        elif str(element.get("href", "")).startswith("#"):
            element.unwrap()
        elif _HEADING.match(element.name):
            element.name = "strong"
            element.wrap(soup.new_tag("p"))
    return Markup(written(soup))


def note_advice(html: str, note: str) -> str:
    """Put a note into the advice of a body, before its heading."""
    return html.replace(_SECTION, f"{_SECTION}{note}", 1)


def within_thread(html: str, advice: str, instead: Callable[[str], str]) -> str:
    """Take out of a body what stands elsewhere on the page of its thread.

    ``advice`` is HTML in the place of its advice, if not empty, and ``instead(id)`` that of a
    citation's figure, empty where the figure itself is to stand and to have that id.
    """
    if _CITED not in html and not (advice and _SECTION in html):
        return html
    soup = parse(html)
    section = soup.find("section", class_=ADVICE)
    if section and advice:
        place, heading = parse(advice), section.find(_HEADING)
        if heading and heading.has_attr("id") and place.p:  # a link of the body may lead to it
            place.p["id"] = str(heading["id"])
        section.replace_with(place)
    for figure in soup.find_all("figure", attrs={_CITED: True}):
        if link := instead(str(figure[_CITED])):
            figure.replace_with(parse(link))
        else:
            figure["id"] = str(figure[_CITED])
    return written(soup)


def figures_in(html: str) -> set[str]:
    """Return which citations the figures in a body show."""
    found = parse(html).find_all("figure", attrs={_CITED: True}) if _CITED in html else ()
    return {str(figure[_CITED]) for figure in found}


def absolute(html: str, base: str) -> str:
    """Make every link in a body absolute; ``base`` is the URL of its own page."""
    if not _UNFINISHED.search(html):  # most bodies: Pelican has made its links absolute
        return html
    soup = parse(html)
    for element in soup.find_all(True):
        for attribute in _LINKS:
            if attribute in element.attrs:
                element[attribute] = _joined(base, str(element[attribute]))
    return written(soup)


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url).replace(" ", "%20")
    except ValueError:  # a writer's own HTML may say anything
        return url


def parse(html: str) -> BeautifulSoup:
    """Parse a body, however odd a writer's own HTML is.

    Python's parser raises for an unknown ``<![``, and for a character reference of
    thousands of digits.
    """
    sound = _LONG_NUMBER.sub("\ufffd", html.replace("<![", "&lt;!["))
    return BeautifulSoup(sound, "html.parser")


def written(soup: BeautifulSoup) -> str:
    """Write a tree as HTML again."""
    html: str = soup.decode(formatter=_FORMATTER)
    return _NO_LETTERS.sub("", html)


def _stem(element: Tag, attribute: str) -> str:
    return str(element[attribute]).removeprefix(CITE)


def _replace_image(image: Tag, figure: BeautifulSoup) -> None:
    """Replace an image by a figure; in a paragraph, which may hold none, put it after that."""
    paragraph = image.find_parent("p")
    if paragraph is None:
        image.replace_with(figure)
        return
    image.extract()
    paragraph.insert_after(figure)
    if not paragraph.get_text(strip=True) and not paragraph.find(True):
        paragraph.extract()


def _show_task(item: Tag, words: Words, lang: str, promises: bool) -> None:
    """Replace a task's box by words, if it is a commitment, and show its dates in words."""
    kept, ours = item.attrs.pop(TASK) == KEPT, words.within(lang)
    for key in KEYS:
        for note in item.find_all("span", attrs={f"data-{key}": True}):
            said = _day_note(key, str(note[f"data-{key}"]), words)
            shown = Markup('<span class="commitment-day"{}>{}</span>').format(ours, said)
            note.replace_with(parse(shown))
    box = item.find("span", attrs={BOX: True})
    if box and promises:
        item["class"] = f"commitment commitment-{'kept' if kept else 'open'}"
        said = words.html("Kept:") if kept else words.html("Open:")
        mark = Markup('<strong class="commitment-mark"{}>{}</strong>').format(ours, said)
        box.replace_with(parse(mark))
    elif box:
        box.unwrap()


def _day_note(key: str, day: str, words: Words) -> Markup:
    """Return ``(due 1 May 2026)``; an impossible date is shown as it is written."""
    try:
        said = words.day(date.fromisoformat(day))
    except ValueError:
        return escape(f"({key} {day})")
    time = Markup('<time datetime="{}">{}</time>').format(day, said)
    if key == "done":
        return words.html("(done {day})", day=time)
    return words.html("(due {day})", day=time)
