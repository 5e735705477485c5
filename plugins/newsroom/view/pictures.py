"""Pictures in bodies: their size, so that no text moves when they come, and renditions."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote

from markupsafe import Markup, escape

from ..images.opening import ImageError
from ..images.renditions import ON_PHONES, Rendition, Renditions, fit
from ..images.screenshots import PictureFolder
from ..model.body import Leading
from ..model.keys import Picture
from ..reading.markdown_extension import RECORDING

PHONES = "(max-width: 48rem)"
SIZES = "(min-width: 44rem) 36rem, calc(100vw - 2rem)"
_IMG = re.compile(r"""<img\b(?:[^>"']|"[^"]*"|'[^']*')*>""", re.I)
_OURS = re.compile(r"""\ssrc\s*=\s*(["'])[{|](?:static|attach|filename)[}|](.*?)\1""", re.I | re.S)
_SIZED = re.compile(r"""\s(?:width|height|srcset)\s*=\s*["']?[^"'\s>]""", re.I)


@dataclass(frozen=True)
class BodyPictures:
    """The pictures that bodies show. Each file is looked at once."""

    content: Path
    renditions: Renditions
    _seen: dict[str, Picture | None] = field(default_factory=dict, repr=False)
    _shown: dict[str, tuple[Picture | None, ...]] = field(default_factory=dict, repr=False)

    def fit(self, html: str, path: str, with_renditions: bool = True) -> str:
        """Put the sizes and renditions of its pictures into the body of the file at ``path``.

        Pelican, which resolves the links of pages, would resolve none to renditions.
        """
        with_renditions = with_renditions and "<picture" not in html
        found: list[str] = []
        end = 0
        for tag, image in self._found(html, path):
            if image:
                plan = self.renditions.plan(image) if image.still and with_renditions else ()
                found += [html[end : tag.start()], _fitted(tag[0], image, plan, later=end > 0)]
                end = tag.end()
        return "".join((*found, html[end:]))

    def look(self, path: str) -> Picture | None:
        """Return the picture at ``path`` in the content folder; None if it is none that we know."""
        if path not in self._seen:
            try:
                self._seen[path] = PictureFolder(self.content).glance(path)
            except ImageError:  # it is shown as it is
                self._seen[path] = None
        return self._seen[path]

    def look_through(self, html: str, path: str) -> None:
        """Open the pictures of a body ahead of ``fit``, as renditions are made before bodies."""
        self._shown[path] = tuple(image for _, image in self._found(html, path))

    def shown(self, path: str) -> tuple[Picture | None, ...]:
        """Return what is known of the pictures of a body that was looked through."""
        return self._shown.get(path, ())

    @property
    def made_of(self) -> tuple[Picture, ...]:
        """The pictures that have renditions."""
        shown = dict.fromkeys(image for images in self._shown.values() for image in images)
        return tuple(image for image in shown if image and image.still)

    def _found(self, html: str, path: str) -> Iterator[tuple[re.Match[str], Picture | None]]:
        """Find the pictures of the content folder, except those with a size in the HTML."""
        for tag in _IMG.finditer(html):
            source = _OURS.search(tag[0])
            if source and not _SIZED.search(tag[0]) and RECORDING not in tag[0]:
                yield tag, self._look(path, unescape(source[2]))

    def _look(self, path: str, target: str) -> Picture | None:
        name = unquote(target.split("#")[0].split("?")[0])
        if not name.startswith("/"):
            name = posixpath.join(posixpath.dirname(path), name)
        return self.look(posixpath.normpath(name.lstrip("/")))


def leading_html(leading: Leading | None) -> str:
    """Return a leading picture as a body has it; its address is still to be resolved."""
    if leading is None:
        return ""
    credit = Markup('<small class="credit">{}</small>').format(leading.credit)
    said = [escape(leading.caption)] if leading.caption else []
    said += [credit] if leading.credit else []
    caption = Markup("<figcaption>{}</figcaption>").format(Markup("<br>").join(said))
    picture = Markup('<img alt="{}" src="{{static}}{}">').format(
        leading.link.text, leading.link.target
    )
    figure = Markup('<figure class="figure leading">{}{}</figure>\n')
    return str(figure.format(picture, caption if said else ""))


def _fitted(tag: str, image: Picture, renditions: tuple[Rendition, ...], later: bool) -> str:
    """Return an ``img`` with its size and renditions, loaded lazily if it is a ``later`` one."""
    lazy = ' loading="lazy"' if later and "loading" not in tag else ""
    width, height = fit(image.width, image.height)
    sized = f'{tag[:-1].rstrip(" /")} width="{width}" height="{height}"{lazy}>'
    narrow, low = fit(image.width, image.height, ON_PHONES)
    sources = ""
    for type, items in groupby(renditions, lambda item: item.type):
        candidates = ", ".join(f"{{static}}/{item.url} {item.width}w" for item in items)
        source = f'sizes="{SIZES}" srcset="{candidates}" type="{type}">'
        if not sources and narrow < width:
            sources = f'<source media="{PHONES}" width="{narrow}" height="{low}" {source}'
        sources += f"<source {source}"
    return f"<picture>{sources}{sized}</picture>" if sources else sized
