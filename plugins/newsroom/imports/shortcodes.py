"""What WordPress makes of a post's text when it shows it: blocks, shortcodes, paragraphs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from pelican.tools.pelican_import import decode_wp_content

from .source import Notes
from .template_marks import EMBED, SHORTCODE, attributes

BLOCK = "import-block"

_BLOCK = re.compile(
    r"<!--\s+(?P<end>/)?wp:(?P<name>[a-z][\w/-]*)\s+(?P<json>\{.*?\}\s+)?(?P<void>/)?-->", re.S
)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_CODE = re.compile(r"<(pre|code)\b.*?</\1>", re.S | re.I)
_TAG = re.compile(
    r"(?P<open>\[?)\[(?P<end>/)?(?P<name>[A-Za-z][\w-]*)(?P<said>(?:\s[^\[\]]*)?)(?P<void>/)?\]"
    r"(?P<close>\]?)"
)
_CAPTION = re.compile(
    r"\[(?:wp_)?caption(?P<said>[^\]]*)\](?P<inner>.{0,20000}?)\[/(?:wp_)?caption\]", re.S
)
_PICTURE = re.compile(r"(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?", re.I)
_SOURCE = re.compile(
    r"\[(?P<name>(?:source)?code)(?P<said>[^\]]*)\](?P<inner>.*?)\[/(?P=name)\]", re.S
)
_EMBED = re.compile(r"\[embed[^\]]*\]\s*(https?://[^\s\[<]+)\s*\[/embed\]")
_ALONE = re.compile(r"^(?:<p>)?\s*(https?://[^\s<\"]+)\s*(?:</p>)?\s*$", re.M)
# Shortcodes of WordPress itself and of usual plugins; others are known by their attributes.
_KNOWN = frozenset(
    """
    audio video playlist gallery embed wp_caption caption contact-form contact-form-7 contact-field
    button youtube vimeo googlemaps slideshare soundcloud twitter tweet instagram facebook gist
    table form ninja_form gravityform wpforms mailchimp newsletter toc columns column row
    one_half one_third two_third tabs tab accordion toggle quote pullquote highlight dropcap
    divider spacer icon alert box note recent-posts archives sitemap latest-posts poll polldaddy
    more-link jetpack-related-posts jetpack_subscription_form
    """.split()
)
_PLAIN_BLOCKS = frozenset(
    """
    paragraph heading list list-item quote pullquote image gallery table code preformatted verse
    html separator spacer more nextpage columns column group freeform media-text cover buttons
    button embed file footnotes details missing audio video shortcode classic row stack
    """.split()
)


@dataclass(frozen=True)
class Attachment:
    """A file of the export: its address, what it shows, its caption, and the post that it is of."""

    url: str
    alt: str
    caption: str
    parent: str

    def __str__(self) -> str:
        picture = f'<img src="{escape(self.url)}" alt="{escape(self.alt)}">'
        return (
            f"<figure>{picture}<figcaption>{escape(self.caption)}</figcaption></figure>"
            if self.caption
            else f"<figure>{picture}</figure>"
        )


def posted_html(
    raw: str,
    notes: Notes,
    attachments: Mapping[str, Attachment],
    own: tuple[Attachment, ...],
    reusable: Mapping[str, str],
) -> str:
    """Return the HTML that a post's text stands for; ``own`` are the attachments of the post."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    stash: list[str] = []

    def put(html: str) -> str:
        stash.append(html)
        return f"\n\n\ue000{len(stash) - 1}\ue001\n\n"

    def source(found: re.Match[str]) -> str:
        said = attributes(found["said"])
        language = said.get("language") or said.get("lang") or ""
        inner = found["inner"].strip("\n")
        return put(f'<pre class="language-{escape(language)}">{escape(inner, quote=False)}</pre>')

    text = _SOURCE.sub(source, text)
    text = _CODE.sub(lambda found: put(found[0]).strip("\n"), text)
    has_blocks = bool(_BLOCK.search(text))
    text = _blocks(text, notes, reusable)
    text = _CAPTION.sub(lambda found: put(_figure(found)), text)
    text = _EMBED.sub(lambda found: put(_embedded(found[1], notes)), text)
    text = _ALONE.sub(lambda found: put(_embedded(found[1], notes)), text)
    text = _without_shortcodes(text, notes, put, attachments, own)
    text = re.sub(r"[ \t]{20,}", " ", _COMMENT.sub("", text))
    if not has_blocks:
        text = decode_wp_content(text)
        text = re.sub(r"<p>\s*(\ue000\d+\ue001)\s*</p>", r"\1", text)
    return _restored(text, stash)


def _restored(text: str, stash: list[str]) -> str:
    for _ in range(3):  # what was put aside may hold what was put aside before
        text = re.sub("\ue000(\\d+)\ue001", lambda found: stash[int(found[1])], text)
    return text


def _blocks(text: str, notes: Notes, reusable: Mapping[str, str]) -> str:
    """Take out the comments of blocks; report those that made their content when shown."""

    def block(found: re.Match[str]) -> str:
        name = found["name"].removeprefix("core/")
        try:
            said: Any = json.loads(found["json"] or "{}")
        except (ValueError, RecursionError):
            said = {}
        if name == "block" and str(said.get("ref")) in reusable:
            inner = reusable[str(said["ref"])]
            return _BLOCK.sub("", inner)  # one within another is none
        if not found["end"] and name.partition("/")[0] not in _PLAIN_BLOCKS:
            if name.startswith("embed") or not found["void"]:
                return ""
            notes(BLOCK, f"the block {name} is left out: write what it showed", found[0])
        return ""

    return _BLOCK.sub(block, text)


def _figure(found: re.Match[str]) -> str:
    said, inner = attributes(found["said"]), found["inner"].strip()
    picture = _PICTURE.search(inner)
    shown = picture[0] if picture else ""
    caption = (inner[: picture.start()] + inner[picture.end() :] if picture else inner).strip()
    caption = caption or said.get("caption", "")
    return f"<figure>{shown}<figcaption>{caption}</figcaption></figure>"


def _embedded(address: str, notes: Notes) -> str:
    notes(EMBED, f"an embed of {address} is a link now: say what it shows", address)
    shown = escape(address)
    return f'<p><a href="{shown}">{shown.partition("://")[2]}</a></p>'


def _without_shortcodes(
    text: str,
    notes: Notes,
    put: Callable[[str], str],
    attachments: Mapping[str, Attachment],
    own: tuple[Attachment, ...],
) -> str:
    """Do what shortcodes do where that is known, and leave out the others, not what they hold."""
    closed = {found["name"] for found in _TAG.finditer(text) if found["end"]}

    def tag(found: re.Match[str]) -> str:
        name, said = found["name"].lower(), attributes(found["said"])
        is_code = name in _KNOWN or said or found["name"] in closed or found["end"]
        if not is_code and not re.search("[_-]", name):
            return found[0]  # what an editor writes in brackets
        if found["open"] and found["close"]:
            return found[0][1:-1].replace("[", "&#91;")  # it is shown, not done
        if name == "gallery" and not found["end"]:
            wanted = [
                key.strip() for key in (said.get("ids") or said.get("include") or "").split(",")
            ]
            shown = [attachments[key] for key in wanted if key in attachments]
            if shown := shown or ([] if any(wanted) else list(own)):
                return put(f"<figure>{''.join(map(str, shown))}</figure>")
        if name in ("audio", "video") and not found["end"]:
            files = ("src", "mp4", "m4a", "mp3", "webm", "ogg", "ogv", "wav")
            if address := next((said[key] for key in files if key in said), ""):
                return put(f'<{name} src="{escape(address)}"></{name}>')
        if not found["end"]:
            what = "is left out; what it holds stays" if found["name"] in closed else "is left out"
            notes(SHORTCODE, f"{found[0][:80]} {what}: write what it showed", found[0])
        return ""

    return _TAG.sub(tag, text)
