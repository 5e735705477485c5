"""The targets of ``NEWSROOM_TARGETS``: one dict for each, read and checked in this one place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..model.problems import nearest
from ..model.settings import Settings, SettingsError
from .folders import FolderTarget
from .github_pages import PagesTarget
from .plan import KEPT_RELEASES
from .release import Target
from .s3 import S3Target

SETTING = "NEWSROOM_TARGETS"
NEEDED = object()
# The options of each kind with their usual values, which say what is expected.
OPTIONS: Mapping[str, Mapping[str, object]] = {
    "s3": dict.fromkeys(("bucket", "releases"), NEEDED)
    | dict.fromkeys(("endpoint", "region", "cloudfront"), ""),
    "rsync": {"host": NEEDED, "path": NEEDED, "port": 22, "identity": "", "ssh_options": ()},
    "github-pages": {"remote": NEEDED, "branch": "gh-pages", "domain": ""},
    "folder": {"path": NEEDED},
}
FOR_ALL: Mapping[str, object] = {"type": "", "url": "", "releases_kept": 10}
_KINDS: Mapping[type, str] = {str: "a text", int: "a whole number", tuple: "a list of texts"}
_NAME = re.compile(r"\w[\w.-]*")


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


def declared(name: str, settings: Settings, project: Path, *own: Path) -> Declared:
    """Return a target. Raises SettingsError if none is declared by this name as it should be.

    It is none of the project's folders, wherever its content and its output, ``own``, are.
    """
    if name not in settings.targets:
        known = ", ".join(settings.targets) or "none is declared"
        raise SettingsError(
            f"{SETTING} has no {name!r}{nearest(name, settings.targets)} (it has: {known});"
            " invoke docs deploying says how to declare one"
        )
    given = settings.targets[name]
    kind = str(given.get("type", name))
    try:
        if not _NAME.fullmatch(name):
            raise ValueError("a target's name is of letters, digits, '-', '_' and '.'")
        if kind not in OPTIONS:
            raise ValueError(f"type: expected one of {', '.join(OPTIONS)}, got {kind!r}")
        options = _read(given, {**FOR_ALL, **OPTIONS[kind]})
        url = (options["url"] or settings.site_url).rstrip("/")
        target = _made(name, kind, options, project, own, urlsplit(url).path)
    except ValueError as error:
        raise SettingsError(f"{SETTING}[{name!r}]: {error}") from None
    return Declared(target, kind, url, options["releases_kept"])


def _read(given: Mapping[str, Any], known: Mapping[str, object]) -> dict[str, Any]:
    """Return all options. Raises ValueError for an unknown, missing or mistyped one."""
    options = {**known, **given}
    for key, value in options.items():
        if key not in known:
            raise ValueError(f"unknown option {key!r}{nearest(str(key), known)}")
        wanted = str if known[key] is NEEDED else type(known[key])
        is_given = value is not NEEDED and (value or known[key] is not NEEDED)
        if not is_given or not isinstance(value, (tuple, list) if wanted is tuple else wanted):
            got = "nothing" if value is NEEDED else repr(value)
            raise ValueError(f"{key}: expected {_KINDS[wanted]}, got {got}")
    if options["releases_kept"] <= KEPT_RELEASES:
        raise ValueError(f"releases_kept: expected a whole number from {KEPT_RELEASES + 1}")
    return options


def _made(
    name: str,
    kind: str,
    options: Mapping[str, Any],
    project: Path,
    own: Iterable[Path],
    prefix: str,
) -> Target:
    """Make a target. Raises ValueError, with the name of the option, for what cannot be."""
    path, remote = options.get("path", ""), options.get("remote", "")
    if path.startswith("~"):
        raise ValueError(f"path: {path}: ~ stands for itself here: write the whole path")
    if kind == "folder":
        place = (project / path).resolve()
        if any(place.is_relative_to(folder.resolve()) for folder in (project, *own)):
            raise ValueError(f"path: {path} is or lies in the project: name a folder outside it")
        return FolderTarget(name, str(place))
    if kind == "rsync":
        how = (options[key] for key in ("host", "port", "identity", "ssh_options"))
        return FolderTarget(name, path, *how)
    if kind == "github-pages":
        if remote.startswith("."):  # as git itself would take it, seen from the project
            remote = str((project / remote).resolve())
        work = project / ".output.build" / f"pages-{name}"
        return PagesTarget(name, remote, options["branch"], options["domain"], work)
    site, store = options["bucket"].strip("/"), options["releases"].strip("/")
    if f"{store}/".startswith(f"{site}/") or f"{site}/".startswith(f"{store}/"):
        raise ValueError(f"releases: {store} and {site} lie in each other: name another bucket")
    of_store = (options["endpoint"], options["region"])
    return S3Target(name, site, store, *of_store, options["cloudfront"], prefix)
