"""Where links of the old site lead here: to posts, to files at hand, or to where they led."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from ..model.attachment import PICTURES
from .at_hand import Files, NotTakenError
from .planning import Planned
from .source import ImportedPost, Notes, joined, same_host, split
from .template_marks import SOURCE
from .tidy_html import LINK, PICTURE, Leads

_DAY = re.compile(r"^\d{4}-\d\d?-\d\d?-")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_OPENED = ("mailto:", "tel:")


@dataclass
class Addresses:
    """The old addresses of all posts, and the files at hand.

    ``shown`` are the paths of what is public. ``asked`` are those that the text which was read
    last leads to.
    """

    home: str
    site_url: str
    files: Files
    shown: set[str]
    posts: dict[str, Planned] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def add(self, planned: Planned) -> None:
        """Remember where a post was."""
        post = planned.post
        for written in (post.address, *post.aliases):
            if path := split(written).path.strip("/"):
                self.posts.setdefault(_usual(path), planned)
        name = post.key.rpartition("/")[2].rpartition(".")[0]
        for key in (post.key, post.key.rpartition(".")[0], name, _DAY.sub("", name)):
            self.posts.setdefault(f"{SOURCE}{key.lower()}", planned)

    def of(self, post: ImportedPost) -> Leads:
        """Return where what a post names is to be found."""
        base = joined(f"{self.home}/", post.address) if self.home else post.address
        return Leads(
            lambda written, notes: self._link(written, base, post, notes),
            lambda written, notes: self._picture(written, base, post, notes),
            lambda written: self._old(joined(base, written.strip())),
        )

    def _picture(self, written: str, base: str, post: ImportedPost, notes: Notes) -> str:
        """Return where a picture is in the content folder; empty, and noted, if it is not."""
        if written.startswith("data:"):
            notes(PICTURE, "a picture stands in the text itself: save it as a file", written[:40])
            return ""
        whole = joined(base, written)
        path, why = self._file(whole, written, post)
        if path.endswith(PICTURES):
            return f"{{static}}/{path}"
        shown = (self._old(whole) or written)[:100]
        why = why or "is not at hand: put it where --files finds it, and run this again"
        notes(PICTURE, f"the picture {shown} {why}", written)
        return ""

    def _file(self, whole: str, written: str, post: ImportedPost) -> tuple[str, str]:
        """Return where a file is in the content folder, or why it is not there.

        It is looked for as it was written, and by its address.
        """
        known = self.files.ledger.addresses
        for address in dict.fromkeys((written, whole)):
            try:
                if path := self.files.take(address, post.beside):
                    known[whole or written] = path
                    return path, ""
            except NotTakenError as error:
                return "", str(error)
        path = known.get(whole or written, "")  # of a run that had it at hand
        return path if path and (self.files.content / path).is_file() else "", ""

    def _old(self, whole: str) -> str:
        """Return an address of the old site, which is still there; nothing of any other."""
        parts = split(whole)
        is_ours = self.site_url and whole.startswith(self.site_url)
        return whole if parts.scheme in ("http", "https") and parts.netloc and not is_ours else ""

    def _link(self, written: str, base: str, post: ImportedPost, notes: Notes) -> str:
        if written.lower().startswith(_OPENED):
            return written
        if found := self._source(written.partition("#")[0], post):
            return self._page(found, written, notes)
        written = written.removeprefix(SOURCE)
        whole = joined(base, written)
        parts = split(whole)
        if parts.scheme not in ("", "http", "https") or not (parts.netloc or parts.path):
            notes(LINK, f"{written[:80]} leads nowhere that is safe: the link is left out", written)
            return ""
        if parts.netloc and not same_host(whole, self.home):
            return whole
        by_query = self.posts.get(f"{SOURCE}{whole.lower()}")  # ``?p=12``, as WordPress has it
        if found := self.posts.get(_usual(parts.path)) or by_query:
            return self._page(found, written, notes)
        path, why = self._file(whole, written, post)
        if path:
            return f"{{static}}/{path}"
        old = self._old(whole)
        if old and not parts.path.strip("/"):
            return old  # the home page
        said = f"{written[:80]} {why or 'leads to what did not come over from the old site'}"
        notes(LINK, f"{said}: {'see that it is right' if old else 'the link is left out'}", written)
        return old

    def _page(self, planned: Planned, written: str, notes: Notes) -> str:
        self.asked.add(planned.path)
        if planned.path in self.shown:
            return f"{{filename}}/{planned.path}"
        message = f"{written[:80]} leads to a post that is not public: the link is left out"
        notes(LINK, f"{message}: link to {planned.path} once it is", written)
        return ""

    def _source(self, name: str, post: ImportedPost) -> Planned | None:
        """Return the post whose source a link names."""
        named = unquote(name.removeprefix(SOURCE).removeprefix("@/")).lower()
        if name.startswith(SOURCE) or name.startswith("@/"):
            tail = named.strip("/")
            ways = (tail, f"content/{tail}", tail.rpartition("/")[2].rpartition(".")[0] or tail)
        elif named.endswith((".md", ".markdown")) and not _PLAIN.match(named):
            folder = post.key.rpartition("/")[0].lower()
            ways = (posixpath.normpath(posixpath.join(folder, named)), named.lstrip("/"), "")
        else:
            return None
        return next((found for way in ways if (found := self.posts.get(f"{SOURCE}{way}"))), None)


def _usual(path: str) -> str:
    """Return the path of an address as it is looked for."""
    usual = unquote(path, errors="replace").strip("/").lower()
    return re.sub(r"(?:(?:^|/)index)?\.html?$", "", usual)
