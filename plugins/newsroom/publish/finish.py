"""From a built site to one that can be published: guarded, checked, compressed, listed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from ..files import files_in, write_whole
from ..model.policy import Policy, is_hashed
from ..model.problems import Problem
from ..model.settings import Settings
from .hosting import hosting_files
from .leaks import findings
from .links import broken_links
from .manifest import Manifest
from .twins import write_twins


def problems_in(folder: Path, name: str, site_url: str) -> list[Problem]:
    """List what must not be published, or leads nowhere, in a site; ``name`` is that of output."""
    paths = files_in(folder)
    found = findings(folder, paths) + broken_links(folder, paths, site_url)
    return [problem.below(name) for problem in found]


def compress(folder: Path, output: Path, built: datetime) -> Manifest:
    """Write the twins of a site, and list all that is there then; ``output`` has the last one."""
    before = last_manifest(output)
    write_twins(folder, files_in(folder), output, before.files if before else {})
    return Manifest.of(folder, files_in(folder), built)


def write_hosting(manifest: Manifest, output: Path, settings: Settings) -> None:
    """Write what web servers are to be told, in ``output.hosting/`` beside the output."""
    address = urlsplit(settings.site_url)
    policy = Policy.of(settings.headers, settings.search)
    hashed = filter(is_hashed, manifest.files)
    texts = hosting_files(policy, address.path, address.hostname or "", hashed)
    for name, text in texts.items():
        write_whole(hosting_folder(output) / name, text)


def hosting_folder(output: Path) -> Path:
    """Name the folder of what web servers are to be told: ``output.hosting``."""
    return output.with_name(f"{output.name}.hosting")


def manifest_file(output: Path) -> Path:
    """Name the manifest, beside the output: ``output.manifest.json``."""
    return output.with_name(f"{output.name}.manifest.json")


def last_manifest(output: Path) -> Manifest | None:
    """Read what the last publish made; None if there was none, or it cannot be read."""
    file = manifest_file(output)
    try:
        return Manifest.read(file.read_text("utf-8")) if file.is_file() else None
    except (OSError, ValueError):
        return None
