"""From a built site to one that can be published: guarded, checked, compressed, listed."""

from __future__ import annotations

from dataclasses import dataclass
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

MOST_PROBLEMS = 200


@dataclass(frozen=True)
class Publishing:
    """One publish. ``output`` is the public folder as the last one left it."""

    output: Path
    settings: Settings
    now: datetime

    @property
    def policy(self) -> Policy:
        """What hosts are to say with each file."""
        return Policy.of(self.settings.headers, self.settings.search)

    def problems(self, folder: Path) -> list[Problem]:
        """List what must not be published, or leads nowhere, in the site in ``folder``."""
        paths = files_in(folder)
        found = findings(folder, paths) + broken_links(folder, paths, self.settings.site_url)
        return _not_too_many([problem.below(self.output.name) for problem in found])

    def compress(self, folder: Path) -> Manifest:
        """Write the twins, and list all that is there then."""
        before = last_manifest(self.output)
        hashes = before.files if before else {}
        write_twins(folder, files_in(folder), self.output, hashes)
        return Manifest.of(folder, files_in(folder), self.now)

    def write(self, manifest: Manifest) -> None:
        """Leave the manifest, and what web servers are to be told, beside the output."""
        address = urlsplit(self.settings.site_url)
        hashed = filter(is_hashed, manifest.files)
        texts = hosting_files(self.policy, address.path, address.hostname or "", hashed)
        for name, text in texts.items():
            write_whole(hosting_folder(self.output) / name, text)
        write_whole(manifest_file(self.output), manifest.text())


def _not_too_many(problems: list[Problem]) -> list[Problem]:
    """Cut a long list: one slip in a template is on every page."""
    if len(problems) <= MOST_PROBLEMS:
        return problems
    last = problems[MOST_PROBLEMS]
    more = f"and {len(problems) - MOST_PROBLEMS} more like these: mend them, and publish again"
    return [*problems[:MOST_PROBLEMS], Problem(last.path, last.line, last.rule, more)]


def manifest_file(output: Path) -> Path:
    """Name the manifest, beside the output: ``output.manifest.json``."""
    return output.with_name(f"{output.name}.manifest.json")


def hosting_folder(output: Path) -> Path:
    """Name the folder of what is for the web server: ``output.hosting/``."""
    return output.with_name(f"{output.name}.hosting")


def last_manifest(output: Path) -> Manifest | None:
    """Read what the last publish made; None if there was none, or it cannot be read."""
    try:
        return Manifest.read(manifest_file(output).read_text("utf-8"))
    except (OSError, ValueError):
        return None
