"""The targets of ``NEWSROOM_TARGETS``: one dict for each, read and checked in this one place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..model.problems import nearest
from ..model.settings import Settings, SettingsError
from .folders import FolderTarget
from .plan import KEPT_RELEASES
from .rclone import Rclone
from .release import Target, is_plain
from .s3 import OWN_PLACES, REMOTE, S3Target, s3_environment

SETTING = "NEWSROOM_TARGETS"
USUAL_RELEASES = 10
_OWN = (
    "content",
    "output",
    "output.hosting",
    ".output.build",
    ".rapid",
    "plugins",
    "theme",
    ".git",
)
_NAME = re.compile(r"\w[\w.-]*")


@dataclass(frozen=True)
class Declared:
    """A target as the settings declare it.

    ``url`` is where readers find it, ``releases`` how many it remembers,
    ``meta_policy`` whether pages must say themselves what its host cannot.
    """

    target: Target
    kind: str
    url: str
    releases: int

    @property
    def meta_policy(self) -> bool:
        """Whether the host sends no headers of ours."""
        return self.kind == "github-pages"


class _Options:
    """The options of one target; each is asked for by name, and what is left is unknown."""

    def __init__(self, name: str, given: Mapping[str, Any], site_url: str) -> None:
        self.name, self.given, self.site_url = name, dict(given), site_url
        self.known: list[str] = []

    def text(self, key: str, usual: str | None = "") -> str:
        """A text. Raises SettingsError if it is none, or missing where there is no usual one."""
        self.known.append(key)
        value = self.given.get(key, usual)
        if not isinstance(value, str) or (usual is None and not value):
            raise self.error(f"{key}: expected a text, got {value!r}")
        return value

    def path(self, key: str) -> str:
        """A folder. Raises SettingsError for a name that only a shell would replace."""
        value = self.text(key, None)
        if value.startswith("~"):
            raise self.error(f"{key}: {value}: ~ stands for itself here: write the whole path")
        return value

    def number(self, key: str, usual: int, least: int) -> int:
        """A whole number. Raises SettingsError if it is none, or too small."""
        self.known.append(key)
        value = self.given.get(key, usual)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise self.error(f"{key}: expected a whole number from {least}, got {value!r}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        self.known.append(key)
        value = self.given.get(key, ())
        if isinstance(value, str) or not all(isinstance(item, str) for item in value):
            raise self.error(f"{key}: expected a list of texts, got {value!r}")
        return tuple(value)

    def finish(self) -> None:
        """Raises SettingsError for an option that nobody asked for."""
        for key in self.given:
            if key not in self.known:
                raise self.error(f"unknown option {key!r}{nearest(str(key), self.known)}")

    def error(self, message: str) -> SettingsError:
        """An error that says which target it is about."""
        return SettingsError(f"{SETTING}[{self.name!r}]: {message}")


def declared(name: str, settings: Settings, project: Path, content: Path | None = None) -> Declared:
    """The target called ``name``, of a project with its folder of ``content``.

    Raises SettingsError if there is none, or if it is not declared as it should be.
    """
    if name not in settings.targets:
        known = ", ".join(settings.targets) or "none is declared"
        raise SettingsError(
            f"{SETTING} has no {name!r}{nearest(name, settings.targets)} (it has: {known});"
            " docs/deploying.md says how to declare one"
        )
    options = _Options(name, settings.targets[name], settings.site_url)
    if not _NAME.fullmatch(name):
        raise options.error("a target's name is of letters, digits, '-', '_' and '.'")
    kind = options.text("type", name)
    if kind not in _KINDS:
        raise options.error(f"type: expected one of {', '.join(_KINDS)}, got {kind!r}")
    url = options.text("url", settings.site_url).rstrip("/")
    releases = options.number("releases_kept", USUAL_RELEASES, KEPT_RELEASES + 1)
    target = _KINDS[kind](name, options, project)
    options.finish()
    if isinstance(target, FolderTarget) and (taken := _taken(target.base, project, content)):
        raise options.error(
            f"path: {target.base} is or lies in {taken}, which is the project's own"
        )
    return Declared(target, kind, url, releases)


def _folder(name: str, options: _Options, project: Path) -> Target:
    return FolderTarget(name, (project / options.path("path")).absolute())


def _taken(base: Path, project: Path, content: Path | None) -> Path | None:
    """The folder of the project itself, if any, that a target would get into the way of."""
    place, root = base.resolve(), project.resolve()
    if place == root:
        return project
    own = [root / name for name in _OWN] + ([content.resolve()] if content else [])
    return next((folder for folder in own if place.is_relative_to(folder)), None)


def _rsync(name: str, options: _Options, _project: Path) -> Target:
    from .ssh import RsyncTarget

    return RsyncTarget(
        name,
        options.text("host", None),
        options.path("path"),
        options.number("port", 22, 1),
        options.text("identity"),
        options.texts("ssh_options"),
    )


def _pages(name: str, options: _Options, project: Path) -> Target:
    from .pages import PagesTarget

    remote, branch = options.text("remote", None), options.text("branch", "gh-pages")
    if remote.startswith("."):  # as git itself would take it, seen from the project
        remote = str((project / remote).resolve())
    work = project / ".output.build" / f"pages-{name}"
    return PagesTarget(name, remote, branch, options.text("domain"), work)


def _s3(name: str, options: _Options, _project: Path) -> Target:
    remote = options.text("remote", REMOTE)
    environment = (
        s3_environment(
            options.text("endpoint"), options.text("region"), options.text("provider", "AWS")
        )
        if remote == REMOTE
        else {}  # one of rclone's own, from its own settings
    )
    site, store = options.text("bucket", None).strip("/"), options.text("releases", None).strip("/")
    if f"{store}/".startswith(f"{site}/"):
        raise options.error(
            f"releases: {store} lies in {site}, which is public: name another bucket or folder"
        )
    if odd := [place for place in (site, store) if not is_plain(place)]:
        raise options.error(f"{odd[0]!r} is no bucket or folder of one")
    if any(f"{site}/".startswith(f"{store}/{own}/") for own in OWN_PLACES):
        raise options.error(f"bucket: {site} lies among the records of releases: name another")
    places = f"{remote}:{site}", f"{remote}:{store}"
    prefix = urlsplit(options.given.get("url") or options.site_url).path.rstrip("/")
    return S3Target(name, Rclone(name, environment), *places, options.text("cloudfront"), prefix)


_KINDS: dict[str, Callable[[str, _Options, Path], Target]] = {
    "s3": _s3,
    "rsync": _rsync,
    "github-pages": _pages,
    "folder": _folder,
}
