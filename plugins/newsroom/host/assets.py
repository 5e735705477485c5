"""Styles, scripts and the theme's pictures under names made of their content.

A browser may then keep them for ever: when the file changes, so does its name.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from ..model.addresses import SCRIPT, SEARCH_FILES, hashed_name
from ..model.settings import SettingsError

STATIC = Path(__file__).parent.parent / "static"
FAVICON = "favicon.ico"
_IN_CSS = re.compile(rb"""(url\(\s*["']?)(?!data:|[a-z]+:|/)([^"')?#]+)""")
# Nothing but pages asks for these; pictures are also named by feeds, by their plain names.
_ONLY_HASHED = re.compile(r"(.+)-h[0-9a-f]{12}(\.(?:css|js))")


_NAMED = re.compile(r"""newsroom_assets\.(theme_file|script)\(\s*["']([^"']+)["']\s*\)""")


@dataclass(frozen=True)
class Asset:
    """A file to publish. ``path`` is relative to the site's root."""

    path: str
    data: bytes


@dataclass
class Assets:
    """Finds an asset by its plain name; ``folders`` are the theme's, published at ``place``.

    Where names are not ``hashed``, an asset has its plain name. ``asked`` are
    those that a template asked for, by plain path; once it ``is_sealed``, no other can be.
    """

    folders: tuple[Path, ...]
    place: str
    hashed: bool
    asked: dict[str, Asset] = field(default_factory=dict)
    is_sealed: bool = False

    def theme_file(self, name: str) -> str:
        """Where a file of the theme's static folder is published, from the site's root.

        Raises SettingsError if names are hashed and it is not there.
        """
        plain = posixpath.join(self.place, name)
        return self._ask(plain, self._in_theme(name)) if self.hashed else plain

    def script(self, name: str) -> str:
        """Where one of the plugin's own scripts or styles is published."""
        return self._ask(name, STATIC / name) if self.hashed else name

    def ask_for(self, templates: Iterable[str], has_search: bool) -> None:
        """Ask for what the sources of templates name, before any of them is rendered.

        Where only what has changed is rendered, nobody else would ask.
        """
        if not self.hashed:
            return
        for source in templates:
            for kind, name in _NAMED.findall(source):
                with suppress(SettingsError, OSError):  # it is said when the page is rendered
                    if kind == "theme_file":
                        self.theme_file(name)
                    elif has_search or name not in SEARCH_FILES:
                        self.script(name)
        self.is_sealed = True

    def write(self, output: Path, has_search: bool) -> None:
        """Put the assets below ``output``, where Pelican has put the theme's already."""
        if not self.hashed:
            for name in (SCRIPT, *(SEARCH_FILES if has_search else ())):
                shutil.copyfile(STATIC / name, output / name)
        for asset in self.asked.values():
            if self.hashed:
                file = output / asset.path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(asset.data)

    def _ask(self, plain: str, file: Path) -> str:
        if plain not in self.asked:
            if self.is_sealed:
                raise SettingsError(
                    f"THEME: a template asks for {plain} by a name that it computes: write it out"
                )
            data = file.read_bytes()
            if plain.endswith(".css"):
                data = _IN_CSS.sub(lambda found: self._renamed(found, plain), data)
            name = hashed_name(plain, sha256(data).hexdigest())
            self.asked[plain] = Asset(name, data)
        return self.asked[plain].path

    def _renamed(self, found: re.Match[bytes], stylesheet: str) -> bytes:
        """Return a file that a stylesheet names, by its hashed name."""
        folder = posixpath.dirname(stylesheet)
        plain = posixpath.normpath(posixpath.join(folder, found[2].decode("utf-8", "replace")))
        if not plain.startswith(f"{self.place}/"):
            return found[0]
        hashed = self._ask(plain, self._in_theme(plain.removeprefix(f"{self.place}/")))
        return found[1] + posixpath.relpath(hashed, folder).encode()

    def _in_theme(self, name: str) -> Path:
        """Raise SettingsError for a file that the theme does not have."""
        for folder in self.folders:
            if (folder / name).is_file():
                return folder / name
        raise SettingsError(f"THEME: there is no {name} in its static folder")


def theme_folders(theme: str, static_paths: Iterable[str]) -> tuple[Path, ...]:
    """Return the static folders of a theme; the last wins, as in Pelican."""
    return tuple(Path(theme, folder) for folder in reversed(list(static_paths)))


def write_favicon(theme: Path, static_paths: Iterable[str], output: Path) -> None:
    """Put the icon where browsers ask for it, at the root, which themes cannot do."""
    icons = [theme / folder / FAVICON for folder in static_paths]
    shutil.copyfile(next(filter(Path.is_file, icons), STATIC / FAVICON), output / FAVICON)


def drop_plain_names(output: Path) -> None:
    """Remove the styles and scripts that stand there under a hashed name as well."""
    for file in output.rglob("*-h*"):
        if found := _ONLY_HASHED.fullmatch(file.name):
            file.with_name(found[1] + found[2]).unlink(missing_ok=True)
