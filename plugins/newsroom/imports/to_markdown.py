"""HTML to Markdown as this newsroom reads it: that of Python-Markdown, with its usual extensions.

What is text in the HTML stays text: nothing in it becomes an element, a reference such as
``{filename}`` or a placeholder.
"""

from __future__ import annotations

import re
from textwrap import indent
from typing import Any
from urllib.parse import quote

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from markdownify import ATX, MarkdownConverter, abstract_inline_conversion  # type: ignore[attr-defined]

BLOCKS = frozenset(
    """
    address article aside blockquote body dd details div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th
    thead tr ul [document]
    """.split()
)
LEVELS = ("h1", "h2", "h3", "h4", "h5", "h6")
INDENT = " " * 4

_SIGNS = re.compile(r"[\\`*]|(?<!\w)_|_(?!\w)|(?<=_)_|_(?=_)")
_REFERENCES = re.compile(r"[\[\]{<]|&(?=[#\w])")
_STATUS = re.compile(r"(\bstatus\s*):", re.I)  # which nothing below the header may set
_AT_START = re.compile(
    r"^[ ]*(?:[#>+-](?=\s|$|[#=~-])|=+$|:(?=\s)|~~~|\||\d+[.)](?=\s|$)|withdrawn\s*:)", re.M | re.I
)
_ALT = str.maketrans({"[": "(", "]": ")", "`": "'", "\\": "/", "*": "", "{": "(", "}": ")"})
_LANGUAGE = re.compile(r"(?:language|lang|brush:?)[-\s]([\w+#.-]+)")


def as_markdown(soup: BeautifulSoup) -> str:
    """Return a body that was made tidy as Markdown."""
    text = _Writer().convert_soup(soup)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def _escaped(text: str) -> str:
    """Return Markdown for a piece of text."""
    text = _SIGNS.sub(lambda found: f"\\{found[0]}", text)
    text = _REFERENCES.sub(lambda found: _reference(found[0]), text)
    return _STATUS.sub(lambda found: f"{found[1]}&#58;", text)


def _begun(text: str) -> str:
    """Return text of which no line begins with what Markdown takes for more than text."""
    return _AT_START.sub(lambda found: found[0][:-1] + _reference(found[0][-1]), text)


def _reference(sign: str) -> str:
    return {"<": "&lt;", ">": "&gt;", "&": "&amp;"}.get(sign) or f"&#{ord(sign)};"


def _as_html(tag: str) -> Any:
    return abstract_inline_conversion(lambda _self: f"<{tag}>")


def _indented(text: str) -> str:
    """Indent all lines but the first, as those of lists and footnotes are."""
    return re.sub(r"\n(?!\n|$)", f"\n{INDENT}", text.strip())


class _Writer(MarkdownConverter):
    class Options:
        heading_style = ATX
        bullets = "-"

    def process_text(self, el: NavigableString, parent_tags: set[str]) -> str:
        text: str = super().process_text(el, parent_tags)  # type: ignore[misc]
        if parent_tags & {"pre", "_noformat"}:
            return text
        text = re.sub(r"\s*\n\s*", " ", text)
        before: Any = el.previous_sibling
        if before is not None and before.name == "br":
            text = text.lstrip(" ")
        text = _escaped(text)
        return text.replace("|", "&#124;") if parent_tags & {"td", "th"} else text

    def escape(self, text: str, _parent_tags: set[str]) -> str:
        return text  # process_text knows where it stands

    convert_sub = _as_html("sub")
    convert_sup = _as_html("sup")
    convert_ins = _as_html("ins")
    convert_mark = _as_html("mark")
    convert_del = convert_s = convert_strike = _as_html("del")

    def convert_hN(self, n: int, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: N802
        text = " ".join(text.split())
        if "_inline" in parent_tags or not text:
            return text
        place = f" {{#{el['id']}}}" if el.get("id") else ""
        return f"\n\n{'#' * min(6, n)} {text}{place}\n\n"

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        is_numbered = el.parent is not None and el.parent.name == "ol"
        start = str((el.parent.get("start") if el.parent else "") or "1")
        first = int(start) if start.isdecimal() else 1
        mark = f"{first + len(el.find_previous_siblings('li'))}." if is_numbered else "-"
        line, end, rest = text.strip().partition("\n")
        inner = next((child for child in el.children if str(child).strip()), None)
        line = _begun(line) if isinstance(inner, NavigableString) else line
        return f"{mark} {_indented(line + end + rest)}\n"

    def convert_p(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = text.strip()
        if "_inline" in parent_tags:
            return f" {text} "
        if not el.get_text().strip():  # a gallery
            text = re.sub(r"(?<=[)>])\s+(?=!\[|<img)", "\n", text)
        elif not el.find(list(BLOCKS)):
            text = _begun(text)
        return f"\n\n{text}\n\n" if text else ""

    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        text = text.strip("\n").expandtabs(4)
        if not text.strip():
            return ""
        if parent_tags & {"li", "blockquote", "dd"}:  # where fences are not seen
            return f"\n\n{indent(text, INDENT)}\n\n"
        runs = re.findall(r"^[ ]*(`{3,})", text, re.M)
        fence = "`" * max([3, *(len(run) + 1 for run in runs)])
        named = [str(each.get("class") or "") for each in (el, *el.find_all("code", limit=1))]
        language = _LANGUAGE.search(re.sub(r"[\[\]',]", " ", " ".join(named)))
        return f"\n\n{fence}{language[1] if language else ''}\n{text}\n{fence}\n\n"

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        alt, source = str(el.get("alt") or ""), target(str(el.get("src") or ""))
        if not alt:
            return f'<img src="{source}" alt="">'
        title = str(el.get("title") or "").replace("&", "&amp;").replace('"', "&quot;")
        caption = f' "{title}"' if title else ""
        return f"![{plain(alt)}]({source}{caption})"

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        href = str(el.get("href") or "")
        if "_noformat" in parent_tags or not href or not text.strip():
            return text
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{before}[{text.strip()}]({target(href)}){after}"

    def convert_footnote(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"[^{el['name']}]"

    def convert_note(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return f"\n\n[^{el['name']}]: {_indented(text)}\n\n"


def plain(alt: str) -> str:
    """Return what a picture shows in letters that mean nothing to Markdown."""
    text = " ".join(alt.translate(_ALT).split())
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("_", "&#95;")


def target(address: str) -> str:
    """Return an address as it may stand in a link's parentheses."""
    return re.sub(r'[ ()<>"\[\]\\`*|]', lambda sign: quote(sign[0]), address.replace("\n", ""))
