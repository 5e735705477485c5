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
from .template_marks import EMBED, SHORTCODE, attributes, enclosed, squeezed
from .tidy_html import without_comments

BLOCK = "import-block"

_BLOCK = re.compile(
    r"\s+(?P<end>/)?wp:(?P<name>[a-z][\w/-]*)\s+(?P<json>\{.*\}\s+)?(?P<void>/)?", re.S
)
_CODE = re.compile(r"<(?P<name>pre|code)\b[^>]*>", re.I)
_TAG = re.compile(
    r"(?P<open>\[?)\[(?P<end>/)?(?P<name>[A-Za-z][\w-]*)(?P<said>(?:\s[^\[\]]*)?)(?P<void>/)?\]"
    r"(?P<close>\]?)"
)
_CAPTION = re.compile(r"\[(?P<name>(?:wp_)?caption)(?P<said>[^\[\]]*)\]")
_PICTURE = re.compile(r"(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?", re.I)
_SOURCE = re.compile(r"\[(?P<name>(?:source)?code)(?P<said>[^\[\]]*)\]")
_EMBED = re.compile(r"\[embed[^\]]*\]\s*(https?://[^\s\[<]+)\s*\[/embed\]")
_ALONE = re.compile(r"^(?:<p>)?[ \t]*(https?://[^\s<\"]+)[ \t]*(?:</p>)?[ \t]*$", re.M)
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
    text = squeezed(raw.replace("\r\n", "\n").replace("\r", "\n"))
    stash: list[str] = []

    def put(html: str) -> str:
        stash.append(html)
        return f"\n\n\ue000{len(stash) - 1}\ue001\n\n"

    def source(found: re.Match[str], inner: str) -> str:
        said = attributes(found["said"])
        language = escape(said.get("language") or said.get("lang") or "")
        code = escape(inner.strip("\n"), quote=False)
        return put(f'<pre class="language-{language}">{code}</pre>')

    def as_it_is(found: re.Match[str], inner: str) -> str:
        return put(f"{found[0]}{inner}</{found['name']}>").strip("\n")

    text = enclosed(_SOURCE, r"\[/NAME\]", text, source)
    text = enclosed(_CODE, "</NAME>", text, as_it_is)
    has_blocks = "<!-- wp:" in text
    text = _blocks(text, notes, reusable)
    text = enclosed(_CAPTION, r"\[/NAME\]", text, lambda *found: put(_figure(*found)))
    text = _EMBED.sub(lambda found: put(_embedded(found[1], notes)), text)
    text = _ALONE.sub(lambda found: put(_embedded(found[1], notes)), text)
    text = _without_shortcodes(text, notes, put, attachments, own)
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

    def block(comment: str) -> str:
        found = _BLOCK.fullmatch(comment)
        if not found:
            return ""
        name = found["name"].removeprefix("core/")
        try:
            said: Any = json.loads(found["json"] or "{}")
        except (ValueError, RecursionError):
            said = {}
        if name == "block" and str(said.get("ref")) in reusable:
            return without_comments(reusable[str(said["ref"])])
        is_plain = name.startswith("embed") or name.partition("/")[0] in _PLAIN_BLOCKS
        if found["void"] and not is_plain:
            notes(BLOCK, f"the block {name} is left out: write what it showed", comment)
        return ""

    return without_comments(text, block)


def _figure(found: re.Match[str], inner: str) -> str:
    said, inner = attributes(found["said"]), inner.strip()
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
