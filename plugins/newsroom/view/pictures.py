"""Pictures in bodies: their size, so that no text moves when they come, and renditions."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote

from bs4 import BeautifulSoup
from bs4.element import Tag

from ..images.opening import ImageError
from ..images.renditions import Rendition, Renditions
from ..images.screenshots import Image, PictureFolder
from . import parts
from .markup import parse, written

SIZES = "(min-width: 44rem) 36rem, calc(100vw - 2rem)"
_OURS = re.compile(r"^[{|](?:static|attach|filename)[}|](?P<path>.*)$")

_IMG = re.compile(r"<img\b[^>]*>", re.I)
_SRC = re.compile(r"""\bsrc\s*=\s*(?P<quote>["']?)(?P<value>[^"'>]*)(?P=quote)""", re.I)
_SIZED = re.compile(r"""\s(?:width|height|srcset)\s*=\s*["']?[^"'\s>]""", re.I)


@dataclass(frozen=True)
class BodyPictures:
    """The pictures that bodies show. Each file is looked at once."""

    content: Path
    renditions: Renditions
    _seen: dict[str, Image | None] = field(default_factory=dict, repr=False)
    _shown: dict[str, list[Image | None]] = field(default_factory=dict, repr=False)

    def fit(self, html: str, path: str) -> str:
        """Put the sizes and renditions of its pictures into the body of the file at ``path``.

        A picture whose writer says its size or its candidates is left as it is.
        """
        if "<img" not in html:
            return html
        soup = parse(html)
        fitted = 0
        for image in soup.find_all("img", src=_OURS):
            link = _OURS.match(str(image["src"]))
            sized = any(image.get(name) for name in ("width", "height", "srcset"))
            if link and not sized and (seen := self._look(path, link["path"])):
                plan = self.renditions.plan(seen) if seen.still else ()
                _fit(soup, image, seen, plan, later=fitted > 0)
                fitted += 1
        return written(soup) if fitted else html

    def look_through(self, html: str, path: str) -> None:
        """Look at the pictures that ``fit`` will find: renditions are made before bodies are.

        Where tags are written oddly, one more than is needed is found, never one less.
        """
        if "<img" not in html:
            return
        for tag in _IMG.findall(html):
            source = _SRC.search(tag)
            link = _OURS.match(unescape(source["value"])) if source else None
            if link and not _SIZED.search(tag):
                self._shown.setdefault(path, []).append(self._look(path, link["path"]))

    def shown(self, path: str) -> tuple[Image | None, ...]:
        """Return what is known of the pictures of a body that was looked through."""
        return tuple(self._shown.get(path, ()))

    @property
    def made_of(self) -> tuple[Image, ...]:
        """The pictures that have renditions."""
        return tuple(image for image in self._seen.values() if image and image.still)

    def _look(self, path: str, target: str) -> Image | None:
        name = unquote(target.split("#")[0].split("?")[0])
        if not name.startswith("/"):
            name = posixpath.join(posixpath.dirname(path), name)
        name = posixpath.normpath(name.lstrip("/"))
        if name not in self._seen:
            try:
                self._seen[name] = PictureFolder(self.content).glance(name)
            except ImageError:  # not a picture of a kind we know: it is shown as it is
                self._seen[name] = None
        return self._seen[name]


def _fit(
    soup: BeautifulSoup, image: Tag, file: Image, renditions: tuple[Rendition, ...], later: bool
) -> None:
    """Say a picture's size and offer its renditions; ``later`` ones load when they come near."""
    image["width"], image["height"] = str(file.width), str(file.height)
    if later and not image.get("loading"):
        image["loading"] = "lazy"
    if not renditions or image.parent is None or image.parent.name == "picture":
        return
    picture = image.wrap(soup.new_tag("picture"))
    for source in reversed(sources(renditions)):
        candidates = (f"{{static}}/{item.url} {item.width}w" for item in source.renditions)
        attributes = {"type": source.type, "sizes": SIZES, "srcset": ", ".join(candidates)}
        picture.insert(0, soup.new_tag("source", attrs=attributes))


def sources(renditions: tuple[Rendition, ...]) -> tuple[parts.Source, ...]:
    """Sort renditions by media type, in their order, for ``source`` elements."""
    return tuple(
        parts.Source(
            type,
            tuple(
                parts.Rendition(quote(item.path), item.width)
                for item in renditions
                if item.type == type
            ),
        )
        for type in dict.fromkeys(item.type for item in renditions)
    )
