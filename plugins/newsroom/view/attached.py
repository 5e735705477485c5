"""What goes with bodies besides pictures: documents with type and size, recordings as players."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.element import Tag
from markupsafe import Markup

from ..attachments.recordings import read_recording
from ..language.words import Words
from ..model.attachment import Document, Recording
from ..model.body import Link
from ..model.newsroom import Newsroom
from ..reading.markdown_extension import RECORDING
from .markup import parse, written

_OURS = re.compile(r"[{|](?:static|attach)[}|](.*)", re.S)

Player = Callable[[Recording, str, Markup], str]
"""Makes the inside of a figure of a recording, its name and the writer's caption."""


@dataclass(frozen=True)
class Attached:
    """The documents and recordings of bodies. Each file is looked at once."""

    content: Path
    newsroom: Newsroom
    _documents: dict[str, Document] = field(default_factory=dict, repr=False)
    _recordings: dict[str, Recording] = field(default_factory=dict, repr=False)

    def documents(self, path: str) -> Mapping[Document, str]:
        """Return the documents of the file at ``path``, with what its body calls each of them."""
        found: dict[Document, str] = {}
        for link, target in self._files(path):
            if link.is_document:
                if target not in self._documents:
                    data = (self.content / target).read_bytes()
                    self._documents[target] = Document(target, len(data), sha256(data).hexdigest())
                name = link.text or target.rpartition("/")[2]
                found.setdefault(self._documents[target], name)
        return found

    def recordings(self, path: str) -> Mapping[Recording, str]:
        """Return the recordings that the body of a file shows, with what it says that they are."""
        found: dict[Recording, str] = {}
        for link, target in self._files(path):
            if link.is_recording:
                if target not in self._recordings:
                    recording = read_recording(self.content, target, self.newsroom.statics)
                    self._recordings[target] = recording
                found.setdefault(self._recordings[target], link.text)
        return found

    def fit(self, html: str, path: str, words: Words, lang: str, player: Player) -> str:
        """Set players into a body in ``lang``; say what each document is, and how large."""
        documents = {document.path: document for document in self.documents(path)}
        recordings = {recording.path: recording for recording in self.recordings(path)}
        if not (documents or recordings):
            return html
        soup = parse(html)
        for link in soup.find_all("a", href=_OURS):
            document = documents.get(_target(link, "href", path))
            if document and link.get_text(strip=True):
                note = Markup(' <span class="file-note"{}>({})</span>')
                said = words.beside(document.kind, words.size(document.size))
                link.insert_after(parse(note.format(words.within(lang), said)))
        for image in soup.find_all("img", attrs={RECORDING: True, "src": _OURS}):
            recording = recordings.get(_target(image, "src", path))
            if recording and image.parent:
                inside = player(recording, str(image.get("alt", "")), _caption(image.parent))
                _fill(image.parent, parse(inside))
        return written(soup)

    @cached_property
    def _links(self) -> Mapping[str, tuple[Link, ...]]:
        return {file.path: body.links for file, body in self.newsroom.bodies}

    def _files(self, path: str) -> list[tuple[Link, str]]:
        """List a body's links to files that are there: a draft may name others."""
        links = [(link, link.target_from(path)) for link in self._links.get(path, ())]
        return [(link, target) for link, target in links if target in self.newsroom.statics]


def _target(element: Tag, attribute: str, path: str) -> str:
    mark = _OURS.match(str(element[attribute]))
    return Link("static", mark[1] if mark else "", 0).target_from(path)


def _caption(figure: Tag) -> Markup:
    caption = figure.find("figcaption")
    return Markup(caption.decode_contents() if caption else "")


def _fill(figure: Tag, inside: BeautifulSoup) -> None:
    figure.clear()
    figure.append(inside)
