"""Where links of the old site lead here: to posts, to files at hand, or to where they led."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from ..model.attachment import PICTURES
from .at_hand import Files, NotTakenError
from .source import LINK, PICTURE, ImportedPost, Notes, joined, same_host, split
from .template_marks import SOURCE

_DAY = re.compile(r"^\d{4}-\d\d?-\d\d?-")


@dataclass
class Addresses:
    """The old addresses of all posts, and the files at hand; ``shown`` are paths of the public."""

    home: str
    site_url: str
    files: Files
    shown: set[str] = field(default_factory=set)
    posts: dict[str, ImportedPost] = field(default_factory=dict)

    def add(self, post: ImportedPost) -> None:
        """Remember where a post was."""
        for written in (post.address, *post.aliases):
            if path := split(written).path.strip("/"):
                self.posts.setdefault(_usual(path), post)
        name = post.key.rpartition("/")[2].rpartition(".")[0]
        for key in (post.key, post.key.rpartition(".")[0], name, _DAY.sub("", name)):
            self.posts.setdefault(f"{SOURCE}{key.lower()}", post)


@dataclass
class Leads:
    """Where what one post names is to be found here, of addresses as they were written there.

    ``asked`` are the paths of the posts that it leads to.
    """

    addresses: Addresses
    post: ImportedPost
    notes: Notes
    asked: set[str] = field(default_factory=set)

    def _whole(self, written: str) -> str:
        home = self.addresses.home
        base = joined(f"{home}/", self.post.address) if home else self.post.address
        return joined(base, written.strip())

    def old(self, written: str) -> str:
        """Return where something still is on the old site, as a whole address, or nothing."""
        whole, here = self._whole(written), self.addresses.site_url
        parts = split(whole)
        is_there = parts.scheme in ("http", "https") and parts.netloc
        return whole if is_there and not (here and whole.startswith(here)) else ""

    def picture(self, written: str) -> str:
        """Return where a picture is in the content folder; empty, and noted, if it is not."""
        if written.startswith("data:"):
            message = "a picture stands in the text itself: save it as a file"
            self.notes(PICTURE, message, written[:40])
            return ""
        path, why = self._file(written)
        if path.endswith(PICTURES):
            return f"{{static}}/{path}"
        shown = (self.old(written) or written)[:100]
        why = why or "is not at hand: put it where --files finds it, and run this again"
        self.notes(PICTURE, f"the picture {shown} {why}", written)
        return ""

    def is_picture(self, written: str) -> bool:
        """Whether an address is that of a picture at hand."""
        return self._file(written)[0].endswith(PICTURES)

    def _file(self, written: str) -> tuple[str, str]:
        """Return where a file is in the content folder, or why it is not there.

        It is looked for as it was written, and by its address.
        """
        files, whole = self.addresses.files, self._whole(written)
        known = files.ledger.addresses
        for address in dict.fromkeys((written, whole)):
            try:
                if path := files.take(address, self.post.beside):
                    known[whole or written] = path
                    return path, ""
            except NotTakenError as error:
                return "", str(error)
        path = known.get(whole or written, "")  # of a run that had it at hand
        return path if path and (files.content / path).is_file() else "", ""

    def link(self, written: str) -> str:
        """Return the address to write, empty for none."""
        if written.lower().startswith(("mailto:", "tel:")):
            return written
        if found := self._source(written.partition("#")[0]):
            return self._page(found, written)
        written = written.removeprefix(SOURCE)
        whole = self._whole(written)
        parts, shown = split(whole), written[:80]
        if parts.scheme not in ("", "http", "https") or not (parts.netloc or parts.path):
            message = f"{shown} leads nowhere that is safe: the link is left out"
            self.notes(LINK, message, written)
            return ""
        if parts.netloc and not same_host(whole, self.addresses.home):
            return whole
        posts = self.addresses.posts
        by_query = posts.get(f"{SOURCE}{whole.lower()}")  # ``?p=12``, as WordPress has it
        if found := posts.get(_usual(parts.path)) or by_query:
            return self._page(found, written)
        path, why = self._file(written)
        if path:
            return f"{{static}}/{path}"
        old = self.old(written)
        if not old or parts.path.strip("/"):  # else it is the home page
            why = why or "leads to what did not come over from the old site"
            remedy = "see that it is right" if old else "the link is left out"
            shown = old.partition("#")[0][:80] or shown
            self.notes(LINK, f"{shown} {why}: {remedy}", written)
        return old

    def _page(self, post: ImportedPost, written: str) -> str:
        self.asked.add(post.path)
        if post.path in self.addresses.shown:
            return f"{{filename}}/{post.path}"
        message = f"{written[:80]} leads to a post that is not public: the link is left out"
        self.notes(LINK, f"{message}: link to {post.path} once it is", written)
        return ""

    def _source(self, name: str) -> ImportedPost | None:
        """Return the post whose source a link names."""
        named = unquote(name.removeprefix(SOURCE).removeprefix("@/")).lower()
        if name.startswith((SOURCE, "@/")):
            tail = named.strip("/")
            ways = [tail, f"content/{tail}", tail.rpartition("/")[2].rpartition(".")[0] or tail]
        elif named.endswith((".md", ".markdown")) and not split(named).scheme:
            folder = self.post.key.rpartition("/")[0].lower()
            ways = [posixpath.normpath(posixpath.join(folder, named)), named.lstrip("/")]
        else:
            return None
        found = (self.addresses.posts.get(f"{SOURCE}{way}") for way in ways)
        return next(filter(None, found), None)


def _usual(path: str) -> str:
    """Return the path of an address as it is looked for."""
    usual = unquote(path, errors="replace").strip("/").lower()
    return re.sub(r"(?:(?:^|/)index)?\.html?$", "", usual)
