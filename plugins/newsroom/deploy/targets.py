"""The targets of ``NEWSROOM_TARGETS``: one dict for each, read and checked in this one place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from inspect import Parameter, signature
from pathlib import Path
from urllib.parse import urlsplit

from ..model.problems import nearest
from ..model.settings import Settings, SettingsError
from .folders import FolderTarget
from .github_pages import PagesTarget
from .plan import KEPT_RELEASES
from .rclone import Rclone
from .release import Target, is_plain
from .s3 import OWN_PLACES, REMOTE, S3Target, s3_environment

SETTING = "NEWSROOM_TARGETS"
_OWN = ".git .output.build .rapid content output output.hosting plugins theme"
_NAME = re.compile(r"\w[\w.-]*")
_TYPES: dict[str, tuple[type | tuple[type, ...], str]] = {
    "str": (str, "a text"),
    "int": (int, "a whole number"),
    "Sequence[str]": ((list, tuple), "a list of texts"),
}


@dataclass(frozen=True)
class Declared:
    """A target as the settings declare it.

    ``url`` is where readers find it, ``releases`` how many it remembers.
    """

    target: Target
    kind: str
    url: str
    releases: int

    @property
    def meta_policy(self) -> bool:
        """Whether pages must say themselves what headers say, as the host sends none of ours."""
        return self.kind == "github-pages"


# What a kind takes after the star are its options: those without a usual value are needed.


def _every(*, type: str = "", url: str = "", releases_kept: int = 10) -> tuple[str, int]:
    if releases_kept <= KEPT_RELEASES:
        least = f"a whole number from {KEPT_RELEASES + 1}"
        raise ValueError(f"releases_kept: expected {least}, got {releases_kept!r}")
    return url, releases_kept


def _folder(name: str, project: Path, _url: str, *, path: str) -> Target:
    return FolderTarget(name, str((project / _whole(path)).absolute()))


def _rsync(
    name: str,
    _project: Path,
    _url: str,
    *,
    host: str,
    path: str,
    port: int = 22,
    identity: str = "",
    ssh_options: Sequence[str] = (),
) -> Target:
    return FolderTarget(name, _whole(path), host, port, identity, ssh_options)


def _pages(
    name: str, project: Path, _url: str, *, remote: str, branch: str = "gh-pages", domain: str = ""
) -> Target:
    if remote.startswith("."):  # as git itself would take it, seen from the project
        remote = str((project / remote).resolve())
    work = project / ".output.build" / f"pages-{name}"
    return PagesTarget(name, remote, branch, domain, work)


def _s3(
    name: str,
    _project: Path,
    url: str,
    *,
    bucket: str,
    releases: str,
    endpoint: str = "",
    region: str = "",
    provider: str = "AWS",
    cloudfront: str = "",
    remote: str = REMOTE,
) -> Target:
    site, store = bucket.strip("/"), releases.strip("/")
    if f"{store}/".startswith(f"{site}/"):
        why = f"{store} lies in {site}, which is public"
        raise ValueError(f"releases: {why}: name another bucket or folder")
    if odd := [place for place in (site, store) if not is_plain(place)]:
        raise ValueError(f"{odd[0]!r} is no bucket or folder of one")
    if any(f"{site}/".startswith(f"{store}/{own}/") for own in OWN_PLACES):
        raise ValueError(f"bucket: {site} lies among the records of releases: name another")
    # Another remote is one of rclone's own, from its own settings.
    own = s3_environment(endpoint, region, provider) if remote == REMOTE else {}
    places = f"{remote}:{site}", f"{remote}:{store}"
    return S3Target(name, Rclone(name, own), *places, cloudfront, urlsplit(url).path)


_KINDS: dict[str, Callable[..., Target]]
_KINDS = {"s3": _s3, "rsync": _rsync, "github-pages": _pages, "folder": _folder}


def declared(name: str, settings: Settings, project: Path, content: Path | None = None) -> Declared:
    """Return the target called ``name``, of a project with its folder of ``content``.

    Raises SettingsError if there is none, or if it is not declared as it should be.
    """
    if name not in settings.targets:
        known = ", ".join(settings.targets) or "none is declared"
        raise SettingsError(
            f"{SETTING} has no {name!r}{nearest(name, settings.targets)} (it has: {known});"
            " docs/deploying.md says how to declare one"
        )
    try:
        if not _NAME.fullmatch(name):
            raise ValueError("a target's name is of letters, digits, '-', '_' and '.'")
        given = settings.targets[name]
        kind = given.get("type", name)
        if kind not in _KINDS:
            raise ValueError(f"type: expected one of {', '.join(_KINDS)}, got {kind!r}")
        own, usual = _options(_KINDS[kind]), _options(_every)
        _check(given, own | usual)
        url, releases = _every(**{key: given[key] for key in usual if key in given})
        url = (url or settings.site_url).rstrip("/")
        chosen = {key: given[key] for key in own if key in given}
        target = _KINDS[kind](name, project, url, **chosen)
        if kind == "folder" and (taken := _taken(project / given["path"], project, content)):
            raise ValueError(f"path: {given['path']} is or lies in {taken}, the project's own")
    except ValueError as error:
        raise SettingsError(f"{SETTING}[{name!r}]: {error}") from None
    return Declared(target, kind, url, releases)


def _options(kind: Callable[..., object]) -> dict[str, Parameter]:
    found = signature(kind).parameters.items()
    return {name: one for name, one in found if one.kind is Parameter.KEYWORD_ONLY}


def _check(given: Mapping[str, object], known: Mapping[str, Parameter]) -> None:
    """Raise ValueError for an option that is unknown, missing, or of another type."""
    for key in given:
        if key not in known:
            raise ValueError(f"unknown option {key!r}{nearest(str(key), known)}")
    for key, one in known.items():
        value = given.get(key, one.default)
        types, expected = _TYPES[one.annotation]
        items = value if isinstance(value, (list, tuple)) else ()
        is_needed = one.default is Parameter.empty and not value
        odd = [item for item in items if not isinstance(item, str)]
        if is_needed or odd or not isinstance(value, types):
            got = repr(value) if key in given else "nothing"
            raise ValueError(f"{key}: expected {expected}, got {got}")


def _whole(path: str) -> str:
    if path.startswith("~"):
        raise ValueError(f"path: {path}: ~ stands for itself here: write the whole path")
    return path


def _taken(base: Path, project: Path, content: Path | None) -> Path | None:
    """Return the folder of the project itself, if any, that a target would get into the way of."""
    place, root = base.resolve(), project.resolve()
    if place == root:
        return project
    own = [root / name for name in _OWN.split()] + ([content.resolve()] if content else [])
    return next((folder for folder in own if place.is_relative_to(folder)), None)
