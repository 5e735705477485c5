"""Styles, scripts and the theme's pictures under names made of their content.

A browser may then keep them for ever: when the file changes, so does its name. Styles are
published without comments and white space.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from rcssmin import cssmin

from ..model.addresses import hashed_name
from ..model.settings import SettingsError

STATIC = Path(__file__).parent.parent / "static"
FAVICON = "favicon.ico"
_IN_CSS = re.compile(rb"""(url\(\s*["']?)(?!data:|[a-z]+:|/)([^"')?#]+)""")
_NAMED = re.compile(r"""newsroom_assets\.(theme_file|script)\(\s*["']([^"']+)["']\s*\)""")


@dataclass(frozen=True)
class Assets:
    """The files that templates ask for, by their plain names.

    ``folders`` are the theme's, published at ``place``. ``found`` has the path of each on the
    site and its bytes; where names are not ``hashed``, that is the plain name.
    """

    folders: tuple[Path, ...]
    place: str
    hashed: bool
    found: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def theme_file(self, name: str) -> str:
        """Where a file of the theme's static folder is published, from the site's root."""
        plain = posixpath.join(self.place, name)
        return self.script(plain) if self.hashed else plain

    def has(self, name: str) -> bool:
        """Whether there is a file of a name in the theme's static folders."""
        return any((folder / name).is_file() for folder in self.folders)

    def script(self, name: str) -> str:
        """Where one of the plugin's own scripts or styles is published. Raises SettingsError."""
        if name not in self.found:
            raise SettingsError(
                f"THEME: a template asks for {name}, which is not there,"
                " or by a name that it computes: write it out"
            )
        return self.found[name][0]

    def find(self, templates: Iterable[str], without: Collection[str]) -> None:
        """Find the assets that any template names, also one of which no page is rendered now.

        ``without`` are those of the plugin's own that this site does not have.

        Browsers ask for the icon at the root, where themes cannot put it.
        """
        icons = (folder / FAVICON for folder in (*self.folders, STATIC))
        if FAVICON not in without:
            self.found[FAVICON] = FAVICON, next(filter(Path.is_file, icons)).read_bytes()
        for kind, name in (named for source in templates for named in _NAMED.findall(source)):
            with suppress(SettingsError, OSError):  # it is said when the page is rendered
                if kind == "script" and name not in without:
                    self._add(name, STATIC / name)
                elif kind == "theme_file" and self.hashed:
                    self._add(posixpath.join(self.place, name), self.in_theme(name))

    def write(self, output: Path) -> None:
        """Put the assets below ``output``."""
        for path, data in self.found.values():
            file = output / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)

    def drop_plain_names(self, output: Path) -> None:
        """Remove styles and scripts that stand there under a hashed name as well.

        Nothing but pages asks for these; pictures are also named by feeds, by their plain names.
        """
        for plain, (path, _) in self.found.items():
            if path != plain and plain.endswith((".css", ".js")):
                (output / plain).unlink(missing_ok=True)

    def _add(self, plain: str, file: Path) -> str:
        if plain not in self.found:
            data = file.read_bytes()
            if self.hashed and plain.endswith(".css"):
                data = _IN_CSS.sub(lambda found: self._renamed(found, plain), data)
                data = cssmin(data, keep_bang_comments=True)
            name = hashed_name(plain, sha256(data).hexdigest()) if self.hashed else plain
            self.found[plain] = name, data
        return self.found[plain][0]

    def _renamed(self, found: re.Match[bytes], stylesheet: str) -> bytes:
        """Return a file that a stylesheet names, by its hashed name."""
        folder = posixpath.dirname(stylesheet)
        plain = posixpath.normpath(posixpath.join(folder, found[2].decode("utf-8", "replace")))
        if not plain.startswith(f"{self.place}/"):
            return found[0]
        hashed = self._add(plain, self.in_theme(plain.removeprefix(f"{self.place}/")))
        return found[1] + posixpath.relpath(hashed, folder).encode()

    def in_theme(self, name: str) -> Path:
        """Return a file of the theme's static folders. Raises SettingsError if it has none."""
        for folder in self.folders:
            if (folder / name).is_file():
                return folder / name
        raise SettingsError(f"THEME: there is no {name} in its static folder")
