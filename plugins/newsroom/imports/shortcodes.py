"""What WordPress makes of a post's text when it shows it: blocks, shortcodes, paragraphs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from pelican.tools.pelican_import import decode_wp_content

from .source import EMBED, Notes
from .template_marks import SHORTCODE, Stash, attributes
from .tidy_html import without_comments

_BLOCK = re.compile(
    r"<!--\s+/?wp:(?:core/)?(?P<name>[a-z][\w/-]*)\s+(?P<json>\{.*?\}\s+)?(?P<void>/)?-->", re.S
)
_CODE = re.compile(r"<(pre|code)\b[^>]*>.*?</\1>", re.S | re.I)
_SOURCE = re.compile(r"\[((?:source)?code)(?P<said>[^\[\]]*)\](?P<inner>.*?)\[/\1\]", re.S)
_CAPTION = re.compile(r"\[((?:wp_)?caption)(?P<said>[^\[\]]*)\](?P<inner>.*?)\[/\1\]", re.S)
_TAG = re.compile(
    r"(?P<open>\[?)\[(?P<end>/)?(?P<name>[A-Za-z][\w-]*)(?P<said>(?:\s[^\[\]]*)?)/?\]"
    r"(?P<close>\]?)"
)
_PICTURE = re.compile(r"(?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?", re.I)
_EMBED = re.compile(r"\[embed[^\]]*\]\s*(https?://[^\s\[<]+)\s*\[/embed\]")
_ALONE = re.compile(r"^(?:<p>)?[ \t]*(https?://[^\s<\"]+)[ \t]*(?:</p>)?[ \t]*$", re.M)
# Shortcodes that stand alone, in one word; others are known by attributes or by their end.
_KNOWN = frozenset("gallery playlist audio video toc sitemap archives divider spacer".split())
_RECORDINGS = ("src", "mp4", "m4a", "mp3", "webm", "ogg", "ogv", "wav")


@dataclass(frozen=True)
class Attachment:
    """A file of the export: its address, what it shows, its caption, and the post that it is of."""

    url: str
    alt: str
    caption: str
    parent: str

    def __str__(self) -> str:
        picture = f'<img src="{escape(self.url)}" alt="{escape(self.alt)}">'
        caption = f"<figcaption>{escape(self.caption)}</figcaption>" if self.caption else ""
        return f"<figure>{picture}{caption}</figure>"


@dataclass(frozen=True)
class Shown:
    """What WordPress shows a text with.

    ``attachments`` and ``reusable`` blocks are by their ids, ``own`` the attachments of the post.
    """

    notes: Notes
    attachments: Mapping[str, Attachment] = field(default_factory=dict)
    own: tuple[Attachment, ...] = ()
    reusable: Mapping[str, str] = field(default_factory=dict)
    stash: Stash = field(default_factory=Stash)

    def html(self, raw: str) -> str:
        """Return the HTML that a post's text stands for."""
        text = raw.replace("\r\n", "\n").replace("\r", "\n")
        text = _SOURCE.sub(self._source, text)
        text = _CODE.sub(lambda found: self._put(found[0]).strip("\n"), text)
        has_blocks = "<!-- wp:" in text
        text = without_comments(_BLOCK.sub(self._block, text))
        text = _CAPTION.sub(self._figure, text)
        text = _EMBED.sub(self._embedded, text)
        text = _ALONE.sub(self._embedded, text)
        closed = {found["name"] for found in _TAG.finditer(text) if found["end"]}
        text = _TAG.sub(lambda found: self._tag(found, found["name"] in closed), text)
        if not has_blocks:
            text = decode_wp_content(text)
            text = re.sub(r"<p>\s*(\ue000\d+\ue001)\s*</p>", r"\1", text)
        return self.stash.back(text)

    def _put(self, html: str) -> str:
        """Put HTML aside, as a block of its own."""
        return f"\n\n{self.stash.put(html)}\n\n"

    def _source(self, found: re.Match[str]) -> str:
        said = attributes(found["said"])
        language = escape(said.get("language") or said.get("lang") or "")
        code = escape(found["inner"].strip("\n"), quote=False)
        return self._put(f'<pre class="language-{language}">{code}</pre>')

    def _block(self, found: re.Match[str]) -> str:
        """Take out the comment of a block; report one that made its content when shown."""
        name = found["name"]
        reused = re.search(r'"ref":\s*(\d+)', found["json"] or "")
        if name == "block" and reused and reused[1] in self.reusable:
            return without_comments(self.reusable[reused[1]])
        if found["void"] and name != "footnotes":
            message = f"the block {name} is left out: write what it showed"
            self.notes("import-block", message, found[0])
        return ""

    def _figure(self, found: re.Match[str]) -> str:
        inner = found["inner"].strip()
        picture = _PICTURE.search(inner)
        shown = picture[0] if picture else ""
        caption = inner.replace(shown, "", 1).strip()
        caption = caption or attributes(found["said"]).get("caption", "")
        return self._put(f"<figure>{shown}<figcaption>{caption}</figcaption></figure>")

    def _embedded(self, found: re.Match[str]) -> str:
        address = found[1]
        self.notes(EMBED, f"an embed of {address} is a link now: say what it shows", address)
        shown = escape(address)
        return self._put(f'<p><a href="{shown}">{shown.partition("://")[2]}</a></p>')

    def _tag(self, found: re.Match[str], has_end: bool) -> str:
        """Do what a shortcode does where that is known; else leave it out, not what it holds."""
        name, said = found["name"].lower(), attributes(found["said"])
        if not (name in _KNOWN or said or has_end or re.search("[_-]", name)):
            return found[0]  # what an editor writes in brackets
        if found["open"] and found["close"]:
            return found[0][1:-1].replace("[", "&#91;")  # it is shown, not done
        if found["end"]:
            return ""
        if name == "gallery" and (shown := self._gallery(said.get("ids") or said.get("include"))):
            return self._put(f"<figure>{''.join(map(str, shown))}</figure>")
        recording = next((said[key] for key in _RECORDINGS if key in said), "")
        if name in ("audio", "video") and recording:
            return self._put(f'<{name} src="{escape(recording)}"></{name}>')
        what = "is left out; what it holds stays" if has_end else "is left out"
        self.notes(SHORTCODE, f"{found[0][:80]} {what}: write what it showed", found[0])
        return ""

    def _gallery(self, ids: str | None) -> list[Attachment]:
        if not ids:
            return list(self.own)
        keys = (key.strip() for key in ids.split(","))
        return [self.attachments[key] for key in keys if key in self.attachments]


def with_footnotes(html: str, written: str) -> str:
    """Return a text with the notes that WordPress keeps beside it, as JSON."""
    notes = json.loads(written) if "data-fn=" in html and written else []
    for number, note in enumerate(notes, 1):
        sign = rf'<sup[^>]*data-fn="{re.escape(note["id"])}"[^>]*>.*?</sup>'
        html = re.sub(sign, f'<footnote name="{number}"></footnote>', html, flags=re.S)
        html += f'<note name="{number}">{note["content"]}</note>'
    return html
