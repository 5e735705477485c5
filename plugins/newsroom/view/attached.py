"""What goes with bodies besides pictures: documents, each with its type, its size and its hash."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from markupsafe import Markup

from ..language.words import Words
from ..model.attachment import Document
from ..model.body import Link
from ..model.newsroom import Newsroom
from .markup import parse, written

_OURS = re.compile(r"[{|](?:static|attach)[}|](.*)", re.S)


@dataclass(frozen=True)
class Attached:
    """The documents that bodies link to. Each file is looked at once."""

    content: Path
    newsroom: Newsroom
    _known: dict[str, Document | None] = field(default_factory=dict, repr=False)

    def documents(self, path: str) -> Mapping[Document, str]:
        """Return the documents of the file at ``path``, with what its body calls each of them."""
        found: dict[Document, str] = {}
        for link in self._links.get(path, ()):
            if link.is_document and (document := self._look(link.target_from(path))):
                found.setdefault(document, link.text or document.path.rpartition("/")[2])
        return found

    def fit(self, html: str, path: str, words: Words, lang: str) -> str:
        """Say what each document is behind the link to it, and how large, in a body in ``lang``."""
        known = {document.path: document for document in self.documents(path)}
        if not known:
            return html
        soup = parse(html)
        for link in soup.find_all("a", href=_OURS):
            mark = _OURS.match(str(link["href"]))
            target = Link("static", mark[1] if mark else "", 0).target_from(path)
            if target in known and link.get_text(strip=True):
                note = Markup(' <span class="file-note"{}>({})</span>')
                said = words.beside(known[target].kind, words.size(known[target].size))
                link.insert_after(parse(note.format(words.within(lang), said)))
        return written(soup)

    @cached_property
    def _links(self) -> Mapping[str, tuple[Link, ...]]:
        return {file.path: body.links for file, body in self.newsroom.bodies}

    def _look(self, path: str) -> Document | None:
        """Return a document; None for one that is not there, which only a draft names."""
        if path not in self._known:
            there = path in self.newsroom.statics
            self._known[path] = _read(path, self.content / path) if there else None
        return self._known[path]


def _read(path: str, file: Path) -> Document:
    data = file.read_bytes()
    return Document(path, len(data), sha256(data).hexdigest())
